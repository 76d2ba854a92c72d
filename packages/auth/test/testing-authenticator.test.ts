import {
  associateWebAuthnCredential,
  configure,
  confirmSignIn,
  createMemoryStorage,
  getCurrentUser,
  isPasskeySupported,
  listWebAuthnCredentials,
  signIn,
  signInWithPasskey,
  signOut,
} from '@amulet/auth'
import { createServer } from '@amulet/server'
import { addPasskey, createPasskey, installAuthenticator } from '@amulet/server/testing'
import { expect, onTestFinished, test } from 'vitest'
import { PASSWORD } from './start.js'

// The client in Node, with an authenticator of the test kit.

const origin = 'http://localhost:5173'
const username = 'ada'
const done = { isSignedIn: true, nextStep: { signInStep: 'DONE' } }

async function start(...passkeys: ReturnType<typeof createPasskey>[]) {
  const server = createServer({
    config: {
      userPools: [
        {
          PoolName: 'Passkeys',
          Policies: { SignInPolicy: { AllowedFirstAuthFactors: ['PASSWORD', 'WEB_AUTHN'] } },
          clients: [{ ClientName: 'Web', ExplicitAuthFlows: ['ALLOW_USER_AUTH'] }],
          users: [{ Username: username, Password: PASSWORD }],
        },
      ],
    },
  })
  onTestFinished(() => server.close())
  const { userPoolId, userPoolClientId } = await server.ready
  configure(
    { Auth: { Cognito: { userPoolId, userPoolClientId } } },
    { fetch: server.fetch, clock: server.clock.now, storage: createMemoryStorage() },
  )
  const authenticator = installAuthenticator({ origin, passkeys })
  onTestFinished(() => authenticator.uninstall())
  return { server, authenticator }
}

const byPasskey = () =>
  signIn({ username, options: { authFlowType: 'USER_AUTH', preferredChallenge: 'WEB_AUTHN' } })

test('a passkey that a test gives a user signs in, with the name and without it', async () => {
  const passkey = createPasskey({ origin })
  const { server } = await start(passkey)
  await addPasskey(server, username, passkey)
  expect(await byPasskey()).toEqual(done)
  await signOut()
  expect(await signInWithPasskey()).toEqual(done)
  await signOut()
  expect(await signInWithPasskey({ options: { mediation: 'conditional' } })).toEqual(done)
  expect((await getCurrentUser()).username).toBe(username)
})

test('a passkey is registered, once, listed, and signs in from then on', async () => {
  const { authenticator } = await start()
  await signIn({
    username,
    password: PASSWORD,
    options: { authFlowType: 'USER_AUTH', preferredChallenge: 'PASSWORD' },
  })
  await associateWebAuthnCredential()
  await expect(associateWebAuthnCredential()).rejects.toMatchObject({ name: 'PasskeyAlreadyExists' })
  const { credentials } = await listWebAuthnCredentials()
  expect(credentials.map(({ credentialId }) => credentialId)).toEqual(
    authenticator.passkeys.map(({ id }) => id),
  )
  await signOut()
  expect(await byPasskey()).toEqual(done)
})

test('an authenticator without the passkey is a user who cancels, and the sign-in goes on with the password', async () => {
  const passkey = createPasskey({ origin })
  const { server, authenticator } = await start()
  await addPasskey(server, username, passkey)
  await expect(byPasskey()).rejects.toMatchObject({ name: 'PasskeyAuthenticationCanceled' })
  await confirmSignIn({ challengeResponse: 'PASSWORD' })
  expect(await confirmSignIn({ challengeResponse: PASSWORD })).toEqual(done)
  await signOut()
  authenticator.passkeys.push(passkey)
  expect(await byPasskey()).toEqual(done)
})

test('a wait for a suggestion that never comes ends with its signal', async () => {
  await start()
  const leaving = new AbortController()
  const waiting = signInWithPasskey({ options: { mediation: 'conditional' } }, { signal: leaving.signal })
  leaving.abort()
  await expect(waiting).rejects.toMatchObject({ name: 'AbortError' })
})

test('what it puts in its place is taken away with it', async () => {
  const { authenticator } = await start()
  expect(isPasskeySupported()).toBe(true)
  authenticator.uninstall()
  authenticator.uninstall()
  expect(isPasskeySupported()).toBe(false)
  await expect(signInWithPasskey()).rejects.toMatchObject({ name: 'PasskeyNotSupported' })
})
