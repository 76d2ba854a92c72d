import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createServer } from '@amulet/server'
import { type BrowserContext, chromium, type Locator, type Page } from 'playwright-core'
import { build, preview } from 'vite'

const demo = fileURLToPath(new URL('..', import.meta.url))
const auth = fileURLToPath(new URL('../../../packages/auth/src/index.ts', import.meta.url))

export const launchBrowser = () =>
  chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--no-first-run',
      // A browser that looks for updates and accounts makes tests wait for a network they may not have.
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  })

/** A user pool in memory, the page built for it, and a browser. */
export async function start() {
  const server = createServer()
  const { url, userPoolId, userPoolClientId } = await server.listen()

  const outDir = await mkdtemp(join(tmpdir(), 'amulet-demo-'))
  await build({
    root: demo,
    logLevel: 'warn',
    build: { outDir, emptyOutDir: true },
    resolve: { alias: { '@amulet/auth': auth } },
  })
  const pool = { userPoolId, userPoolClientId, userPoolEndpoint: `${url}/` }
  await writeFile(join(outDir, 'pool.json'), JSON.stringify(pool))
  const pages = await preview({ root: demo, logLevel: 'warn', build: { outDir }, preview: { port: 0 } })
  const address = pages.resolvedUrls?.local[0]
  if (!address) throw new Error('The built page is not served')

  const browser = await launchBrowser()
  return {
    server,
    browser,
    /** Where the page is. */
    address,
    pool,
    /** The page as somebody sees it who was never here, or in one more tab of the browser given. */
    async open(tabOf?: BrowserContext): Promise<Page> {
      const context = tabOf ?? (await browser.newContext())
      context.setDefaultTimeout(10_000)
      const page = await context.newPage()
      await page.goto(address)
      return page
    },
    async stop() {
      await browser.close()
      await pages.close()
      await server.close()
      await rm(outDir, { recursive: true })
    },
  }
}

export type Demo = Awaited<ReturnType<typeof start>>

export const password = 'Correct-horse-1'

/** Makes a confirmed account, past the page: for tests that are about what comes after. */
export async function createAccount({ server, pool }: Demo, username: string): Promise<void> {
  const { createAuthContext, createMemoryStorage, confirmSignUp, signUp } = await import('@amulet/auth')
  const context = createAuthContext({ Auth: { Cognito: pool } }, { storage: createMemoryStorage() })
  await signUp(context, { username, password, options: { userAttributes: { name: 'Ada' } } })
  await confirmSignUp(context, { username, confirmationCode: server.inbox.last(username)?.code ?? '' })
}

/** Signs in by the page's form. */
export async function signIn(page: Page, username: string): Promise<void> {
  await page.getByLabel('E-mail address').fill(username)
  await page.getByLabel('Password', { exact: true }).fill(password)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await page.getByRole('heading', { name: 'You are signed in' }).waitFor()
}

/** What a list of name and value pairs says about `name`. */
export const readPair = (pairs: Locator, name: string): Promise<string | null> =>
  pairs
    .locator('dl > div')
    .filter({ has: pairs.page().getByText(name, { exact: true }) })
    .getByRole('definition')
    .textContent()
