import type { ServerContext } from '../context.js'
import { equalText } from '../crypto/equal.js'
import type { Transaction } from '../db/schema.js'
import { timestamp } from '../wire/timestamp.js'

/** One of the at most two secrets of a client: while one is being replaced, both are good. */
export interface ClientSecret {
  /** The client's id and when the secret was made, `<client id>--<milliseconds>`. */
  readonly id: string
  readonly sealed: Uint8Array
  readonly createdAt: number
}

/** What of a client its secrets are read with. */
interface WithSecrets {
  readonly id: string
  /** The oldest first; none for a public client. */
  readonly secrets: readonly ClientSecret[]
}

/** @param after the client's newest secret; no two have the same time */
export function sealClientSecret(
  context: ServerContext,
  clientId: string,
  secret: string,
  after?: ClientSecret,
): ClientSecret {
  const createdAt = Math.max(context.clock.now(), (after?.createdAt ?? 0) + 1)
  return {
    id: `${clientId}--${createdAt}`,
    sealed: context.rootKey.seal('client-secret', clientId, Buffer.from(secret)),
    createdAt,
  }
}

export async function insertClientSecret(
  tx: Transaction,
  clientId: string,
  { id, sealed, createdAt }: ClientSecret,
): Promise<void> {
  await tx
    .insertInto('client_secrets')
    .values({ id, client_id: clientId, sealed_secret: sealed, created_at: createdAt })
    .execute()
}

/** What was opened, for as long as the client is remembered: a client may prove its secret with each request. */
const opened = new WeakMap<ClientSecret, string>()

/** The client's secrets, the oldest first; none for a public client. */
export const openClientSecrets = (context: ServerContext, client: WithSecrets): string[] =>
  client.secrets.map((secret) => {
    const text =
      opened.get(secret) ?? context.rootKey.open('client-secret', client.id, secret.sealed)?.toString()
    if (text === undefined)
      throw new Error(`A secret of app client ${client.id} was sealed under another root key.`)
    opened.set(secret, text)
    return text
  })

/** Whether a client with secrets sent one of them, and a client without sent none. */
export function isClientSecret(
  context: ServerContext,
  client: WithSecrets,
  given: string | undefined,
): boolean {
  const secrets = openClientSecrets(context, client)
  if (secrets.length === 0 || given === undefined) return secrets.length === 0 && given === undefined
  return secrets.filter((secret) => equalText(secret, given)).length > 0
}

/** On the wire, without its value. */
export const describeClientSecret = ({ id, createdAt }: ClientSecret) => ({
  ClientSecretId: id,
  ClientSecretCreateDate: timestamp(createdAt),
})
