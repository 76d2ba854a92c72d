import { expect, test } from 'vitest'
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

test('of ten sign-ups for one address one makes the user', async () => {
  const app = await start()
  const answers = await times(10, () => signUp(app, 'ada@example.com'))
  expect(names(answers)).toEqual([...Array.from({ length: 9 }, () => 'UsernameExistsException'), 'ok'].sort())
  const { body } = await app.call('ListUsers', { UserPoolId: app.userPoolId })
  expect(body.Users).toHaveLength(1)
})

test('a code that is sent eight times at once confirms once', async () => {
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

test('changes to different attributes are all kept, whoever makes them', async () => {
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

test('a code that is asked for while the address changes does not prove the address it did not go to', async () => {
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

test('of two users who want one address at once one gets it', async () => {
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

test('an alias that several users take over at once ends with one of them', async () => {
  const app = await start({
    config: {
      userPools: [
        {
          PoolName: 'Aliases',
          AliasAttributes: ['email'],
          AutoVerifiedAttributes: ['email'],
          clients: [{ ClientName: 'Web', ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH'] }],
        },
      ],
    },
  })
  const users = ['ada', 'eve', 'joe', 'sue']
  const codes: (string | undefined)[] = []
  for (const Username of users) {
    await app.call('SignUp', {
      ClientId: app.userPoolClientId,
      Username,
      Password: PASSWORD,
      UserAttributes: [{ Name: 'email', Value: 'shared@example.com' }],
    })
    codes.push(app.server.inbox.last()?.code)
  }
  const answers = await times(users.length, (index) =>
    app.call('ConfirmSignUp', {
      ClientId: app.userPoolClientId,
      Username: users[index],
      ConfirmationCode: codes[index],
      ForceAliasCreation: true,
    }),
  )
  // Who came second while the first was at it may be told that the alias exists, and nothing worse.
  expect(new Set(['ok', 'AliasExistsException'])).toEqual(
    new Set([...names(answers), 'ok', 'AliasExistsException']),
  )
  const verified = await Promise.all(users.map(async (user) => (await attributes(app, user)).email_verified))
  expect(verified.filter((value) => value === 'true')).toHaveLength(1)
})

test('a password that was right before it was changed signs nobody in after', async () => {
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

test('signing in, signing out everywhere, changing and deleting the user at once breaks nothing', async () => {
  const app = await start()
  for (let round = 0; round < 5; round++) {
    await signUpAndConfirm(app)
    const { AccessToken, RefreshToken } = await passwordSignIn(app)
    const admin = { UserPoolId: app.userPoolId, Username: 'ada@example.com' }
    const ClientId = app.userPoolClientId
    const answers = await Promise.all([
      ...Array.from({ length: 4 }, () => signIn(app)),
      signIn(app, 'Wrong-Horse-1'),
      app.call('GlobalSignOut', { AccessToken }),
      app.call('AdminUserGlobalSignOut', admin),
      app.call('RevokeToken', { ClientId, Token: RefreshToken }),
      app.call('ForgotPassword', { ClientId, Username: 'ada@example.com' }),
      app.call('GetUserAttributeVerificationCode', { AccessToken, AttributeName: 'email' }),
      app.call('UpdateUserAttributes', { AccessToken, UserAttributes: [{ Name: 'name', Value: 'Ada' }] }),
      app.call('ChangePassword', {
        AccessToken,
        PreviousPassword: PASSWORD,
        ProposedPassword: 'New-Horse-2',
      }),
      app.call('AdminSetUserPassword', { ...admin, Password: 'Set-Horse-3', Permanent: true }),
      app.call('AdminDeleteUser', admin),
      signUp(app, 'ada@example.com'),
    ])
    for (const { status, text } of answers) expect(status, text).toBeLessThan(500)
    await app.call('AdminDeleteUser', admin)
  }
})
