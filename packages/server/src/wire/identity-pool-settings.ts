import type { Parsed } from './shape.js'
import { boolean, integer, list, map, oneOf, required, string, structure } from './shape.js'
import { Tags } from './user-pool-settings.js'

// Scalars of the API model of identity pools, under the model's names.

export const ArnString = string({ min: 20, max: 2048 })
export const AccountId = string({ min: 1, max: 15, pattern: String.raw`\d+` })
export const IdentityPoolId = string({ min: 1, max: 55, pattern: String.raw`[\w-]+:[0-9a-f-]+` })
export const IdentityId = string({ min: 1, max: 55, pattern: String.raw`[\w-]+:[0-9a-f-]+` })
const IdentityPoolName = string({ min: 1, max: 128, pattern: String.raw`[\w\s+=,.@-]+` })
export const IdentityProviderName = string({ min: 1, max: 128 })
export const DeveloperProviderName = string({ min: 1, max: 128, pattern: String.raw`[\w._-]+` })
export const DeveloperUserIdentifier = string({ min: 1, max: 1024 })
export const IdentityPaginationKey = string({ min: 1, max: 65535, pattern: String.raw`[\S]+` })
export const TokenDuration = integer({ min: 1, max: 86400 })

/** Tokens by provider: the proof of who a person is there. */
export const LoginsMap = map(string({ min: 1, max: 50000, sensitive: true }), {
  key: IdentityProviderName,
  max: 10,
})

export const PrincipalTags = map(string({ min: 1, max: 256 }), {
  key: string({ min: 1, max: 128 }),
  max: 50,
})

const CognitoIdentityProvider = structure({
  ProviderName: string({ min: 1, max: 128, pattern: String.raw`[\w._:/-]+` }),
  ClientId: string({ min: 1, max: 128, pattern: String.raw`[\w_]+` }),
  ServerSideTokenCheck: boolean,
})

/** What an identity pool is made of, beside its name. */
const identityPoolMembers = {
  AllowUnauthenticatedIdentities: required(boolean),
  AllowClassicFlow: boolean,
  SupportedLoginProviders: map(string({ min: 1, max: 128, pattern: String.raw`[\w.;_/-]+` }), {
    key: IdentityProviderName,
    max: 10,
  }),
  DeveloperProviderName,
  OpenIdConnectProviderARNs: list(ArnString),
  CognitoIdentityProviders: list(CognitoIdentityProvider),
  SamlProviderARNs: list(ArnString),
  IdentityPoolTags: Tags,
}

export const CreateIdentityPoolInput = structure({
  IdentityPoolName: required(IdentityPoolName),
  ...identityPoolMembers,
})

const MappingRule = structure({
  Claim: required(string({ min: 1, max: 64, pattern: String.raw`[\p{L}\p{M}\p{S}\p{N}\p{P}]+` })),
  MatchType: required(oneOf('Equals', 'Contains', 'StartsWith', 'NotEqual')),
  Value: required(string({ min: 1, max: 128 })),
  RoleARN: required(ArnString),
})

const RoleMapping = structure({
  Type: required(oneOf('Token', 'Rules')),
  AmbiguousRoleResolution: oneOf('AuthenticatedRole', 'Deny'),
  RulesConfiguration: structure({ Rules: required(list(MappingRule, { min: 1, max: 400 })) }),
})

const Roles = map(ArnString, {
  key: string({ min: 1, max: 128, pattern: '(un)?authenticated' }),
  max: 2,
})
const RoleMappings = map(RoleMapping, { key: IdentityProviderName, max: 10 })

/** Which AWS roles identities get. */
export const roleMembers = { Roles: required(Roles), RoleMappings }

const PoolRoles = structure({ Roles, RoleMappings })

export type MappingRule = Parsed<typeof MappingRule>
export type RoleMapping = Parsed<typeof RoleMapping>
export type IdentityPoolRoles = Parsed<typeof PoolRoles>
export type IdentityPoolSettings = Omit<Parsed<typeof CreateIdentityPoolInput>, 'IdentityPoolName'>

const TagAttributeMap = structure({ UseDefaults: boolean, PrincipalTags })
export type TagAttributeMap = Parsed<typeof TagAttributeMap>
