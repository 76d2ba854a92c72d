import { type AuthenticationResponse, createPasskey, type Passkey } from '@amulet/server/testing'
import { expect, test } from 'vitest'
import {
  accessTokenOf,
  begin,
  ORIGIN,
  prove,
  register,
  requestOptions,
  select,
  setPasskeys,
  startWithPasskeys,
  told,
  WRONG,
} from './passkeys.js'
import { PASSWORD, type Started } from './start.js'
import { stillClock } from './still-clock.js'
import { totp } from './totp.js'

const USED = 'NotAuthorizedException: Invalid session for the user, session can only be used once.'
const EXPIRED = 'NotAuthorizedException: Invalid session for the user, session is expired.'
const FOREIGN = 'NotAuthorizedException: Invalid session for the user.'
const HIDING = { client: { PreventUserExistenceErrors: 'ENABLED' as const } }

test('a passkey signs its user in', async () => {
  const app = await startWithPasskeys()
  const passkey = await register(app)
  const asked = await begin(app, 'ada')
  expect(asked.body).toMatchObject({ ChallengeName: 'WEB_AUTHN', Session: expect.stringMatching(/^AYABe/) })
  const options = requestOptions(asked)
  expect(options).toEqual({
    hints: [],
    attestation: 'none',
    attestationFormats: [],
    challenge: expect.stringMatching(/^[\w-]{22}$/),
    timeout: 180000,
    rpId: 'localhost',
    allowCredentials: [{ id: passkey.id, type: 'public-key' }],
    userVerification: 'preferred',
  })
  const { body } = await prove(app, asked, passkey.get(options))
  expect(body.ChallengeParameters).toEqual({})
  const { body: user } = await app.call('GetUser', { AccessToken: body.AuthenticationResult.AccessToken })
  expect(user.Username).toBe('ada')
})

test.each(['ES256', 'RS256'] as const)(
  'a passkey with a key of %s signs its user in again and again',
  async (algorithm) => {
    const app = await startWithPasskeys()
    const passkey = await register(app, 'ada', { algorithm })
    for (let n = 0; n < 3; n++) {
      const asked = await begin(app, 'ada')
      expect(told(await prove(app, asked, passkey.get(requestOptions(asked))))).toBe('tokens')
    }
  },
)

test('a choice offers passkeys with their options, and takes the answer that comes along', async () => {
  const app = await startWithPasskeys()
  expect((await begin(app, 'ada', {})).body.AvailableChallenges).toEqual(['PASSWORD_SRP', 'PASSWORD'])
  const passkey = await register(app)
  const asked = await begin(app, 'ada', {})
  expect(asked.body).toMatchObject({
    ChallengeName: 'SELECT_CHALLENGE',
    AvailableChallenges: ['PASSWORD_SRP', 'PASSWORD', 'WEB_AUTHN'],
  })
  const CREDENTIAL = JSON.stringify(passkey.get(requestOptions(asked)))
  expect(told(await select(app, asked, { ANSWER: 'WEB_AUTHN', CREDENTIAL }))).toBe('tokens')
  expect(told(await select(app, asked, { ANSWER: 'WEB_AUTHN', CREDENTIAL }))).toBe(USED)
  // Chosen without an answer, it is asked for.
  const later = await select(app, await begin(app, 'ada', {}), { ANSWER: 'WEB_AUTHN' })
  expect(later.body.ChallengeName).toBe('WEB_AUTHN')
  expect(told(await prove(app, later, passkey.get(requestOptions(later))))).toBe('tokens')
})

test('a wrong passkey that is sent with the choice leaves the choice, and uses up its challenge', async () => {
  const app = await startWithPasskeys()
  const passkey = await register(app)
  const asked = await begin(app, 'ada', {})
  const forged = withSignature(passkey.get(requestOptions(asked)))
  expect(told(await select(app, asked, { ANSWER: 'WEB_AUTHN', CREDENTIAL: JSON.stringify(forged) }))).toBe(
    WRONG,
  )
  const CREDENTIAL = JSON.stringify(passkey.get(requestOptions(asked)))
  expect(told(await select(app, asked, { ANSWER: 'WEB_AUTHN', CREDENTIAL }))).toBe(USED)
  const again = await select(app, asked, { ANSWER: 'WEB_AUTHN' })
  expect(told(await prove(app, again, passkey.get(requestOptions(again))))).toBe('tokens')
})

test('a passkey that is sent with the choice without a challenge is ignored, and asked for', async () => {
  const app = await startWithPasskeys()
  const passkey = await register(app)
  const asked = await begin(app, 'ada', { PREFERRED_CHALLENGE: 'PASSWORD' })
  expect(told(asked)).toBe('PASSWORD')
  const CREDENTIAL = JSON.stringify(passkey.get({ challenge: 'AAAA' }))
  const next = await select(app, asked, { ANSWER: 'WEB_AUTHN', CREDENTIAL })
  expect(told(next)).toBe('WEB_AUTHN')
  expect(told(await prove(app, next, passkey.get(requestOptions(next))))).toBe('tokens')
})

test('after a passkey that was cancelled or failed, the session takes another choice', async () => {
  const app = await startWithPasskeys()
  const passkey = await register(app)
  const cancelled = await begin(app, 'ada')
  expect(told(await select(app, cancelled, { ANSWER: 'PASSWORD', PASSWORD }))).toBe('tokens')

  const failed = await begin(app, 'ada')
  expect(told(await prove(app, failed, withSignature(passkey.get(requestOptions(failed)))))).toBe(WRONG)
  expect(told(await prove(app, failed, passkey.get(requestOptions(failed))))).toBe(USED)
  const again = await select(app, failed, { ANSWER: 'WEB_AUTHN' })
  expect(requestOptions(again).challenge).not.toBe(requestOptions(failed).challenge)
  expect(told(await prove(app, again, passkey.get(requestOptions(again))))).toBe('tokens')
  // Of all that came of the choice, one is answered right.
  expect(told(await select(app, failed, { ANSWER: 'PASSWORD', PASSWORD }))).toBe(USED)
})

const json = (base64url: string) => JSON.parse(Buffer.from(base64url, 'base64url').toString())
const text = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')

/** The same with another signature. */
function withSignature(made: AuthenticationResponse): AuthenticationResponse {
  const signature = Buffer.from(made.response.signature, 'base64url')
  signature.writeUInt8(signature.readUInt8(signature.length - 1) ^ 1, signature.length - 1)
  return { ...made, response: { ...made.response, signature: signature.toString('base64url') } }
}

/** An answer that is wrong in one way, made by the passkey itself where it can be. */
const FORGED: Record<
  string,
  (passkey: Passkey, options: { challenge: string; rpId: string }, app: Started) => unknown
> = {
  'with another signature': (passkey, options) => withSignature(passkey.get(options)),
  'for another challenge': (passkey, options) =>
    passkey.get({ ...options, challenge: Buffer.alloc(16).toString('base64url') }),
  'for another relying party': (passkey, options) => passkey.get({ ...options, rpId: 'example.com' }),
  'whose data was changed afterwards': (passkey, options) => {
    const made = passkey.get({ ...options, challenge: 'AAAA' })
    const data = { ...json(made.response.clientDataJSON), challenge: options.challenge }
    return { ...made, response: { ...made.response, clientDataJSON: text(data) } }
  },
  'of a registration': (passkey, options) => {
    const made = passkey.get(options)
    const data = { ...json(made.response.clientDataJSON), type: 'webauthn.create' }
    return { ...made, response: { ...made.response, clientDataJSON: text(data) } }
  },
  'that names another user': (passkey, options) => {
    const made = passkey.get(options)
    return { ...made, response: { ...made.response, userHandle: text('bob') } }
  },
  'with an id that no passkey has': (passkey, options) => ({
    ...passkey.get(options),
    id: 'AAAA',
    rawId: 'AAAA',
  }),
  'of another type': (passkey, options) => ({ ...passkey.get(options), type: 'password' }),
  'without a response': (passkey, options) => ({ ...passkey.get(options), response: undefined }),
  'that is no JSON': () => '{',
  'that is null': () => 'null',
  'that is a list': () => [],
  'with data of authenticators that is cut off': (passkey, options) => {
    const made = passkey.get(options)
    return { ...made, response: { ...made.response, authenticatorData: 'AAAA' } }
  },
}

test.each(Object.keys(FORGED))('an answer %s is wrong, and the choice remains', async (how) => {
  const app = await startWithPasskeys()
  const passkey = await register(app)
  const asked = await begin(app, 'ada')
  expect(told(await prove(app, asked, FORGED[how]?.(passkey, requestOptions(asked), app)))).toBe(WRONG)
  const again = await select(app, asked, { ANSWER: 'WEB_AUTHN' })
  expect(told(await prove(app, again, passkey.get(requestOptions(again))))).toBe('tokens')
})

test('a passkey answers once', async () => {
  const app = await startWithPasskeys()
  const passkey = await register(app)
  const asked = await begin(app, 'ada')
  const made = passkey.get(requestOptions(asked))
  const answers = await Promise.all([prove(app, asked, made), prove(app, asked, made)])
  expect(answers.map(told).sort()).toEqual([USED, 'tokens'])
  // What was seen of one sign-in is wrong in another.
  expect(told(await prove(app, await begin(app, 'ada'), made))).toBe(WRONG)
})

test('a passkey with a lower counter than before is refused as a copy', async () => {
  const app = await startWithPasskeys()
  const passkey = await register(app)
  const use = async () => {
    const asked = await begin(app, 'ada')
    return told(await prove(app, asked, passkey.get(requestOptions(asked))))
  }
  passkey.signCount = 10
  expect(await use()).toBe('tokens')
  // The copy was made at 9, and the original was used at 11 since.
  passkey.signCount = 9
  expect(await use()).toBe(WRONG)
  expect(await use()).toBe(WRONG)
  expect(await use()).toBe('tokens')
})

test('of two answers with the same counter, the second is refused as of a copy', async () => {
  const app = await startWithPasskeys()
  const passkey = await register(app)
  const [one, two] = [await begin(app, 'ada'), await begin(app, 'ada')]
  const first = passkey.get(requestOptions(one))
  passkey.signCount -= 1
  const second = passkey.get(requestOptions(two))
  const answers = await Promise.all([prove(app, one, first), prove(app, two, second)])
  expect(answers.map(told).sort()).toEqual([WRONG, 'tokens'])
})

test('a passkey without a counter can be used any number of times', async () => {
  const app = await startWithPasskeys()
  const passkey = await register(app, 'ada', { signCount: null })
  for (let n = 0; n < 3; n++) {
    const asked = await begin(app, 'ada')
    expect(told(await prove(app, asked, passkey.get(requestOptions(asked))))).toBe('tokens')
  }
})

test('a passkey of another user is wrong, whichever user it names', async () => {
  const app = await startWithPasskeys()
  const ada = await register(app)
  const bob = await register(app, 'bob')
  const asked = await begin(app, 'ada')
  expect(told(await prove(app, asked, bob.get(requestOptions(asked))))).toBe(WRONG)
  const again = await begin(app, 'ada')
  bob.userHandle = ada.userHandle
  expect(told(await prove(app, again, bob.get(requestOptions(again))))).toBe(WRONG)
  const own = await begin(app, 'ada')
  // An authenticator may leave the user out, where the credential was asked for by its id.
  ada.userHandle = undefined
  expect(told(await prove(app, own, ada.get(requestOptions(own))))).toBe('tokens')
})

test('a deleted passkey does not sign in, and is no longer offered', async () => {
  const app = await startWithPasskeys()
  const passkey = await register(app)
  const kept = await register(app)
  const AccessToken = await accessTokenOf(app)
  const asked = await begin(app, 'ada')
  await app.call('DeleteWebAuthnCredential', { AccessToken, CredentialId: passkey.id })
  expect(told(await prove(app, asked, passkey.get(requestOptions(asked))))).toBe(WRONG)
  const again = await begin(app, 'ada')
  expect(requestOptions(again).allowCredentials).toEqual([{ id: kept.id, type: 'public-key' }])
  expect(told(await prove(app, again, kept.get(requestOptions(again))))).toBe('tokens')
  await app.call('DeleteWebAuthnCredential', { AccessToken, CredentialId: kept.id })
  expect((await begin(app, 'ada')).body).toMatchObject({
    ChallengeName: 'SELECT_CHALLENGE',
    AvailableChallenges: ['PASSWORD_SRP', 'PASSWORD'],
    ChallengeParameters: {},
  })
})

test('a passkey is valid only for the relying party that it was created for', async () => {
  const app = await startWithPasskeys()
  const passkey = await register(app)
  const asked = await begin(app, 'ada')
  await setPasskeys(app, { RelyingPartyId: 'example.com' })
  expect(told(await prove(app, asked, passkey.get(requestOptions(asked))))).toBe(WRONG)
  expect((await begin(app, 'ada')).body.AvailableChallenges).toEqual(['PASSWORD_SRP', 'PASSWORD'])
  const other = await register(app, 'ada', { origin: 'https://example.com' })
  const again = await begin(app, 'ada')
  expect(requestOptions(again)).toMatchObject({ rpId: 'example.com', allowCredentials: [{ id: other.id }] })
  expect(told(await prove(app, again, other.get(requestOptions(again))))).toBe('tokens')
})

test('an assertion for another site is refused, and one for this site is accepted', async () => {
  const app = await startWithPasskeys()
  const passkey = await register(app)
  for (const origin of ['https://evil.test', 'http://localhost.evil.test', 'null']) {
    passkey.origin = origin
    const asked = await begin(app, 'ada')
    expect(told(await prove(app, asked, passkey.get(requestOptions(asked))))).toBe(WRONG)
  }
  for (const origin of [ORIGIN, 'http://app.localhost', 'https://localhost']) {
    passkey.origin = origin
    const asked = await begin(app, 'ada')
    expect(told(await prove(app, asked, passkey.get(requestOptions(asked))))).toBe('tokens')
  }
})

test('a session of a passkey expires, and is valid only for its user and app client', async () => {
  const app = await startWithPasskeys({ clock: stillClock() })
  const passkey = await register(app)
  await register(app, 'bob')
  const late = await begin(app, 'ada')
  const made = passkey.get(requestOptions(late))
  app.server.clock.advance(180)
  expect(told(await prove(app, late, made))).toBe(EXPIRED)
  const asked = await begin(app, 'ada')
  const again = passkey.get(requestOptions(asked))
  expect(told(await prove(app, asked, again, 'bob'))).toBe(FOREIGN)
  expect(told(await prove(app, asked, again, 'ada', app.otherClientId))).toBe(FOREIGN)
  app.server.clock.advance(179)
  expect(told(await prove(app, asked, again))).toBe('tokens')
})

test('the state of the account is checked once the passkey was right', async () => {
  const app = await startWithPasskeys(HIDING)
  const passkey = await register(app)
  const user = { UserPoolId: app.userPoolId, Username: 'ada' }
  const use = async (forge = false) => {
    const asked = await begin(app, 'ada')
    const made = passkey.get(requestOptions(asked))
    return told(await prove(app, asked, forge ? withSignature(made) : made))
  }
  await app.call('AdminDisableUser', user)
  expect(await use(true)).toBe(WRONG)
  expect(await use()).toBe('NotAuthorizedException: User is disabled.')
  await app.call('AdminEnableUser', user)
  expect(await use()).toBe('tokens')
})

test('a password that is set meanwhile ends the attempt', async () => {
  const app = await startWithPasskeys()
  const passkey = await register(app)
  const asked = await begin(app, 'ada')
  const made = passkey.get(requestOptions(asked))
  await app.call('AdminSetUserPassword', {
    UserPoolId: app.userPoolId,
    Username: 'ada',
    Password: 'Another-Horse-2',
    Permanent: true,
  })
  expect(told(await prove(app, asked, made))).toBe(FOREIGN)
  const again = await begin(app, 'ada')
  expect(told(await prove(app, again, passkey.get(requestOptions(again))))).toBe('tokens')
})

test('where existence is hidden, a name that does not exist gets the same made-up passkeys every time', async () => {
  const app = await startWithPasskeys({ ...HIDING, rootKey: Buffer.alloc(32, 3) })
  const real = await register(app)
  const lengths = new Set<number>()
  const counts = new Set<number>()
  let offered = 0
  for (let n = 0; n < 40; n++) {
    const name = `stranger${n}`
    const asked = await begin(app, name)
    const choice = await begin(app, name, {})
    const hasPasskeys = choice.body.AvailableChallenges.includes('WEB_AUTHN')
    expect(told(asked)).toBe(hasPasskeys ? 'WEB_AUTHN' : 'SELECT_CHALLENGE')
    if (!hasPasskeys) continue
    offered++
    const { allowCredentials, ...options } = requestOptions(asked)
    expect(requestOptions(await begin(app, name)).allowCredentials).toEqual(allowCredentials)
    expect(requestOptions(choice).allowCredentials).toEqual(allowCredentials)
    const { allowCredentials: _, ...ofReal } = requestOptions(await begin(app, 'ada'))
    expect({ ...options, challenge: '' }).toEqual({ ...ofReal, challenge: '' })
    counts.add(allowCredentials.length)
    for (const { id } of allowCredentials) lengths.add(Buffer.from(id, 'base64url').length)
    // No answer is right.
    const [first] = allowCredentials
    const made = { ...real.get(requestOptions(asked)), id: first?.id, rawId: first?.id }
    expect(told(await prove(app, asked, made, name))).toBe(WRONG)
  }
  expect(offered).toBeGreaterThan(5)
  expect(offered).toBeLessThan(35)
  expect([...lengths].sort()).toEqual([16, 20, 32])
  expect([...counts].sort()).toEqual([1, 2])
  const asked = await begin(app, 'ada')
  expect(told(await prove(app, asked, real.get(requestOptions(asked))))).toBe('tokens')
})

test('where existence is not hidden, a name that does not exist is reported', async () => {
  const app = await startWithPasskeys({ client: { PreventUserExistenceErrors: 'LEGACY' } })
  expect(told(await begin(app, 'stranger'))).toBe('UserNotFoundException: User does not exist.')
})

test('user verification is required where the pool requires it', async () => {
  const app = await startWithPasskeys()
  const unverified = await register(app, 'ada', { userVerified: false })
  const verified = await register(app)
  const use = async (passkey: Passkey) => {
    const asked = await begin(app, 'ada')
    const options = requestOptions(asked)
    return [options.userVerification, told(await prove(app, asked, passkey.get(options)))]
  }
  expect(await use(unverified)).toEqual(['preferred', 'tokens'])
  await setPasskeys(app, { UserVerification: 'required' })
  expect(await use(unverified)).toEqual(['required', WRONG])
  expect(await use(verified)).toEqual(['required', 'tokens'])
})

/** Turns a software token on for Ada, who has signed in by her password. */
async function enrolTotp(app: Started): Promise<string> {
  const AccessToken = await accessTokenOf(app)
  const { body } = await app.call('AssociateSoftwareToken', { AccessToken })
  const { SecretCode } = body as unknown as { SecretCode: string }
  await app.call('VerifySoftwareToken', { AccessToken, UserCode: totp(SecretCode, app.server.clock.now()) })
  const { status } = await app.call('SetUserMFAPreference', {
    AccessToken,
    SoftwareTokenMfaSettings: { Enabled: true },
  })
  expect(status).toBe(200)
  return SecretCode
}

const OPTIONAL = { MfaConfiguration: 'OPTIONAL', SoftwareTokenMfaConfiguration: { Enabled: true } }

test('a passkey that counts for one factor is not offered to users with a second one', async () => {
  const app = await startWithPasskeys({ webAuthn: { UserVerification: 'preferred' } })
  await setPasskeys(app, {}, OPTIONAL)
  const passkey = await register(app)
  const bobs = await register(app, 'bob')
  const before = await begin(app, 'ada')
  await enrolTotp(app)
  expect((await begin(app, 'ada')).body.AvailableChallenges).toEqual(['PASSWORD_SRP', 'PASSWORD'])
  // Asked for before: the passkey counts for what it is in the end.
  expect(told(await prove(app, before, passkey.get(requestOptions(before))))).toBe(FOREIGN)
  const asked = await begin(app, 'bob')
  expect(told(await prove(app, asked, bobs.get(requestOptions(asked)), 'bob'))).toBe('tokens')
})

test.each(['LEGACY', 'ENABLED'] as const)(
  'a passkey that counts for two factors is offered although MFA is on, and has to be verified (%s)',
  async (PreventUserExistenceErrors) => {
    const app = await startWithPasskeys({ client: { PreventUserExistenceErrors } })
    await setPasskeys(app, { FactorConfiguration: 'MULTI_FACTOR_WITH_USER_VERIFICATION' }, OPTIONAL)
    const unverified = await register(app, 'ada', { userVerified: false })
    const verified = await register(app)
    const bobs = await register(app, 'bob', { userVerified: false })
    await enrolTotp(app)
    const asked = await begin(app, 'ada')
    expect(requestOptions(asked).userVerification).toBe('required')
    expect(told(await prove(app, asked, unverified.get(requestOptions(asked))))).toBe(WRONG)
    const again = await begin(app, 'ada')
    expect(told(await prove(app, again, verified.get(requestOptions(again))))).toBe('tokens')
    // A password counts for one.
    expect(told(await begin(app, 'ada', { PREFERRED_CHALLENGE: 'PASSWORD', PASSWORD }))).toBe(
      'SOFTWARE_TOKEN_MFA',
    )
    // Bob needs no second factor, until the pool requires one.
    const optional = await begin(app, 'bob')
    expect(requestOptions(optional).userVerification).toBe('preferred')
    await setPasskeys(
      app,
      { FactorConfiguration: 'MULTI_FACTOR_WITH_USER_VERIFICATION' },
      { ...OPTIONAL, MfaConfiguration: 'ON' },
    )
    expect(told(await prove(app, optional, bobs.get(requestOptions(optional)), 'bob'))).toBe('MFA_SETUP')
    expect(requestOptions(await begin(app, 'bob')).userVerification).toBe('required')
  },
)

test('users may require user verification of their passkeys, where passkeys count for two factors', async () => {
  const app = await startWithPasskeys()
  await setPasskeys(app, {}, OPTIONAL)
  await register(app)
  await enrolTotp(app)
  await app.call('AdminSetUserMFAPreference', {
    UserPoolId: app.userPoolId,
    Username: 'bob',
    SoftwareTokenMfaSettings: { Enabled: false },
  })
  const prefer = (Username: string, settings: object) =>
    app.call('AdminSetUserMFAPreference', { UserPoolId: app.userPoolId, Username, ...settings })
  const on = { WebAuthnMfaSettings: { Enabled: true } }
  expect(told(await prefer('ada', on))).toBe(
    'InvalidParameterException: WEB_AUTHN is not enabled for the user pool.',
  )
  await setPasskeys(app, { FactorConfiguration: 'MULTI_FACTOR_WITH_USER_VERIFICATION' }, OPTIONAL)
  expect((await prefer('ada', on)).body).toEqual({})
  expect(told(await prefer('bob', on))).toBe(
    'InvalidParameterException: WEB_AUTHN cannot be the only MFA method. Enable another one first.',
  )
  const factors = async () =>
    (await app.call('AdminGetUser', { UserPoolId: app.userPoolId, Username: 'ada' })).body.UserMFASettingList
  expect(await factors()).toEqual(['SOFTWARE_TOKEN_MFA', 'WEB_AUTHN'])
  // It outlives the app.
  await app.call('AdminDeleteSoftwareToken', { UserPoolId: app.userPoolId, Username: 'ada' })
  expect(await factors()).toEqual(['WEB_AUTHN'])
  await enrolTotp(app)
  expect(await factors()).toEqual(['SOFTWARE_TOKEN_MFA', 'WEB_AUTHN'])
  // The pool says so of users of whom it asks no second factor as well.
  await setPasskeys(app, { FactorConfiguration: 'MULTI_FACTOR_WITH_USER_VERIFICATION' })
  expect(requestOptions(await begin(app, 'ada')).userVerification).toBe('required')
  await prefer('ada', { WebAuthnMfaSettings: { Enabled: false } })
  expect(await factors()).toEqual(['SOFTWARE_TOKEN_MFA'])
  expect(requestOptions(await begin(app, 'ada')).userVerification).toBe('preferred')
})

test('a passkey whose user requires verification is verified without a name too, whatever the pool says later', async () => {
  const app = await startWithPasskeys()
  await setPasskeys(app, { FactorConfiguration: 'MULTI_FACTOR_WITH_USER_VERIFICATION' }, OPTIONAL)
  const unverified = await register(app, 'ada', { userVerified: false })
  const verified = await register(app)
  await enrolTotp(app)
  await app.call('AdminSetUserMFAPreference', {
    UserPoolId: app.userPoolId,
    Username: 'ada',
    WebAuthnMfaSettings: { Enabled: true },
  })
  await setPasskeys(app, {}, { MfaConfiguration: 'OFF' })
  for (const [passkey, expected] of [
    [unverified, WRONG],
    [verified, 'tokens'],
  ] as const) {
    const asked = await begin(app)
    expect(told(await prove(app, asked, passkey.get(requestOptions(asked)), ''))).toBe(expected)
  }
})

test('the factors of a user include passkeys where the user has some', async () => {
  const app = await startWithPasskeys()
  const factors = async () => {
    const { body } = await app.call('GetUserAuthFactors', { AccessToken: await accessTokenOf(app) })
    return (body as unknown as { ConfiguredUserAuthFactors: string[] }).ConfiguredUserAuthFactors
  }
  expect(await factors()).toEqual(['PASSWORD'])
  await register(app)
  expect(await factors()).toEqual(['PASSWORD', 'WEB_AUTHN'])
})

test('an administrator’s server signs users in with passkeys', async () => {
  const app = await startWithPasskeys()
  const passkey = await register(app)
  const pool = { UserPoolId: app.userPoolId, ClientId: app.userPoolClientId }
  const asked = await app.call('AdminInitiateAuth', {
    ...pool,
    AuthFlow: 'USER_AUTH',
    AuthParameters: { USERNAME: 'ada', PREFERRED_CHALLENGE: 'WEB_AUTHN' },
  })
  const answered = await app.call('AdminRespondToAuthChallenge', {
    ...pool,
    ChallengeName: 'WEB_AUTHN',
    Session: asked.body.Session,
    ChallengeResponses: {
      USERNAME: 'ada',
      CREDENTIAL: JSON.stringify(passkey.get(requestOptions(asked))),
    },
  })
  expect(told(answered)).toBe('tokens')
})

test('where the server has no domain, passkeys are not offered, whether or not the user exists', async () => {
  const client = { PreventUserExistenceErrors: 'ENABLED' as const }
  const app = await startWithPasskeys({ url: 'http://192.168.0.10:9230', client })
  for (const name of ['ada', ...Array.from({ length: 20 }, (_, index) => `nobody-${index}`)])
    expect((await begin(app, name)).body.AvailableChallenges).toEqual(['PASSWORD_SRP', 'PASSWORD'])
})

test('an answer without a passkey is refused', async () => {
  const app = await startWithPasskeys()
  await register(app)
  const asked = await begin(app, 'ada')
  expect(told(await prove(app, asked, ''))).toBe(
    'InvalidParameterException: Missing required parameter CREDENTIAL',
  )
})

test('a session with twenty passkeys has the usual length', async () => {
  const app = await startWithPasskeys()
  await register(app)
  const { length } = (await begin(app, 'ada')).body.Session
  for (let n = 1; n < 20; n++) await register(app)
  const asked = await begin(app, 'ada')
  expect(requestOptions(asked).allowCredentials).toHaveLength(20)
  expect(asked.body.Session).toHaveLength(length)
})

test('a passkey of an unknown user does not sign in', async () => {
  const app = await startWithPasskeys(HIDING)
  const stranger = createPasskey({ origin: ORIGIN })
  await register(app)
  const asked = await begin(app, 'ada')
  expect(told(await prove(app, asked, stranger.get(requestOptions(asked))))).toBe(WRONG)
})
