import type { CognitoIdentityProvider } from '@aws-sdk/client-cognito-identity-provider'
import { oidcProvider } from './federation.js'
import type { World } from './fuzz.js'

/** What a pool has for sign-ins by redirect: made once more where it was taken away, or is new each time. */
export async function forRedirects(
  admin: CognitoIdentityProvider,
  { userPoolId: UserPoolId, clientId: ClientId }: Pick<World, 'userPoolId' | 'clientId'>,
  suffix: string,
) {
  const { UserPool } = await admin.describeUserPool({ UserPoolId })
  const domain = UserPool?.Domain ?? `taken-${suffix}`
  if (!UserPool?.Domain) await admin.createUserPoolDomain({ UserPoolId, Domain: domain })
  const resourceServer = `api-${suffix}`
  await admin.createResourceServer({
    UserPoolId,
    Identifier: resourceServer,
    Name: 'API',
    Scopes: [{ ScopeName: 'read', ScopeDescription: 'Read' }],
  })
  const providerName = `Upstream${suffix}`
  const providerIdentifier = `${suffix}.example.com`
  await admin.createIdentityProvider({
    UserPoolId,
    ...oidcProvider('https://issuer.example.com'),
    ProviderName: providerName,
    IdpIdentifiers: [providerIdentifier],
  })
  const federatedUser = `at-the-upstream-${suffix}`
  await admin.adminCreateUser({ UserPoolId, Username: `linked${suffix}`, MessageAction: 'SUPPRESS' })
  await admin.adminLinkProviderForUser({
    UserPoolId,
    DestinationUser: { ProviderName: 'Cognito', ProviderAttributeValue: `linked${suffix}` },
    SourceUser: {
      ProviderName: providerName,
      ProviderAttributeName: 'Cognito_Subject',
      ProviderAttributeValue: federatedUser,
    },
  })
  const bare = await admin.createUserPool({ PoolName: `bare ${suffix}` })
  const { UserPoolClient } = await admin.createUserPoolClient({ UserPoolId, ClientName: 'looks' })
  const of = { UserPoolId, ClientId: UserPoolClient?.ClientId ?? ClientId }
  const { ManagedLoginBranding } = await admin.createManagedLoginBranding({
    ...of,
    UseCognitoProvidedValues: true,
  })
  const { Terms } = await admin.createTerms({
    ...of,
    TermsName: 'terms-of-use',
    TermsSource: 'LINK',
    Enforcement: 'NONE',
    Links: { 'cognito:default': 'https://example.com/terms' },
  })
  return {
    domain,
    freeDomain: `free-${suffix}`,
    resourceServer,
    providerName,
    providerIdentifier,
    federatedUser,
    brandingId: ManagedLoginBranding?.ManagedLoginBrandingId ?? '',
    styledClientId: of.ClientId,
    poolWithoutDomain: bare.UserPool?.Id ?? '',
    termsId: Terms?.TermsId ?? '',
  }
}
