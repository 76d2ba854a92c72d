import type { AuthContext } from '../context/context.js'
import type { SignInDetails } from '../models.js'
import { userPoolConfig } from '../service/user-pool.js'

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

const key = (name: string) => `CognitoSignInState.${name}`

/** Replaces what is stored: whatever is missing this time is removed. */
async function store(
  context: AuthContext,
  values: Partial<Record<(typeof names)[number], string | undefined>>,
) {
  const { signInStorage } = context
  for (const name of names) {
    const value = values[name]
    await (value ? signInStorage.setItem(key(name), value) : signInStorage.removeItem(key(name)))
  }
}

export const savePending = (
  context: AuthContext,
  { signInDetails, ...pending }: PendingSignIn,
): Promise<void> =>
  store(context, {
    ...pending,
    expiry: `${context.clock() + context.signInValidity}`,
    clientId: userPoolConfig(context).userPoolClientId,
    signInDetails: JSON.stringify(signInDetails),
  })

export const forgetPending = (context: AuthContext): Promise<void> => store(context, {})

/** The sign-in under way, unless there is none, it is another app client's, or its time is over. */
export async function findPending(context: AuthContext): Promise<PendingSignIn | undefined> {
  const [username, challengeName, signInSession, expiry, clientId, signInDetails] = await Promise.all(
    names.map(async (name) => (await context.signInStorage.getItem(key(name))) || undefined),
  )
  const { userPoolClientId } = userPoolConfig(context)
  // One that Amplify stored has no client id.
  const isCurrent = (clientId ?? userPoolClientId) === userPoolClientId && Number(expiry) > context.clock()
  if (!isCurrent || !username || !challengeName || !signInSession) return undefined
  return {
    username,
    challengeName,
    signInSession,
    signInDetails: signInDetails && JSON.parse(signInDetails),
  }
}
