import axe from 'axe-core'
import type { Page } from 'playwright-core'

/** What axe finds wrong with what a page shows. */
export async function violations(page: Page) {
  await page.evaluate(axe.source)
  const { violations } = await page.evaluate(() => window.axe.run())
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)
}

declare global {
  interface Window {
    axe: typeof axe
  }
}
