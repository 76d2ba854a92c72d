import { createPasskey, type RegistrationResponse } from '@amulet/server/testing'
import { expect, test } from 'vitest'
import { startWithAdmin } from './admin.js'
import {
  accessTokenOf,
  complete,
  creationOptions,
  list,
  ORIGIN,
  register,
  setPasskeys,
  startWithPasskeys,
} from './passkeys.js'
import { stillClock } from './still-clock.js'

const json = (base64url: string) => JSON.parse(Buffer.from(base64url, 'base64url').toString())

/** The same with other members in what the browser says. */
function saying(made: RegistrationResponse, members: object): RegistrationResponse {
  const data = { ...json(made.response.clientDataJSON), ...members }
  const clientDataJSON = Buffer.from(JSON.stringify(data)).toString('base64url')
  return { ...made, response: { ...made.response, clientDataJSON } }
}

test('a passkey is registered by the options of the server, listed and deleted', async () => {
  const clock = stillClock()
  const app = await startWithPasskeys({ clock })
  const AccessToken = await accessTokenOf(app)
  const { body: user } = await app.call('GetUser', { AccessToken })
  const sub = user.UserAttributes.find(({ Name }) => Name === 'sub')?.Value ?? ''
  expect(await list(app, AccessToken)).toEqual({ Credentials: [] })

  const options = await creationOptions(app, AccessToken)
  expect(options).toEqual({
    rp: { id: 'localhost', name: 'localhost' },
    user: { id: Buffer.from(sub).toString('base64url'), name: 'ada', displayName: 'ada' },
    challenge: expect.stringMatching(/^[\w-]{22,}$/),
    pubKeyCredParams: [
      { type: 'public-key', alg: -7 },
      { type: 'public-key', alg: -257 },
    ],
    timeout: 60000,
    excludeCredentials: [],
    authenticatorSelection: {
      requireResidentKey: true,
      residentKey: 'required',
      userVerification: 'preferred',
    },
  })
  const passkey = createPasskey({ origin: ORIGIN })
  const answer = await complete(app, AccessToken, passkey.create(options))
  expect([answer.status, answer.text]).toEqual([200, '{}'])

  expect(await list(app, AccessToken)).toEqual({
    Credentials: [
      {
        CredentialId: passkey.id,
        FriendlyCredentialName: 'Passkey',
        RelyingPartyId: 'localhost',
        AuthenticatorAttachment: 'platform',
        AuthenticatorTransports: ['internal'],
        CreatedAt: clock.now() / 1000,
      },
    ],
  })
  expect((await creationOptions(app, AccessToken)).excludeCredentials).toEqual([
    { type: 'public-key', id: passkey.id },
  ])

  const { text } = await app.call('DeleteWebAuthnCredential', { AccessToken, CredentialId: passkey.id })
  expect(text).toBe('{}')
  expect(await list(app, AccessToken)).toEqual({ Credentials: [] })
})

test.each(['ES256', 'RS256'] as const)('a passkey with a key of %s is registered', async (algorithm) => {
  const app = await startWithPasskeys()
  const { id } = await register(app, 'ada', { algorithm })
  expect((await list(app, await accessTokenOf(app))).Credentials).toMatchObject([{ CredentialId: id }])
})

test('passkeys are listed in pages, the oldest first', async () => {
  const clock = stillClock()
  const app = await startWithPasskeys({ clock })
  const ids: string[] = []
  for (let n = 0; n < 5; n++) {
    // Two of the same moment too.
    if (n !== 3) clock.advance(1)
    ids.push((await register(app)).id)
  }
  ids.splice(2, 2, ...ids.slice(2, 4).sort())
  await register(app, 'bob')
  const AccessToken = await accessTokenOf(app)
  const first = await list(app, AccessToken, { MaxResults: 3 })
  const { NextToken } = first
  expect(NextToken).toMatch(/./)
  const second = await list(app, AccessToken, { MaxResults: 3, NextToken })
  expect(second.NextToken).toBeUndefined()
  expect([...first.Credentials, ...second.Credentials].map(({ CredentialId }) => CredentialId)).toEqual(ids)
  // 0 means the most.
  expect((await list(app, AccessToken, { MaxResults: 0 })).Credentials).toHaveLength(5)
  const refused = await app.call('ListWebAuthnCredentials', { AccessToken, MaxResults: 21 })
  expect(refused.body).toEqual({
    __type: 'InvalidParameterException',
    message:
      "1 validation error detected: Value '21' at 'maxResults' failed to satisfy constraint: Member must have value less than or equal to 20",
  })
  // The token of a list is good for that list.
  const bob = await accessTokenOf(app, 'bob')
  expect((await app.call('ListWebAuthnCredentials', { AccessToken: bob, NextToken })).body).toMatchObject({
    __type: 'InvalidParameterException',
  })
})

test('a user can have at most twenty passkeys, independent of other users', async () => {
  const app = await startWithPasskeys()
  const AccessToken = await accessTokenOf(app)
  const last = createPasskey({ origin: ORIGIN }).create(await creationOptions(app, AccessToken))
  const kept = []
  for (let n = 0; n < 20; n++) kept.push(await register(app))
  const refused = { __type: 'LimitExceededException', message: 'A user can have 20 passkeys at most.' }
  expect((await app.call('StartWebAuthnRegistration', { AccessToken })).body).toEqual(refused)
  expect((await complete(app, AccessToken, last)).body).toEqual(refused)
  await register(app, 'bob')
  await app.call('DeleteWebAuthnCredential', { AccessToken, CredentialId: kept[0]?.id })
  // What was refused did not use the challenge up.
  expect((await complete(app, AccessToken, last)).body).toEqual({})
})

test('the challenge of a registration is used once', async () => {
  const app = await startWithPasskeys()
  const AccessToken = await accessTokenOf(app)
  const options = await creationOptions(app, AccessToken)
  expect((await complete(app, AccessToken, createPasskey({ origin: ORIGIN }).create(options))).body).toEqual(
    {},
  )
  const again = await complete(app, AccessToken, createPasskey({ origin: ORIGIN }).create(options))
  expect(again.body).toMatchObject({ __type: 'WebAuthnChallengeNotFoundException' })
  expect((await list(app, AccessToken)).Credentials).toHaveLength(1)
})

test('the challenge of a registration is valid for five minutes', async () => {
  const app = await startWithPasskeys({ clock: stillClock() })
  const AccessToken = await accessTokenOf(app)
  const passkey = createPasskey({ origin: ORIGIN })
  const late = passkey.create(await creationOptions(app, AccessToken))
  app.server.clock.advance(300)
  expect((await complete(app, AccessToken, late)).body).toMatchObject({
    __type: 'WebAuthnChallengeNotFoundException',
  })
  const inTime = passkey.create(await creationOptions(app, AccessToken))
  app.server.clock.advance(299)
  expect((await complete(app, AccessToken, inTime)).body).toEqual({})
})

test('the challenge of a registration is valid only for its user and app client', async () => {
  const app = await startWithPasskeys()
  const ada = await accessTokenOf(app)
  const made = createPasskey({ origin: ORIGIN }).create(await creationOptions(app, ada))
  expect((await complete(app, await accessTokenOf(app, 'bob'), made)).body).toMatchObject({
    __type: 'WebAuthnChallengeNotFoundException',
  })
  const elsewhere = await accessTokenOf(app, 'ada', app.otherClientId)
  expect((await complete(app, elsewhere, made)).body).toMatchObject({
    __type: 'WebAuthnClientMismatchException',
  })
  // Another sign-in through the same client is as good.
  expect((await complete(app, await accessTokenOf(app), made)).body).toEqual({})
})

test.each<[string, string, string | undefined]>([
  // Of which relying party · origin · refused as
  ['localhost', 'http://localhost:5173', undefined],
  ['localhost', 'http://app.localhost', undefined],
  ['example.com', 'https://example.com', undefined],
  ['example.com', 'https://app.example.com:8443', undefined],
  ['example.com', 'http://example.com', 'WebAuthnOriginNotAllowedException'],
  ['example.com', 'https://example.com.evil.test', 'WebAuthnOriginNotAllowedException'],
  ['example.com', 'https://notexample.com', 'WebAuthnOriginNotAllowedException'],
  ['example.com', 'https://example.com/', 'WebAuthnOriginNotAllowedException'],
  ['example.com', 'https://user@example.com', 'WebAuthnOriginNotAllowedException'],
  [
    'example.com',
    'android:apk-key-hash:7d1043473d55bfa90e8530d35801d4e381bc69f0',
    'WebAuthnOriginNotAllowedException',
  ],
  ['example.com', 'null', 'WebAuthnOriginNotAllowedException'],
  ['app.example.com', 'https://example.com', 'WebAuthnOriginNotAllowedException'],
])('passkeys of %s can be created at %s: %s', async (RelyingPartyId, origin, refused) => {
  const app = await startWithPasskeys({ webAuthn: { RelyingPartyId } })
  const AccessToken = await accessTokenOf(app)
  const passkey = createPasskey({ origin, rpId: RelyingPartyId })
  const answer = await complete(app, AccessToken, passkey.create(await creationOptions(app, AccessToken)))
  expect(answer.body.__type).toBe(refused)
})

test('a pool lists the apps and other sites that can create its passkeys', async () => {
  const android = 'android:apk-key-hash:kAJ1oJXz6vHAN3nMfFJ9lqvFZ0yrTdyC8m0wGnfFqGM'
  const app = await startWithPasskeys({
    webAuthn: { RelyingPartyId: 'example.com' },
    tags: { 'amulet:passkey-origins': `https://example.de ${android}` },
  })
  for (const origin of ['https://example.de', android])
    await register(app, 'ada', { origin, rpId: 'example.com' })
  const AccessToken = await accessTokenOf(app)
  const other = createPasskey({ origin: 'https://www.example.de', rpId: 'example.com' })
  const made = other.create(await creationOptions(app, AccessToken))
  expect((await complete(app, AccessToken, made)).body.__type).toBe('WebAuthnOriginNotAllowedException')
  const tags = { 'amulet:passkey-origins': 'http://example.de' }
  const refused = await app.call('UpdateUserPool', { UserPoolId: app.userPoolId, UserPoolTags: tags })
  expect(refused.body.__type).toBe('InvalidParameterException')
})

test('a passkey can be created in a frame of the relying party, and not in one of another site', async () => {
  const app = await startWithPasskeys()
  const AccessToken = await accessTokenOf(app)
  const made = createPasskey({ origin: ORIGIN }).create(await creationOptions(app, AccessToken))
  for (const members of [
    { crossOrigin: true },
    { crossOrigin: true, topOrigin: 'https://evil.test' },
    { crossOrigin: false, topOrigin: ORIGIN },
  ])
    expect((await complete(app, AccessToken, saying(made, members))).body.__type).toBe(
      'WebAuthnOriginNotAllowedException',
    )
  const framed = saying(made, { crossOrigin: true, topOrigin: 'http://app.localhost' })
  expect((await complete(app, AccessToken, framed)).body).toEqual({})
})

test('a passkey of another relying party is refused', async () => {
  const app = await startWithPasskeys()
  const AccessToken = await accessTokenOf(app)
  const options = await creationOptions(app, AccessToken)
  const passkey = createPasskey({ origin: ORIGIN })
  const elsewhere = passkey.create({ ...options, rp: { id: 'example.com' } })
  expect((await complete(app, AccessToken, elsewhere)).body.__type).toBe(
    'WebAuthnRelyingPartyMismatchException',
  )
  expect((await complete(app, AccessToken, passkey.create(options))).body).toEqual({})
})

test('user verification is required where the pool requires it', async () => {
  const app = await startWithPasskeys({ webAuthn: { UserVerification: 'required' } })
  const AccessToken = await accessTokenOf(app)
  const options = await creationOptions(app, AccessToken)
  expect(options).toMatchObject({ authenticatorSelection: { userVerification: 'required' } })
  const unverified = createPasskey({ origin: ORIGIN, userVerified: false })
  expect((await complete(app, AccessToken, unverified.create(options))).body.__type).toBe(
    'WebAuthnCredentialNotSupportedException',
  )
  const verified = createPasskey({ origin: ORIGIN })
  expect((await complete(app, AccessToken, verified.create(options))).body).toEqual({})
  await setPasskeys(app, { UserVerification: 'preferred' })
  const later = await creationOptions(app, AccessToken)
  expect((await complete(app, AccessToken, unverified.create(later))).body).toEqual({})
})

test('a passkey belongs to one user', async () => {
  const app = await startWithPasskeys()
  const passkey = await register(app)
  for (const user of ['ada', 'bob']) {
    const AccessToken = await accessTokenOf(app, user)
    const again = passkey.create(await creationOptions(app, AccessToken))
    expect((await complete(app, AccessToken, again)).body).toEqual({
      __type: 'WebAuthnCredentialNotSupportedException',
      message: 'The passkey is registered already.',
    })
  }
  const bob = await accessTokenOf(app, 'bob')
  const stolen = await app.call('DeleteWebAuthnCredential', { AccessToken: bob, CredentialId: passkey.id })
  expect(stolen.body).toEqual({
    __type: 'ResourceNotFoundException',
    message: 'The passkey does not exist.',
  })
  expect((await list(app, await accessTokenOf(app))).Credentials).toHaveLength(1)
})

test('two registrations of one passkey at the same time store it once', async () => {
  const app = await startWithPasskeys()
  const AccessToken = await accessTokenOf(app)
  const passkey = createPasskey({ origin: ORIGIN })
  const options = [await creationOptions(app, AccessToken), await creationOptions(app, AccessToken)]
  const answers = await Promise.all(options.map((one) => complete(app, AccessToken, passkey.create(one))))
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 400])
})

const CHANGES: Record<string, (made: RegistrationResponse) => unknown> = {
  'of an assertion': (made) => saying(made, { type: 'webauthn.get' }),
  'with data that is no JSON': (made) => ({
    ...made,
    response: { ...made.response, clientDataJSON: Buffer.from('{').toString('base64url') },
  }),
  'with data that is null': (made) => ({
    ...made,
    response: { ...made.response, clientDataJSON: Buffer.from('null').toString('base64url') },
  }),
  'with an attestation that is no CBOR': (made) => ({
    ...made,
    response: { ...made.response, attestationObject: 'AAAA' },
  }),
  'with an attestation that is cut off': (made) => ({
    ...made,
    response: { ...made.response, attestationObject: made.response.attestationObject.slice(0, -40) },
  }),
  'with another id': (made) => ({ ...made, id: 'AAAA', rawId: 'AAAA' }),
  'with two ids': (made) => ({ ...made, rawId: 'AAAA' }),
  'of another type': (made) => ({ ...made, type: 'password' }),
  'with an attestation of an unknown format': (made) => withFormat(made, 'fake'),
  'with an attestation whose statement is missing': (made) => withFormat(made, 'tpm'),
}

/** Formats of as many letters as the one that is there. */
function withFormat(made: RegistrationResponse, fmt: string): RegistrationResponse {
  const none = Buffer.from('\x63fmt\x64none', 'latin1')
  const bytes = Buffer.from(made.response.attestationObject, 'base64url')
  const at = bytes.indexOf(none)
  expect(at).toBeGreaterThan(0)
  const attestationObject = Buffer.concat([
    bytes.subarray(0, at),
    Buffer.from(`\x63fmt${String.fromCharCode(0x60 + fmt.length)}${fmt}`, 'latin1'),
    bytes.subarray(at + none.length),
  ]).toString('base64url')
  return { ...made, response: { ...made.response, attestationObject } }
}

test.each(Object.keys(CHANGES))('a registration %s is refused and stores nothing', async (how) => {
  const app = await startWithPasskeys()
  const AccessToken = await accessTokenOf(app)
  const made = createPasskey({ origin: ORIGIN }).create(await creationOptions(app, AccessToken))
  const refused = await complete(app, AccessToken, CHANGES[how]?.(made))
  expect(refused.body).toEqual({
    __type: 'WebAuthnCredentialNotSupportedException',
    message: 'The passkey is not supported.',
  })
  expect((await list(app, AccessToken)).Credentials).toEqual([])
  expect((await complete(app, AccessToken, made)).body).toEqual({})
})

test('an attestation that the library would check over the network is ignored', async () => {
  const app = await startWithPasskeys()
  const AccessToken = await accessTokenOf(app)
  const made = createPasskey({ origin: ORIGIN }).create(await creationOptions(app, AccessToken))
  expect((await complete(app, AccessToken, withFormat(made, 'apple'))).body).toEqual({})
})

test('an EdDSA key is refused, as in the service', async () => {
  const app = await startWithPasskeys()
  const AccessToken = await accessTokenOf(app)
  const passkey = createPasskey({ origin: ORIGIN, algorithm: 'EdDSA' })
  const refused = await complete(app, AccessToken, passkey.create(await creationOptions(app, AccessToken)))
  expect(refused.body.__type).toBe('WebAuthnCredentialNotSupportedException')
})

test.each<[string, unknown, string]>([
  ['nothing', undefined, 'InvalidParameterException'],
  ['a text', 'credential', 'SerializationException'],
  ['a list', [], 'SerializationException'],
  ['an object without members', {}, 'InvalidParameterException'],
  [
    'an id that is no base64url',
    { id: '!', rawId: '!', type: 'public-key', response: { clientDataJSON: 'e30', attestationObject: 'oA' } },
    'InvalidParameterException',
  ],
  [
    'an id of more than 1,023 bytes',
    {
      id: 'A'.repeat(1365),
      rawId: 'A'.repeat(1365),
      type: 'public-key',
      response: { clientDataJSON: 'e30', attestationObject: 'oA' },
    },
    'InvalidParameterException',
  ],
])('%s in place of a credential is invalid', async (_what, Credential, name) => {
  const app = await startWithPasskeys()
  const { body, status } = await complete(app, await accessTokenOf(app), Credential)
  expect([status, body.__type]).toEqual([400, name])
})

test('passkeys cannot be registered in a pool whose users do not sign in with them', async () => {
  const app = await startWithPasskeys()
  const AccessToken = await accessTokenOf(app)
  const made = createPasskey({ origin: ORIGIN }).create(await creationOptions(app, AccessToken))
  const passkey = await register(app)
  const Policies = { SignInPolicy: { AllowedFirstAuthFactors: ['PASSWORD'] } }
  await app.call('UpdateUserPool', { UserPoolId: app.userPoolId, Policies })
  const refused = { __type: 'WebAuthnNotEnabledException', message: 'WebAuthn not enabled for this pool.' }
  expect((await app.call('StartWebAuthnRegistration', { AccessToken })).body).toEqual(refused)
  expect((await complete(app, AccessToken, made)).body).toEqual(refused)
  // Those that are there are seen, and can be deleted.
  expect((await list(app, AccessToken)).Credentials).toHaveLength(1)
  const deleted = await app.call('DeleteWebAuthnCredential', { AccessToken, CredentialId: passkey.id })
  expect(deleted.body).toEqual({})
})

test('the server’s own domain is the relying party of a pool that names none', async () => {
  for (const [url, id] of [
    ['https://auth.example.com', 'auth.example.com'],
    ['http://127.0.0.1:9230', 'localhost'],
    ['http://[::1]:9230', 'localhost'],
  ] as const) {
    const app = await startWithPasskeys({ url })
    expect(await creationOptions(app, await accessTokenOf(app))).toMatchObject({ rp: { id } })
  }
  const app = await startWithPasskeys({ url: 'http://192.168.0.10:9230' })
  const AccessToken = await accessTokenOf(app)
  expect((await app.call('StartWebAuthnRegistration', { AccessToken })).body.__type).toBe(
    'WebAuthnConfigurationMissingException',
  )
  await setPasskeys(app, { RelyingPartyId: 'example.com' })
  expect(await creationOptions(app, AccessToken)).toMatchObject({ rp: { id: 'example.com' } })
})

test.each([
  ['auth.us-east-1.amazoncognito.com', 'RelyingPartyId cannot be reserved domain'],
  ['https://example.com', 'RelyingPartyId must be a domain name in lower case.'],
  ['example.com:8080', 'RelyingPartyId must be a domain name in lower case.'],
  ['Example.com', 'RelyingPartyId must be a domain name in lower case.'],
  ['127.0.0.1', 'RelyingPartyId must be a domain name in lower case.'],
])('%s cannot be a relying party', async (RelyingPartyId, message) => {
  const { call, userPoolId } = await startWithPasskeys()
  const set = (id: string) =>
    call('SetUserPoolMfaConfig', { UserPoolId: userPoolId, WebAuthnConfiguration: { RelyingPartyId: id } })
  expect((await set(RelyingPartyId)).body).toEqual({ __type: 'InvalidParameterException', message })
  expect((await set('xn--bcher-kva.example')).status).toBe(200)
})

test('passkeys are deleted with their user', async () => {
  const app = await startWithPasskeys()
  const passkey = await register(app, 'bob')
  await app.call('AdminDeleteUser', { UserPoolId: app.userPoolId, Username: 'bob' })
  // The credential is free again.
  const AccessToken = await accessTokenOf(app)
  const again = passkey.create(await creationOptions(app, AccessToken))
  expect((await complete(app, AccessToken, again)).body).toEqual({})
})

test('the AWS SDK registers, lists and deletes passkeys', async () => {
  const { admin } = await startWithAdmin()
  const { UserPool } = await admin.createUserPool({
    PoolName: 'passkeys',
    Policies: { SignInPolicy: { AllowedFirstAuthFactors: ['PASSWORD', 'WEB_AUTHN'] } },
  })
  const UserPoolId = UserPool?.Id
  await admin.setUserPoolMfaConfig({
    UserPoolId,
    WebAuthnConfiguration: { RelyingPartyId: 'example.com', UserVerification: 'required' },
  })
  const { UserPoolClient } = await admin.createUserPoolClient({
    UserPoolId,
    ClientName: 'web',
    ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH'],
  })
  await admin.adminCreateUser({ UserPoolId, Username: 'ada', MessageAction: 'SUPPRESS' })
  await admin.adminSetUserPassword({
    UserPoolId,
    Username: 'ada',
    Password: 'Correct-Horse-1',
    Permanent: true,
  })
  const { AuthenticationResult } = await admin.initiateAuth({
    ClientId: UserPoolClient?.ClientId,
    AuthFlow: 'USER_PASSWORD_AUTH',
    AuthParameters: { USERNAME: 'ada', PASSWORD: 'Correct-Horse-1' },
  })
  const { AccessToken } = AuthenticationResult ?? {}
  const { CredentialCreationOptions } = await admin.startWebAuthnRegistration({ AccessToken })
  const passkey = createPasskey({ origin: 'https://example.com' })
  // A JSON document, of which the test reads what the standard has.
  const options = CredentialCreationOptions as unknown as Parameters<typeof passkey.create>[0]
  await admin.completeWebAuthnRegistration({
    AccessToken,
    Credential: { ...passkey.create(options) } as never,
  })
  const { Credentials } = await admin.listWebAuthnCredentials({ AccessToken })
  expect(Credentials).toMatchObject([{ CredentialId: passkey.id, CreatedAt: expect.any(Date) }])
  await expect(
    admin.deleteWebAuthnCredential({ AccessToken, CredentialId: 'unknown' }),
  ).rejects.toMatchObject({ name: 'ResourceNotFoundException' })
  await admin.deleteWebAuthnCredential({ AccessToken, CredentialId: passkey.id })
  expect((await admin.listWebAuthnCredentials({ AccessToken })).Credentials).toEqual([])
})

test('the log of dev says why a passkey cannot be used', async () => {
  const reasons: (string | undefined)[] = []
  const app = await startWithPasskeys({ log: ({ reason }) => reasons.push(reason) })
  const AccessToken = await accessTokenOf(app)
  const made = createPasskey({ origin: ORIGIN }).create(await creationOptions(app, AccessToken))
  const { body } = await complete(app, AccessToken, { ...made, type: 'password' })
  expect(body.__type).toBe('WebAuthnCredentialNotSupportedException')
  expect(reasons.at(-1)).toBe('The passkey cannot be used. The credential is a password.')
})
