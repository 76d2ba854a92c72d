import type { PoolCall } from '../clients/call.js'
import { ssoSessionId } from '../tokens/session-id.js'
import { sessionId, listUserSessions as sessionsOf, type UserSession } from '../tokens/user-sessions.js'
import type { User } from '../users/user.js'
import * as c from '../wire/constraints.js'
import { page, pageStart } from '../wire/page.js'
import { required, structure } from '../wire/shape.js'
import { timestamp } from '../wire/timestamp.js'
import { assertSessionsTracked } from './assert-sessions-tracked.js'
import { operation } from './operation.js'

/** As many as the service lists. */
const LIMIT = 125

/** One page of a user's sessions. In a list for an administrator, no session is the current one. */
export async function listSessionsOf(
  { context, pool, user, familyId }: PoolCall & { readonly user: User; readonly familyId?: string },
  { NextToken }: { NextToken?: string },
) {
  assertSessionsTracked(pool)
  const list = ['ListUserSessions', user.id]
  const [type, key] = pageStart(context, list, NextToken) ?? []
  const after =
    type === undefined || key === undefined
      ? undefined
      : ({ type: type === 'SSO' ? type : 'TOKEN', key } as const)
  const found = await sessionsOf(context, user.id, { after, limit: LIMIT + 1 })
  const { rows, token } = page(context, list, found, LIMIT, (session) => [session.type, session.key])
  return { Sessions: rows.map((session) => describeSession(session, familyId)), NextToken: token }
}

/** The place that an address is at is not known here. */
const describeSession = (session: UserSession, currentFamilyId: string | undefined) => ({
  SessionId: sessionId(session),
  SessionType: session.type,
  ClientId: session.clientId,
  CreateDate: timestamp(session.createdAt),
  LastActiveDate: timestamp(session.lastUsedAt),
  DeviceType: session.deviceType ?? 'unknown',
  LastIPAddress: session.address,
  LastLocation: { Country: 'unknown' },
  OriginSessionId: session.ssoHash === undefined ? undefined : ssoSessionId(session.ssoHash),
  IsCurrentSession: session.key === currentFamilyId,
})

export const listUserSessions = operation({
  name: 'ListUserSessions',
  kind: 'user',
  input: structure({ AccessToken: required(c.TokenModel), NextToken: c.PaginationKey }),
  run: listSessionsOf,
})
