import type { ServerContext } from '../context.js'
import { errors } from '../errors.js'
import { isEmail } from '../wire/address.js'
import type { MfaConfig, UserPoolSettings } from '../wire/user-pool-settings.js'
import { originOf } from './relying-party.js'
import { PASSKEY_ORIGINS_TAG, SRP_IDENTITY_TAG } from './rules.js'
import { validateSchema } from './validate-schema.js'

/**
 * Checks what a pool is created or updated with, beyond the form of each member.
 *
 * @throws InvalidParameterException, FeatureUnavailableInTierException
 */
export function validateUserPool(settings: UserPoolSettings, mfaConfig: MfaConfig = {}): void {
  if (settings.AliasAttributes?.length && settings.UsernameAttributes?.length)
    throw errors.aliasAndUsernameAttributes()
  validateSchema(settings.Schema ?? [])
  validateRecovery(settings.AccountRecoverySetting)
  const verified = settings.AutoVerifiedAttributes ?? []
  const provenFirst = settings.UserAttributeUpdateSettings?.AttributesRequireVerificationBeforeUpdate ?? []
  for (const attribute of provenFirst)
    if (!verified.includes(attribute)) throw errors.provenFirstNotVerified()
  const factors = settings.Policies?.SignInPolicy?.AllowedFirstAuthFactors
  if (factors && !factors.includes('PASSWORD')) throw errors.passwordFactorMissing()
  if (factors?.includes('SOFTWARE_TOKEN')) throw errors.softwareTokenAsFirstFactor()
  if (factors?.some((factor) => factor !== 'PASSWORD') && settings.UserPoolTier === 'LITE')
    throw errors.notInTier('Passwordless Sign-In', 'LITE')
  const { PasswordHistorySize = 0, TemporaryPasswordValidityDays } = settings.Policies?.PasswordPolicy ?? {}
  if (PasswordHistorySize > 0 && settings.UserPoolTier === 'LITE')
    throw errors.notInTier('PasswordHistorySize', 'LITE')
  // Of two lengths of one time, one would be ignored. 0 says nothing, as does leaving it out.
  if (TemporaryPasswordValidityDays && settings.AdminCreateUserConfig?.UnusedAccountValidityDays)
    throw errors.temporaryPasswordDaysTwice()
  const { From, ReplyToEmailAddress } = settings.EmailConfiguration ?? {}
  if (From !== undefined && !isSender(From)) throw errors.invalidSender()
  if (ReplyToEmailAddress !== undefined && !isEmail(ReplyToEmailAddress)) throw errors.invalidEmail()
  if (settings.MfaConfiguration === 'ON' && !settings.SmsConfiguration && !hasFactor(mfaConfig))
    throw errors.mfaRequiredWithoutFactor()
  assertTags(settings.UserPoolTags)
  validateFunctions(settings)
}

export const hasFactor = (config: MfaConfig): boolean =>
  config.SmsMfaConfiguration !== undefined ||
  config.EmailMfaConfiguration !== undefined ||
  config.SoftwareTokenMfaConfiguration?.Enabled === true

/** @throws InvalidParameterException a tag that means something here has a value that means nothing */
export function assertTags(tags: UserPoolSettings['UserPoolTags']): void {
  const srpIdentity = tags?.[SRP_IDENTITY_TAG]
  if (srpIdentity !== undefined && srpIdentity !== 'sub' && srpIdentity !== 'username')
    throw errors.invalidParameter(`The tag ${SRP_IDENTITY_TAG} must be username or sub.`)
  const origins = tags?.[PASSKEY_ORIGINS_TAG]?.split(' ').filter(Boolean) ?? []
  if (!origins.every(isPasskeyOrigin))
    throw errors.invalidParameter(
      `The tag ${PASSKEY_ORIGINS_TAG} must list origins such as https://example.com or android:apk-key-hash:…, separated by spaces.`,
    )
}

function validateFunctions({ LambdaConfig = {}, UserPoolTier }: UserPoolSettings): void {
  const { PreTokenGeneration: arn, PreTokenGenerationConfig: versioned } = LambdaConfig
  if (arn !== undefined && versioned !== undefined && arn !== versioned.LambdaArn)
    throw errors.differentTokenFunctions()
  if (UserPoolTier === 'LITE' && versioned && versioned.LambdaVersion !== 'V1_0')
    throw errors.notInTier(
      `Token Customization with Pre-Token Generation Lambda ${versioned.LambdaVersion}`,
      'LITE',
    )
}

/**
 * Checks that what a pool names as its functions can be run. Not in a transaction.
 *
 * @throws InvalidParameterException naming the first that cannot
 */
export async function assertFunctionsRun(
  { functions }: ServerContext,
  { LambdaConfig = {} }: UserPoolSettings,
): Promise<void> {
  const { KMSKeyID: _, ...named } = LambdaConfig
  for (const member of Object.values(named)) {
    const arn = typeof member === 'object' ? member.LambdaArn : member
    if (!(await functions.canInvoke(arn))) throw errors.functionNotFound(arn)
  }
}

/** As a browser or an app writes it. */
const isPasskeyOrigin = (text: string): boolean =>
  /^android:apk-key-hash:[\w-]+$/.test(text) || (text.startsWith('https://') && originOf(text) === text)

/** `no-reply@example.com` or `Example <no-reply@example.com>`. */
function isSender(text: string): boolean {
  const [, address = text] = /^[^<>\p{Cc}]*<([^<>]*)>$/u.exec(text) ?? []
  return isEmail(address)
}

function validateRecovery(setting: UserPoolSettings['AccountRecoverySetting']): void {
  const mechanisms = setting?.RecoveryMechanisms ?? []
  const distinct = (values: readonly unknown[]) => new Set(values).size === values.length
  if (!distinct(mechanisms.map(({ Priority }) => Priority)) || !distinct(mechanisms.map(({ Name }) => Name)))
    throw errors.recoveryRepeated()
  if (mechanisms.length > 1 && mechanisms.some(({ Name }) => Name === 'admin_only'))
    throw errors.recoveryAdminOnly()
}
