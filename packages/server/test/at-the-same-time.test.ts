import { expect, test } from 'vitest'
import { holdStatement } from './hold-statement.js'
import { respond, srpChallenge, srpResponses } from './srp-sign-in.js'
import { type Answer, PASSWORD, passwordSignIn, type Started, signUpAndConfirm, start } from './start.js'

// Requests of one user, or for one name, that reach the server together. On PostgreSQL they run in transactions side
// by side; on SQLite one after the other, in any order.

const times = <T>(count: number, request: (index: number) => Promise<T>): Promise<T[]> =>
  Promise.all(Array.from({ length: count }, (_, index) => request(index)))

const names = (answers: readonly Answer[]) =>
  answers.map(({ status, body }) => (status === 200 ? 'ok' : String(body.__type))).sort()

const signUp = ({ call, userPoolClientId }: Started, Username: string) =>
  call('SignUp', { ClientId: userPoolClientId, Username, Password: PASSWORD })

const signIn = ({ call, userPoolClientId }: Started, password = PASSWORD) =>
  call('InitiateAuth', {
    ClientId: userPoolClientId,
    AuthFlow: 'USER_PASSWORD_AUTH',
    AuthParameters: { USERNAME: 'ada@example.com', PASSWORD: password },
  })

async function attributes({ call, userPoolId }: Started, Username = 'ada@example.com') {
  const { body } = await call('AdminGetUser', { UserPoolId: userPoolId, Username })
  // AdminGetUser lists names and values.
  const pairs = (body as { UserAttributes?: { Name: string; Value: string }[] }).UserAttributes ?? []
  return Object.fromEntries(pairs.map(({ Name, Value }) => [Name, Value]))
}

test('of ten sign-ups for one address at the same moment, one creates the user', async () => {
  const app = await start()
  const answers = await times(10, () => signUp(app, 'ada@example.com'))
  expect(names(answers)).toEqual([...Array.from({ length: 9 }, () => 'UsernameExistsException'), 'ok'].sort())
  const { body } = await app.call('ListUsers', { UserPoolId: app.userPoolId })
  expect(body.Users).toHaveLength(1)
})

test('a code that is sent eight times at the same moment confirms once', async () => {
  const app = await start()
  await signUp(app, 'ada@example.com')
  const ConfirmationCode = app.server.inbox.last()?.code
  const answers = await times(8, () =>
    app.call('ConfirmSignUp', {
      ClientId: app.userPoolClientId,
      Username: 'ada@example.com',
      ConfirmationCode,
    }),
  )
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
  for (const { body } of answers) expect(body.__type).not.toBe('InternalErrorException')
})

test('changes of different attributes by users and administrators are all kept', async () => {
  const app = await start()
  await signUp(app, 'ada@example.com')
  const ConfirmationCode = app.server.inbox.last()?.code
  const given = ['name', 'given_name', 'family_name', 'nickname', 'website', 'profile', 'locale', 'picture']
  const answers = await Promise.all([
    ...given.map((Name) =>
      app.call('AdminUpdateUserAttributes', {
        UserPoolId: app.userPoolId,
        Username: 'ada@example.com',
        UserAttributes: [{ Name, Value: `the ${Name}` }],
      }),
    ),
    app.call('ConfirmSignUp', {
      ClientId: app.userPoolClientId,
      Username: 'ada@example.com',
      ConfirmationCode,
    }),
  ])
  expect(new Set(names(answers))).toEqual(new Set(['ok']))
  expect(await attributes(app)).toMatchObject({
    ...Object.fromEntries(given.map((name) => [name, `the ${name}`])),
    email_verified: 'true',
  })
})

test('a code that is requested while the address changes proves only the address it was sent to', async () => {
  const app = await start({
    config: {
      userPools: [
        {
          PoolName: 'Codes on demand',
          clients: [{ ClientName: 'Web', ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH'] }],
          users: Array.from({ length: 8 }, (_, index) => ({
            Username: `user-${index}`,
            Password: PASSWORD,
            UserAttributes: [{ Name: 'email', Value: `user-${index}@example.com` }],
          })),
        },
      ],
    },
  })
  const proven = await times(8, async (index) => {
    const { AccessToken } = await passwordSignIn(app, `user-${index}`)
    const user = { AccessToken, AttributeName: 'email' }
    // The change comes in the midst of them, for each user a little later.
    const change = () =>
      app.call('UpdateUserAttributes', {
        AccessToken,
        UserAttributes: [{ Name: 'email', Value: 'somebody@example.com' }],
      })
    const ask = () => app.call('GetUserAttributeVerificationCode', user)
    await Promise.all([ask, ask, ask, ask].toSpliced(index % 5, 0, change).map((send) => send()))
    const Code = app.server.inbox.last(`user-${index}@example.com`)?.code ?? 'none'
    await app.call('VerifyUserAttribute', { ...user, Code })
    const { body } = await app.call('GetUser', { AccessToken })
    return body.UserAttributes.find(({ Name }) => Name === 'email_verified')?.Value
  })
  expect(new Set(proven)).toEqual(new Set(['false']))
})

test('of two users who claim one address at the same moment, one gets it', async () => {
  const app = await start()
  const users = ['ada@example.com', 'eve@example.com', 'joe@example.com', 'sue@example.com']
  for (const user of users) await signUpAndConfirm(app, user)
  const answers = await times(users.length, (index) =>
    app.call('AdminUpdateUserAttributes', {
      UserPoolId: app.userPoolId,
      Username: users[index],
      UserAttributes: [{ Name: 'email', Value: 'shared@example.com' }],
    }),
  )
  expect(names(answers)).toEqual([...Array.from({ length: 3 }, () => 'AliasExistsException'), 'ok'].sort())
})

const startAliases = (AliasAttributes: ('email' | 'phone_number')[] = ['email']) =>
  start({
    config: {
      userPools: [
        {
          PoolName: 'Aliases',
          AliasAttributes,
          AutoVerifiedAttributes: ['email'],
          clients: [{ ClientName: 'Web', ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH'] }],
        },
      ],
    },
  })

/** Signs a user up and returns the request that confirms the address. */
async function signedUp(app: Started, Username: string, email: string) {
  const account = { ClientId: app.userPoolClientId, Username }
  const UserAttributes = [{ Name: 'email', Value: email }]
  await app.call('SignUp', { ...account, Password: PASSWORD, UserAttributes })
  const ConfirmationCode = app.server.inbox.last(email)?.code
  return (ForceAliasCreation: boolean) =>
    app.call('ConfirmSignUp', { ...account, ConfirmationCode, ForceAliasCreation })
}

const verifiedOf = async (app: Started, users: readonly string[], attribute: string) => {
  const values = await Promise.all(users.map(async (user) => (await attributes(app, user))[attribute]))
  return users.filter((_, index) => values[index] === 'true')
}

test('an alias that many users take over at the same moment ends with one of them', async () => {
  const app = await startAliases()
  const users = Array.from({ length: 20 }, (_, index) => `user-${index}`)
  const confirm = []
  for (const user of users) confirm.push(await signedUp(app, user, 'shared@example.com'))
  const answers = await Promise.all(confirm.map((send) => send(true)))
  expect(new Set(names(answers))).toEqual(new Set(['ok']))
  const holders = await verifiedOf(app, users, 'email_verified')
  expect(holders).toHaveLength(1)
  // The alias leads to the one whose address is verified.
  const { body } = await app.call('AdminGetUser', {
    UserPoolId: app.userPoolId,
    Username: 'shared@example.com',
  })
  expect(body.Username).toBe(holders[0])
})

test('an alias is taken over from users who prove it at the same moment', async () => {
  const app = await startAliases()
  const users = Array.from({ length: 12 }, (_, index) => `user-${index}`)
  const confirm = []
  for (const user of users) confirm.push(await signedUp(app, user, 'shared@example.com'))
  const answers = await Promise.all(confirm.map((send, index) => send(index % 2 === 0)))
  // By force it always comes to a good end; without, an alias that another user has is refused.
  for (const [index, { status, body }] of answers.entries())
    expect([index, status, body.__type]).toEqual(
      index % 2 === 0 || status === 200 ? [index, 200, undefined] : [index, 400, 'AliasExistsException'],
    )
  expect(await verifiedOf(app, users, 'email_verified')).toHaveLength(1)
})

test('users who take over two aliases at the same moment do not deadlock', async () => {
  const app = await startAliases(['email', 'phone_number'])
  for (let round = 0; round < 5; round++) {
    const [ada, eve] = [`ada-${round}`, `eve-${round}`]
    const email = (user: string) => `${user}@example.com`
    const phone = (number: number) => `+1555555${round}10${number}`
    const confirm = [await signedUp(app, ada, email(ada)), await signedUp(app, eve, email(eve))]
    const give = (Username: string, values: Record<string, string>) =>
      app.call('AdminUpdateUserAttributes', {
        UserPoolId: app.userPoolId,
        Username,
        UserAttributes: Object.entries(values).map(([Name, Value]) => ({ Name, Value })),
      })
    await give(ada, { phone_number: phone(1), phone_number_verified: 'true' })
    await give(eve, { phone_number: phone(2), phone_number_verified: 'true' })
    const made = await Promise.all([
      ...confirm.map((send) => send(true)),
      ...[1, 2, 1, 2].map((number, index) =>
        app.call('AdminCreateUser', {
          UserPoolId: app.userPoolId,
          Username: `new-${round}-${index}`,
          MessageAction: 'SUPPRESS',
          ForceAliasCreation: true,
          UserAttributes: Object.entries({
            email: email(index < 2 ? ada : eve),
            email_verified: 'true',
            phone_number: phone(number),
            phone_number_verified: 'true',
          }).map(([Name, Value]) => ({ Name, Value })),
        }),
      ),
    ])
    expect(new Set(names(made))).toEqual(new Set(['ok']))
  }
})

test('a password that was right before it was changed does not sign in afterwards', async () => {
  const app = await start()
  await signUpAndConfirm(app)
  const { AccessToken } = await passwordSignIn(app)
  const responses = await srpResponses(app, await srpChallenge(app, 'ada@example.com'))
  const changed = await app.call('ChangePassword', {
    AccessToken,
    PreviousPassword: PASSWORD,
    ProposedPassword: 'Another-Horse-2',
  })
  expect(changed.status).toBe(200)
  expect((await respond(app, responses)).body.__type).toBe('NotAuthorizedException')

  // The same in one moment: the two come in one order or the other, and after both only the new password is good.
  const answers = await Promise.all([
    app.call('AdminSetUserPassword', {
      UserPoolId: app.userPoolId,
      Username: 'ada@example.com',
      Password: 'Admin-Horse-3',
      Permanent: true,
    }),
    ...Array.from({ length: 4 }, () => signIn(app, 'Another-Horse-2')),
    app.call('ChangePassword', {
      AccessToken,
      PreviousPassword: 'Another-Horse-2',
      ProposedPassword: 'Late-Horse-4',
    }),
  ])
  for (const answer of answers) expect([200, 400]).toContain(answer.status)
  // What was refused counts as wrong passwords.
  app.server.clock.advance(900)
  expect((await signIn(app, 'Another-Horse-2')).status).toBe(400)
  // A change that was let through came before the administrator's, which stands.
  expect((await signIn(app, 'Admin-Horse-3')).status).toBe(200)
})

test('a previous password that is replaced while it is compared changes nothing', async () => {
  const app = await start()
  await signUpAndConfirm(app)
  const { AccessToken } = await passwordSignIn(app)
  const { held, release } = holdStatement(/^insert into "quotas"/)
  const passwords = { PreviousPassword: PASSWORD, ProposedPassword: 'Late-Horse-4' }
  const late = app.call('ChangePassword', { AccessToken, ...passwords })
  await held
  const admin = { UserPoolId: app.userPoolId, Username: 'ada@example.com' }
  await app.call('AdminSetUserPassword', { ...admin, Password: 'Admin-Horse-3', Permanent: true })
  release()
  expect((await late).body).toEqual({
    __type: 'NotAuthorizedException',
    message: 'Incorrect username or password.',
  })
  expect((await signIn(app, 'Late-Horse-4')).status).toBe(400)
  expect((await signIn(app, 'Admin-Horse-3')).status).toBe(200)
})

test('signing in, signing out everywhere, changing and deleting a user at the same moment breaks nothing', async () => {
  const app = await start()
  for (let round = 0; round < 5; round++) {
    await signUpAndConfirm(app)
    const { AccessToken, RefreshToken } = await passwordSignIn(app)
    const admin = { UserPoolId: app.userPoolId, Username: 'ada@example.com' }
    const ClientId = app.userPoolClientId
    const gone = ['NotAuthorizedException', 'UserNotFoundException']
    const requests: [answer: Promise<Answer>, ...outcomes: string[]][] = [
      ...Array.from({ length: 4 }, (): [Promise<Answer>, ...string[]] => [
        signIn(app),
        'ok',
        'NotAuthorizedException',
      ]),
      [signIn(app, 'Wrong-Horse-1'), 'NotAuthorizedException'],
      [app.call('GlobalSignOut', { AccessToken }), 'ok', ...gone],
      [app.call('AdminUserGlobalSignOut', admin), 'ok', 'UserNotFoundException'],
      [app.call('RevokeToken', { ClientId, Token: RefreshToken }), 'ok'],
      [app.call('ForgotPassword', { ClientId, Username: 'ada@example.com' }), 'ok'],
      [app.call('GetUserAttributeVerificationCode', { AccessToken, AttributeName: 'email' }), 'ok', ...gone],
      [
        app.call('UpdateUserAttributes', { AccessToken, UserAttributes: [{ Name: 'name', Value: 'Ada' }] }),
        'ok',
        ...gone,
      ],
      [
        app.call('ChangePassword', {
          AccessToken,
          PreviousPassword: PASSWORD,
          ProposedPassword: 'New-Horse-2',
        }),
        'ok',
        ...gone,
      ],
      [
        app.call('AdminSetUserPassword', { ...admin, Password: 'Set-Horse-3', Permanent: true }),
        'ok',
        'UserNotFoundException',
      ],
      [app.call('AdminDeleteUser', admin), 'ok'],
      [signUp(app, 'ada@example.com'), 'ok', 'UsernameExistsException'],
    ]
    const answers = await Promise.all(requests.map(([answer]) => answer))
    for (const [index, [, ...outcomes]] of requests.entries())
      expect(outcomes, answers[index]?.text).toContain(names(answers.slice(index, index + 1))[0])
    await app.call('AdminDeleteUser', admin)
  }
})
