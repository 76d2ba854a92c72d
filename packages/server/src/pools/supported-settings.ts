import type { ServerContext } from '../context.js'
import { errors } from '../errors.js'
import type { AppClientSettings, MfaConfig, UserPoolSettings } from '../wire/user-pool-settings.js'

type Used<Settings> = (settings: Settings) => boolean

/**
 * What the API knows and this server does not do yet. A setting that would be stored and then ignored is refused by
 * name; its default, said aloud, is not.
 */
const UNSUPPORTED_OF_POOLS: readonly (readonly [member: string, isUsed: Used<UserPoolSettings>])[] = [
  ['DcrConfiguration', ({ DcrConfiguration }) => isFilled(DcrConfiguration)],
  ['KeyConfiguration', ({ KeyConfiguration }) => isFilled(KeyConfiguration)],
  ['IssuerConfiguration', ({ IssuerConfiguration }) => isFilled(IssuerConfiguration)],
  ['AcrConfiguration', ({ AcrConfiguration }) => isFilled(AcrConfiguration)],
]

/** What only AWS can do, and what does not happen here. */
type OnlyAtAws<Settings> = readonly (readonly [member: string, isUsed: Used<Settings>, missing: string])[]

const ONLY_AT_AWS_OF_POOLS: OnlyAtAws<UserPoolSettings> = [
  [
    'UserPoolAddOns.AdvancedSecurityMode',
    ({ UserPoolAddOns }) => (UserPoolAddOns?.AdvancedSecurityMode ?? 'OFF') !== 'OFF',
    'there is no threat protection, so no sign-in is found to be a risk',
  ],
  [
    'UserPoolAddOns.AdvancedSecurityAdditionalFlows',
    ({ UserPoolAddOns }) => isFilled(UserPoolAddOns?.AdvancedSecurityAdditionalFlows),
    'there is no threat protection, so no sign-in is found to be a risk',
  ],
  [
    'EmailConfiguration.ConfigurationSet',
    ({ EmailConfiguration }) => EmailConfiguration?.ConfigurationSet !== undefined,
    'mail does not go through Amazon SES, which would publish what becomes of it',
  ],
  [
    'SmsConfiguration.EumsSms',
    ({ SmsConfiguration }) => isFilled(SmsConfiguration?.EumsSms),
    'SMS do not go through AWS End User Messaging',
  ],
]

const ONLY_AT_AWS_OF_CLIENTS: OnlyAtAws<AppClientSettings> = [
  [
    'AnalyticsConfiguration',
    ({ AnalyticsConfiguration }) => isFilled(AnalyticsConfiguration),
    'Amazon Pinpoint is told of no sign-in',
  ],
  [
    'EnablePropagateAdditionalUserContextData',
    ({ EnablePropagateAdditionalUserContextData }) => EnablePropagateAdditionalUserContextData === true,
    'there is no threat protection that the addresses of users could be told',
  ],
]

/** @throws InvalidParameterException naming the member; in `dev`, what only AWS can do is told and taken */
export function assertPoolSettingsSupported(context: ServerContext, settings: UserPoolSettings): void {
  for (const [member, isUsed] of UNSUPPORTED_OF_POOLS)
    if (isUsed(settings)) throw errors.notSupportedYet(member)
  assertAvailable(context, ONLY_AT_AWS_OF_POOLS, settings)
}

const ONLY_AT_AWS_OF_MFA: OnlyAtAws<MfaConfig> = [
  [
    'SmsMfaConfiguration.SmsConfiguration.EumsSms',
    ({ SmsMfaConfiguration }) => isFilled(SmsMfaConfiguration?.SmsConfiguration?.EumsSms),
    'SMS do not go through AWS End User Messaging',
  ],
]

/** @throws InvalidParameterException naming the member; in `dev`, what only AWS can do is told and taken */
export function assertMfaConfigSupported(context: ServerContext, config: MfaConfig): void {
  assertAvailable(context, ONLY_AT_AWS_OF_MFA, config)
}

/** @throws InvalidParameterException naming the member; in `dev`, what only AWS can do is told and taken */
export function assertClientSettingsSupported(context: ServerContext, settings: AppClientSettings): void {
  assertAvailable(context, ONLY_AT_AWS_OF_CLIENTS, settings)
}

function assertAvailable<Settings>(
  context: ServerContext,
  table: OnlyAtAws<Settings>,
  settings: Settings,
): void {
  for (const [member, isUsed, missing] of table) if (isUsed(settings)) context.onlyAtAws(member, missing)
}

/** Tools that write every member send the empty ones too. */
const isFilled = (value: unknown): boolean =>
  typeof value === 'object' && value !== null ? Object.keys(value).length > 0 : value !== undefined
