import { createHmac } from 'node:crypto'
import { expect, test } from 'vitest'
import {
  begin,
  prove,
  register,
  requestOptions,
  select,
  setPasskeys,
  startWithPasskeys,
  told,
  WRONG,
} from './passkeys.js'
import { type Answer, call, type Started } from './start.js'
import { stillClock } from './still-clock.js'

// Sign-ins without a name, as the autofill of browsers begins them. The service itself knows none.

const WEB_AUTHN = { PREFERRED_CHALLENGE: 'WEB_AUTHN' }
const NO_NAME = 'InvalidParameterException: Missing required parameter USERNAME'

test('a passkey signs the user in whom it names', async () => {
  const app = await startWithPasskeys()
  const ada = await register(app)
  const bob = await register(app, 'bob')
  for (const [passkey, name] of [
    [ada, 'ada'],
    [bob, 'bob'],
  ] as const) {
    const asked = await begin(app)
    expect(requestOptions(asked)).toEqual({
      hints: [],
      attestation: 'none',
      attestationFormats: [],
      challenge: expect.stringMatching(/^[\w-]{22}$/),
      timeout: 180000,
      rpId: 'localhost',
      allowCredentials: [],
      userVerification: 'preferred',
    })
    const { body } = await prove(app, asked, passkey.get(requestOptions(asked)), '')
    const { AccessToken } = body.AuthenticationResult
    expect((await app.call('GetUser', { AccessToken })).body.Username).toBe(name)
  }
})

test('a name that is sent with the answer has to be that of the passkey’s user', async () => {
  const app = await startWithPasskeys()
  const passkey = await register(app)
  const asked = await begin(app)
  expect(told(await prove(app, asked, passkey.get(requestOptions(asked)), 'bob'))).toBe(WRONG)
  const stranger = await begin(app)
  expect(told(await prove(app, stranger, passkey.get(requestOptions(stranger)), 'stranger'))).toBe(WRONG)
  const again = await begin(app)
  expect(told(await prove(app, again, passkey.get(requestOptions(again)), 'ada'))).toBe('tokens')
})

test('the user handle of a passkey is accepted only if the passkey is that user’s', async () => {
  const app = await startWithPasskeys()
  const ada = await register(app)
  const bob = await register(app, 'bob')
  const { userHandle } = ada
  const use = async (named: string | undefined) => {
    const asked = await begin(app)
    ada.userHandle = named
    return told(await prove(app, asked, ada.get(requestOptions(asked)), ''))
  }
  expect(await use(bob.userHandle)).toBe(WRONG)
  expect(await use(undefined)).toBe(WRONG)
  expect(await use(Buffer.from('nobody').toString('base64url'))).toBe(WRONG)
  expect(await use(Buffer.from('00000000-0000-4000-8000-000000000000').toString('base64url'))).toBe(WRONG)
  expect(await use(userHandle)).toBe('tokens')
})

test('an answer is used once, whether it was right or wrong', async () => {
  const app = await startWithPasskeys()
  const passkey = await register(app)
  const used = 'NotAuthorizedException: Invalid session for the user, session can only be used once.'
  const asked = await begin(app)
  const made = passkey.get(requestOptions(asked))
  expect(told(await prove(app, asked, made, ''))).toBe('tokens')
  expect(told(await prove(app, asked, made, ''))).toBe(used)
  const wrong = await begin(app)
  expect(told(await prove(app, wrong, made, ''))).toBe(WRONG)
  expect(told(await prove(app, wrong, passkey.get(requestOptions(wrong)), ''))).toBe(used)
})

test('a session without a name can be answered only by a passkey', async () => {
  const app = await startWithPasskeys()
  const passkey = await register(app)
  const asked = await begin(app)
  const refused = 'InvalidParameterException: PASSWORD is not one of the challenges that were offered.'
  expect(told(await select(app, asked, { ANSWER: 'PASSWORD', PASSWORD: 'Correct-Horse-1' }))).toBe(refused)
  const other = await app.call('RespondToAuthChallenge', {
    ClientId: app.userPoolClientId,
    ChallengeName: 'PASSWORD',
    Session: asked.body.Session,
    ChallengeResponses: { USERNAME: 'ada', PASSWORD: 'Correct-Horse-1' },
  })
  expect(told(other)).toBe('NotAuthorizedException: Invalid session for the user.')
  expect(told(await prove(app, asked, passkey.get(requestOptions(asked)), ''))).toBe('tokens')
})

test('a session with a name is answered with the name', async () => {
  const app = await startWithPasskeys()
  const passkey = await register(app)
  const asked = await begin(app, 'ada')
  expect(told(await prove(app, asked, passkey.get(requestOptions(asked)), ''))).toBe(NO_NAME)
  expect(told(await prove(app, asked, passkey.get(requestOptions(asked))))).toBe('tokens')
})

test('the name is required where no passkey could supply it', async () => {
  const app = await startWithPasskeys()
  expect(told(await begin(app, undefined, {}))).toBe(NO_NAME)
  for (const PREFERRED_CHALLENGE of ['PASSWORD', 'EMAIL_OTP'])
    expect(told(await begin(app, undefined, { PREFERRED_CHALLENGE }))).toBe(NO_NAME)
  expect(told(await begin(app))).toBe('WEB_AUTHN')
  // One factor does not do here.
  const totp = { MfaConfiguration: 'ON', SoftwareTokenMfaConfiguration: { Enabled: true } }
  await setPasskeys(app, {}, totp)
  expect(told(await begin(app))).toBe(NO_NAME)
  await setPasskeys(app, { FactorConfiguration: 'MULTI_FACTOR_WITH_USER_VERIFICATION' }, totp)
  const asked = await begin(app)
  expect([told(asked), requestOptions(asked).userVerification]).toEqual(['WEB_AUTHN', 'required'])
  const Policies = { SignInPolicy: { AllowedFirstAuthFactors: ['PASSWORD'] } }
  await app.call('UpdateUserPool', { UserPoolId: app.userPoolId, Policies })
  expect(told(await begin(app))).toBe(NO_NAME)
})

test('a user with a second factor cannot sign in with a passkey that counts as one factor', async () => {
  const app = await startWithPasskeys()
  const optional = { MfaConfiguration: 'OPTIONAL', EmailMfaConfiguration: { Message: 'Code: {####}' } }
  await setPasskeys(app, {}, optional)
  const passkey = await register(app)
  const bob = await register(app, 'bob')
  const admin = { UserPoolId: app.userPoolId, Username: 'ada' }
  await app.call('AdminUpdateUserAttributes', {
    ...admin,
    UserAttributes: [
      { Name: 'email', Value: 'ada@example.com' },
      { Name: 'email_verified', Value: 'true' },
    ],
  })
  await app.call('AdminSetUserMFAPreference', { ...admin, EmailMfaSettings: { Enabled: true } })
  const asked = await begin(app)
  expect(told(await prove(app, asked, passkey.get(requestOptions(asked)), ''))).toBe(
    'NotAuthorizedException: Invalid session for the user.',
  )
  const other = await begin(app)
  expect(told(await prove(app, other, bob.get(requestOptions(other)), ''))).toBe('tokens')
  await setPasskeys(app, { FactorConfiguration: 'MULTI_FACTOR_WITH_USER_VERIFICATION' }, optional)
  const again = await begin(app)
  expect(told(await prove(app, again, passkey.get(requestOptions(again)), ''))).toBe('tokens')
})

test('a disabled user learns it with a right answer, and a forged answer reveals nothing about users', async () => {
  const app = await startWithPasskeys()
  const passkey = await register(app)
  await app.call('AdminDisableUser', { UserPoolId: app.userPoolId, Username: 'ada' })
  const asked = await begin(app)
  expect(told(await prove(app, asked, passkey.get(requestOptions(asked)), ''))).toBe(
    'NotAuthorizedException: User is disabled.',
  )
  const forged = await begin(app)
  const made = passkey.get({ ...requestOptions(forged), challenge: 'AAAA' })
  expect(told(await prove(app, forged, made, ''))).toBe(WRONG)
})

test('a passkey does not replace a temporary password, with a name or without one', async () => {
  const app = await startWithPasskeys()
  const passkey = await register(app)
  const set = (Permanent: boolean) =>
    app.call('AdminSetUserPassword', {
      UserPoolId: app.userPoolId,
      Username: 'ada',
      Password: 'Temporary-Horse-9',
      Permanent,
    })
  await set(false)
  expect((await begin(app, 'ada')).body.AvailableChallenges).toEqual(['PASSWORD_SRP', 'PASSWORD'])
  const use = async () => {
    const asked = await begin(app)
    return told(await prove(app, asked, passkey.get(requestOptions(asked)), ''))
  }
  expect(await use()).toBe(WRONG)
  await set(true)
  expect(await use()).toBe('tokens')
})

test('a client with a secret sends the hash of its id alone', async () => {
  const app = await startWithPasskeys()
  const passkey = await register(app)
  const { body } = await app.call('CreateUserPoolClient', {
    UserPoolId: app.userPoolId,
    ClientName: 'server',
    GenerateSecret: true,
    ExplicitAuthFlows: ['ALLOW_USER_AUTH'],
  })
  const { ClientId, ClientSecret } = body.UserPoolClient
  const hash = (name: string) =>
    createHmac('sha256', ClientSecret)
      .update(name + ClientId)
      .digest('base64')
  const initiate = (more: object) =>
    app.call('InitiateAuth', { ClientId, AuthFlow: 'USER_AUTH', AuthParameters: { ...WEB_AUTHN, ...more } })
  expect((await initiate({})).body.__type).toBe('NotAuthorizedException')
  expect((await initiate({ SECRET_HASH: hash('ada') })).body.__type).toBe('NotAuthorizedException')
  const asked = await initiate({ SECRET_HASH: hash('') })
  const answered = await app.call('RespondToAuthChallenge', {
    ClientId,
    ChallengeName: 'WEB_AUTHN',
    Session: asked.body.Session,
    ChallengeResponses: {
      SECRET_HASH: hash(''),
      CREDENTIAL: JSON.stringify(passkey.get(requestOptions(asked))),
    },
  })
  expect(told(answered)).toBe('tokens')
})

test('a client address may give a hundred wrong answers an hour, and sign-ins with a name are not affected', async () => {
  const app = await startWithPasskeys({ clock: stillClock(), trustProxy: true })
  const passkey = await register(app)
  const { url } = await app.server.listen()
  /** Through a proxy, which says where requests come from. */
  const from = (address: string): Started => ({
    ...app,
    call: async (operation, input) => {
      const response = await fetch(url, {
        method: 'POST',
        headers: {
          'content-type': 'application/x-amz-json-1.1',
          'x-amz-target': `AWSCognitoIdentityProviderService.${operation}`,
          'x-forwarded-for': address,
        },
        body: JSON.stringify(input),
      })
      const text = await response.text()
      return { status: response.status, headers: response.headers, text, body: JSON.parse(text || '{}') }
    },
  })
  const use = async (address: string, right: boolean) => {
    const at = from(address)
    const asked = await begin(at)
    const made = passkey.get(requestOptions(asked))
    return told(await prove(at, asked, right ? made : { ...made, id: 'AAAA', rawId: 'AAAA' }, ''))
  }
  for (let n = 0; n < 99; n++) expect(await use('2001:db8::1', false)).toBe(WRONG)
  expect(await use('2001:db8::2', true)).toBe('tokens')
  expect(await use('2001:db8::1', false)).toBe(WRONG)
  const exceeded = 'NotAuthorizedException: Password attempts exceeded'
  // All of one network of IPv6, right and wrong.
  expect(await use('2001:db8::3', true)).toBe(exceeded)
  expect(await use('2001:db8::3', false)).toBe(exceeded)
  expect(await use('2001:db8:0:1::1', true)).toBe('tokens')
  // With a name, the sign-in is one of the account.
  const named = await begin(from('2001:db8::1'), 'ada')
  const made = passkey.get(requestOptions(named))
  expect(told(await prove(from('2001:db8::1'), named, made))).toBe('tokens')
  app.server.clock.advance(3600)
  expect(await use('2001:db8::3', true)).toBe('tokens')
})

test('an application’s own server with a client secret is not limited', async () => {
  const app = await startWithPasskeys()
  const passkey = await register(app)
  const { body } = await app.call('CreateUserPoolClient', {
    UserPoolId: app.userPoolId,
    ClientName: 'server',
    GenerateSecret: true,
    ExplicitAuthFlows: ['ALLOW_USER_AUTH'],
  })
  const { ClientId, ClientSecret } = body.UserPoolClient
  const SECRET_HASH = createHmac('sha256', ClientSecret).update(ClientId).digest('base64')
  const { url } = await app.server.listen()
  const send = async (operation: string, input: object) => {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'x-amz-target': `AWSCognitoIdentityProviderService.${operation}` },
      body: JSON.stringify({ ClientId, ...input }),
    })
    // An answer of these two operations.
    return (await response.json()) as Answer['body']
  }
  const use = async (right: boolean) => {
    const { Session, ChallengeParameters } = await send('InitiateAuth', {
      AuthFlow: 'USER_AUTH',
      AuthParameters: { ...WEB_AUTHN, SECRET_HASH },
    })
    const options = JSON.parse(ChallengeParameters.CREDENTIAL_REQUEST_OPTIONS ?? '')
    const CREDENTIAL = right ? JSON.stringify(passkey.get(options)) : '{}'
    return await send('RespondToAuthChallenge', {
      ChallengeName: 'WEB_AUTHN',
      Session,
      ChallengeResponses: { CREDENTIAL, SECRET_HASH },
    })
  }
  for (let n = 0; n < 101; n++) await use(false)
  expect((await use(true)).AuthenticationResult.AccessToken).toMatch(/^ey/)
})

test('PreAuthentication runs only for the user of the passkey', async () => {
  const seen: unknown[] = []
  const app = await startWithPasskeys({
    functions: {
      guard: async (event: { userName: string }) => {
        seen.push(event.userName)
        if (event.userName === 'bob') throw new Error('Not Bob.')
        return event
      },
    },
  })
  const ada = await register(app)
  const bob = await register(app, 'bob')
  const arn = 'arn:aws:lambda:us-east-1:123456789012:function:guard'
  await app.call('UpdateUserPool', { UserPoolId: app.userPoolId, LambdaConfig: { PreAuthentication: arn } })
  const asked = await begin(app)
  expect(seen).toEqual([])
  expect(told(await prove(app, asked, { ...ada.get(requestOptions(asked)), id: 'AAAA' }, ''))).toBe(WRONG)
  expect(seen).toEqual([])
  const again = await begin(app)
  expect(told(await prove(app, again, bob.get(requestOptions(again)), ''))).toBe(
    'UserLambdaValidationException: PreAuthentication failed with error Not Bob..',
  )
  const last = await begin(app)
  expect(told(await prove(app, last, ada.get(requestOptions(last)), ''))).toBe('tokens')
  expect(seen).toEqual(['bob', 'ada'])
})

test('a request that did not come over a network is not limited', async () => {
  const app = await startWithPasskeys()
  const passkey = await register(app)
  expect((await call(app.server, 'InitiateAuth', {})).status).toBe(400)
  for (let n = 0; n < 101; n++) await prove(app, await begin(app), '{}', '')
  const asked = await begin(app)
  expect(told(await prove(app, asked, passkey.get(requestOptions(asked)), ''))).toBe('tokens')
})
