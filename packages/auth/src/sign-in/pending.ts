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

/** A pending sign-in as it is stored. */
export type PendingItems = { [Name in (typeof names)[number]]?: string | undefined }

const prefix = 'CognitoSignInState.'

/** Pending sign-ins have a storage of their own. */
const keeper = (context: AuthContext) => ({ ...context, storage: context.signInStorage })

const clientOf = (context: AuthContext) => userPoolConfig(context).userPoolClientId

/** Reads what is stored, unless it is another app client's. One that Amplify stored has no client id. */
async function readPending(context: AuthContext): Promise<PendingItems | undefined> {
  const items = await readItems(keeper(context), prefix, names)
  return (items.clientId ?? clientOf(context)) === clientOf(context) ? items : undefined
}

/** Replaces whatever sign-in was under way. */
export async function savePending(
  context: AuthContext,
  { signInDetails, ...pending }: PendingSignIn,
): Promise<void> {
  const items = {
    ...pending,
    expiry: `${context.clock() + context.signInValidity}`,
    clientId: clientOf(context),
    signInDetails: JSON.stringify(signInDetails),
  }
  // What is stored is for a reload, and the last sign-in of the page has it. Memory keeps those of other contexts.
  context.memory.pending = items
  await writeItems(keeper(context), prefix, names, items)
}

export async function forgetPending(context: AuthContext): Promise<void> {
  context.memory.pending = undefined
  if (await readPending(context)) await writeItems(keeper(context), prefix, names, {})
}

/** The sign-in under way, unless there is none, it is another app client's, or its time is over. */
export async function findPending(context: AuthContext): Promise<PendingSignIn | undefined> {
  const items = context.memory.pending ?? (await readPending(context))
  const { username, challengeName, signInSession, signInDetails, expiry } = items ?? {}
  if (!username || !challengeName || !signInSession || !(Number(expiry) > context.clock())) return undefined
  return { username, challengeName, signInSession, signInDetails: signInDetails && JSON.parse(signInDetails) }
}
