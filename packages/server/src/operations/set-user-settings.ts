import { setMfaPreference } from '../users/mfa-preference.js'
import { getUserForUpdate } from '../users/user.js'
import * as c from '../wire/constraints.js'
import { list, oneOf, required, structure } from '../wire/shape.js'
import { operation } from './operation.js'

/** The older way to turn SMS codes on: a list with SMS in it, or an empty one. */
export const MfaOptions = list(
  structure({ DeliveryMedium: oneOf('SMS', 'EMAIL'), AttributeName: c.AttributeName }),
)

/** Whether SMS codes are to be on. */
export const asksForSms = (options: readonly { readonly DeliveryMedium?: string }[]): boolean =>
  options.some(({ DeliveryMedium }) => DeliveryMedium === 'SMS')

export const setUserSettings = operation({
  name: 'SetUserSettings',
  kind: 'user',
  input: structure({ AccessToken: required(c.TokenModel), MFAOptions: required(MfaOptions) }),
  async run({ context, pool, user }, { MFAOptions }) {
    await context.db.transaction().execute(async (tx) => {
      const current = await getUserForUpdate(tx, pool, user.id)
      await setMfaPreference(context, tx, pool, current, { sms: { Enabled: asksForSms(MFAOptions) } })
    })
    return {}
  },
})
