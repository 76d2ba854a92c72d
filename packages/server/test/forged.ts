import type { CreateIdentityProviderRequest } from '@aws-sdk/client-cognito-identity-provider'
import { oidcProvider } from './federation.js'
import { type Forgery, startForgingUpstream } from './forging-upstream.js'
import { startOAuth } from './oauth.js'
import { atSignIn } from './page-user.js'

/** A pool whose client signs users in at a provider that can be told to lie. */
export async function startForged(
  details: Record<string, string> | ((issuer: string) => Record<string, string>) = {},
  {
    provider = {},
    ...options
  }: Parameters<typeof startOAuth>[0] & { provider?: Partial<CreateIdentityProviderRequest> } = {},
) {
  const upstream = await startForgingUpstream()
  const app = await startOAuth(options)
  const { UserPoolId } = app
  await app.admin.createIdentityProvider({
    UserPoolId,
    ...oidcProvider(upstream.issuer, typeof details === 'function' ? details(upstream.issuer) : details),
    ...provider,
  })
  const { clientId } = await app.createClient({ SupportedIdentityProviders: ['COGNITO', 'Upstream'] })
  /** Where the application is sent after an answer of the provider. */
  const answered = async (forgery: Forgery = {}, parameters: Readonly<Record<string, string>> = {}) => {
    const user = await atSignIn({ ...app, clientId }, { identity_provider: 'Upstream', ...parameters })
    const asked = user.left as URL
    const back = upstream.answer(asked, forgery)
    await user.open(`${back.pathname}${back.search}`)
    return { user, asked, left: user.left?.origin === asked.origin ? undefined : user.left }
  }
  return { ...app, clientId, upstream, answered }
}
