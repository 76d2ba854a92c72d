import { describeFirstFactors } from '../users/first-factors.js'
import { describeMfa } from '../users/mfa-preference.js'
import { usablePasskeysOf } from '../users/passkey.js'
import * as c from '../wire/constraints.js'
import { required, structure } from '../wire/shape.js'
import { operation } from './operation.js'

/** What a user may begin a sign-in with, and the second factors that are turned on. */
export const getUserAuthFactors = operation({
  name: 'GetUserAuthFactors',
  kind: 'user',
  input: structure({ AccessToken: required(c.TokenModel) }),
  async run({ context, pool, user }) {
    const passkeys = await usablePasskeysOf(context, pool, user.id)
    const { MFAOptions: _, ...mfa } = describeMfa(user)
    return { Username: user.username, ...mfa, ...describeFirstFactors(pool, user, passkeys) }
  },
})
