import type { AuthContext } from '../context/context.js'
import type { JWT, SignInDetails } from '../models.js'
import { userPoolConfig } from '../service/user-pool.js'
import { decodeJWT } from './decode-jwt.js'
import { readItem, readItems, writeItem, writeItems } from './items.js'

/** A session as it is stored: what `fetchAuthSession` hands out, and what it keeps to itself. */
export interface StoredTokens {
  /** The username the keys are under. */
  username: string
  accessToken: JWT
  idToken?: JWT | undefined
  refreshToken?: string | undefined
  /** Milliseconds the service's clock is ahead of this device's. */
  clockDrift: number
  signInDetails?: SignInDetails | undefined
  /** Key of the remembered device; written by a sign-in, sent with a refresh. */
  deviceKey?: string | undefined
  /** Of a sign-in by redirect: its session at the domain is to be ended as well. */
  oauthMetadata?: string | undefined
}

// The names are Amplify's, so that an application can switch over, and back, without signing users out.
// The refresh token goes first: a page closed in the middle must not lose one that was just rotated.
const refreshed = ['refreshToken', 'accessToken', 'idToken', 'clockDrift'] as const
const names = [...refreshed, 'signInDetails', 'oauthMetadata'] as const

const lastUser = 'LastAuthUser'

export const keyOf = (context: AuthContext, name: string) =>
  `CognitoIdentityServiceProvider.${userPoolConfig(context).userPoolClientId}.${name}`

export const lastUsername = async (context: AuthContext) =>
  (await readItem(context, keyOf(context, lastUser))) || 'username'

/** What the keys of the last user's session and device begin with. */
export const userPrefix = async (context: AuthContext): Promise<string> =>
  keyOf(context, `${await lastUsername(context)}.`)

/** The stored session, or nothing when there is none, it cannot be read, or there is no user pool. */
export const loadTokens = async (context: AuthContext): Promise<StoredTokens | undefined> => {
  try {
    const username = await lastUsername(context)
    const prefix = keyOf(context, `${username}.`)
    const items = await readItems(context, prefix, [...names, 'deviceKey'])
    const { accessToken, idToken, signInDetails } = items
    if (accessToken) {
      return {
        ...items,
        username,
        accessToken: decodeJWT(accessToken),
        idToken: idToken ? decodeJWT(idToken) : undefined,
        clockDrift: Number(items.clockDrift) || 0,
        signInDetails: signInDetails && JSON.parse(signInDetails),
      }
    }
  } catch {
    // What cannot be read is no session.
  }
  return undefined
}

/**
 * Stores a new session. The username goes last: it is what makes the rest the current session. The tokens of the user
 * before would never be looked for again, so they are removed; what is known about that user's device stays.
 */
export const storeTokens = async (context: AuthContext, tokens: StoredTokens): Promise<void> => {
  const before = await readItem(context, keyOf(context, lastUser))
  if (before && before !== tokens.username) await clearTokens(context)
  await writeItems(context, keyOf(context, `${tokens.username}.`), names, {
    ...tokens,
    signInDetails: JSON.stringify(tokens.signInDetails),
  })
  await writeItem(context, keyOf(context, lastUser), tokens.username)
}

/**
 * Stores refreshed tokens of the current session, and takes them away again if it was signed out meanwhile.
 *
 * No storage of a browser can compare and set in one step, so another tab may sign out while this is written. It
 * removes the username before the tokens: either it removes what is written here as well, or the username is gone
 * when it is looked for here.
 *
 * @returns whether the session still exists
 */
export const updateTokens = async (context: AuthContext, tokens: StoredTokens): Promise<boolean> => {
  const prefix = keyOf(context, `${tokens.username}.`)
  await writeItems(context, prefix, refreshed, tokens)
  const isCurrent = (await lastUsername(context)) === tokens.username
  if (!isCurrent) await writeItems(context, prefix, names)
  return isCurrent
}

/** Forgets the session; what is known about the device stays for the next one. */
export const clearTokens = async (context: AuthContext): Promise<void> => {
  const prefix = await userPrefix(context)
  // Before the tokens, see `updateTokens`.
  await writeItem(context, keyOf(context, lastUser))
  await writeItems(context, prefix, names)
}
