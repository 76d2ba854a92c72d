import SqliteDatabase from 'libsql'
import { expect, onTestFinished, test, vi } from 'vitest'
import { ADA, answerChoice, choose, startChoice, told } from './choice.js'
import { confirm, devicePool, proveDevice, refresh, signIn, signInBySrp } from './device-client.js'
import { PKCE, redeem, signInOnPage, startOAuth } from './oauth.js'
import { srpSignIn } from './srp-sign-in.js'
import { PASSWORD, passwordSignIn, signUpAndConfirm, start } from './start.js'
import { stillClock } from './still-clock.js'

// What a sign-in and a refresh cost the database. On PostgreSQL each statement is a round trip; both databases run the
// same ones.

/** Records the statements that run from now on, without those that begin and end transactions. */
function recordStatements(): { take(): string[] } {
  let statements: string[] = []
  const prepare = SqliteDatabase.prototype.prepare
  const spy = vi.spyOn(SqliteDatabase.prototype, 'prepare').mockImplementation(function (
    this: SqliteDatabase.Database,
    sql: string,
  ) {
    return new Proxy(prepare.call(this, sql), {
      get(statement, name) {
        if (name === 'get' || name === 'all' || name === 'run') statements.push(sql)
        const member: unknown = Reflect.get(statement, name, statement)
        return typeof member === 'function' ? member.bind(statement) : member
      },
    })
  })
  onTestFinished(() => spy.mockRestore())
  return {
    take() {
      const taken = statements.filter((sql) => !/^(begin|commit|rollback)/i.test(sql))
      statements = []
      return taken
    },
  }
}

test('a sign-in takes at most 8 statements, and a refresh at most 3, with its client and pool in the cache', async () => {
  const recorded = recordStatements()
  const app = await start({ database: 'sqlite::memory:', clock: stillClock() })
  await signUpAndConfirm(app)
  // Makes the client, the pool and its keys known.
  await passwordSignIn(app)

  recorded.take()
  expect((await srpSignIn(app, 'ada@example.com')).status).toBe(200)
  expect(recorded.take().length).toBeLessThanOrEqual(8)

  const { RefreshToken } = await passwordSignIn(app)
  expect(recorded.take().length).toBeLessThanOrEqual(8)

  const refreshed = await app.call('InitiateAuth', {
    ClientId: app.userPoolClientId,
    AuthFlow: 'REFRESH_TOKEN_AUTH',
    AuthParameters: { REFRESH_TOKEN: RefreshToken },
  })
  expect(refreshed.status).toBe(200)
  expect(recorded.take().length).toBeLessThanOrEqual(3)
})

test('a code is redeemed in at most 5 statements, with its client and pool in the cache', async () => {
  const recorded = recordStatements()
  const app = await startOAuth({ database: 'sqlite::memory:', clock: stillClock() })
  expect((await redeem(app, await signInOnPage(app, PKCE))).status).toBe(200)
  const location = await signInOnPage(app, PKCE)
  recorded.take()
  expect((await redeem(app, location)).status).toBe(200)
  expect(recorded.take().length).toBeLessThanOrEqual(5)
})

test('a pool that tracks sessions adds two statements to a sign-in at most, and one to a refresh', async () => {
  const recorded = recordStatements()
  const app = await start({ database: 'sqlite::memory:', clock: stillClock() })
  await signUpAndConfirm(app)
  await app.call('SetUserPoolSessionConfiguration', {
    UserPoolId: app.userPoolId,
    UserSessionTracking: 'ENABLED',
    TokenSession: { MaxPerUser: 1 },
  })
  await passwordSignIn(app)
  recorded.take()
  const { RefreshToken } = await passwordSignIn(app)
  expect(recorded.take().length).toBeLessThanOrEqual(10)
  const refreshed = await app.call('InitiateAuth', {
    ClientId: app.userPoolClientId,
    AuthFlow: 'REFRESH_TOKEN_AUTH',
    AuthParameters: { REFRESH_TOKEN: RefreshToken },
  })
  expect(refreshed.status).toBe(200)
  expect(recorded.take().length).toBeLessThanOrEqual(4)
})

test('a pool that tracks devices adds nothing to a sign-in without one, and the proof of a device takes few statements', async () => {
  const recorded = recordStatements()
  const app = await start({
    database: 'sqlite::memory:',
    clock: stillClock(),
    ...devicePool({ ChallengeRequiredOnNewDevice: true }),
  })
  const signedIn = await signIn(app)
  const device = await confirm(app, signedIn)
  const { RefreshToken } = signedIn.body.AuthenticationResult

  recorded.take()
  expect((await signInBySrp(app)).status).toBe(200)
  expect(recorded.take().length).toBeLessThanOrEqual(8)

  const asked = await signInBySrp(app, device.key)
  expect((await proveDevice(app, asked, device)).status).toBe(200)
  expect(recorded.take().length).toBeLessThanOrEqual(18)

  expect((await refresh(app, RefreshToken, device.key)).status).toBe(200)
  expect(recorded.take().length).toBeLessThanOrEqual(3)

  // Of a pool that tracks none, a key is not looked for.
  const without = await start({
    database: 'sqlite::memory:',
    clock: stillClock(),
    ...devicePool(undefined),
  })
  await signIn(without)
  recorded.take()
  expect((await signInBySrp(without, device.key)).status).toBe(200)
  expect(recorded.take().length).toBeLessThanOrEqual(8)
})

test('a device key is looked for in the same statements for every name', async () => {
  const recorded = recordStatements()
  const app = await start({
    database: 'sqlite::memory:',
    clock: stillClock(),
    ...devicePool({ ChallengeRequiredOnNewDevice: true }),
  })
  await signIn(app)
  const statementsOf = async (name: string) => {
    recorded.take()
    expect((await signIn(app, 'us-east-1_01234567', name)).body.__type).toBe('ResourceNotFoundException')
    return recorded.take()
  }
  const known = await statementsOf('ada')
  expect(known).toHaveLength(2)
  expect(await statementsOf('grace')).toEqual(known)
})

test('a refresh with rotation takes at most 3 statements, also when it is repeated', async () => {
  const recorded = recordStatements()
  const ClientId = 'rotating'
  const app = await start({
    database: 'sqlite::memory:',
    clock: stillClock(),
    config: {
      userPools: [
        {
          PoolName: 'Rotating',
          clients: [
            {
              ClientId,
              ClientName: 'Web',
              ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH'],
              RefreshTokenRotation: { Feature: 'ENABLED', RetryGracePeriodSeconds: 10 },
            },
          ],
          users: [{ Username: 'ada', Password: PASSWORD }],
        },
      ],
    },
  })
  const { RefreshToken, AccessToken } = await passwordSignIn(app, 'ada')
  for (let i = 0; i < 2; i++) {
    recorded.take()
    const answer = await app.call('GetTokensFromRefreshToken', { ClientId, RefreshToken })
    expect(answer.body.AuthenticationResult.RefreshToken).toBeTypeOf('string')
    expect(recorded.take().length).toBeLessThanOrEqual(3)
  }
  // The keys that verify are known from then on.
  await app.call('GetUser', { AccessToken })
  recorded.take()
  expect((await app.call('GetUser', { AccessToken })).status).toBe(200)
  expect(recorded.take()).toHaveLength(1)
})

test('a wrong answer takes the statements of a right one up to its refusal, for unknown users too', async () => {
  const recorded = recordStatements()
  const app = await start({ database: 'sqlite::memory:', clock: stillClock() })
  await signUpAndConfirm(app)
  await passwordSignIn(app)
  recorded.take()
  await srpSignIn(app, 'ada@example.com')
  const right = recorded.take()
  await srpSignIn(app, 'ada@example.com', 'Wrong-Horse-1')
  const wrong = recorded.take()
  await srpSignIn(app, 'nobody@example.com')
  const unknown = recorded.take()
  expect(wrong.length).toBeGreaterThan(3)
  expect(right.slice(0, wrong.length)).toEqual(wrong)
  expect(unknown).toEqual(wrong)
})

test('a wrong code, and a request for a code that is not sent, take the same statements for every name', async () => {
  const recorded = recordStatements()
  const app = await start({
    database: 'sqlite::memory:',
    clock: stillClock(),
    messageLimits: { destination: {}, client: {} },
  })
  const { userPoolId: UserPoolId, userPoolClientId: ClientId } = app
  const name = (account: string) => `${account}@example.com`
  await signUpAndConfirm(app, name('confirmed'))
  await signUpAndConfirm(app, name('disabled'))
  await app.call('AdminDisableUser', { UserPoolId, Username: name('disabled') })
  await app.call('SignUp', { ClientId, Username: name('unconfirmed'), Password: PASSWORD })
  // Makes the client and the pool known again, which an administrator's call forgets.
  await passwordSignIn(app, name('confirmed'))

  const statementsOf = async (operation: string, account: string, more: object = {}) => {
    recorded.take()
    await app.call(operation, { ClientId, Username: name(account), ...more })
    return recorded.take()
  }
  const ConfirmationCode = 'wrong!'
  for (const [operation, more, accounts] of [
    ['ConfirmSignUp', { ConfirmationCode }, ['confirmed', 'disabled', 'unconfirmed']],
    [
      'ConfirmForgotPassword',
      { ConfirmationCode, Password: PASSWORD },
      ['confirmed', 'disabled', 'unconfirmed'],
    ],
    ['ResendConfirmationCode', {}, ['confirmed', 'disabled']],
    ['ForgotPassword', {}, ['disabled', 'unconfirmed']],
  ] as const) {
    const unknown = await statementsOf(operation, 'unknown', more)
    expect(unknown.length, operation).toBeGreaterThan(2)
    for (const account of accounts)
      expect(await statementsOf(operation, account, more), `${operation} ${account}`).toEqual(unknown)
  }
})

test('a choice of first factors takes the same statements for every name', async () => {
  const recorded = recordStatements()
  const app = await startChoice(['PASSWORD', 'EMAIL_OTP'], {
    database: 'sqlite::memory:',
    messageLimits: { destination: {} },
    // Every name is offered codes there.
    pool: { AutoVerifiedAttributes: ['email'] },
  })
  const { userPoolId: UserPoolId } = app
  const UserAttributes = ADA.slice(0, 2)
  for (const Username of ['disabled', 'unconfirmed', 'moved']) {
    await app.call('SignUp', {
      ClientId: app.userPoolClientId,
      Username,
      Password: PASSWORD,
      UserAttributes: UserAttributes.slice(0, 1),
    })
    if (Username !== 'unconfirmed') await app.call('AdminConfirmSignUp', { UserPoolId, Username })
    await app.call('AdminUpdateUserAttributes', { UserPoolId, Username, UserAttributes })
  }
  await app.call('AdminDisableUser', { UserPoolId, Username: 'disabled' })
  await passwordSignIn(app, 'ada')

  const statementsOf = async (USERNAME: string) => {
    recorded.take()
    const first = await choose(app, undefined, { USERNAME })
    const { Session } = first.body
    const chosen = await answerChoice(app, 'SELECT_CHALLENGE', Session, { USERNAME, ANSWER: 'EMAIL_OTP' })
    const wrong = await answerChoice(app, 'EMAIL_OTP', chosen.body.Session, {
      USERNAME,
      EMAIL_OTP_CODE: 'wrong',
    })
    expect(told(wrong)).toContain('CodeMismatchException')
    const preferred = await choose(app, 'EMAIL_OTP', { USERNAME })
    expect(told(preferred)).toBe('EMAIL_OTP')
    return recorded.take()
  }
  const unknown = await statementsOf('unknown')
  expect(unknown.length).toBeGreaterThan(8)
  for (const name of ['ada', 'disabled', 'unconfirmed', 'moved'])
    expect(await statementsOf(name), name).toEqual(unknown)
})

test('a link with a wrong code takes the same statements for every name, and a right one confirms', async () => {
  const recorded = recordStatements()
  const ClientId = 'web'
  const app = await start({
    database: 'sqlite::memory:',
    clock: stillClock(),
    config: {
      userPools: [
        {
          PoolName: 'Linked',
          AutoVerifiedAttributes: ['email'],
          VerificationMessageTemplate: { DefaultEmailOption: 'CONFIRM_WITH_LINK' },
          clients: [{ ClientId, ClientName: 'Web', PreventUserExistenceErrors: 'ENABLED' }],
          users: [{ Username: 'confirmed', Password: PASSWORD }],
        },
      ],
    },
  })
  await app.call('SignUp', {
    ClientId,
    Username: 'unconfirmed',
    Password: PASSWORD,
    UserAttributes: [{ Name: 'email', Value: 'ada@example.com' }],
  })
  const statementsOf = async (method: string, user_name: string) => {
    const query = new URLSearchParams({ client_id: ClientId, user_name, confirmation_code: 'A'.repeat(27) })
    recorded.take()
    const page = await app.server.fetch(new Request(`http://localhost/confirmUser?${query}`, { method }))
    expect(page.status).toBe(400)
    return recorded.take()
  }
  for (const method of ['GET', 'POST']) {
    const unknown = await statementsOf(method, 'unknown')
    expect(unknown.length, method).toBeGreaterThan(1)
    for (const account of ['confirmed', 'unconfirmed'])
      expect(await statementsOf(method, account), `${method} ${account}`).toEqual(unknown)
  }
  await app.server.inbox.confirm(app.server.inbox.last('ada@example.com')?.link)
})

test('a pool is locked only where an address may be taken over: at a sign-up, a confirmation and a migration', async () => {
  const recorded = recordStatements()
  const app = await start({
    database: 'sqlite::memory:',
    functions: {
      async verifying(event) {
        event.response.autoVerifyEmail = event.userName === 'force-sign-up'
        return event
      },
      async migrating(event) {
        event.response = {
          userAttributes: { email: `${event.userName}@example.com`, email_verified: 'true' },
          finalUserStatus: 'CONFIRMED',
          forceAliasCreation: event.userName === 'force-migration',
        }
        return event
      },
    },
    config: {
      userPools: [
        {
          PoolName: 'Aliases',
          AliasAttributes: ['email'],
          AutoVerifiedAttributes: ['email'],
          LambdaConfig: {
            PreSignUp: 'arn:aws:lambda:us-east-1:000000000000:function:verifying',
            UserMigration: 'arn:aws:lambda:us-east-1:000000000000:function:migrating',
          },
          clients: [{ ClientName: 'Web', ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH'] }],
        },
      ],
    },
  })
  const waits = async (operation: string, input: object) => {
    recorded.take()
    const { status, text } = await app.call(operation, { ClientId: app.userPoolClientId, ...input })
    expect({ status, text }).toMatchObject({ status: 200 })
    return recorded.take().filter((sql) => sql.startsWith('update "user_pools"')).length > 0
  }
  const signUp = (Username: string) =>
    waits('SignUp', {
      Username,
      Password: PASSWORD,
      UserAttributes: [{ Name: 'email', Value: `${Username}@example.com` }],
    })
  const confirm = (Username: string, ForceAliasCreation: boolean) =>
    waits('ConfirmSignUp', {
      Username,
      ConfirmationCode: app.server.inbox.last(`${Username}@example.com`)?.code,
      ForceAliasCreation,
    })
  const migrate = (USERNAME: string) =>
    waits('InitiateAuth', { AuthFlow: 'USER_PASSWORD_AUTH', AuthParameters: { USERNAME, PASSWORD } })
  // Makes the client and the pool known.
  await signUp('ada')
  expect([await signUp('eve'), await signUp('force-sign-up')]).toEqual([false, true])
  expect([await confirm('ada', false), await confirm('eve', true)]).toEqual([false, true])
  expect([await migrate('bo'), await migrate('force-migration')]).toEqual([false, true])
})

test('taking an address over takes two look-ups of its user, and a taken name is tried four times', async () => {
  const recorded = recordStatements()
  const app = await start({
    database: 'sqlite::memory:',
    functions: {
      async verifying(event) {
        event.response = { autoConfirmUser: true, autoVerifyEmail: true }
        return event
      },
    },
    config: {
      userPools: [
        {
          PoolName: 'Aliases',
          AliasAttributes: ['email'],
          LambdaConfig: { PreSignUp: 'arn:aws:lambda:us-east-1:000000000000:function:verifying' },
          clients: [{ ClientName: 'Web' }],
        },
      ],
    },
  })
  const signUp = async (Username: string) => {
    recorded.take()
    const { body } = await app.call('SignUp', {
      ClientId: app.userPoolClientId,
      Username,
      Password: PASSWORD,
      UserAttributes: [{ Name: 'email', Value: 'ada@example.com' }],
    })
    const statements = recorded.take()
    const count = (beginning: string) => statements.filter((sql) => sql.startsWith(beginning)).length
    return {
      body,
      users: count('insert into "users"'),
      holders: count('select "user_id", "kind" from "login_names"'),
    }
  }
  expect((await signUp('ada')).body.UserConfirmed).toBe(true)
  const { body, users, holders } = await signUp('eve')
  expect(body.UserConfirmed).toBe(true)
  // Two, and one for each name that the user is to have.
  expect({ users, holders }).toEqual({ users: 1, holders: 4 })
  const taken = await signUp('eve')
  expect([taken.body.__type, taken.users]).toEqual(['UsernameExistsException', 4])
})

test('a pool without a password history keeps none', async () => {
  const recorded = recordStatements()
  const app = await start({ database: 'sqlite::memory:' })
  await signUpAndConfirm(app)
  const { AccessToken } = await passwordSignIn(app)
  recorded.take()
  const ProposedPassword = 'Another-Horse-2'
  const changed = await app.call('ChangePassword', {
    AccessToken,
    PreviousPassword: PASSWORD,
    ProposedPassword,
  })
  expect(changed.text).toBe('{}')
  const taken = recorded.take()
  expect(taken.filter((sql) => sql.startsWith('update "users"'))).toHaveLength(1)
  expect(taken.filter((sql) => sql.startsWith('insert into "password_history"'))).toEqual([])
})

test('a confirmation that is refused for another reason than a taken name is not tried again', async () => {
  const recorded = recordStatements()
  const app = await start({ database: 'sqlite::memory:', clock: stillClock() })
  const { email } = await signUpAndConfirm(app)
  const confirm = async () => {
    recorded.take()
    const { body } = await app.call('ConfirmSignUp', {
      ClientId: app.userPoolClientId,
      Username: email,
      ConfirmationCode: '000000',
      ForceAliasCreation: true,
    })
    return { refused: body.__type, count: recorded.take().length }
  }
  const first = await confirm()
  let last = first
  for (let call = 0; call < 15; call++) last = await confirm()
  expect([first.refused, last.refused]).toEqual(['CodeMismatchException', 'LimitExceededException'])
  expect(last.count).toBeLessThanOrEqual(first.count)
})

test('the keys of a pool are read once a second, whatever else is asked for', async () => {
  const recorded = recordStatements()
  const app = await start({ database: 'sqlite::memory:', clock: stillClock() })
  await signUpAndConfirm(app)
  await passwordSignIn(app)
  const readsOf = async (make: () => Promise<unknown>) => {
    recorded.take()
    await make()
    return recorded.take().filter((sql) => sql.includes('"signing_keys"')).length
  }
  const signIn = () => readsOf(() => passwordSignIn(app))
  expect(await signIn()).toBe(0)
  app.server.clock.advance(0.999)
  expect(await signIn()).toBe(0)
  app.server.clock.advance(0.001)
  expect(await signIn()).toBe(1)
  const ofNone = new Request('http://localhost/us-east-1_Nowhere1/.well-known/jwks.json')
  expect(await readsOf(() => app.server.fetch(ofNone))).toBe(1)
  expect(await signIn()).toBe(0)
})
