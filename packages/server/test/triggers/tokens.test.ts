import type { FunctionHandler, TriggerEvent, UserPoolConfig } from '@amulet/server'
import { expect, test } from 'vitest'
import { PASSWORD } from '../start.js'
import { arn, CLIENT, handlerOf, refused, startWithFunctions } from './start-with-functions.js'

const ada = {
  Username: 'ada',
  Password: PASSWORD,
  UserAttributes: [
    { Name: 'email', Value: 'ada@birch.example' },
    { Name: 'phone_number', Value: '+15555550100' },
    { Name: 'custom:tenant', Value: 'acme' },
  ],
}
const pool: Partial<UserPoolConfig> = {
  Schema: [{ Name: 'tenant', AttributeDataType: 'String', Mutable: true }],
  groups: [
    { GroupName: 'readers', RoleArn: 'arn:aws:iam::000000000000:role/reader', Precedence: 1 },
    { GroupName: 'tmp-1' },
  ],
  users: [{ ...ada, groups: ['readers', 'tmp-1'] }],
}

const payload = (token: string): Record<string, unknown> =>
  JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString())

const version = (LambdaVersion: 'V1_0' | 'V2_0' | 'V3_0') => ({
  pool,
  lambdaConfig: { PreTokenGenerationConfig: { LambdaVersion, LambdaArn: arn('PreTokenGeneration') } },
})

/** The claims of both tokens of a sign-in. */
async function tokensOf(app: Awaited<ReturnType<typeof startWithFunctions>>) {
  const { body } = await app.signIn('ada')
  const { IdToken, AccessToken, RefreshToken } = body.AuthenticationResult
  return { id: payload(IdToken), access: payload(AccessToken), AccessToken, RefreshToken }
}

test('version 1 adds and removes claims of the ID token, and leaves the access token', async () => {
  const app = await startWithFunctions(
    { PreTokenGeneration: await handlerOf('16-token-v1-replace.cjs') },
    { pool },
  )
  const { id, access } = await tokensOf(app)
  expect(id).toMatchObject({ team: 'north', 'custom:tier': 'gold', 'cognito:groups': ['readers', 'tmp-1'] })
  expect(id).not.toHaveProperty('email')
  expect(access).toMatchObject({
    scope: 'aws.cognito.signin.user.admin',
    'cognito:groups': ['readers', 'tmp-1'],
  })
  expect(access).not.toHaveProperty('team')
})

test('version 1 replaces the groups of both tokens, at a refresh too', async () => {
  const app = await startWithFunctions(
    { PreTokenGeneration: await handlerOf('17-token-v1-groups.ts') },
    { pool },
  )
  const groups = ['readers', 'tmp-1', 'everyone']
  const { id, access, RefreshToken } = await tokensOf(app)
  expect(id).toMatchObject({ 'cognito:groups': groups, group_count: '2' })
  expect(id).not.toHaveProperty('cognito:roles')
  expect(id).not.toHaveProperty('cognito:preferred_role')
  expect(access).toMatchObject({ 'cognito:groups': groups })
  const refreshed = await app.ask('GetTokensFromRefreshToken', {
    RefreshToken,
    ClientMetadata: { deviceKind: 'phone' },
  })
  expect(payload(refreshed.body.AuthenticationResult.IdToken)).toMatchObject({
    'cognito:groups': groups,
    device_kind: 'phone',
  })
  const byFlow = await app.ask('InitiateAuth', {
    AuthFlow: 'REFRESH_TOKEN_AUTH',
    AuthParameters: { REFRESH_TOKEN: RefreshToken },
    ClientMetadata: { deviceKind: 'phone' },
  })
  expect(payload(byFlow.body.AuthenticationResult.IdToken)).not.toHaveProperty('device_kind')
})

test('version 2 changes each token for itself, with structured claims, scopes and groups', async () => {
  const app = await startWithFunctions(
    { PreTokenGeneration: await handlerOf('18-token-v2-both.mjs') },
    version('V2_0'),
  )
  const { id, access } = await tokensOf(app)
  expect(id).toMatchObject({ seat: { row: 4, col: 'B' }, tags: ['a', 'b'], 'cognito:groups': ['readers'] })
  expect(id).not.toHaveProperty('phone_number')
  expect(access).toMatchObject({
    tenant: 'acme',
    scope: 'aws.cognito.signin.user.admin birch/read',
    'cognito:groups': ['readers'],
  })
  expect(access).not.toHaveProperty('seat')
})

test('version 2 can leave out every part', async () => {
  const app = await startWithFunctions(
    { PreTokenGeneration: await handlerOf('19-token-v2-scope-only.mjs') },
    version('V2_0'),
  )
  const { id, access, AccessToken } = await tokensOf(app)
  expect(access.scope).toBe('aws.cognito.signin.user.admin orders:write orders:read')
  expect(id).toMatchObject({ email: 'ada@birch.example', 'cognito:groups': ['readers', 'tmp-1'] })
  expect((await app.call('GetUser', { AccessToken })).status).toBe(200)
})

test.each(['V1_0', 'V2_0', 'V3_0'] as const)(
  'the event of %s has the groups, and scopes from version 2 on',
  async (v) => {
    const events: TriggerEvent[] = []
    const app = await startWithFunctions(
      {
        PreTokenGeneration: async (event) => {
          events.push(structuredClone(event))
          return event
        },
      },
      version(v),
    )
    const { body } = await app.manage('DescribeUserPool')
    // Tools read back what they wrote, under either name.
    expect(body.UserPool.LambdaConfig).toEqual({
      PreTokenGeneration: arn('PreTokenGeneration'),
      PreTokenGenerationConfig: { LambdaVersion: v, LambdaArn: arn('PreTokenGeneration') },
    })
    await app.signIn('ada', PASSWORD, { ClientMetadata: { not: 'for this one' } })
    const [event] = events
    expect(event).toMatchObject({
      version: v.slice(1, 2),
      triggerSource: 'TokenGeneration_Authentication',
      callerContext: { clientId: CLIENT },
      request: {
        userAttributes: {
          sub: expect.any(String),
          'cognito:user_status': 'CONFIRMED',
          'custom:tenant': 'acme',
        },
        groupConfiguration: {
          groupsToOverride: ['readers', 'tmp-1'],
          iamRolesToOverride: ['arn:aws:iam::000000000000:role/reader'],
          preferredRole: 'arn:aws:iam::000000000000:role/reader',
        },
      },
    })
    expect(event?.request.clientMetadata).toBeUndefined()
    expect(event?.request.scopes).toEqual(v === 'V1_0' ? undefined : ['aws.cognito.signin.user.admin'])
    expect(event?.response).toEqual(
      v === 'V1_0' ? { claimsOverrideDetails: null } : { claimsAndScopeOverrideDetails: null },
    )
  },
)

test('the source says what the tokens are for, such as a new password or a refresh', async () => {
  const runs: unknown[] = []
  const app = await startWithFunctions(
    {
      PreTokenGeneration: async (event) => {
        runs.push([event.triggerSource, event.request.clientMetadata])
        return event
      },
    },
    { pool: { users: [{ Username: 'ada', Password: PASSWORD, Temporary: true }] } },
  )
  const { body } = await app.signIn('ada')
  const { body: signedIn } = await app.ask('RespondToAuthChallenge', {
    ChallengeName: 'NEW_PASSWORD_REQUIRED',
    Session: body.Session,
    ChallengeResponses: { USERNAME: 'ada', NEW_PASSWORD: `${PASSWORD}-2` },
    ClientMetadata: { from: 'app' },
  })
  await app.ask('GetTokensFromRefreshToken', { RefreshToken: signedIn.AuthenticationResult.RefreshToken })
  expect(runs).toEqual([
    ['TokenGeneration_NewPasswordChallenge', { from: 'app' }],
    ['TokenGeneration_RefreshTokens', undefined],
  ])
})

test('functions cannot change reserved claims, and removing wins over adding', async () => {
  const fixed = {
    sub: 'somebody',
    iss: 'https://evil.example',
    aud: 'other',
    client_id: 'other',
    exp: 9_999_999_999,
    token_use: 'other',
    username: 'eve',
    scope: 'everything',
    event_id: 'x',
    origin_jti: 'x',
    device_key: 'x',
    'cognito:username': 'eve',
    'cognito:groups': ['admins'],
  }
  const claims = {
    claimsToAddOrOverride: { ...fixed, both: 'x', kept: true },
    claimsToSuppress: ['sub', 'exp', 'cognito:groups', 'both'],
  }
  const plain = await startWithFunctions({}, { pool })
  const app = await startWithFunctions(
    {
      PreTokenGeneration: async (event) => ({
        ...event,
        response: {
          claimsAndScopeOverrideDetails: { idTokenGeneration: claims, accessTokenGeneration: claims },
        },
      }),
    },
    version('V2_0'),
  )
  const changed = await tokensOf(app)
  const unchanged = await tokensOf(plain)
  for (const token of ['id', 'access'] as const) {
    expect(Object.keys(changed[token]).toSorted()).toEqual(
      [...Object.keys(unchanged[token]), 'kept'].toSorted(),
    )
    for (const [name, value] of Object.entries(fixed)) expect(changed[token][name]).not.toEqual(value)
  }
})

test('a function may remove the groups, and the scopes that this API needs', async () => {
  const app = await startWithFunctions(
    {
      PreTokenGeneration: async (event) => ({
        ...event,
        response: {
          claimsAndScopeOverrideDetails: {
            accessTokenGeneration: {
              scopesToAdd: ['birch/read'],
              scopesToSuppress: ['aws.cognito.signin.user.admin'],
            },
            groupOverrideDetails: {},
          },
        },
      }),
    },
    version('V2_0'),
  )
  const { id, access, AccessToken } = await tokensOf(app)
  expect(access.scope).toBe('birch/read')
  for (const claims of [id, access]) expect(claims).not.toHaveProperty('cognito:groups')
  expect(refused(await app.call('GetUser', { AccessToken }))).toBe(
    'NotAuthorizedException: Access Token does not have required scopes',
  )
})

const answering =
  (response: unknown): FunctionHandler =>
  async (event) => ({ ...event, response })

test.each([
  ['V1_0', { claimsOverrideDetails: { claimsToAddOrOverride: { seat: { row: 4 } } } }],
  ['V1_0', { claimsOverrideDetails: { claimsToAddOrOverride: { seat: 4 } } }],
  ['V1_0', { claimsOverrideDetails: { claimsToAddOrOverride: ['seat'] } }],
  ['V1_0', { claimsOverrideDetails: { claimsToAddOrOverride: JSON.parse('{"__proto__":"x"}') } }],
  ['V1_0', { claimsOverrideDetails: { claimsToAddOrOverride: { 'aws:admin': 'x' } } }],
  ['V1_0', { claimsOverrideDetails: 'x' }],
  ['V2_0', { claimsAndScopeOverrideDetails: { accessTokenGeneration: { scopesToAdd: ['a b'] } } }],
  ['V2_0', { claimsAndScopeOverrideDetails: { accessTokenGeneration: { scopesToAdd: 'a' } } }],
  [
    'V2_0',
    {
      claimsAndScopeOverrideDetails: {
        idTokenGeneration: { claimsToAddOrOverride: { a: JSON.parse('{"b":{"__proto__":{}}}') } },
      },
    },
  ],
  [
    'V2_0',
    { claimsAndScopeOverrideDetails: { groupOverrideDetails: { groupsToOverride: [{ name: 'admins' }] } } },
  ],
] as const)('%s refuses an answer of the wrong form, and the sign-in fails: %j', async (v, response) => {
  const app = await startWithFunctions({ PreTokenGeneration: answering(response) }, version(v))
  expect(refused(await app.signIn('ada'))).toBe(
    'InvalidLambdaResponseException: Unrecognizable lambda output',
  )
})

test('one version has one function under both names, and the LITE tier has only version 1', async () => {
  const identity: FunctionHandler = async (event) => event
  const app = await startWithFunctions(
    { PreTokenGeneration: identity, other: identity },
    { lambdaConfig: {} },
  )
  const update = (LambdaConfig: object, UserPoolTier = 'ESSENTIALS') =>
    app.manage('UpdateUserPool', { LambdaConfig, UserPoolTier })
  const PreTokenGenerationConfig = { LambdaVersion: 'V2_0', LambdaArn: arn('PreTokenGeneration') }
  expect(
    (await update({ PreTokenGeneration: arn('PreTokenGeneration'), PreTokenGenerationConfig })).status,
  ).toBe(200)
  expect(refused(await update({ PreTokenGeneration: arn('other'), PreTokenGenerationConfig }))).toBe(
    "InvalidParameterException: Cannot use PreTokenGenerationLambda and PreTokenGeneration with different Lambda function ARN's",
  )
  expect(refused(await update({ PreTokenGenerationConfig }, 'LITE'))).toBe(
    'FeatureUnavailableInTierException: The following features need to be disabled for the LITE pricing tier configured: Token Customization with Pre-Token Generation Lambda V2_0',
  )
})

test('with rotation, a refresh whose function fails leaves the refresh token for another try', async () => {
  let fails = false
  const app = await startWithFunctions(
    {
      PreTokenGeneration: async (event) => {
        if (fails) throw new Error('down')
        return event
      },
    },
    {
      pool,
      client: {
        ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH'],
        RefreshTokenRotation: { Feature: 'ENABLED', RetryGracePeriodSeconds: 0 },
      },
    },
  )
  const { RefreshToken } = await tokensOf(app)
  const refresh = () => app.ask('GetTokensFromRefreshToken', { RefreshToken })
  fails = true
  expect(refused(await refresh())).toBe(
    'UserLambdaValidationException: PreTokenGeneration failed with error down.',
  )
  fails = false
  expect((await refresh()).status).toBe(200)
  // Used, it is refused before the function runs.
  fails = true
  expect((await refresh()).body.__type).toBe('RefreshTokenReuseException')
})

test('a refresh runs the function once, also where its token was replaced and its answer was lost', async () => {
  let runs = 0
  const app = await startWithFunctions(
    {
      PreTokenGeneration: async (event) => {
        event.response = { claimsOverrideDetails: { claimsToAddOrOverride: { run: `${++runs}` } } }
        return event
      },
    },
    {
      pool,
      client: {
        ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH'],
        RefreshTokenRotation: { Feature: 'ENABLED', RetryGracePeriodSeconds: 60 },
      },
    },
  )
  const { id, RefreshToken } = await tokensOf(app)
  expect(id.run).toBe('1')
  for (const run of ['2', '3']) {
    const { body } = await app.ask('GetTokensFromRefreshToken', { RefreshToken })
    expect(payload(body.AuthenticationResult.IdToken).run).toBe(run)
  }
})

test('a sign-in that ends while its function runs gets no more tokens', async () => {
  let signsOut = false
  const app = await startWithFunctions(
    {
      PreTokenGeneration: async (event) => {
        if (signsOut) await app.manage('AdminUserGlobalSignOut', { Username: 'ada' })
        return event
      },
    },
    { pool },
  )
  const { RefreshToken } = await tokensOf(app)
  signsOut = true
  expect(refused(await app.ask('GetTokensFromRefreshToken', { RefreshToken }))).toBe(
    'NotAuthorizedException: Refresh Token has been revoked',
  )
  expect(refused(await app.signIn('ada'))).toBe('NotAuthorizedException: Invalid session for the user.')
})
