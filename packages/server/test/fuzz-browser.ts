import type { LogEntry } from '@amulet/server'
import { oidcProvider } from './federation.js'
import { CALLBACK, createMachine, type OAuthStarted, PKCE, redeem, startOAuth } from './oauth.js'
import { atSignIn, type PageUser } from './page-user.js'
import { makeSamlUpstream, type SamlUpstream } from './saml-upstream.js'
import { PASSWORD } from './start.js'
import { startUpstream, type Upstream } from './upstream.js'

export const LOGOUT = 'https://app.example.com/'
export const APP_SCHEME = 'myapp://callback/'
const SAML_ORIGIN = 'http://127.0.0.1:4300'

/** A browser at some page: its cookies, and the token of its forms. */
export interface Cookies {
  readonly cookie: string
  readonly csrf: string
}

/** A pool with all kinds of clients and providers, and what someone could send who has been there before. */
export interface RedirectWorld {
  readonly app: OAuthStarted
  /** Addresses of providers. */
  readonly providers: readonly string[]
  browsers: readonly Cookies[]
  values: Readonly<Record<string, string>>
  /** Makes codes, tokens, users and browsers anew. */
  renew(): Promise<void>
  /** What went wrong inside since it was last asked. */
  faults(): unknown[]
}

export async function startRedirectWorld(): Promise<RedirectWorld> {
  const causes: unknown[] = []
  const upstream = await startUpstream()
  const saml = await makeSamlUpstream(SAML_ORIGIN)
  const started = await startOAuth({
    pool: { AutoVerifiedAttributes: ['email'] },
    log: ({ status, cause }: LogEntry) => {
      if (status >= 500) causes.push(cause ?? status)
    },
  })
  const { admin, UserPoolId } = started
  await admin.createIdentityProvider({
    UserPoolId,
    ...oidcProvider(upstream.issuer),
    IdpIdentifiers: ['example.com'],
  })
  await admin.createIdentityProvider({
    UserPoolId,
    ProviderName: 'Okta',
    ProviderType: 'SAML',
    ProviderDetails: { MetadataFile: saml.metadata },
  })
  const settings = {
    CallbackURLs: [CALLBACK, APP_SCHEME],
    SupportedIdentityProviders: ['COGNITO', 'Upstream', 'Okta'],
  }
  const { clientId } = await started.createClient(settings)
  const app = { ...started, clientId }
  const confidential = await app.createClient({ ...settings, GenerateSecret: true })
  const machine = await createMachine(app)
  const clients = {
    clientId,
    confidentialId: confidential.clientId,
    secret: confidential.secret,
    machineId: machine.clientId,
    machineSecret: machine.secret,
  }
  let rounds = 0
  const world: RedirectWorld = {
    app,
    providers: [`${upstream.issuer}/auth`, `${SAML_ORIGIN}/sso`],
    browsers: [],
    values: {},
    faults: () => causes.splice(0),
    async renew() {
      // Limits that the round before has come to are over.
      app.server.clock.advance(7200)
      const round = String(++rounds)
      const { browsers, values } = await visits(app, round, upstream, saml)
      const ofConfidential = await signIn({ ...app, clientId: confidential.clientId })
      world.browsers = browsers
      world.values = { ...clients, ...values, confidentialCode: codeIn(ofConfidential) }
    },
  }
  await world.renew()
  return world
}

/** Where `ada` is sent who signs in with her password. */
async function signIn(app: OAuthStarted, parameters: Readonly<Record<string, string>> = {}): Promise<URL> {
  const user = await atSignIn(app, parameters)
  await user.submit('Sign in', { Username: 'ada', Password: PASSWORD })
  return placeOf(user)
}

const codeIn = (location: URL): string => location.searchParams.get('code') ?? ''

/** Browsers on their way, one at each kind of page, and what they have come by. */
async function visits(app: OAuthStarted, round: string, upstream: Upstream, saml: SamlUpstream) {
  const [username, newcomer] = [`bob${round}`, `carol${round}`]
  const { inbox } = app.server
  await app.admin.adminCreateUser({
    UserPoolId: app.UserPoolId,
    Username: newcomer,
    TemporaryPassword: PASSWORD,
    MessageAction: 'SUPPRESS',
  })
  const at = (path: string) => atSignIn(app, {}, path)
  const email = `${username}@example.com`
  const signedUp = await at('/signup')
  await signedUp.submit('Sign up', { Username: username, Email: email, Password: PASSWORD })
  const reset = await at('/forgotPassword')
  await reset.submit('Continue', { Username: 'ada' })
  const mustChoose = await at('/login')
  await mustChoose.submit('Sign in', { Username: newcomer, Password: PASSWORD })
  const signedIn = await at('/login')
  await signedIn.submit('Sign in', { Username: 'ada', Password: PASSWORD })
  const [atUpstream, atSaml] = [await at('/login'), await at('/login')]
  await atUpstream.submit('Continue with Upstream')
  await atSaml.submit('Continue with Okta')
  const back = await upstream.signIn(placeOf(atUpstream), `login${round}`)
  const form = await saml.answer(placeOf(atSaml), { nameId: `grace${round}` })
  const { body } = await redeem(app, await signIn(app, { ...PKCE, scope: 'openid email' }))
  return {
    browsers: [await at('/login'), signedUp, reset, mustChoose, signedIn, atUpstream, atSaml].map(cookiesOf),
    values: {
      code: codeIn(await signIn(app, PKCE)),
      plainCode: codeIn(await signIn(app)),
      accessToken: String(body.access_token),
      idToken: String(body.id_token),
      refreshToken: String(body.refresh_token),
      username,
      newcomer,
      email,
      signUpCode: inbox.last(email)?.code ?? '',
      resetCode: inbox.last('ada@example.com')?.code ?? '',
      state: back.searchParams.get('state') ?? '',
      upstreamCode: codeIn(back),
      upstreamIssuer: upstream.issuer,
      relayState: form.RelayState,
      samlResponse: form.SAMLResponse,
    },
  }
}

function placeOf({ left, path }: PageUser): URL {
  if (!left) throw new Error(`The browser is at ${path} still.`)
  return left
}

function cookiesOf({ browser: { jar } }: PageUser): Cookies {
  return {
    cookie: [...jar].map(([name, value]) => `${name}=${value}`).join('; '),
    csrf: jar.get('XSRF-TOKEN') ?? '',
  }
}
