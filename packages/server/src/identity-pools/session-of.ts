import type { ServerContext } from '../context.js'
import { errors } from '../errors.js'
import { getIdentity, type Identity, loginsOfIdentity, noteGuest, type ProvenLogin } from './identity.js'
import { getIdentityPool, type IdentityPool } from './identity-pool.js'
import { linkLogins } from './link-logins.js'
import { canonicalProvider } from './provider-name.js'
import { type LoginCall, verifyLogins } from './verify-logins.js'

/** An identity that the caller has shown to be theirs. */
export interface IdentitySession {
  readonly pool: IdentityPool
  readonly identity: Identity
  readonly isGuest: boolean
  readonly logins: readonly ProvenLogin[]
  /** What the person signed in with, as tokens name it. */
  readonly methods: readonly string[]
  readonly principalTags: Readonly<Record<string, string>>
  /** Until when the proof is good, in milliseconds, where it is a token of an identity pool alone. */
  readonly expiresAt?: number | undefined
}

/**
 * Finds out which identity a request with `IdentityId` and `Logins` is for. Logins that no identity has yet are linked.
 *
 * @throws ResourceNotFoundException, NotAuthorizedException, ResourceConflictException
 */
export async function sessionOf(
  call: LoginCall,
  identityId: string,
  given: Readonly<Record<string, string>> = {},
): Promise<IdentitySession> {
  const { context, audit } = call
  const named = await getIdentity(context.db, identityId)
  const pool = await getIdentityPool(context.db, named.poolId)
  audit.note({ identityPoolId: pool.id, identityId: named.id })
  if (Object.keys(given).length === 0) {
    if (!named.enabled) throw errors.identityForbidden(identityId)
    if ((await loginsOfIdentity(context.db, identityId)).length > 0) throw errors.loginsDoNotMatch()
    if (!pool.settings.AllowUnauthenticatedIdentities) throw errors.noGuests()
    await noteGuest(context, named)
    return { pool, identity: named, isGuest: true, logins: [], methods: [], principalTags: {} }
  }
  const { logins, identityId: proven, expiresAt } = await verifyLogins(call, pool, given)
  if (proven !== undefined && proven !== identityId) throw errors.loginsDoNotMatch()
  const asked = { id: identityId, isProven: proven !== undefined }
  const identity =
    logins.length === 0
      ? named
      : await context.db
          .transaction()
          .execute(async (tx) => await linkLogins(context, tx, pool.id, logins, asked))
  audit.note({ identityId: identity.id })
  if (!identity.enabled) throw errors.identityForbidden(identity.id)
  const methods =
    logins.length > 0
      ? logins.flatMap(methodsOf)
      : [...new Set((await loginsOfIdentity(context.db, identity.id)).map(({ provider }) => provider))]
  return {
    pool,
    identity,
    isGuest: false,
    logins,
    methods,
    principalTags: tagsOf(context, pool, logins),
    expiresAt,
  }
}

const methodsOf = ({ provider, subject, clientId }: ProvenLogin): readonly string[] => [
  provider,
  `${provider}:${clientId === undefined ? 'OIDC' : 'CognitoSignIn'}:${subject}`,
]

/** What the service takes from a token where nothing else is said. */
const DEFAULT_TAGS = { username: 'sub', client: 'aud' }

function tagsOf(
  context: ServerContext,
  pool: IdentityPool,
  logins: readonly ProvenLogin[],
): Record<string, string> {
  const tags: Record<string, string> = {}
  for (const { provider, claims } of logins)
    for (const [name, { UseDefaults, PrincipalTags }] of Object.entries(pool.principalTags)) {
      if (canonicalProvider(context, name) !== provider) continue
      for (const [tag, claim] of Object.entries(UseDefaults ? DEFAULT_TAGS : (PrincipalTags ?? {}))) {
        const value = claims[claim]
        if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
          tags[tag] = String(value)
      }
    }
  return tags
}
