import type { ServerContext } from '../context.js'
import { errors } from '../errors.js'
import { providerErrorIn } from '../federation/provider-error.js'
import { readAssertion } from '../federation/saml.js'
import { parseSamlMetadata } from '../federation/saml-metadata.js'
import type { ProvenLogin } from './identity.js'
import type { IdentityPool } from './identity-pool.js'

const OIDC = /^arn:aws[\w-]*:iam::\d*:oidc-provider\/(.+)$/
const SAML = /^arn:aws[\w-]*:iam::\d*:saml-provider\/.+$/

export const isSamlArn = (name: string): boolean => SAML.test(name)

/**
 * The applications whose tokens of an OpenID provider count because the pool names it by its ARN. The issuer is part of that.
 *
 * @returns nothing where the pool names none
 * @throws InvalidIdentityPoolConfigurationException only IAM knows the provider
 */
export function clientsOfArn(
  { iamProviders }: ServerContext,
  { settings }: IdentityPool,
  provider: string,
): readonly string[] {
  const arn = settings.OpenIdConnectProviderARNs?.find((each) => OIDC.exec(each)?.[1] === provider)
  if (arn === undefined) return []
  const { ClientIDList } = iamProviders[arn] ?? {}
  if (!ClientIDList) throw errors.onlyKnownToIam(arn)
  return ClientIDList
}

/** What AWS is called in assertions that are made for it. */
const AUDIENCES = ['urn:amazon:webservices', 'https://signin.aws.amazon.com/saml'] as const
const RECIPIENT = 'https://signin.aws.amazon.com/saml'

/**
 * A response of a provider of SAML that was made for AWS: base64, as the provider's page posts it.
 *
 * @throws NotAuthorizedException, InvalidIdentityPoolConfigurationException
 */
export async function verifyAssertion(
  { iamProviders }: ServerContext,
  { settings }: IdentityPool,
  arn: string,
  response: string,
): Promise<ProvenLogin> {
  if (!settings.SamlProviderARNs?.includes(arn)) throw errors.loginNotSupported()
  const { SAMLMetadataDocument } = iamProviders[arn] ?? {}
  if (SAMLMetadataDocument === undefined) throw errors.onlyKnownToIam(arn)
  const metadata = parseSamlMetadata(SAMLMetadataDocument)
  const answer = { response, redirectUri: RECIPIENT, requestId: undefined }
  let failed: unknown
  for (const audience of AUDIENCES)
    try {
      const { subject, claims } = await readAssertion(metadata, audience, answer)
      return { provider: arn, subject, claims: { ...claims, sub: subject } }
    } catch (error) {
      if (!providerErrorIn(error)) throw error
      failed = error
    }
  throw errors.loginRefused(failed)
}
