import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { createServer } from '@amulet/server'
import axe from 'axe-core'
import { type Browser, chromium, type Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'

// The pages that stand in for social providers while developing, in Chromium. With `SCREENSHOTS` set to a folder, each is
// also photographed.

const screenshots = process.env.SCREENSHOTS
const SIZES = { wide: { width: 1280, height: 900 }, narrow: { width: 320, height: 640 } } as const
const SCHEMES = ['light', 'dark'] as const

const CLIENT = {
  ClientId: 'web',
  ClientName: 'Web',
  AllowedOAuthFlowsUserPoolClient: true,
  AllowedOAuthFlows: ['code' as const],
  AllowedOAuthScopes: ['openid'],
  CallbackURLs: ['http://localhost:3000/callback'],
  SupportedIdentityProviders: ['Google', 'SignInWithApple'],
}

const server = createServer({
  config: {
    userPools: [
      {
        UserPoolId: 'us-east-1_StandIn01',
        PoolName: 'Stand-in',
        identityProviders: [
          {
            ProviderName: 'Google',
            ProviderType: 'Google',
            ProviderDetails: { client_id: 'id', client_secret: 'secret', authorize_scopes: 'openid' },
          },
          {
            ProviderName: 'SignInWithApple',
            ProviderType: 'SignInWithApple',
            ProviderDetails: {
              client_id: 'id',
              team_id: 'team',
              key_id: 'key',
              private_key: 'the key',
              authorize_scopes: 'email',
            },
          },
        ],
        clients: [CLIENT],
      },
    ],
  },
})
let browser: Browser
let page: Page
let url: string
const complaints: string[] = []

beforeAll(async () => {
  if (screenshots !== undefined) mkdirSync(screenshots, { recursive: true })
  url = (await server.listen()).url
  browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium' })
  page = await browser.newPage()
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text())
  })
})
afterAll(async () => {
  await browser?.close()
  await server.close()
})

/** What an application's button leads to. */
async function open(provider: string): Promise<void> {
  const query = new URLSearchParams({
    client_id: CLIENT.ClientId,
    response_type: 'code',
    redirect_uri: CLIENT.CallbackURLs[0] ?? '',
    identity_provider: provider,
  })
  await page.goto(`${url}/oauth2/authorize?${query}`)
}

async function problems(): Promise<string[]> {
  await page.evaluate(axe.source)
  // Defined by the line before.
  const { violations } = await page.evaluate(() => (window as unknown as { axe: typeof axe }).axe.run())
  return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`))
}

/** Looks at the page at hand in every size and colour. */
async function look(name: string): Promise<void> {
  for (const [size, viewport] of Object.entries(SIZES))
    for (const colorScheme of SCHEMES) {
      await page.setViewportSize(viewport)
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
      if (screenshots !== undefined)
        await page.screenshot({
          path: join(screenshots, `${name}-${size}-${colorScheme}.png`),
          fullPage: true,
        })
      expect(await problems(), `${size} ${colorScheme}`).toEqual([])
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(
        viewport.width,
      )
    }
  expect(complaints).toEqual([])
}

test('the page that offers people has no violation for axe-core, with long names too', async () => {
  await open('Google')
  expect(await page.title()).toBe('Stand-in for Google')
  await look('stand-in-people')
  await page.getByLabel('Name').fill('Adelheid Schleswig-Holstein-Sonderburg-Augustenburg')
  await page.getByLabel('Email').fill('adelheid.of.schleswig-holstein-sonderburg-augustenburg@example.com')
  await page.getByRole('button', { name: 'Add this person' }).click()
  await page.getByRole('link', { name: 'Adelheid' }).waitFor()
  await look('stand-in-made-up')
})

test('the page that continues with a form has no violation for axe-core', async () => {
  await open('SignInWithApple')
  await page.getByRole('link', { name: 'Ada Lovelace' }).click()
  await page.getByRole('button', { name: 'Continue' }).waitFor()
  expect(await page.title()).toBe('Stand-in for Apple')
  await look('stand-in-form')
})
