import type { Call } from '../clients/call.js'
import { simulatedUser } from '../users/simulated-user.js'
import { findUser, type User } from '../users/user.js'
import { stampOf, type Who } from './attempt.js'

/** The simulated user is worked out for every name, so that the time does not tell which exist. */
export function whoIs({ context, pool }: Call, user: User | undefined, typedName: string): Who {
  const simulated = simulatedUser(context, pool, typedName)
  // Sealed. That of a user who does not exist is never compared.
  const stamp = stampOf(user ?? { salt: simulated.id, signedOutAt: null })
  const { id, srpIdentity } = user ?? simulated
  return { is: user ? 'user' : 'none', id, srpIdentity, stamp }
}

export async function isAbout(call: Call, who: Who, typedName: string): Promise<boolean> {
  if (typedName === who.srpIdentity) return true
  const user = await findUser(call.context.db, call.pool, typedName)
  return whoIs(call, user, typedName).id === who.id
}
