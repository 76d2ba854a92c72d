import type { Context } from 'hono'
import type { Call } from '../clients/call.js'
import type { ClientAndPool } from '../clients/known-clients.js'
import type { RequestInfo, ServerContext } from '../context.js'
import type { Domain } from '../domains/domain.js'
import { findDomainOfHost } from '../domains/domain-url.js'

/** What the app knows of every request, beside what operations are told. */
export interface OAuthEnv {
  Variables: RequestInfo & {
    /** Whether the address that the browser has for this server is one of https. */
    readonly isSecure: boolean
  }
}

/** A request to a page or an endpoint of OAuth, before anything is known of its client. */
export interface OAuthRequest extends RequestInfo {
  readonly context: ServerContext
  /** Scheme, host and port that the browser has in its address. */
  readonly origin: string
  readonly isSecure: boolean
  /** The pool's domain that the request came to; nothing on the server's own host, which all pools share. */
  readonly domain: Domain | undefined
}

export async function oauthRequest(context: ServerContext, c: Context<OAuthEnv>): Promise<OAuthRequest> {
  const { host, hostname } = new URL(c.req.url)
  const isSecure = c.get('isSecure')
  return {
    context,
    requestId: c.get('requestId'),
    clientAddress: c.get('clientAddress'),
    userAgent: c.get('userAgent'),
    explain: c.get('explain'),
    about: c.get('about'),
    audit: c.get('audit'),
    origin: `${isSecure ? 'https' : 'http'}://${host}`,
    isSecure,
    domain: await findDomainOfHost(context, hostname),
  }
}

/** A request through a client, as the rules of the sign-in machine see it. */
export const pageCall = (
  { context, requestId, clientAddress, userAgent, explain, about, audit }: OAuthRequest,
  { client, pool }: ClientAndPool,
  operation: string,
): Call => ({
  context,
  client,
  pool,
  by: 'page',
  operation,
  requestId,
  clientAddress,
  userAgent,
  limitedAddress: clientAddress,
  explain,
  about,
  audit,
  metadata: {},
  validationData: {},
})
