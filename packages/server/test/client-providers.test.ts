import { expect, test } from 'vitest'
import { signInUpstream, startFederated } from './federation.js'
import { authorizeQuery } from './oauth.js'
import { atSignIn } from './page-user.js'
import { PASSWORD } from './start.js'

test('an SSO session of a password does not sign in to a client that only has providers, and one of a provider does', async () => {
  const both = await startFederated()
  const only = await both.createClient({ SupportedIdentityProviders: ['Upstream'] })
  const native = await atSignIn(both)
  await native.submit('Sign in', { Username: 'ada', Password: PASSWORD })
  for (const parameters of [{}, { identity_provider: 'Upstream' }]) {
    const query = authorizeQuery(only, { ...parameters, prompt: 'none' })
    const { location } = await native.browser.get(`/oauth2/authorize?${query}`)
    expect(new URL(location).searchParams.get('error')).toBe('login_required')
  }
  // The name alone may be in random characters of the page, such as those of its token.
  const offered = async (client: { clientId: string }) =>
    (await native.browser.get(`/login?${authorizeQuery(client)}`)).text.includes('Sign In as ada')
  expect([await offered(both), await offered(only)]).toEqual([true, false])
  const federated = await signInUpstream(both, 'grace')
  const { location } = await federated.browser.get(`/oauth2/authorize?${authorizeQuery(only)}`)
  expect(new URL(location).searchParams.has('code')).toBe(true)
})
