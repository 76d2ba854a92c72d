import type { AuthContext } from '../context/context.js'
import type { PendingItems } from '../context/memory.js'
import { type AuthResponse, userPoolConfig } from '../service/user-pool.js'
import { readItems, writeItems } from '../session/items.js'
import type { Attempt } from './attempt.js'

const names = [
  'username',
  'challengeName',
  'signInSession',
  'expiry',
  'clientId',
  'signInDetails',
] as const satisfies (keyof PendingItems)[]

const prefix = 'CognitoSignInState.'

/** Pending sign-ins have a storage of their own. */
const keeper = (context: AuthContext) => ({ ...context, storage: context.signInStorage })

const clientOf = (context: AuthContext) => userPoolConfig(context).userPoolClientId

/** Reads what is stored, unless it is another app client's. One that Amplify stored has no client id. */
const readPending = async (context: AuthContext): Promise<PendingItems | undefined> => {
  const items = await readItems(keeper(context), prefix, names)
  return [undefined, clientOf(context)].includes(items.clientId) ? items : undefined
}

/** Lets a challenge wait for its answer, in the place of any that waited before. */
export const savePending = async (
  context: AuthContext,
  { username, signInDetails }: Attempt,
  { ChallengeName, Session }: AuthResponse,
): Promise<void> => {
  const items = {
    username,
    challengeName: ChallengeName,
    signInSession: Session,
    expiry: `${context.clock() + (context.signInValidity ?? 180_000)}`,
    clientId: clientOf(context),
    signInDetails: JSON.stringify(signInDetails),
  }
  // What is stored is for a reload, and the last sign-in of the page has it. Memory keeps those of other contexts.
  context.memory.pending = items
  await writeItems(keeper(context), prefix, names, items)
}

export const forgetPending = async (context: AuthContext): Promise<void> => {
  context.memory.pending = undefined
  if (await readPending(context)) await writeItems(keeper(context), prefix, names)
}

/** The sign-in under way and its challenge; `undefined` without one, for another app client, or after its time. */
export const findPending = async (
  context: AuthContext,
): Promise<[attempt: Attempt, challenge: AuthResponse] | undefined> => {
  const items = context.memory.pending ?? (await readPending(context))
  const { username, challengeName, signInSession, signInDetails, expiry } = items ?? {}
  if (!username || !challengeName || !signInSession || !(Number(expiry) > context.clock())) return undefined
  return [
    { username, signInDetails: signInDetails && JSON.parse(signInDetails) },
    { ChallengeName: challengeName, Session: signInSession },
  ]
}
