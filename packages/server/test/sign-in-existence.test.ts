import type { ServerOptions, UserPoolConfig } from '@amulet/server'
import { expect, onTestFinished, test } from 'vitest'
import { openDatabase } from '../src/db/database.js'
import { sharedDatabase } from './fresh-database.js'
import { respond, srpBegin, srpChallenge, srpResponses } from './srp-sign-in.js'
import { type Answer, PASSWORD, type Started, start } from './start.js'
import { stillClock } from './still-clock.js'

// What each state of an account is told at the first request, with a wrong proof and with a right one: by a client that
// hides which users exist, by one that does not, and to an administrator. SECURITY.md promises this table.

const WRONG = 'Wrong-Horse-1'
const DAYS = 86_400

type Kind = 'ENABLED' | 'LEGACY' | 'admin'

interface App extends Started {
  readonly kind: Kind
}

const POOLS: readonly [
  pool: string,
  settings: Omit<UserPoolConfig, 'PoolName'>,
  name: string,
  unknown: string,
][] = [
  ['usernames', {}, 'ada', 'bob'],
  ['aliases', { AliasAttributes: ['email'] }, 'ada@example.com', 'bob@example.com'],
  ['addresses', { UsernameAttributes: ['email'] }, 'ada@example.com', 'bob@example.com'],
  ['usernames without case', { UsernameConfiguration: { CaseSensitive: false } }, 'ada', 'bob'],
]

const EMAIL = [
  { Name: 'email', Value: 'ada@example.com' },
  { Name: 'email_verified', Value: 'true' },
]

async function startPool(
  kind: Kind,
  pool: Omit<UserPoolConfig, 'PoolName'>,
  options: ServerOptions = {},
): Promise<App> {
  const app = await start({
    clock: stillClock(),
    ...options,
    config: {
      userPools: [
        {
          PoolName: 'Existence',
          AutoVerifiedAttributes: ['email'],
          Policies: { SignInPolicy: { AllowedFirstAuthFactors: ['PASSWORD', 'EMAIL_OTP'] } },
          ...pool,
          clients: [
            {
              ClientName: 'Web',
              ExplicitAuthFlows: [
                'ALLOW_USER_PASSWORD_AUTH',
                'ALLOW_USER_SRP_AUTH',
                'ALLOW_ADMIN_USER_PASSWORD_AUTH',
                'ALLOW_USER_AUTH',
              ],
              PreventUserExistenceErrors: kind === 'LEGACY' ? 'LEGACY' : 'ENABLED',
            },
          ],
        },
      ],
    },
  })
  if (kind !== 'admin') return { ...app, kind }
  const call = (operation: string, input: object) =>
    /^(InitiateAuth|RespondToAuthChallenge)$/.test(operation)
      ? app.call(`Admin${operation}`, { UserPoolId: app.userPoolId, ...input })
      : app.call(operation, input)
  // The same requests, sent as an administrator.
  return { ...app, kind, call: call as Started['call'] }
}

const username = (pool: string) =>
  pool === 'addresses' ? 'ada@example.com' : pool === 'aliases' ? 'ada-1' : 'Ada'

/** Brings Ada into a state. */
const STATES: Readonly<Record<string, (app: App, Username: string) => Promise<unknown>>> = {
  unknown: async () => undefined,
  async UNCONFIRMED(app, Username) {
    await app.call('SignUp', {
      ClientId: app.userPoolClientId,
      Username,
      Password: PASSWORD,
      UserAttributes: EMAIL.slice(0, 1),
    })
    // Only a verified address is an alias.
    const user = { UserPoolId: app.userPoolId, Username: Username }
    await app.call('AdminUpdateUserAttributes', { ...user, UserAttributes: EMAIL.slice(1) })
  },
  async CONFIRMED(app, Username) {
    await create(app, Username)
    await setPassword(app, Username)
  },
  async disabled(app, Username) {
    await STATES.CONFIRMED?.(app, Username)
    await app.call('AdminDisableUser', { UserPoolId: app.userPoolId, Username })
  },
  async RESET_REQUIRED(app, Username) {
    await STATES.CONFIRMED?.(app, Username)
    await app.call('AdminResetUserPassword', { UserPoolId: app.userPoolId, Username })
  },
  async FORCE_CHANGE_PASSWORD(app, Username) {
    await create(app, Username)
  },
  async 'an expired temporary password'(app, Username) {
    await create(app, Username)
    app.server.clock.advance(7 * DAYS)
  },
}

const create = (app: App, Username: string) =>
  app.call('AdminCreateUser', {
    UserPoolId: app.userPoolId,
    Username,
    TemporaryPassword: PASSWORD,
    UserAttributes: EMAIL,
    MessageAction: 'SUPPRESS',
  })

const setPassword = (app: App, Username: string) =>
  app.call('AdminSetUserPassword', {
    UserPoolId: app.userPoolId,
    Username,
    Password: PASSWORD,
    Permanent: true,
  })

/** What is told, in a word or the service's own. */
const told = ({ status, body }: Answer): string =>
  status === 200 ? (body.ChallengeName ?? 'tokens') : `${body.__type}: ${body.message}`

const INCORRECT = 'NotAuthorizedException: Incorrect username or password.'
const NOT_FOUND = 'UserNotFoundException: User does not exist.'
const DISABLED = 'NotAuthorizedException: User is disabled.'
const RESET = 'PasswordResetRequiredException: Password reset required for the user'
const EXPIRED =
  'NotAuthorizedException: Temporary password has expired and must be reset by an administrator.'
const UNCONFIRMED = 'UserNotConfirmedException: User is not confirmed.'

/** By state: the answer to a right password, and to everything where existence is not hidden. */
const RIGHT: Readonly<Record<string, string>> = {
  unknown: INCORRECT,
  UNCONFIRMED,
  CONFIRMED: 'tokens',
  disabled: DISABLED,
  RESET_REQUIRED: RESET,
  FORCE_CHANGE_PASSWORD: 'NEW_PASSWORD_REQUIRED',
  'an expired temporary password': EXPIRED,
}
/** What an open client is told at the first request already. */
const AT_ONCE: Readonly<Record<string, string>> = { unknown: NOT_FOUND, disabled: DISABLED }

const rows = POOLS.flatMap(([pool]) =>
  (['ENABLED', 'LEGACY', 'admin'] as const).flatMap((kind) =>
    Object.keys(STATES).map((state) => [pool, kind, state] as const),
  ),
)

test.each(rows)('%s, %s, %s: the answers to a sign-in', async (pool, kind, state) => {
  const [, settings = {}, known = '', unknown = ''] = POOLS.find(([name]) => name === pool) ?? []
  const app = await startPool(kind, settings)
  await STATES[state]?.(app, username(pool))
  const name = state === 'unknown' ? unknown : known === 'ada' && pool === 'usernames' ? 'Ada' : known
  const hides = kind === 'ENABLED'
  const atOnce = hides ? undefined : AT_ONCE[state]

  const byPassword = (PASSWORD: string) =>
    app.call('InitiateAuth', {
      ClientId: app.userPoolClientId,
      AuthFlow: kind === 'admin' ? 'ADMIN_USER_PASSWORD_AUTH' : 'USER_PASSWORD_AUTH',
      AuthParameters: { USERNAME: name, PASSWORD },
    })
  expect(told(await byPassword(WRONG))).toBe(atOnce ?? INCORRECT)
  expect(told(await byPassword(PASSWORD))).toBe(atOnce ?? RIGHT[state])

  const first = await srpChallenge(app, name)
  // The service tells of a reset at the first request of SRP.
  const srpAtOnce = hides ? undefined : (atOnce ?? (state === 'RESET_REQUIRED' ? RESET : undefined))
  expect(told(first.answer)).toBe(srpAtOnce ?? 'PASSWORD_VERIFIER')
  if (srpAtOnce) return
  const { USERNAME, USER_ID_FOR_SRP } = first.parameters
  expect(USERNAME).toBe(USER_ID_FOR_SRP)
  expect(told(await respond(app, await srpResponses(app, first, WRONG)))).toBe(INCORRECT)
  const second = await srpChallenge(app, name)
  expect(told(await respond(app, await srpResponses(app, second)))).toBe(RIGHT[state])
})

const PASSWORDS = ['PASSWORD_SRP', 'PASSWORD']
/** By state: the first factors of a user who has a password and a verified address. */
const OFFERED: Readonly<Record<string, readonly string[]>> = {
  UNCONFIRMED: [...PASSWORDS, 'EMAIL_OTP'],
  CONFIRMED: [...PASSWORDS, 'EMAIL_OTP'],
  disabled: [...PASSWORDS, 'EMAIL_OTP'],
  RESET_REQUIRED: PASSWORDS,
  FORCE_CHANGE_PASSWORD: PASSWORDS,
  'an expired temporary password': PASSWORDS,
}
/** What an open client is told of a choice at once. */
const CHOICE_AT_ONCE: Readonly<Record<string, string>> = { ...AT_ONCE, RESET_REQUIRED: RESET, UNCONFIRMED }

test.each(rows)('%s, %s, %s: the answers to a choice of first factors', async (pool, kind, state) => {
  const [, settings = {}, known = '', unknown = ''] = POOLS.find(([name]) => name === pool) ?? []
  const app = await startPool(kind, settings)
  await STATES[state]?.(app, username(pool))
  app.server.inbox.clear()
  const USERNAME = state === 'unknown' ? unknown : known === 'ada' && pool === 'usernames' ? 'Ada' : known
  const hides = kind === 'ENABLED'
  const begin = (PREFERRED_CHALLENGE?: string, more = {}) =>
    app.call('InitiateAuth', {
      ClientId: app.userPoolClientId,
      AuthFlow: 'USER_AUTH',
      AuthParameters: { USERNAME, ...(PREFERRED_CHALLENGE && { PREFERRED_CHALLENGE }), ...more },
    })
  const answer = (ChallengeName: string, Session: string, responses: object) =>
    app.call('RespondToAuthChallenge', {
      ClientId: app.userPoolClientId,
      ChallengeName,
      Session,
      ChallengeResponses: { USERNAME, ...responses },
    })

  const first = await begin()
  const atOnce = hides ? undefined : CHOICE_AT_ONCE[state]
  expect(told(first)).toBe(atOnce ?? 'SELECT_CHALLENGE')
  if (atOnce) {
    for (const preferred of [...PASSWORDS, 'EMAIL_OTP'])
      expect(told(await begin(preferred, { PASSWORD })), preferred).toBe(atOnce)
    expect(app.server.inbox.list()).toEqual([])
    return
  }
  const offered = first.body.AvailableChallenges
  if (state === 'unknown') expect([...PASSWORDS, 'EMAIL_OTP']).toEqual(expect.arrayContaining([...offered]))
  else expect(offered).toEqual(OFFERED[state])
  const select = (ANSWER: string, more = {}) =>
    answer('SELECT_CHALLENGE', first.body.Session, { ANSWER, ...more })

  const withPassword = offered.includes('PASSWORD')
  expect(told(await begin('PASSWORD', { PASSWORD: WRONG }))).toBe(
    withPassword ? INCORRECT : 'SELECT_CHALLENGE',
  )
  if (withPassword) {
    expect(told(await begin('PASSWORD', { PASSWORD }))).toBe(RIGHT[state])
    expect(told(await select('PASSWORD', { PASSWORD: WRONG }))).toBe(INCORRECT)
    const asked = await select('PASSWORD')
    expect(told(await answer('PASSWORD', asked.body.Session, { PASSWORD: WRONG }))).toBe(INCORRECT)
    expect(told(await answer('PASSWORD', asked.body.Session, { PASSWORD }))).toBe(RIGHT[state])
    // Of five wrong passwords none locks the name.
    app.server.clock.advance(900)
    const { a, A, SRP_A } = srpBegin()
    const verifier = await begin('PASSWORD_SRP', { SRP_A })
    const proof = await srpResponses(app, { a, A, parameters: verifier.body.ChallengeParameters })
    expect(told(await answer('PASSWORD_VERIFIER', verifier.body.Session, proof))).toBe(RIGHT[state])
  }

  const mailed = await begin('EMAIL_OTP')
  expect(told(mailed)).toBe(offered.includes('EMAIL_OTP') ? 'EMAIL_OTP' : 'SELECT_CHALLENGE')
  const code = app.server.inbox.last('ada@example.com')?.code
  // A sign-up that was interrupted is told what is missing by the right code, so there is one.
  expect(code !== undefined).toBe(state === 'UNCONFIRMED' || state === 'CONFIRMED')
  if (told(mailed) !== 'EMAIL_OTP') return
  expect(mailed.body.ChallengeParameters).toEqual({
    CODE_DELIVERY_DELIVERY_MEDIUM: 'EMAIL',
    CODE_DELIVERY_DESTINATION: expect.stringMatching(/^[a-z0-9]\*\*\*@[a-z0-9]\*\*\*$/),
  })
  const byCode = (EMAIL_OTP_CODE: string) => answer('EMAIL_OTP', mailed.body.Session, { EMAIL_OTP_CODE })
  expect(told(await byCode('wrong'))).toBe('CodeMismatchException: Invalid code or auth state for the user.')
  if (code) expect(told(await byCode(code))).toBe(RIGHT[state])
})

test('where names ignore case, the original spelling of a name is not revealed', async () => {
  const app = await startPool('ENABLED', { UsernameConfiguration: { CaseSensitive: false } })
  await create(app, 'AdA')
  await setPassword(app, 'AdA')
  for (const name of ['ada', 'ADA', 'AdA', 'bob', 'BOB']) {
    const { parameters } = await srpChallenge(app, name)
    expect(parameters).toMatchObject({ USERNAME: name.toLowerCase(), USER_ID_FOR_SRP: name.toLowerCase() })
  }
  const challenge = await srpChallenge(app, 'ADA')
  const { body } = await respond(app, await srpResponses(app, challenge))
  const [, claims = ''] = body.AuthenticationResult.AccessToken.split('.')
  expect(JSON.parse(Buffer.from(claims, 'base64url').toString())).toMatchObject({ username: 'AdA' })
})

const TAGGED = { AliasAttributes: ['email' as const], UserPoolTags: { 'amulet:srp-identity': 'sub' } }
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/

test('a pool may have SRP mix in the sub, so that an address does not tell the username', async () => {
  const app = await startPool('ENABLED', TAGGED)
  const { body } = await create(app, 'ada-1')
  const sub = body.User.Attributes[0]?.Value
  await setPassword(app, 'ada-1')
  for (const name of ['ada@example.com', 'ada-1', String(sub)]) {
    const challenge = await srpChallenge(app, name)
    expect(challenge.parameters).toMatchObject({ USERNAME: sub, USER_ID_FOR_SRP: sub })
    expect(told(await respond(app, await srpResponses(app, challenge)))).toBe('tokens')
  }
  for (const name of ['bob@example.com', 'bob'])
    expect((await srpChallenge(app, name)).parameters.USER_ID_FOR_SRP).toMatch(UUID)
})

test('passwords from before a pool used the sub stay valid, and those set afterwards use it', async () => {
  const app = await startPool('ENABLED', { AliasAttributes: ['email'] })
  await create(app, 'ada-1')
  await setPassword(app, 'ada-1')
  const { body } = await app.call('DescribeUserPool', { UserPoolId: app.userPoolId })
  const ResourceArn = (body as unknown as { UserPool: { Arn: string } }).UserPool.Arn
  await app.call('TagResource', { ResourceArn, Tags: TAGGED.UserPoolTags })
  const before = await srpChallenge(app, 'ada@example.com')
  expect(before.parameters.USER_ID_FOR_SRP).toBe('ada-1')
  expect(told(await respond(app, await srpResponses(app, before)))).toBe('tokens')
  await setPassword(app, 'ada-1')
  const after = await srpChallenge(app, 'ada@example.com')
  expect(after.parameters.USER_ID_FOR_SRP).toMatch(UUID)
  expect(told(await respond(app, await srpResponses(app, after)))).toBe('tokens')
})

test('an invalid tag for the SRP identity is refused, when a pool is created and later', async () => {
  const app = await startPool('ENABLED', {})
  const UserPoolTags = { 'amulet:srp-identity': 'email' }
  const refused = {
    __type: 'InvalidParameterException',
    message: 'The tag amulet:srp-identity must be username or sub.',
  }
  expect((await app.call('CreateUserPool', { PoolName: 'Tagged', UserPoolTags })).body).toEqual(refused)
  const { body } = await app.call('CreateUserPool', { PoolName: 'Tagged', UserPoolTags: { team: 'email' } })
  const ResourceArn = (body as unknown as { UserPool: { Arn: string } }).UserPool.Arn
  expect((await app.call('TagResource', { ResourceArn, Tags: UserPoolTags })).body).toEqual(refused)
  const usernames = { 'amulet:srp-identity': 'username' }
  expect((await app.call('TagResource', { ResourceArn, Tags: usernames })).body).toEqual({})
})

test.each(['ENABLED', 'LEGACY', 'admin'] as const)(
  'a user who has to choose a password and has none learns it where existence is not hidden: %s',
  async (kind) => {
    const database = await sharedDatabase()
    const app = await startPool(kind, {}, database)
    await STATES.RESET_REQUIRED?.(app, 'ada')
    const { db } = await openDatabase(database.database)
    onTestFinished(() => db.destroy())
    await db
      .updateTable('users')
      .set({ salt: null, sealed_verifier: null, srp_identity: null, password_set_at: null })
      .execute()
    const byPassword = await app.call('InitiateAuth', {
      ClientId: app.userPoolClientId,
      AuthFlow: kind === 'admin' ? 'ADMIN_USER_PASSWORD_AUTH' : 'USER_PASSWORD_AUTH',
      AuthParameters: { USERNAME: 'ada', PASSWORD },
    })
    expect(told(byPassword)).toBe(kind === 'ENABLED' ? INCORRECT : RESET)
    const challenge = await srpChallenge(app, 'ada')
    expect(told(challenge.answer)).toBe(kind === 'ENABLED' ? 'PASSWORD_VERIFIER' : RESET)
    if (kind === 'ENABLED')
      expect(told(await respond(app, await srpResponses(app, challenge)))).toBe(INCORRECT)
  },
)
