import type { Context } from 'hono'
import type { HtmlEscapedString } from 'hono/utils/html'
import type { Call } from '../clients/call.js'
import { domainsOfPool } from '../domains/domain.js'
import { type CheckedRequest, readAuthorizeRequest } from './authorize-request.js'
import { brandOf } from './brand.js'
import { readOwnCookie, setOwnCookie } from './cookies.js'
import { csrfToken } from './csrf.js'
import { formTarget } from './form-target.js'
import { type OAuthEnv, type OAuthRequest, pageCall } from './oauth-request.js'
import type { Message } from './pages/form.js'
import { chooseLanguage, type Language, languageOf, textsIn } from './pages/languages.js'
import { pageHeaders } from './pages/page.js'
import type { View } from './pages/view.js'

/** A request to a page of a client, which has the parameters of an authorization request. */
export interface PageRequest extends CheckedRequest {
  readonly c: Context<OAuthEnv>
  readonly oauth: OAuthRequest
  readonly view: View
  /** What is said above the form, where something has happened before. */
  readonly told?: Message | undefined
  /** Of the answer. Default: 200. */
  readonly status?: 400 | 403
}

/**
 * Every page begins with the checks of /oauth2/authorize: bookmarks and applications lead to pages directly.
 *
 * @throws {ErrorPage}
 * @throws {RedirectError}
 */
export async function openPage(
  c: Context<OAuthEnv>,
  oauth: OAuthRequest,
  query: URLSearchParams,
): Promise<PageRequest> {
  const checked = await readAuthorizeRequest(oauth, query)
  const { client, pool, request } = checked
  const language = languageOfPage(c, oauth, request.lang)
  const markup = (await managedLoginVersion(oauth, pool.id)) === 1 ? 'classic' : 'managed'
  const view: View = {
    markup,
    language,
    texts: textsIn(language),
    application: client.name,
    brand: await brandOf(oauth.context, client, markup),
    csrf: csrfToken(c, oauth, pool.id),
    search: `?${request.query}`,
  }
  return { ...checked, c, oauth, view }
}

/** A domain that says nothing has the classic pages, as at the service; so has a pool's domain on the server's own host. */
async function managedLoginVersion(
  { context, domain }: OAuthRequest,
  userPoolId: string,
): Promise<number | undefined> {
  const [found] = domain ? [domain] : await domainsOfPool(context.db, userPoolId)
  return found && (found.settings.ManagedLoginVersion ?? 1)
}

const LANGUAGE_COOKIE = 'lang'
const YEAR = 365 * 24 * 3600

/** The language of a page. One that was asked for is remembered. */
export function languageOfPage(
  c: Context<OAuthEnv>,
  oauth: Pick<OAuthRequest, 'isSecure'>,
  asked: string | undefined,
): Language {
  const remembered = readOwnCookie(c, oauth, LANGUAGE_COOKIE)
  const language = chooseLanguage(asked, remembered, c.req.header('accept-language'))
  if (languageOf(asked) === language && remembered !== language)
    setOwnCookie(c, oauth, LANGUAGE_COOKIE, language, YEAR)
  return language
}

/** The request as the flows see it. */
export const callOf = (page: PageRequest, operation: string): Call => pageCall(page.oauth, page, operation)

/** Answers with a page. */
export function show(
  page: PageRequest,
  shown: HtmlEscapedString | Promise<HtmlEscapedString>,
  /** Origins that the page's forms lead to beside the application's. */
  leadTo: readonly string[] = [],
): Promise<Response> {
  const { c, view, request, status = 200 } = page
  const headers = pageHeaders({
    formsLeadTo: [...new Set([formTarget(request.redirectUri) ?? [], leadTo].flat())],
    script: true,
    css: view.brand.css,
    images: view.brand.images ?? false,
  })
  return Promise.resolve(c.html(shown, status, headers))
}

/** Sends the browser to another page of the same request. */
export const goTo = ({ c, view }: PageRequest, path: string): Response =>
  c.redirect(`${path}${view.search}`, 302)
