import { expect, test } from 'vitest'
import { type Browser, openBrowser, type Page } from './browser-session.js'
import {
  type Counting,
  Gone,
  KILLS,
  type Lasting,
  lastingOf,
  startDurable,
  workUntilKilled,
} from './kills.js'
import { authorizeQuery, CALLBACK, OAUTH_CLIENT, PKCE, VERIFIER } from './oauth.js'
import { PASSWORD } from './start.js'

const UserPoolId = 'us-east-1_Durable'
const clientId = 'durable'
/** Seconds. */
const GRACE = 60
const CONFIG = {
  userPools: [
    {
      UserPoolId,
      PoolName: 'Durable',
      clients: [
        {
          ClientId: clientId,
          ...OAUTH_CLIENT,
          ClientName: 'Web',
          RefreshTokenRotation: { Feature: 'ENABLED', RetryGracePeriodSeconds: GRACE },
        },
      ],
    },
  ],
}

/** A running server, whether or not its answers are counted. */
type Server = Pick<Counting, 'url' | 'call' | 'fetch'>

/** A request, of which nothing may go wrong but that the server is gone. */
async function orGone<A>(answering: Promise<A>): Promise<A> {
  try {
    return await answering
  } catch (cause) {
    throw new Gone('request', { cause })
  }
}

async function answered(server: Server, operation: string, input: object) {
  const { status, body } = await orGone(server.call(operation, input))
  expect(status, `${operation}: ${JSON.stringify(body)}`).toBe(200)
  return body
}

/** The same of identity pools, which are another service at the same address. */
async function askIdentityPools(server: Server, operation: string, input: object) {
  const response = await orGone(
    server.fetch(
      new Request(server.url, {
        method: 'POST',
        headers: {
          'content-type': 'application/x-amz-json-1.1',
          'x-amz-target': `AWSCognitoIdentityService.${operation}`,
        },
        body: JSON.stringify(input),
      }),
    ),
  )
  // The test says what it should be.
  const body = (await orGone(response.json())) as { IdentityPoolId?: string; IdentityId?: string }
  return { status: response.status, body }
}

async function postToken(server: Server, fields: Record<string, string>) {
  const request = new Request(`${server.url}/oauth2/token`, {
    method: 'POST',
    body: new URLSearchParams({ client_id: clientId, ...fields }),
  })
  const response = await orGone(server.fetch(request))
  // The test says what it should be.
  const body = (await orGone(response.json())) as { refresh_token?: string; error?: string }
  return { status: response.status, body }
}

const redeem = (server: Server, code: string) =>
  postToken(server, {
    grant_type: 'authorization_code',
    code,
    redirect_uri: CALLBACK,
    code_verifier: VERIFIER,
  })

/** What one browser has been promised by answers, and what was asked for and not answered when the server died. */
interface Visit {
  readonly username: string
  /** Its cookies go on after a kill, whichever port the server has then. */
  readonly cookies: Map<string, string>
  readonly codes: { readonly code: string; is: 'issued' | 'redeeming' | 'used' }[]
  session?: Lasting
  refreshToken?: string
  /** When a rotation was asked for that has not been answered. */
  askedAt?: number
}

/** What an administrator has made. */
interface Made {
  readonly what: keyof typeof MAKING
  readonly name: string
  /** Of its round: a pool has room for so many. */
  readonly pool: string
  /** What the server calls it. */
  id?: string | undefined
  is: Lasting
}

const open = (server: Server, cookies: Map<string, string>): Browser => {
  const browser = openBrowser({ fetch: (request) => orGone(server.fetch(request)) }, server.url)
  for (const [name, value] of cookies) browser.jar.set(name, value)
  return browser
}

const authorizePath = `/oauth2/authorize?${authorizeQuery({ clientId }, PKCE)}`
const codeIn = ({ location }: Page) => new URL(location).searchParams.get('code') ?? ''

/** A browser signs in by redirect, again by its session, refreshes, and may sign out. */
async function goThrough(server: Server, visit: Visit, turn: number): Promise<void> {
  await answered(server, 'AdminCreateUser', {
    UserPoolId,
    Username: visit.username,
    MessageAction: 'SUPPRESS',
  })
  await answered(server, 'AdminSetUserPassword', {
    UserPoolId,
    Username: visit.username,
    Password: PASSWORD,
    Permanent: true,
  })
  const browser = open(server, visit.cookies)
  const sent = await browser.get(authorizePath)
  const page = await browser.get(sent.location)
  visit.session = 'asked'
  const signedIn = await browser.submit(page, { username: visit.username, password: PASSWORD })
  for (const [name, value] of browser.jar) visit.cookies.set(name, value)
  visit.session = 'there'
  visit.codes.push({ code: codeIn(signedIn), is: 'issued' })
  for (let more = 0; more < 2; more++) {
    const again = await browser.get(authorizePath)
    visit.codes.push({ code: codeIn(again), is: 'issued' })
  }
  const [first] = visit.codes
  if (!first) throw new Error('There is no code.')
  first.is = 'redeeming'
  const redeemed = await redeem(server, first.code)
  expect(redeemed.status, JSON.stringify(redeemed.body)).toBe(200)
  first.is = 'used'
  visit.refreshToken = String(redeemed.body.refresh_token)
  for (let refresh = 0; refresh < 3; refresh++) {
    visit.askedAt = Date.now()
    const { status, body } = await postToken(server, {
      grant_type: 'refresh_token',
      refresh_token: visit.refreshToken,
    })
    delete visit.askedAt
    expect(status, JSON.stringify(body)).toBe(200)
    visit.refreshToken = body.refresh_token ?? visit.refreshToken
  }
  if (turn % 3 !== 0) return
  visit.session = 'taking away'
  const out = await browser.get(`/logout?client_id=${clientId}&logout_uri=https://app.example.com/`)
  expect(out.location).toBe('https://app.example.com/')
  visit.session = 'gone'
}

const OIDC = {
  ProviderType: 'OIDC',
  ProviderDetails: {
    client_id: 'amulet',
    client_secret: 'a secret',
    authorize_scopes: 'openid',
    attributes_request_method: 'GET',
    oidc_issuer: 'https://issuer.example.com',
  },
}

/** How each kind of thing is made, found and taken away. A pool has a single domain, so that makes a pool first. */
const MAKING = {
  domain: {
    async make(server: Server, made: Made) {
      const { UserPool } = await answered(server, 'CreateUserPool', { PoolName: made.name })
      made.id = UserPool.Id
      await answered(server, 'CreateUserPoolDomain', { UserPoolId: UserPool.Id, Domain: made.name })
    },
    async isThere(server: Server, { name }: Made) {
      const { body } = await orGone(server.call('DescribeUserPoolDomain', { Domain: name }))
      return Object.keys(Object((body as { DomainDescription?: object }).DomainDescription)).length > 0
    },
    takeAway: (server: Server, { id, name }: Made) =>
      answered(server, 'DeleteUserPoolDomain', { UserPoolId: id, Domain: name }),
  },
  provider: {
    make: (server: Server, { name, pool }: Made) =>
      answered(server, 'CreateIdentityProvider', { UserPoolId: pool, ProviderName: name, ...OIDC }),
    isThere: (server: Server, { name, pool }: Made) =>
      isFound(server, 'DescribeIdentityProvider', { UserPoolId: pool, ProviderName: name }),
    takeAway: (server: Server, { name, pool }: Made) =>
      answered(server, 'DeleteIdentityProvider', { UserPoolId: pool, ProviderName: name }),
  },
  resourceServer: {
    make: (server: Server, { name, pool }: Made) =>
      answered(server, 'CreateResourceServer', { UserPoolId: pool, Identifier: name, Name: name }),
    isThere: (server: Server, { name, pool }: Made) =>
      isFound(server, 'DescribeResourceServer', { UserPoolId: pool, Identifier: name }),
    takeAway: (server: Server, { name, pool }: Made) =>
      answered(server, 'DeleteResourceServer', { UserPoolId: pool, Identifier: name }),
  },
  identityPool: {
    async make(server: Server, made: Made) {
      const { body } = await askIdentityPools(server, 'CreateIdentityPool', {
        IdentityPoolName: made.name,
        AllowUnauthenticatedIdentities: true,
      })
      made.id = body.IdentityPoolId
      const guest = await askIdentityPools(server, 'GetId', { IdentityPoolId: made.id })
      expect(guest.status).toBe(200)
    },
    async isThere(server: Server, { id }: Made) {
      const found = await askIdentityPools(server, 'DescribeIdentityPool', { IdentityPoolId: id })
      return found.status === 200
    },
    async takeAway(server: Server, { id }: Made) {
      const { status } = await askIdentityPools(server, 'DeleteIdentityPool', { IdentityPoolId: id })
      expect(status).toBe(200)
    },
  },
}

async function isFound(server: Server, operation: string, input: object): Promise<boolean> {
  return (await orGone(server.call(operation, input))).status === 200
}

async function make(server: Server, made: Made, turn: number): Promise<void> {
  const how = MAKING[made.what]
  await how.make(server, made)
  made.is = 'there'
  if (turn % 2 === 0) return
  made.is = 'taking away'
  await how.takeAway(server, made)
  made.is = 'gone'
}

async function assertRefreshes(server: Server, visit: Visit): Promise<void> {
  if (visit.refreshToken === undefined) return
  const fields = { grant_type: 'refresh_token', refresh_token: visit.refreshToken }
  const { status, body } = await postToken(server, fields)
  // A rotation whose answer was lost does not sign the user out, for as long as the pool allows at most.
  const isLate = visit.askedAt !== undefined && Date.now() - visit.askedAt > GRACE * 1000
  if (!isLate) expect(status, `${JSON.stringify(visit)}: ${body.error}`).toBe(200)
  delete visit.refreshToken
}

async function assertVisitKept(server: Server, visit: Visit): Promise<void> {
  const promised = JSON.stringify(visit)
  if (visit.session) {
    const { location } = await open(server, visit.cookies).get(authorizePath)
    visit.session = lastingOf(visit.session, location.startsWith(CALLBACK), promised)
  }
  for (const one of visit.codes) {
    const { status, body } = await redeem(server, one.code)
    if (one.is === 'issued') expect(status, `${promised}: ${body.error}`).toBe(200)
    if (one.is === 'used') expect(status, promised).toBe(400)
    if (status !== 200) expect(body.error, promised).toBe('invalid_grant')
    // Now it is used, if it was not before.
    expect((await redeem(server, one.code)).body.error, promised).toBe('invalid_grant')
    one.is = 'used'
  }
}

async function assertMadeKept(server: Server, made: Made): Promise<void> {
  // What has no id was asked for and not answered.
  if (made.what === 'identityPool' && made.id === undefined) return
  const isThere = await MAKING[made.what].isThere(server, made)
  made.is = lastingOf(made.is, isThere, JSON.stringify(made))
}

test(`sign-ins by redirect and their data survive ${KILLS} kills in the middle of writing, and a used code stays used`, {
  timeout: 60_000 + KILLS * 20_000,
}, async () => {
  const durable = await startDurable(CONFIG)
  const plain = (): Server => ({
    ...durable.server,
    fetch: (request) => fetch(request, { redirect: 'manual' }),
  })
  const everyVisit: Visit[] = []
  const everything: Made[] = []
  for (let round = 0; round < KILLS; round++) {
    const visits: Visit[] = []
    const things: Made[] = []
    const { UserPool } = await answered(plain(), 'CreateUserPool', { PoolName: `round ${round}` })
    await workUntilKilled(durable.server, 50 + Math.floor(Math.random() * 200), async (server, number) => {
      for (let turn = number; ; turn++) {
        const name = `n${round}-${number}-${turn}`
        if (number % 2 === 1) {
          const kinds = ['domain', 'provider', 'resourceServer', 'identityPool'] as const
          const made: Made = {
            what: kinds[turn % kinds.length] ?? 'domain',
            name,
            pool: UserPool.Id,
            is: 'asked',
          }
          things.push(made)
          await make(server, made, turn >> 2)
          continue
        }
        const begun: Visit = { username: name, cookies: new Map(), codes: [] }
        visits.push(begun)
        await goThrough(server, begun, turn)
      }
    })
    everyVisit.push(...visits)
    everything.push(...things)
    await durable.startAgain()
    for (const one of visits) await assertRefreshes(plain(), one)
    for (const one of visits) await assertVisitKept(plain(), one)
    for (const made of things) await assertMadeKept(plain(), made)
    if (process.env.AMULET_KILLS)
      console.log(`kill ${round + 1}: ${visits.length} browsers and ${things.length} things as promised`)
  }
  // Enough has happened for the above to mean something, and nothing of the first rounds was lost in the later ones.
  expect(everyVisit.filter(({ session }) => session === 'there').length).toBeGreaterThan(KILLS)
  expect(everything.filter(({ is }) => is === 'there').length).toBeGreaterThan(KILLS)
  for (const one of everyVisit) await assertVisitKept(plain(), one)
  for (const made of everything) await assertMadeKept(plain(), made)
})
