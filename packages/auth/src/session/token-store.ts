import type { AuthContext } from '../context/context.js'
import type { JWT, SignInDetails } from '../models.js'
import { userPoolConfig } from '../service/user-pool.js'
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
const keys = (context: AuthContext) => {
  const prefix = `CognitoIdentityServiceProvider.${userPoolConfig(context).userPoolClientId}.`
  return {
    lastUser: `${prefix}LastAuthUser`,
    of: (username: string) => (name: string) => `${prefix}${username}.${name}`,
  }
}

const lastUsername = async (context: AuthContext) =>
  (await context.storage.getItem(keys(context).lastUser)) ?? 'username'

/** The stored session, or nothing when there is none or it cannot be read. */
export async function loadTokens(context: AuthContext): Promise<StoredTokens | undefined> {
  try {
    const username = await lastUsername(context)
    const key = keys(context).of(username)
    const [accessToken, idToken, refreshToken, clockDrift, signInDetails, deviceKey] = await Promise.all(
      ['accessToken', 'idToken', 'refreshToken', 'clockDrift', 'signInDetails', 'deviceKey'].map(
        async (name) => (await context.storage.getItem(key(name))) || undefined,
      ),
    )
    return accessToken
      ? {
          username,
          accessToken: decodeJWT(accessToken),
          idToken: idToken ? decodeJWT(idToken) : undefined,
          refreshToken,
          clockDrift: Number.parseInt(clockDrift ?? '0', 10) || 0,
          signInDetails: signInDetails && JSON.parse(signInDetails),
          deviceKey,
        }
      : undefined
  } catch {
    return undefined
  }
}

/**
 * Stores a session. The refresh token goes first: a page closed in the middle must not lose one that the
 * service has just rotated. The username goes last: it is what makes the rest the current session.
 */
export async function storeTokens(
  context: AuthContext,
  tokens: Omit<StoredTokens, 'deviceKey'>,
): Promise<void> {
  const { storage } = context
  const { lastUser, of } = keys(context)
  const key = of(tokens.username)
  const items = {
    refreshToken: tokens.refreshToken,
    accessToken: `${tokens.accessToken}`,
    idToken: tokens.idToken && `${tokens.idToken}`,
    clockDrift: `${tokens.clockDrift}`,
    signInDetails: tokens.signInDetails && JSON.stringify(tokens.signInDetails),
  }
  for (const [name, value] of Object.entries(items)) {
    await (value ? storage.setItem(key(name), value) : storage.removeItem(key(name)))
  }
  await storage.setItem(lastUser, tokens.username)
}

/** Forgets the session; what is known about the device stays for the next one. */
export async function clearTokens(context: AuthContext): Promise<void> {
  const { lastUser, of } = keys(context)
  const key = of(await lastUsername(context))
  const names = [
    'refreshToken',
    'accessToken',
    'idToken',
    'clockDrift',
    'signInDetails',
    'oauthMetadata',
  ].map(key)
  for (const name of [...names, lastUser]) await context.storage.removeItem(name)
}
