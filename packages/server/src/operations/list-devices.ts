import type { PoolCall } from '../clients/call.js'
import { describeDevice } from '../users/describe-device.js'
import { listDevices as devicesOf } from '../users/device.js'
import type { User } from '../users/user.js'
import * as c from '../wire/constraints.js'
import { page, pageStart } from '../wire/page.js'
import { type Parsed, required, structure } from '../wire/shape.js'
import { assertDevicesTracked } from './assert-devices-tracked.js'
import { operation } from './operation.js'

/** The pages of devices, in the two operations that list them. */
export const deviceListMembers = { Limit: c.ListLimit, PaginationToken: c.SearchPaginationToken }

const DeviceList = structure(deviceListMembers)

/** One page of a user's devices. */
export async function listDevicesOf(
  { context, pool, user }: PoolCall & { readonly user: User },
  { Limit, PaginationToken }: Parsed<typeof DeviceList>,
) {
  assertDevicesTracked(pool)
  const limit = Limit || c.MAX_LIMIT
  const list = ['ListDevices', user.id]
  const [after = ''] = pageStart(context, list, PaginationToken) ?? []
  const found = await devicesOf(context.db, user.id, { after, limit: limit + 1 })
  const { rows, token } = page(context, list, found, limit, ({ key }) => [key])
  return { Devices: rows.map(describeDevice), PaginationToken: token }
}

export const listDevices = operation({
  name: 'ListDevices',
  kind: 'user',
  input: structure({ AccessToken: required(c.TokenModel), ...deviceListMembers }),
  run: listDevicesOf,
})
