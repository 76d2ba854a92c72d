import { createHash } from 'node:crypto'
import { raw } from 'hono/html'
import type { Child } from 'hono/jsx'

const STYLE = `
:root { color-scheme: light dark }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; background: #f4f5f7; color: #1b1f24;
  font: 1rem/1.5 system-ui, sans-serif }
main { box-sizing: border-box; width: min(26rem, 100%); padding: 2rem; border-radius: .75rem; background: #fff;
  box-shadow: 0 1px 2px #0002, 0 8px 24px #0001 }
h1 { margin: 0 0 .5rem; font-size: 1.375rem; line-height: 1.25 }
p { margin: 0 0 .75rem }
p:last-child { margin: 0 }
dt { font-size: .875rem; opacity: .75 }
dd { margin: 0 0 .5rem; font-family: ui-monospace, monospace; font-size: .875rem; overflow-wrap: anywhere }
form { margin: 1rem 0 }
button { box-sizing: border-box; width: 100%; min-height: 2.75rem; padding: .5rem 1rem; border: 0; border-radius: .5rem;
  background: #1b5fc4; color: #fff; font: inherit; font-weight: 600; cursor: pointer }
button:hover { background: #164fa3 }
button:focus-visible { outline: 3px solid #1b5fc4; outline-offset: 2px }
ul { margin: 0; padding-left: 1.25rem }
.mark { display: block; width: 2.5rem; height: 2.5rem; margin-bottom: 1rem; fill: none; stroke-width: 2.5;
  stroke-linecap: round; stroke-linejoin: round }
.good { stroke: #117a37 }
.bad { stroke: #b3261e }
@media (prefers-color-scheme: dark) {
  body { background: #14171a; color: #e8eaed }
  main { background: #1f2327; box-shadow: none }
  button { background: #8ab4f8; color: #14171a }
  button:hover { background: #a6c6fa }
  button:focus-visible { outline-color: #8ab4f8 }
  .good { stroke: #5fd18a }
  .bad { stroke: #ff8a80 }
}
`

const headers = (formAction: "'none'" | "'self'") => ({
  'content-security-policy': `default-src 'none'; style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'; base-uri 'none'; form-action ${formAction}; frame-ancestors 'none'`,
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'cache-control': 'no-store',
})

/**
 * Nothing runs, nothing is loaded from anywhere, and no other page frames this one. Its address may have a code in it:
 * it is not told to other sites and not kept.
 */
export const PAGE_HEADERS = headers("'none'")

/** The same for a page with a form, which goes to this server. */
export const FORM_PAGE_HEADERS = headers("'self'")

/** A page for a user, in the plain dress of a server that knows no brand. */
export const Page = ({ title, children }: { title: string; children: Child }) => (
  <>
    {raw('<!doctype html>')}
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="robots" content="noindex" />
        <title>{title}</title>
        <style>{raw(STYLE)}</style>
      </head>
      <body>
        <main>{children}</main>
      </body>
    </html>
  </>
)
