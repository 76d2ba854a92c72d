import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import * as auth from '@amulet/auth'
import { type AmuletConfig, createServer, type UserPoolConfig } from '@amulet/server'
import { type BrowserContext, chromium, type Locator, type Page } from 'playwright-core'
import { build, preview } from 'vite'

const demo = fileURLToPath(new URL('..', import.meta.url))
const authSource = fileURLToPath(new URL('../../../packages/auth/src/index.ts', import.meta.url))

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

/**
 * A user pool in memory (the default one, or what is declared), the page built for it, and a browser.
 *
 * @param config of the pool, when it has to know where the page is by a function
 * @param settings of the page, besides where the pool is
 */
export async function start(
  config: AmuletConfig | ((address: string) => AmuletConfig) = {},
  {
    hasPages,
    ...settings
  }: { authFlowType?: 'CUSTOM_WITH_SRP'; hasPages?: boolean; providers?: readonly string[] } = {},
) {
  const outDir = await mkdtemp(join(tmpdir(), 'amulet-demo-'))
  await build({
    root: demo,
    logLevel: 'warn',
    build: { outDir, emptyOutDir: true },
    resolve: { alias: { '@amulet/auth': authSource } },
  })
  const pages = await preview({ root: demo, logLevel: 'warn', build: { outDir }, preview: { port: 0 } })
  // By its name: browsers make passkeys for names only.
  const address = pages.resolvedUrls?.local[0]?.replace('127.0.0.1', 'localhost')
  if (!address) throw new Error('The built page is not served')

  const server = createServer({ config: typeof config === 'function' ? config(address) : config })
  const { url, userPoolId, userPoolClientId, domain } = await server.listen()
  const pool = { userPoolId, userPoolClientId, userPoolEndpoint: `${url}/` }
  await writeFile(
    join(outDir, 'pool.json'),
    JSON.stringify({ ...pool, ...(hasPages && { domain: `http://${domain}` }), ...settings }),
  )

  const browser = await launchBrowser()
  return {
    server,
    browser,
    /** Where the page is. */
    address,
    pool,
    /** The page of a new visitor, or one more tab of the given browser. */
    async open(tabOf?: BrowserContext): Promise<Page> {
      const context = tabOf ?? (await browser.newContext())
      context.setDefaultTimeout(20_000)
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

/** A pool that people sign up to with their e-mail address, with what else is declared. */
export const declare = (pool: Partial<UserPoolConfig>): AmuletConfig => ({
  userPools: [
    {
      UserPoolId: 'us-east-1_Declared',
      PoolName: 'Declared',
      UsernameAttributes: ['email'],
      AutoVerifiedAttributes: ['email'],
      clients: [{ ClientId: 'web', ClientName: 'Web', ExplicitAuthFlows: ['ALLOW_USER_SRP_AUTH'] }],
      ...pool,
    },
  ],
})

const past = ({ pool }: Demo) =>
  auth.createAuthContext({ Auth: { Cognito: pool } }, { storage: auth.createMemoryStorage() })

/** Makes an account that is not confirmed, past the page: for tests that are about what comes after. */
export async function signUp(demo: Demo, username: string): Promise<void> {
  await auth.signUp(past(demo), { username, password, options: { userAttributes: { name: 'Ada' } } })
}

/** Makes a confirmed account, past the page. */
export async function createAccount(demo: Demo, username: string): Promise<void> {
  await signUp(demo, username)
  const confirmationCode = demo.server.inbox.last(username)?.code ?? ''
  await auth.confirmSignUp(past(demo), { username, confirmationCode })
}

/** Signs in by the page's form. */
export async function signIn(page: Page, username: string, typed = password): Promise<void> {
  await page.getByRole('textbox', { name: 'E-mail address' }).fill(username)
  await page.getByLabel('Password', { exact: true }).fill(typed)
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

/** The name of the input that has the focus. The page moves it after it has drawn: poll for it. */
export const focusedName = (page: Page): Promise<string | null | undefined> =>
  page.evaluate(() => document.activeElement?.getAttribute('name'))
