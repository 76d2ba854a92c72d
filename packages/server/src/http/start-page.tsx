import { Hono } from 'hono'
import type { ServerInfo } from '../server-info.js'
import { DeveloperPage, developerHeaders } from './developer-page.js'

/**
 * What a developer sees who opens the address that `amulet dev` prints. Programs get the ids, and tools that wait for a
 * server to answer there see that it does.
 */
export function startPage(info: () => ServerInfo): Hono {
  const app = new Hono()
  app.get('/', (c) => {
    if (!c.req.header('accept')?.includes('text/html')) return c.json(info())
    return c.html(<StartPage {...info()} />, 200, developerHeaders())
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
  <DeveloperPage title="Amulet" root="./" at="start">
    <h1>User pool</h1>
    <p class="lead">
      This is a user pool server for development, which speaks the protocols of Amazon Cognito. Configure your
      application with these values.
    </p>
    <div class="card">
      <dl class="pairs">
        <Pair name="Address" value={url} />
        <Pair name="User pool" value={userPoolId} />
        <Pair name="App client" value={userPoolClientId} />
        <Pair name="Identity pool" value={identityPoolId} />
        <Pair name="OAuth domain" value={domain} />
        <Pair name="OAuth client" value={oauthClientId} />
        <Pair name="Issuer" value={issuer} />
      </dl>
    </div>
    <div class="card">
      <ul class="links">
        <Leads to="_amulet/inbox" title="Inbox" about="The codes and messages that the pool has sent" />
        <Leads to="_amulet/health" title="Health" about="Whether the server is ready" />
        {userPoolId && (
          <>
            <Leads
              to={`${userPoolId}/.well-known/openid-configuration`}
              title="OpenID configuration"
              about="For libraries that find addresses and keys by discovery"
            />
            <Leads
              to={`${userPoolId}/.well-known/jwks.json`}
              title="Keys (JWKS)"
              about="What tokens are verified with"
            />
          </>
        )}
      </ul>
    </div>
  </DeveloperPage>
)

const Pair = ({ name, value }: { name: string; value: string | undefined }) => (
  <>
    <dt>{name}</dt>
    <dd>
      <code>{value || 'none'}</code>
    </dd>
  </>
)

const Leads = ({ to, title, about }: { to: string; title: string; about: string }) => (
  <li>
    <a href={to}>
      <strong>{title}</strong>
      <span>{about}</span>
    </a>
  </li>
)
