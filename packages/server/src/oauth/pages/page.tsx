import { createHash } from 'node:crypto'
import { raw } from 'hono/html'
import type { Child } from 'hono/jsx'
import type { Language } from './languages.js'
import { SCRIPT } from './script.js'
import { STYLE } from './style.js'

const hashOf = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`
const STYLE_HASH = hashOf(STYLE)
const SCRIPT_HASH = hashOf(SCRIPT)

/** What a page may do besides being looked at. */
export interface PageNeeds {
  /** Origins and schemes that its forms may lead to, beside this server: Chromium holds redirects to it as well. */
  readonly formsLeadTo?: readonly string[] | 'anywhere' | undefined
  /** Whether it has the script. */
  readonly script?: boolean
  /** The CSS of a brand. */
  readonly css?: string | undefined
  /** Whether it shows images of a brand. */
  readonly images?: boolean
}

/**
 * Nothing runs and nothing applies but what this server wrote into the page, nothing is loaded from elsewhere, and no other
 * page frames this one. Its address may have a code or a state in it: it is not told to other sites and not kept. There is
 * no `Cross-Origin-Opener-Policy`: an application that opened this page as a popup waits for it.
 */
export function pageHeaders({ formsLeadTo, script, css, images }: PageNeeds): Record<string, string> {
  const policy = [
    "default-src 'none'",
    `style-src ${STYLE_HASH}${css === undefined ? '' : ` ${hashOf(css)}`}`,
    ...(script ? [`script-src ${SCRIPT_HASH}`] : []),
    ...(images ? ["img-src 'self'"] : []),
    "base-uri 'none'",
    // There is no source that every scheme of an app matches.
    ...(formsLeadTo === 'anywhere'
      ? []
      : [`form-action ${formsLeadTo ? ["'self'", ...new Set(formsLeadTo)].join(' ') : "'none'"}`]),
    "frame-ancestors 'none'",
  ]
  return {
    'content-security-policy': policy.join('; '),
    'x-frame-options': 'DENY',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    'cache-control': 'no-store',
  }
}

export const PAGE_HEADERS = pageHeaders({})

/** The same for a page with a form, which goes to this server. */
export const FORM_PAGE_HEADERS = pageHeaders({ formsLeadTo: [] })

/** A page for a user. */
export const Page = ({
  title,
  lang = 'en',
  css,
  favicon,
  script = false,
  mainClass,
  before,
  footer,
  children,
}: {
  title: string
  lang?: Language
  css?: string | undefined
  favicon?: string | undefined
  script?: boolean
  mainClass?: string | undefined
  /** What is above the card, and below it. */
  before?: Child
  footer?: Child
  children: Child
}) => (
  <>
    {raw('<!doctype html>')}
    <html lang={lang}>
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="robots" content="noindex" />
        <title>{title}</title>
        {favicon !== undefined && <link rel="icon" href={favicon} />}
        <style>{raw(STYLE)}</style>
        {css !== undefined && <style>{raw(css)}</style>}
      </head>
      <body>
        {before}
        <main class={mainClass}>{children}</main>
        {footer}
        {script && <script>{raw(SCRIPT)}</script>}
      </body>
    </html>
  </>
)
