import { errors } from '../../errors.js'
import { operation } from '../../operations/operation.js'
import * as s from '../../wire/identity-pool-settings.js'
import { required, structure } from '../../wire/shape.js'
import { OPEN_ID_TOKEN_SECONDS, signOpenIdToken } from '../open-id-token.js'
import { sessionOf } from '../session-of.js'

export const getOpenIdToken = operation({
  name: 'GetOpenIdToken',
  kind: 'anyone',
  input: structure({ IdentityId: required(s.IdentityId), Logins: s.LoginsMap }),
  async run(call, { IdentityId, Logins }) {
    const { pool, identity, methods, principalTags, expiresAt } = await sessionOf(call, IdentityId, Logins)
    if (!pool.settings.AllowClassicFlow) throw errors.basicFlowOff()
    // A token that another token is got for ends with it: each for the next, they would never end, whatever became of the user.
    const left = expiresAt === undefined ? Number.POSITIVE_INFINITY : expiresAt - call.context.clock.now()
    const seconds = Math.min(OPEN_ID_TOKEN_SECONDS, Math.ceil(left / 1000))
    const token = { identityId: identity.id, methods, principalTags, seconds }
    return { IdentityId: identity.id, Token: await signOpenIdToken(call.context, pool, token) }
  },
})
