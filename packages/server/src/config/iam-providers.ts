import { parseSamlMetadata } from '../federation/saml-metadata.js'
import type { IamProvider } from '../iam-provider.js'

/** What is wrong with the providers of a configuration, by their paths. */
export function* wrongIamProviders(providers: Readonly<Record<string, IamProvider>>): Generator<string> {
  for (const [arn, { ClientIDList, SAMLMetadataDocument }] of Object.entries(providers)) {
    const path = `iamProviders.${arn}`
    if (/:iam::\d*:oidc-provider\/./.test(arn)) {
      if (!ClientIDList?.length) yield `${path} must have a ClientIDList.`
    } else if (/:iam::\d*:saml-provider\/./.test(arn)) {
      try {
        parseSamlMetadata(SAMLMetadataDocument ?? '')
      } catch (error) {
        yield `${path}.SAMLMetadataDocument cannot be used. ${(error as Error).message}`
      }
    } else
      yield `${path} must be called arn:aws:iam::ACCOUNT:oidc-provider/ISSUER or arn:aws:iam::ACCOUNT:saml-provider/NAME.`
  }
}
