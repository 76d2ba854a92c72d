import { existsSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { CognitoIdentityProvider } from '@aws-sdk/client-cognito-identity-provider'
import { expect, onTestFinished, test } from 'vitest'
import { amulet, amuletDev, amuletServe, type ServingAmulet, temporaryFolder } from './amulet.js'
import { mailServer } from './mail-server.js'

const ROOT_KEY = `${'c0ffee'.repeat(10)}beef`
const ADMIN = { accessKeyId: 'AKIDOPERATOR', secretAccessKey: 'the-secret-of-the-operator-0123456789' }
const SECRETS = {
  AMULET_ROOT_KEY: ROOT_KEY,
  AMULET_ADMIN_ACCESS_KEY_ID: ADMIN.accessKeyId,
  AMULET_ADMIN_SECRET_ACCESS_KEY: ADMIN.secretAccessKey,
}

function adminOf({ url }: ServingAmulet, credentials = ADMIN): CognitoIdentityProvider {
  const admin = new CognitoIdentityProvider({ endpoint: url, region: 'us-east-1', credentials })
  onTestFinished(() => admin.destroy())
  return admin
}

const pools = async (serving: ServingAmulet, credentials = ADMIN) =>
  (await adminOf(serving, credentials).listUserPools({ MaxResults: 10 })).UserPools?.map(({ Name }) => Name)

test('without a root key and credentials it does not start, and says how to make them', async () => {
  const { code, stdout, stderr } = await amulet(['serve', '--port', '0'])
  expect(code).toBe(1)
  const [rootKey, credentials, ...rest] = stderr.trim().split('\n')
  expect(linesOf(stdout)).toEqual([fatal(stderr.trim())])
  expect(rootKey).toContain('openssl rand -hex 32')
  expect(rootKey).toContain('AMULET_ROOT_KEY')
  expect(credentials).toContain('AMULET_ADMIN_SECRET_ACCESS_KEY')
  expect(rest).toEqual([])
})

test.each([
  { lacks: 'the root key', env: { ...SECRETS, AMULET_ROOT_KEY: '' }, says: /^amulet serve needs a root key/ },
  {
    lacks: 'credentials',
    env: { ...SECRETS, AMULET_ADMIN_SECRET_ACCESS_KEY: '' },
    says: /^amulet serve needs the credentials/,
  },
  {
    lacks: 'a root key that is one',
    env: { ...SECRETS, AMULET_ROOT_KEY: 'secret' },
    says: /not 64 hexadecimal/,
  },
  {
    lacks: 'a secret worth the name',
    env: { ...SECRETS, AMULET_ADMIN_SECRET_ACCESS_KEY: 'admin' },
    says: /too short/,
  },
])('a server without $lacks does not start', async ({ env, says }) => {
  const { code, stderr } = await amulet(['serve', '--port', '0'], { env })
  expect([code, stderr.trim().split('\n').length]).toEqual([1, 1])
  expect(stderr).toMatch(says)
})

/** The lines of a log. */
const linesOf = (stdout: string): Record<string, unknown>[] =>
  stdout
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line))

const fatal = (msg: unknown) => ({ level: 'fatal', time: expect.stringMatching(/Z$/), msg })

test('a start that fails says why in the log and on standard error, and does not claim to have stopped', async () => {
  const first = await amuletServe([], { env: SECRETS })
  const { port } = new URL(first.url)
  const started = performance.now()
  const second = await amulet(['serve', '--port', port, '--drain', '30'], { env: SECRETS })
  const sentence = `Port ${port} on 127.0.0.1 is in use. Stop what runs there, or choose another with --port.`
  expect({ ...second, stdout: linesOf(second.stdout) }).toEqual({
    code: 1,
    stdout: [fatal(sentence)],
    stderr: `${sentence}\n`,
  })
  // A server that never was ready gets no requests: there is nothing to drain.
  expect(performance.now() - started).toBeLessThan(20_000)
})

test('an unforeseen failure of a start is in the log as well', async () => {
  const cwd = temporaryFolder()
  writeFileSync(join(cwd, 'throws.mjs'), 'export default { get userPools() { throw new RangeError("odd") } }')
  const { code, stdout } = await amulet(['serve', '--port', '0', '--config', 'throws.mjs'], {
    cwd,
    env: SECRETS,
  })
  expect(code).toBe(1)
  expect(linesOf(stdout)).toEqual([
    {
      ...fatal('The server cannot start.'),
      cause: { name: 'RangeError', message: 'odd', stack: expect.stringContaining('throws.mjs') },
    },
  ])
})

test.each([
  { what: 'the URL of a database', args: ['--database', 'mysql://root:hun/ter2@localhost/users'], file: '' },
  {
    what: 'a file of credentials',
    args: ['--admin-credentials-file', 'file.json'],
    file: '[{ "accessKeyId": "AKID", "secretAccessKey": hunter2 }]',
    env: { AMULET_ADMIN_ACCESS_KEY_ID: '', AMULET_ADMIN_SECRET_ACCESS_KEY: '' },
  },
  { what: 'a configuration', args: ['--config', 'file.json'], file: '{ "delivery": hunter2 }' },
])('the log of a start that fails has no secret of $what', async ({ args, file, env = {} }) => {
  const cwd = temporaryFolder()
  writeFileSync(join(cwd, 'file.json'), file)
  const { code, stdout } = await amulet(['serve', '--port', '0', ...args], {
    cwd,
    env: { ...SECRETS, ...env },
  })
  expect(code).toBe(1)
  expect(linesOf(stdout)).toEqual([fatal(expect.stringMatching(/\w/))])
  expect(stdout).not.toMatch(/ter2/)
})

test.each<{ args: string[]; env: Record<string, string>; says: string }>([
  { args: ['--trust-proxy=yes'], env: {}, says: '--trust-proxy' },
  {
    args: ['--messages-per-client', 'few'],
    env: {},
    says: '--messages-per-client takes a whole number, 0 or more, not "few".',
  },
  {
    args: ['--rate-limit', 'much'],
    env: {},
    says: '--rate-limit takes a whole number, 0 or more, not "much".',
  },
  { args: ['--url', 'auth.example.com'], env: {}, says: '--url takes where clients reach the server' },
  { args: ['--smtp-url', 'smtp://localhost'], env: {}, says: '--mail-from' },
  { args: ['--webhook-url', 'https://example.com'], env: {}, says: 'AMULET_WEBHOOK_SECRET' },
  { args: ['--mail-from', 'a@example.com'], env: {}, says: '--smtp-url or AMULET_SMTP_URL' },
  { args: [], env: { AMULET_MAIL_FROM: 'a@example.com' }, says: '--smtp-url or AMULET_SMTP_URL' },
  { args: [], env: { AMULET_WEBHOOK_SECRET: 'whsec_' }, says: '--webhook-url or AMULET_WEBHOOK_URL' },
  {
    args: ['--database', 'sqlite::memory:'],
    env: {},
    says: '--database takes sqlite:FILE or postgres://… here: in sqlite::memory: every user would be gone',
  },
  { args: [], env: { AMULET_DATABASE: 'sqlite::memory:' }, says: '--database takes sqlite:FILE' },
  { args: [], env: { AMULET_TRUST_PROXY: 'yes' }, says: 'AMULET_TRUST_PROXY takes 1 or 0' },
  { args: [], env: { AMULET_KEEP_SESSIONS: 'yes' }, says: 'AMULET_KEEP_SESSIONS takes 1 or 0' },
  {
    args: ['--guest-days', 'many'],
    env: {},
    says: '--guest-days takes a whole number, 0 or more, not "many".',
  },
  { args: ['--data', '.amulet'], env: {}, says: "Unknown option '--data'" },
])('$args $env ends with a sentence and exit code 2', async ({ args, env, says }) => {
  const { code, stderr } = await amulet(['serve', ...args], { env: { ...SECRETS, ...env } })
  expect(code).toBe(2)
  expect(stderr).toContain(says)
  expect(stderr.trim().split('\n')).toHaveLength(1)
})

test.each<{ args: string[]; env: Record<string, string>; keeps: boolean }>([
  { args: [], env: {}, keeps: false },
  { args: [], env: { AMULET_KEEP_SESSIONS: '0' }, keeps: false },
  { args: ['--keep-sessions'], env: {}, keeps: true },
  { args: [], env: { AMULET_KEEP_SESSIONS: '1' }, keeps: true },
])(
  'a new password ends sessions, unless the server is told to keep them: $args $env',
  async ({ args, env, keeps }) => {
    const cwd = temporaryFolder()
    const pool = {
      UserPoolId: 'us-east-1_Example01',
      PoolName: 'Example',
      clients: [{ ClientId: 'web', ClientName: 'Web', ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH'] }],
      users: [{ Username: 'ada', Password: 'Correct-Horse-1' }],
    }
    writeFileSync(join(cwd, 'pools.json'), JSON.stringify({ userPools: [pool] }))
    const serving = await amuletServe(['--config', 'pools.json', ...args], {
      cwd,
      env: { ...SECRETS, ...env },
    })
    const admin = adminOf(serving)
    const { AuthenticationResult } = await admin.initiateAuth({
      ClientId: 'web',
      AuthFlow: 'USER_PASSWORD_AUTH',
      AuthParameters: { USERNAME: 'ada', PASSWORD: 'Correct-Horse-1' },
    })
    await admin.adminSetUserPassword({
      UserPoolId: pool.UserPoolId,
      Username: 'ada',
      Password: 'Another-Horse-2',
      Permanent: true,
    })
    const { body } = await serving.call('GetUser', { AccessToken: AuthenticationResult?.AccessToken })
    if (keeps) expect(body.Username).toBe('ada')
    else expect(body.message).toBe('Access Token has been revoked')
  },
)

test('data stays, and the root key and the credentials may be in files', async () => {
  const cwd = temporaryFolder()
  const first = await amuletServe([], { cwd, env: SECRETS })
  expect(await pools(first)).toEqual([])
  await adminOf(first).createUserPool({ PoolName: 'Kept' })
  expect(await first.stop()).toBe(0)

  writeFileSync(join(cwd, 'root.key'), `${Buffer.from(ROOT_KEY, 'hex').toString('base64')}\n`)
  const next = { accessKeyId: 'AKIDNEXT', secretAccessKey: 'the-next-secret-of-the-operator-01234' }
  writeFileSync(join(cwd, 'admins.json'), JSON.stringify([ADMIN, next]))
  const second = await amuletServe(
    [
      '--root-key-file',
      'root.key',
      '--admin-credentials-file',
      'admins.json',
      '--database',
      'sqlite:amulet.db',
    ],
    { cwd },
  )
  expect(await pools(second)).toEqual(['Kept'])
  expect(await pools(second, next)).toEqual(['Kept'])
  expect(await second.stop('SIGINT')).toBe(0)

  const wrongKey = await amulet(['serve', '--port', '0'], {
    cwd,
    env: { ...SECRETS, AMULET_ROOT_KEY: '0'.repeat(64) },
  })
  expect([wrongKey.code, wrongKey.stderr]).toEqual([
    1,
    expect.stringContaining('The root key is not the one'),
  ])
})

test('every option can be set in the environment', async () => {
  const cwd = temporaryFolder()
  const { mails, url: smtpUrl } = await mailServer()
  writeFileSync(
    join(cwd, 'pools.json'),
    JSON.stringify({
      userPools: [
        {
          UserPoolId: 'us-east-1_Example01',
          PoolName: 'Example',
          UsernameAttributes: ['email'],
          AutoVerifiedAttributes: ['email'],
          clients: [{ ClientId: 'web', ClientName: 'Web' }],
        },
      ],
    }),
  )
  const serving = await amuletServe([], {
    cwd,
    env: {
      ...SECRETS,
      AMULET_CONFIG: 'pools.json',
      AMULET_DATABASE: 'sqlite:other.db',
      AMULET_URL: 'https://auth.example.com/',
      AMULET_SMTP_URL: smtpUrl,
      AMULET_MAIL_FROM: 'no-reply@example.com',
      AMULET_METRICS_TOKEN: 'a-token-for-the-metrics',
      AMULET_RATE_LIMIT: '1',
      AMULET_TRUST_PROXY: '1',
    },
  })
  const discovery = await fetch(`${serving.url}/us-east-1_Example01/.well-known/openid-configuration`)
  expect((await discovery.json()).issuer).toBe('https://auth.example.com/us-east-1_Example01')
  await serving.call('SignUp', { ClientId: 'web', Username: 'ada@example.com', Password: 'Correct-Horse-1' })
  expect(mails).toHaveLength(1)
  const metrics = await fetch(`${serving.url}/_amulet/metrics`, {
    headers: { authorization: 'Bearer a-token-for-the-metrics' },
  })
  expect(await metrics.text()).toContain(
    'amulet_requests_total{operation="SignUp",status="200",exception=""} 1',
  )
  const flood = await Promise.all(
    Array.from({ length: 6 }, () => serving.call('GetUser', { AccessToken: 'x' })),
  )
  expect(flood.map(({ body }) => body.__type)).toContain('TooManyRequestsException')
  expect(await serving.stop()).toBe(0)
  // Nothing was left unsaid, so there was nothing to warn of.
  expect(serving.stdout()).not.toContain('"level":"warn"')
})

test('messages are limited from the start, by destination and by client address, and the limits can be set', async () => {
  const cwd = temporaryFolder()
  writeFileSync(
    join(cwd, 'pools.json'),
    JSON.stringify({
      userPools: [
        {
          PoolName: 'Web',
          AutoVerifiedAttributes: ['email'],
          clients: [{ ClientId: 'web', ClientName: 'Web' }],
        },
      ],
    }),
  )
  const { mails, url: smtpUrl } = await mailServer()
  const started = async (args: readonly string[], env: Record<string, string> = {}) => {
    const serving = await amuletServe([...args, '--config', 'pools.json', '--smtp-url', smtpUrl], {
      cwd,
      env: { ...SECRETS, AMULET_MAIL_FROM: 'no-reply@example.com', ...env },
    })
    let names = 0
    /** How many of so many sign-ups are accepted. */
    return async (attempts: number, address: (index: number) => string) => {
      mails.length = 0
      for (let i = 0; i < attempts; i++) {
        const { body } = await serving.call('SignUp', {
          ClientId: 'web',
          Username: `name-${args.length}-${names++}`,
          Password: 'Correct-Horse-1',
          UserAttributes: [{ Name: 'email', Value: address(i) }],
        })
        if (body.__type) expect(body.__type).toBe('LimitExceededException')
      }
      return mails.length
    }
  }
  const byDefault = await started(['--database', 'sqlite:default.db'])
  expect(await byDefault(12, () => 'ada@example.com')).toBe(10)
  expect(await byDefault(95, (index) => `${index}@example.com`)).toBe(90)
  const set = await started(['--database', 'sqlite:set.db', '--messages-per-hour', '3'], {
    AMULET_MESSAGES_PER_CLIENT: '5',
  })
  expect(await set(4, () => 'ada@example.com')).toBe(3)
  expect(await set(4, (index) => `${index}@example.com`)).toBe(2)
  const none = await started(
    ['--database', 'sqlite:none.db', '--messages-per-hour', '0', '--messages-per-client', '0'],
    { AMULET_MESSAGES_PER_DAY: '11' },
  )
  expect(await none(12, () => 'ada@example.com')).toBe(11)
})

test('in development a mail server can be named as well, and the inbox keeps a copy', async () => {
  const { mails, url } = await mailServer()
  const running = await amuletDev(['--smtp-url', url, '--mail-from', 'no-reply@example.com'])
  const ClientId = running.userPoolClientId
  await running.call('SignUp', { ClientId, Username: 'ada@example.com', Password: 'Correct-Horse-1' })
  const inbox = await (await fetch(`${running.url}/_amulet/inbox`)).json()
  expect(mails.map(({ to }) => to)).toEqual([['ada@example.com']])
  expect(mails[0]?.content).toContain(inbox[0].code)
})

test('an empty variable counts as unset', async () => {
  const names = [
    'AUDIT',
    'HOST',
    'PORT',
    'URL',
    'CONFIG',
    'DATABASE',
    'RATE_LIMIT',
    'DRAIN',
    'TRUST_PROXY',
    'KEEP_SESSIONS',
    'GUEST_DAYS',
  ]
  const empty = [...names, 'SMTP_URL', 'MAIL_FROM', 'WEBHOOK_URL', 'WEBHOOK_SECRET', 'METRICS_TOKEN']
  const env = Object.fromEntries(empty.map((name) => [`AMULET_${name}`, '']))
  const { code, stdout, stderr } = await amulet(['serve', '--port', '0'], {
    env: { ...env, ...SECRETS },
    stopAfter: '"ready"',
  })
  expect([code, stderr]).toEqual([0, ''])
  expect(linesOf(stdout)).toContainEqual(
    expect.objectContaining({
      msg: 'ready',
      listening: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
    }),
  )
})

test('a database in a missing folder ends the start, and the folder is not created', async () => {
  const folder = join(temporaryFolder(), 'missing', 'mount')
  const { code, stderr } = await amulet(['serve', '--port', '0', '--database', `sqlite:${folder}/x.db`], {
    env: SECRETS,
  })
  expect([code, stderr]).toEqual([
    1,
    `The database file ${folder}/x.db cannot be opened: the folder ${folder} does not exist. Mount or create it, or name another file with --database sqlite:FILE.\n`,
  ])
  expect(existsSync(folder)).toBe(false)
  mkdirSync(folder, { recursive: true })
  const serving = await amuletServe(['--database', `sqlite:${folder}/x.db`], { env: SECRETS })
  expect(await serving.stop()).toBe(0)
  // In development the folder is made.
  const dev = await amuletDev(['--data', join(folder, 'dev', 'data')])
  expect(await dev.stop()).toBe(0)
})

test('a token for metrics that is shorter than documented is refused', async () => {
  const env = (token: string) => ({ env: { ...SECRETS, AMULET_METRICS_TOKEN: token } })
  const { code, stderr } = await amulet(['serve', '--port', '0'], env('x'.repeat(15)))
  expect(code).toBe(1)
  expect(stderr).toMatch(/AMULET_METRICS_TOKEN .* 16 characters at least\. .*openssl rand/)
  const serving = await amuletServe([], env('x'.repeat(16)))
  expect(await serving.stop()).toBe(0)
})

test('an empty host is refused, because it would mean every address', async () => {
  const { code, stderr } = await amulet(['serve', '--port', '0', '--host='], { env: SECRETS })
  expect([code, stderr]).toEqual([
    1,
    'The host to listen on is empty. 127.0.0.1 is this machine, 0.0.0.0 is every network.\n',
  ])
})

test('a start without an address for clients, or without delivery of messages, warns and names the options', async () => {
  const serving = await amuletServe([], { env: SECRETS })
  await serving.stop()
  expect(serving.stdout()).toMatch(/"level":"warn".*--url/)
  expect(serving.stdout()).toMatch(/"level":"warn".*CodeDeliveryFailureException.*--smtp-url.*--webhook-url/)
})

test('a server that is asked to stop first reports that it is not ready', async () => {
  const serving = await amuletServe(['--drain', '10'], { env: SECRETS })
  expect((await fetch(`${serving.url}/_amulet/ready`)).status).toBe(200)
  const stopped = serving.stop()
  await expect.poll(async () => (await fetch(`${serving.url}/_amulet/ready`)).status).toBe(503)
  expect((await fetch(`${serving.url}/_amulet/health`)).status).toBe(200)
  expect(await stopped).toBe(0)
})

test('the whole life of an account leaves no password, code, token, address or secret in the log', async () => {
  const mail = await mailServer()
  const serving = await amuletServe(['--smtp-url', mail.url, '--mail-from', 'no-reply@example.org'], {
    env: { ...SECRETS, AMULET_METRICS_TOKEN: 'a-token-for-the-metrics' },
  })
  const secrets: string[] = [...Object.values(SECRETS).slice(0, 1), ADMIN.secretAccessKey, 'p@ss', 'p%40ss']
  const keep = <T>(value: T): T => {
    for (const text of stringsIn(value)) if (text.length > 5) secrets.push(text)
    return value
  }
  secrets.push('a-token-for-the-metrics')
  const admin = adminOf(serving)
  const { UserPool } = await admin.createUserPool({
    PoolName: 'Story',
    UsernameAttributes: ['email'],
    AutoVerifiedAttributes: ['email'],
  })
  const UserPoolId = UserPool?.Id ?? ''
  const { UserPoolClient } = await admin.createUserPoolClient({
    UserPoolId,
    ClientName: 'web',
    GenerateSecret: false,
    ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
  })
  const ClientId = UserPoolClient?.ClientId ?? ''
  const { UserPoolClient: confidential } = await admin.createUserPoolClient({
    UserPoolId,
    ClientName: 'back end',
    GenerateSecret: true,
  })
  keep(confidential?.ClientSecret)

  const Username = keep('ada.lovelace@example.com')
  const Password = keep('Correct-Horse-1')
  const codeOf = () => {
    const code = /code is (\d{6})/.exec(mail.mails.at(-1)?.content ?? '')?.[1] ?? ''
    expect(code).toMatch(/^\d{6}$/)
    return keep(code)
  }
  await serving.call('SignUp', {
    ClientId,
    Username,
    Password,
    UserAttributes: [{ Name: 'phone_number', Value: keep('+15555550123') }],
  })
  await serving.call('ConfirmSignUp', { ClientId, Username, ConfirmationCode: keep('wrong-code') })
  await serving.call('ConfirmSignUp', { ClientId, Username, ConfirmationCode: codeOf() })
  const signIn = (PASSWORD: string) =>
    serving.call('InitiateAuth', {
      ClientId,
      AuthFlow: 'USER_PASSWORD_AUTH',
      AuthParameters: { USERNAME: Username, PASSWORD },
    })
  await signIn(keep('a-Wrong-Password-1'))
  const { body } = keep(await signIn(Password))
  const { AccessToken, RefreshToken } = body.AuthenticationResult ?? {}
  await serving.call('GetUser', { AccessToken })
  keep(await serving.call('GetTokensFromRefreshToken', { ClientId, RefreshToken }))
  await serving.call('GetTokensFromRefreshToken', { ClientId, RefreshToken: `${RefreshToken}x` })
  await serving.call('ForgotPassword', { ClientId, Username })
  await serving.call('ConfirmForgotPassword', {
    ClientId,
    Username,
    ConfirmationCode: codeOf(),
    Password: keep('Another-Horse-2'),
  })
  await admin.adminCreateUser({
    UserPoolId,
    Username: keep('grace.hopper@example.com'),
    TemporaryPassword: keep('Temporary-Horse-3'),
    DesiredDeliveryMediums: ['EMAIL'],
  })
  // The mail server's answer has the address in it, and is logged.
  mail.options.refuse = true
  const failed = await serving.call('SignUp', {
    ClientId,
    Username: keep('mary.somerville@example.com'),
    Password,
  })
  expect(failed.body.__type).toBe('CodeDeliveryFailureException')
  await fetch(
    `${serving.url}/confirmUser?client_id=${ClientId}&user_name=${Username}&confirmation_code=445566`,
  )
  keep('445566')
  for (const username of ["o'brien@example.com", 'müller@exämple.com', 'ada@localhost'])
    await serving.call('SignUp', { ClientId, Username: keep(username), Password })
  await serving.call('SignUp', 'not an object: Unparsed-Horse-4')
  keep('Unparsed-Horse-4')
  await serving.call('NoSuchOperation', {})
  await serving.call(keep('Mistyped/Horse-5'), {})
  expect(await serving.stop()).toBe(0)

  expect(serving.stderr()).toBe('')
  const log = serving.stdout()
  expect(secrets.length).toBeGreaterThan(20)
  // Six digits in a row of a random id may be those of a code.
  const withoutIds = log.replace(/"requestId":"[0-9a-f-]{36}"|"subject":"[0-9a-f]{32}"/g, '')
  for (const secret of secrets) expect(withoutIds, `the log holds ${secret}`).not.toContain(secret)
  expect(log).toContain('there is no m***@e*** here')

  const lines = linesOf(log)
  for (const line of lines)
    expect(line).toMatchObject({
      level: expect.stringMatching(/^(info|warn)$/),
      time: expect.stringMatching(/Z$/),
    })
  const requests = lines.filter(({ requestId }) => requestId)
  expect(requests[0]).toEqual({
    level: 'info',
    time: expect.any(String),
    requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
    operation: 'CreateUserPool',
    admin: ADMIN.accessKeyId,
    status: 200,
    clientAddress: '127.0.0.1',
    milliseconds: expect.any(Number),
    msg: 'request',
  })
  expect(
    requests.map(({ operation, exception, unknownOperation = [] }) =>
      [operation, exception].concat(unknownOperation),
    ),
  ).toEqual(
    expect.arrayContaining([
      ['ConfirmSignUp', 'CodeMismatchException'],
      ['InitiateAuth', 'NotAuthorizedException'],
      ['SignUp', 'CodeDeliveryFailureException'],
      ['SignUp', 'SerializationException'],
      ['unknown', 'UnknownOperationException', 'NoSuchOperation'],
      ['unknown', 'UnknownOperationException'],
      ['GET /confirmUser', undefined],
    ]),
  )
})

function* stringsIn(value: unknown): Generator<string> {
  if (typeof value === 'string') yield value
  else if (typeof value === 'object' && value !== null)
    for (const member of Object.values(value)) yield* stringsIn(member)
}

test('the audit is written to its file, which can be moved away, apart from the log', async () => {
  const folder = temporaryFolder()
  const file = join(folder, 'audit.jsonl')
  const serving = await amuletServe(['--audit', file], { env: SECRETS })
  const signUp = () =>
    serving.call('SignUp', { ClientId: 'none', Username: 'ada', Password: 'Correct-Horse-1' })
  const told = (path: string) => linesOf(readFileSync(path, 'utf8')).map(({ operation }) => operation)
  await signUp()
  expect(told(file)).toEqual(['SignUp'])
  expect(statSync(file).mode & 0o077).toBe(0)
  renameSync(file, `${file}.1`)
  await signUp()
  expect([told(`${file}.1`), told(file)]).toEqual([['SignUp'], ['SignUp']])
  // The disk is full, the folder is gone: the line is not lost.
  renameSync(file, `${file}.2`)
  mkdirSync(file)
  const { headers, status } = await signUp()
  expect(status).toBe(400)
  expect(linesOf(serving.stdout()).filter(({ audit }) => audit)).toEqual([
    expect.objectContaining({
      level: 'error',
      audit: expect.objectContaining({ operation: 'SignUp', requestId: headers.get('x-amzn-requestid') }),
    }),
  ])
  await serving.stop()
})

test('the audit can go to the standard output, where its lines are recognized by their first member', async () => {
  const serving = await amuletServe(['--audit', '-'], { env: SECRETS })
  await serving.call('SignUp', { ClientId: 'none', Username: 'ada', Password: 'Correct-Horse-1' })
  await expect
    .poll(() => linesOf(serving.stdout()).map(({ audit, operation }) => [audit, operation]))
    .toContainEqual([1, 'SignUp'])
  await serving.stop()
})

test('an audit that cannot be written ends the start', async () => {
  const file = join(temporaryFolder(), 'missing', 'audit.jsonl')
  const { code, stderr } = await amulet(['serve', '--port', '0'], { env: { ...SECRETS, AMULET_AUDIT: file } })
  expect(code).toBe(1)
  expect(stderr).toMatch(/^The audit cannot be written to .*--audit/)
})
