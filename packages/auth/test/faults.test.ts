import {
  AuthError,
  confirmSignIn,
  type FetchAuthSessionOptions,
  fetchAuthSession,
  getCurrentUser,
  signIn,
  signOut,
} from '@amulet/auth'
import { createServer } from '@amulet/server'
import { afterAll, afterEach, beforeEach, expect, test, vi } from 'vitest'
import { ask } from '../../server/test/model/world.js'
import { call } from '../../server/test/start.js'
import { totp } from '../../server/test/totp.js'
import { createDevice, type Locks, type Passage, type Tab } from './device.js'
import { inVirtualTime, realWork, sleep, useRealTime, useVirtualTime } from './virtual-time.js'

// Tabs of one device that use one session while everything that can go wrong does. What happens in a run follows from
// its seed alone: AMULET_FAULT_SEED=… AMULET_FAULT_RUNS=1 is the way back to a run that failed.

const RUNS = Number(process.env.AMULET_FAULT_RUNS ?? 1000)
const SEED = Number(process.env.AMULET_FAULT_SEED ?? 1001)

const PASSWORD = 'Correct-Horse-1'
const USER_POOL = 'us-east-1_Faults'
/** Who signs in, and the second factor that it takes. */
const PEOPLE = { ada: undefined, bea: 'app', eve: 'e-mail' } as const
type Name = keyof typeof PEOPLE
const NAMES = Object.keys(PEOPLE) as Name[]
const email = (name: Name) => `${name}@example.com`
const DAY = 24 * 3_600_000
/** Milliseconds no request outlives: the deadline of a call. */
const DEADLINE = 30_000

const clients = {
  'no rotation': { clientId: 'kept', grace: undefined },
  'rotation without grace': { clientId: 'strict', grace: 0 },
  'rotation with a grace of 10 s': { clientId: 'short', grace: 10 },
  'rotation with a grace of 60 s': { clientId: 'long', grace: 60 },
}

const server = createServer({
  database: 'sqlite::memory:',
  config: {
    userPools: [
      {
        UserPoolId: USER_POOL,
        PoolName: 'Faults',
        Policies: { SignInPolicy: { AllowedFirstAuthFactors: ['PASSWORD', 'EMAIL_OTP'] } },
        clients: Object.values(clients).map(({ clientId, grace }) => ({
          ClientId: clientId,
          ClientName: clientId,
          ExplicitAuthFlows: ['ALLOW_USER_AUTH', 'ALLOW_USER_PASSWORD_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
          AccessTokenValidity: 5,
          IdTokenValidity: 5,
          TokenValidityUnits: { AccessToken: 'minutes', IdToken: 'minutes' },
          ...(grace !== undefined && {
            ExplicitAuthFlows: ['ALLOW_USER_AUTH', 'ALLOW_USER_PASSWORD_AUTH'],
            RefreshTokenRotation: { Feature: 'ENABLED', RetryGracePeriodSeconds: grace },
          }),
        })),
        users: NAMES.map((name) => ({
          Username: name,
          Password: PASSWORD,
          UserAttributes: [
            { Name: 'email', Value: email(name) },
            { Name: 'email_verified', Value: 'true' },
          ],
        })),
      },
    ],
  },
})
await server.ready
afterAll(() => server.close())

const api = { call: (operation: string, input: unknown) => call(server, operation, input) }
await ask(api, 'SetUserPoolMfaConfig', {
  UserPoolId: USER_POOL,
  MfaConfiguration: 'OPTIONAL',
  SoftwareTokenMfaConfiguration: { Enabled: true },
  EmailMfaConfiguration: { Message: 'Your code: {####}', Subject: 'Code' },
})
/** The authenticator app of one of the users. */
const app = { secret: '', lastStep: 0 }
const stepNow = () => Math.floor(Date.now() / 30_000)
const { AccessToken } = (
  await ask(api, 'InitiateAuth', {
    ClientId: clients['no rotation'].clientId,
    AuthFlow: 'USER_PASSWORD_AUTH',
    AuthParameters: { USERNAME: 'bea', PASSWORD },
  })
).body.AuthenticationResult
/** Each run is at the same time, at which a code works once: each needs an app of its own. */
async function setUpApp(): Promise<void> {
  const { body } = await ask(api, 'AssociateSoftwareToken', { AccessToken })
  // The answer to this operation.
  app.secret = (body as unknown as { SecretCode: string }).SecretCode
  app.lastStep = stepNow()
  await ask(api, 'VerifySoftwareToken', { AccessToken, UserCode: totp(app.secret, Date.now()) })
}
await setUpApp()
for (const [Username, factor] of [
  ['bea', 'SoftwareTokenMfaSettings'],
  ['eve', 'EmailMfaSettings'],
])
  await ask(api, 'AdminSetUserMFAPreference', {
    UserPoolId: USER_POOL,
    Username,
    [String(factor)]: { Enabled: true },
  })

/** The app's next code: each works once. */
async function nextAppCode(): Promise<string> {
  while (stepNow() <= app.lastStep) await sleep(1000)
  app.lastStep = stepNow()
  return totp(app.secret, Date.now())
}

beforeEach(useVirtualTime)
afterEach(() => {
  vi.unstubAllGlobals()
  useRealTime()
})

/** Numbers from 0 to 1 that follow from the seed (mulberry32). */
function randomFrom(seed: number) {
  let state = seed
  const next = () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  return {
    chance: (probability: number) => next() < probability,
    between: (low: number, high: number) => Math.floor(low + next() * (high - low)),
    // None of the lists is empty.
    oneOf: <Value>(list: readonly Value[]) => list[Math.floor(next() * list.length)] as Value,
  }
}

const answer = (status: number, body: string) => () => new Response(body, { status })

const answersInstead = [
  answer(429, '{"__type":"TooManyRequestsException","message":"Rate exceeded"}'),
  answer(400, '{"__type":"ThrottlingException","message":"Rate exceeded"}'),
  answer(500, '{"__type":"InternalErrorException","message":"Something went wrong"}'),
  answer(503, '<html>Service Unavailable</html>'),
  answer(403, '<html>Blocked by a firewall</html>'),
  answer(200, '<html>Welcome to the hotel</html>'),
  answer(200, ''),
  answer(200, '{"AuthenticationResult":{'),
  answer(200, '{"AuthenticationResult":{"AccessToken":"nonsense"}}'),
]

/** Names a call may reject with while the session goes on: the service could not be asked, or did not answer. */
const passing =
  /^(NetworkError|TimeoutError|AbortError|InvalidResponseException|InvalidTokens|Unknown|InternalErrorException|TooManyRequestsException|ThrottlingException)$/

const seen = {
  secondFactors: 0,
  lost: 0,
  rescued: 0,
  refreshes: 0,
  signOuts: 0,
  closed: 0,
  frozen: 0,
  outrun: 0,
  calls: 0,
}

async function run(seed: number): Promise<void> {
  const random = randomFrom(seed)
  // The pauses before another try, from a sequence of their own: how many there are changes nothing else.
  const jitter = randomFrom(~seed)
  vi.spyOn(Math, 'random').mockImplementation(() => jitter.between(0, 1000) / 1000)
  const person = random.oneOf(NAMES)
  const clientName = random.oneOf(Object.keys(clients) as (keyof typeof clients)[])
  const { clientId, grace } = clients[clientName]
  const locks = random.oneOf<Locks>([
    ...(['work', 'work', 'missing', 'refused', 'held by a frozen tab'] as const),
    'missing, without a page',
  ])
  // What runs in one process ends and sleeps together.
  const hasTabs = locks !== 'missing, without a page'
  const device = createDevice(
    server,
    {
      Auth: {
        Cognito: {
          userPoolId: USER_POOL,
          userPoolClientId: clientId,
          userPoolEndpoint: 'http://localhost/',
        },
      },
    },
    locks,
    grace,
  )
  if (PEOPLE[person] === 'app') await realWork(setUpApp())
  const problems: string[] = []
  const log: string[] = []
  const note = (text: string) => log.push(`${(Date.now() - begun) / 1000}s ${text}`)
  const begun = Date.now()
  const problem = (text: string) => {
    note(`PROBLEM: ${text}`)
    problems.push(text)
  }

  // What the user wants. It is not known after a tab was closed in the middle of signing in or out.
  let wanted = 'out' as 'in' | 'out' | 'unknown'
  /** Signings-in and -out so far, begun and ended: an odd number is one under way. */
  let turns = 0
  /** The service rotated the stored token, and the answer is lost: no client can continue that session. */
  let isLost = false
  const checkLoss = () => {
    const token = device.lastRefreshToken
    const rotatedAt = device.rotations.findLast((rotation) => rotation.token === token)?.at ?? 0
    if (device.isRevoked) isLost = true
    if (device.isLost(token) && Date.now() - rotatedAt >= (grace ?? 0) * 1000) isLost = true
  }

  const open = () => {
    const tab = device.openTab()
    tab.context.hub.listen('auth', ({ payload }) => {
      if (tab.isClosed) return
      note(`${tab.name} ${payload.event} ${JSON.stringify(payload)}`)
      if (payload.event === 'tokenRefresh') seen.refreshes++
      if (payload.event !== 'signedOut' || payload.data.reason !== 'sessionEnded') return
      checkLoss()
      if (wanted === 'in' && turns % 2 === 0 && !isLost)
        problem(`${tab.name} dropped a session that was alive`)
    })
    return tab
  }

  /** Watches a call of one tab: it has to end in time, and with something that can be true. */
  async function watched(
    tab: Tab,
    name: string,
    call: () => Promise<unknown>,
    allowed = DEADLINE + 2000,
  ): Promise<unknown> {
    const started = Date.now()
    const turnsBefore = turns
    seen.calls++
    note(`${tab.name} ${name}`)
    const outcome = tab.run(call).then(
      (value) => ({ value, error: undefined }),
      (error: unknown) => ({ value: undefined, error }),
    )
    const ended = outcome.then(() => true)
    for (;;) {
      const inTime = sleep(allowed).then(() => false)
      if (await Promise.race([ended, inTime, tab.closed.then(() => true)])) break
      while (tab.wokenAt === Number.POSITIVE_INFINITY && !tab.isClosed) await sleep(1000)
      if (tab.isClosed) break
      if (tab.wokenAt < started) {
        problem(`${tab.name} ${name} hangs`)
        return undefined
      }
    }
    if (tab.isClosed) return undefined
    const { value, error } = await outcome
    note(`${tab.name} ${name} → ${error ?? JSON.stringify(value)?.slice(0, 60)}`)
    checkLoss()
    const isSettled = wanted === 'in' && turns === turnsBefore && turns % 2 === 0 && !isLost
    if (error !== undefined) {
      if (!(error instanceof AuthError)) problem(`${name} rejected with ${error}`)
      else if (isSettled && !passing.test(error.name)) problem(`${tab.name} ${name} rejected with ${error}`)
    }
    return isSettled || error !== undefined ? value : undefined
  }

  async function session(tab: Tab, options: FetchAuthSessionOptions = {}, settled = false) {
    const name = `fetchAuthSession(${JSON.stringify(options)})`
    let result: Awaited<ReturnType<typeof fetchAuthSession>> | undefined
    const isSettled = await watched(
      tab,
      name,
      async () => {
        result = await fetchAuthSession(tab.context, options)
        return result
      },
      (options.timeout ?? DEADLINE) + 2000,
    )
    const { tokens } = result ?? {}
    if (isSettled && !tokens) problem(`${tab.name} ${name} finds no user signed in`)
    const expires = (tokens?.accessToken.payload.exp ?? 0) * 1000
    if (tokens && expires <= Date.now() - (settled ? 0 : DEADLINE)) problem(`${name} served expired tokens`)
    return tokens && `${tokens.accessToken}`
  }

  async function user(tab: Tab) {
    let name: string | undefined
    const isSettled = await watched(tab, 'getCurrentUser', async () => {
      name = (await getCurrentUser(tab.context)).username
      return name
    })
    if (isSettled && name !== person) problem(`getCurrentUser says ${name}`)
  }

  async function enter(tab: Tab): Promise<boolean> {
    turns++
    let isIn = false
    // One request after the other: the choice, the answer to it, and the codes.
    await watched(
      tab,
      'signIn',
      async () => {
        const { context } = tab
        const input = { username: person, password: PASSWORD }
        const begin = (authFlowType: 'USER_PASSWORD_AUTH' | 'USER_AUTH') =>
          signIn(context, { ...input, options: { authFlowType } })
        const answer = (challengeResponse: string) => confirmSignIn(context, { challengeResponse })
        const mailedCode = () => server.inbox.last(email(person))?.code ?? ''
        const way = random.between(0, 4)
        let output = await begin(way === 0 ? 'USER_PASSWORD_AUTH' : 'USER_AUTH')
        // A code is no first factor of one who has a second.
        if (way === 3 && !PEOPLE[person]) {
          await answer('EMAIL_OTP')
          output = await answer(mailedCode())
        } else if (way > 0) {
          await answer('PASSWORD')
          output = await answer(PASSWORD)
        }
        const { signInStep } = output.nextStep
        if (signInStep === 'CONFIRM_SIGN_IN_WITH_TOTP_CODE') output = await answer(await nextAppCode())
        if (signInStep === 'CONFIRM_SIGN_IN_WITH_EMAIL_CODE') output = await answer(mailedCode())
        isIn = output.isSignedIn
        if (isIn && signInStep !== 'DONE') seen.secondFactors++
      },
      5 * DEADLINE + 2000,
    )
    if (tab.isClosed) wanted = 'unknown'
    if (isIn) {
      wanted = 'in'
      isLost = false
      device.isRevoked = false
    }
    turns++
    return isIn
  }

  async function leave(tab: Tab) {
    turns++
    seen.signOuts++
    await watched(tab, 'signOut', () => signOut(tab.context))
    wanted = tab.isClosed ? 'unknown' : 'out'
    turns++
  }

  // One user signs in, while all is well.
  const tabs = [open()]
  const anyTab = () => random.oneOf(tabs)
  if (random.chance(0.3)) device.skew = random.oneOf([-1, 1]) * DAY
  await enter(anyTab())
  while (tabs.length < random.between(2, 5)) tabs.push(open())

  // Then the network fails now and then, more or less. No storage is slower than the fastest network: what one tab
  // stores is not in the middle of it when the next sign-in comes from the service.
  const faultiness = random.oneOf([0, 0.05, 0.15, 0.4])
  const slowness = random.oneOf([100, 1000, 6000, 20_000])
  const weather = (): Passage => ({
    there: random.between(20, slowness / 2),
    back: random.between(20, slowness / 2),
    fault: random.chance(faultiness)
      ? random.oneOf([
          'lost on the way',
          'lost on the way',
          'answer lost',
          hasTabs ? 'tab closes' : 'answer lost',
          ...answersInstead,
        ])
      : undefined,
  })
  device.passage = weather
  if (random.chance(0.4)) device.storageDelay = () => random.between(0, 3) / 2

  const rounds = random.between(3, 6)
  async function application(place: number) {
    for (let round = 0; round < rounds; round++) {
      const tab = tabs[place] as Tab
      await Promise.race([sleep(random.oneOf([0, 10, 3000, 100_000, 296_000, 300_000, 400_000])), tab.closed])
      if (tab.isClosed) {
        seen.closed++
        tabs[place] = open()
        continue
      }
      const kind = random.between(0, 10)
      if (kind < 5) await session(tab)
      else if (kind < 7)
        await session(tab, {
          forceRefresh: true,
          ...(random.chance(0.3) && { clientMetadata: { tenant: 'b' } }),
        })
      else if (kind < 8) await user(tab)
      else if (kind < 9)
        await session(tab, { forceRefresh: random.chance(0.5), timeout: random.between(1, slowness) })
      else {
        const controller = new AbortController()
        const aborted = session(tab, { signal: controller.signal })
        await sleep(random.between(1, slowness))
        controller.abort()
        await aborted
      }
      // StrictMode runs every effect twice.
      if (random.chance(0.3)) await Promise.all([session(tab), session(tab), user(tab)])
    }
  }

  async function trouble() {
    await sleep(random.between(0, 600_000))
    const kind = random.between(0, 10)
    const tab = anyTab()
    if (kind === 0) device.skew += random.oneOf([-1, 1]) * DAY
    else if (kind < 6 && !hasTabs) return
    else if (kind === 1) tab.close()
    else if (kind < 4) tab.closeAfterWrites(random.between(1, 7))
    else if (kind < 5) {
      seen.frozen++
      tab.freeze()
      await sleep(random.oneOf([1000, 10_000, 400_000]))
      tab.wake()
    } else if (kind < 6) {
      const other = tabs.find((another) => another !== tab && !another.isClosed)
      if (tab.isClosed || !other || wanted !== 'in') return
      seen.outrun++
      // One tab is frozen between two tries of a refresh, with the old token in memory. Another one rotates it, more than
      // once and long ago, before the first wakes up.
      device.passage = () => ({ there: 20, back: 20, fault: answer(503, '') })
      const outrun = session(tab, { forceRefresh: true })
      await sleep(60)
      tab.freeze()
      device.passage = () => ({ there: 20, back: 20 })
      for (let times = random.between(2, 4); times > 0; times--) {
        await session(other, { forceRefresh: true })
        await sleep(random.between(61_000, 150_000))
      }
      tab.wake()
      await outrun
      device.passage = weather
    } else if (kind < 9 && !tab.isClosed) {
      const other = anyTab()
      if (random.chance(0.5) && !other.isClosed && other !== tab) {
        // Another tab gets new tokens at the very moment in which this one forgets them.
        device.passage = (operation) => ({
          there: operation === 'RevokeToken' ? 21 : 20,
          back: random.between(20, 30),
        })
        await Promise.all([session(other, { forceRefresh: true }), leave(tab)])
        device.passage = weather
      } else await leave(tab)
      for (let tries = 0; tries < 4 && wanted === 'out' && random.chance(0.9); tries++) {
        await sleep(random.between(0, 5000))
        const next = anyTab()
        if (!next.isClosed && next.wokenAt < Number.POSITIVE_INFINITY) await enter(next)
      }
    }
  }

  await Promise.all([trouble(), ...tabs.map((_, place) => application(place))])

  for (const name of device.sentTooLate) problem(`${name} sent a refresh token that was replaced long ago`)

  // In the end all is well again. Who should be signed in is, in every tab, with a refresh token that goes on.
  device.passage = () => ({ there: 20, back: 20 })
  for (const tab of tabs) {
    tab.closeAfterWrites(Number.POSITIVE_INFINITY)
    tab.wake()
  }
  await sleep(3 * DEADLINE)
  checkLoss()
  const alive = [...tabs.filter((tab) => !tab.isClosed), open()]
  if (wanted === 'in' && !isLost) {
    // An answer was lost, and the session goes on.
    if (device.rotations.some(({ token }) => device.isLost(token))) seen.rescued++
    for (const tab of alive) {
      await sleep(61_000)
      if (!(await session(tab, { forceRefresh: true }, true)) && !problems.length)
        problem(`${tab.name} is signed out`)
    }
    const held = new Set(await Promise.all(alive.map((tab) => session(tab, {}, true))))
    if (held.size !== 1) problem('the tabs do not agree on the session')
  } else if (wanted === 'out') {
    for (const tab of alive) if (await session(tab)) problem(`${tab.name} is still signed in`)
    const left = [...device.items.keys()].filter((key) => key.startsWith('CognitoIdentityServiceProvider'))
    if (left.length) problem(`left behind: ${left}`)
  } else if (isLost) {
    seen.lost++
    // Known to be lost, or found out now: in any case the user can sign in again.
    for (const tab of alive) await session(tab, { forceRefresh: true, timeout: 2 * DEADLINE })
    wanted = 'out'
    if (!(await enter(open()))) problem('no user can sign in again')
  }
  if (problems.length) {
    throw new Error(
      [
        `AMULET_FAULT_SEED=${seed} AMULET_FAULT_RUNS=1: ${clientName}, locks ${locks}`,
        ...problems,
        '',
        ...log,
      ].join('\n'),
    )
  }
}

test(
  `${RUNS} runs find no surprise sign-out, no hang and no lost update`,
  async () => {
    console.log(`AMULET_FAULT_SEED=${SEED} AMULET_FAULT_RUNS=${RUNS}`)
    for (let seed = SEED; seed < SEED + RUNS; seed++) await inVirtualTime(() => run(seed))
    console.log(JSON.stringify(seen))
    // Nothing of what these runs are about was left out.
    if (RUNS >= 1000) for (const [what, times] of Object.entries(seen)) expect(times, what).toBeGreaterThan(0)
  },
  60_000 + 500 * RUNS,
)
