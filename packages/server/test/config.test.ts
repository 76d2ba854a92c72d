import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type AmuletConfig, createServer, defineConfig, type ServerOptions } from '@amulet/server'
import { expect, test } from 'vitest'
import { amulet, amuletDev, temporaryFolder } from './amulet.js'
import { sqliteDatabase } from './fresh-database.js'
import { PASSWORD, start } from './start.js'

const POOL = 'us-east-1_Declared1'
const CLIENT = 'declaredclient'
const SUB = '11111111-2222-4333-8444-555555555555'

const config = defineConfig({
  userPools: [
    {
      UserPoolId: POOL,
      PoolName: 'Declared',
      UsernameAttributes: ['email'],
      AutoVerifiedAttributes: ['email'],
      Policies: { PasswordPolicy: { MinimumLength: 10 } },
      clients: [
        {
          ClientId: CLIENT,
          ClientName: 'Web',
          ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
          AccessTokenValidity: 5,
          TokenValidityUnits: { AccessToken: 'minutes' },
        },
      ],
      users: [
        {
          Username: 'ada@example.com',
          Password: PASSWORD,
          UserAttributes: [
            { Name: 'email_verified', Value: 'true' },
            { Name: 'name', Value: 'Ada' },
          ],
        },
        { Username: 'new@example.com', Password: PASSWORD, Temporary: true },
      ],
    },
  ],
})

test('declared pools, clients and users exist, and the default pool does not', async () => {
  const app = await start({ config })
  expect(app).toMatchObject({
    userPoolId: POOL,
    userPoolClientId: CLIENT,
    issuer: `http://localhost:9230/${POOL}`,
  })
  const signIn = (USERNAME: string) =>
    app.call('InitiateAuth', {
      ClientId: CLIENT,
      AuthFlow: 'USER_PASSWORD_AUTH',
      AuthParameters: { USERNAME, PASSWORD },
    })
  const { AuthenticationResult } = (await signIn('ada@example.com')).body
  expect(AuthenticationResult.ExpiresIn).toBe(300)
  const user = await app.call('GetUser', { AccessToken: AuthenticationResult.AccessToken })
  expect(user.body.UserAttributes).toEqual(
    expect.arrayContaining([
      { Name: 'email', Value: 'ada@example.com' },
      { Name: 'email_verified', Value: 'true' },
      { Name: 'name', Value: 'Ada' },
    ]),
  )
  expect((await signIn('new@example.com')).body.ChallengeName).toBe('NEW_PASSWORD_REQUIRED')
  const other = await app.call('SignUp', {
    ClientId: 'amuletdevwebclient00000000',
    Username: 'x@example.com',
    Password: PASSWORD,
  })
  expect(other.body.__type).toBe('ResourceNotFoundException')
})

test('second factors and passkeys of a pool are declared as SetUserPoolMfaConfig takes them', async () => {
  const factors = {
    MfaConfiguration: 'ON',
    SoftwareTokenMfaConfiguration: { Enabled: true },
    EmailMfaConfiguration: { Subject: 'Code', Message: 'Your code: {####}' },
    WebAuthnConfiguration: { RelyingPartyId: 'example.com', UserVerification: 'required' },
  } as const
  const database = `sqlite:${join(temporaryFolder(), 'amulet.db')}`
  const rootKey = Buffer.alloc(32, 7)
  const pool = { UserPoolId: POOL, PoolName: 'Factors', ...factors }
  const app = await start({ database, rootKey, config: { userPools: [pool] } })
  const { body } = await app.call('GetUserPoolMfaConfig', { UserPoolId: POOL })
  expect(body).toMatchObject(factors)
  await app.server.close()

  const warnings: string[] = []
  const warn = (sentence: string) => warnings.push(sentence)
  const again = await start({ database, rootKey, warn, config: { userPools: [pool] } })
  expect(warnings).toEqual([])
  await again.server.close()
  const { EmailMfaConfiguration: _, ...fewer } = pool
  await start({ database, rootKey, warn, config: { userPools: [fewer] } })
  expect(warnings).toEqual([expect.stringContaining('differs from its declaration in EmailMfaConfiguration')])
})

test.each([
  ['a factor in a pool without MFA', { SoftwareTokenMfaConfiguration: { Enabled: true } }],
  ['an app that is not on', { MfaConfiguration: 'ON', SoftwareTokenMfaConfiguration: { Enabled: false } }],
  ['passkeys for an address', { WebAuthnConfiguration: { RelyingPartyId: '127.0.0.1' } }],
] as const)('%s is refused at the start', async (_, settings) => {
  const server = createServer({ config: { userPools: [{ PoolName: 'Factors', ...settings }] } })
  await expect(server.ready).rejects.toMatchObject({ name: 'StartError' })
})

test('declared groups and memberships exist, and are in the tokens', async () => {
  const folder = temporaryFolder()
  const options = { database: `sqlite:${join(folder, 'amulet.db')}`, rootKey: Buffer.alloc(32, 7) }
  const [pool] = config.userPools ?? []
  const declared = (Precedence: number, sub = SUB): AmuletConfig => ({
    userPools: [
      {
        ...pool,
        PoolName: 'Declared',
        groups: [
          {
            GroupName: 'admins',
            Description: 'Who may',
            Precedence,
            RoleArn: 'arn:aws:iam::000000000000:role/admin',
          },
          { GroupName: 'readers' },
        ],
        users: [
          { Username: 'ada@example.com', Password: PASSWORD, sub, groups: ['admins', 'readers'] },
          { Username: 'grace@example.com', Password: PASSWORD },
        ],
      },
    ],
  })
  const app = await start({ ...options, config: declared(1) })
  const signIn = async (USERNAME: string) => {
    const { body } = await app.call('InitiateAuth', {
      ClientId: CLIENT,
      AuthFlow: 'USER_PASSWORD_AUTH',
      AuthParameters: { USERNAME, PASSWORD },
    })
    return claimsOf(body.AuthenticationResult.IdToken)
  }
  expect(await signIn('ada@example.com')).toMatchObject({
    sub: SUB,
    'cognito:username': SUB,
    'cognito:groups': ['admins', 'readers'],
    'cognito:preferred_role': 'arn:aws:iam::000000000000:role/admin',
  })
  expect(await signIn('grace@example.com')).not.toHaveProperty('cognito:groups')
  const groups = await app.call('ListGroups', { UserPoolId: POOL })
  expect(groups.body).toMatchObject({
    Groups: [
      { GroupName: 'admins', Description: 'Who may', Precedence: 1 },
      { GroupName: 'readers', UserPoolId: POOL },
    ],
  })
  await app.call('AdminRemoveUserFromGroup', {
    UserPoolId: POOL,
    Username: 'ada@example.com',
    GroupName: 'readers',
  })
  await app.server.close()

  // What is there already stays as it is.
  const warnings: string[] = []
  const again = await start({
    ...options,
    config: declared(2, '99999999-2222-4333-8444-555555555555'),
    warn: (sentence) => warnings.push(sentence),
  })
  expect(warnings).toEqual([
    expect.stringMatching(/^Group admins .* differs from its declaration in Precedence; it stays/),
    expect.stringMatching(/^User ada@example\.com .* differs from its declaration in sub; it stays/),
  ])
  const stayed = await again.call('AdminListGroupsForUser', { UserPoolId: POOL, Username: 'ada@example.com' })
  expect(stayed.body).toMatchObject({ Groups: [{ GroupName: 'admins', Precedence: 1 }] })
})

/** What a token says. */
const claimsOf = (token: string) =>
  JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as Record<string, unknown>

test('pools that are declared with clients and groups of the same names have each their own', async () => {
  const poolOf = (UserPoolId: string, PoolName: string, ClientId?: string) => ({
    ...(ClientId === undefined ? {} : { UserPoolId }),
    PoolName,
    clients: [{ ClientName: 'Web', ...(ClientId !== undefined && { ClientId }) }, { ClientName: 'Mobile' }],
    groups: [{ GroupName: 'staff' }, { GroupName: 'readers' }],
  })
  const told: string[] = []
  const app = await start({
    config: {
      userPools: [
        poolOf('us-east-1_Twin00001', 'First', 'first'),
        poolOf('us-east-1_Twin00002', 'Second', 'second'),
        poolOf('', 'Third'),
      ],
    },
    warn: (sentence) => told.push(sentence),
  })
  expect(told).toEqual([])
  const { UserPools } = (await app.call('ListUserPools', { MaxResults: 60 })).body
  expect(UserPools.map(({ Name }) => Name).toSorted()).toEqual(['First', 'Second', 'Third'])
  for (const { Id: UserPoolId } of UserPools) {
    const clients = JSON.parse((await app.call('ListUserPoolClients', { UserPoolId })).text)
    expect(clients.UserPoolClients).toHaveLength(2)
    const groups = JSON.parse((await app.call('ListGroups', { UserPoolId })).text)
    expect(groups.Groups).toHaveLength(2)
  }
})

test('an empty list of pools starts a server without pools', async () => {
  const { database, rootKey } = sqliteDatabase()
  const options = { database, rootKey, config: { userPools: [] } }
  const app = await start(options)
  expect(app).toMatchObject({ userPoolId: '', userPoolClientId: '', issuer: 'http://localhost:9230' })
  expect((await app.call('ListUserPools', { MaxResults: 10 })).body.UserPools).toEqual([])
  const page = await app.server.fetch(new Request('http://localhost/', { headers: { accept: 'text/html' } }))
  expect(await page.text()).toContain('<dt>User pool</dt><dd><code>none</code></dd>')
  const { body } = await app.call('CreateUserPool', { PoolName: 'later' })
  await app.server.close()
  // There is a pool now, and a start adds none.
  const again = await start(options)
  expect(again.userPoolId).toBe(body.UserPool.Id)
  expect((await again.call('ListUserPools', { MaxResults: 10 })).body.UserPools).toHaveLength(1)
})

test('amulet dev without pools says so', async () => {
  const cwd = temporaryFolder()
  writeFileSync(join(cwd, 'amulet.config.json'), JSON.stringify({ userPools: [] }))
  const args = ['--config', 'amulet.config.json', '--database', 'sqlite::memory:']
  expect(await amuletDev(args, { cwd })).toMatchObject({
    userPoolId: null,
    userPoolClientId: null,
    issuer: null,
  })
})

test('a start with the same declaration changes nothing and warns of nothing', async () => {
  const folder = temporaryFolder()
  const database = `sqlite:${join(folder, 'amulet.db')}`
  const rootKey = new Uint8Array(32).fill(7)
  const warnings: string[] = []
  const started = async (declared: AmuletConfig) => {
    const server = createServer({
      database,
      rootKey,
      config: declared,
      warn: (sentence) => warnings.push(sentence),
    })
    const keys = await server.fetch(
      new Request(`http://localhost/${(await server.ready).userPoolId}/.well-known/jwks.json`),
    )
    const { keys: jwks } = (await keys.json()) as { keys: unknown[] }
    const info = await server.ready
    await server.close()
    return { ...info, jwks }
  }
  // Without fixed ids, what is declared is found again by its name.
  const byName: AmuletConfig = {
    userPools: [{ PoolName: 'Named', clients: [{ ClientName: 'Web', GenerateSecret: true }] }],
  }
  const first = await started(byName)
  expect(await started(byName)).toEqual(first)
  expect(first.userPoolId).toMatch(/^us-east-1_[0-9A-Za-z]{9}$/)
  expect(warnings).toEqual([])
})

test('a pool or client that differs from its declaration stays, and the difference is reported', async () => {
  const folder = temporaryFolder()
  const database = `sqlite:${join(folder, 'amulet.db')}`
  const rootKey = new Uint8Array(32).fill(7)
  const before = createServer({ database, rootKey, config })
  await before.ready
  await before.close()

  const [pool] = config.userPools ?? []
  const warnings: string[] = []
  const after = createServer({
    database,
    rootKey,
    warn: (sentence) => warnings.push(sentence),
    config: {
      userPools: [
        {
          ...pool,
          PoolName: 'Declared',
          AutoVerifiedAttributes: [],
          clients: [
            {
              ClientId: CLIENT,
              ClientName: 'Web',
              ClientSecret: 's'.repeat(24),
            },
          ],
        },
      ],
    },
  })
  await after.ready
  expect(warnings).toEqual([
    `User pool ${POOL} differs from its declaration in AutoVerifiedAttributes; it stays as it is in the database.`,
    `App client ${CLIENT} differs from its declaration in AccessTokenValidity, TokenValidityUnits, ExplicitAuthFlows, its secret; it stays as it is in the database.`,
  ])
  const signedUp = await after.fetch(
    new Request('http://localhost/', {
      method: 'POST',
      headers: { 'x-amz-target': 'AWSCognitoIdentityProviderService.SignUp' },
      body: JSON.stringify({ ClientId: CLIENT, Username: 'eve@example.com', Password: PASSWORD }),
    }),
  )
  // As at first: no secret is asked for, and the address is to be verified.
  expect(await signedUp.json()).toMatchObject({ CodeDeliveryDetails: { AttributeName: 'email' } })
  await after.close()
})

test('a reset restores what is declared', async () => {
  const app = await start({ config })
  await app.call('SignUp', { ClientId: CLIENT, Username: 'eve@example.com', Password: PASSWORD })
  await app.server.fetch(new Request('http://localhost/_amulet/reset', { method: 'POST' }))
  const signIn = (USERNAME: string) =>
    app.call('InitiateAuth', {
      ClientId: CLIENT,
      AuthFlow: 'USER_PASSWORD_AUTH',
      AuthParameters: { USERNAME, PASSWORD },
    })
  expect((await signIn('ada@example.com')).status).toBe(200)
  expect((await signIn('eve@example.com')).body.__type).toBe('UserNotFoundException')
})

test('region, url and issuer come from the configuration unless they are given beside it', async () => {
  const declared: AmuletConfig = {
    region: 'eu-central-1',
    url: 'https://id.example.com/',
    issuer: 'https://cognito-idp.eu-central-1.amazonaws.com',
  }
  const app = await start({ config: declared })
  expect(app).toMatchObject({
    region: 'eu-central-1',
    url: 'https://id.example.com',
    userPoolId: 'eu-central-1_AmuletDev',
    issuer: 'https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_AmuletDev',
  })
  const discovery = await app.server.fetch(
    new Request(`http://localhost/${app.userPoolId}/.well-known/openid-configuration`),
  )
  expect(await discovery.json()).toMatchObject({
    issuer: app.issuer,
    jwks_uri: 'https://id.example.com/eu-central-1_AmuletDev/.well-known/jwks.json',
  })
  expect(await start({ config: declared, region: 'us-west-2' })).toMatchObject({
    userPoolId: 'us-west-2_AmuletDev',
  })
})

test.each<{ options: unknown; says: RegExp }>([
  { options: { url: 'nonsense' }, says: /Value 'nonsense' at 'url' failed to satisfy constraint/ },
  { options: { issuer: 'foo' }, says: /Value 'foo' at 'issuer' failed to satisfy constraint/ },
  { options: { region: 'Frankfurt!' }, says: /Value 'Frankfurt!' at 'region' failed/ },
  { options: { url: new URL('http://localhost') }, says: /url must be a string, not an object\./ },
  {
    options: { userPools: [{ PoolName: 'Shop' }] },
    says: /`userPools` is part of a configuration: pass `config: \{ userPools \}`\./,
  },
  {
    options: { databse: 'sqlite:users.db' },
    says: /databse is unknown; known there: mode, adminCredentials, database,/,
  },
  {
    options: { rateLimit: { perSecond: -1 } },
    says: /`rateLimit\.perSecond` is a number .* above 0, not -1;/,
  },
  { options: { rateLimit: { perSecond: 0 } }, says: /`rateLimit: false` sets no limit/ },
  { options: { rateLimit: { perSecond: Number.NaN } }, says: /not NaN/ },
  {
    options: { rateLimit: { perSecond: 1, burst: 0.5 } },
    says: /`rateLimit\.burst` is .* 1 or more, not 0\.5/,
  },
  { options: { mode: 'production' }, says: /`mode` is `dev` or `serve`, not "production"\./ },
])('an option that cannot be used is refused by name: $options', async ({ options, says }) => {
  // As JavaScript would pass it.
  const server = createServer(options as ServerOptions)
  await expect(server.ready).rejects.toMatchObject({
    name: 'StartError',
    message: expect.stringMatching(says),
  })
  await server.close()
})

const unchecked = (value: unknown) => value as AmuletConfig

test.each([
  {
    what: 'a misspelt member',
    config: { userPools: [{ PoolName: 'A', AutoVerifiedAttribute: ['email'] }] },
    says: /userPools\[0\]\.AutoVerifiedAttribute is unknown; known there: UserPoolId, PoolName, .*AutoVerifiedAttributes/,
  },
  {
    what: 'a misspelt member deep inside',
    config: {
      userPools: [{ PoolName: 'A', clients: [{ ClientName: 'B', TokenValidityUnits: { Access: 'hours' } }] }],
    },
    says: /userPools\[0\]\.clients\[0\]\.TokenValidityUnits\.Access is unknown; known there: AccessToken, IdToken, RefreshToken\./,
  },
  {
    what: 'a misspelt member of an identity provider',
    config: { userPools: [{ PoolName: 'A', identityProviders: [{ ProviderName: 'Okta', Type: 'OIDC' }] }] },
    says: /userPools\[0\]\.identityProviders\[0\]\.Type is unknown; known there: ProviderName, ProviderType,/,
  },
  {
    what: 'a wrong type',
    config: { userPools: [{ PoolName: 7 }] },
    says: /userPools\[0\]\.PoolName must be a string, not a number\./,
  },
  {
    what: 'a missing member',
    config: { userPools: [{ PoolName: 'A', users: [{ Password: PASSWORD }] }] },
    says: /userPools\[0\]\.users\[0\]\.Username is missing\./,
  },
  {
    what: 'a user without a password in a pool that knows nothing else',
    config: { userPools: [{ PoolName: 'A', users: [{ Username: 'ada' }] }] },
    says: /userPools\[0\] \(A\)\.users\[0\] \(ada\) cannot be created: There is no Password, and nothing else that signs the user in\./,
  },
  {
    what: 'a value outside its constraint',
    config: { userPools: [{ PoolName: 'A', clients: [{ ClientName: 'B', AuthSessionValidity: 99 }] }] },
    says: /Value '99' at 'userPools\.1\.member\.clients\.1\.member\.authSessionValidity' failed to satisfy constraint: Member must have value less than or equal to 15/,
  },
  {
    what: 'a password that breaks the policy of its pool',
    config: { userPools: [{ PoolName: 'A', users: [{ Username: 'ada', Password: 'short' }] }] },
    says: /userPools\[0\] \(A\)\.users\[0\] \(ada\) cannot be created: .*Password not long enough/,
  },
  {
    what: 'a setting that this version does not honour',
    config: { userPools: [{ PoolName: 'A', IssuerConfiguration: { Type: 'UPDATED' } }] },
    says: /userPools\[0\] \(A\) cannot be created: .*not supported/,
  },
  {
    what: 'an attribute that the pool does not have',
    config: {
      userPools: [
        {
          PoolName: 'A',
          users: [
            { Username: 'ada', Password: PASSWORD, UserAttributes: [{ Name: 'colour', Value: 'blue' }] },
          ],
        },
      ],
    },
    says: /userPools\[0\] \(A\)\.users\[0\] \(ada\) cannot be created: .*colour/,
  },
  {
    what: 'a sub that is no UUID',
    config: { userPools: [{ PoolName: 'A', users: [{ Username: 'ada', Password: PASSWORD, sub: 'ada' }] }] },
    says: /userPools\.1\.member\.users\.1\.member\.sub.* failed to satisfy constraint/,
  },
  {
    what: 'a sub of two users',
    config: {
      userPools: [
        {
          PoolName: 'A',
          users: ['ada', 'grace'].map((Username) => ({ Username, Password: PASSWORD, sub: SUB })),
        },
      ],
    },
    says: /The sub 11111111-2222-4333-8444-555555555555 is declared for two users/,
  },
  {
    what: 'a group that the pool does not have',
    config: {
      userPools: [{ PoolName: 'A', users: [{ Username: 'ada', Password: PASSWORD, groups: ['admins'] }] }],
    },
    says: /ada in the group admins cannot be created: Group not found\./,
  },
  {
    what: 'a client of two pools',
    config: {
      userPools: ['A', 'B'].map((PoolName) => ({
        PoolName,
        clients: [{ ClientName: 'Web', ClientId: 'web' }],
      })),
    },
    says: /The app client web is declared in user pool \S+ and is one of \S+ in the database\. Give it another ClientId\./,
  },
  ...['ON', 'OPTIONAL'].map((MfaConfiguration) => ({
    what: `MFA that is ${MfaConfiguration}, without a factor,`,
    config: { userPools: [{ PoolName: 'A', MfaConfiguration }] },
    says: /userPools\[0\] \(A\) cannot be created: MfaConfiguration is \w+, and there is no factor\. Add SoftwareTokenMfaConfiguration: /,
  })),
  {
    what: 'a trigger that is a name, and no ARN,',
    config: { userPools: [{ PoolName: 'A', LambdaConfig: { PreSignUp: 'pre-sign-up' } }] },
    says: /'userPools\.1\.member\.lambdaConfig\.preSignUp' failed .* Functions are named by ARNs: arn:aws:lambda:us-east-1:000000000000:function:NAME$/,
  },
  {
    what: 'a function that is none',
    config: { functions: { hello: 'world' } },
    says: /functions\.hello must be a function, not a string\./,
  },
  { what: 'no object', config: 'amulet', says: /The configuration must be an object, not a string\./ },
])('$what in a configuration is refused by name', async ({ config: declared, says }) => {
  const server = createServer({ config: unchecked(declared) })
  await expect(server.ready).rejects.toMatchObject({
    name: 'StartError',
    message: expect.stringMatching(says),
  })
  await server.close()
})

test.each([
  {
    file: 'amulet.config.ts',
    text: `import { type AmuletConfig, defineConfig } from '@amulet/server'
const name: string = 'From TypeScript'
export default defineConfig({ userPools: [{ UserPoolId: '${POOL}', PoolName: name, clients: [{ ClientName: 'Web', ClientId: 'web' }] }] }) satisfies AmuletConfig`,
  },
  {
    file: 'amulet.config.mjs',
    text: `export default await Promise.resolve({ userPools: [{ UserPoolId: '${POOL}', PoolName: 'A', clients: [{ ClientName: 'Web', ClientId: 'web' }] }] })`,
  },
  {
    file: 'amulet.config.js',
    text: `export default { userPools: [{ UserPoolId: '${POOL}', PoolName: 'A', clients: [{ ClientName: 'Web', ClientId: 'web' }] }] }`,
  },
  {
    file: 'amulet.config.json',
    text: `{ "userPools": [{ "UserPoolId": "${POOL}", "PoolName": "A", "clients": [{ "ClientName": "Web", "ClientId": "web" }] }] }`,
  },
])('amulet dev reads $file', async ({ file, text }) => {
  const cwd = temporaryFolder()
  writeFileSync(join(cwd, file), text)
  const running = await amuletDev(['--config', file], { cwd })
  expect(running).toMatchObject({ userPoolId: POOL, userPoolClientId: 'web' })
  expect(await running.stop()).toBe(0)
})

test.each([
  { what: 'is not there', text: undefined, says: 'There is no configuration file amulet.config.ts.' },
  {
    what: 'does not compile',
    text: 'export default {',
    says: 'The configuration file amulet.config.ts cannot be read: ',
  },
  {
    what: 'throws',
    text: "throw new Error('no DATABASE_URL')",
    says: 'The configuration file amulet.config.ts cannot be read: no DATABASE_URL',
  },
  {
    what: 'has a misspelt member',
    text: 'export default { userPool: [] }',
    says: 'amulet.config.ts cannot be used. userPool is unknown; known there: region, url, issuer, keepSessionsOnPasswordChange, guestDays, delivery, functions, webhooks, lambdaEndpoint, kmsEndpoint, stsEndpoint, iamProviders, userPools, users, identityPools.',
  },
])('a configuration file that $what ends the start with a sentence', async ({ text, says }) => {
  const cwd = temporaryFolder()
  if (text !== undefined) writeFileSync(join(cwd, 'amulet.config.ts'), text)
  const { code, stderr } = await amulet(['dev', '--port', '0', '--config', 'amulet.config.ts'], { cwd })
  expect(code).toBe(1)
  expect(stderr).toContain(says)
  expect(stderr).not.toMatch(/^ {4}at /m)
})

test('the example in the documentation is a configuration that works', async () => {
  const page = readFileSync(new URL('../../../docs/configuration.md', import.meta.url), 'utf8')
  const example = /```ts\n(.*?)```/s.exec(page)?.[1] ?? ''
  const cwd = temporaryFolder()
  writeFileSync(join(cwd, 'amulet.config.ts'), example)
  const running = await amuletDev(['--config', 'amulet.config.ts'], { cwd })
  expect(running).toMatchObject({ userPoolId: 'eu-central-1_Example01', userPoolClientId: 'web' })
  const started = await running.call('InitiateAuth', {
    ClientId: 'web',
    AuthFlow: 'USER_SRP_AUTH',
    AuthParameters: { USERNAME: 'ada@example.com', SRP_A: 'abcdef' },
  })
  expect(started.body).toMatchObject({ ChallengeName: 'PASSWORD_VERIFIER' })
})

test.each([
  ['an option', (users: NonNullable<AmuletConfig['users']>): ServerOptions => ({ users })],
  [
    'the configuration',
    (users: NonNullable<AmuletConfig['users']>): ServerOptions => ({ config: { users } }),
  ],
])('users of the default pool are created by %s, with their groups', async (_, options) => {
  const app = await start(
    options([
      { Username: 'ada@example.com', Password: PASSWORD, groups: ['admins'] },
      { Username: 'grace@example.com', Password: PASSWORD, groups: ['admins', 'staff'] },
    ]),
  )
  expect(app.userPoolId).toBe('us-east-1_AmuletDev')
  expect(
    (await app.call('AdminListGroupsForUser', { UserPoolId: app.userPoolId, Username: 'grace@example.com' }))
      .body,
  ).toMatchObject({ Groups: [{ GroupName: 'admins' }, { GroupName: 'staff' }] })
  const signedIn = await app.call('InitiateAuth', {
    ClientId: app.userPoolClientId,
    AuthFlow: 'USER_PASSWORD_AUTH',
    AuthParameters: { USERNAME: 'ada@example.com', PASSWORD },
  })
  expect(signedIn.status).toBe(200)
})

test('users of the default pool are created once, however often a server starts', async () => {
  const database = sqliteDatabase()
  const users = [{ Username: 'ada@example.com', Password: PASSWORD, groups: ['admins'] }]
  const first = createServer({ ...database, users })
  await first.ready
  await first.close()
  const again = await start({ ...database, users })
  expect((await again.call('ListUsers', { UserPoolId: again.userPoolId })).body.Users).toHaveLength(1)
})

test.each([
  [{ config: { userPools: [] } }, 'which is not there beside `userPools`'],
  [
    {
      mode: 'serve' as const,
      rootKey: Buffer.alloc(32, 1),
      adminCredentials: [{ accessKeyId: 'admin', secretAccessKey: 'a'.repeat(32) }],
    },
    'which `serve` has not',
  ],
])('users of a default pool that is not there are no users at all: %#', async (options, reason) => {
  const users = [{ Username: 'ada@example.com', Password: PASSWORD }]
  await expect(createServer({ ...options, users }).ready).rejects.toThrow(reason)
})

test('a user of the default pool who cannot be created is named in the error', async () => {
  await expect(createServer({ users: [{ Username: 'ada', Password: PASSWORD }] }).ready).rejects.toThrow(
    'users[0] (ada)',
  )
  await expect(
    createServer({ users: [{ Username: 'a@example.com', Password: 'too-simple' }] }).ready,
  ).rejects.toThrow('users[0] (a@example.com)')
})
