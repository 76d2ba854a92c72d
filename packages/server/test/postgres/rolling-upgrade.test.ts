import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { CognitoIdentityProvider } from '@aws-sdk/client-cognito-identity-provider'
import pg from 'pg'
import { expect, onTestFinished, test } from 'vitest'
import { amulet, amuletServe, type ServingAmulet, temporaryFolder } from '../amulet.js'
import { sharedDatabase } from '../fresh-database.js'
import { ADMIN } from '../production.js'
import { respond, srpChallenge, srpResponses } from '../srp-sign-in.js'
import { PASSWORD, type Started } from '../start.js'
import { totp } from '../totp.js'
import { earlierProgram } from './earlier-program.js'

/**
 * "Show the three functions of a custom challenge, and run them with the pages": second factors, passkeys, devices and
 * triggers, and nothing of OAuth yet. A later one takes its place when servers of it need no longer be upgraded so.
 */
const EARLIER = 'ffe8b3f7310978a09e9ce77fb6443eae27308741'

const UserPoolId = 'us-east-1_Rolling01'
const ClientId = 'web'
const CONFIG = {
  userPools: [
    {
      UserPoolId,
      PoolName: 'Rolling',
      MfaConfiguration: 'OPTIONAL',
      SoftwareTokenMfaConfiguration: { Enabled: true },
      clients: [
        {
          ClientId,
          ClientName: 'Web',
          ExplicitAuthFlows: ['ALLOW_USER_SRP_AUTH', 'ALLOW_USER_PASSWORD_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
        },
      ],
      users: ['ada', 'bob'].map((Username) => ({ Username, Password: PASSWORD })),
    },
  ],
}

/** One that users are sent to, whichever server that leads to: the first of a pair, then the second. */
const between = (first: ServingAmulet, second: ServingAmulet) => {
  let calls = 0
  const call: Started['call'] = (operation, input) =>
    (calls++ % 2 === 0 ? first : second).call(operation, input)
  return { call, userPoolClientId: ClientId, userPoolId: UserPoolId, server: { clock: { now: Date.now } } }
}

const adminOf = ({ url }: ServingAmulet) => {
  const admin = new CognitoIdentityProvider({ endpoint: url, region: 'us-east-1', credentials: ADMIN })
  onTestFinished(() => admin.destroy())
  return admin
}

let users = 0

/** What users do: each begins at one server and goes on at the other. */
async function use(first: ServingAmulet, second: ServingAmulet): Promise<void> {
  const app = between(first, second)
  const proven = await respond(app, await srpResponses(app, await srpChallenge(app, 'ada')))
  expect(proven.body.message).toBeUndefined()
  const { AccessToken, RefreshToken } = proven.body.AuthenticationResult
  const refreshed = await app.call('InitiateAuth', {
    ClientId,
    AuthFlow: 'REFRESH_TOKEN_AUTH',
    AuthParameters: { REFRESH_TOKEN: RefreshToken },
  })
  expect(refreshed.body.AuthenticationResult?.AccessToken).toBeTruthy()
  expect((await app.call('GetUser', { AccessToken })).body.Username).toBe('ada')
  const Username = `user${++users}`
  expect((await app.call('SignUp', { ClientId, Username, Password: PASSWORD })).status).toBe(200)
  await adminOf(second).adminConfirmSignUp({ UserPoolId, Username })
  const signedIn = await app.call('InitiateAuth', byPassword(Username))
  expect(signedIn.body.message).toBeUndefined()
}

const byPassword = (USERNAME: string) => ({
  ClientId,
  AuthFlow: 'USER_PASSWORD_AUTH',
  AuthParameters: { USERNAME, PASSWORD },
})

/** Gives `bob` an authenticator app, whose code of each half minute counts once. */
async function setUpApp({ call }: ServingAmulet): Promise<() => string> {
  const { AccessToken } = (await call('InitiateAuth', byPassword('bob'))).body.AuthenticationResult
  const { body } = await call('AssociateSoftwareToken', { AccessToken })
  const { SecretCode } = body as unknown as { SecretCode: string }
  // One half minute that is over, the one that is, and one to come are accepted.
  let last = 0
  const code = () => {
    last = Math.max(last + 30_000, Date.now() - 30_000)
    return totp(SecretCode, last)
  }
  await call('VerifySoftwareToken', { AccessToken, UserCode: code() })
  const SoftwareTokenMfaSettings = { Enabled: true, PreferredMfa: true }
  expect((await call('SetUserMFAPreference', { AccessToken, SoftwareTokenMfaSettings })).status).toBe(200)
  return code
}

async function useApp(first: ServingAmulet, second: ServingAmulet, code: string): Promise<void> {
  const { body } = await first.call('InitiateAuth', byPassword('bob'))
  const answer = await second.call('RespondToAuthChallenge', {
    ClientId,
    ChallengeName: body.ChallengeName,
    Session: body.Session,
    ChallengeResponses: { USERNAME: 'bob', SOFTWARE_TOKEN_MFA_CODE: code },
  })
  expect(answer.body.message).toBeUndefined()
  expect(answer.body.AuthenticationResult.AccessToken).toBeTruthy()
}

/** Users who go on for as long as something else takes. */
async function meanwhile<T>(work: Promise<T>, visit: () => Promise<void>): Promise<T> {
  let isOver = false
  const over = work.finally(() => {
    isOver = true
  })
  const visitor = async () => {
    do await visit()
    while (!isOver)
  }
  const [result] = await Promise.all([over, visitor(), visitor()])
  return result
}

test('a server of an earlier version and one of today serve one database while one replaces the other', async (context) => {
  const program = earlierProgram(EARLIER)
  if (program === undefined) {
    const reason = `The history of the repository, and with it ${EARLIER}, is not here: fetch it with "git fetch --unshallow".`
    console.warn(reason)
    return context.skip(reason)
  }
  const cwd = temporaryFolder()
  writeFileSync(join(cwd, 'config.json'), JSON.stringify(CONFIG))
  const { database, rootKey } = await sharedDatabase()
  const args = ['--database', database, '--config', 'config.json', '--url', 'https://auth.example.com']
  const env = {
    AMULET_ROOT_KEY: rootKey.toString('hex'),
    AMULET_ADMIN_ACCESS_KEY_ID: ADMIN.accessKeyId,
    AMULET_ADMIN_SECRET_ACCESS_KEY: ADMIN.secretAccessKey,
  }
  const migrations = async () => {
    const client = new pg.Client({ connectionString: database })
    await client.connect()
    const { rows } = await client.query('select name from kysely_migration order by name')
    await client.end()
    return rows.map(({ name }) => String(name))
  }

  const earlier = await amuletServe(args, { cwd, env, program })
  const before = await migrations()
  const code = await setUpApp(earlier)
  // The tables change under the server that knows the earlier ones, and its users notice nothing.
  const today = await meanwhile(amuletServe(args, { cwd, env }), () => use(earlier, earlier))
  const after = await migrations()
  expect(after.slice(0, before.length)).toEqual(before)
  expect(after.length).toBeGreaterThan(before.length)
  for (let round = 0; round < 3; round++)
    await Promise.all([use(earlier, today), use(today, earlier), use(earlier, earlier), use(today, today)])
  await useApp(earlier, today, code())
  await useApp(today, earlier, code())
  // One that knows less than the database does is not started any more.
  const again = await amulet(['serve', '--port', '0', ...args], { cwd, env, program })
  expect([again.code, again.stderr]).toEqual([1, expect.stringContaining('newer version')])
  expect(await meanwhile(earlier.stop(), () => use(today, today))).toBe(0)
  for (const serving of [earlier, today]) {
    expect(serving.stderr()).toBe('')
    expect(serving.stdout()).not.toMatch(/"level":"(error|fatal)"/)
  }
  expect(await today.stop()).toBe(0)
})
