import { expect, test } from 'vitest'
import { authorizeQuery, CALLBACK, redeem } from './oauth.js'
import { pageUser } from './page-user.js'
import { FORGED, isSignedIn, problem, startSaml } from './saml.js'
import type { Said } from './saml-upstream.js'

const IDP_INIT = { IDPInit: 'true' }
const ONLY_SAML = { SupportedIdentityProviders: ['Okta'] }

async function startUnasked(
  details: Readonly<Record<string, string>> = IDP_INIT,
  client: Parameters<typeof startSaml>[1] = ONLY_SAML,
) {
  const app = await startSaml(details, client)
  const relayState = (parameters: Readonly<Record<string, string | undefined>> = {}) =>
    authorizeQuery(app, { identity_provider: 'Okta', scope: 'openid email', state: undefined, ...parameters })
  /** Where someone gets to whom the provider's portal has sent here, in a browser that has not been here before. */
  const arrive = async (said?: Said, parameters?: Parameters<typeof relayState>[0]) => {
    const answer = await app.post(await app.upstream.unasked(app.UserPoolId, relayState(parameters), said))
    const user = pageUser(app)
    if (answer.startsWith('/')) await user.open(answer)
    return {
      left: URL.canParse(answer) ? new URL(answer) : user.left,
      cookies: [...user.browser.jar.keys()].filter((name) => name.startsWith('cognito')),
    }
  }
  return { ...app, relayState, arrive }
}

test('an unsolicited assertion signs a user in to the application that RelayState names', async () => {
  const app = await startUnasked()
  const user = await app.arrive()
  expect(user.left?.href).toMatch(new RegExp(`^${CALLBACK}\\?code=`))
  const { status, body } = await redeem(app, user.left as URL, { code_verifier: undefined })
  expect(status).toBe(200)
  expect(body).toHaveProperty('id_token')
  const { body: again } = await redeem(
    app,
    (await app.arrive({ id: '_second' }, { state: 'kept' })).left as URL,
    {
      code_verifier: undefined,
    },
  )
  expect(again).toHaveProperty('id_token')
})

test('a sign-in that this server has requested works at such a provider, too', async () => {
  const app = await startUnasked()
  expect(isSignedIn(await app.answered())).toBe(true)
})

test('an unsolicited assertion is accepted once: neither its form nor its reference can be sent again', async () => {
  const app = await startUnasked()
  const form = await app.upstream.unasked(app.UserPoolId, app.relayState())
  const [first, second] = [await app.post(form), await app.post(form)]
  const user = pageUser(app)
  await user.open(first)
  expect(isSignedIn(user)).toBe(true)
  for (const reference of [first, second, await app.post(form)]) {
    const again = pageUser(app)
    await again.open(reference)
    expect(problem(again)).toEqual([
      'server_error',
      'Error in SAML response processing: The assertion was used before.',
    ])
    expect(again.browser.jar.has('cognito')).toBe(false)
  }
  expect(isSignedIn(await app.arrive({ id: '_another' }))).toBe(true)
})

test.each<[string, Said, string | RegExp]>([
  ...FORGED,
  ['for another audience', { audience: 'urn:amazon:cognito:sp:us-east-1_Another01' }, /audience/i],
  ['of another issuer', { issuer: 'http://127.0.0.1:4300/other' }, /of another issuer\./],
  ['that has expired', { notOnOrAfter: -60 }, /./],
  ['that is good only later', { notBefore: 600 }, /./],
  [
    'made for another server',
    { recipient: 'https://other.example.com/saml2/idpresponse' },
    /was not made for/,
  ],
  ['that answers a request', { inResponseTo: '_request' }, /./],
  [
    'that answers a request, in a frame that does not',
    {
      inResponseTo: '_request',
      afterwards: (xml) => xml.replace(/(<samlp:Response[^>]*) InResponseTo="_request"/, '$1'),
    },
    /was not made for/,
  ],
  [
    'in a frame that answers a request',
    { afterwards: (xml) => xml.replace('<samlp:Response', '<samlp:Response InResponseTo="_request"') },
    /answers a request\./,
  ],
  ['that was made ten minutes ago', { issued: -600 }, /./],
  ['that will be made in ten minutes', { issued: 600 }, /too old\./],
])(
  'without a request, an assertion %s signs no user in, and the right one does',
  async (_, said, description) => {
    const app = await startUnasked()
    const user = await app.arrive(said)
    expect(isSignedIn(user)).toBe(false)
    const [error, told] = problem(user)
    expect(error).toBe('server_error')
    expect(told).toMatch(description)
    expect(user.cookies).toEqual([])
    expect(isSignedIn(await app.arrive())).toBe(true)
  },
)

test('without IDPInit an unsolicited assertion is refused', async () => {
  const app = await startUnasked({})
  const user = await app.arrive()
  expect(user).toEqual({ left: undefined, cookies: [] })
  expect(isSignedIn(await app.answered())).toBe(true)
})

test('an application that has another kind of sign-in accepts no unsolicited assertions', async () => {
  const app = await startUnasked(IDP_INIT, {})
  const user = await app.arrive()
  expect(user).toEqual({ left: undefined, cookies: [] })
  expect(isSignedIn(await app.answered())).toBe(true)
})

test('RelayState is checked like an authorization request: nothing is sent to an address that is not the client’s', async () => {
  const app = await startUnasked()
  for (const parameters of [
    { redirect_uri: 'https://evil.example.com/' },
    { client_id: 'another' },
    { identity_provider: undefined },
  ])
    expect(await app.arrive({}, parameters)).toEqual({ left: undefined, cookies: [] })
  for (const parameters of [{ identity_provider: 'Another' }, { scope: 'of-another' }])
    expect((await app.arrive({}, parameters)).left?.href).toMatch(new RegExp(`^${CALLBACK}\\?error=`))
  expect(isSignedIn(await app.arrive())).toBe(true)
})
