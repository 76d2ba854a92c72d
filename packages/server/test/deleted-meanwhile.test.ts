import type { AuditEntry } from '@amulet/server'
import { expect, test } from 'vitest'
import { signInUpstream, startFederated } from './federation.js'
import { sharedDatabase } from './fresh-database.js'
import { authorizeQuery } from './oauth.js'
import { atSignIn, type PageUser, pageUser } from './page-user.js'
import { PASSWORD, start } from './start.js'
import { stillClock } from './still-clock.js'

test('a sign-up in a pool that is deleted meanwhile is refused, in these words', async () => {
  const options = { ...(await sharedDatabase()), clock: stillClock() }
  const app = await start(options)
  const other = await start(options)
  const { userPoolClientId: ClientId, userPoolId: UserPoolId } = app
  const signUp = (name: string) =>
    app.call('SignUp', { ClientId, Username: `${name}@example.com`, Password: PASSWORD })
  // A server remembers a pool for a second after it looked it up, and the clock stands still.
  expect((await signUp('ada')).status).toBe(200)
  await other.call('DeleteUserPoolDomain', { UserPoolId, Domain: 'amulet-dev' })
  expect((await other.call('DeleteUserPool', { UserPoolId })).status).toBe(200)
  expect((await signUp('eve')).body).toEqual({
    __type: 'ResourceNotFoundException',
    message: 'What the request is about was deleted while it was under way.',
  })
  app.server.clock.advance(1)
  expect((await signUp('late')).body).toEqual({
    __type: 'ResourceNotFoundException',
    message: `User pool client ${ClientId} does not exist.`,
  })
})

/** Two servers of one database, the first of which remembers a client whose users are at its pages. */
async function startTwo() {
  const lines: AuditEntry[] = []
  const options = { ...(await sharedDatabase()), clock: stillClock() }
  const app = await startFederated({ ...options, audit: (line) => lines.push(line) })
  const other = await start(options)
  const shown = (user: PageUser) => `${user.page.status} ${user.text()}`
  return { app, other, shown, told: () => lines.splice(0).map(brief) }
}

const brief = ({ operation, outcome, exception }: AuditEntry) => `${operation} ${outcome} ${exception}`

const GONE = /^400 .*What the request is about was deleted while it was under way\./

test('an app client that is deleted while users are on its pages is reported as missing, and not as a fault', async () => {
  const { app, other, shown, told } = await startTwo()
  const { UserPoolId, clientId } = app
  const signedIn = await atSignIn(app)
  await signedIn.submit('Sign in', { Username: 'ada', Password: PASSWORD })
  const atForm = await atSignIn(app)
  const atProvider = await atSignIn(app)
  await atProvider.submit('Continue with Upstream')
  expect((await other.call('DeleteUserPoolClient', { UserPoolId, ClientId: clientId })).status).toBe(200)
  told()

  await atForm.submit('Sign in', { Username: 'ada', Password: PASSWORD })
  expect(shown(atForm)).toMatch(GONE)
  expect(told()).toEqual(['SignIn refused ResourceNotFoundException'])
  await signInUpstream(app, 'grace', atProvider)
  expect(shown(atProvider)).toMatch(GONE)
  expect(told()).toEqual(['ProviderSignIn refused ResourceNotFoundException'])
  const again = pageUser(app)
  for (const [name, value] of signedIn.browser.jar) again.browser.jar.set(name, value)
  await again.open(`/oauth2/authorize?${authorizeQuery(app)}`)
  expect(shown(again)).toMatch(GONE)
  app.server.clock.advance(1)
  await again.open(`/oauth2/authorize?${authorizeQuery(app)}`)
  expect(shown(again)).toMatch(/^400 .*Client does not exist\./)
})

test('a pool that is deleted while users are on its sign-up page is reported as missing, and not as a fault', async () => {
  const { app, other, shown, told } = await startTwo()
  const user = await atSignIn(app, {}, '/signup')
  expect((await other.call('DeleteUserPool', { UserPoolId: app.UserPoolId })).status).toBe(200)
  told()
  await user.submit('Sign up', { Username: 'eve', Password: PASSWORD })
  expect(shown(user)).toMatch(GONE)
  expect(told()).toEqual(['SignUp refused ResourceNotFoundException'])
})
