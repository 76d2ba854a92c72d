/** What AWS IAM knows of a provider that an identity pool names by an ARN. */
export interface IamProvider {
  /** Of a provider of OpenID Connect: the applications whose tokens count. */
  readonly ClientIDList?: readonly string[] | undefined
  /** Of a provider of SAML: its metadata. */
  readonly SAMLMetadataDocument?: string | undefined
}
