import type { ServerContext } from '../context.js'
import { timestamp } from '../wire/timestamp.js'
import type { Identity } from './identity.js'
import type { IdentityPool } from './identity-pool.js'
import { canonicalProvider } from './provider-name.js'

/** An identity as the API shows it. Providers bear the names that the identity pool has for them. */
export function describeIdentity(
  context: ServerContext,
  pool: IdentityPool,
  { id, createdAt, updatedAt }: Identity,
  providers: readonly string[],
) {
  const names = new Map(
    (pool.settings.CognitoIdentityProviders ?? []).map(({ ProviderName = '' }) => [
      canonicalProvider(context, ProviderName),
      ProviderName,
    ]),
  )
  return {
    IdentityId: id,
    Logins: [...new Set(providers.map((provider) => names.get(provider) ?? provider))],
    CreationDate: timestamp(createdAt),
    LastModifiedDate: timestamp(updatedAt),
  }
}
