import { withoutComments } from '../branding/customization-css.js'
import { findBranding } from '../branding/managed-login-branding.js'
import { at, methodsIn } from '../branding/settings.js'
import { customImagePath, findUiCustomization } from '../branding/ui-customization.js'
import type { AppClient } from '../clients/app-client.js'
import type { ServerContext } from '../context.js'
import { assetPath } from './branding-images.js'
import { brandCss, type ModeImage } from './pages/brand-css.js'
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
  if (!branding) return {}
  const { settings } = branding
  const assets = await db
    .selectFrom('managed_login_assets')
    .select(['position', 'category', 'color_mode', 'resource_id'])
    .where('branding_id', '=', branding.id)
    .where('bytes', 'is not', null)
    .orderBy('position')
    .execute()
  const imageOf = (category: string, resource?: string): ModeImage | undefined => {
    const find = (...modes: readonly string[]) => {
      const found = assets.find(
        (asset) =>
          asset.category === category &&
          modes.includes(asset.color_mode) &&
          (resource === undefined || asset.resource_id === resource),
      )
      return found && assetPath(branding, found.position)
    }
    const light = find('LIGHT', 'DYNAMIC')
    const dark = find('DARK')
    if (light === undefined && dark === undefined) return undefined
    return light === undefined ? { light: dark } : { light, dark }
  }
  // The default is to show an image if there is one.
  const isOn = (path: string): boolean => at(settings, `${path}.enabled`) !== false
  const shown = (path: string, category: string) => (isOn(path) ? imageOf(category) : undefined)
  const bar = (part: 'pageHeader' | 'pageFooter', name: 'PAGE_HEADER' | 'PAGE_FOOTER') =>
    at(settings, `categories.global.${part}.enabled`) === true
      ? { logo: shown(`components.${part}.logo`, `${name}_LOGO`) }
      : undefined
  const header = bar('pageHeader', 'PAGE_HEADER')
  const footer = bar('pageFooter', 'PAGE_FOOTER')
  const icons = new Set(
    assets.flatMap(({ category, resource_id }) => (category === ICON && resource_id) || []),
  )
  const hasGraphics = at(settings, 'categories.form.displayGraphics') !== false
  return {
    css: brandCss(settings, {
      page: shown('components.pageBackground.image', 'PAGE_BACKGROUND'),
      form: shown('components.form.backgroundImage', 'FORM_BACKGROUND'),
      header: header && shown('components.pageHeader.backgroundImage', 'PAGE_HEADER_BACKGROUND'),
      footer: footer && shown('components.pageFooter.backgroundImage', 'PAGE_FOOTER_BACKGROUND'),
    }),
    logo: shown('components.form.logo', 'FORM_LOGO') ?? (header ? undefined : imageOf('PAGE_HEADER_LOGO')),
    logoIsOutside: at(settings, 'components.form.logo.formInclusion') === 'OUT',
    logoIsBelow: at(settings, 'components.form.logo.position') === 'BOTTOM',
    favicon: faviconOf(settings, imageOf),
    images: assets.length > 0,
    header,
    footer,
    hasGraphics,
    graphics: hasGraphics
      ? {
          email: imageOf('EMAIL_GRAPHIC'),
          sms: imageOf('SMS_GRAPHIC'),
          totp: imageOf('AUTH_APP_GRAPHIC'),
          password: imageOf('PASSWORD_GRAPHIC'),
          passkey: imageOf('PASSKEY_GRAPHIC'),
        }
      : {},
    hasInstructions: isOn('categories.form.instructions'),
    hasLanguages: isOn('categories.form.languageSelector'),
    providers: {
      hasIcons: isOn('componentClasses.idpButtons.icons'),
      icons: new Map([...icons].map((name) => [name, imageOf(ICON, name)])),
      comeFirst: methodsIn(at(settings, 'categories.auth.authMethodOrder'))?.[0] === 'FEDERATED',
      order: orderIn(settings),
    },
  }
}

const ICON = 'IDP_BUTTON_ICON'

/** The first kind of icon that is enabled and there. */
function faviconOf(settings: unknown, imageOf: (category: string) => ModeImage | undefined) {
  const enabled = at(settings, 'components.favicon.enabledTypes')
  return ['SVG', 'ICO']
    .filter((type) => !Array.isArray(enabled) || enabled.includes(type))
    .map((type) => imageOf(`FAVICON_${type}`)?.light)
    .find((path) => path !== undefined)
}

function orderIn(settings: unknown): readonly unknown[] {
  const order = at(settings, 'categories.auth.federation.order')
  return Array.isArray(order) ? order : []
}
