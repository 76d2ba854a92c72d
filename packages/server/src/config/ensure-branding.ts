import { describeBranding, findBranding, insertBranding } from '../branding/managed-login-branding.js'
import { assertLinks, insertTerms, termsOfClient } from '../branding/terms.js'
import { ALL_CLIENTS, findUiCustomization, setUiCustomization } from '../branding/ui-customization.js'
import type { ServerContext } from '../context.js'
import type { Transaction } from '../db/schema.js'
import type { UserPool } from '../pools/user-pool.js'
import type { ClientConfig, UiCustomizationConfig } from './config.js'
import { differences } from './differences.js'

/** Makes the declared looks of a client's pages, unless there are some. */
export async function ensureBranding(
  context: ServerContext,
  tx: Transaction,
  pool: UserPool,
  clientId: string,
  { uiCustomization, branding, terms = [] }: ClientConfig,
  warn: (sentence: string) => void,
): Promise<void> {
  if (uiCustomization) await ensureUiCustomization(context, tx, pool, clientId, uiCustomization, warn)
  if (branding) {
    const existing = await findBranding(tx, pool.id, { clientId })
    if (existing) {
      const { UseCognitoProvidedValues, Settings, Assets } = await describeBranding(tx, existing)
      const { UseCognitoProvidedValues: provided = false, Assets: assets = [] } = branding
      const stored = { UseCognitoProvidedValues, Settings, Assets }
      const declared = { UseCognitoProvidedValues: provided, Settings: branding.Settings, Assets: assets }
      told(warn, `The branding of app client ${clientId}`, differences(declared, stored))
    } else await insertBranding(context, tx, pool.id, clientId, branding)
  }
  const existing = await termsOfClient(tx, clientId)
  for (const { TermsName: name, ...settings } of terms) {
    const found = existing.find((each) => each.name === name)
    if (found) told(warn, `The ${name} of app client ${clientId}`, differences(settings, found.settings))
    else {
      assertLinks(settings)
      await insertTerms(context, tx, { userPoolId: pool.id, clientId, name, settings })
    }
  }
}

/** The same for the classic pages of a client, or of all clients of a pool. */
export async function ensureUiCustomization(
  context: ServerContext,
  tx: Transaction,
  pool: UserPool,
  scope: string,
  { CSS: css, ImageFile: image }: UiCustomizationConfig,
  warn: (sentence: string) => void,
): Promise<void> {
  const existing = await findUiCustomization(tx, pool.id, scope)
  if (existing?.scope !== scope) return await setUiCustomization(context, tx, pool.id, scope, { css, image })
  const whose = scope === ALL_CLIENTS ? `user pool ${pool.id}` : `app client ${scope}`
  const stored = { CSS: existing.css, ImageFile: existing.image }
  told(warn, `The UI customization of ${whose}`, differences({ CSS: css, ImageFile: image }, stored))
}

function told(warn: (sentence: string) => void, what: string, changed: readonly string[]): void {
  if (changed.length > 0)
    warn(`${what} differs from its declaration in ${changed.join(', ')}; it stays as it is in the database.`)
}
