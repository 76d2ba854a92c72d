import { createHash } from 'node:crypto'
import { type Context, Hono } from 'hono'
import { SignJWT } from 'jose/jwt/sign'
import { exportJWK } from 'jose/key/export'
import { generateKeyPair } from 'jose/key/generate/keypair'
import type { ServerContext } from '../context.js'
import { equalText } from '../crypto/equal.js'
import { STAND_IN_PATH, standInIssuer } from '../federation/endpoints.js'
import { findProviderRequest } from '../federation/provider-request.js'
import { readForm } from '../oauth/form.js'
import { Page, pageHeaders } from '../oauth/pages/page.js'
import { isAllowedOrigin } from './allowed-origins.js'

// What stands in for social providers while developing: their protocol, with a page on which one picks a person or makes one
// up. There is no password, so it is mounted in `dev` alone.

const NAMES = {
  Google: 'Google',
  Facebook: 'Facebook',
  LoginWithAmazon: 'Amazon',
  SignInWithApple: 'Apple',
} as const
type Social = keyof typeof NAMES

interface Person {
  readonly email: string
  readonly name: string
}

/** Milliseconds that a code and an access token are good for. */
const LIFETIME = 300_000

/** People that a server remembers, those that are always there among them. */
const MAX_PEOPLE = 50

interface Grant {
  readonly person: Person
  readonly type: Social
  /** The application that the person has signed in to. */
  readonly clientId: string
  readonly expiresAt: number
}

interface Code extends Grant {
  readonly id: string
  readonly redirectUri: string
  readonly challenge: string
  readonly nonce: string | null
}

/** Endpoints of the stand-ins, one for each type of social provider. */
export function standIn(context: ServerContext): Hono {
  const app = new Hono()
  const people = new Map<string, Person>([
    ['ada@example.com', { email: 'ada@example.com', name: 'Ada Lovelace' }],
    ['grace@example.com', { email: 'grace@example.com', name: 'Grace Hopper' }],
  ])
  /** Codes that were redeemed, and when they expire. */
  const used = new Map<string, number>()
  let keys: ReturnType<typeof makeKeys> | undefined
  const signingKeys = () => {
    keys ??= makeKeys()
    return keys
  }

  app.get(`${STAND_IN_PATH}/:type/authorize`, async (c) => {
    const type = c.req.param('type')
    const query = new URL(c.req.url).searchParams
    if (!isSocial(type) || !(await isRequest(context, query))) return c.text(NO_REQUEST, 400)
    const person = people.get(query.get('person') ?? '')
    if (!person)
      return c.html(<People type={type} query={query} people={[...people.values()]} />, 200, HEADERS)
    return await goBack(c, type, query, { code: codeFor(context, type, query, person) }, person)
  })
  app.post(`${STAND_IN_PATH}/:type/authorize`, async (c) => {
    const form = await readForm(c.req.raw)
    if (form.refused) return c.body(null, form.refused)
    const email = form.fields.get('email')?.trim() ?? ''
    const name = form.fields.get('name')?.trim() || email
    if (email !== '' && people.size < MAX_PEOPLE) people.set(email, { email, name })
    return c.redirect(`${c.req.path}?${new URL(c.req.url).searchParams}`, 303)
  })
  app.get(`${STAND_IN_PATH}/:type/cancel`, async (c) => {
    const type = c.req.param('type')
    const query = new URL(c.req.url).searchParams
    if (!isSocial(type) || !(await isRequest(context, query))) return c.text(NO_REQUEST, 400)
    return await goBack(c, type, query, { error: 'access_denied', error_description: 'The user said no.' })
  })
  app.post(`${STAND_IN_PATH}/:type/token`, async (c) => {
    const form = await readForm(c.req.raw)
    if (form.refused) return c.body(null, form.refused)
    const given = (name: string) => form.fields.get(name) ?? ''
    const code = open<Code>(context, 'code', given('code'))
    const verifier = createHash('sha256').update(given('code_verifier')).digest('base64url')
    const isRight =
      code !== undefined &&
      code.type === c.req.param('type') &&
      code.clientId === given('client_id') &&
      given('client_secret') !== '' &&
      code.redirectUri === given('redirect_uri') &&
      equalText(code.challenge, verifier) &&
      !used.has(code.id)
    if (!isRight) return c.json({ error: 'invalid_grant' }, 400)
    for (const [id, expiresAt] of used) if (expiresAt <= context.clock.now()) used.delete(id)
    used.set(code.id, code.expiresAt)
    return c.json(await tokensFor(code, code.nonce))
  })
  // What an application would get of a provider's own library, for an identity pool.
  app.post(`${STAND_IN_PATH}/:type/logins`, async (c) => {
    const type = c.req.param('type')
    const form = await readForm(c.req.raw)
    if (form.refused) return c.body(null, form.refused)
    const given = (name: string) => form.fields.get(name)?.trim() ?? ''
    const [email, clientId] = [given('email'), given('client_id')]
    if (!isSocial(type) || email === '' || clientId === '' || !isAllowedOrigin(c.req.raw))
      return c.json({ error: 'invalid_request' }, 400)
    const person = people.get(email) ?? { email, name: given('name') || email }
    return c.json(await tokensFor({ type, person, clientId }, null))
  })
  app.get(`${STAND_IN_PATH}/:type/me`, (c) => {
    const grant = grantOf(c.req.param('type'), bearerOf(c))
    return grant ? c.json(claimsOf(grant.type, grant.person)) : c.json({ error: 'invalid_token' }, 401)
  })
  app.get(`${STAND_IN_PATH}/Facebook/app`, (c) => {
    const grant = grantOf('Facebook', bearerOf(c))
    return grant ? c.json({ id: grant.clientId }) : c.json({ error: 'invalid_token' }, 401)
  })
  app.get(`${STAND_IN_PATH}/LoginWithAmazon/tokeninfo`, (c) => {
    const grant = grantOf('LoginWithAmazon', c.req.query('access_token') ?? '')
    if (!grant) return c.json({ error: 'invalid_token' }, 400)
    return c.json({ app_id: grant.clientId, ...claimsOf(grant.type, grant.person) })
  })
  app.get(`${STAND_IN_PATH}/:type/keys`, async (c) => c.json({ keys: [(await signingKeys()).publicJwk] }))
  return app

  async function tokensFor(
    { type, person, clientId }: Pick<Grant, 'type' | 'person' | 'clientId'>,
    nonce: string | null,
  ) {
    const now = Math.floor(context.clock.now() / 1000)
    const grant: Grant = { person, type, clientId, expiresAt: context.clock.now() + LIFETIME }
    return {
      access_token: seal(context, 'access token', grant),
      token_type: 'Bearer',
      expires_in: LIFETIME / 1000,
      ...(hasIdToken(type) && {
        id_token: await new SignJWT({
          ...claimsOf(type, person),
          ...(nonce !== null && { nonce }),
          // Google does not say it.
          ...(type === 'SignInWithApple' && { auth_time: now }),
        })
          .setProtectedHeader({ alg: 'ES256', kid: 'stand-in' })
          .setIssuer(standInIssuer(type))
          .setAudience(clientId)
          .setIssuedAt(now)
          .setExpirationTime(now + LIFETIME / 1000)
          .sign((await signingKeys()).privateKey),
      }),
    }
  }

  function grantOf(type: string, token: string): Grant | undefined {
    const grant = open<Grant>(context, 'access token', token)
    return grant?.type === type ? grant : undefined
  }
}

const bearerOf = (c: Context): string => /^Bearer (.+)$/i.exec(c.req.header('authorization') ?? '')?.[1] ?? ''

const isSocial = (type: string): type is Social => Object.hasOwn(NAMES, type)
const hasIdToken = (type: Social): boolean => type === 'Google' || type === 'SignInWithApple'

const NO_REQUEST =
  'This is not a request for a stand-in, or its sign-in has ended. Go back to the application and sign in again.\n'

/** A sign-in that this server has begun: it is answered where it began, and nothing is sent anywhere else. */
async function isRequest(context: ServerContext, query: URLSearchParams): Promise<boolean> {
  if (query.get('response_type') !== 'code' || query.get('code_challenge_method') !== 'S256') return false
  const begun = await findProviderRequest(context, query.get('state') ?? '')
  return begun !== undefined && begun.redirectUri === query.get('redirect_uri')
}

const codeFor = (context: ServerContext, type: Social, query: URLSearchParams, person: Person): string =>
  seal(context, 'code', {
    id: context.randomBytes(16).toString('base64url'),
    type,
    person,
    clientId: query.get('client_id') ?? '',
    redirectUri: query.get('redirect_uri') ?? '',
    challenge: query.get('code_challenge') ?? '',
    nonce: query.get('nonce'),
    expiresAt: context.clock.now() + LIFETIME,
  } satisfies Code)

function goBack(
  c: Context,
  type: Social,
  query: URLSearchParams,
  answer: Readonly<Record<string, string>>,
  person?: Person,
): Response | Promise<Response> {
  const to = query.get('redirect_uri') ?? ''
  const fields = { ...answer, state: query.get('state') ?? '' }
  if (query.get('response_mode') !== 'form_post')
    return c.redirect(`${to}?${new URLSearchParams(fields)}`, 302)
  const [firstName = '', ...lastNames] = (person?.name ?? '').split(' ')
  const user = JSON.stringify({
    name: { firstName, lastName: lastNames.join(' ') },
    email: person?.email,
  })
  return c.html(<Posted type={type} to={to} fields={{ ...fields, ...(person && { user }) }} />, 200, HEADERS)
}

/** Digits that an address always has. */
const digitsOf = (email: string, length: number): string =>
  BigInt(`0x${createHash('sha256').update(email).digest('hex')}`)
    .toString()
    .slice(-length)

/** What each provider says of a person, by its own names. */
function claimsOf(type: Social, { email, name }: Person): Record<string, unknown> {
  const [first = '', ...others] = name.split(' ')
  const last = others.join(' ')
  switch (type) {
    case 'Google':
      return {
        sub: digitsOf(email, 21),
        email,
        email_verified: true,
        name,
        given_name: first,
        family_name: last,
      }
    case 'Facebook':
      return { id: digitsOf(email, 16), email, name, first_name: first, last_name: last }
    case 'LoginWithAmazon':
      return { user_id: `amzn1.account.${digitsOf(email, 28)}`, email, name }
    case 'SignInWithApple':
      return { sub: `000001.${digitsOf(email, 32)}.0001`, email, email_verified: 'true' }
  }
}

async function makeKeys() {
  const { privateKey, publicKey } = await generateKeyPair('ES256')
  return {
    privateKey,
    publicJwk: { ...(await exportJWK(publicKey)), kid: 'stand-in', alg: 'ES256', use: 'sig' },
  }
}

const seal = <T extends Grant>({ rootKey }: ServerContext, what: string, content: T): string =>
  Buffer.from(
    rootKey.seal('provider-answer', `stand-in ${what}`, Buffer.from(JSON.stringify(content))),
  ).toString('base64url')

function open<T extends Grant>(
  { rootKey, clock }: ServerContext,
  what: string,
  sealed: string,
): T | undefined {
  const opened = rootKey.open('provider-answer', `stand-in ${what}`, Buffer.from(sealed, 'base64url'))
  // Authenticated: this server wrote it.
  const content = opened && (JSON.parse(opened.toString()) as T)
  return content && content.expiresAt > clock.now() ? content : undefined
}

/** The way on from its forms ends at an application, which is anywhere. */
const HEADERS = pageHeaders({ formsLeadTo: 'anywhere' })

const People = ({
  type,
  query,
  people,
}: {
  type: Social
  query: URLSearchParams
  people: readonly Person[]
}) => (
  <Page title={`Stand-in for ${NAMES[type]}`}>
    <header>
      <h1>Stand-in for {NAMES[type]}</h1>
      <p>This server is for development. Choose who signs in; there is no password.</p>
    </header>
    <div class="stack">
      {people.map(({ email, name }) => {
        const chosen = new URLSearchParams(query)
        chosen.set('person', email)
        return (
          <a class="button quiet" href={`?${chosen}`}>
            {name === email ? email : `${name} (${email})`}
          </a>
        )
      })}
    </div>
    <p class="or">or someone else</p>
    <form method="post" action={`?${query}`} class="stack">
      <div>
        <label for="name">Name</label>
        <input id="name" name="name" class="input" autocomplete="off" />
      </div>
      <div>
        <label for="email">Email</label>
        <input id="email" name="email" type="email" class="input" required autocomplete="off" />
      </div>
      <button type="submit" class="button">
        Add this person
      </button>
    </form>
    <p>
      <a href={`cancel?${query}`}>Cancel</a>
    </p>
  </Page>
)

/** As Apple's page: a form of another site, which brings no cookies of this one. */
const Posted = ({
  type,
  to,
  fields,
}: {
  type: Social
  to: string
  fields: Readonly<Record<string, string>>
}) => (
  <Page title={`Stand-in for ${NAMES[type]}`}>
    <header>
      <h1>Stand-in for {NAMES[type]}</h1>
    </header>
    <form method="post" action={to}>
      {Object.entries(fields).map(([name, value]) => (
        <input type="hidden" name={name} value={value} />
      ))}
      <button type="submit" class="button">
        Continue
      </button>
    </form>
  </Page>
)
