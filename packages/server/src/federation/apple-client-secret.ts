import { SignJWT } from 'jose/jwt/sign'
import { importPKCS8 } from 'jose/key/import'
import type { ServerContext } from '../context.js'
import type { IdentityProvider } from './identity-provider.js'
import { ProviderError } from './provider-error.js'

/** Seconds. Apple takes half a year; the configuration that has it is remembered for an hour. */
const LIFETIME = 2 * 3600

/** What Apple takes for a client's secret: a token that the client signs with its key. */
export async function appleClientSecret(
  { clock, standIn }: ServerContext,
  { client_id = '', team_id = '', key_id = '', private_key = '' }: IdentityProvider['details'],
): Promise<string> {
  // The simulated Apple accepts any secret, and the keys of examples are invalid.
  if (standIn) return 'stand-in'
  const now = Math.floor(clock.now() / 1000)
  try {
    const key = await importPKCS8(pem(private_key), 'ES256')
    return await new SignJWT()
      .setProtectedHeader({ alg: 'ES256', kid: key_id })
      .setIssuer(team_id)
      .setSubject(client_id)
      .setAudience('https://appleid.apple.com')
      .setIssuedAt(now)
      .setExpirationTime(now + LIFETIME)
      .sign(key)
  } catch (cause) {
    throw new ProviderError('SignInWithApple Error - the private key cannot be used', { cause })
  }
}

/** The service takes the key without its frame as well. */
const pem = (key: string): string =>
  key.includes('-----BEGIN')
    ? key
    : `-----BEGIN PRIVATE KEY-----\n${key.replace(/\s/g, '').replace(/.{64}/g, '$&\n')}\n-----END PRIVATE KEY-----\n`
