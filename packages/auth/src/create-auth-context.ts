import type { AmplifyOutputs, AwsExports, ResourcesConfig } from './context/config.js'
import { type AuthContext, type AuthContextOptions, contextWith, storagesOf } from './context/context.js'
import { createHub } from './hub.js'

/**
 * Makes a context: one user pool, one storage, its own events. Give it to any call as the first argument.
 * Two contexts of one app client share the session where they share the storage, as they do in a browser's default,
 * `localStorage`; give each a storage of its own for two users at once. Nothing else is shared.
 *
 * @param config `{ Auth: { Cognito } }`, an `amplify_outputs.json` or an `aws-exports` object; it is neither
 *   changed nor frozen
 * @throws AuthError `InvalidParameterException` when `config` looks like `aws-exports` but has no
 *   `aws_project_region`
 *
 * @example
 * ```ts
 * import { createAuthContext, getCurrentUser } from '@amulet/auth'
 *
 * const staff = createAuthContext({
 *   Auth: { Cognito: { userPoolId: 'eu-west-1_Example', userPoolClientId: 'client' } },
 * })
 * const { username } = await getCurrentUser(staff)
 * ```
 */
export const createAuthContext = (
  config: ResourcesConfig | AmplifyOutputs | AwsExports,
  options: AuthContextOptions = {},
): AuthContext => {
  const hub = createHub({}, () => context)
  const context = contextWith(hub, config, options, storagesOf(options))
  return context
}
