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

/**
 * The user who signs in by a name. One who came of an identity provider signs in there, and is answered like a name that
 * does not exist, until an administrator gives them a password.
 */
export async function findSigningIn({ context, pool }: Call, typedName: string): Promise<User | undefined> {
  const user = await findUser(context.db, pool, typedName)
  return user?.status === 'EXTERNAL_PROVIDER' ? undefined : user
}

export async function isAbout(call: Call, who: Who, typedName: string): Promise<boolean> {
  if (typedName === who.srpIdentity) return true
  const user = await findSigningIn(call, typedName)
  return whoIs(call, user, typedName).id === who.id
}
