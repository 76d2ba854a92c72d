import type { ServerContext } from '../context.js'
import type { Transaction } from '../db/schema.js'
import { errors } from '../errors.js'
import {
  disableIdentity,
  getIdentityForUpdate,
  type Identity,
  insertIdentity,
  keepIdentity,
  type Login,
  loginsOfIdentity,
} from './identity.js'

/**
 * The identity of proven logins. A new login is linked to the requested identity, or to that of the other logins, or to a
 * new one. If a guest's identity is requested and the logins already have one, that one is returned, and the guest's ends.
 *
 * A login belongs to one identity, however many requests come at once: the database refuses a second row.
 *
 * @param asked the identity that the caller names, and whether a token of it proves that it is the caller's
 * @throws NotAuthorizedException the identity asked for has logins, and none of these, or has ended
 * @throws ResourceConflictException the logins belong to different identities
 */
export async function linkLogins(
  context: ServerContext,
  tx: Transaction,
  poolId: string,
  logins: readonly Login[],
  asked?: { readonly id: string; readonly isProven: boolean },
): Promise<Identity> {
  // In one order for all requests: two that hold one row each and wait for the other's would never end.
  const sorted = logins.toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1))
  const wanted = asked === undefined ? undefined : await getIdentityForUpdate(tx, asked.id)
  for (;;) {
    const owned = await ownersOf(tx, poolId, sorted)
    const owners = new Set(owned.values())
    const [owner] = owners
    if (owners.size > 1) throw errors.loginOfAnotherIdentity()
    const isNew = owner === undefined && wanted === undefined
    const target = await targetOf()
    const missing = sorted.filter((login) => !owned.has(keyOf(login)))
    let isTaken = false
    for (const login of missing) isTaken ||= !(await insertLogin(tx, target, login))
    if (!isTaken) return target
    // Another request has linked one of them meanwhile, and its identity is there to be found now.
    await tx
      .deleteFrom('identity_logins')
      .where('identity_id', '=', target.id)
      .where((where) => where.or(missing.map(({ provider, subject }) => where.and({ provider, subject }))))
      .execute()
    if (isNew) await tx.deleteFrom('identities').where('id', '=', target.id).execute()

    async function targetOf(): Promise<Identity> {
      if (!wanted) {
        if (owner !== undefined) return await getIdentityForUpdate(tx, owner)
        return await insertIdentity(context, tx, poolId, { isGuest: false })
      }
      if (owner === wanted.id) return wanted
      // A login that came to an identity that has ended would be of no use to its user any more.
      if (owner === undefined && !wanted.enabled) throw errors.identityForbidden(wanted.id)
      if (owner === undefined && asked?.isProven) return await kept(wanted)
      const logins = await loginsOfIdentity(tx, wanted.id)
      if (logins.length > 0)
        throw asked?.isProven ? errors.loginOfAnotherIdentity() : errors.loginsDoNotMatch()
      if (owner === undefined) return await kept(wanted)
      if (wanted.enabled) await disableIdentity(context, tx, wanted.id)
      return await getIdentityForUpdate(tx, owner)
    }
  }

  async function kept(guest: Identity): Promise<Identity> {
    if (guest.guestUsedAt !== null) await keepIdentity(tx, guest.id)
    return guest
  }
}

const keyOf = ({ provider, subject }: Login): string => JSON.stringify([provider, subject])

async function ownersOf(
  tx: Transaction,
  poolId: string,
  logins: readonly Login[],
): Promise<ReadonlyMap<string, string>> {
  const rows = await tx
    .selectFrom('identity_logins')
    .selectAll()
    .where('identity_pool_id', '=', poolId)
    .where((where) => where.or(logins.map(({ provider, subject }) => where.and({ provider, subject }))))
    .execute()
  return new Map(rows.map((row) => [keyOf(row), row.identity_id]))
}

/** @returns whether it was free */
async function insertLogin(tx: Transaction, identity: Identity, login: Login): Promise<boolean> {
  const rows = await tx
    .insertInto('identity_logins')
    .values({
      identity_pool_id: identity.poolId,
      provider: login.provider,
      subject: login.subject,
      identity_id: identity.id,
    })
    .onConflict((conflict) => conflict.columns(['identity_pool_id', 'provider', 'subject']).doNothing())
    .returning('identity_id')
    .execute()
  return rows.length > 0
}
