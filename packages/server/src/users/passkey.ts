import type { ServerContext } from '../context.js'
import { ONE, prepared } from '../db/prepared.js'
import type { Queryable, Transaction } from '../db/schema.js'
import { errors } from '../errors.js'
import { relyingPartyId } from '../pools/relying-party.js'
import { rulesOf } from '../pools/rules.js'
import type { UserPool } from '../pools/user-pool.js'
import { MAX_PASSKEYS } from '../wire/constraints.js'
import type { Position } from '../wire/page.js'

/** A passkey that a user has registered. */
export interface Passkey {
  /** In base64url. */
  readonly id: string
  readonly userId: string
  readonly relyingPartyId: string
  /** COSE. */
  readonly publicKey: Uint8Array
  readonly signCount: number
  readonly name: string
  readonly attachment: string | null
  readonly transports: readonly string[]
  readonly createdAt: number
}

interface PasskeyRow {
  id: string
  user_id: string
  relying_party_id: string
  public_key: string
  sign_count: number
  name: string
  attachment: string | null
  transports: string
  created_at: number
}

const passkeyOfRow = (row: PasskeyRow): Passkey => ({
  id: row.id,
  userId: row.user_id,
  relyingPartyId: row.relying_party_id,
  publicKey: new Uint8Array(Buffer.from(row.public_key, 'base64url')),
  signCount: row.sign_count,
  name: row.name,
  attachment: row.attachment,
  // Written by this server.
  transports: JSON.parse(row.transports) as string[],
  createdAt: row.created_at,
})

const passkeysOfUser = prepared((db, p: { userId: string }) =>
  db.selectFrom('passkeys').selectAll().where('user_id', '=', p.userId).orderBy('created_at').orderBy('id'),
)

/** All passkeys of a user, the oldest first. There are few. */
export async function passkeysOf(db: Queryable, userId: string): Promise<Passkey[]> {
  const { rows } = await passkeysOfUser(db, { userId })
  return rows.map(passkeyOfRow)
}

/** Those that a user can sign in with: the pool lets users do so, and they were made for its relying party. */
export async function usablePasskeysOf(
  context: ServerContext,
  pool: UserPool,
  userId: string,
): Promise<Passkey[]> {
  if (!takesPasskeys(context, pool)) return []
  const rpId = relyingPartyId(context, pool)
  return (await passkeysOf(context.db, userId)).filter((passkey) => passkey.relyingPartyId === rpId)
}

/** Whether users of a pool sign in with passkeys. */
export const takesPasskeys = (context: ServerContext, pool: UserPool): boolean =>
  rulesOf(pool).firstFactors.includes('WEB_AUTHN') && relyingPartyId(context, pool) !== undefined

/** Where a list goes on after a passkey. */
export const passkeyPosition = ({ createdAt, id }: Passkey): Position => [String(createdAt), id]

/** A user's passkeys after one of them, the oldest first. */
export async function listPasskeys(
  db: Queryable,
  userId: string,
  { after, limit }: { after: Position | undefined; limit: number },
): Promise<Passkey[]> {
  const [createdAt = '0', id = ''] = after ?? []
  const rows = await db
    .selectFrom('passkeys')
    .selectAll()
    .where('user_id', '=', userId)
    .where((e) =>
      e.or([
        e('created_at', '>', Number(createdAt)),
        e.and([e('created_at', '=', Number(createdAt)), e('id', '>', id)]),
      ]),
    )
    .orderBy('created_at')
    .orderBy('id')
    .limit(limit)
    .execute()
  return rows.map(passkeyOfRow)
}

const passkeyById = prepared((db, p: { userPoolId: string; id: string }) =>
  db
    .selectFrom('passkeys')
    .selectAll()
    .where('user_pool_id', '=', p.userPoolId)
    .where('id', '=', p.id)
    .limit(ONE),
)

export async function findPasskey(
  db: Queryable,
  userPoolId: string,
  id: string,
): Promise<Passkey | undefined> {
  const { rows } = await passkeyById(db, { userPoolId, id })
  return rows[0] && passkeyOfRow(rows[0])
}

/** @throws LimitExceededException */
export async function assertRoomForPasskey(db: Queryable, userId: string): Promise<void> {
  if ((await passkeysOf(db, userId)).length >= MAX_PASSKEYS) throw errors.tooManyPasskeys(MAX_PASSKEYS)
}

/**
 * Registers a passkey of a user that the transaction holds.
 *
 * @throws WebAuthnCredentialNotSupportedException, LimitExceededException
 */
export async function createPasskey(
  { clock }: ServerContext,
  tx: Transaction,
  userPoolId: string,
  {
    id,
    userId,
    relyingPartyId,
    publicKey,
    signCount,
    name,
    attachment,
    transports,
  }: Omit<Passkey, 'createdAt'>,
): Promise<void> {
  await assertRoomForPasskey(tx, userId)
  const { numInsertedOrUpdatedRows } = await tx
    .insertInto('passkeys')
    .values({
      user_pool_id: userPoolId,
      id,
      user_id: userId,
      relying_party_id: relyingPartyId,
      public_key: Buffer.from(publicKey).toString('base64url'),
      sign_count: signCount,
      name,
      attachment,
      transports: JSON.stringify(transports),
      created_at: clock.now(),
    })
    .onConflict((conflict) => conflict.columns(['user_pool_id', 'id']).doNothing())
    .executeTakeFirst()
  if (numInsertedOrUpdatedRows !== 1n) throw errors.passkeyKnown()
}

/**
 * Notes how often a passkey was used.
 *
 * @returns whether it still is there, and was used less often before; if not, there is a copy of it
 */
export async function usePasskey(
  tx: Transaction,
  userPoolId: string,
  id: string,
  signCount: number,
): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable('passkeys')
    .set({ sign_count: signCount })
    .where('user_pool_id', '=', userPoolId)
    .where('id', '=', id)
    // One that does not count tells 0 each time.
    .where('sign_count', signCount === 0 ? '=' : '<', signCount)
    .executeTakeFirst()
  return numUpdatedRows === 1n
}

/** @throws ResourceNotFoundException */
export async function deletePasskey(
  tx: Transaction,
  userPoolId: string,
  userId: string,
  id: string,
): Promise<void> {
  const { numDeletedRows } = await tx
    .deleteFrom('passkeys')
    .where('user_pool_id', '=', userPoolId)
    .where('id', '=', id)
    .where('user_id', '=', userId)
    .executeTakeFirst()
  if (numDeletedRows !== 1n) throw errors.passkeyNotFound()
}
