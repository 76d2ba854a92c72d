import type { TokenFamily } from './token-family.js'

/** The scope that lets an access token call the user pool API; an API sign-in has it and no other. */
export const API_SCOPE = 'aws.cognito.signin.user.admin'

/** Scopes as a request or a token has them, each once. */
export const scopesOf = (text: string): string[] => [...new Set(text.split(' ').filter(Boolean))]

/** What a sign-in may do with its tokens. */
export const grantedScopes = ({ scope }: TokenFamily): string[] =>
  scope === null ? [API_SCOPE] : scopesOf(scope)
