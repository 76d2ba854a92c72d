import { errors } from '../errors.js'
import { schemaByName } from '../pools/schema.js'
import type { UserPool } from '../pools/user-pool.js'
import type { AppClient } from './app-client.js'

/** What the service alone writes. */
export const NEVER_WRITABLE = ['sub', 'email_verified', 'phone_number_verified', 'identities']

/**
 * Whether the client may write an attribute. A client without a list may write everything that is not the
 * service's own.
 */
export function canWrite(pool: UserPool, client: AppClient, name: string): boolean {
  if (NEVER_WRITABLE.includes(name)) return false
  if (schemaByName(pool).get(name)?.developerOnly) return false
  return client.settings.WriteAttributes?.includes(name) ?? true
}

/** Whether the client may see an attribute. Without a list it sees everything but what is for developers only. */
export function canRead(client: AppClient, name: string): boolean {
  if (name.startsWith('dev:')) return false
  return name === 'sub' || (client.settings.ReadAttributes?.includes(name) ?? true)
}

/** @throws NotAuthorizedException */
export function assertWritable(pool: UserPool, client: AppClient, names: readonly string[]): void {
  if (names.some((name) => !canWrite(pool, client, name))) throw errors.unauthorizedAttribute()
}
