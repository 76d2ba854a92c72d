import { revocationEnabled } from '../clients/app-client.js'
import { errors } from '../errors.js'
import { readRefreshToken } from '../tokens/refresh-token.js'
import { findSignIn, isSignedInThrough, revokeTokenFamily } from '../tokens/token-family.js'
import * as c from '../wire/constraints.js'
import { oneOf, required, structure } from '../wire/shape.js'
import { operation } from './operation.js'

export const revokeToken = operation({
  name: 'RevokeToken',
  kind: 'refresh token',
  refusals: {
    clientNotFound: errors.unauthorizedClient,
    secretMissing: errors.unauthorizedClient,
    secretWrong: errors.unauthorizedClient,
  },
  input: structure({
    Token: required(c.TokenModel),
    ClientId: required(c.ClientId),
    ClientSecret: c.ClientSecret,
    // LINKED has an effect only where sessions of several clients are linked, and none here are.
    RevokeAssociatedSessions: oneOf('LINKED', 'NONE'),
  }),
  async run({ context, client, about }, input) {
    if (!revocationEnabled(client)) throw errors.revocationNotEnabled()
    const claims = readRefreshToken(context, input.Token)
    if (!claims) {
      // RFC 7009 section 2.2: what is no token at all is as good as revoked. Access and ID tokens are told apart by
      // their three parts.
      if (input.Token.split('.').length === 3) throw errors.unsupportedTokenType()
      return {}
    }
    const signIn = await findSignIn(context.db, claims.familyId)
    if (!signIn) return {}
    about(signIn.user.id)
    if (!isSignedInThrough(client, signIn.family)) throw errors.unauthorizedClient()
    await revokeTokenFamily(context, context.db, signIn.family.id)
    return {}
  },
})
