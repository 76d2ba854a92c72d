import type { ServerContext } from '../context.js'
import { errors } from '../errors.js'
import { COLOUR, COLOUR_PATHS, isSize, SIZES } from './colour-settings.js'

/** What may be at a path: a value, or one that the pages cannot follow, and what they lack for it. */
interface Setting {
  readonly isOfType: (value: unknown) => boolean
  readonly isFollowed?: (value: unknown) => boolean
  readonly missing?: string
}

const isText = (value: unknown): value is string => typeof value === 'string'
const flag: Setting = { isOfType: (value) => typeof value === 'boolean' }
const colour: Setting = { isOfType: (value) => isText(value) && COLOUR.test(value) }
const size: Setting = { isOfType: isSize }
const textList: Setting = { isOfType: (value) => Array.isArray(value) && value.every(isText) }
const word = (missing: string, ...words: readonly string[]): Setting => ({
  isOfType: isText,
  isFollowed: (value) => isText(value) && words.includes(value),
  missing,
})
const place = word('the pages have no such place', 'START', 'CENTER', 'END')
const logoOfBar = (component: string): [string, Setting][] => [
  [`${component}.backgroundImage.enabled`, flag],
  [`${component}.logo.enabled`, flag],
  [`${component}.logo.location`, place],
]

/** Ways to sign in, in rows: of their order, the pages follow which come first. */
const methods: Setting = {
  isOfType: (value) => methodsIn(value) !== undefined,
  isFollowed: (value) => methodsIn(value)?.every((type) => METHODS.includes(type)) ?? false,
  missing: 'the pages know no other ways to sign in by than users’ own and those of providers',
}
const METHODS = ['FEDERATED', 'USERNAME_PASSWORD']

/** Their types, in order. */
export function methodsIn(value: unknown): string[] | undefined {
  if (!Array.isArray(value)) return undefined
  const types = value.flat().map((method: unknown) => at(method, 'type'))
  return types.every(isText) ? types : undefined
}

const acceptance: Setting = {
  isOfType: Array.isArray,
  isFollowed: (value) =>
    Array.isArray(value) && value.every((each: unknown) => (at(each, 'enforcement') ?? 'NONE') === 'NONE'),
  missing: 'terms are links, and sign-up asks for no acceptance',
}

/** Every setting that there is, by its path. */
const SETTINGS: ReadonlyMap<string, Setting> = new Map<string, Setting>([
  ['categories.auth.authMethodOrder', methods],
  ['categories.auth.federation.interfaceStyle', word('each provider has a button', 'BUTTON_LIST')],
  ['categories.auth.federation.order', textList],
  ['categories.form.displayGraphics', flag],
  ['categories.form.instructions.enabled', flag],
  ['categories.form.languageSelector.enabled', flag],
  ['categories.form.location.horizontal', place],
  ['categories.form.location.vertical', place],
  ['categories.form.sessionTimerDisplay', word('the pages show no timer', 'NONE')],
  ['categories.global.colorSchemeMode', word('the pages have no such scheme', 'LIGHT', 'DARK', 'DYNAMIC')],
  ['categories.global.pageFooter.enabled', flag],
  ['categories.global.pageHeader.enabled', flag],
  ['categories.global.spacingDensity', word('the pages have no such spacing', 'REGULAR', 'COMPACT')],
  ['categories.signUp.acceptanceElements', acceptance],
  ['componentClasses.idpButtons.icons.enabled', flag],
  ['components.favicon.enabledTypes', textList],
  ['components.form.backgroundImage.enabled', flag],
  ['components.form.logo.enabled', flag],
  ['components.form.logo.formInclusion', word('the pages have no such place', 'IN', 'OUT')],
  ['components.form.logo.location', place],
  ['components.form.logo.position', word('the pages have no such place', 'TOP', 'BOTTOM')],
  ['components.pageBackground.image.enabled', flag],
  ...logoOfBar('components.pageFooter'),
  ...logoOfBar('components.pageHeader'),
  [
    'components.phoneNumberSelector.displayType',
    word('phone numbers are typed with their country code', 'TEXT'),
  ],
  ...SIZES.map(([path]): [string, Setting] => [path, size]),
  ...COLOUR_PATHS.map((path): [string, Setting] => [path, colour]),
])

/** The paths that have settings below them. */
const GROUPS: ReadonlySet<string> = new Set(
  [...SETTINGS.keys()].flatMap((path) => {
    const keys = path.split('.')
    return keys.slice(1).map((_, index) => keys.slice(0, index + 1).join('.'))
  }),
)

/**
 * Refuses settings that are of another type, by name. What is of the right type and the pages cannot follow is treated as
 * what only AWS can do.
 *
 * @throws InvalidParameterException
 */
export function assertBrandingSettings(context: ServerContext, settings: unknown, path = ''): void {
  for (const [key, value] of entriesOf(settings)) {
    const own = path === '' ? key : `${path}.${key}`
    const setting = SETTINGS.get(own)
    if (setting) {
      if (!setting.isOfType(value)) throw errors.brandingSetting(own)
      if (setting.isFollowed?.(value) === false) context.onlyAtAws(`Settings.${own}`, setting.missing ?? '')
    } else if (GROUPS.has(own)) {
      if (!isObject(value)) throw errors.brandingSetting(own)
      assertBrandingSettings(context, value, own)
    } else if (!isObject(value) || Object.keys(value).length > 0)
      context.onlyAtAws(`Settings.${own}`, 'the pages have nothing that it could change')
  }
}

const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const entriesOf = (value: unknown): [string, unknown][] => (isObject(value) ? Object.entries(value) : [])

/** What is at a path in JSON. */
export const at = (value: unknown, path: string): unknown =>
  path.split('.').reduce<unknown>(
    (found, key) =>
      typeof found === 'object' && found !== null && Object.hasOwn(found, key)
        ? (found as Record<string, unknown>)[key] // An object that has the key.
        : undefined,
    value,
  )
