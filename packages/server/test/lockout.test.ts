import { expect, test } from 'vitest'
import { respond, srpChallenge, srpResponses, srpSignIn } from './srp-sign-in.js'
import { type Answer, PASSWORD, type Started, signUpAndConfirm, start } from './start.js'
import { stillClock } from './still-clock.js'

const LOCKED = { __type: 'NotAuthorizedException', message: 'Password attempts exceeded' }
const REFUSED = { __type: 'NotAuthorizedException', message: 'Incorrect username or password.' }

const tryPassword = async ({ call, userPoolClientId }: Started, USERNAME: string, password: string) => {
  const { body } = await call('InitiateAuth', {
    ClientId: userPoolClientId,
    AuthFlow: 'USER_PASSWORD_AUTH',
    AuthParameters: { USERNAME, PASSWORD: password },
  })
  return body
}

test.each(['ada@example.com', 'nobody@example.com'])(
  'five wrong passwords lock the user for a second, and each further one for twice as long: %s',
  async (name) => {
    const app = await start({ clock: stillClock() })
    await signUpAndConfirm(app)
    for (let i = 0; i < 5; i++) expect(await tryPassword(app, name, 'Wrong-Horse-1')).toEqual(REFUSED)
    expect(await tryPassword(app, name, 'Wrong-Horse-1')).toEqual(LOCKED)
    app.server.clock.advance(1)
    // The attempt during the lock did not prolong it.
    expect(await tryPassword(app, name, 'Wrong-Horse-1')).toEqual(REFUSED)
    app.server.clock.advance(1)
    expect(await tryPassword(app, name, 'Wrong-Horse-1')).toEqual(LOCKED)
    app.server.clock.advance(1)
    expect(await tryPassword(app, name, 'Wrong-Horse-1')).toEqual(REFUSED)
  },
)

test('the right password is refused during a lock, also by SRP, and resets the count after it', async () => {
  const app = await start({ clock: stillClock() })
  await signUpAndConfirm(app)
  for (let i = 0; i < 3; i++) await tryPassword(app, 'ada@example.com', 'Wrong-Horse-1')
  for (let i = 0; i < 2; i++) await srpSignIn(app, 'ada@example.com', 'Wrong-Horse-1')
  expect(await tryPassword(app, 'ada@example.com', PASSWORD)).toEqual(LOCKED)
  expect((await srpSignIn(app, 'ada@example.com')).body).toEqual(LOCKED)
  app.server.clock.advance(1)
  expect((await srpSignIn(app, 'ada@example.com')).status).toBe(200)
  for (let i = 0; i < 5; i++)
    expect(await tryPassword(app, 'ada@example.com', 'Wrong-Horse-1')).toEqual(REFUSED)
})

test.each(['ada@example.com', 'nobody@example.com'])(
  'locks double from 1 second to 512, the next one lasts 15 minutes, and then the count starts anew: %s',
  async (name) => {
    const app = await start({ clock: stillClock() })
    const { clock } = app.server
    await signUpAndConfirm(app)
    for (let i = 0; i < 5; i++) expect(await tryPassword(app, name, 'Wrong-Horse-1')).toEqual(REFUSED)
    for (const seconds of [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900]) {
      clock.advance(seconds - 0.001)
      expect(await tryPassword(app, name, 'Wrong-Horse-1'), `${seconds} s`).toEqual(LOCKED)
      clock.advance(0.001)
      expect(await tryPassword(app, name, 'Wrong-Horse-1'), `${seconds} s`).toEqual(REFUSED)
    }
    for (let i = 0; i < 4; i++) expect(await tryPassword(app, name, 'Wrong-Horse-1')).toEqual(REFUSED)
    expect(await tryPassword(app, name, 'Wrong-Horse-1')).toEqual(LOCKED)
  },
)

test('wrong passwords are forgotten 15 minutes after the last of them, and no earlier', async () => {
  const app = await start({ clock: stillClock() })
  const { clock } = app.server
  await signUpAndConfirm(app)
  const wrong = async (count: number) => {
    for (let i = 0; i < count; i++)
      expect(await tryPassword(app, 'ada@example.com', 'Wrong-Horse-1')).toEqual(REFUSED)
  }
  await wrong(4)
  clock.advance(899.999)
  await wrong(1)
  expect(await tryPassword(app, 'ada@example.com', PASSWORD)).toEqual(LOCKED)
  clock.advance(900)
  await wrong(5)
  expect(await tryPassword(app, 'ada@example.com', PASSWORD)).toEqual(LOCKED)
})

const NEW = 'Another-Horse-2'
const USERNAME = 'ada@example.com'

/** How a user comes by a new password; made before wrong passwords lock the user, and called after. */
const RESETS: readonly [what: string, make: (app: Started) => Promise<() => Promise<Answer>>][] = [
  [
    'ConfirmForgotPassword',
    async (app) => {
      await signUpAndConfirm(app)
      const user = { ClientId: app.userPoolClientId, Username: USERNAME }
      return async () => {
        await app.call('ForgotPassword', user)
        const ConfirmationCode = app.server.inbox.last(USERNAME)?.code
        return await app.call('ConfirmForgotPassword', { ...user, ConfirmationCode, Password: NEW })
      }
    },
  ],
  [
    'AdminSetUserPassword',
    async (app) => {
      await signUpAndConfirm(app)
      const user = { UserPoolId: app.userPoolId, Username: USERNAME }
      return () => app.call('AdminSetUserPassword', { ...user, Password: NEW, Permanent: true })
    },
  ],
  [
    'NEW_PASSWORD_REQUIRED',
    async (app) => {
      const user = { UserPoolId: app.userPoolId, Username: USERNAME, TemporaryPassword: PASSWORD }
      await app.call('AdminCreateUser', { ...user, MessageAction: 'SUPPRESS' })
      const { body } = await srpSignIn(app, USERNAME)
      return () =>
        app.call('RespondToAuthChallenge', {
          ClientId: app.userPoolClientId,
          ChallengeName: 'NEW_PASSWORD_REQUIRED',
          Session: body.Session,
          ChallengeResponses: { USERNAME, NEW_PASSWORD: NEW },
        })
    },
  ],
]

test.each(RESETS)('a new password ends the lock and resets the count: %s', async (_, make) => {
  const app = await start({ clock: stillClock() })
  const reset = await make(app)
  for (let i = 0; i < 5; i++) expect(await tryPassword(app, USERNAME, 'Wrong-Horse-1')).toEqual(REFUSED)
  expect(await tryPassword(app, USERNAME, PASSWORD)).toEqual(LOCKED)
  expect((await reset()).status).toBe(200)
  for (let i = 0; i < 4; i++) expect(await tryPassword(app, USERNAME, 'Wrong-Horse-1')).toEqual(REFUSED)
  expect((await srpSignIn(app, USERNAME, NEW)).body.AuthenticationResult.AccessToken).toBeTypeOf('string')
})

test('a new password for one user does not end the lock of another', async () => {
  const app = await start({ clock: stillClock() })
  for (const email of [USERNAME, 'eve@example.com']) {
    await signUpAndConfirm(app, email)
    for (let i = 0; i < 5; i++) expect(await tryPassword(app, email, 'Wrong-Horse-1')).toEqual(REFUSED)
  }
  const user = { UserPoolId: app.userPoolId, Username: USERNAME }
  await app.call('AdminSetUserPassword', { ...user, Password: NEW, Permanent: true })
  expect(await tryPassword(app, 'eve@example.com', PASSWORD)).toEqual(LOCKED)
})

test('codes may be requested five times an hour, for known and unknown users alike', async () => {
  const app = await start()
  await app.call('SignUp', {
    ClientId: app.userPoolClientId,
    Username: 'ada@example.com',
    Password: PASSWORD,
  })
  for (const Username of ['ada@example.com', 'nobody@example.com']) {
    const resend = () => app.call('ResendConfirmationCode', { ClientId: app.userPoolClientId, Username })
    for (let i = 0; i < 5; i++) expect((await resend()).body.CodeDeliveryDetails.DeliveryMedium).toBe('EMAIL')
    expect((await resend()).body).toEqual({
      __type: 'LimitExceededException',
      message: 'Attempt limit exceeded, please try after some time.',
    })
    app.server.clock.advance(3600)
    expect((await resend()).status).toBe(200)
  }
})

test('requests for codes that are not sent count like others', async () => {
  const app = await start()
  const Username = 'ada@example.com'
  await signUpAndConfirm(app)
  app.server.inbox.clear()
  const resend = async () =>
    (await app.call('ResendConfirmationCode', { ClientId: app.userPoolClientId, Username })).body
  for (let i = 0; i < 5; i++) expect((await resend()).CodeDeliveryDetails.DeliveryMedium).toBe('EMAIL')
  expect(app.server.inbox.list()).toEqual([])
  expect((await resend()).__type).toBe('LimitExceededException')
})

test('during a lock an expired temporary password is not confirmed to be right', async () => {
  const app = await start({ clock: stillClock() })
  const { userPoolId: UserPoolId } = app
  const Username = 'ada@example.com'
  await app.call('AdminCreateUser', {
    UserPoolId,
    Username,
    TemporaryPassword: PASSWORD,
    MessageAction: 'SUPPRESS',
  })
  app.server.clock.advance(7 * 86_400)
  expect((await srpSignIn(app, Username)).body.message).toBe(
    'Temporary password has expired and must be reset by an administrator.',
  )
  // Challenges that were begun before the lock.
  const challenge = await srpChallenge(app, Username)
  for (let i = 0; i < 5; i++) expect(await tryPassword(app, Username, 'Wrong-Horse-1')).toEqual(REFUSED)
  expect((await respond(app, await srpResponses(app, challenge))).body).toEqual(LOCKED)
})
