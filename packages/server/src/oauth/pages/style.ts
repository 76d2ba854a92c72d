/** The colours of the pages, in light and in dark. */
export const LIGHT = {
  accent: '#2f4fd0',
  'accent-hover': '#2640ad',
  'on-accent': '#fff',
  link: 'var(--accent)',
  page: '#f4f5f9',
  glow: '#2f4fd014',
  surface: '#fff',
  text: '#161a23',
  muted: '#5a6170',
  line: '#858c9b',
  hair: '#e2e5ec',
  bad: '#b3261e',
  'bad-surface': '#fdf2f1',
  good: '#126a39',
  'good-surface': '#eef8f1',
} as const

export type Colour = keyof typeof LIGHT
export const DARK: Readonly<Record<Colour, string>> = {
  accent: '#95abff',
  'accent-hover': '#b3c3ff',
  'on-accent': '#0c1333',
  link: 'var(--accent)',
  page: '#0e1016',
  glow: '#95abff17',
  surface: '#171a22',
  text: '#eceef4',
  muted: '#a5acbb',
  line: '#6f7787',
  hair: '#2a2f3b',
  bad: '#ffb0a8',
  'bad-surface': '#331b1c',
  good: '#86dfab',
  'good-surface': '#14291d',
}

/** Colours as declarations of CSS. */
export const declarations = (colours: Readonly<Partial<Record<Colour, string>>>): string =>
  Object.entries(colours)
    .map(([name, value]) => `--${name}: ${value}`)
    .join('; ')

/**
 * How all pages look. It is a layer, so that the CSS of a brand wins whatever its selectors are. Fonts are those of the
 * system, and nothing is loaded, so nothing moves while a page appears.
 */
export const STYLE = `@layer base {
:root { color-scheme: light dark; --radius: .75rem; ${declarations(LIGHT)} }
@media (prefers-color-scheme: dark) { :root { ${declarations(DARK)} } }
*, ::before, ::after { box-sizing: border-box }
html { -webkit-text-size-adjust: 100%; text-size-adjust: 100% }
body { margin: 0; min-height: 100vh; min-height: 100dvh; display: flex; flex-direction: column; align-items: center;
  padding: 2rem 1rem 1.25rem; background: radial-gradient(70rem 44rem at 50% -12rem, var(--glow), transparent 70%) no-repeat
  var(--page); color: var(--text); font: 1rem/1.5 ui-sans-serif, system-ui, -apple-system, "Segoe UI", Roboto,
  "Helvetica Neue", "Noto Sans", "Hiragino Sans", "Noto Sans CJK JP", sans-serif; -webkit-font-smoothing: antialiased }
main { width: 100%; max-width: 27rem; margin: auto; padding: 2.5rem; border: 1px solid var(--hair); border-radius:
  1.25rem; background: var(--surface); box-shadow: 0 1px 2px #0b10200a, 0 12px 40px -8px #0b10201f }
header { margin-bottom: 1.75rem }
.monogram { display: grid; place-items: center; width: 2.75rem; height: 2.75rem; margin-bottom: 1.5rem; border-radius:
  .8rem; background: var(--accent); color: var(--on-accent); font-size: 1.25rem; font-weight: 650; line-height: 1 }
.logo { display: block; height: 3rem; max-width: 100%; margin-bottom: 1.5rem; object-fit: contain; object-position: 0 50% }
.graphic { display: block; height: 4rem; max-width: 100%; margin-bottom: 1rem; object-fit: contain; object-position: 0 50% }
.icon { flex: none; width: 1.25rem; height: 1.25rem; object-fit: contain }
.bar { align-self: stretch; min-height: 4rem; padding: 1rem 1.5rem; background: var(--surface) }
.bar .logo { height: 2rem; margin: 0 }
.bar.top { margin: -2rem -1rem 2rem; border-bottom: 1px solid var(--hair) }
.bar.bottom { margin: 2rem -1rem -1.25rem; border-top: 1px solid var(--hair) }
.outside { width: 100%; max-width: 27rem; margin-top: auto }
.outside + main { margin-top: 0 }
.outside.below { margin: 1.5rem 0 auto }
main:has(+ .below) { margin-bottom: 0 }
h1 { margin: 0; font-size: 1.5rem; font-weight: 650; line-height: 1.25; letter-spacing: -.018em; text-wrap: pretty }
h1 + p { margin: .5rem 0 0; color: var(--muted); text-wrap: pretty }
p { margin: 0; overflow-wrap: anywhere }
strong { font-weight: 600; color: var(--text) }
form { display: grid; gap: 1.25rem }
form > div { min-width: 0 }
label, legend { display: block; padding: 0; font-size: .9375rem; font-weight: 500 }
fieldset { display: grid; gap: .625rem; min-width: 0; margin: 0; padding: 0; border: 0 }
.input { width: 100%; height: 3rem; margin-top: .375rem; padding: 0 .875rem; border: 1px solid var(--line); border-radius:
  var(--radius); background: var(--surface); color: inherit; font: inherit; transition: border-color .12s, box-shadow .12s }
.input::placeholder { color: var(--muted); opacity: 1 }
.input:focus { outline: 2px solid var(--accent); outline-offset: -1px; border-color: var(--accent); box-shadow: 0 0 0 4px
  var(--glow) }
.input[aria-invalid] { border-color: var(--bad) }
.code { height: 3.5rem; font-size: 1.5rem; font-variant-numeric: tabular-nums; letter-spacing: .3em; text-align: center }
.hint { margin-top: .375rem; color: var(--muted); font-size: .875rem }
.error { margin-top: .375rem; color: var(--bad); font-size: .875rem; font-weight: 500 }
.below { display: flex; flex-wrap: wrap; justify-content: space-between; gap: .25rem 1rem; margin-top: .625rem;
  font-size: .9375rem }
.check { display: inline-flex; align-items: center; gap: .5rem; min-height: 1.5rem; font-weight: 400; cursor: pointer }
[type=checkbox], [type=radio] { appearance: none; flex: none; display: grid; place-items: center; width: 1.125rem; height:
  1.125rem; margin: 0; border: 1px solid var(--line); border-radius: .3rem; background: var(--surface); cursor: inherit }
[type=radio] { border-radius: 50% }
[type=checkbox]:checked { border-color: var(--accent); background: var(--accent) }
[type=checkbox]:checked::before { content: ""; width: .375rem; height: .6875rem; margin-top: -.125rem; border: solid
  var(--on-accent); border-width: 0 2px 2px 0; transform: rotate(42deg) }
[type=radio]:checked { border: .3125rem solid var(--accent) }
.option { display: flex; align-items: center; gap: .75rem; min-height: 3.25rem; padding: .625rem .875rem; border: 1px solid
  var(--line); border-radius: var(--radius); font-weight: 500; cursor: pointer; transition: border-color .12s, background .12s }
.option:has(:checked) { border-color: var(--accent); background: var(--glow); box-shadow: inset 0 0 0 1px var(--accent) }
.option:has(:focus-visible) { outline: 3px solid var(--accent); outline-offset: 2px }
.option :focus-visible { outline: 0 }
.button { display: flex; align-items: center; justify-content: center; gap: .625rem; width: 100%; min-height: 3rem;
  padding: .625rem 1rem; border: 1px solid transparent; border-radius: var(--radius); background: var(--accent); color:
  var(--on-accent); font: inherit; font-weight: 600; text-align: center; text-decoration: none; cursor: pointer;
  white-space: normal; overflow-wrap: anywhere; transition: background .12s, border-color .12s }
.button:hover { background: var(--accent-hover) }
.quiet { border-color: var(--line); background: transparent; color: var(--text) }
.quiet:hover { border-color: var(--text); background: var(--glow) }
.button svg { flex: none; width: 1.25rem; height: 1.25rem }
.drawn { fill: none; stroke: currentColor; stroke-width: 1.75; stroke-linecap: round; stroke-linejoin: round }
.link { padding: 0; border: 0; background: none; font: inherit; cursor: pointer }
a:not(.button), .link { color: var(--link); font-weight: 500; text-decoration: underline; text-decoration-thickness: 1px;
  text-underline-offset: .2em }
a:not(.button):hover, .link:hover { color: var(--link); text-decoration-thickness: 2px }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px }
:is(a, .link):focus-visible { border-radius: .25rem }
.alert { display: flex; gap: .625rem; margin-bottom: 1.25rem; padding: .75rem .875rem; border-radius: var(--radius);
  background: var(--bad-surface); color: var(--bad); font-size: .9375rem; font-weight: 500 }
.alert::before { content: "!"; flex: none; display: grid; place-items: center; width: 1.25rem; height: 1.25rem; margin-top:
  .0625rem; border: 1.5px solid; border-radius: 50%; font-size: .8125rem; font-weight: 700; line-height: 1 }
.alert.good { background: var(--good-surface); color: var(--good) }
.alert.good::before { content: "\\2713" }
.or { display: flex; align-items: center; gap: 1rem; margin: 1.5rem 0; color: var(--muted); font-size: .875rem }
.or::before, .or::after { content: ""; flex: 1; border-top: 1px solid var(--hair) }
.stack { display: grid; gap: .75rem }
.apart { margin-top: .75rem }
.more { display: grid; gap: .75rem; justify-items: center; margin-top: 1.75rem; color: var(--muted); font-size: .9375rem;
  text-align: center }
.rules { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 10rem), 1fr)); gap: .25rem .75rem; margin:
  .75rem 0 0; padding: 0; color: var(--muted); font-size: .875rem; list-style: none }
.rules li { display: flex; gap: .5rem }
.rules li::before { content: "\\2022"; flex: none; width: .875rem; text-align: center }
.rules .met { color: var(--good) }
.rules .met::before { content: "\\2713" }
.qr { display: block; width: 12.5rem; max-width: 100%; margin: 0 auto; padding: .75rem; border-radius: var(--radius);
  background: #fff; border: 1px solid var(--hair) }
.qr + .hint { margin-top: 1rem }
.key { margin-top: .5rem; padding: .75rem .875rem; border-radius: var(--radius); background: var(--page); font: 500 1rem/1.6 ui-monospace, "SF Mono", Menlo, monospace; letter-spacing: .04em; user-select:
  all }
.mark { display: block; width: 2.75rem; height: 2.75rem; margin-bottom: 1.25rem; fill: none; stroke: var(--bad);
  stroke-width: 2.5; stroke-linecap: round; stroke-linejoin: round }
.mark.good { stroke: var(--good) }
dl { margin: 1.5rem 0 }
dd + dt { margin-top: .875rem }
dt { color: var(--muted); font-size: .875rem }
dd { margin: 0; font-weight: 500; overflow-wrap: anywhere }
ul { padding-left: 1.25rem }
main > p + p { margin-top: .75rem }
main > form + p { margin-top: 1.25rem; color: var(--muted); font-size: .9375rem }
nav { display: flex; flex-wrap: wrap; justify-content: center; gap: .25rem 1.125rem; margin-top: 1.5rem; font-size: .875rem }
nav a:not(.button) { padding: .25rem 0; color: var(--muted); font-weight: 400; text-decoration: none }
nav a:not(.button):hover { color: var(--text); text-decoration: underline }
nav a[aria-current]:not(.button) { color: var(--text); font-weight: 550 }
@media (scripting: none) { .scripted { display: none } }
@media (scripting: enabled) { .unscripted { display: none } }
@media (max-width: 30rem) {
  body { padding: 0 0 1rem; background: var(--surface) }
  .bar.top { margin: 0 0 1rem }
  .bar.bottom { margin: 1rem 0 -1rem }
  .outside { padding: 1rem 1.25rem 0 }
  main { margin: 0 auto auto; padding: 2rem 1.25rem 1.5rem; border: 0; border-radius: 0; background: none; box-shadow: none }
}
@media (prefers-reduced-motion: no-preference) { @view-transition { navigation: auto } }
@media (prefers-reduced-motion: reduce) { * { transition: none !important } }
}`
