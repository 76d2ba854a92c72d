import { createServer as createHttpServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createServer } from '@amulet/server'
import type * as Auth from 'aws-amplify/auth'
import { build } from 'esbuild'
import { type BrowserContext, chromium, type Page } from 'playwright-core'

export const PASSWORD = 'Correct-Horse-1'

/** What every page has: stock Amplify, configured for the pool. */
declare global {
  interface Window {
    amplify: typeof Auth
  }
}

const page = (cognito: object) => `
import { Amplify } from 'aws-amplify'
import * as auth from 'aws-amplify/auth'
Amplify.configure(${JSON.stringify({ Auth: { Cognito: cognito } })})
window.amplify = auth
`

/** A pool with passkeys, a page of stock Amplify for it at `http://localhost`, and a browser. */
export async function start() {
  const server = createServer({
    config: {
      userPools: [
        {
          UserPoolId: 'us-east-1_Passkeys1',
          PoolName: 'Passkeys',
          Policies: { SignInPolicy: { AllowedFirstAuthFactors: ['PASSWORD', 'WEB_AUTHN'] } },
          clients: [
            {
              ClientId: 'web',
              ClientName: 'Web',
              ExplicitAuthFlows: ['ALLOW_USER_AUTH', 'ALLOW_USER_SRP_AUTH'],
              PreventUserExistenceErrors: 'ENABLED',
            },
          ],
          users: ['ada', 'bob', 'cleo', 'dan', 'eve'].map((Username) => ({ Username, Password: PASSWORD })),
        },
      ],
    },
  })
  const { url, userPoolId, userPoolClientId } = await server.listen()
  const contents = page({ userPoolId, userPoolClientId, userPoolEndpoint: url })
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: import.meta.dirname, loader: 'ts', sourcefile: 'page.ts' },
    bundle: true,
    format: 'esm',
    define: { 'process.env.NODE_ENV': '"production"' },
    write: false,
  })
  const script = outputFiles[0]?.contents
  const pages = createHttpServer((request, response) => {
    const isScript = request.url === '/page.js'
    response.writeHead(200, { 'content-type': isScript ? 'text/javascript' : 'text/html' })
    response.end(
      isScript ? script : '<!doctype html><title>Page</title><script type="module" src="/page.js"></script>',
    )
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
      '--disable-sync',
    ],
  })
  return {
    server,
    browser,
    origin: `http://localhost:${port}`,
    async open(context: BrowserContext): Promise<Page> {
      context.setDefaultTimeout(20_000)
      const opened = await context.newPage()
      await opened.goto(`http://localhost:${port}/`)
      await opened.waitForFunction(() => window.amplify)
      return opened
    },
    async stop() {
      await browser.close()
      pages.close()
      pages.closeAllConnections()
      await server.close()
    },
  }
}
