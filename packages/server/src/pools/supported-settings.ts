import { errors } from '../errors.js'
import type { AppClientSettings, UserPoolSettings } from '../wire/user-pool-settings.js'

type Unsupported<Settings> = readonly [member: string, isUsed: (settings: Settings) => boolean]

/**
 * What the API knows and this server does not do yet. A setting that would be stored and then ignored is refused by
 * name; its default, said aloud, is not.
 */
const UNSUPPORTED_OF_POOLS: readonly Unsupported<UserPoolSettings>[] = [
  ['SmsConfiguration.EumsSms', ({ SmsConfiguration }) => isFilled(SmsConfiguration?.EumsSms)],
  [
    'UserPoolAddOns.AdvancedSecurityMode',
    ({ UserPoolAddOns }) => (UserPoolAddOns?.AdvancedSecurityMode ?? 'OFF') !== 'OFF',
  ],
  [
    'UserPoolAddOns.AdvancedSecurityAdditionalFlows',
    ({ UserPoolAddOns }) => isFilled(UserPoolAddOns?.AdvancedSecurityAdditionalFlows),
  ],
  ['DcrConfiguration', ({ DcrConfiguration }) => isFilled(DcrConfiguration)],
  ['KeyConfiguration', ({ KeyConfiguration }) => isFilled(KeyConfiguration)],
  ['IssuerConfiguration', ({ IssuerConfiguration }) => isFilled(IssuerConfiguration)],
  ['AcrConfiguration', ({ AcrConfiguration }) => isFilled(AcrConfiguration)],
]

const UNSUPPORTED_OF_CLIENTS: readonly Unsupported<AppClientSettings>[] = [
  ['AnalyticsConfiguration', ({ AnalyticsConfiguration }) => isFilled(AnalyticsConfiguration)],
  [
    'EnablePropagateAdditionalUserContextData',
    ({ EnablePropagateAdditionalUserContextData }) => EnablePropagateAdditionalUserContextData === true,
  ],
]

/** @throws InvalidParameterException naming the member */
export function assertPoolSettingsSupported(settings: UserPoolSettings): void {
  assertSupported(UNSUPPORTED_OF_POOLS, settings)
}

/** @throws InvalidParameterException naming the member */
export function assertClientSettingsSupported(settings: AppClientSettings): void {
  assertSupported(UNSUPPORTED_OF_CLIENTS, settings)
}

function assertSupported<Settings>(table: readonly Unsupported<Settings>[], settings: Settings): void {
  for (const [member, isUsed] of table) if (isUsed(settings)) throw errors.notSupportedYet(member)
}

/** Tools that write every member send the empty ones too. */
const isFilled = (value: unknown): boolean =>
  typeof value === 'object' && value !== null ? Object.keys(value).length > 0 : value !== undefined
