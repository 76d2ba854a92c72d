import { type Colour, DARK, declarations, LIGHT } from './style.js'

type Mode = 'lightMode' | 'darkMode'
type Colours = Partial<Record<Colour, string>>

/** Where the settings of a managed-login branding have each colour of the pages, below the mode. */
const COLOURS: { readonly [C in Colour]?: readonly [before: string, after: string] } = {
  accent: ['components.primaryButton', 'defaults.backgroundColor'],
  'accent-hover': ['components.primaryButton', 'hover.backgroundColor'],
  'on-accent': ['components.primaryButton', 'defaults.textColor'],
  link: ['componentClasses.link', 'defaults.textColor'],
  page: ['components.pageBackground', 'color'],
  surface: ['components.form', 'backgroundColor'],
  hair: ['components.form', 'borderColor'],
  text: ['components.pageText', 'headingColor'],
  muted: ['components.pageText', 'descriptionColor'],
  line: ['componentClasses.input', 'defaults.borderColor'],
}

/** The images that lie behind a page, by their paths. */
export interface Backgrounds {
  readonly light?: string | undefined
  readonly dark?: string | undefined
}

/**
 * The CSS of a branding. Its settings are anybody's JSON: of them, only colours and sizes go into the page, and what the
 * pages have no place for is left out.
 *
 * @returns nothing where the settings change nothing
 */
export function brandCss(settings: unknown, { light, dark }: Backgrounds = {}): string | undefined {
  const lightColours = coloursOf(settings, 'lightMode')
  const darkColours = coloursOf(settings, 'darkMode')
  const rules: string[] = []
  const mode = at(settings, 'categories.global.colorSchemeMode')
  if (mode === 'LIGHT' || mode === 'DARK') {
    const [scheme, all] =
      mode === 'LIGHT' ? ['light', { ...LIGHT, ...lightColours }] : ['dark', { ...DARK, ...darkColours }]
    rules.push(`:root { color-scheme: ${scheme}; ${declarations(all)} }`)
  } else {
    if (Object.keys(lightColours).length > 0) rules.push(`:root { ${declarations(lightColours)} }`)
    // What light changes, dark would inherit.
    const inDark = { ...restored(lightColours), ...darkColours }
    if (Object.keys(inDark).length > 0) rules.push(inDarkScheme(`:root { ${declarations(inDark)} }`))
  }
  const radius = sizeOf(at(settings, 'componentClasses.buttons.borderRadius'))
  if (radius !== undefined) rules.push(`:root { --radius: ${radius} }`)
  const formRadius = sizeOf(at(settings, 'components.form.borderRadius'))
  if (formRadius !== undefined) rules.push(`main { border-radius: ${formRadius} }`)
  if (light !== undefined) rules.push(background(light))
  if (dark !== undefined) rules.push(mode === 'DARK' ? background(dark) : inDarkScheme(background(dark)))
  return rules.length === 0 ? undefined : rules.join('\n')
}

const inDarkScheme = (rule: string): string => `@media (prefers-color-scheme: dark) { ${rule} }`

const background = (path: string): string =>
  `body { background: var(--page) url("${path}") center / cover no-repeat fixed }`

/** The colours of dark pages in place of those that light ones change. */
const restored = (changed: Colours): Colours =>
  Object.fromEntries(Object.entries(DARK).filter(([name]) => Object.hasOwn(changed, name)))

function coloursOf(settings: unknown, mode: Mode): Colours {
  const colours = Object.fromEntries(
    Object.entries(COLOURS).flatMap(([name, [before, after]]) => {
      const colour = at(settings, `${before}.${mode}.${after}`)
      return typeof colour === 'string' && /^[\da-f]{6}([\da-f]{2})?$/i.test(colour)
        ? [[name, `#${colour}`]]
        : []
    }),
  ) as Colours // The names are those of the table.
  const { accent } = colours
  if (accent === undefined) return colours
  return { glow: `${accent.slice(0, 7)}16`, 'accent-hover': accent, ...colours }
}

/** Pixels. */
const sizeOf = (value: unknown): string | undefined =>
  typeof value === 'number' && value >= 0 && value <= 100 ? `${value}px` : undefined

/** What is at a path in JSON. */
const at = (value: unknown, path: string): unknown =>
  path.split('.').reduce<unknown>(
    (found, key) =>
      typeof found === 'object' && found !== null && Object.hasOwn(found, key)
        ? (found as Record<string, unknown>)[key] // An object that has the key.
        : undefined,
    value,
  )
