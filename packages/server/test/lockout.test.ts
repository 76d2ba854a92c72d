import { expect, test } from 'vitest'
import { respond, srpChallenge, srpResponses, srpSignIn } from './srp-sign-in.js'
import { PASSWORD, passwordSignIn, type Started, signUpAndConfirm, start } from './start.js'
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
  'five wrong passwords lock for a second, each further one twice as long: %s',
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

test('the right password is refused during a lock too, by SRP as well, and forgives what was before it after', async () => {
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

test('a lock is never longer than 15 minutes, after which all is forgotten', async () => {
  const app = await start({ clock: stillClock() })
  await signUpAndConfirm(app)
  for (let i = 0; i < 30; i++) {
    await tryPassword(app, 'ada@example.com', 'Wrong-Horse-1')
    app.server.clock.advance(899)
  }
  app.server.clock.advance(1)
  expect((await passwordSignIn(app)).AccessToken).toBeTruthy()
})

test('codes may be asked for five times an hour, for known and unknown users alike', async () => {
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

test('asking for a code that is not sent counts like asking for one that is', async () => {
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

test('an expired temporary password is not told to be right during a lock', async () => {
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
