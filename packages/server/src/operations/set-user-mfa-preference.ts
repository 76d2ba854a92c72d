import { setMfaPreference } from '../users/mfa-preference.js'
import { getUserForUpdate } from '../users/user.js'
import * as c from '../wire/constraints.js'
import { boolean, type Parsed, required, structure } from '../wire/shape.js'
import { operation } from './operation.js'

const FactorSettings = structure({ Enabled: boolean, PreferredMfa: boolean })

/** The second factors of a user, in the two operations that set them. */
export const mfaPreferenceMembers = {
  SMSMfaSettings: FactorSettings,
  SoftwareTokenMfaSettings: FactorSettings,
  EmailMfaSettings: FactorSettings,
  WebAuthnMfaSettings: structure({ Enabled: boolean }),
}

/** What the members of the two operations ask for. */
export function preferencesOf(input: Parsed<typeof MfaPreference>) {
  return {
    sms: input.SMSMfaSettings,
    totp: input.SoftwareTokenMfaSettings,
    email: input.EmailMfaSettings,
    passkey: input.WebAuthnMfaSettings,
  }
}

const MfaPreference = structure(mfaPreferenceMembers)

export const setUserMfaPreference = operation({
  name: 'SetUserMFAPreference',
  kind: 'user',
  input: structure({ ...mfaPreferenceMembers, AccessToken: required(c.TokenModel) }),
  async run({ context, pool, user }, input) {
    const preferences = preferencesOf(input)
    await context.db.transaction().execute(async (tx) => {
      const current = await getUserForUpdate(tx, pool, user.id)
      await setMfaPreference(context, tx, pool, current, preferences)
    })
    return {}
  },
})
