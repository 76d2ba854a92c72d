/** The user pool this page signs in to. */
export interface Pool {
  userPoolId: string
  userPoolClientId: string
  /** Base URL of the server, with a slash at its end. */
  userPoolEndpoint: string
  /** Whether functions of the pool ask for more than the password. */
  authFlowType?: 'CUSTOM_WITH_SRP'
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
      '/pool.json must hold userPoolId, userPoolClientId and userPoolEndpoint, and may hold CUSTOM_WITH_SRP as authFlowType',
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
  [undefined, 'CUSTOM_WITH_SRP'].includes(Reflect.get(value, 'authFlowType'))
