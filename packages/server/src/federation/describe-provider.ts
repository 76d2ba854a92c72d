import type { ServerContext } from '../context.js'
import { timestamp } from '../wire/timestamp.js'
import type { IdentityProvider } from './identity-provider.js'
import { samlKeysOf } from './saml-key.js'
import { knownSamlMetadata } from './saml-metadata.js'
import { serviceDetails } from './service-details.js'

/** A provider on the wire. */
export async function describeProvider(context: ServerContext, provider: IdentityProvider) {
  const { userPoolId, name, type, details, settings } = provider
  return {
    UserPoolId: userPoolId,
    ProviderName: name,
    ProviderType: type,
    ProviderDetails: {
      ...details,
      ...(type === 'SAML' ? await derivedDetails(context, provider) : serviceDetails(provider)),
    },
    AttributeMapping: settings.AttributeMapping ?? {},
    IdpIdentifiers: settings.IdpIdentifiers ?? [],
    CreationDate: timestamp(provider.createdAt),
    LastModifiedDate: timestamp(provider.updatedAt),
  }
}

/** What the server adds: its own certificate, and the addresses in the provider's metadata once it has been read. */
async function derivedDetails(
  context: ServerContext,
  provider: IdentityProvider,
): Promise<Record<string, string>> {
  const [encryption] = await samlKeysOf(context, provider.userPoolId, 'encryption')
  const metadata = knownSamlMetadata(context, provider)
  return {
    ActiveEncryptionCertificate: encryption.certificate,
    ...(metadata && { SSORedirectBindingURI: metadata.signInUrl }),
    ...(metadata?.signOutUrl !== undefined && { SLORedirectBindingURI: metadata.signOutUrl }),
  }
}
