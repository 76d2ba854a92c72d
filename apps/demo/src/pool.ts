import { isProviderName, type ProviderName } from './providers.js'

/** The user pool this page signs in to. */
export interface Pool {
  userPoolId: string
  userPoolClientId: string
  /** Base URL of the server, with a slash at its end. */
  userPoolEndpoint: string
  /** Whether functions of the pool ask for more than the password. */
  authFlowType?: 'CUSTOM_WITH_SRP'
  /** Where the pool's own pages are, with a scheme, when its users may sign in there and come back to this page. */
  domain?: string
  /** Providers that they may sign in at there. */
  providers?: readonly ProviderName[]
}

/** The configuration of the library for it. */
export const configOf = (pool: Pool) => {
  const here = `${location.origin}/`
  const oauth = pool.domain && {
    domain: pool.domain,
    scopes: ['openid', 'email', 'profile', 'aws.cognito.signin.user.admin'],
    redirectSignIn: [here],
    redirectSignOut: [here],
    responseType: 'code' as const,
  }
  return { Auth: { Cognito: { ...pool, ...(oauth && { loginWith: { oauth } }) } } }
}

/**
 * Reads `/pool.json`. It is fetched and not compiled in, so one build of the page serves any pool; the file
 * beside this page names the default pool of `amulet dev`.
 */
export async function loadPool(): Promise<Pool> {
  const response = await fetch('/pool.json')
  if (!response.ok) throw new Error(`/pool.json answered ${response.status}`)
  const pool: unknown = await response.json()
  if (!isPool(pool)) {
    throw new Error(
      '/pool.json must hold userPoolId, userPoolClientId and userPoolEndpoint, and may hold CUSTOM_WITH_SRP as authFlowType, domain, and providers',
    )
  }
  return pool
}

const isPool = (value: unknown): value is Pool =>
  typeof value === 'object' &&
  value !== null &&
  ['userPoolId', 'userPoolClientId', 'userPoolEndpoint'].every(
    (key) => typeof Reflect.get(value, key) === 'string',
  ) &&
  ['undefined', 'string'].includes(typeof Reflect.get(value, 'domain')) &&
  [undefined, 'CUSTOM_WITH_SRP'].includes(Reflect.get(value, 'authFlowType')) &&
  isListOfProviders(Reflect.get(value, 'providers') ?? [])

const isListOfProviders = (value: unknown): boolean => Array.isArray(value) && value.every(isProviderName)
