import { errors } from '../errors.js'
import { rulesOf } from '../pools/rules.js'
import type { UserPool } from '../pools/user-pool.js'

/** @throws OperationNotEnabledException */
export function assertSessionsTracked(pool: UserPool): void {
  if (rulesOf(pool).maxSessions === undefined) throw errors.sessionsNotTracked()
}
