import type { AmplifyOutputs, AwsExports, ResourcesConfig } from './context/config.js'
import { type AuthContextOptions, contextWith, type Storages, storagesOf } from './context/context.js'
import { byDefault } from './context/default.js'
import { defaultHub } from './events.js'

let lastOptions: AuthContextOptions = {}

/** Of all calls that name no storage. Where the page has none this is memory, and a session in it outlives them. */
let kept: Storages | undefined

/**
 * Sets the context that calls without one use. The last call wins as a whole; only the options of the call
 * before are kept when none are given. A sign-in or sign-up under way goes on if storage and app client stay the
 * same. Dispatches `configure` on the `core` channel of {@link Hub}. When the URL of the page is the answer to a sign-in
 * by redirect that this application has begun, completes it, a task later.
 *
 * @param config `{ Auth: { Cognito } }`, an `amplify_outputs.json` or an `aws-exports` object
 * @throws AuthError `InvalidParameterException`, see {@link createAuthContext}
 *
 * @example
 * ```ts
 * import { configure } from '@amulet/auth'
 *
 * configure({ Auth: { Cognito: { userPoolId: 'eu-west-1_Example', userPoolClientId: 'client' } } })
 * ```
 */
export const configure = (
  config: ResourcesConfig | AmplifyOutputs | AwsExports,
  options: AuthContextOptions = lastOptions,
): void => {
  kept ??= storagesOf({})
  const storages = options.storage ? storagesOf(options) : kept
  const context = contextWith(defaultHub, config, options, storages, byDefault.context)
  byDefault.context = context
  lastOptions = options
  // As it is now: a router may replace it before the rest is loaded. What comes back from a user pool's domain has a state.
  const url = `${globalThis.location}`
  if (url.includes('state=') && context.config.Auth?.Cognito?.loginWith?.oauth)
    context.memory.redirect ??= import('./oauth/complete.js').then((oauth) => oauth.complete(context, url))
  defaultHub.dispatch('core', { event: 'configure', data: context.config }, 'Configure')
}
