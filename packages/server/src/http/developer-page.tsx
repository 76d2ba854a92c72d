import { createHash } from 'node:crypto'
import { raw } from 'hono/html'
import type { Child } from 'hono/jsx'
import { PAGE_HEADERS } from '../oauth/pages/page.js'

// Pages for developers, which look like the demo, and not like the pages of a pool's users.

const STYLE = `:root { color-scheme: light dark; --paper: light-dark(#f5f1e8, #0f131b); --card: light-dark(#fffdf8, #171c27);
  --sunken: light-dark(#f1ece0, #10141d); --line: light-dark(#dcd4c2, #303848); --ink: light-dark(#1b2233, #e8e6df);
  --soft: light-dark(#5a6072, #a3abbb); --lapis: light-dark(#1d4fb3, #8fb4ff); --gold: light-dark(#8a6414, #e3bd62);
  --mono: ui-monospace, "SF Mono", "Cascadia Code", "DejaVu Sans Mono", monospace;
  --serif: ui-serif, "Iowan Old Style", "Palatino Linotype", Palatino, "P052", Georgia, serif;
  font: 1rem/1.5 ui-sans-serif, system-ui, "Segoe UI", Roboto, "DejaVu Sans", sans-serif; color: var(--ink);
  background: var(--paper) }
*, ::before, ::after { box-sizing: border-box }
body { max-width: 52rem; min-height: 100svh; margin: 0 auto; padding: clamp(1.25rem, 5vh, 3.5rem) clamp(.75rem, 4vw, 2rem)
  2rem }
.brand { display: inline-flex; align-items: center; gap: .625rem; color: inherit; font: 600 1.5rem/1.15 var(--serif);
  text-decoration: none }
.brand svg { width: 2.25rem; height: 2.25rem }
.top { display: flex; flex-wrap: wrap; align-items: center; justify-content: space-between; gap: .5rem 1.5rem;
  margin-bottom: 1.5rem }
nav { display: flex; flex-wrap: wrap; gap: .25rem 1.25rem }
nav [aria-current] { color: var(--ink); font-weight: 600; text-decoration: none }
h1, h2, p, dl, dd, ul, pre { margin: 0; padding: 0 }
h1 { font: 600 2rem/1.15 var(--serif); letter-spacing: -.01em; text-wrap: balance }
h2 { font-size: 1.0625rem; font-weight: 600; overflow-wrap: anywhere }
.lead { margin-top: .5rem; color: var(--soft); text-wrap: pretty }
a { color: var(--lapis); text-underline-offset: .2em }
code, .mono { font-family: var(--mono); font-size: .875em; overflow-wrap: anywhere }
.card { margin-top: 1.25rem; padding: clamp(1rem, 3.5vw, 1.75rem); border: 1px solid var(--line); border-radius: 1.125rem;
  background: var(--card); box-shadow: 0 1px 2px rgb(20 25 40 / 6%), 0 12px 40px -16px rgb(20 25 40 / 16%) }
.pairs { display: grid; grid-template-columns: fit-content(35%) minmax(0, 1fr); gap: .5rem 1.5rem }
.pairs dt, .meta { color: var(--soft) }
.links { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 18rem), 1fr)); gap: .75rem;
  list-style: none }
.links a { display: block; height: 100%; padding: .875rem 1rem; border: 1px solid var(--line); border-radius: .75rem;
  color: inherit; text-decoration: none }
.links a:hover { border-color: var(--lapis) }
.links strong { display: block; color: var(--lapis) }
.links span { color: var(--soft); font-size: .9375rem }
.row { display: flex; flex-wrap: wrap; align-items: center; gap: .5rem 1rem }
.spread { justify-content: space-between }
.meta { font-size: .9375rem; overflow-wrap: anywhere }
.tag { padding: .0625rem .5rem; border: 1px solid var(--line); border-radius: 1rem; font-size: .8125rem; white-space: nowrap }
.code { display: inline-block; margin-top: .75rem; padding: .375rem .875rem; border: 1px dashed var(--gold); border-radius:
  .625rem; font: 600 1.5rem/1.4 var(--mono); letter-spacing: .12em; overflow-wrap: anywhere; user-select: all }
.body { margin-top: .75rem; padding: .875rem 1rem; border-radius: .625rem; background: var(--sunken); font: inherit;
  font-size: .9375rem; white-space: pre-wrap; overflow-wrap: anywhere }
.body + p { margin-top: .75rem; overflow-wrap: anywhere }
form { display: flex; flex-wrap: wrap; align-items: end; gap: .75rem; margin-top: 1.25rem }
label { display: grid; flex: 1 1 14rem; gap: .25rem; font-size: .9375rem; font-weight: 600 }
form a { padding: .625rem 0 }
input, button { padding: .5625rem .875rem; border: 1px solid light-dark(#8b8676, #66708a); border-radius: .625rem;
  background: light-dark(#fff, #10141d); color: inherit; font: inherit }
input { font-size: 1rem; font-weight: 400 }
button { border-color: color-mix(in srgb, var(--lapis) 55%, transparent); background: none; color: var(--lapis);
  font-weight: 600; cursor: pointer }
:focus-visible { outline: 3px solid var(--gold); outline-offset: 2px }
@media (scripting: none) { .scripted { display: none } }
@media (max-width: 30rem) { .pairs { grid-template-columns: minmax(0, 1fr); gap: 0 } .pairs dd + dt { margin-top: .625rem } }`

const MARK = `<circle cx="32" cy="8" r="5" fill="none" stroke="#c4922c" stroke-width="3.5"/><circle cx="32" cy="37" r="25" fill="#1d4fb3"/><circle cx="32" cy="37" r="16" fill="#fff"/><circle cx="32" cy="37" r="11" fill="#58a6e8"/><circle cx="32" cy="37" r="5.5" fill="#101a33"/>`
const ICON = `data:image/svg+xml,${encodeURIComponent(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64">${MARK}</svg>`)}`

const hashOf = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`

/** As for the pages of users; a script may ask this server. */
export const developerHeaders = (script?: string): Record<string, string> => ({
  ...PAGE_HEADERS,
  'content-security-policy': [
    "default-src 'none'",
    `style-src ${hashOf(STYLE)}`,
    'img-src data:',
    ...(script === undefined ? [] : [`script-src ${hashOf(script)}`, "connect-src 'self'"]),
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; '),
  vary: 'accept',
})

/** @param root the way from the page to the address of the server: it may be reached by another than it was told */
export const DeveloperPage = ({
  title,
  root,
  at,
  script,
  children,
}: {
  title: string
  root: string
  at: 'start' | 'inbox'
  script?: string
  children: Child
}) => (
  <>
    {raw('<!doctype html>')}
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="robots" content="noindex" />
        <title>{title}</title>
        <link rel="icon" href={ICON} />
        <style>{raw(STYLE)}</style>
      </head>
      <body>
        <header class="top">
          <a class="brand" href={root}>
            <svg viewBox="0 0 64 64" aria-hidden="true">
              {raw(MARK)}
            </svg>
            Amulet
          </a>
          <nav aria-label="Pages">
            <a href={root} aria-current={at === 'start' ? 'page' : undefined}>
              User pool
            </a>
            <a href={`${root}_amulet/inbox`} aria-current={at === 'inbox' ? 'page' : undefined}>
              Inbox
            </a>
          </nav>
        </header>
        <main>{children}</main>
        {script !== undefined && <script>{raw(script)}</script>}
      </body>
    </html>
  </>
)
