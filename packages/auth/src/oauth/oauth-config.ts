import type { OAuthConfig } from '../context/config.js'
import type { AuthContext } from '../context/context.js'

/** The managed login of the user pool, when all that it needs is configured. */
export const findOAuth = ({ config }: AuthContext): OAuthConfig | undefined => {
  const oauth = config.Auth?.Cognito?.loginWith?.oauth
  return oauth?.domain && oauth.redirectSignIn && oauth.redirectSignOut && oauth.responseType
    ? oauth
    : undefined
}

/** Key of what says, for longer than the session lasts, that it came from the domain. */
export const OAUTH_SIGN_IN = 'oauthSignIn'
