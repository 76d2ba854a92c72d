import { errors } from '../../errors.js'
import { operation } from '../../operations/operation.js'
import * as s from '../../wire/identity-pool-settings.js'
import { required, structure } from '../../wire/shape.js'
import { developerLogin, findOwner } from '../developer-login.js'
import { getIdentity } from '../identity.js'
import { getIdentityPool } from '../identity-pool.js'
import { linkLogins } from '../link-logins.js'
import { signOpenIdToken } from '../open-id-token.js'
import { verifyLogins } from '../verify-logins.js'

const DEFAULT_SECONDS = 900

export const getOpenIdTokenForDeveloperIdentity = operation({
  name: 'GetOpenIdTokenForDeveloperIdentity',
  kind: 'none',
  input: structure({
    IdentityPoolId: required(s.IdentityPoolId),
    IdentityId: s.IdentityId,
    Logins: required(s.LoginsMap),
    PrincipalTags: s.PrincipalTags,
    TokenDuration: s.TokenDuration,
  }),
  async run(call, input) {
    const { context } = call
    const { IdentityId, Logins, PrincipalTags, TokenDuration = DEFAULT_SECONDS } = input
    const pool = await getIdentityPool(context.db, input.IdentityPoolId)
    const { [pool.settings.DeveloperProviderName ?? '']: user, ...others } = Logins
    if (user === undefined) throw errors.developerProvider()
    const login = developerLogin(pool, user)
    const { logins, identityId = IdentityId } = await verifyLogins(call, pool, others)
    if (IdentityId !== undefined && identityId !== IdentityId) throw errors.loginsDoNotMatch()
    if (identityId !== undefined && (await getIdentity(context.db, identityId)).poolId !== pool.id)
      throw errors.identityNotFound(identityId)
    const identity = await context.db.transaction().execute(async (tx) => {
      const owner = await findOwner(tx, pool.id, login)
      if (owner !== undefined && identityId !== undefined && owner !== identityId)
        throw errors.developerUserRegistered()
      // AWS credentials have asked for it: the identity is the caller's to name.
      const asked = identityId === undefined ? undefined : { id: identityId, isProven: true }
      const linked = await linkLogins(context, tx, pool.id, [login, ...logins], asked)
      // Its logins have gone to another identity, or were unlinked. AWS STS does not ask here whether a token is still good.
      if (!linked.enabled) throw errors.identityForbidden(linked.id)
      return linked
    })
    call.audit.note({ identityPoolId: pool.id, identityId: identity.id })
    const Token = await signOpenIdToken(context, pool, {
      identityId: identity.id,
      methods: [login.provider, `${login.provider}:${context.region}:${pool.id}:${user}`],
      principalTags: PrincipalTags,
      seconds: TokenDuration,
    })
    return { IdentityId: identity.id, Token }
  },
})
