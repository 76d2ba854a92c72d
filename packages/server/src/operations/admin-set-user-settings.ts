import { setMfaPreference } from '../users/mfa-preference.js'
import { getUserForUpdate } from '../users/user.js'
import * as c from '../wire/constraints.js'
import { required, structure } from '../wire/shape.js'
import { operation } from './operation.js'
import { asksForSms, MfaOptions } from './set-user-settings.js'

export const adminSetUserSettings = operation({
  name: 'AdminSetUserSettings',
  kind: 'admin about a user',
  input: structure({
    UserPoolId: required(c.UserPoolId),
    Username: required(c.Username),
    MFAOptions: required(MfaOptions),
  }),
  async run({ context, pool, user }, { MFAOptions }) {
    await context.db.transaction().execute(async (tx) => {
      const current = await getUserForUpdate(tx, pool, user.id)
      await setMfaPreference(context, tx, pool, current, { sms: { Enabled: asksForSms(MFAOptions) } })
    })
    return {}
  },
})
