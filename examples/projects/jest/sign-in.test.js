const { configure, createMemoryStorage, fetchAuthSession, getCurrentUser, signIn } = require('@amulet/auth')
const { createServer } = require('@amulet/server')
const { createAdmin, createSession } = require('@amulet/server/testing')

const username = 'ada@example.com'
const password = 'Correct-horse-1'

const prepared = createServer({ users: [{ Username: username, Password: password }] })
let server
beforeEach(async () => {
  server = await prepared.fork()
  await configureWith(createMemoryStorage())
})
afterEach(() => server.close())
afterAll(() => prepared.close())

async function configureWith(storage) {
  const { userPoolId, userPoolClientId } = await server.ready
  configure(
    { Auth: { Cognito: { userPoolId, userPoolClientId } } },
    { fetch: server.fetch, clock: server.clock.now, storage },
  )
}

test('a user of the set-up signs in', async () => {
  expect((await signIn({ username, password })).isSignedIn).toBe(true)
})

test('a user is signed in when the test begins', async () => {
  const session = await createSession(server)
  await configureWith(session.storage)
  expect((await getCurrentUser()).userId).toBe(session.sub)
  server.clock.advance(60 * 60)
  expect(`${(await fetchAuthSession()).tokens.accessToken}`).not.toBe(session.accessToken)
})

test('an administrator invites a user, and no user of another test is there', async () => {
  const admin = createAdmin(server)
  await admin.adminCreateUser({
    Username: 'grace@example.com',
    UserAttributes: [{ Name: 'email', Value: 'grace@example.com' }],
    DesiredDeliveryMediums: ['EMAIL'],
  })
  const invitation = await server.inbox.next('grace@example.com')
  const { nextStep } = await signIn({ username: 'grace@example.com', password: invitation.code })
  expect(nextStep.signInStep).toBe('CONFIRM_SIGN_IN_WITH_NEW_PASSWORD_REQUIRED')
  expect((await admin.listUsers()).Users).toHaveLength(2)
})
