import type { LogEntry } from '@amulet/server'
import * as identitySdk from '@aws-sdk/client-cognito-identity'
import * as sdk from '@aws-sdk/client-cognito-identity-provider'
import { type HttpRequest, HttpResponse } from '@smithy/core/protocols'
import fc from 'fast-check'
import { decodeJwt } from 'jose'
import { expect, onTestFinished, test } from 'vitest'
import { identityPoolOperations } from '../src/identity-pools/operations/index.js'
import { userPoolOperations } from '../src/operations/index.js'
import { tokenSessionId } from '../src/tokens/session-id.js'
import type { StructureShape } from '../src/wire/shape.js'
import { DEVELOPER, filledIn, inputs, noJson, OWN_POOLS, RUNS, SEED, type World } from './fuzz.js'
import { challengesOf, POOL_WITH_FACTORS, prepareFactors } from './fuzz-factors.js'
import { forRedirects } from './fuzz-redirects.js'
import { FUNCTIONS } from './model/functions.js'
import { type Answer, call, PASSWORD, type Started, start } from './start.js'

const IDENTITY_SERVICE = 'AWSCognitoIdentityService'
const OPERATIONS = [
  ...userPoolOperations.map((operation) => ({
    ...operation,
    service: 'AWSCognitoIdentityProviderService',
  })),
  ...identityPoolOperations.map((operation) => ({ ...operation, service: IDENTITY_SERVICE })),
]

/** Inputs after which there are fresh users: those there were may be gone or locked out by then. */
const ROUND = 25
/** Of operations that need users at all kinds of challenges, which take longer to make. */
const LONG_ROUND = 50

interface Fuzzed {
  readonly app: Started
  world: World
  /** Makes a user as at the beginning, whatever was done to the one before. */
  renew(): Promise<void>
  /** What went wrong inside since it was last asked. */
  faults(): unknown[]
}

/** @param makesChallenges whether there are sign-ins that have come to each challenge */
async function startFuzzed(makesChallenges = false): Promise<Fuzzed> {
  const causes: unknown[] = []
  const app = await start({
    functions: FUNCTIONS,
    log: ({ status, cause }: LogEntry) => {
      if (status >= 500) causes.push(cause)
    },
  })
  const admin = awsSdk(app)
  const populateAll = async () => {
    const world = await populate(app, admin)
    return makesChallenges ? { ...world, ...(await prepareFactors(app, world.userPoolId)) } : world
  }
  const withChallenges = async (world: World) =>
    makesChallenges ? { ...world, ...(await challengesOf(app, world)) } : world
  const fuzzed: Fuzzed = {
    app,
    world: await withChallenges(await populateAll()),
    async renew() {
      // Lockouts and quotas are over.
      app.server.clock.advance(7200)
      fuzzed.world = await refresh(app, admin, fuzzed.world)
        .then(withChallenges)
        .catch(async () => withChallenges(await populateAll()))
    },
    faults: () => causes.splice(0),
  }
  return fuzzed
}

/** The AWS SDK on the server's `fetch`: no network, and types for what comes back. */
function awsSdk({ server }: Started): sdk.CognitoIdentityProvider {
  const client = new sdk.CognitoIdentityProvider({
    endpoint: 'http://localhost',
    region: 'us-east-1',
    maxAttempts: 1,
    credentials: { accessKeyId: 'anybody', secretAccessKey: 'anything' },
    requestHandler: {
      async handle(request: HttpRequest) {
        const answer = await server.fetch(
          new Request('http://localhost/', { method: 'POST', headers: request.headers, body: request.body }),
        )
        const response = new HttpResponse({
          statusCode: answer.status,
          headers: Object.fromEntries(answer.headers),
          body: Buffer.from(await answer.arrayBuffer()),
        })
        return { response }
      },
    },
  })
  onTestFinished(() => client.destroy())
  return client
}

let populations = 0

/** A pool with what a pool has. */
async function populate(app: Started, admin: sdk.CognitoIdentityProvider): Promise<World> {
  const number = populations++
  const { UserPool } = await admin.createUserPool({
    PoolName: `Pool ${number}`,
    AliasAttributes: ['email', 'phone_number'],
    AutoVerifiedAttributes: ['email'],
    Schema: [{ Name: 'level', AttributeDataType: 'Number', Mutable: true }],
    ...POOL_WITH_FACTORS,
  })
  const UserPoolId = UserPool?.Id ?? ''
  const newClient = async (settings: Partial<sdk.CreateUserPoolClientRequest>) =>
    (
      await admin.createUserPoolClient({
        UserPoolId,
        ClientName: 'fuzz',
        ExplicitAuthFlows: [
          'ALLOW_USER_PASSWORD_AUTH',
          'ALLOW_USER_SRP_AUTH',
          'ALLOW_ADMIN_USER_PASSWORD_AUTH',
          'ALLOW_USER_AUTH',
          'ALLOW_CUSTOM_AUTH',
          'ALLOW_REFRESH_TOKEN_AUTH',
        ],
        ...settings,
      })
    ).UserPoolClient
  const client = await newClient({ PreventUserExistenceErrors: number % 2 ? 'ENABLED' : 'LEGACY' })
  const confidential = await newClient({ GenerateSecret: true })
  const secrets = await admin.listUserPoolClientSecrets({ UserPoolId, ClientId: confidential?.ClientId })
  await admin.createGroup({ UserPoolId, GroupName: 'admins' })
  return await refresh(app, admin, {
    userPoolId: UserPoolId,
    poolArn: UserPool?.Arn ?? '',
    clientId: client?.ClientId ?? '',
    confidentialClientId: confidential?.ClientId ?? '',
    clientSecret: confidential?.ClientSecret ?? '',
    secretId: secrets.ClientSecrets?.[0]?.ClientSecretId ?? '',
    secretHash: Buffer.alloc(32, 1).toString('base64'),
    password: PASSWORD,
    srpA: 'ab'.repeat(384),
    group: 'admins',
  })
}

type Lasting = Partial<World> & Pick<World, 'userPoolId' | 'clientId' | 'srpA'>
let users = 0

/** Users of a pool: one who has signed in, one who has to choose a password, and one who is not confirmed. */
async function refresh(app: Started, admin: sdk.CognitoIdentityProvider, lasting: Lasting): Promise<World> {
  const { server } = app
  const { userPoolId: UserPoolId, clientId: ClientId } = lasting
  const [username, newcomer, unconfirmed] = [`ada${++users}`, `newcomer${users}`, `unconfirmed${users}`]
  const email = `${username}@example.com`
  const phoneNumber = `+1555${String(users).padStart(7, '0')}`
  const create = (Username: string, attributes: Record<string, string>) =>
    admin.adminCreateUser({
      UserPoolId,
      Username,
      TemporaryPassword: PASSWORD,
      MessageAction: 'SUPPRESS',
      UserAttributes: Object.entries(attributes).map(([Name, Value]) => ({ Name, Value })),
    })
  const { User } = await create(username, { email, email_verified: 'true', phone_number: phoneNumber })
  await create(newcomer, {})
  await admin.adminSetUserPassword({ UserPoolId, Username: username, Password: PASSWORD, Permanent: true })
  const codeOf = async (sending: Promise<unknown>) => {
    await sending
    return server.inbox.last()?.code ?? ''
  }
  const initiate = (USERNAME: string, AuthFlow: 'USER_PASSWORD_AUTH' | 'USER_SRP_AUTH') =>
    admin.initiateAuth({
      ClientId,
      AuthFlow,
      AuthParameters: { USERNAME, PASSWORD, SRP_A: lasting.srpA },
    })
  const { AuthenticationResult: tokens } = await initiate(username, 'USER_PASSWORD_AUTH')
  const AccessToken = tokens?.AccessToken ?? ''
  const challenge = await initiate(newcomer, 'USER_PASSWORD_AUTH')
  const srp = await initiate(username, 'USER_SRP_AUTH')
  const page = await admin.listUsers({ UserPoolId, Limit: 1 })
  expect((await app.call('GetUser', { AccessToken })).status).toBe(200)
  // What only operations about challenges are sent comes later.
  const world: Partial<World> = {
    ...lasting,
    username,
    email,
    phoneNumber,
    newcomer,
    unconfirmed,
    sub: User?.Attributes?.[0]?.Value ?? '',
    accessToken: AccessToken,
    idToken: tokens?.IdToken ?? '',
    refreshToken: tokens?.RefreshToken ?? '',
    session: challenge.Session ?? '',
    secretBlock: srp.ChallengeParameters?.SECRET_BLOCK ?? '',
    signUpCode: await codeOf(
      admin.signUp({
        ClientId,
        Username: unconfirmed,
        Password: PASSWORD,
        UserAttributes: [{ Name: 'email', Value: `${unconfirmed}@example.com` }],
      }),
    ),
    resetCode: await codeOf(admin.forgotPassword({ ClientId, Username: username })),
    attributeCode: await codeOf(
      admin.getUserAttributeVerificationCode({ AccessToken, AttributeName: 'email' }),
    ),
    paginationToken: page.PaginationToken ?? '',
    sessionId: tokenSessionId(decodeJwt<{ origin_jti: string }>(AccessToken).origin_jti),
    ...(await forRedirects(admin, lasting, String(users))),
    ...(await identities(app, `${username}-developer`)),
  }
  return world as World
}

/** An identity pool with a guest, and with a user whom a developer has authenticated. */
async function identities({ server }: Started, developerUser: string) {
  const ask = async (operation: string, input: object): Promise<Record<string, string>> =>
    Object(await call(server, operation, input, IDENTITY_SERVICE)).body
  const { IdentityPoolId: identityPoolId = '' } = await ask('CreateIdentityPool', {
    IdentityPoolName: 'fuzz',
    AllowUnauthenticatedIdentities: true,
    AllowClassicFlow: true,
    DeveloperProviderName: DEVELOPER,
    CognitoIdentityProviders: [{ ProviderName: OWN_POOLS, ClientId: 'amuletdevwebclient00000000' }],
  })
  const role = 'arn:aws:iam::123456789012:role/some'
  await ask('SetIdentityPoolRoles', {
    IdentityPoolId: identityPoolId,
    Roles: { authenticated: role, unauthenticated: role },
  })
  const { IdentityId: guestId = '' } = await ask('GetId', { IdentityPoolId: identityPoolId })
  const { IdentityId: identityId = '', Token = '' } = await ask('GetOpenIdTokenForDeveloperIdentity', {
    IdentityPoolId: identityPoolId,
    Logins: { [DEVELOPER]: developerUser },
  })
  return {
    identityPoolId,
    identityPoolArn: `arn:aws:cognito-identity:us-east-1:000000000000:identitypool/${identityPoolId}`,
    identityId,
    guestId,
    developerUser,
    openIdToken: Token,
  }
}

const ANSWERS_OF_THE_PROTOCOL = ['SerializationException', 'UnknownOperationException']
/** The names that the AWS SDK has a class for, and those that come before any operation. */
const isException = (name: unknown) =>
  typeof name === 'string' &&
  name.endsWith('Exception') &&
  (name in sdk || name in identitySdk || ANSWERS_OF_THE_PROTOCOL.includes(name))

function expectProtocol({ status, headers, text }: Answer, faults: unknown[]): void {
  expect(faults).toEqual([])
  expect(headers.get('x-amzn-requestid')).toMatch(/^[0-9a-f-]{36}$/)
  expect(headers.get('content-type')).toBe('application/x-amz-json-1.1')
  if (status === 200) {
    if (text !== '') expect(JSON.parse(text)).toBeTypeOf('object')
    return
  }
  expect(status).toBe(400)
  const { __type, message, ...rest } = JSON.parse(text)
  expect(__type).toSatisfy(isException)
  expect(headers.get('x-amzn-errortype')).toBe(`${__type}:`)
  expect(rest).toEqual({})
  if (__type !== 'UnknownOperationException') expect(message).toBeTypeOf('string')
}

/** Whether an input has members that only the users of `challengesOf` have a sensible value for. */
const isAboutChallenges = (input: StructureShape): boolean =>
  Object.keys(input.members).some((name) =>
    /^(ChallengeResponses|AuthParameters|DeviceKey|UserCode|Credential|CredentialId)$/.test(name),
  )

const accepted = new Map<string, number>()

test.each(OPERATIONS)(
  '$name of $service answers by the protocol whatever it is sent',
  async ({ name, input, service }) => {
    const makesChallenges = isAboutChallenges(input)
    const round = makesChallenges ? LONG_ROUND : ROUND
    const fuzzed = await startFuzzed(makesChallenges)
    let runs = 0
    await fc.assert(
      fc.asyncProperty(inputs(input), async (generated) => {
        if (runs++ % round === round - 1) await fuzzed.renew()
        const body = JSON.stringify(filledIn(generated, fuzzed.world))
        const answer = await call(fuzzed.app.server, name, body, service)
        expectProtocol(answer, fuzzed.faults())
        if (answer.status === 200) accepted.set(name, (accepted.get(name) ?? 0) + 1)
      }),
      { numRuns: RUNS, seed: SEED },
    )
    // Still there, and well.
    await fuzzed.renew()
    expect(fuzzed.faults()).toEqual([])
  },
  60_000 + RUNS * 300,
)

test('the inputs are close enough to valid ones to pass the checks of their form', () => {
  const total = [...accepted.values()].reduce((sum, count) => sum + count, 0)
  expect(total).toBeGreaterThan(0.15 * RUNS * OPERATIONS.length)
  // Each operation that takes a right answer of a user at some challenge, or what a pool has for redirects, took some.
  const about = userPoolOperations.filter(({ input }) => isAboutChallenges(input)).map(({ name }) => name)
  const forRedirects = userPoolOperations
    .map(({ name }) => name)
    .filter((name) => /PoolDomain|ResourceServer|IdentityProvider|ForUser$|Branding|Terms|UICust/.test(name))
  if (RUNS >= 100) expect([...about, ...forRedirects].filter((name) => !accepted.has(name))).toEqual([])
})

test('a body that is not JSON is answered by the protocol, with and without an operation', async () => {
  const { app, faults } = await startFuzzed()
  const named = ['NoSuchOperation', 'constructor', '__proto__', ''].flatMap((name) =>
    OPERATIONS.slice(-1).map(({ service }) => ({ name, service })),
  )
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...OPERATIONS, ...named), noJson, async ({ name, service }, body) => {
      expectProtocol(await call(app.server, name, body, service), faults())
    }),
    { numRuns: RUNS, seed: SEED },
  )
})

test('the other addresses answer any request without a fault', {
  timeout: 60_000 + RUNS * 300,
}, async () => {
  const { app, world, faults } = await startFuzzed()
  const { userPoolId, clientId } = world
  const part = fc.oneof(
    fc.constantFrom(
      '',
      '_amulet',
      'clock',
      'inbox',
      'ready',
      '.well-known',
      'jwks.json',
      'confirmUser',
      userPoolId,
    ),
    fc.constantFrom('%', '%00', '%zz', '..', '%2e%2e', '%ff', '*', ':userPoolId', '//'),
    fc.webPath(),
  )
  const parameter = fc.tuple(
    fc.constantFrom('client_id', 'user_name', 'confirmation_code', 'to', '__proto__'),
    fc.oneof(fc.constantFrom(clientId, 'ada', '123456', '%', '%00', '%ff'), fc.webQueryParameters()),
  )
  const method = fc.constantFrom('GET', 'POST', 'HEAD', 'PUT', 'DELETE', 'OPTIONS', 'PATCH')
  const body = fc.oneof(noJson, fc.json())
  await fc.assert(
    fc.asyncProperty(
      method,
      fc.array(part),
      fc.array(parameter),
      body,
      async (m, parts, parameters, content) => {
        const query = parameters.map(([name, value]) => `${name}=${value}`).join('&')
        const response = await app.server.fetch(
          new Request(`http://localhost/${parts.join('/')}?${query}`, {
            method: m,
            ...(['POST', 'PUT', 'PATCH'].includes(m) && { body: content }),
          }),
        )
        expect(faults()).toEqual([])
        expect([200, 204, 400, 404]).toContain(response.status)
        await response.body?.cancel()
      },
    ),
    { numRuns: 5 * RUNS, seed: SEED },
  )
})
