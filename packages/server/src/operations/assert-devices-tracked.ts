import { errors } from '../errors.js'
import { rulesOf } from '../pools/rules.js'
import type { UserPool } from '../pools/user-pool.js'

/** @throws InvalidUserPoolConfigurationException the pool does not track devices */
export function assertDevicesTracked(pool: UserPool): void {
  if (!rulesOf(pool).devices) throw errors.devicesNotTracked()
}
