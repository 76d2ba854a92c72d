import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Provider } from 'oidc-provider'
import { onTestFinished } from 'vitest'

/** A real provider of OpenID Connect, on another site than the pools: theirs is `localhost`. */
export interface Upstream {
  readonly issuer: string
  /** Signs someone in on its pages, which remember no one, and returns where the browser is sent. */
  signIn(location: URL | string, login: string): Promise<URL>
  /** The same where the user turns back. */
  cancel(location: URL | string): Promise<URL>
}

export const UPSTREAM_CLIENT = { client_id: 'amulet', client_secret: 'the secret of the client' }

/** One for a test, which it ends with. */
export async function startUpstream(claims?: Parameters<typeof listenForUpstream>[0]): Promise<Upstream> {
  const { close, ...upstream } = await listenForUpstream(claims)
  onTestFinished(close)
  return upstream
}

/** @param claims what it says of each user beside the `sub`, which is the login */
export async function listenForUpstream(
  claims: (login: string) => Record<string, unknown> = (login) => ({
    email: `${login}@example.com`,
    email_verified: true,
    name: login,
  }),
  redirectUri = 'http://localhost/oauth2/idpresponse',
): Promise<Upstream & { close(): Promise<void> }> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  // A server that listens on a port has an address of this kind.
  const { port } = server.address() as AddressInfo
  const issuer = `http://127.0.0.1:${port}`
  const provider = new Provider(issuer, {
    clients: [
      {
        ...UPSTREAM_CLIENT,
        redirect_uris: [redirectUri],
        token_endpoint_auth_method: 'client_secret_post',
      },
    ],
    claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'] },
    pkce: { required: () => true },
    cookies: { keys: ['keys of tests'] },
    findAccount: (_, accountId) => ({
      accountId,
      claims: () => ({ sub: accountId, ...claims(accountId) }),
    }),
  })
  server.on('request', provider.callback())

  async function walk(location: URL | string, act: (page: string) => URLSearchParams | 'cancel') {
    const jar = new Map<string, string>()
    let at = new URL(location)
    let body: URLSearchParams | undefined
    for (;;) {
      const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ')
      const response = await fetch(at, {
        redirect: 'manual',
        headers: { cookie },
        ...(body && { method: 'POST', body }),
      })
      for (const line of response.headers.getSetCookie()) {
        const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
        jar.set(name, value)
      }
      body = undefined
      const next = response.headers.get('location')
      const text = await response.text()
      if (next !== null) {
        at = new URL(next, at)
        if (at.origin !== issuer) return at
        continue
      }
      const form = /<form[^>]* action="([^"]*)"/.exec(text)?.[1]
      if (form === undefined) throw new Error(`The upstream answered ${response.status}: ${text}`)
      const action = act(text)
      if (action === 'cancel') {
        at = new URL(`${at.pathname}/abort`, at)
        continue
      }
      at = new URL(form, at)
      body = action
    }
  }

  return {
    issuer,
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
    signIn: (location, login) =>
      walk(location, (page) =>
        page.includes('name="login"')
          ? new URLSearchParams({ prompt: 'login', login, password: 'any' })
          : new URLSearchParams({ prompt: 'consent' }),
      ),
    cancel: (location) => walk(location, () => 'cancel'),
  }
}
