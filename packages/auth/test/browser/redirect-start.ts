import { createServer as createHttpServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { extname } from 'node:path'
import { fileURLToPath } from 'node:url'
import type * as Auth from '@amulet/auth'
import { createServer } from '@amulet/server'
import { build } from 'esbuild'
import { type BrowserContext, chromium, type Page } from 'playwright-core'

const here = fileURLToPath(new URL('.', import.meta.url))

const PASSWORD = 'Correct-Horse-1'

declare global {
  interface Window {
    auth: typeof Auth
    configure(): void
    /** Events of this page. */
    told: [event: string, data?: unknown][]
    /** What a call that the page has begun came to. */
    done: Promise<unknown>
  }
}

// Listeners are registered after `configure`, as an application's effects are.
const listen = (Hub: string) => `
window.told = []
${Hub}.listen('auth', ({ payload: { event, data } }) => window.told.push([event, data?.error?.message ?? data]))
`

const page = `
import * as auth from '../../src/index.ts'
window.auth = auth
window.configure = () => auth.configure(config)
window.configure()
${listen('auth.Hub')}
`

/** A callback page that has nothing else of the package. */
const listener = `
import { configure, Hub } from '../../src/index.ts'
import '../../src/enable-oauth-listener.ts'
configure(config)
${listen('Hub')}
window.auth = {}
`

const strict = `
import * as auth from '../../src/index.ts'
import { StrictMode, createElement, useEffect, useState } from 'react'
import { createRoot } from 'react-dom/client'
window.auth = auth
window.configure = () => auth.configure(config)
${listen('auth.Hub')}
const finished = []
function Callback() {
  const [user, setUser] = useState('')
  useEffect(() => {
    window.configure()
    auth.completeSignInWithRedirect().then((output) => finished.push(output.isSignedIn), (error) => finished.push(error.name))
    auth.getCurrentUser().then(({ username }) => setUser(username), (error) => setUser(error.name))
  }, [])
  return createElement('output', null, user, ' ', finished.join())
}
createRoot(document.getElementById('root')).render(createElement(StrictMode, null, createElement(Callback)))
`

const stock = `
import { Amplify } from 'aws-amplify'
import * as auth from 'aws-amplify/auth'
import { Hub } from 'aws-amplify/utils'
window.auth = auth
${listen('Hub')}
Amplify.configure(config)
`

const bodies = { '': page, callback: page, listener, strict, stock, isolated: page, blank: '' }

/** A user pool with a domain, pages of an app for it on another site, and a browser. */
export async function start() {
  const files = new Map<string, Uint8Array>()
  /** What is there in the place of a page. */
  const deployed = new Map<string, keyof typeof bodies>()
  const pages = createHttpServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost')
    const file = files.get(pathname)
    const path = pathname.slice(1)
    const name = deployed.get(path) ?? (path in bodies ? path : '')
    const html = `<!doctype html><title>Page</title><div id="root"></div><script type="module" src="/js/${name || 'page'}/stdin.js"></script>`
    response.writeHead(file || !extname(pathname) ? 200 : 404, {
      'content-type': file ? 'text/javascript' : 'text/html',
      ...(name === 'isolated' && {
        'cross-origin-opener-policy': 'same-origin',
        'cross-origin-embedder-policy': 'require-corp',
      }),
    })
    response.end(file ?? html)
  })
  await new Promise<void>((resolve) => pages.listen(0, '127.0.0.1', resolve))
  // A listening TCP server has an address of this kind.
  const app = `http://127.0.0.1:${(pages.address() as AddressInfo).port}`
  const server = createServer({
    database: 'sqlite::memory:',
    config: {
      userPools: [
        {
          UserPoolId: 'us-east-1_Redirect1',
          PoolName: 'Redirect',
          clients: [
            {
              ClientId: 'web',
              ClientName: 'Web',
              ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
              AllowedOAuthFlowsUserPoolClient: true,
              AllowedOAuthFlows: ['code', 'implicit'],
              AllowedOAuthScopes: ['openid', 'email', 'aws.cognito.signin.user.admin'],
              CallbackURLs: Object.keys(bodies).map((name) => `${app}/${name}`),
              LogoutURLs: [`${app}/`],
              SupportedIdentityProviders: ['COGNITO'],
            },
          ],
          users: ['ada', 'bob'].map((Username) => ({ Username, Password: PASSWORD })),
        },
      ],
    },
  })
  const { url } = await server.listen()
  const { port } = new URL(url)
  // Another site than the pages', for browsers: they are of an IP address.
  const domain = `localhost:${port}`
  const configOf = (library: 'ours' | 'stock') => ({
    Auth: {
      Cognito: {
        userPoolId: 'us-east-1_Redirect1',
        userPoolClientId: 'web',
        userPoolEndpoint: `http://${domain}/`,
        loginWith: {
          oauth: {
            domain: library === 'ours' ? `http://${domain}` : domain,
            scopes: ['openid', 'email', 'aws.cognito.signin.user.admin'],
            redirectSignIn: [`${app}/callback`, ...Object.keys(bodies).map((name) => `${app}/${name}`)],
            redirectSignOut: [`${app}/`],
            responseType: 'code',
          },
        },
      },
    },
  })
  for (const [name, body] of Object.entries(bodies)) {
    const config = configOf(name === 'stock' ? 'stock' : 'ours')
    const { outputFiles } = await build({
      stdin: {
        contents: `const config = ${JSON.stringify(config)}\n${body}`,
        resolveDir: here,
        loader: 'ts',
        sourcefile: `${name}.ts`,
      },
      bundle: true,
      format: 'esm',
      splitting: true,
      outdir: `/js/${name || 'page'}`,
      define: { 'process.env.NODE_ENV': '"development"' },
      write: false,
    })
    for (const file of outputFiles) files.set(file.path, file.contents)
  }
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    ignoreDefaultArgs: ['--disable-back-forward-cache'],
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  })
  return {
    server,
    app,
    deployed,
    /** Where the pages of the pool are. */
    login: `http://${domain}`,
    async newContext(): Promise<BrowserContext> {
      const context = await browser.newContext()
      context.setDefaultTimeout(20_000)
      // Amplify goes to https. What it asks for there is answered by http.
      await context.route(`https://${domain}/**`, async (route) => {
        const target = route.request().url().replace('https:', 'http:')
        if (route.request().isNavigationRequest()) {
          await route.fulfill({ status: 302, headers: { location: target } })
        } else {
          await route.fulfill({ response: await route.fetch({ url: target }) })
        }
      })
      return context
    },
    async open(context: BrowserContext, path = '/'): Promise<Page> {
      const page = await context.newPage()
      await page.goto(app + path)
      await page.waitForFunction(() => window.told)
      return page
    },
    async stop() {
      await browser.close()
      pages.close()
      pages.closeAllConnections()
      await server.close()
    },
  }
}

/** Signs a user in on the page of the pool. */
export async function signInOnPage(page: Page, username = 'ada'): Promise<void> {
  await page.locator('input[name=username]').first().fill(username)
  const password = page.locator('input[name=password]').first()
  await password.fill(PASSWORD)
  await password.press('Enter')
}

/** Leaves the page for the domain's. */
export async function leave(page: Page, input: Auth.SignInWithRedirectInput = {}): Promise<void> {
  await page.evaluate((input) => void window.auth.signInWithRedirect(input), input)
  await page.waitForURL(/\/login\?/)
}

/** The page that came back has been told of this. */
export const told = async (page: Page, event: string): Promise<Window['told']> => {
  await page.waitForFunction((event) => window.told?.some(([name]) => name === event), event)
  return page.evaluate(() => window.told)
}

/** Requests of the token endpoint from now on. */
export function exchanges(context: BrowserContext): string[] {
  const sent: string[] = []
  context.on('request', (request) => {
    if (request.method() === 'POST' && request.url().endsWith('/oauth2/token'))
      sent.push(request.postData() ?? '')
  })
  return sent
}
