// What each colour of a managed-login branding changes. Before its path is the component, after it the colour; the mode
// stands between. A rule has `$` where the colour goes.

export type Mode = 'lightMode' | 'darkMode'

/** Colours that the pages are drawn with, by the names of their CSS variables. */
export const VARIABLES = {
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
} as const

type ColourRule = readonly [component: string, colour: string, rule: string]

const PRIMARY = '.button:not(.quiet)'
const SECONDARY = '.quiet:not(.idp)'

/** A button's colours in one of its states. */
const stateOf = (component: string, state: string, selector: string): ColourRule[] => [
  [component, `${state}.backgroundColor`, `${selector} { background: $ }`],
  [component, `${state}.borderColor`, `${selector} { border-color: $ }`],
  [component, `${state}.textColor`, `${selector} { color: $ }`],
]

/** A bar across the page, and what is below or above it. */
const barOf = (component: string, selector: string): ColourRule[] => [
  [component, 'background.color', `${selector} { background-color: $ }`],
  [component, 'borderColor', `${selector} { border-color: $ }`],
]

/** The colours that change one thing. */
export const RULES: readonly ColourRule[] = [
  ...stateOf('components.primaryButton', 'active', `${PRIMARY}:active`),
  // A form that is on its way cannot be sent again.
  ...stateOf('components.primaryButton', 'disabled', `form[data-sent] ${PRIMARY}`),
  ['components.primaryButton', 'hover.textColor', `${PRIMARY}:hover { color: $ }`],
  ...stateOf('components.secondaryButton', 'defaults', SECONDARY),
  ...stateOf('components.secondaryButton', 'hover', `${SECONDARY}:hover`),
  ...stateOf('components.secondaryButton', 'active', `${SECONDARY}:active`),
  ...stateOf('components.idpButton.standard', 'defaults', '.idp'),
  ...stateOf('components.idpButton.standard', 'hover', '.idp:hover'),
  ...stateOf('components.idpButton.standard', 'active', '.idp:active'),
  ['components.alert', 'error.backgroundColor', '.alert:not(.good, .late) { background: $ }'],
  ['components.alert', 'error.borderColor', '.alert:not(.good, .late) { border: 1px solid $ }'],
  ['components.pageText', 'bodyColor', 'main { color: $ } h1, strong { color: var(--text) }'],
  ...barOf('components.pageHeader', '.bar.top'),
  ...barOf('components.pageFooter', '.bar.bottom'),
  ['componentClasses.divider', 'borderColor', '.or::before, .or::after { border-color: $ }'],
  [
    'componentClasses.focusState',
    'borderColor',
    ':focus-visible, .option:has(:focus-visible), .input:focus { outline-color: $ } .input:focus { border-color: $ }',
  ],
  ['componentClasses.input', 'defaults.backgroundColor', '.input { background: $ }'],
  ['componentClasses.input', 'placeholderColor', '.input::placeholder { color: $ }'],
  ['componentClasses.inputDescription', 'textColor', '.hint, .rules { color: $ }'],
  ['componentClasses.inputLabel', 'textColor', 'label, legend { color: $ }'],
  ['componentClasses.link', 'hover.textColor', 'main a:not(.button):hover, .link:hover { color: $ }'],
  [
    'componentClasses.optionControls',
    'defaults.backgroundColor',
    '.option, [type=checkbox], [type=radio] { background: $ }',
  ],
  [
    'componentClasses.optionControls',
    'defaults.borderColor',
    '.option, [type=checkbox], [type=radio] { border-color: $ }',
  ],
  [
    'componentClasses.optionControls',
    'selected.backgroundColor',
    '[type=checkbox]:checked { border-color: $; background: $ } [type=radio]:checked { border-color: $ } .option:has(:checked) { border-color: $; box-shadow: inset 0 0 0 1px $ }',
  ],
  [
    'componentClasses.optionControls',
    'selected.foregroundColor',
    '[type=checkbox]:checked::before { border-color: $ } [type=radio]:checked { background: $ }',
  ],
  [
    'componentClasses.statusIndicator',
    'error.indicatorColor',
    '.error, .alert:not(.good, .late) { color: $ } .input[aria-invalid] { border-color: $ }',
  ],
  [
    'componentClasses.statusIndicator',
    'error.backgroundColor',
    '.error { padding: .25rem .5rem; background: $ }',
  ],
  [
    'componentClasses.statusIndicator',
    'error.borderColor',
    '.error { padding: .25rem .5rem; border: 1px solid $ }',
  ],
  ['componentClasses.statusIndicator', 'success.indicatorColor', '.rules .met, .alert.good { color: $ }'],
  ['componentClasses.statusIndicator', 'success.backgroundColor', '.alert.good { background: $ }'],
  ['componentClasses.statusIndicator', 'success.borderColor', '.alert.good { border: 1px solid $ }'],
  ['componentClasses.statusIndicator', 'warning.indicatorColor', '.alert.late { color: $ }'],
  ['componentClasses.statusIndicator', 'warning.backgroundColor', '.alert.late { background: $ }'],
  ['componentClasses.statusIndicator', 'warning.borderColor', '.alert.late { border: 1px solid $ }'],
  ['componentClasses.statusIndicator', 'pending.indicatorColor', '.rules li:not(.met)::before { color: $ }'],
  // The list of languages.
  [
    'componentClasses.dropDown',
    'defaults.itemBackgroundColor',
    'nav a:not(.button) { padding: .25rem .625rem; background: $ }',
  ],
  ['componentClasses.dropDown', 'hover.itemBackgroundColor', 'nav a:not(.button):hover { background: $ }'],
  [
    'componentClasses.dropDown',
    'hover.itemBorderColor',
    'nav a:not(.button):hover { box-shadow: 0 0 0 1px $ }',
  ],
  ['componentClasses.dropDown', 'hover.itemTextColor', 'nav a:not(.button):hover { color: $ }'],
  [
    'componentClasses.dropDown',
    'match.itemBackgroundColor',
    'nav a[aria-current]:not(.button) { padding: .25rem .625rem; background: $ }',
  ],
  ['componentClasses.dropDown', 'match.itemTextColor', 'nav a[aria-current]:not(.button) { color: $ }'],
]

/** Sizes in pixels, and the rules that they are of. */
export const SIZES: readonly (readonly [path: string, rule: string])[] = [
  ['componentClasses.buttons.borderRadius', '.button { border-radius: $ }'],
  ['componentClasses.input.borderRadius', '.input, .option { border-radius: $ }'],
  ['componentClasses.dropDown.borderRadius', 'nav a:not(.button) { border-radius: $ }'],
  ['components.alert.borderRadius', '.alert { border-radius: $ }'],
  ['components.form.borderRadius', 'main { border-radius: $ }'],
]

/** Colours as the settings write them: RGB and opacity. */
export const COLOUR = /^[\da-f]{6}([\da-f]{2})?$/i

export const isSize = (value: unknown): value is number =>
  typeof value === 'number' && value >= 0 && value <= 100

/** The paths of all colours there are. */
export const COLOUR_PATHS: readonly string[] = [...Object.values(VARIABLES), ...RULES].flatMap(
  ([component, colour]) =>
    (['lightMode', 'darkMode'] as const).map((mode) => `${component}.${mode}.${colour}`),
)
