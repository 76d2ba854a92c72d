import type { LogEntry, ServerOptions } from '@amulet/server'
import { expect, test } from 'vitest'
import { logLine } from '../src/cli/log-line.js'
import { ADMIN, sendSigned, startProduction } from './production.js'
import { respond, srpChallenge, srpResponses } from './srp-sign-in.js'
import { PASSWORD, passwordSignIn, type Started, signUpAndConfirm, start } from './start.js'

const HASH = /^[0-9a-f]{32}$/

async function startLogging(options: ServerOptions = {}) {
  const entries: LogEntry[] = []
  const app = await start({ ...options, log: (entry) => entries.push(entry) })
  /** The operations since it was asked last, each with its subject. */
  const logged = () => entries.splice(0).map(({ operation, subject }) => [operation, subject] as const)
  return { ...app, logged }
}

const account = ({ userPoolClientId }: Started, Username: string) => ({
  ClientId: userPoolClientId,
  Username,
})

/** Requests about a name that need no credentials. */
async function askAbout(app: Started, name: string) {
  const user = account(app, name)
  await app.call('ResendConfirmationCode', user)
  await app.call('ConfirmSignUp', { ...user, ConfirmationCode: '000000' })
  await app.call('ForgotPassword', user)
  await app.call('ConfirmForgotPassword', { ...user, ConfirmationCode: '000000', Password: PASSWORD })
  await app.call('InitiateAuth', {
    ClientId: app.userPoolClientId,
    AuthFlow: 'USER_PASSWORD_AUTH',
    AuthParameters: { USERNAME: name, PASSWORD: 'Wrong-Horse-1' },
  })
  await respond(app, await srpResponses(app, await srpChallenge(app, name)))
}

test('every request about a user is logged with the same hash, from any caller and with any outcome', async () => {
  const app = await startLogging()
  const { sub } = await signUpAndConfirm(app)
  await askAbout(app, 'ada@example.com')
  // Too many wrong passwords by now would lock the account.
  app.server.clock.advance(3600)
  const tokens = await passwordSignIn(app)
  const { AccessToken, RefreshToken } = tokens
  const admin = { UserPoolId: app.userPoolId, Username: 'ada@example.com' }
  const ClientId = app.userPoolClientId
  await app.call('GetUser', { AccessToken })
  await app.call('ChangePassword', { AccessToken, PreviousPassword: 'wrong', ProposedPassword: PASSWORD })
  await app.call('UpdateUserAttributes', { AccessToken, UserAttributes: [{ Name: 'name', Value: 'Ada' }] })
  await app.call('InitiateAuth', {
    ClientId,
    AuthFlow: 'REFRESH_TOKEN_AUTH',
    AuthParameters: { REFRESH_TOKEN: RefreshToken },
  })
  await app.call('GetTokensFromRefreshToken', { ClientId, RefreshToken })
  await app.call('AdminInitiateAuth', {
    UserPoolId: app.userPoolId,
    ClientId,
    AuthFlow: 'REFRESH_TOKEN_AUTH',
    AuthParameters: { REFRESH_TOKEN: RefreshToken },
  })
  await app.call('AdminGetUser', { ...admin, Username: sub })
  await app.call('AdminSetUserPassword', { ...admin, Password: 'Short', Permanent: true })
  await app.call('RevokeToken', { ClientId, Token: RefreshToken })
  await app.call('GetUser', { AccessToken })
  await app.call('AdminDeleteUser', admin)
  const lines = app.logged()
  const [[, subject] = []] = lines
  expect(subject).toMatch(HASH)
  expect(lines.map(([operation, of]) => [operation, of])).toEqual(
    [
      'SignUp',
      'ConfirmSignUp',
      'ResendConfirmationCode',
      'ConfirmSignUp',
      'ForgotPassword',
      'ConfirmForgotPassword',
      'InitiateAuth',
      'InitiateAuth',
      'RespondToAuthChallenge',
      'InitiateAuth',
      'GetUser',
      'ChangePassword',
      'UpdateUserAttributes',
      'InitiateAuth',
      'GetTokensFromRefreshToken',
      'AdminInitiateAuth',
      'AdminGetUser',
      'AdminSetUserPassword',
      'RevokeToken',
      'GetUser',
      'AdminDeleteUser',
    ].map((operation) => [operation, subject]),
  )
})

test('a name that does not exist has a hash of its own, the same each time, so the log hides what the answer hides', async () => {
  const app = await startLogging()
  await askAbout(app, 'nobody@example.com')
  await app.call('AdminGetUser', { UserPoolId: app.userPoolId, Username: 'nobody@example.com' })
  const subjects = new Set(app.logged().map(([, subject]) => subject))
  expect([...subjects]).toEqual([expect.stringMatching(HASH)])
  await askAbout(app, 'somebody@example.com')
  for (const [, subject] of app.logged()) expect(subjects).not.toContain(subject)
})

test('users have different hashes, and a hash cannot be computed from an id without the root key', async () => {
  const app = await startLogging({ rootKey: Buffer.alloc(32, 1) })
  const of = async (email: string, from = app) => {
    const { sub } = await signUpAndConfirm(from, email)
    const [[, subject] = []] = from.logged()
    expect(subject).toMatch(HASH)
    expect(subject).not.toContain(sub.slice(0, 8))
    return { sub, subject }
  }
  const ada = await of('ada@example.com')
  const eve = await of('eve@example.com')
  expect(ada.subject).not.toBe(eve.subject)
  // The same id under another key.
  const fixed = async (key: number) => {
    let drawn = 0
    const randomBytes = (size: number) => Buffer.alloc(size, drawn++)
    return await of('ada@example.com', await startLogging({ randomBytes, rootKey: Buffer.alloc(32, key) }))
  }
  const [one, same, other] = [await fixed(1), await fixed(1), await fixed(2)]
  expect(one).toEqual(same)
  expect(other.sub).toBe(one.sub)
  expect(other.subject).not.toBe(one.subject)
})

test('requests about no user have no subject, and requests without a signature no administrator', async () => {
  const app = await startLogging()
  await app.call('ListUserPools', { MaxResults: 1 })
  await app.call('ListUsers', { UserPoolId: app.userPoolId })
  await app.call('GetUser', { AccessToken: 'nonsense' })
  await app.call('SignUp', { ClientId: 'nonsense', Username: 'ada', Password: PASSWORD })
  await app.call('InitiateAuth', {
    ClientId: app.userPoolClientId,
    AuthFlow: 'REFRESH_TOKEN_AUTH',
    AuthParameters: { REFRESH_TOKEN: 'nonsense' },
  })
  await app.server.fetch(new Request('http://localhost/_amulet/health'))
  for (const [, subject] of app.logged()) expect(subject).toBeUndefined()
})

test('an administrator is logged by the access key id, once the signature is verified', async () => {
  const entries: LogEntry[] = []
  const app = await startProduction({ log: (entry) => entries.push(entry) })
  await sendSigned(app, 'ListUserPools', { MaxResults: 1 })
  await sendSigned(app, 'AdminGetUser', { UserPoolId: 'us-east-1_None', Username: 'ada' })
  const wrong = { ...ADMIN, secretAccessKey: 'not-the-secret-of-this-administrator-0001' }
  await sendSigned(app, 'ListUserPools', { MaxResults: 2 }, { credentials: wrong })
  await app.call('GetUser', { AccessToken: 'x' })
  expect(entries.map(({ operation, status, admin }) => [operation, status, admin])).toEqual([
    ['ListUserPools', 200, ADMIN.accessKeyId],
    ['AdminGetUser', 400, ADMIN.accessKeyId],
    ['ListUserPools', 400, undefined],
    ['GetUser', 400, undefined],
  ])
})

test('the line that dev prints has the subject and the administrator', () => {
  const entry = { requestId: '', operation: 'AdminGetUser', status: 200, milliseconds: 1 }
  expect(logLine({ ...entry, subject: '0a1b', admin: 'AKID' }, new Date())).toMatch(
    / AdminGetUser 200 1\.0 ms subject=0a1b admin=AKID$/,
  )
})
