import { InMemoryWebStorage, OidcClient, WebStorageStateStore } from 'oidc-client-ts'
import { expect, test } from 'vitest'
import { openBrowser } from './browser-session.js'
import { CALLBACK, type OAuthStarted, startOAuth } from './oauth.js'
import { PASSWORD } from './start.js'

// `oidc-client-ts` as a page of an application, which reads all of its settings from the discovery document.

const LOGGED_OUT = 'https://app.example.com/'

const page = ({ url, UserPoolId, clientId }: OAuthStarted): OidcClient =>
  new OidcClient({
    authority: `${url}/${UserPoolId}`,
    client_id: clientId,
    redirect_uri: CALLBACK,
    post_logout_redirect_uri: LOGGED_OUT,
    scope: 'openid email',
    loadUserInfo: true,
    stateStore: new WebStorageStateStore({ store: new InMemoryWebStorage() }),
  })

const pathOf = (url: string) => url.slice(new URL(url).origin.length)

test('oidc-client-ts signs a user in, renews silently, refreshes and logs out', async () => {
  const app = await startOAuth()
  const oidc = page(app)
  const browser = openBrowser(app.server, app.url)
  const { url } = await oidc.createSigninRequest({ state: { cart: 3 }, nonce: 'n-1' })
  const form = await browser.get((await browser.get(pathOf(url))).location)
  const answer = await browser.submit(form, { username: 'ada', password: PASSWORD })
  const user = await oidc.processSigninResponse(answer.location)
  expect(user.profile).toMatchObject({ sub: app.sub, email: 'ada@example.com', username: 'ada' })
  expect(user.userState).toEqual({ cart: 3 })

  const silent = await oidc.createSigninRequest({ prompt: 'none' })
  const back = await browser.get(pathOf(silent.url))
  expect((await oidc.processSigninResponse(back.location)).profile.sub).toBe(app.sub)

  const refreshed = await oidc.useRefreshToken({
    state: {
      data: undefined,
      session_state: null,
      profile: user.profile,
      refresh_token: user.refresh_token ?? '',
      id_token: user.id_token ?? '',
      scope: 'openid email',
    },
  })
  expect(refreshed.access_token).not.toBe(user.access_token)

  const out = await oidc.createSignoutRequest({
    id_token_hint: user.id_token ?? '',
    state: { from: 'menu' },
  })
  const left = await browser.get(pathOf(out.url))
  expect(left.location.startsWith(LOGGED_OUT)).toBe(true)
  const response = await oidc.processSignoutResponse(left.location)
  expect(response.userState).toEqual({ from: 'menu' })
  const ended = await oidc.createSigninRequest({ prompt: 'none' })
  const refused = await browser.get(pathOf(ended.url))
  await expect(oidc.processSigninResponse(refused.location)).rejects.toMatchObject({
    error: 'login_required',
  })
})

test('oidc-client-ts reads why a request was refused', async () => {
  const app = await startOAuth()
  const oidc = page(app)
  const { url } = await oidc.createSigninRequest({ scope: 'openid api/write' })
  const answer = await openBrowser(app.server, app.url).get(pathOf(url))
  await expect(oidc.processSigninResponse(answer.location)).rejects.toMatchObject({ error: 'invalid_scope' })
})
