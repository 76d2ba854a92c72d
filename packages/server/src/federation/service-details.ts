import type { ProviderType } from '../db/schema.js'

/** Of Facebook's API, where a provider names none. */
export const FACEBOOK_VERSION = 'v17.0'

/**
 * What the service says of providers beside what they were made with. Tools read it, compare it and write it back; what they
 * write of it is not looked at, and a sign-in goes by the endpoints that this server knows.
 */
export function serviceDetails({
  type,
  details,
}: {
  readonly type: ProviderType
  readonly details: Readonly<Record<string, string>>
}): Readonly<Record<string, string>> {
  switch (type) {
    case 'Google':
      return {
        attributes_url: 'https://people.googleapis.com/v1/people/me?personFields=',
        attributes_url_add_attributes: 'true',
        authorize_url: 'https://accounts.google.com/o/oauth2/v2/auth',
        oidc_issuer: 'https://accounts.google.com',
        token_request_method: 'POST',
        token_url: 'https://www.googleapis.com/oauth2/v4/token',
      }
    case 'Facebook': {
      const version = details.api_version || FACEBOOK_VERSION
      return {
        attributes_url: `https://graph.facebook.com/${version}/me?fields=`,
        attributes_url_add_attributes: 'true',
        authorize_url: `https://www.facebook.com/${version}/dialog/oauth`,
        token_request_method: 'GET',
        token_url: `https://graph.facebook.com/${version}/oauth/access_token`,
      }
    }
    case 'LoginWithAmazon':
      return {
        attributes_url: 'https://api.amazon.com/user/profile',
        attributes_url_add_attributes: 'false',
        authorize_url: 'https://www.amazon.com/ap/oa',
        token_request_method: 'POST',
        token_url: 'https://api.amazon.com/auth/o2/token',
      }
    case 'SignInWithApple':
      return {
        attributes_url_add_attributes: 'false',
        authorize_url: 'https://appleid.apple.com/auth/authorize',
        oidc_issuer: 'https://appleid.apple.com',
        token_request_method: 'POST',
        token_url: 'https://appleid.apple.com/auth/token',
      }
    case 'OIDC':
      return { attributes_url_add_attributes: 'false' }
    case 'SAML':
      return {}
  }
}
