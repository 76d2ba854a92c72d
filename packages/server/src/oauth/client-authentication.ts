import { isClientSecret } from '../clients/client-secret.js'
import { type ClientAndPool, findClientAndPool } from '../clients/known-clients.js'
import type { OAuthRequest } from './oauth-request.js'
import { TokenError } from './token-error.js'

/** A client as it has shown itself. */
export interface AuthenticatedClient extends ClientAndPool {
  /** Whether a secret proves it; a public client only says its name. */
  readonly hasProvenSecret: boolean
}

/**
 * The client of a request to the token endpoint: by `Authorization: Basic` or by fields of the form (RFC 6749 section
 * 2.3.1). A client with secrets proves one of them; a client without secrets sends none.
 *
 * @throws {TokenError}
 */
export async function authenticateClient(
  { context, domain, audit }: Pick<OAuthRequest, 'context' | 'domain' | 'audit'>,
  authorization: string | undefined,
  fields: URLSearchParams,
): Promise<AuthenticatedClient> {
  const { id, secret, by } = credentials(authorization, fields)
  if (id === undefined || id === '') throw new TokenError('invalid_request', 'The request names no client.')
  const found = await findClientAndPool(context, id)
  if (!found) throw new TokenError('invalid_client', 'There is no such client.')
  audit.note({ userPoolId: found.pool.id, clientId: found.client.id })
  if (domain && domain.userPoolId !== found.pool.id)
    throw new TokenError('invalid_client', 'The client is not one of the pool whose domain this is.')
  if (!isClientSecret(context, found.client, secret))
    throw new TokenError(
      'invalid_client',
      secret === undefined
        ? 'The client has a secret, and none came.'
        : found.client.secrets.length === 0
          ? 'The client has no secret, and one came.'
          : `The secret in ${by} is not one of the client.`,
      'invalid_client_secret',
    )
  return { ...found, hasProvenSecret: secret !== undefined }
}

interface Credentials {
  readonly id: string | undefined
  readonly secret: string | undefined
  readonly by: string
}

function credentials(authorization: string | undefined, fields: URLSearchParams): Credentials {
  const id = fields.get('client_id') ?? undefined
  // Programs that fill in all fields send an empty one where there is no secret.
  const secret = fields.get('client_secret') || undefined
  if (authorization === undefined) return { id, secret, by: 'the form' }
  const basic = basicCredentials(authorization)
  if (!basic) throw new TokenError('invalid_client', 'The Authorization header is not one of Basic.')
  if (secret !== undefined)
    throw new TokenError('invalid_request', 'The client shows itself in two ways: RFC 6749 section 2.3.')
  if (id !== undefined && id !== basic.id)
    throw new TokenError('invalid_request', 'The form and the Authorization header name two clients.')
  return { ...basic, by: 'the Authorization header' }
}

function basicCredentials(authorization: string): Credentials | undefined {
  const [, encoded] = /^basic +([\w+/=-]+)$/i.exec(authorization) ?? []
  if (encoded === undefined) return undefined
  const text = Buffer.from(encoded, 'base64').toString()
  const colon = text.indexOf(':')
  if (colon === -1) return undefined
  const id = decoded(text.slice(0, colon))
  const secret = decoded(text.slice(colon + 1))
  if (id === undefined || secret === undefined) return undefined
  return { id, secret: secret || undefined, by: '' }
}

/** Both parts are encoded as in a form. Neither has a space, so a plus sign is one that was not encoded. */
function decoded(part: string): string | undefined {
  try {
    return decodeURIComponent(part)
  } catch {
    return undefined
  }
}
