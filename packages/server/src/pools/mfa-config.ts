import { errors } from '../errors.js'
import type { MfaConfig, UserPoolSettings } from '../wire/user-pool-settings.js'
import { assertRelyingPartyId } from './relying-party.js'

/** Of a pool that is made with MFA: codes by SMS, which are all that CreateUserPool knows, and what is declared besides. */
export function newMfaConfig(
  { MfaConfiguration = 'OFF', SmsConfiguration, SmsAuthenticationMessage }: UserPoolSettings,
  declared: MfaConfig = {},
): MfaConfig {
  const bySms = MfaConfiguration !== 'OFF' && SmsConfiguration !== undefined
  return {
    MfaConfiguration,
    ...(bySms && {
      SmsMfaConfiguration: {
        SmsConfiguration,
        ...(SmsAuthenticationMessage !== undefined && { SmsAuthenticationMessage }),
      },
    }),
    ...declared,
  }
}

/** @throws InvalidParameterException second factors and passkeys that do not go together */
export function validateMfaConfig(config: MfaConfig): void {
  assertFactors(config)
  assertRelyingPartyId(config.WebAuthnConfiguration?.RelyingPartyId)
}

function assertFactors(config: MfaConfig): void {
  const { SmsMfaConfiguration: sms, SoftwareTokenMfaConfiguration: totp, EmailMfaConfiguration } = config
  if (config.MfaConfiguration === 'OFF') {
    if (sms || totp || EmailMfaConfiguration) throw errors.mfaOffWithFactor()
    return
  }
  if (!sms && !totp?.Enabled && !EmailMfaConfiguration)
    throw config.WebAuthnConfiguration ? errors.mfaWithPasskeysOnly() : errors.mfaWithoutFactor()
  if (sms && !sms.SmsConfiguration) throw errors.smsMfaWithoutSms()
}
