import * as c from './constraints.js'
import { document, list, map, oneOf, type Parsed, required, string, structure } from './shape.js'

const ProviderType = oneOf('SAML', 'Facebook', 'Google', 'LoginWithAmazon', 'SignInWithApple', 'OIDC')

/** Name and value pairs, a secret among them. */
const ProviderDetails = map(string({ max: 131_072 }), {
  key: string({ min: 0, max: 131_072 }),
  sensitive: true,
})

/** Members that UpdateIdentityProvider can replace as well. */
const mutableProviderMembers = {
  AttributeMapping: map(string({ min: 0, max: 131_072 }), { key: string({ min: 1, max: 32 }) }),
  IdpIdentifiers: list(c.IdpIdentifier, { max: 50 }),
  AcrMapping: document,
}

export const CreateIdentityProviderInput = structure({
  UserPoolId: required(c.UserPoolId),
  ProviderName: required(c.NewProviderName),
  ProviderType: required(ProviderType),
  ProviderDetails: required(ProviderDetails),
  ...mutableProviderMembers,
})

export const UpdateIdentityProviderInput = structure({
  UserPoolId: required(c.UserPoolId),
  ProviderName: required(c.ProviderName),
  ProviderDetails,
  ...mutableProviderMembers,
})

/** Who a person is: with a provider, or in the pool itself. */
export const ProviderUser = structure({
  ProviderName: c.ProviderName,
  ProviderAttributeName: string({ min: 0, max: 131_072 }),
  ProviderAttributeValue: string({ min: 0, max: 131_072 }),
})
export type ProviderUser = Parsed<typeof ProviderUser>

const MutableProviderMembers = structure(mutableProviderMembers)
/** What is stored of a provider, beside its details. */
export type ProviderSettings = Parsed<typeof MutableProviderMembers>
