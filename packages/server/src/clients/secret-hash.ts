import { createHmac } from 'node:crypto'
import type { ServerContext } from '../context.js'
import { equalText } from '../crypto/equal.js'
import { errors } from '../errors.js'
import type { AppClient } from './app-client.js'
import { openClientSecrets } from './client-secret.js'

/**
 * Checks `SECRET_HASH`: Base64(HMAC-SHA256(client secret, username + client id)). A client without a secret must not
 * send one.
 *
 * @param usernames any of these names may have been hashed: clients disagree about alias and canonical name
 * @param missing the answer when the client has a secret and no hash came; its words differ by operation
 */
export function verifySecretHash(
  context: ServerContext,
  client: AppClient,
  hash: string | undefined,
  usernames: readonly string[],
  missing: (clientId: string) => Error,
): void {
  const secrets = openClientSecrets(context, client)
  if (secrets.length === 0) {
    if (hash !== undefined) throw errors.secretHashWrong(client.id)
    return
  }
  if (hash === undefined) throw missing(client.id)
  const matches = secrets.flatMap((secret) =>
    usernames.filter((username) =>
      equalText(
        createHmac('sha256', secret)
          .update(username + client.id)
          .digest('base64'),
        hash,
      ),
    ),
  )
  if (matches.length === 0) throw errors.secretHashWrong(client.id)
}
