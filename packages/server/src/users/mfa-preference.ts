import type { ServerContext } from '../context.js'
import type { Transaction } from '../db/schema.js'
import { errors } from '../errors.js'
import { rulesOf } from '../pools/rules.js'
import type { UserPool } from '../pools/user-pool.js'
import { type SecondFactor, withFactor, withoutFactor } from './mfa-settings.js'
import { FACTOR_ATTRIBUTE, poolFactors, saveMfa } from './second-factors.js'
import { findSoftwareToken } from './software-token.js'
import type { User } from './user.js'

/** What is asked for one factor; what is left out stays as it is. */
export interface FactorPreference {
  readonly Enabled?: boolean | undefined
  readonly PreferredMfa?: boolean | undefined
}

/** As the API names them. */
const NAME = { sms: 'SMS_MFA', totp: 'SOFTWARE_TOKEN_MFA', email: 'EMAIL_OTP', passkey: 'WEB_AUTHN' } as const

/**
 * Turns second factors on and off, and chooses which is asked for.
 *
 * @param user as held by the transaction
 * @throws InvalidParameterException
 */
export async function setMfaPreference(
  context: ServerContext,
  tx: Transaction,
  pool: UserPool,
  user: User,
  {
    passkey,
    ...preferences
  }: Readonly<Partial<Record<SecondFactor | 'passkey', FactorPreference | undefined>>>,
): Promise<void> {
  const given = Object.entries(preferences) as [SecondFactor, FactorPreference | undefined][]
  if (given.filter(([, preference]) => preference?.PreferredMfa).length > 1) throw errors.severalPreferred()
  let { mfa } = user
  for (const [factor, preference] of given) {
    if (preference?.Enabled === true) {
      if (!poolFactors(pool).includes(factor)) throw errors.factorNotInPool(NAME[factor])
      if (!(await isReady(context, tx, user, factor))) throw errors.noDeliveryConfig(NAME[factor])
      mfa = withFactor(mfa, factor)
    }
    if (preference?.Enabled === false) mfa = withoutFactor(mfa, factor)
  }
  for (const [factor, preference] of given) {
    if (preference?.PreferredMfa === true) {
      if (!mfa.enabled.includes(factor)) throw errors.preferredNotEnabled(NAME[factor])
      mfa = { ...mfa, preferred: factor }
    }
    if (preference?.PreferredMfa === false && mfa.preferred === factor) mfa = { ...mfa, preferred: undefined }
  }
  if (passkey?.Enabled === true) {
    if (!rulesOf(pool).passkeys.multiFactor) throw errors.factorNotInPool(NAME.passkey)
    mfa = { ...mfa, passkey: true }
  }
  if (passkey?.Enabled === false) mfa = { ...mfa, passkey: undefined }
  // A user whose passkeys are gone could not prove a second factor otherwise.
  const isAlone = ({ passkey, enabled }: User['mfa']) => passkey === true && enabled.length === 0
  if (isAlone(mfa) && !isAlone(user.mfa)) throw errors.passkeyAlone()
  const required = rulesOf(pool).mfa.mode === 'ON'
  if (required && user.mfa.enabled.length > 0 && mfa.enabled.length === 0) throw errors.lastFactor()
  await saveMfa(tx, user, mfa)
}

async function isReady(
  context: ServerContext,
  tx: Transaction,
  user: User,
  factor: SecondFactor,
): Promise<boolean> {
  if (factor === 'totp') return (await findSoftwareToken(context, tx, user.id, 'verified')) !== undefined
  return Boolean(user.attributes[FACTOR_ATTRIBUTE[factor]])
}

/** The members of GetUser and AdminGetUser that tell what is turned on; none where nothing is. */
export const describeMfa = (user: User) => ({
  ...((user.mfa.enabled.length > 0 || user.mfa.passkey) && {
    UserMFASettingList: [...user.mfa.enabled, ...(user.mfa.passkey ? ['passkey' as const] : [])].map(
      (factor) => NAME[factor],
    ),
  }),
  ...(user.mfa.preferred !== undefined && { PreferredMfaSetting: NAME[user.mfa.preferred] }),
  ...describeSmsMfa(user),
})

/** The older member of a user, which tells of codes by SMS alone. */
export const describeSmsMfa = ({ mfa: { enabled } }: User) =>
  enabled.includes('sms') && {
    MFAOptions: [{ DeliveryMedium: 'SMS', AttributeName: FACTOR_ATTRIBUTE.sms }],
  }
