import { setMfaPreference } from '../users/mfa-preference.js'
import { getUserForUpdate } from '../users/user.js'
import * as c from '../wire/constraints.js'
import { boolean, required, structure } from '../wire/shape.js'
import { operation } from './operation.js'

const FactorSettings = structure({ Enabled: boolean, PreferredMfa: boolean })

/** The second factors of a user, in the two operations that set them. */
export const mfaPreferenceMembers = {
  SMSMfaSettings: FactorSettings,
  SoftwareTokenMfaSettings: FactorSettings,
  EmailMfaSettings: FactorSettings,
}

export const setUserMfaPreference = operation({
  name: 'SetUserMFAPreference',
  kind: 'user',
  input: structure({ ...mfaPreferenceMembers, AccessToken: required(c.TokenModel) }),
  async run({ context, pool, user }, { SMSMfaSettings, SoftwareTokenMfaSettings, EmailMfaSettings }) {
    await context.db.transaction().execute(async (tx) => {
      const current = await getUserForUpdate(tx, pool, user.id)
      const preferences = { sms: SMSMfaSettings, totp: SoftwareTokenMfaSettings, email: EmailMfaSettings }
      await setMfaPreference(context, tx, pool, current, preferences)
    })
    return {}
  },
})
