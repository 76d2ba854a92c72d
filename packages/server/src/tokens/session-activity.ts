import type { Call } from '../clients/call.js'
import type { Queryable } from '../db/schema.js'
import { rulesOf } from '../pools/rules.js'
import { deviceType } from './device-type.js'

/** When, from where and with what a session was last used. */
export interface Activity {
  readonly lastUsedAt: number | null
  readonly lastAddress: string | null
  readonly deviceType: string | null
}

/** In a pool that does not track sessions, none of it is kept. */
export const activityOf = (call: Call): Activity =>
  isTracked(call)
    ? {
        lastUsedAt: call.context.clock.now(),
        lastAddress: call.clientAddress ?? null,
        deviceType: deviceType(call.userAgent),
      }
    : { lastUsedAt: null, lastAddress: null, deviceType: null }

const isTracked = ({ pool }: Call): boolean => rulesOf(pool).maxSessions !== undefined

/** Notes that tokens were refreshed: a use of the sign-in and of the SSO session that it came of. */
export async function noteUse(
  call: Call,
  { id, ssoHash }: { readonly id: string; readonly ssoHash: string | null },
): Promise<void> {
  if (!isTracked(call)) return
  await call.context.db.updateTable('token_families').set(columnsOf(call)).where('id', '=', id).execute()
  if (ssoHash !== null) await noteSsoUse(call, call.context.db, ssoHash)
}

/** @returns whether the session has not ended; where sessions are not tracked, that is not looked for */
export async function noteSsoUse(call: Call, db: Queryable, hash: string): Promise<boolean> {
  if (!isTracked(call)) return true
  const { numUpdatedRows } = await db
    .updateTable('sso_sessions')
    .set(columnsOf(call))
    .where('secret_hash', '=', hash)
    .executeTakeFirst()
  return numUpdatedRows === 1n
}

function columnsOf(call: Call) {
  const { lastUsedAt, lastAddress, deviceType } = activityOf(call)
  return { last_used_at: lastUsedAt, last_address: lastAddress, device_type: deviceType }
}
