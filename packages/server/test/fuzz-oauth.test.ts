import fc from 'fast-check'
import { expect, test } from 'vitest'
import { MANAGED_LOGIN_PATHS } from '../src/oauth/managed-login.js'
import { NASTY, RUNS, SEED } from './fuzz.js'
import { APP_SCHEME, type Cookies, LOGOUT, type RedirectWorld, startRedirectWorld } from './fuzz-browser.js'
import { basic, CALLBACK, PKCE, VERIFIER } from './oauth.js'
import { PASSWORD } from './start.js'

/** Requests after which codes, tokens and browsers are new: those there were are used up by then. */
const ROUND = 50
const MARKUP = `'"><script>alert(1)</script>`

type Pairs = readonly (readonly [name: string, value: string])[]
/** Values begin with `$` where they are known only once there is a server: `$code` is one of `RedirectWorld.values`. */
type Usual = Readonly<Record<string, readonly string[]>>

/** Close to what is registered, and not it. */
const UNREGISTERED = [
  'https://evil.example/',
  `${CALLBACK}/`,
  `${CALLBACK}?x=1`,
  `${CALLBACK}/../../evil`,
  'https://app.example.com.evil.example/callback',
  'https://app.example.com@evil.example/callback',
  'https://app.example.com\\@evil.example/callback',
  '//evil.example/callback',
  'javascript:alert(1)',
  'http://app.example.com/callback',
]
const CLIENTS = [
  '$clientId',
  '$clientId',
  '$clientId',
  '$clientId',
  '$confidentialId',
  '$machineId',
  'unknown',
]

/** What a sensible caller puts into a parameter, wherever it is. */
const WORDS: Usual = {
  client_id: CLIENTS,
  client_secret: ['$secret', '$machineSecret'],
  redirect_uri: [...Array(12).fill(CALLBACK), APP_SCHEME, ...UNREGISTERED],
  logout_uri: [...Array(6).fill(LOGOUT), ...UNREGISTERED],
  post_logout_redirect_uri: [...Array(6).fill(LOGOUT), ...UNREGISTERED],
  id_token_hint: ['$idToken', '$accessToken'],
  response_type: ['code', 'code', 'code', 'token', 'code token', 'id_token'],
  response_mode: ['query', 'fragment', 'form_post'],
  state: ['the state', '$state', MARKUP],
  scope: ['openid', 'openid email', 'api/read', 'aws.cognito.signin.user.admin', 'unknown', ' '],
  nonce: ['a nonce'],
  code_challenge: [PKCE.code_challenge, 'short'],
  code_challenge_method: ['S256', 'plain'],
  identity_provider: ['COGNITO', 'Upstream', 'Okta', 'Google'],
  idp_identifier: ['example.com'],
  login_hint: ['ada', MARKUP],
  lang: ['de', 'fr', 'xx', MARKUP],
  prompt: ['none', 'login', 'none login', 'select_account'],
  max_age: ['0', '60', '-1', '9999999999'],
  request: ['eyJ.eyJ.x'],
  request_uri: ['https://evil.example/'],
  grant_type: ['authorization_code', 'refresh_token', 'client_credentials', 'password'],
  code: ['$code', '$plainCode', '$confidentialCode', '$signUpCode', '$resetCode', '$upstreamCode', '123456'],
  code_verifier: [VERIFIER, 'another-verifier-of-at-least-forty-three-characters'],
  refresh_token: ['$refreshToken'],
  token: ['$refreshToken', '$accessToken', '$idToken'],
  aws_client_metadata: ['{"a":"b"}', '{"a":1}', '['],
  iss: ['$upstreamIssuer', 'https://evil.example'],
  error: ['access_denied', 'redirect_mismatch', 'toString', MARKUP],
  error_description: [MARKUP],
  RelayState: ['$relayState', '$state'],
  SAMLResponse: ['$samlResponse', 'PHhtbC8+', 'AAAA'],
  answer: ['AAAA'],
  username: ['ada', '$username', '$newcomer', '$email', 'nobody'],
  password: [PASSWORD, 'Wrong-Horse-1'],
  new_password: [PASSWORD, 'short'],
  confirm_password: [PASSWORD],
  email: ['$email', 'no address'],
  phone_number: ['+15555550100'],
  session: ['$state'],
  choice: ['', 'sms', 'totp', 'password', 'toString'],
  credential: ['{}', '[]', '{"id":1}'],
  skip: ['1'],
  csrf: ['$csrf'],
  _csrf: ['$csrf'],
}

const only = (...names: string[]): readonly string[] => names
const AUTHORIZE = only('client_id', 'redirect_uri', 'response_type', 'state')
const MORE_OF_AUTHORIZE = [
  ...['scope', 'nonce', 'code_challenge', 'code_challenge_method', 'identity_provider', 'idp_identifier'],
  ...['login_hint', 'lang', 'prompt', 'max_age', 'request', 'request_uri', 'response_mode'],
]

/** An address: what belongs together in its query and in its form, and what may come along. */
interface Place {
  readonly path: string
  readonly query?: readonly (readonly string[])[]
  readonly form?: readonly (readonly string[])[]
  readonly more: readonly string[]
  /** Values that are right together, which come often. */
  readonly right?: readonly Readonly<Record<string, string>>[]
}

const REDIRECT = { client_id: '$clientId', redirect_uri: CALLBACK }
const PLACES: readonly Place[] = [
  {
    path: '/oauth2/authorize',
    query: [AUTHORIZE, [...AUTHORIZE, 'code_challenge', 'code_challenge_method']],
    more: MORE_OF_AUTHORIZE,
  },
  {
    path: '/oauth2/token',
    form: [
      only('grant_type', 'code', 'client_id', 'redirect_uri', 'code_verifier'),
      only('grant_type', 'refresh_token', 'client_id'),
      only('grant_type', 'client_id', 'client_secret', 'scope'),
    ],
    more: ['scope', 'client_secret', 'aws_client_metadata', 'code_verifier', 'token'],
    right: [
      { grant_type: 'authorization_code', ...REDIRECT, code: '$code', code_verifier: VERIFIER },
      { grant_type: 'authorization_code', ...REDIRECT, code: '$plainCode' },
      { grant_type: 'refresh_token', client_id: '$clientId', refresh_token: '$refreshToken' },
      { grant_type: 'client_credentials', client_id: '$machineId', client_secret: '$machineSecret' },
    ],
  },
  { path: '/oauth2/userInfo', query: [[]], form: [[]], more: ['scope', 'client_id'] },
  {
    path: '/oauth2/revoke',
    form: [only('token', 'client_id'), only('token', 'client_id', 'client_secret')],
    more: ['client_secret'],
    right: [{ token: '$refreshToken', client_id: '$clientId' }],
  },
  {
    path: '/logout',
    query: [
      only('client_id', 'logout_uri'),
      AUTHORIZE,
      only('id_token_hint', 'post_logout_redirect_uri', 'state'),
      only('id_token_hint'),
    ],
    more: MORE_OF_AUTHORIZE,
  },
  {
    path: '/oauth2/idpresponse',
    query: [only('code', 'state', 'iss'), only('error', 'state'), only('answer')],
    form: [only('code', 'state', 'iss')],
    more: ['error_description', 'RelayState', 'SAMLResponse'],
    right: [{ code: '$upstreamCode', state: '$state', iss: '$upstreamIssuer' }],
  },
  {
    path: '/saml2/idpresponse',
    query: [only('answer')],
    form: [only('RelayState', 'SAMLResponse')],
    more: ['state', 'code'],
    right: [{ RelayState: '$relayState', SAMLResponse: '$samlResponse' }],
  },
  { path: '/error', query: [only('error', 'client_id')], more: ['lang', 'error_description'] },
  // Of the addresses that are one page, one.
  ...MANAGED_LOGIN_PATHS.filter((path) => !/confirmforgot/i.test(path)).map(
    (path): Place => ({
      path,
      query: [AUTHORIZE],
      form: [
        only('csrf', 'username', 'password'),
        only('csrf', 'code'),
        only('csrf', 'code', 'new_password', 'confirm_password'),
        only('csrf', 'new_password', 'confirm_password'),
        only('csrf', 'username', 'email', 'password'),
        only('csrf', 'choice'),
        only('csrf', 'credential', 'session'),
      ],
      more: ['identity_provider', 'skip', 'phone_number', 'lang', 'code', 'username'],
      right: [
        { csrf: '$csrf', username: 'ada', password: PASSWORD },
        { csrf: '$csrf', username: 'ada' },
        { csrf: '$csrf', code: '$signUpCode' },
      ],
    }),
  ),
]

const value = (name: string): fc.Arbitrary<string> =>
  fc.oneof(
    { weight: 30, arbitrary: fc.constantFrom(...(Object.hasOwn(WORDS, name) ? (WORDS[name] ?? []) : [''])) },
    { weight: 1, arbitrary: fc.constantFrom(...NASTY, MARKUP) },
    { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 40 }) },
  )

const pair = (name: string): fc.Arbitrary<Pairs[number]> => value(name).map((text) => [name, text] as const)

/** Parameters that belong together, sometimes without one, with another, or with one of them twice. */
function pairs(groups: readonly (readonly string[])[], more: readonly string[]): fc.Arbitrary<Pairs> {
  const group = fc.constantFrom(...groups).chain((names) => fc.tuple(...names.map(pair)))
  const others = fc.array(
    fc
      .oneof({ weight: 6, arbitrary: fc.constantFrom(...more) }, fc.constantFrom('__proto__', '', 'x'))
      .chain(pair),
    { maxLength: 2 },
  )
  return fc.tuple(group, others, fc.nat(19), fc.nat()).map(([usual, unusual, chance, at]) => {
    const index = usual.length === 0 ? 0 : at % usual.length
    if (chance === 0) return [...usual, ...usual.slice(index, index + 1), ...unusual]
    if (chance < 3) return [...usual.filter((_, each) => each !== index), ...unusual]
    return chance < 9 ? [...usual, ...unusual] : usual
  })
}

interface Sent {
  readonly method: string
  readonly query: Pairs
  readonly form?: Pairs | string
  readonly type: string
  /** Which browser, if it is one. */
  readonly browser: number
  readonly authorization: string
  readonly headers: Readonly<Record<string, string>>
}

function requests({ path, query, form, more, right = [] }: Place): fc.Arbitrary<Sent> {
  const rightPairs = right.map((fields) => fc.constant<Pairs>(Object.entries(fields)))
  const isPage = query !== undefined && form !== undefined && path !== '/oauth2/idpresponse'
  // The query of a page says where the browser came from, and is right most of the time.
  const rightQuery: Pairs = Object.entries({ ...REDIRECT, response_type: 'code', state: 'the state' })
  const queries = fc.oneof(
    ...(isPage && path !== '/saml2/idpresponse' ? [{ weight: 3, arbitrary: fc.constant(rightQuery) }] : []),
    ...(!form || path === '/oauth2/idpresponse' ? rightPairs : []).map((arbitrary) => ({
      weight: 1,
      arbitrary,
    })),
    { weight: 1, arbitrary: pairs(query ?? [[]], more) },
  )
  const forms = fc.oneof<fc.MaybeWeightedArbitrary<Pairs | string>[]>(
    ...rightPairs.map((arbitrary) => ({ weight: 4, arbitrary })),
    { weight: 12, arbitrary: pairs(form ?? [[]], more) },
    {
      weight: 1,
      arbitrary: fc.constantFrom('', '%', '%zz=%ff', '{}', `csrf=${'x'.repeat(70_000)}`, '&&==&'),
    },
  )
  const methods = [...(query ? ['GET', 'GET', 'GET'] : []), ...(form ? ['POST', 'POST', 'POST', 'POST'] : [])]
  return fc.record({
    method: fc.oneof(
      { weight: 30, arbitrary: fc.constantFrom(...methods) },
      fc.constantFrom('GET', 'HEAD', 'POST', 'PUT', 'OPTIONS'),
    ),
    query: queries,
    form: forms,
    type: fc.oneof(
      { weight: 30, arbitrary: fc.constant('application/x-www-form-urlencoded') },
      fc.constantFrom('application/json', 'text/plain', 'multipart/form-data', 'x', ''),
    ),
    browser: fc.nat(8),
    authorization: fc.oneof(
      { weight: path === '/oauth2/userInfo' ? 1 : 20, arbitrary: fc.constant('') },
      { weight: path === '/oauth2/userInfo' ? 8 : 1, arbitrary: fc.constant('Bearer $accessToken') },
      fc.constantFrom(
        'Bearer $idToken',
        'Bearer',
        'Basic $secret',
        'Basic AAAA',
        'basic',
        'Bearer $refreshToken',
      ),
      fc.constantFrom('Confidential', 'Machine'),
    ),
    headers: fc.oneof(
      { weight: 20, arbitrary: fc.constant({}) },
      fc.constantFrom<Record<string, string>>(
        { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' },
        { origin: 'null' },
        { 'accept-language': 'de;q=x,,*' },
        { host: 'evil.example' },
        { 'x-forwarded-proto': 'https', 'x-forwarded-host': 'evil.example' },
        { cookie: 'XSRF-TOKEN=%; cognito=%00; =; cognito-step=AAAA' },
      ),
    ),
  })
}

/** The request as it is sent, with what is known by now. */
function requestOf(world: RedirectWorld, path: string, sent: Sent): Request {
  const browser: Cookies = world.browsers[sent.browser] ?? { cookie: '', csrf: '' }
  const known: Readonly<Record<string, string>> = { ...world.values, csrf: browser.csrf }
  const filled = (text: string) =>
    text.replace(/\$(\w+)/g, (all, name) => (Object.hasOwn(known, name) ? (known[name] ?? '') : all))
  const encoded = (all: Pairs) =>
    new URLSearchParams(all.map(([name, text]) => [name, filled(text)])).toString()
  const { values } = world
  const authorization =
    {
      Confidential: basic(values.confidentialId ?? '', values.secret ?? '').authorization,
      Machine: basic(values.machineId ?? '', values.machineSecret ?? '').authorization,
    }[sent.authorization] ?? filled(sent.authorization)
  const hasBody = sent.method === 'POST' || sent.method === 'PUT'
  const form = sent.form ?? []
  return new Request(`http://localhost${path}?${encoded(sent.query)}`, {
    method: sent.method,
    headers: {
      cookie: browser.cookie,
      ...(authorization !== '' && { authorization }),
      'content-type': sent.type,
      ...sent.headers,
    },
    ...(hasBody && { body: typeof form === 'string' ? form : encoded(form) }),
  })
}

/** Where a browser may be sent: to this server, to what the client has registered, and to its providers. */
function expectTrusted(location: string, providers: readonly string[]): void {
  expect(location).not.toMatch(/[\r\n\\]/)
  const target = new URL(location, 'http://localhost/')
  if (target.origin === 'http://localhost') {
    expect(location).toMatch(/^(\/(?!\/)|http:\/\/localhost\/)/)
    return
  }
  const [bare = ''] = location.split(/[?#]/)
  expect([CALLBACK, APP_SCHEME, LOGOUT, ...providers]).toContain(bare)
}

const ERRORS_OF_JSON = [
  ...['invalid_request', 'invalid_client', 'invalid_grant', 'invalid_scope', 'unauthorized_client'],
  ...['unsupported_grant_type', 'unsupported_token_type', 'invalid_token', 'insufficient_scope'],
]

async function expectAnswer(world: RedirectWorld, path: string, response: Response): Promise<void> {
  const text = await response.text()
  expect(world.faults()).toEqual([])
  expect([200, 204, 302, 303, 400, 401, 403, 404, 405, 413]).toContain(response.status)
  expect(
    response.headers.get('x-amzn-requestid') ?? response.headers.get('x-amz-cognito-request-id'),
  ).toBeTruthy()
  const location = response.headers.get('location')
  expect(location !== null).toBe([302, 303].includes(response.status))
  if (location !== null) expectTrusted(location, world.providers)
  const isData = ['/oauth2/token', '/oauth2/revoke', '/oauth2/userInfo'].includes(path)
  if (isData && text !== '') {
    const body = JSON.parse(text)
    if (response.status !== 200) expect(ERRORS_OF_JSON).toContain(body.error)
  }
  if (isData) return
  expect(text).not.toContain('<script>alert(1)')
  if (response.headers.get('content-type')?.startsWith('text/html')) {
    expect(response.headers.get('content-security-policy')).toContain("frame-ancestors 'none'")
    // Wherever the browser goes from a form is among what the policy lists.
    expect(text).not.toContain('evil.example/')
  }
}

test.each(PLACES)(
  '$path answers by the protocol whatever it is sent, and sends no browser elsewhere',
  {
    timeout: 60_000 + RUNS * 600,
  },
  async (place) => {
    const world = await startRedirectWorld()
    let runs = 0
    let accepted = 0
    await fc.assert(
      fc.asyncProperty(requests(place), async (sent) => {
        if (runs++ % ROUND === ROUND - 1) await world.renew()
        const response = await world.app.server.fetch(requestOf(world, place.path, sent))
        if (response.status < 400) accepted++
        await expectAnswer(world, place.path, response)
      }),
      { numRuns: RUNS, seed: SEED },
    )
    // The input is near enough to what is right to get beyond the first checks.
    if (place.path !== '/error') expect(accepted).toBeGreaterThan(RUNS / 25)
    await world.renew()
    expect(world.faults()).toEqual([])
  },
)
