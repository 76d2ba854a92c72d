import * as joseErrors from 'jose/errors'
import { jwtVerify } from 'jose/jwt/verify'
import type { ServerContext } from '../context.js'
import { errors } from '../errors.js'
import { signClaims } from '../tokens/sign-claims.js'
import { identityKeys } from './identity-keys.js'
import type { IdentityPool } from './identity-pool.js'
import { withoutScheme } from './provider-name.js'

/** What the service's own tokens have as their issuer, and as the provider in `Logins`. */
const AWS_ISSUER = 'cognito-identity.amazonaws.com'

/** Part of our issuer after the address of the server; its `.well-known` documents are below it. */
export const IDENTITY_ISSUER_PATH = 'cognito-identity'

/** The issuer of identity pools' tokens: AWS's name if the issuers of user pools look like AWS's, ours otherwise. */
export function identityIssuer(context: ServerContext): string {
  const issuer = context.issuer(IDENTITY_ISSUER_PATH)
  return /^https:\/\/cognito-idp\.[\w-]+\.amazonaws\.com\//.test(issuer) ? `https://${AWS_ISSUER}` : issuer
}

/** Whether a token of this provider is one that an identity pool of this server issued. */
export const isIdentityToken = (context: ServerContext, provider: string): boolean =>
  provider === AWS_ISSUER || provider === withoutScheme(identityIssuer(context))

/** Of a token in the basic flow. */
export const OPEN_ID_TOKEN_SECONDS = 600

export interface OpenIdToken {
  readonly identityId: string
  /** What the person has signed in with; nothing for a guest. */
  readonly methods: readonly string[]
  readonly principalTags?: Readonly<Record<string, string>> | undefined
  readonly seconds?: number | undefined
}

/** A token that says who an identity is, for AWS STS (AssumeRoleWithWebIdentity). */
export async function signOpenIdToken(
  context: ServerContext,
  pool: IdentityPool,
  { identityId, methods, principalTags = {}, seconds = OPEN_ID_TOKEN_SECONDS }: OpenIdToken,
): Promise<string> {
  const iat = Math.floor(context.clock.now() / 1000)
  const tags = Object.entries(principalTags)
  const [key] = await identityKeys(context)
  return await signClaims(key, {
    sub: identityId,
    aud: pool.id,
    amr: methods.length > 0 ? ['authenticated', ...methods] : ['unauthenticated'],
    iss: identityIssuer(context),
    // https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html#id_session-tags_adding-assume-role-idp
    ...(tags.length > 0 && {
      'https://aws.amazon.com/tags': {
        principal_tags: Object.fromEntries(tags.map(([name, value]) => [name, [value]])),
      },
    }),
    exp: iat + seconds,
    iat,
  })
}

/** What such a token proves, as a login does. */
export interface ProvenIdentity {
  readonly id: string
  /** Milliseconds. */
  readonly expiresAt: number
}

/**
 * The identity that such a token is for.
 *
 * @throws NotAuthorizedException
 */
export async function verifyOpenIdToken(
  context: ServerContext,
  pool: IdentityPool,
  token: string,
): Promise<ProvenIdentity> {
  const keys = await identityKeys(context)
  try {
    const { payload } = await jwtVerify(
      token,
      ({ kid }) => {
        const key = keys.find((key) => key.kid === kid)
        if (!key) throw new joseErrors.JWKSNoMatchingKey()
        return key.publicKey
      },
      {
        algorithms: ['RS256'],
        audience: pool.id,
        requiredClaims: ['sub', 'exp'],
        currentDate: new Date(context.clock.now()),
      },
    )
    // A guest needs none, and would gain by it what only a login gives.
    if (!Array.isArray(payload.amr) || payload.amr[0] !== 'authenticated') throw errors.loginNotSupported()
    return { id: payload.sub ?? '', expiresAt: Number(payload.exp) * 1000 }
  } catch (error) {
    throw loginError(context, error)
  }
}

/** What a library says of a token, in the service's words. */
export function loginError(context: ServerContext, error: unknown): unknown {
  if (error instanceof joseErrors.JWTExpired)
    return errors.loginExpired(Math.floor(context.clock.now() / 1000), Number(error.payload.exp))
  if (error instanceof joseErrors.JWTClaimValidationFailed)
    return error.claim === 'aud' ? errors.loginNotSupported() : errors.loginIssuer()
  if (error instanceof joseErrors.JOSEError) return errors.loginSignature()
  return error
}
