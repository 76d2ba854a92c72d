import { createRootKey, derivedKey, type RootKey } from '../crypto/root-key.js'
import type { Db } from '../db/schema.js'
import { StartError } from '../start-error.js'

/**
 * The root key of a database, with what is still needed of earlier ones. It is tried on the signing keys, so that a wrong
 * key is noticed at the start and not by the first user.
 *
 * @param previous the root key before, while it is being exchanged
 * @throws {StartError} the data was sealed under another root key, or is being sealed under another one
 */
export async function openRootKey(db: Db, secret: Uint8Array, previous?: Uint8Array): Promise<RootKey> {
  const current = createRootKey(secret)
  const both = createRootKey(secret, { previous })
  const keptKeys = await db.selectFrom('kept_keys').selectAll().orderBy('id').execute()
  for (const row of keptKeys.filter(isOfUnfinishedExchange)) {
    if (!current.open('kept-key', row.id, new Uint8Array(row.sealed_key)))
      throw new StartError(
        'The root key of this database is being exchanged, and this is not the new one. Give the new root key, and the old one as the previous one.',
      )
    if (!previous)
      throw new StartError(
        'The exchange of the root key has not come to its end. Run "amulet rekey" again with the old and the new one, or give the old one as the previous root key.',
      )
  }
  const first = await assertSigningKeysOpen(db, both)
  const kept = keptKeys.flatMap(({ id, purpose, sealed_key }) => {
    const key = both.open('kept-key', id, new Uint8Array(sealed_key))
    return key ? [{ purpose, key }] : []
  })
  const isOfPrevious =
    first !== undefined && !current.open('signing-key', first.kid, new Uint8Array(first.sealed_private_key))
  return createRootKey(secret, {
    previous,
    refreshTokenKeys: kept.filter(({ purpose }) => purpose === 'refresh-token').map(({ key }) => key),
    simulatedUserKey:
      kept.find(({ purpose }) => purpose === 'simulated-user')?.key ??
      // Before `amulet rekey` has run.
      (isOfPrevious && previous ? derivedKey(previous, 'simulated-user') : undefined),
  })
}

/** What the exchange writes first; it gets a time when all the rest is done. */
export const isOfUnfinishedExchange = (row: { purpose: string; expires_at: number | null }) =>
  row.purpose === 'refresh-token' && row.expires_at === null

/** @returns the oldest key that opens, if there is any key */
async function assertSigningKeysOpen(db: Db, rootKey: RootKey) {
  const query = db.selectFrom('signing_keys').select(['kid', 'sealed_private_key']).orderBy('created_at')
  const opens = (row: { kid: string; sealed_private_key: Uint8Array }) =>
    rootKey.open('signing-key', row.kid, new Uint8Array(row.sealed_private_key)) !== undefined
  const [oldest] = await query.limit(1).execute()
  if (!oldest || opens(oldest)) return oldest
  // One row may have been changed. The key is wrong if it opens none.
  const first = (await query.execute()).find(opens)
  if (!first)
    throw new StartError(
      'The root key is not the one that this database was encrypted under. Put the right one back, or name another database.',
    )
  return first
}
