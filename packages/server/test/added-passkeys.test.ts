import { addPasskey, createAdmin, createPasskey } from '@amulet/server/testing'
import { expect, test } from 'vitest'
import { begin, ORIGIN, prove, requestOptions, startWithPasskeys, told } from './passkeys.js'
import { startProduction } from './production.js'
import { start } from './start.js'

test('a passkey that a test adds signs its user in, with and without the name', async () => {
  const app = await startWithPasskeys()
  const passkey = createPasskey({ origin: ORIGIN, signCount: 7 })
  await addPasskey(app.server, 'ada', passkey)
  const asked = await begin(app, 'ada')
  expect(told(await prove(app, asked, passkey.get(requestOptions(asked))))).toBe('tokens')
  const unnamed = await begin(app)
  expect(told(await prove(app, unnamed, passkey.get(requestOptions(unnamed)), ''))).toBe('tokens')
})

test('a passkey is added to a server that listens, in any of its pools', async () => {
  const app = await startWithPasskeys()
  const { url } = await app.server.listen()
  const passkey = createPasskey({ origin: ORIGIN })
  await addPasskey(url, 'bob', passkey, { userPoolId: app.userPoolId })
  const asked = await begin(app, 'bob')
  expect(told(await prove(app, asked, passkey.get(requestOptions(asked)), 'bob'))).toBe('tokens')
})

test('a passkey that two pools know signs in to each of them', async () => {
  const app = await startWithPasskeys()
  const { UserPool } = await createAdmin(app.server).createUserPool({
    PoolName: 'Others',
    Policies: { SignInPolicy: { AllowedFirstAuthFactors: ['PASSWORD', 'WEB_AUTHN'] } },
  })
  const userPoolId = UserPool?.Id ?? ''
  await createAdmin(app.server).adminCreateUser({
    UserPoolId: userPoolId,
    Username: 'ada',
    MessageAction: 'SUPPRESS',
  })
  const passkey = createPasskey({ origin: ORIGIN, signCount: 7 })
  await addPasskey(app.server, 'ada', passkey, { userPoolId })
  await addPasskey(app.server, 'ada', passkey)
  const asked = await begin(app, 'ada')
  expect(told(await prove(app, asked, passkey.get(requestOptions(asked))))).toBe('tokens')
})

test('a passkey that cannot be added is refused with the reason', async () => {
  const app = await startWithPasskeys()
  const passkey = createPasskey({ origin: ORIGIN })
  await expect(addPasskey(app.server, 'stranger', passkey)).rejects.toThrow('User does not exist.')
  for (const origin of ['http://127.0.0.1:5173', 'https://www.example.com'])
    await expect(addPasskey(app.server, 'ada', createPasskey({ origin }))).rejects.toThrow(
      'passkeys of the user pool are for localhost',
    )
  const elsewhere = { userPoolId: 'us-east-1_nowhere' }
  await expect(addPasskey(app.server, 'ada', passkey, elsewhere)).rejects.toThrow('us-east-1_nowhere')
  await addPasskey(app.server, 'ada', passkey)
  await expect(addPasskey(app.server, 'bob', passkey)).rejects.toThrow('registered already')
  const send = (body: string) =>
    app.server.fetch(new Request('http://localhost/_amulet/passkeys', { method: 'POST', body }))
  for (const body of ['{', 'null', '[]', '{}', '{"username":"ada","id":7}'])
    expect((await send(body)).status, body).toBe(400)
  const long = (length: number) =>
    JSON.stringify({ username: 'ada', id: 'long', rpId: 'localhost', publicKey: 'A'.repeat(length) })
  for (const [length, status] of [
    [0, 400],
    [4097, 400],
    [4096, 200],
  ] as const)
    expect((await send(long(length))).status, `${length}`).toBe(status)
})

test('a passkey is added for the domain that a pool names, with a whole origin', async () => {
  const app = await startWithPasskeys({ webAuthn: { RelyingPartyId: 'example.com' } })
  const origin = 'https://www.example.com'
  const passkey = createPasskey({ origin, rpId: 'example.com' })
  await addPasskey(app.server, 'ada', passkey)
  const asked = await begin(app, 'ada')
  expect(told(await prove(app, asked, passkey.get(requestOptions(asked))))).toBe('tokens')
  for (const origin of ['localhost:5173', 'localhost', 'http://localhost:5173/', ''])
    expect(() => createPasskey({ origin }), origin).toThrow('http://localhost:5173')
})

test('in production there is no way to add a passkey', async () => {
  const app = await startProduction()
  await expect(addPasskey(app.server, 'ada', createPasskey({ origin: ORIGIN }))).rejects.toThrow(
    'The server is not one for development.',
  )
})

test('a passkey is handed to a browser only once its user is known', async () => {
  const app = await startWithPasskeys()
  const passkey = createPasskey({ origin: ORIGIN })
  expect(() => passkey.forPlaywright()).toThrow('addPasskey')
  await addPasskey(app.server, 'ada', passkey)
  const { id, userHandle } = passkey
  expect(passkey.forPlaywright()).toEqual({
    id,
    userHandle,
    privateKey: expect.stringMatching(/^[\w-]+$/),
    publicKey: expect.stringMatching(/^[\w-]+$/),
    signCount: 0,
  })
  expect(Buffer.from(passkey.forDevTools().credentialId, 'base64').toString('base64url')).toBe(id)
})

test('passkeys can be added in a pool without passkeys, which does not ask for them', async () => {
  const app = await start({
    config: {
      userPools: [
        {
          PoolName: 'Passwords',
          clients: [{ ClientName: 'Web', ExplicitAuthFlows: ['ALLOW_USER_AUTH'] }],
          users: [{ Username: 'ada', Password: 'Correct-Horse-1' }],
        },
      ],
    },
  })
  await addPasskey(app.server, 'ada', createPasskey({ origin: ORIGIN }))
  expect((await begin(app, 'ada')).body.AvailableChallenges).toEqual(['PASSWORD_SRP', 'PASSWORD'])
})
