import type { ServerContext } from '../context.js'
import type { Transaction } from '../db/schema.js'
import { findIdentityPool, identityPoolOfRow, newIdentityId } from '../identity-pools/identity-pool.js'
import { insertIdentityPool } from '../identity-pools/save-identity-pool.js'
import { validateIdentityPool, validateRoles } from '../identity-pools/validate-identity-pool.js'
import { differences } from './differences.js'
import type { ParsedConfig } from './parse-config.js'

type DeclaredIdentityPool = NonNullable<ParsedConfig['identityPools']>[number]

/** Creates an identity pool that is declared and missing. @returns its id */
export async function ensureIdentityPool(
  context: ServerContext,
  tx: Transaction,
  declared: DeclaredIdentityPool,
  warn: (sentence: string) => void,
): Promise<string> {
  const { IdentityPoolId: id, IdentityPoolName: name, Roles, RoleMappings, ...settings } = declared
  const roles = { ...(Roles && { Roles }), ...(RoleMappings && { RoleMappings }) }
  const existing = id === undefined ? await findByName(tx, name) : await findIdentityPool(tx, id)
  if (existing) {
    const changed = differences(
      { IdentityPoolName: name, ...settings, ...roles },
      { IdentityPoolName: existing.name, ...existing.settings, ...existing.roles },
    )
    if (changed.length > 0)
      warn(
        `Identity pool ${existing.id} differs from its declaration in ${changed.join(', ')}; it stays as it is in the database.`,
      )
    return existing.id
  }
  validateIdentityPool(settings)
  validateRoles(roles)
  const pool = { id: id ?? newIdentityId(context), name, settings, roles, principalTags: {} }
  await insertIdentityPool(context, tx, pool)
  return pool.id
}

async function findByName(tx: Transaction, name: string) {
  const row = await tx
    .selectFrom('identity_pools')
    .selectAll()
    .where('name', '=', name)
    .orderBy('created_at')
    .executeTakeFirst()
  return row && identityPoolOfRow(row)
}
