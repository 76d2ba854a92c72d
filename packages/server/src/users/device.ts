import { createHash } from 'node:crypto'
import type { ServerContext } from '../context.js'
import { randomUuid } from '../crypto/random.js'
import { ONE, prepared } from '../db/prepared.js'
import type { Queryable, Transaction } from '../db/schema.js'
import { errors } from '../errors.js'
import * as c from '../wire/constraints.js'

/** A device that a user has signed in from, and that has confirmed itself. */
export interface Device {
  readonly key: string
  readonly userId: string
  readonly name: string | null
  /** Hexadecimal. */
  readonly salt: string
  readonly sealedVerifier: Uint8Array
  /** Whether the user trusts it. */
  readonly remembered: boolean
  /** The client address of its last sign-in. */
  readonly lastAddress: string | null
  readonly lastUsedAt: number
  readonly createdAt: number
  readonly updatedAt: number
}

interface DeviceRow {
  key: string
  user_id: string
  name: string | null
  salt: string
  sealed_verifier: Uint8Array
  remembered: number
  last_address: string | null
  last_used_at: number
  created_at: number
  updated_at: number
}

const deviceOfRow = (row: DeviceRow): Device => ({
  key: row.key,
  userId: row.user_id,
  name: row.name,
  salt: row.salt,
  sealedVerifier: row.sealed_verifier,
  remembered: row.remembered === 1,
  lastAddress: row.last_address,
  lastUsedAt: row.last_used_at,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
})

/** A key for a device that is not known yet: the part of the pool's id that names the region, and a UUID. */
export const newDeviceKey = (context: ServerContext, userPoolId: string): string =>
  `${userPoolId.slice(0, userPoolId.lastIndexOf('_'))}_${randomUuid(context)}`

const DEVICE_KEY = new RegExp(`^(?:${c.DeviceKey.pattern})$`, 'u')

/** Whether a text could be the key of a device. */
export const isDeviceKey = (text: string): boolean =>
  text.length <= (c.DeviceKey.max ?? 0) && DEVICE_KEY.test(text)

/**
 * The group key that a device gets with its key. It is no secret: a device's password is mixed with both, as a user's is
 * with the names of the pool and the user.
 */
export const deviceGroupKey = (deviceKey: string): string =>
  `-${createHash('sha256').update(deviceKey).digest('hex').slice(0, 8)}`

const deviceByKey = prepared((db, p: { userId: string; key: string }) =>
  db.selectFrom('devices').selectAll().where('user_id', '=', p.userId).where('key', '=', p.key).limit(ONE),
)

/** A device of a user. A device that was not confirmed, or was forgotten, has no row. */
export async function findDevice(db: Queryable, userId: string, key: string): Promise<Device | undefined> {
  const { rows } = await deviceByKey(db, { userId, key })
  return rows[0] && deviceOfRow(rows[0])
}

/** @throws ResourceNotFoundException */
export async function getDevice(db: Queryable, userId: string, key: string): Promise<Device> {
  const device = await findDevice(db, userId, key)
  if (!device) throw errors.deviceNotFound()
  return device
}

/** A user's devices in the order of their keys, after one of them. */
export async function listDevices(
  db: Queryable,
  userId: string,
  { after, limit }: { after: string; limit: number },
): Promise<Device[]> {
  const rows = await db
    .selectFrom('devices')
    .selectAll()
    .where('user_id', '=', userId)
    .where('key', '>', after)
    .orderBy('key')
    .limit(limit)
    .execute()
  return rows.map(deviceOfRow)
}

/** What a device tells of itself when it is confirmed. */
export interface NewDevice {
  readonly key: string
  readonly name: string | undefined
  /** Hexadecimal. */
  readonly salt: string
  readonly verifier: Uint8Array
  readonly remembered: boolean
  readonly address: string | undefined
}

/** @throws DeviceKeyExistsException */
export async function createDevice(
  context: ServerContext,
  tx: Transaction,
  userId: string,
  { key, name, salt, verifier, remembered, address }: NewDevice,
): Promise<void> {
  const now = context.clock.now()
  const { numInsertedOrUpdatedRows } = await tx
    .insertInto('devices')
    .values({
      key,
      user_id: userId,
      name: name ?? null,
      salt,
      sealed_verifier: context.rootKey.seal('device-verifier', key, verifier),
      remembered: remembered ? 1 : 0,
      last_address: address ?? null,
      last_used_at: now,
      created_at: now,
      updated_at: now,
    })
    .onConflict((conflict) => conflict.columns(['user_id', 'key']).doNothing())
    .executeTakeFirst()
  if (numInsertedOrUpdatedRows !== 1n) throw errors.deviceKeyExists()
}

/** The verifier of a device's password. */
export function deviceVerifier(context: ServerContext, { key, sealedVerifier }: Device): Buffer {
  const verifier = context.rootKey.open('device-verifier', key, sealedVerifier)
  if (!verifier) throw new Error(`The verifier of device ${key} was sealed under another root key.`)
  return verifier
}

/** @throws ResourceNotFoundException */
export async function setRemembered(
  context: ServerContext,
  tx: Transaction,
  userId: string,
  key: string,
  remembered: boolean,
): Promise<void> {
  const { numUpdatedRows } = await tx
    .updateTable('devices')
    .set({ remembered: remembered ? 1 : 0, updated_at: context.clock.now() })
    .where('user_id', '=', userId)
    .where('key', '=', key)
    .executeTakeFirst()
  if (numUpdatedRows === 0n) throw errors.deviceNotFound()
}

const touchDevice = prepared((db, p: { userId: string; key: string; now: number; address: string | null }) =>
  db
    .updateTable('devices')
    .set({ last_used_at: p.now, last_address: p.address })
    .where('user_id', '=', p.userId)
    .where('key', '=', p.key)
    .returningAll(),
)

/**
 * Notes that a device has proven itself.
 *
 * @returns the device as it is now
 * @throws ResourceNotFoundException it was forgotten since
 */
export async function noteUse(
  context: ServerContext,
  tx: Transaction,
  userId: string,
  key: string,
  address: string | undefined,
): Promise<Device> {
  const { rows } = await touchDevice(tx, {
    userId,
    key,
    now: context.clock.now(),
    address: address ?? null,
  })
  if (!rows[0]) throw errors.deviceNotFound()
  return deviceOfRow(rows[0])
}
