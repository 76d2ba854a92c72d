import type { IdentityPoolConfig } from '../context/config.js'
import type { RequestContext } from '../context/deadline.js'
import type { HeldCredentials } from '../context/memory.js'
import type { AuthError, authError } from '../errors.js'
import type { JWT } from '../models.js'
import type { IdentityPoolOperations } from '../service/identity-pool.js'
import type { send } from '../service/transport.js'
import type { readItem, writeItem } from './items.js'

/**
 * The AWS credentials of the user with this ID token, or of a guest: those that are held while they last, otherwise new
 * ones. One call at a time asks for them, and the next one finds what it got.
 *
 * The first four are of other files. They are handed over and not imported: a bundler makes a file of its own of what is
 * loaded at once and on demand, and every page would load that one too.
 */
export const credentials = (
  transport: typeof send,
  error: typeof authError,
  read: typeof readItem,
  write: typeof writeItem,
  context: RequestContext,
  { identityPoolId: IdentityPoolId, identityPoolEndpoint }: IdentityPoolConfig,
  idToken: JWT | undefined,
  forceRefresh: boolean | undefined,
): Promise<HeldCredentials> => {
  const { memory } = context
  const { iss, sub, origin_jti = sub } = idToken?.payload ?? {}
  // By the sign-in, or its user where the pool does not name sign-ins: a token does not live as long.
  const session = IdentityPoolId + origin_jti
  const before = memory.credentials
  memory.credentials = (async () => {
    const last = await before?.catch(() => {})
    const held = last?.session === session ? last : undefined
    if (held && !forceRefresh && context.clock() < held.until) return held
    const [region, id] = IdentityPoolId.split(':')
    const url =
      context.endpoint ??
      identityPoolEndpoint ??
      `https://cognito-identity.${region}.amazonaws.com${region?.includes('cn-') ? '.cn' : ''}/`
    // As for user pools: what is relative would send the token to the page's own server.
    if (!id || !/^https?:\/\/[^\s/@]+(\/|$)/i.test(url)) {
      throw error('InvalidIdentityPoolIdException', 'Invalid identity pool id provided.')
    }
    // Every ID token names its issuer (OpenID Connect Core section 2).
    const Logins = idToken && { [(iss as string).replace(/^https?:\/\//, '')]: `${idToken}` }
    const ask = <Name extends keyof IdentityPoolOperations>(
      operation: Name,
      body: IdentityPoolOperations[Name][0],
    ) =>
      transport(
        // The application's own headers are for the user pool.
        { ...context, headers: undefined },
        url,
        `AWSCognitoIdentityService.${operation}`,
        body,
        // Both operations may run twice.
        () => {},
        // The service's answers are taken at their word here; what must not be missing is checked where it is used.
      ) as Promise<IdentityPoolOperations[Name][1]>
    const key = `com.amplify.Cognito.${IdentityPoolId}.identityId`
    // A guest who signs in keeps the identity. If it was deleted since, or belongs to another user now, it is not asked for
    // again.
    for (let known = held?.identityId ?? (await read(context, key)); ; known = '') {
      const IdentityId = known || (await ask('GetId', { IdentityPoolId, Logins: Logins ?? {} })).IdentityId
      if (!idToken) await write(context, key, IdentityId)
      try {
        const {
          date,
          IdentityId: identityId = IdentityId,
          Credentials: { AccessKeyId, SecretKey, SessionToken, Expiration } = {},
        } = await ask('GetCredentialsForIdentity', { IdentityId, Logins })
        if (!AccessKeyId || !SecretKey) {
          throw error(
            idToken ? 'CredentialsException' : 'CredentialsNotFoundException',
            'Cognito did not respond with either Credentials, AccessKeyId or SecretKey.',
          )
        }
        // Only a guest's identity outlives the page. A user's is found by the token, and takes the place of the guest's.
        if (idToken) await write(context, key)
        const now = context.clock()
        return {
          session,
          // By the service's clock, as this device's may be wrong, and five seconds before, so that none expires on its way.
          until: now + (Expiration as number) * 1000 - (Date.parse(date as string) || now) - 5000,
          credentials: {
            accessKeyId: AccessKeyId,
            secretAccessKey: SecretKey,
            // There is one with every pair of keys that ends.
            sessionToken: SessionToken as string,
            expiration: new Date((Expiration as number) * 1000),
          },
          identityId,
        }
      } catch (thrown) {
        if (!known || !/^Res|^Not/.test((thrown as AuthError).name)) throw thrown
      }
    }
  })()
  return memory.credentials
}
