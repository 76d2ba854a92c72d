import { Hono } from 'hono'
import { PAGE_HEADERS, Page } from '../oauth/pages/page.js'
import type { ServerInfo } from '../server-info.js'

/**
 * What a developer sees who opens the address that `amulet dev` prints. Programs get the ids, and tools that wait for a
 * server to answer there see that it does.
 */
export function startPage(info: () => ServerInfo): Hono {
  const app = new Hono()
  app.get('/', (c) => {
    if (!c.req.header('accept')?.includes('text/html')) return c.json(info())
    return c.html(<StartPage {...info()} />, 200, PAGE_HEADERS)
  })
  return app
}

// Links are relative: the server may be reached by another address than the one it was told.
const StartPage = ({
  url,
  issuer,
  userPoolId,
  userPoolClientId,
  oauthClientId,
  domain,
  identityPoolId,
}: ServerInfo) => (
  <Page title="Amulet">
    <h1>Amulet</h1>
    <p>
      This is a user pool server for development. It speaks the protocols of Amazon Cognito. People sign in in
      your application.
    </p>
    <dl>
      <dt>Address</dt>
      <dd>{url}</dd>
      <dt>User pool</dt>
      <dd>{userPoolId || 'none'}</dd>
      <dt>App client</dt>
      <dd>{userPoolClientId || 'none'}</dd>
      <dt>Identity pool</dt>
      <dd>{identityPoolId || 'none'}</dd>
      <dt>OAuth domain</dt>
      <dd>{domain || 'none'}</dd>
      <dt>OAuth client</dt>
      <dd>{oauthClientId || 'none'}</dd>
      <dt>Issuer</dt>
      <dd>{issuer}</dd>
    </dl>
    <ul>
      <li>
        <a href="_amulet/inbox">Codes and messages</a>
      </li>
      <li>
        <a href="_amulet/health">Health</a>
      </li>
      {userPoolId && (
        <>
          <li>
            <a href={`${userPoolId}/.well-known/openid-configuration`}>OpenID configuration</a>
          </li>
          <li>
            <a href={`${userPoolId}/.well-known/jwks.json`}>Keys (JWKS)</a>
          </li>
        </>
      )}
    </ul>
  </Page>
)
