import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import axe from 'axe-core'
import { type Browser, chromium, type Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { pageHeaders } from '../../src/oauth/pages/page.js'
import { PREVIEWS, previewView } from './previews.js'

// Every page in Chromium, under its own headers. With `SCREENSHOTS` set to a folder, each is also photographed.

const screenshots = process.env.SCREENSHOTS
const SIZES = { wide: { width: 1280, height: 900 }, narrow: { width: 320, height: 640 } } as const
const SCHEMES = ['light', 'dark'] as const

let browser: Browser
let page: Page
/** What the page is, what it asks the network for, and what the browser complains of. */
let html = ''
const asked: string[] = []
const complaints: string[] = []

beforeAll(async () => {
  if (screenshots !== undefined) mkdirSync(screenshots, { recursive: true })
  browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium' })
  page = await browser.newPage()
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text())
  })
  await page.route('**', async (route) => {
    asked.push(route.request().url())
    const headers = {
      ...pageHeaders({ formsLeadTo: [], script: true, images: true, css: cssOf(html) }),
      'content-type': 'text/html',
    }
    await route.fulfill({ body: html, headers })
  })
})
afterAll(() => browser.close())

/** Of a brand: the second style of a page. */
const cssOf = (text: string): string | undefined => /<\/style><style>([^<]*)/.exec(text)?.[1]

async function show(shown: unknown, size: keyof typeof SIZES, colorScheme: (typeof SCHEMES)[number]) {
  html = String(await shown)
  asked.length = 0
  complaints.length = 0
  await page.setViewportSize(SIZES[size])
  await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
  await page.goto('http://localhost/login')
}

async function problems(): Promise<string[]> {
  await page.evaluate(axe.source)
  // Defined by the line before.
  const { violations } = await page.evaluate(() => (window as unknown as { axe: typeof axe }).axe.run())
  return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`))
}

const width = () => page.evaluate(() => document.documentElement.scrollWidth)

describe.each(Object.entries(PREVIEWS))('the page %s', (name, preview) => {
  test.each(SCHEMES)('has no violation for axe-core in %s colours, wide and narrow', async (scheme) => {
    for (const [markup, size] of [
      ['classic', 'narrow'],
      ['managed', 'narrow'],
      ['managed', 'wide'],
    ] as const) {
      await show(preview(previewView(markup)), size, scheme)
      expect(await problems()).toEqual([])
      expect(complaints).toEqual([])
      expect(await width()).toBeLessThanOrEqual(SIZES[size].width)
      if (screenshots !== undefined)
        await page.screenshot({
          path: join(screenshots, `${name}-${markup}-${size}-${scheme}.png`),
          fullPage: true,
        })
    }
  })

  test('weighs little, loads nothing, and fits where words are long', async () => {
    for (const language of ['de', 'ja'] as const) {
      await show(preview(previewView('classic', language)), 'narrow', 'light')
      expect(Buffer.byteLength(html)).toBeLessThan(30_000)
      expect(asked).toEqual(['http://localhost/login'])
      expect(await width()).toBeLessThanOrEqual(320)
    }
  })
})
