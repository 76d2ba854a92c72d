import { errors } from '../errors.js'
import type { IdentityPoolRoles, IdentityPoolSettings } from '../wire/identity-pool-settings.js'

/** @throws InvalidParameterException settings that contradict each other, which no shape says */
export function validateIdentityPool(settings: IdentityPoolSettings): void {
  for (const provider of settings.CognitoIdentityProviders ?? [])
    if (provider.ProviderName === undefined || provider.ClientId === undefined)
      throw errors.invalidParameter('CognitoIdentityProviders must have a ProviderName and a ClientId.')
}

/** @throws InvalidParameterException */
export function validateRoles({ RoleMappings = {} }: IdentityPoolRoles): void {
  for (const [provider, mapping] of Object.entries(RoleMappings)) {
    if (mapping.AmbiguousRoleResolution === undefined)
      throw errors.invalidParameter(`AmbiguousRoleResolution is required in the role mapping of ${provider}.`)
    if (mapping.Type === 'Rules' && !mapping.RulesConfiguration)
      throw errors.invalidParameter(`RulesConfiguration is required in the role mapping of ${provider}.`)
  }
}
