import { describeFirstFactors } from '../users/first-factors.js'
import { describeMfa } from '../users/mfa-preference.js'
import { usablePasskeysOf } from '../users/passkey.js'
import * as c from '../wire/constraints.js'
import { required, structure } from '../wire/shape.js'
import { operation } from './operation.js'

/** The same as GetUserAuthFactors, of any user. */
export const adminGetUserAuthFactors = operation({
  name: 'AdminGetUserAuthFactors',
  kind: 'admin about a user',
  input: structure({ UserPoolId: required(c.UserPoolId), Username: required(c.Username) }),
  async run({ context, pool, user }) {
    const passkeys = await usablePasskeysOf(context, pool, user.id)
    const { MFAOptions: _, ...mfa } = describeMfa(user)
    return { Username: user.username, ...mfa, ...describeFirstFactors(pool, user, passkeys) }
  },
})
