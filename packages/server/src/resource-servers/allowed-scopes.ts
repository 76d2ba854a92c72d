import type { AppClient } from '../clients/app-client.js'
import { STANDARD_SCOPES } from '../clients/validate-oauth.js'
import type { Queryable } from '../db/schema.js'
import { customScopesOf } from './resource-server.js'

/** What a client may ask for. Of a resource server that was changed or deleted since, only what it still has. */
export async function allowedScopes(db: Queryable, client: AppClient): Promise<readonly string[]> {
  const scopes = client.settings.AllowedOAuthScopes ?? []
  const isCustom = (scope: string) => !STANDARD_SCOPES.includes(scope)
  if (!scopes.some(isCustom)) return scopes
  const custom = await customScopesOf(db, client.userPoolId)
  return scopes.filter((scope) => !isCustom(scope) || custom.includes(scope))
}
