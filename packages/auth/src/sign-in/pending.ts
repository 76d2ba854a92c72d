import type { AuthContext } from '../context/context.js'
import type { SignInDetails } from '../models.js'
import { userPoolConfig } from '../service/user-pool.js'
import { readItems, writeItems } from '../storage/items.js'

/** A sign-in that waits for the answer to a challenge. */
export interface PendingSignIn {
  username: string
  challengeName: string
  signInSession?: string | undefined
  signInDetails?: SignInDetails | undefined
}

// Amplify's names, and two of ours: whose the sign-in is (two contexts of a page share `sessionStorage`) and
// how it began, which Amplify forgets on a reload.
const names = ['username', 'challengeName', 'signInSession', 'expiry', 'clientId', 'signInDetails'] as const

const prefix = 'CognitoSignInState.'

/** Replaces whatever sign-in was under way. */
export const savePending = (
  context: AuthContext,
  { signInDetails, ...pending }: PendingSignIn,
): Promise<void> =>
  writeItems(context.signInStorage, prefix, names, {
    ...pending,
    expiry: `${context.clock() + context.signInValidity}`,
    clientId: userPoolConfig(context).userPoolClientId,
    signInDetails: JSON.stringify(signInDetails),
  })

export const forgetPending = (context: AuthContext): Promise<void> =>
  writeItems(context.signInStorage, prefix, names, {})

/** The sign-in under way, unless there is none, it is another app client's, or its time is over. */
export async function findPending(context: AuthContext): Promise<PendingSignIn | undefined> {
  const items = await readItems(context.signInStorage, prefix, names)
  const { username, challengeName, signInSession, signInDetails } = items
  const { userPoolClientId } = userPoolConfig(context)
  // One that Amplify stored has no client id.
  if ((items.clientId ?? userPoolClientId) !== userPoolClientId) return undefined
  if (!username || !challengeName || !signInSession || !(Number(items.expiry) > context.clock()))
    return undefined
  return { username, challengeName, signInSession, signInDetails: signInDetails && JSON.parse(signInDetails) }
}
