import { createHash, X509Certificate } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { connect } from 'node:tls'
import type { AmuletConfig } from '@amulet/server'
import type * as Auth from 'aws-amplify/auth'
import { build } from 'esbuild'
import { chromium, type Page } from 'playwright-core'
import { expect, onTestFinished, test } from 'vitest'
import { amuletDev, temporaryFolder } from '../amulet.js'
import { PASSWORD } from '../start.js'

// Stock Amplify goes to https whatever it is told. So does everything here: the redirect, the token endpoint and the user
// pool, over the TLS of `amulet dev`, on its one port. The browser trusts its certificate and no other.

interface AmplifyPage {
  readonly auth: typeof Auth
  readonly events: string[]
}

const contentsOf = (cognito: object) => `
import { Amplify } from 'aws-amplify'
import * as auth from 'aws-amplify/auth'
import 'aws-amplify/auth/enable-oauth-listener'
import { Hub } from 'aws-amplify/utils'
const events = []
Hub.listen('auth', ({ payload }) => events.push(payload.event))
window.page = { auth, events }
Amplify.configure(${JSON.stringify({ Auth: { Cognito: cognito } })})
`

/** A page of an application, on another site than the pool: that of an IP address. */
async function servePage() {
  let script = ''
  const pages = createServer((request, response) => {
    const isScript = request.url === '/page.js'
    response.writeHead(200, { 'content-type': isScript ? 'text/javascript' : 'text/html' })
    response.end(
      isScript ? script : '<!doctype html><title>Page</title><script type="module" src="/page.js"></script>',
    )
  })
  await new Promise<void>((resolve) => pages.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    pages.close()
    pages.closeAllConnections()
  })
  // A listening TCP server has an address of this kind.
  const { port } = pages.address() as AddressInfo
  return {
    address: `http://127.0.0.1:${port}/`,
    async fill(cognito: object) {
      const { outputFiles } = await build({
        stdin: {
          contents: contentsOf(cognito),
          resolveDir: import.meta.dirname,
          loader: 'ts',
          sourcefile: 'page.ts',
        },
        bundle: true,
        format: 'esm',
        define: { 'process.env.NODE_ENV': '"production"' },
        write: false,
      })
      script = outputFiles[0]?.text ?? ''
    },
  }
}

/** The hash of the public key that a server shows, as Chromium takes it. */
const keyHashOf = (port: number): Promise<string> =>
  new Promise((resolve, reject) => {
    const socket = connect(
      { port, host: '127.0.0.1', servername: 'localhost', rejectUnauthorized: false },
      () => {
        const { publicKey } = new X509Certificate(socket.getPeerCertificate().raw)
        resolve(
          createHash('sha256')
            .update(publicKey.export({ type: 'spki', format: 'der' }))
            .digest('base64'),
        )
        socket.end()
      },
    )
    socket.on('error', reject)
  })

const CLIENT = {
  ClientId: 'web',
  ClientName: 'Web',
  AllowedOAuthFlowsUserPoolClient: true,
  AllowedOAuthFlows: ['code' as const],
  AllowedOAuthScopes: ['openid', 'email', 'aws.cognito.signin.user.admin'],
  SupportedIdentityProviders: ['COGNITO'],
}

const inPage = <Result>(page: Page, call: (shown: AmplifyPage) => Promise<Result>): Promise<Result> =>
  page.evaluate(`(${call})(window.page)`)

test('stock Amplify signs in and out by redirect over the TLS of `amulet dev`', async () => {
  const application = await servePage()
  const config: AmuletConfig = {
    userPools: [
      {
        UserPoolId: 'us-east-1_Secure001',
        PoolName: 'Secure',
        clients: [{ ...CLIENT, CallbackURLs: [application.address], LogoutURLs: [application.address] }],
        users: [
          {
            Username: 'ada',
            Password: PASSWORD,
            UserAttributes: [{ Name: 'email', Value: 'ada@example.com' }],
          },
        ],
      },
    ],
  }
  const cwd = temporaryFolder()
  writeFileSync(join(cwd, 'amulet.config.json'), JSON.stringify(config))
  const amulet = await amuletDev(['--config', 'amulet.config.json', '--database', 'sqlite::memory:'], { cwd })
  const { port } = new URL(amulet.url)
  const domain = `localhost:${port}`
  await application.fill({
    userPoolId: amulet.userPoolId,
    userPoolClientId: amulet.userPoolClientId,
    userPoolEndpoint: `https://${domain}/`,
    loginWith: {
      oauth: {
        domain,
        scopes: CLIENT.AllowedOAuthScopes,
        redirectSignIn: [application.address],
        redirectSignOut: [application.address],
        responseType: 'code',
      },
    },
  })
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: [`--ignore-certificate-errors-spki-list=${await keyHashOf(Number(port))}`],
  })
  onTestFinished(() => browser.close())
  const wary = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium' })
  onTestFinished(() => wary.close())
  await expect((await wary.newPage()).goto(`https://${domain}/`)).rejects.toThrow(
    'ERR_CERT_AUTHORITY_INVALID',
  )

  const page = await browser.newPage()
  const asked: string[] = []
  page.on('request', (request) => {
    const { protocol, host, pathname } = new URL(request.url())
    if (host === domain) asked.push(`${request.method()} ${protocol}//${pathname.slice(1)}`)
  })

  await page.goto(application.address)
  await page.waitForFunction('window.page')
  await inPage(page, ({ auth }) => auth.signInWithRedirect())
  await page.getByLabel('Username').fill('ada')
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.waitForURL(`${application.address}**`)
  await expect.poll(() => page.evaluate('window.page?.events')).toContain('signInWithRedirect')
  expect(await inPage(page, async ({ auth }) => (await auth.getCurrentUser()).username)).toBe('ada')
  expect(await inPage(page, async ({ auth }) => (await auth.fetchUserAttributes()).email)).toBe(
    'ada@example.com',
  )
  const cookies = await page.context().cookies(`https://${domain}`)
  const session = cookies.find(({ name }) => name.includes('cognito-'))
  expect(session).toMatchObject({ httpOnly: true, secure: true })

  // Amplify goes to the domain by itself, and comes back from there.
  await inPage(page, ({ auth }) => auth.signOut()).catch(() => {})
  await expect.poll(() => asked).toContain('GET https://logout')
  await page.waitForURL(application.address)
  await page.waitForFunction('window.page')
  expect(await inPage(page, ({ auth }) => auth.getCurrentUser().catch((error) => error.name))).toBe(
    'UserUnAuthenticatedException',
  )
  expect(asked).toEqual(expect.arrayContaining(['POST https://oauth2/token', 'POST https://']))
  expect(asked.filter((line) => !line.includes(' https://'))).toEqual([])
})
