import type { Context, Handler } from 'hono'
import type { ServerContext } from '../context.js'
import { ErrorPage, RedirectError } from './authorize-errors.js'
import { answerError } from './error.js'
import { type OAuthEnv, type OAuthRequest, oauthRequest } from './oauth-request.js'

/** Handles a request of a browser: what is wrong with it sends the browser to the error page, or back to the application. */
export const withRedirects =
  (
    context: ServerContext,
    handle: (c: Context<OAuthEnv>, request: OAuthRequest) => Promise<Response>,
  ): Handler<OAuthEnv> =>
  async (c) => {
    try {
      return await handle(c, await oauthRequest(context, c))
    } catch (thrown) {
      // The client was there when the request was read, and it was deleted before anything could be written.
      const error = context.isReferenceViolation(thrown) ? new ErrorPage('deleted_meanwhile') : thrown
      if (!(error instanceof ErrorPage || error instanceof RedirectError)) throw error
      c.get('explain')(error.message)
      return error instanceof ErrorPage ? await answerError(c, error) : c.redirect(error.location, 302)
    }
  }
