import { errors } from '../../errors.js'
import { operation } from '../../operations/operation.js'
import * as s from '../../wire/identity-pool-settings.js'
import { required, structure } from '../../wire/shape.js'
import { signOpenIdToken } from '../open-id-token.js'
import { sessionOf } from '../session-of.js'

export const getOpenIdToken = operation({
  name: 'GetOpenIdToken',
  kind: 'anyone',
  input: structure({ IdentityId: required(s.IdentityId), Logins: s.LoginsMap }),
  async run(call, { IdentityId, Logins }) {
    const { pool, identity, methods, principalTags } = await sessionOf(call, IdentityId, Logins)
    if (!pool.settings.AllowClassicFlow) throw errors.basicFlowOff()
    const token = { identityId: identity.id, methods, principalTags }
    return { IdentityId: identity.id, Token: await signOpenIdToken(call.context, pool, token) }
  },
})
