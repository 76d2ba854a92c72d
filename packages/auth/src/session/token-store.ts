import type { AuthContext } from '../context/context.js'
import type { JWT, SignInDetails } from '../models.js'
import { userPoolConfig } from '../service/user-pool.js'
import { readItems, writeItems } from '../storage/items.js'
import { decodeJWT } from './decode-jwt.js'

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
}

// The names are Amplify's, so that an application can switch over, and back, without signing anybody out.
// The refresh token goes first: a page closed in the middle must not lose one that was just rotated.
const names = [
  'refreshToken',
  'accessToken',
  'idToken',
  'clockDrift',
  'signInDetails',
  'oauthMetadata',
] as const

const prefixOf = (context: AuthContext) =>
  `CognitoIdentityServiceProvider.${userPoolConfig(context).userPoolClientId}.`

const lastUserKey = (context: AuthContext) => `${prefixOf(context)}LastAuthUser`

const lastUsername = async (context: AuthContext) =>
  (await context.storage.getItem(lastUserKey(context))) ?? 'username'

/** The stored session, or nothing when there is none, it cannot be read, or there is no user pool. */
export async function loadTokens(context: AuthContext): Promise<StoredTokens | undefined> {
  try {
    const username = await lastUsername(context)
    const prefix = `${prefixOf(context)}${username}.`
    const items = await readItems(context.storage, prefix, [...names, 'deviceKey'])
    const { accessToken, idToken, signInDetails, clockDrift = '' } = items
    return accessToken
      ? {
          username,
          accessToken: decodeJWT(accessToken),
          idToken: idToken ? decodeJWT(idToken) : undefined,
          refreshToken: items.refreshToken,
          clockDrift: Number(clockDrift) || 0,
          signInDetails: signInDetails && JSON.parse(signInDetails),
          deviceKey: items.deviceKey,
        }
      : undefined
  } catch {
    return undefined
  }
}

/** Stores a session. The username goes last: it is what makes the rest the current session. */
export async function storeTokens(context: AuthContext, tokens: StoredTokens): Promise<void> {
  await writeItems(context.storage, `${prefixOf(context)}${tokens.username}.`, names.slice(0, 5), {
    refreshToken: tokens.refreshToken,
    accessToken: `${tokens.accessToken}`,
    idToken: tokens.idToken && `${tokens.idToken}`,
    clockDrift: `${tokens.clockDrift}`,
    signInDetails: JSON.stringify(tokens.signInDetails),
  })
  await context.storage.setItem(lastUserKey(context), tokens.username)
}

/** Forgets the session; what is known about the device stays for the next one. */
export async function clearTokens(context: AuthContext): Promise<void> {
  await writeItems(context.storage, `${prefixOf(context)}${await lastUsername(context)}.`, names, {})
  await context.storage.removeItem(lastUserKey(context))
}
