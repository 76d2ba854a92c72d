import { asLocation, withQuery } from './redirect-uri.js'

/** An error of a request whose redirect URI cannot be trusted. The user sees it on this server. */
export class ErrorPage extends Error {
  override readonly name = 'ErrorPage'
  readonly error: PageError
  readonly clientId: string | undefined

  constructor(error: PageError, clientId?: string) {
    super(error)
    this.error = error
    this.clientId = clientId
  }
}

export type PageError =
  | 'Client does not exist'
  | 'redirect_mismatch'
  | 'unauthorized_client'
  | 'invalid_state'
  | 'sign_out_unconfirmed'
  | 'deleted_meanwhile'
  | 'client_id_missing'
  | 'redirect_uri_missing'

/** `response_type`: what the application is answered with. */
export type ResponseType = 'code' | 'token'

/** What the redirect URI is told: RFC 6749 section 4.1.2.1. */
export interface Problem {
  readonly error: string
  readonly description?: string
}

/** Where and how the application is answered. */
export interface Redirect {
  readonly redirectUri: string
  readonly responseType: ResponseType
  readonly state: string | undefined
  readonly issuer: string
}

/** What is wrong with a request, as the application is told. */
export class RedirectError extends Error {
  override readonly name = 'RedirectError'
  readonly error: string
  readonly location: string

  /** @param reason for the developer, if the application gets a shorter message */
  constructor({ error, description }: Problem, redirect: Redirect, reason?: string) {
    super(reason ?? description ?? error)
    this.error = error
    this.location = redirectTo(redirect, {
      error,
      ...(description !== undefined && { error_description: description }),
    })
  }
}

/**
 * The address of an answer: in the query for a code and in the fragment for tokens, errors alike. It says who answers (RFC
 * 9207): a client of several servers then finds out that a code is of another one.
 */
export function redirectTo(
  { redirectUri, responseType, state, issuer }: Redirect,
  answer: Readonly<Record<string, string>>,
): string {
  const parameters = { ...answer, ...(state !== undefined && { state }), iss: issuer }
  return responseType === 'token'
    ? `${asLocation(redirectUri)}#${new URLSearchParams(parameters)}`
    : withQuery(redirectUri, parameters)
}
