import { readFileSync } from 'node:fs'
import type { AuditEntry, ServerOptions } from '@amulet/server'
import { createPasskey } from '@amulet/server/testing'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { expect, test } from 'vitest'
import { identityPoolEvents } from '../src/identity-pools/operations/audit-events.js'
import { identityPoolOperations } from '../src/identity-pools/operations/index.js'
import { userPoolEvents } from '../src/operations/audit-events.js'
import { userPoolOperations } from '../src/operations/index.js'
import { signInUpstream, startFederated } from './federation.js'
import { createMachine, OAUTH_CLIENT, postToken, redeem, startOAuth } from './oauth.js'
import { atSignIn, pageUser } from './page-user.js'
import { ORIGIN } from './passkeys.js'
import { ADMIN, sendSigned, startProduction } from './production.js'
import { srpVerifier } from './srp-sign-in.js'
import { type Answer, call, PASSWORD, type Started, start } from './start.js'
import { totp } from './totp.js'

const schema: object = JSON.parse(
  readFileSync(new URL('../../../docs/audit.schema.json', import.meta.url), 'utf8'),
)
const isEntry = new Ajv2020({ strict: false }).compile(schema)

const USER_POOLS = 'AWSCognitoIdentityProviderService'
const IDENTITY_POOLS = 'AWSCognitoIdentityService'
const EVENTS = [
  ...Object.entries(userPoolEvents).map(([operation, event]) => [USER_POOLS, operation, event] as const),
  ...Object.entries(identityPoolEvents).map(
    ([operation, event]) => [IDENTITY_POOLS, operation, event] as const,
  ),
]

/** Collects the audit; each line is one that the schema describes. */
function collector() {
  const entries: AuditEntry[] = []
  const audit = (entry: AuditEntry) => {
    expect(isEntry(JSON.parse(JSON.stringify(entry))), JSON.stringify([entry, isEntry.errors])).toBe(true)
    entries.push(entry)
  }
  /** The lines since they were taken last. */
  return { audit, taken: () => entries.splice(0) }
}

/** A server whose operations are each compared with the lines of the audit. */
async function startAudited(options: ServerOptions = {}) {
  const { audit, taken } = collector()
  const app = await start({ ...options, audit })
  const done = new Map<string, Set<string>>()
  const audited = async (
    operation: string,
    input: unknown,
    service = USER_POOLS,
  ): Promise<Answer & { line: AuditEntry | undefined }> => {
    taken()
    const answer = await call(app.server, operation, input, service)
    const [line, ...others] = taken()
    expect(others, operation).toEqual([])
    const events = service === USER_POOLS ? userPoolEvents : identityPoolEvents
    if (!(operation in events)) {
      expect(line, operation).toBeUndefined()
      return { ...answer, line }
    }
    const { __type, ChallengeName } = answer.body
    const exception = answer.status === 200 ? undefined : __type
    const challenge = answer.status === 200 ? ChallengeName : undefined
    expect(line, operation).toMatchObject({
      requestId: answer.headers.get('x-amzn-requestid'),
      operation,
      outcome: exception ? 'refused' : challenge ? 'challenge' : 'success',
    })
    expect([line?.exception, line?.challenge]).toEqual([exception, challenge])
    done.set(operation, (done.get(operation) ?? new Set()).add(line?.outcome ?? ''))
    return { ...answer, line }
  }
  return { ...app, call: audited, done, taken }
}

test('the line in the documentation is one that the schema describes', () => {
  const page = readFileSync(new URL('../../../docs/operating.md', import.meta.url), 'utf8')
  const [, line = ''] = /```json\n(\{\n {2}"audit".*?)```/s.exec(page) ?? []
  expect(isEntry(JSON.parse(line)), JSON.stringify(isEntry.errors)).toBe(true)
})

test('every operation that does more than read has an event in the audit', () => {
  const events = new Set(EVENTS.map(([service, operation]) => `${service}.${operation}`))
  const missing = [
    ...userPoolOperations.map(({ name }) => `${USER_POOLS}.${name}`),
    ...identityPoolOperations.map(({ name }) => `${IDENTITY_POOLS}.${name}`),
  ].filter((name) => !events.delete(name))
  for (const name of missing) expect(name).toMatch(/\.(Admin)?(Get|List|Describe|Lookup)[A-Z]/)
  expect([...events]).toEqual([])
})

test('a line has the address that the request came from, where it is known', async () => {
  const { audit, taken } = collector()
  const app = await start({ audit })
  const input = { ClientId: app.userPoolClientId, Username: 'ada@example.com' }
  await call(app.server, 'ForgotPassword', input)
  const { url } = await app.server.listen()
  await fetch(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': `${USER_POOLS}.ForgotPassword`,
    },
    body: JSON.stringify(input),
  })
  expect(taken().map(({ clientAddress }) => clientAddress)).toEqual([undefined, '127.0.0.1'])
})

test('every such operation that is refused has one line with this outcome', async () => {
  const app = await startAudited()
  for (const [service, operation, event] of EVENTS) {
    const { status, line } = await app.call(operation, {}, service)
    expect([status, line?.event], operation).toEqual([400, event])
  }
})

test('an administrator’s request without a valid signature has one line, without the names in the request', async () => {
  const { audit, taken } = collector()
  const app = await startProduction({ audit })
  const input = { UserPoolId: 'us-east-1_Pool00001', Username: 'ada', GroupName: 'admins' }
  const wrong = { ...ADMIN, secretAccessKey: 'not-the-secret-of-this-administrator-0001' }
  await sendSigned(app, 'AdminAddUserToGroup', input, { credentials: wrong })
  await sendSigned(app, 'AdminAddUserToGroup', input)
  const refused = { event: 'account', operation: 'AdminAddUserToGroup', outcome: 'refused' }
  const [unsigned, signed, ...others] = taken()
  expect(unsigned).toEqual({
    audit: 1,
    time: expect.any(String),
    requestId: expect.any(String),
    ...refused,
    exception: 'InvalidSignatureException',
  })
  expect(signed).toMatchObject({
    ...refused,
    exception: 'ResourceNotFoundException',
    admin: ADMIN.accessKeyId,
    names: { UserPoolId: 'us-east-1_Pool00001', GroupName: 'admins' },
  })
  expect(others).toEqual([])
})

test('every successful operation on a user has one line, with the user and without secrets', async () => {
  const lines: AuditEntry[] = []
  const app = await startAudited({
    config: {
      userPools: [
        {
          PoolName: 'Audited',
          AutoVerifiedAttributes: ['email'],
          DeviceConfiguration: { ChallengeRequiredOnNewDevice: true, DeviceOnlyRememberedOnUserPrompt: true },
          Policies: { SignInPolicy: { AllowedFirstAuthFactors: ['PASSWORD', 'WEB_AUTHN'] } },
          MfaConfiguration: 'OPTIONAL',
          SoftwareTokenMfaConfiguration: { Enabled: true },
          clients: [
            {
              ClientName: 'Web',
              ExplicitAuthFlows: [
                'ALLOW_USER_PASSWORD_AUTH',
                'ALLOW_ADMIN_USER_PASSWORD_AUTH',
                'ALLOW_REFRESH_TOKEN_AUTH',
              ],
            },
          ],
        },
      ],
    },
  })
  const { server, userPoolId: UserPoolId, userPoolClientId: ClientId } = app
  const ask = async (operation: string, input: object, expected = 'success') => {
    const { body, line } = await app.call(operation, input)
    expect([operation, line?.outcome, body.message]).toEqual([operation, expected, undefined])
    if (line) lines.push(line)
    return body
  }
  const ada = { ClientId, Username: 'ada' }
  const codeOf = (to = 'ada@example.com') => String(server.inbox.last(to)?.code)
  const email = { Name: 'email', Value: 'ada@example.com' }
  await ask('SignUp', { ...ada, Password: PASSWORD, UserAttributes: [email] })
  await ask('ResendConfirmationCode', ada)
  await ask('ConfirmSignUp', { ...ada, ConfirmationCode: codeOf() })
  await ask('ForgotPassword', ada)
  await ask('ConfirmForgotPassword', { ...ada, ConfirmationCode: codeOf(), Password: PASSWORD })
  const byPassword = {
    ClientId,
    AuthFlow: 'USER_PASSWORD_AUTH',
    AuthParameters: { USERNAME: 'ada', PASSWORD },
  }
  const tokensOf = async () => (await ask('InitiateAuth', byPassword)).AuthenticationResult
  const { AccessToken, RefreshToken, NewDeviceMetadata } = await tokensOf()
  const DeviceKey = NewDeviceMetadata.DeviceKey
  const device = { AccessToken, DeviceKey }
  const verifier = srpVerifier(NewDeviceMetadata.DeviceGroupKey + DeviceKey, 'the password of the device')
  await ask('ConfirmDevice', { ...device, DeviceSecretVerifierConfig: verifier })
  await ask('UpdateDeviceStatus', { ...device, DeviceRememberedStatus: 'remembered' })
  const refresh = { ClientId, RefreshToken, DeviceKey }
  await ask('GetTokensFromRefreshToken', refresh)
  await ask('InitiateAuth', {
    ClientId,
    AuthFlow: 'REFRESH_TOKEN_AUTH',
    AuthParameters: { REFRESH_TOKEN: RefreshToken, DEVICE_KEY: DeviceKey },
  })
  expect(lines.at(-1)?.event).toBe('refresh')
  await ask('ForgetDevice', device)
  await ask('ChangePassword', { AccessToken, PreviousPassword: PASSWORD, ProposedPassword: PASSWORD })
  await ask('UpdateUserAttributes', {
    AccessToken,
    UserAttributes: [{ ...email, Value: 'countess@example.com' }],
  })
  await ask('GetUserAttributeVerificationCode', { AccessToken, AttributeName: 'email' })
  const Code = codeOf('countess@example.com')
  await ask('VerifyUserAttribute', { AccessToken, AttributeName: 'email', Code })
  await ask('DeleteUserAttributes', { AccessToken, UserAttributeNames: ['nickname'] })
  await ask('SetUserSettings', { AccessToken, MFAOptions: [] })
  const passkey = createPasskey({ origin: ORIGIN })
  const started = await ask('StartWebAuthnRegistration', { AccessToken })
  const { CredentialCreationOptions } = started as unknown as {
    CredentialCreationOptions: Parameters<typeof passkey.create>[0]
  }
  const Credential = passkey.create(CredentialCreationOptions)
  await ask('CompleteWebAuthnRegistration', { AccessToken, Credential })
  const { id: CredentialId } = Credential as { id: string }
  await ask('DeleteWebAuthnCredential', { AccessToken, CredentialId })
  const { SecretCode } = (await ask('AssociateSoftwareToken', { AccessToken })) as unknown as {
    SecretCode: string
  }
  const code = () => totp(SecretCode, server.clock.now())
  await ask('VerifySoftwareToken', { AccessToken, UserCode: code() })
  const on = { SoftwareTokenMfaSettings: { Enabled: true, PreferredMfa: true } }
  await ask('SetUserMFAPreference', { AccessToken, ...on })

  const who = { UserPoolId, Username: 'ada' }
  const answerTo = (Session: string) => {
    server.clock.advance(30)
    return {
      ClientId,
      ChallengeName: 'SOFTWARE_TOKEN_MFA',
      Session,
      ChallengeResponses: { USERNAME: 'ada', SOFTWARE_TOKEN_MFA_CODE: code() },
    }
  }
  const asked = await ask('InitiateAuth', byPassword, 'challenge')
  await ask('RespondToAuthChallenge', answerTo(asked.Session))
  const byAdmin = { ...byPassword, UserPoolId, AuthFlow: 'ADMIN_USER_PASSWORD_AUTH' }
  const other = await ask('AdminInitiateAuth', byAdmin, 'challenge')
  await ask('AdminRespondToAuthChallenge', { UserPoolId, ...answerTo(other.Session) })
  const off = { SoftwareTokenMfaSettings: { Enabled: false } }
  await ask('AdminSetUserMFAPreference', { ...who, ...off })
  await ask('AdminDeleteSoftwareToken', who)
  await ask('AdminInitiateAuth', byAdmin)
  await ask('AdminSetUserSettings', { ...who, MFAOptions: [] })
  await ask('AdminUpdateUserAttributes', { ...who, UserAttributes: [{ Name: 'nickname', Value: 'Ada' }] })
  await ask('AdminDeleteUserAttributes', { ...who, UserAttributeNames: ['nickname'] })
  await ask('CreateGroup', { UserPoolId, GroupName: 'admins' })
  await ask('AdminAddUserToGroup', { ...who, GroupName: 'admins' })
  expect(lines.at(-1)?.names).toEqual({ UserPoolId, GroupName: 'admins' })
  await ask('AdminRemoveUserFromGroup', { ...who, GroupName: 'admins' })
  const second = await tokensOf()
  const known = { DeviceKey: second.NewDeviceMetadata.DeviceKey }
  await ask('ConfirmDevice', {
    AccessToken: second.AccessToken,
    ...known,
    DeviceSecretVerifierConfig: verifier,
  })
  await ask('AdminUpdateDeviceStatus', { ...who, ...known, DeviceRememberedStatus: 'remembered' })
  await ask('AdminForgetDevice', { ...who, ...known })
  const tracking = { UserSessionTracking: 'ENABLED', TokenSession: { MaxPerUser: 20 } }
  await ask('SetUserPoolSessionConfiguration', { UserPoolId, ...tracking })
  const { AccessToken: mine } = await tokensOf()
  /** The session of a sign-in made now. */
  const newSession = async () => {
    const ids = async () => {
      const { body } = await app.call('ListUserSessions', { AccessToken: mine })
      const { Sessions } = body as unknown as { Sessions: readonly { SessionId: string }[] }
      return Sessions.map(({ SessionId }) => SessionId)
    }
    const before = await ids()
    await tokensOf()
    return { SessionId: (await ids()).find((id) => !before.includes(id)) }
  }
  await ask('RevokeUserSession', { AccessToken: mine, ...(await newSession()) })
  await ask('AdminRevokeUserSession', { ...who, ...(await newSession()) })
  await ask('RevokeToken', { ClientId, Token: second.RefreshToken })
  await ask('GlobalSignOut', { AccessToken: (await tokensOf()).AccessToken })
  await ask('AdminUserGlobalSignOut', who)
  await ask('AdminDisableUser', who)
  await ask('AdminEnableUser', who)
  const ProviderName = 'Upstream'
  const details = { client_id: 'client', client_secret: 'secret', authorize_scopes: 'openid' }
  await ask('CreateIdentityProvider', {
    UserPoolId,
    ProviderName,
    ProviderType: 'OIDC',
    ProviderDetails: {
      ...details,
      oidc_issuer: 'https://upstream.example.com',
      attributes_request_method: 'GET',
      authorize_url: 'https://upstream.example.com/authorize',
      token_url: 'https://upstream.example.com/token',
      attributes_url: 'https://upstream.example.com/userinfo',
      jwks_uri: 'https://upstream.example.com/jwks',
    },
  })
  const source = {
    ProviderName,
    ProviderAttributeName: 'Cognito_Subject',
    ProviderAttributeValue: 'ada-there',
  }
  const DestinationUser = { ProviderName: 'Cognito', ProviderAttributeValue: 'ada' }
  await ask('AdminLinkProviderForUser', { UserPoolId, DestinationUser, SourceUser: source })
  await ask('AdminDisableProviderForUser', { UserPoolId, User: source })
  await ask('AdminResetUserPassword', who)
  await ask('AdminSetUserPassword', { ...who, Password: PASSWORD, Permanent: true })
  await ask('DeleteUser', { AccessToken: (await tokensOf()).AccessToken })
  const subs = new Set(lines.filter(({ event }) => event !== 'pool').map(({ user }) => user))
  expect([...subs]).toEqual([expect.stringMatching(/^[0-9a-f-]{36}$/)])
  const bob = { UserPoolId, Username: 'bob' }
  await ask('AdminCreateUser', { ...bob, TemporaryPassword: PASSWORD, MessageAction: 'SUPPRESS' })
  await ask('AdminDeleteUser', bob)
  await ask('SignUp', { ClientId, Username: 'eve', Password: PASSWORD })
  await ask('AdminConfirmSignUp', { UserPoolId, Username: 'eve' })

  for (const line of lines) {
    expect([line.operation, line.userPoolId]).toEqual([line.operation, UserPoolId])
    expect(JSON.stringify(line)).not.toMatch(/\bada\b|countess|example|Horse|eyJ/)
  }
  const notDone = Object.entries(userPoolEvents)
    .filter(([operation, event]) => event !== 'pool' && !app.done.get(operation)?.has('success'))
    .map(([operation]) => operation)
  // There is no threat protection that could be told anything; GetClientToken is below.
  expect(notDone).toEqual(['AdminUpdateAuthEventFeedback', 'GetClientToken', 'UpdateAuthEventFeedback'])
})

test('attempts at a name without an account are distinguishable from those at an account', async () => {
  const { call, userPoolClientId: ClientId } = await startAudited()
  const attempt = (USERNAME: string) =>
    call('InitiateAuth', {
      ClientId,
      AuthFlow: 'USER_PASSWORD_AUTH',
      AuthParameters: { USERNAME, PASSWORD: 'Wrong-Horse-1' },
    })
  const { body } = await call('SignUp', { ClientId, Username: 'ada@example.com', Password: PASSWORD })
  const known = await attempt('ada@example.com')
  const unknown = await attempt('nobody@example.com')
  expect([known.text, known.line?.exception]).toEqual([unknown.text, unknown.line?.exception])
  expect(known.line).toMatchObject({ user: body.UserSub, clientId: ClientId })
  expect(unknown.line).not.toHaveProperty('user')
  expect((await attempt('nobody@example.com')).line?.unknownUser).toBe(unknown.line?.unknownUser)
})

test('a sign-up with a taken name has a line with the account that has the name', async () => {
  const { call, userPoolClientId: ClientId, userPoolId: UserPoolId } = await startAudited()
  const signUp = (Username: string, Password = PASSWORD) => call('SignUp', { ClientId, Username, Password })
  const user = (await signUp('ada@example.com')).body.UserSub
  const refused = { exception: 'UsernameExistsException', user }
  expect((await signUp('Ada@example.com')).line).toMatchObject(refused)
  const Username = 'ada@example.com'
  const { line } = await call('AdminCreateUser', { UserPoolId, Username, MessageAction: 'SUPPRESS' })
  expect(line).toMatchObject(refused)
  // A name that is refused for another reason is that of no account.
  const admin = { UserPoolId, Username: 'grace@example.com', MessageAction: 'SUPPRESS' }
  const phone = { Name: 'phone_number', Value: 'none' }
  for (const { line } of [
    await call('AdminCreateUser', { ...admin, UserAttributes: [phone] }),
    await signUp('grace@example.com', 'short'),
  ])
    expect([line?.exception, line?.user]).toEqual([expect.stringMatching(/^Invalid/), undefined])
})

test('a message that is not delivered is a failure in the audit, which names the account that was made', async () => {
  const { audit, taken } = collector()
  const app = await start({
    audit,
    deliver() {
      // A code is sent before the answer to it is decided.
      expect(taken()).toEqual([])
      throw new Error('no mail today')
    },
    warn() {},
  })
  const account = { ClientId: app.userPoolClientId, Username: 'ada@example.com', Password: PASSWORD }
  await app.call('SignUp', account)
  const [line, ...others] = taken()
  expect(line).toMatchObject({
    operation: 'SignUp',
    outcome: 'failed',
    exception: 'CodeDeliveryFailureException',
  })
  const made = { UserPoolId: app.userPoolId, Username: account.Username }
  const { body } = await app.call('AdminGetUser', made)
  expect([line?.user, others]).toEqual([body.Username, []])
})

const brief = ({ operation, event, outcome, exception, challenge, user }: AuditEntry, sub: string) =>
  [operation, event, outcome, exception ?? challenge, user === sub ? 'ada' : undefined]
    .filter(Boolean)
    .join(' ')

test('each action of pages and endpoints of OAuth has a line, like those of the API', async () => {
  const { audit, taken } = collector()
  const app = await startOAuth({ audit, pool: { AutoVerifiedAttributes: ['email'] } })
  const { sub, clientId, UserPoolId } = app
  taken()
  const told = () => {
    const lines = taken()
    for (const line of lines)
      expect([line.userPoolId, line.clientId, line.operation]).toEqual([UserPoolId, clientId, line.operation])
    return lines.map((line) => brief(line, sub))
  }
  const user = await atSignIn(app)
  expect(told()).toEqual([])
  await user.submit('Sign in', { Username: 'ada', Password: 'Wrong-Horse-1' })
  expect(told()).toEqual(['SignIn sign-in refused NotAuthorizedException ada'])
  await user.submit('Sign in', { Username: '', Password: PASSWORD })
  expect(told()).toEqual([])
  await user.submit('Sign in', { Username: 'ada', Password: PASSWORD })
  expect(told()).toEqual(['SignIn sign-in success ada'])
  const { body } = await redeem(app, user.left as URL, { code_verifier: undefined })
  expect(told()).toEqual(['Token sign-in success ada'])
  const token = String(body.refresh_token)
  const client = { client_id: clientId }
  await postToken(app, { ...client, grant_type: 'refresh_token', refresh_token: token })
  await postToken(app, { ...client, grant_type: 'refresh_token', refresh_token: 'none' })
  await redeem(app, user.left as URL, { code_verifier: undefined })
  expect(told()).toEqual([
    'Token refresh success ada',
    'Token refresh refused invalid_grant',
    'Token sign-in refused invalid_grant ada',
  ])
  const again = pageUser(app)
  again.browser.jar.clear()
  for (const [name, value] of user.browser.jar) again.browser.jar.set(name, value)
  const query = new URLSearchParams({
    ...client,
    response_type: 'code',
    redirect_uri: OAUTH_CLIENT.CallbackURLs[0] ?? '',
  })
  taken()
  await again.open(`/oauth2/authorize?${query}`)
  expect(told()).toEqual(['Authorize sign-in success ada'])
  const out = new URLSearchParams({ ...client, logout_uri: OAUTH_CLIENT.LogoutURLs[0] ?? '' })
  await again.browser.get(`/logout?${out}`)
  expect(told()).toEqual(['Logout sign-out success ada'])
  const revoke = { method: 'POST', body: new URLSearchParams({ ...client, token }) }
  await app.server.fetch(new Request('http://localhost/oauth2/revoke', revoke))
  expect(told()).toEqual(['Revoke sign-out success ada'])

  const reset = await atSignIn(app)
  await reset.follow('Forgot your password?')
  await reset.submit('Continue', { Username: 'ada' })
  const fields = { 'New password': 'Battery-Staple-2', 'Confirm password': 'Battery-Staple-2' }
  await reset.submit('Change Password', { 'Verification code': '000000', ...fields })
  const code = app.server.inbox.last('ada@example.com')?.code ?? ''
  await reset.submit('Change Password', { 'Verification code': code, ...fields })
  expect(told()).toEqual([
    'ForgotPassword account success ada',
    'ConfirmForgotPassword account refused CodeMismatchException ada',
    'ConfirmForgotPassword account success ada',
    'SignIn sign-in success ada',
  ])
  const signUp = await atSignIn(app, {}, '/signup')
  await signUp.submit('Sign up', { Username: 'ada', Email: 'b@example.com', Password: PASSWORD })
  await signUp.submit('Sign up', { Username: 'bob', Email: 'b@example.com', Password: PASSWORD })
  await signUp.submit('Confirm Account', {
    'Verification code': app.server.inbox.last('b@example.com')?.code ?? '',
  })
  expect(told()).toEqual([
    'SignUp account refused UsernameExistsException ada',
    'SignUp account success',
    'ConfirmSignUp account success',
    'SignIn sign-in success',
  ])
})

test('a client that gets tokens for itself has a line, at the endpoint and in the API', async () => {
  const { audit, taken } = collector()
  const app = await startOAuth({ audit })
  const { clientId, secret } = await createMachine(app)
  taken()
  const fields = { grant_type: 'client_credentials', client_id: clientId }
  await postToken(app, { ...fields, client_secret: secret })
  await postToken(app, { ...fields, client_secret: 'another' })
  expect(taken().map((line) => [line.clientId, brief(line, '')])).toEqual([
    [clientId, 'Token sign-in success'],
    [clientId, 'Token sign-in refused invalid_client'],
  ])
})

test('a sign-in at a provider has a line when the browser comes back', async () => {
  const { audit, taken } = collector()
  const app = await startFederated({ audit })
  taken()
  const user = await signInUpstream(app, 'ada')
  expect(user.left?.searchParams.get('code')).toBeTruthy()
  expect(taken()).toMatchObject([
    { operation: 'ProviderSignIn', outcome: 'success', user: expect.any(String), clientId: app.clientId },
  ])
  const { UserPoolId } = app
  await app.admin.adminDisableUser({ UserPoolId, Username: 'Upstream_ada' })
  const { UserAttributes } = await app.admin.adminGetUser({ UserPoolId, Username: 'Upstream_ada' })
  taken()
  await signInUpstream(app, 'ada')
  const sub = UserAttributes?.find(({ Name }) => Name === 'sub')?.Value
  expect(taken()).toMatchObject([{ operation: 'ProviderSignIn', outcome: 'refused', user: sub }])
  await pageUser(app).open('/oauth2/idpresponse?state=made-up&code=x')
  expect(taken()).toMatchObject([
    { operation: 'ProviderSignIn', outcome: 'refused', exception: 'invalid_state' },
  ])
})

test('a wrong confirmation link has a line with this outcome', async () => {
  const { audit, taken } = collector()
  const app = await start({ audit })
  const { userPoolClientId: client_id } = app
  await app.call('SignUp', { ClientId: client_id, Username: 'ada@example.com', Password: PASSWORD })
  taken()
  const query = new URLSearchParams({ client_id, user_name: 'ada@example.com', confirmation_code: 'wrong' })
  const answer = await app.server.fetch(
    new Request(`http://localhost/confirmUser?${query}`, { method: 'POST', body: new URLSearchParams() }),
  )
  expect(answer.status).toBe(400)
  expect(taken()).toMatchObject([
    { event: 'account', operation: 'ConfirmSignUp', outcome: 'refused', exception: 'CodeMismatchException' },
  ])
})

test('identities and their credentials have lines, with the user of the token', async () => {
  const app = await startAudited()
  const { identityPoolId: IdentityPoolId, userPoolClientId: ClientId, userPoolId, server } = app
  const account = { ClientId, Username: 'ada@example.com' }
  const { UserSub } = (await app.call('SignUp', { ...account, Password: PASSWORD })).body
  await app.call('ConfirmSignUp', { ...account, ConfirmationCode: server.inbox.last(account.Username)?.code })
  const { body } = await app.call('InitiateAuth', {
    ClientId,
    AuthFlow: 'USER_PASSWORD_AUTH',
    AuthParameters: { USERNAME: account.Username, PASSWORD },
  })
  const Logins = {
    [`cognito-idp.us-east-1.amazonaws.com/${userPoolId}`]: body.AuthenticationResult.IdToken,
  }
  const found = await app.call('GetId', { IdentityPoolId, Logins }, IDENTITY_POOLS)
  const { IdentityId } = found.body as unknown as { IdentityId: string }
  const facts = {
    event: 'credentials',
    identityPoolId: IdentityPoolId,
    identityId: IdentityId,
    user: UserSub,
  }
  expect(found.line).toMatchObject(facts)
  const given = await app.call('GetCredentialsForIdentity', { IdentityId, Logins }, IDENTITY_POOLS)
  expect(given.line).toMatchObject({ ...facts, outcome: 'success' })
  const removed = await app.call('UnlinkIdentity', { IdentityId, Logins, LoginsToRemove: [] }, IDENTITY_POOLS)
  expect(removed.line).toMatchObject({ ...facts, outcome: 'success' })
  const guest = await app.call('GetCredentialsForIdentity', { IdentityId }, IDENTITY_POOLS)
  const { user: _, ...without } = facts
  expect(guest.line).toMatchObject({ ...without, outcome: 'refused', exception: 'NotAuthorizedException' })
  expect(guest.line).not.toHaveProperty('user')
  expect(given.text).toContain('SecretKey')
  expect(JSON.stringify(given.line)).not.toMatch(/eyJ|SecretKey|Token/)
})

test('an identity of a developer user, a new one and a pool of them are named by their ids', async () => {
  const app = await startAudited()
  const settings = {
    IdentityPoolName: 'new',
    AllowUnauthenticatedIdentities: true,
    DeveloperProviderName: 'us',
  }
  const made = await app.call('CreateIdentityPool', settings, IDENTITY_POOLS)
  const { IdentityPoolId } = made.body as unknown as { IdentityPoolId: string }
  expect(made.line).toMatchObject({ event: 'pool', identityPoolId: IdentityPoolId })
  const user = await app.call(
    'GetOpenIdTokenForDeveloperIdentity',
    { IdentityPoolId, Logins: { us: 'ada' } },
    IDENTITY_POOLS,
  )
  const guest = await app.call('GetId', { IdentityPoolId }, IDENTITY_POOLS)
  for (const { line, body } of [user, guest]) {
    const { IdentityId } = body as unknown as { IdentityId: string }
    expect(line).toMatchObject({ identityPoolId: IdentityPoolId, identityId: IdentityId })
  }
})

test('a new pool and a new client are named by their ids', async () => {
  const app = await startAudited()
  const made = await app.call('CreateUserPool', { PoolName: 'New' })
  const UserPoolId = made.body.UserPool.Id
  expect(made.line).toMatchObject({ event: 'pool', userPoolId: UserPoolId, names: { PoolName: 'New' } })
  const client = await app.call('CreateUserPoolClient', {
    UserPoolId,
    ClientName: 'Web',
    GenerateSecret: true,
  })
  expect(client.line).toMatchObject({ clientId: client.body.UserPoolClient.ClientId })
  expect(JSON.stringify(client.line)).not.toContain(client.body.UserPoolClient.ClientSecret)
})

test('answers are the same with and without an audit', async () => {
  const plain: Started = await start()
  const audited = await start({ audit() {} })
  for (const app of [plain, audited]) {
    const input = { ClientId: app.userPoolClientId, Username: 'ada@example.com', Password: PASSWORD }
    expect((await app.call('SignUp', input)).status).toBe(200)
  }
})

test('an audit that fails gets each event once, as it happened', async () => {
  const lines: AuditEntry[] = []
  const app = await start({
    audit: (entry) => {
      lines.push(entry)
      throw new Error('The disk is full.')
    },
  })
  await app.call('SignUp', {
    ClientId: app.userPoolClientId,
    Username: 'ada@example.com',
    Password: PASSWORD,
  })
  expect(lines).toMatchObject([{ operation: 'SignUp', outcome: 'success' }])
})
