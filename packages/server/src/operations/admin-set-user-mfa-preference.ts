import { setMfaPreference } from '../users/mfa-preference.js'
import { getUserForUpdate } from '../users/user.js'
import * as c from '../wire/constraints.js'
import { required, structure } from '../wire/shape.js'
import { operation } from './operation.js'
import { mfaPreferenceMembers, preferencesOf } from './set-user-mfa-preference.js'

export const adminSetUserMfaPreference = operation({
  name: 'AdminSetUserMFAPreference',
  kind: 'admin about a user',
  input: structure({
    ...mfaPreferenceMembers,
    Username: required(c.Username),
    UserPoolId: required(c.UserPoolId),
  }),
  async run({ context, pool, user }, input) {
    const preferences = preferencesOf(input)
    await context.db.transaction().execute(async (tx) => {
      const current = await getUserForUpdate(tx, pool, user.id)
      await setMfaPreference(context, tx, pool, current, preferences)
    })
    return {}
  },
})
