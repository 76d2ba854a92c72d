import { withoutComments } from '../branding/customization-css.js'
import { findBranding } from '../branding/managed-login-branding.js'
import { customImagePath, findUiCustomization } from '../branding/ui-customization.js'
import type { AppClient } from '../clients/app-client.js'
import type { ServerContext } from '../context.js'
import { assetPath } from './branding-images.js'
import { brandCss } from './pages/brand-css.js'
import type { Brand, View } from './pages/view.js'

/** How the pages of a client look: by the customization of the classic pages, or by the branding of the managed ones. */
export const brandOf = async (
  context: ServerContext,
  client: AppClient,
  markup: View['markup'],
): Promise<Brand> =>
  markup === 'classic' ? await classicBrand(context, client) : await managedBrand(context, client)

async function classicBrand({ db }: ServerContext, { userPoolId, id }: AppClient): Promise<Brand> {
  const found = await findUiCustomization(db, userPoolId, id)
  if (!found) return {}
  return {
    css: found.css && withoutComments(found.css),
    ...(found.image !== undefined && { logo: { light: customImagePath(found) }, images: true }),
  }
}

async function managedBrand({ db }: ServerContext, { userPoolId, id }: AppClient): Promise<Brand> {
  const branding = await findBranding(db, userPoolId, { clientId: id })
  if (!branding || branding.providedValues) return {}
  const assets = await db
    .selectFrom('managed_login_assets')
    .select(['position', 'category', 'color_mode'])
    .where('branding_id', '=', branding.id)
    .where('bytes', 'is not', null)
    .orderBy('position')
    .execute()
  const find = (categories: readonly string[], modes: readonly string[]) => {
    const found = assets.find(
      ({ category, color_mode }) => categories.includes(category) && modes.includes(color_mode),
    )
    return found && assetPath(branding, found.position)
  }
  const both = (...categories: readonly string[]) => {
    const light = find(categories, ['LIGHT', 'DYNAMIC'])
    const dark = find(categories, ['DARK'])
    return { light: light ?? dark, dark: light === undefined ? undefined : dark }
  }
  const logo = both('FORM_LOGO', 'PAGE_HEADER_LOGO')
  return {
    css: brandCss(branding.settings, both('PAGE_BACKGROUND')),
    ...(logo.light !== undefined && { logo: { light: logo.light, dark: logo.dark } }),
    favicon: both('FAVICON_SVG', 'FAVICON_ICO').light,
    images: assets.length > 0,
  }
}
