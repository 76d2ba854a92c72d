import { COLOUR, isSize, type Mode, RULES, SIZES, VARIABLES } from '../../branding/colour-settings.js'
import { at } from '../../branding/settings.js'
import { type Colour, DARK, declarations, LIGHT } from './style.js'

type Colours = Partial<Record<Colour, string>>

/** An image by its paths on this server. */
export interface ModeImage {
  readonly light?: string | undefined
  readonly dark?: string | undefined
}

/** The images that lie behind a page and its parts. */
export interface Backgrounds {
  readonly page?: ModeImage
  readonly form?: ModeImage
  readonly header?: ModeImage
  readonly footer?: ModeImage
}

const BEHIND: { readonly [B in keyof Backgrounds]-?: string } = {
  page: 'body',
  form: 'main',
  header: '.bar.top',
  footer: '.bar.bottom',
}

/**
 * The CSS of a branding. Of its settings, only colours, sizes and the names of places go into the page.
 *
 * @returns nothing where the settings change nothing
 */
export function brandCss(settings: unknown, backgrounds: Backgrounds = {}): string | undefined {
  const mode = at(settings, 'categories.global.colorSchemeMode')
  const images = (Object.keys(BEHIND) as (keyof Backgrounds)[]).flatMap((part) =>
    behind(part, backgrounds[part], mode),
  )
  const rules = [...coloursCss(settings, mode), ...sizesCss(settings), ...placesCss(settings), ...images]
  return rules.length === 0 ? undefined : rules.join('\n')
}

function coloursCss(settings: unknown, mode: unknown): string[] {
  const lightColours = coloursOf(settings, 'lightMode')
  const darkColours = coloursOf(settings, 'darkMode')
  if (mode === 'LIGHT')
    return [scheme('light', { ...LIGHT, ...lightColours }), ...rulesOf(settings, 'lightMode')]
  if (mode === 'DARK') return [scheme('dark', { ...DARK, ...darkColours }), ...rulesOf(settings, 'darkMode')]
  // What light changes, dark would inherit.
  const inDark = { ...restored(lightColours), ...darkColours }
  return [
    ...(Object.keys(lightColours).length > 0 ? [`:root { ${declarations(lightColours)} }`] : []),
    ...(Object.keys(inDark).length > 0 ? [inScheme('dark', [`:root { ${declarations(inDark)} }`])] : []),
    ...(['light', 'dark'] as const).flatMap((name) => {
      const rules = rulesOf(settings, `${name}Mode`)
      return rules.length > 0 ? [inScheme(name, rules)] : []
    }),
  ]
}

const scheme = (name: 'light' | 'dark', colours: Colours): string =>
  `:root { color-scheme: ${name}; ${declarations(colours)} }`

const inScheme = (name: 'light' | 'dark', rules: readonly string[]): string =>
  `@media (prefers-color-scheme: ${name}) { ${rules.join(' ')} }`

/** The colours of dark pages in place of those that light ones change. */
const restored = (changed: Colours): Colours =>
  Object.fromEntries(Object.entries(DARK).filter(([name]) => Object.hasOwn(changed, name)))

function coloursOf(settings: unknown, mode: Mode): Colours {
  const colours: Colours = Object.fromEntries(
    Object.entries(VARIABLES).flatMap(([name, [component, colour]]) => {
      const found = colourAt(settings, `${component}.${mode}.${colour}`)
      return found === undefined ? [] : [[name, found]]
    }),
  )
  const { accent } = colours
  if (accent === undefined) return colours
  return { glow: `${accent.slice(0, 7)}16`, 'accent-hover': accent, ...colours }
}

const rulesOf = (settings: unknown, mode: Mode): string[] =>
  RULES.flatMap(([component, colour, rule]) => {
    const found = colourAt(settings, `${component}.${mode}.${colour}`)
    return found === undefined ? [] : [rule.replaceAll('$', found)]
  })

function colourAt(settings: unknown, path: string): string | undefined {
  const found = at(settings, path)
  return typeof found === 'string' && COLOUR.test(found) ? `#${found}` : undefined
}

const sizesCss = (settings: unknown): string[] =>
  SIZES.flatMap(([path, rule]) => {
    const found = at(settings, path)
    return isSize(found) ? [rule.replaceAll('$', `${found}px`)] : []
  })

/** How words of the settings are said in CSS. */
const PLACES: readonly (readonly [path: string, rules: Readonly<Record<string, string>>])[] = [
  [
    'categories.form.location.horizontal',
    {
      START: '@media (min-width: 48rem) { main { margin-inline: 8vw auto } }',
      END: '@media (min-width: 48rem) { main { margin-inline: auto 8vw } }',
    },
  ],
  [
    'categories.form.location.vertical',
    { START: 'main { margin-block: 0 auto }', END: 'main { margin-block: auto 0 }' },
  ],
  [
    'categories.global.spacingDensity',
    {
      COMPACT:
        'form { gap: .75rem } header { margin-bottom: 1rem } .logo, .monogram { margin-bottom: .75rem } .more { gap: .375rem; margin-top: 1rem } @media (min-width: 30.01rem) { main { padding: 1.75rem } }',
    },
  ],
  ['components.form.logo.location', alongOf('.logo')],
  ['components.pageHeader.logo.location', alongOf('.bar.top .logo')],
  ['components.pageFooter.logo.location', alongOf('.bar.bottom .logo')],
]

/** Where an image that fits its box is, in the box. */
function alongOf(selector: string) {
  const rule = (position: string) => `${selector} { width: 100%; object-position: ${position} 50% }`
  return { START: rule('0'), CENTER: rule('50%'), END: rule('100%') }
}

const placesCss = (settings: unknown): string[] =>
  PLACES.flatMap(([path, rules]) => {
    const found = at(settings, path)
    const rule = typeof found === 'string' && Object.hasOwn(rules, found) ? rules[found] : undefined
    return rule === undefined ? [] : [rule]
  })

function behind(part: keyof Backgrounds, image: ModeImage | undefined, mode: unknown): string[] {
  // The colour below an image is another setting's.
  const rule = (path: string) =>
    `${BEHIND[part]} { background-image: url("${path}"); background-position: center; background-size: cover; background-repeat: no-repeat${part === 'page' ? '; background-attachment: fixed' : ''} }`
  const { light, dark } = image ?? {}
  const isDarkUsed = dark !== undefined && mode !== 'LIGHT'
  return [
    ...(light === undefined ? [] : [rule(light)]),
    ...(isDarkUsed ? [mode === 'DARK' ? rule(dark) : inScheme('dark', [rule(dark)])] : []),
  ]
}
