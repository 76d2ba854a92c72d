import type { ServerContext } from '../context.js'

/** The part of a provider's name that is the id of a user pool, if the provider is one. */
export const userPoolIdOf = (provider: string): string | undefined =>
  /\/([\w-]+_[0-9a-zA-Z]+)$/.exec(provider)?.[1]

/** What a user pool is called in AWS, whose tools write it so: `cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Example`. */
export const awsProviderName = (userPoolId: string): string =>
  `cognito-idp.${userPoolId.slice(0, userPoolId.lastIndexOf('_'))}.amazonaws.com/${userPoolId}`

export const withoutScheme = (url: string): string => url.replace(/^https?:\/\//, '')

/** Whether a name is one that a user pool of this server has: AWS's, or its issuer without the scheme. */
export function isOwnProvider(context: ServerContext, provider: string): boolean {
  const userPoolId = userPoolIdOf(provider)
  return (
    userPoolId !== undefined &&
    (provider === awsProviderName(userPoolId) ||
      provider === withoutScheme(context.issuer(userPoolId)) ||
      provider === withoutScheme(`${context.baseUrl()}/${userPoolId}`))
  )
}

/**
 * One name for a provider that has several, whichever was configured or derived from a token: AWS's for a user pool of this
 * server. All other names stay as they are.
 */
export function canonicalProvider(context: ServerContext, provider: string): string {
  const userPoolId = userPoolIdOf(provider)
  return userPoolId !== undefined && isOwnProvider(context, provider) ? awsProviderName(userPoolId) : provider
}
