import { createServer as createHttpServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { extname } from 'node:path'
import { fileURLToPath } from 'node:url'
import type * as Auth from '@amulet/auth'
import { createServer } from '@amulet/server'
import { build } from 'esbuild'
import { type BrowserContext, chromium, type Page } from 'playwright-core'

const here = fileURLToPath(new URL('.', import.meta.url))

export const PASSWORD = 'Correct-Horse-1'
/** Resolves to this machine; not being `localhost` it is no secure context without https. */
const INSECURE_HOST = 'app.test'

/** What every page has: the package, a context for the user pool, and a clock that can be moved. */
declare global {
  interface Window {
    auth: typeof Auth
    context: Auth.AuthContext
    /** Milliseconds the page's clock is ahead. */
    offset: number
    /** Events of other tabs, and of this one. */
    heard: string[]
    /** Resolves when something else that another tab has stored is heard of. */
    fence: Promise<void>
    /** Ends a call. */
    leaving: AbortController
  }
}

const page = (pool: object) => `
import * as auth from '../../src/index.ts'
window.auth = auth
window.offset = 0
window.heard = []
window.context = auth.createAuthContext({ Auth: { Cognito: {
  ...${JSON.stringify(pool)},
  userPoolEndpoint: location.protocol + '//' + location.hostname + ':' + ${JSON.stringify(pool)}.port + '/',
} } }, { clock: () => Date.now() + window.offset })
`

const strictMode = (pool: object) => `${page(pool)}
import { StrictMode, createElement, useEffect, useState } from 'react'
import { createRoot } from 'react-dom/client'
function Account() {
  const [name, setName] = useState('')
  useEffect(() => {
    const stop = window.context.hub.listen('auth', ({ payload }) => window.heard.push(payload.event),
      { enableCrossTabEvents: true })
    auth.fetchAuthSession(window.context)
      .then(() => auth.getCurrentUser(window.context))
      .then(({ username }) => setName(username), (error) => setName(error.name))
    return stop
  }, [])
  return createElement('output', null, name)
}
window.render = () => {
  const root = createRoot(document.getElementById('root'))
  root.render(createElement(StrictMode, null, createElement(Account)))
  return () => root.unmount()
}
`

/** A user pool that rotates refresh tokens, pages for it, and a browser. */
export async function start(RetryGracePeriodSeconds: number) {
  const server = createServer({
    database: 'sqlite::memory:',
    allowHosts: [INSECURE_HOST],
    config: {
      userPools: [
        {
          UserPoolId: 'us-east-1_Browser1',
          PoolName: 'Browser',
          Policies: { SignInPolicy: { AllowedFirstAuthFactors: ['PASSWORD', 'WEB_AUTHN'] } },
          clients: [
            {
              ClientId: 'web',
              ClientName: 'Web',
              ExplicitAuthFlows: ['ALLOW_USER_SRP_AUTH', 'ALLOW_USER_PASSWORD_AUTH', 'ALLOW_USER_AUTH'],
              AccessTokenValidity: 5,
              TokenValidityUnits: { AccessToken: 'minutes' },
              RefreshTokenRotation: { Feature: 'ENABLED', RetryGracePeriodSeconds },
            },
          ],
          users: [
            ...['ada', 'bob', 'cleo', 'dan', 'eve', 'finn', 'gwen', 'hal', 'ivy', 'jack'].map((Username) => ({
              Username,
              Password: PASSWORD,
            })),
            { Username: 'grace', Password: PASSWORD, Temporary: true },
          ],
        },
      ],
    },
  })
  const { url } = await server.listen()
  const pool = { userPoolId: 'us-east-1_Browser1', userPoolClientId: 'web', port: new URL(url).port }
  const files = new Map<string, Uint8Array>()
  for (const [name, contents] of Object.entries({ page: page(pool), 'strict-mode': strictMode(pool) })) {
    const { outputFiles } = await build({
      stdin: { contents, resolveDir: here, loader: 'ts', sourcefile: `${name}.ts` },
      bundle: true,
      format: 'esm',
      splitting: true,
      outdir: `/${name}`,
      define: { 'process.env.NODE_ENV': '"development"' },
      write: false,
    })
    for (const file of outputFiles) files.set(file.path, file.contents)
  }
  const pages = createHttpServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost')
    const file = files.get(pathname)
    const html = `<!doctype html><title>Page</title><div id="root"></div><script type="module" src="/${pathname.slice(1) || 'page'}/stdin.js"></script>`
    response.writeHead(file || !extname(pathname) ? 200 : 404, {
      'content-type': file ? 'text/javascript' : 'text/html',
    })
    response.end(file ?? html)
  })
  await new Promise<void>((resolve) => pages.listen(0, '127.0.0.1', resolve))
  // A listening TCP server has an address of this kind.
  const { port } = pages.address() as AddressInfo
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      `--host-resolver-rules=MAP ${INSECURE_HOST} 127.0.0.1`,
    ],
  })
  return {
    server,
    browser,
    /** Where the user pool answers. */
    port: pool.port,
    async open(tabOf?: BrowserContext, path = '', host = '127.0.0.1'): Promise<Page> {
      const context = tabOf ?? (await browser.newContext())
      context.setDefaultTimeout(20_000)
      const opened = await context.newPage()
      await opened.goto(`http://${host}:${port}/${path}`)
      await opened.waitForFunction(() => window.context)
      return opened
    },
    openInsecure(tabOf?: BrowserContext): Promise<Page> {
      return this.open(tabOf, '', INSECURE_HOST)
    },
    /** Moves the clocks of the server and of the pages. */
    async advance(seconds: number, tabs: Page[]): Promise<void> {
      server.clock.advance(seconds)
      for (const tab of tabs)
        await tab.evaluate((milliseconds) => {
          window.offset += milliseconds
        }, seconds * 1000)
    },
    async stop() {
      await browser.close()
      pages.close()
      pages.closeAllConnections()
      await server.close()
    },
  }
}

export type Browser = Awaited<ReturnType<typeof start>>

export const signIn = (
  page: Page,
  username = 'ada',
  authFlowType: 'USER_SRP_AUTH' | 'USER_PASSWORD_AUTH' = 'USER_PASSWORD_AUTH',
) =>
  page.evaluate((input) => window.auth.signIn(window.context, input), {
    username,
    password: PASSWORD,
    options: { authFlowType },
  })

export const access = (page: Page, options: { forceRefresh?: boolean } = {}): Promise<string | undefined> =>
  page.evaluate(async (options) => {
    const { tokens } = await window.auth.fetchAuthSession(window.context, options)
    return tokens && `${tokens.accessToken}`
  }, options)

/** Operations a page asks the user pool for from now on. */
export function operations(page: Page): string[] {
  const sent: string[] = []
  page.on('request', (request) => {
    const target = request.headers()['x-amz-target']
    if (target) sent.push(target.replace(/.*\./, ''))
  })
  return sent
}
