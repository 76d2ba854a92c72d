import type { PoolCall } from '../clients/call.js'
import { errors } from '../errors.js'
import { tokenSessionId } from '../tokens/session-id.js'
import { revokeUserSession as revoke } from '../tokens/user-sessions.js'
import { getUserForUpdate, type User } from '../users/user.js'
import * as c from '../wire/constraints.js'
import { oneOf, type Parsed, required, structure } from '../wire/shape.js'
import { assertSessionsTracked } from './assert-sessions-tracked.js'
import { operation } from './operation.js'

/** Which session ends, in the two operations that end one. */
export const revokedSessionMembers = {
  SessionId: required(c.SessionId),
  RevokeAssociatedSessions: oneOf('NONE', 'LINKED'),
}

const RevokedSession = structure(revokedSessionMembers)

/** Ends one session of a user; the caller's own never. */
export async function revokeSessionOf(
  { context, pool, user, familyId }: PoolCall & { readonly user: User; readonly familyId?: string },
  { SessionId, RevokeAssociatedSessions }: Parsed<typeof RevokedSession>,
) {
  assertSessionsTracked(pool)
  if (familyId !== undefined && tokenSessionId(familyId) === SessionId) throw errors.ownSession()
  const ended = await context.db.transaction().execute(async (tx) => {
    await getUserForUpdate(tx, pool, user.id)
    return await revoke(context, tx, user.id, SessionId, {
      linked: RevokeAssociatedSessions === 'LINKED',
      kept: familyId,
    })
  })
  if (!ended) throw errors.sessionNotFound()
  return {}
}

export const revokeUserSession = operation({
  name: 'RevokeUserSession',
  kind: 'user',
  input: structure({ AccessToken: required(c.TokenModel), ...revokedSessionMembers }),
  run: revokeSessionOf,
})
