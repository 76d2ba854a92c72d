import { TYPES, VALUES } from './names.js'
import type { Use } from './uses.js'

/**
 * What becomes of something that an application uses: `covered` keeps its name, `changes` is written differently, `missing` is not
 * there, and `stays` is no matter of this package: `aws-amplify` is kept for it.
 */
export type Status = 'covered' | 'changes' | 'missing' | 'stays'

export interface Verdict {
  readonly status: Status
  /** What to write, or to know. */
  readonly note?: string
  /** A page of the documentation, and where in it. */
  readonly page?: string
}

const MOVING = 'moving-from-amplify.md#the-change'
const BESIDE = 'moving-from-amplify.md#next-to-amplifys-other-categories'
const BEFORE = 'moving-from-amplify.md#before-you-begin'

const covered: Verdict = { status: 'covered' }
const changes = (note: string, page = MOVING): Verdict => ({ status: 'changes', note, page })
const missing = (note: string, page = BEFORE): Verdict => ({ status: 'missing', note, page })
const stays = (note: string): Verdict => ({ status: 'stays', note, page: BESIDE })

const serverRendering = missing('cookies and server rendering are not there yet')
const keep = stays('keep aws-amplify for it')

/** Names that are another one here. A type named as one of Amplify's objects has the same fate. */
const RENAMED: Readonly<Record<string, Verdict>> = {
  Amplify: changes('configure, of @amulet/auth'),
  default: changes('configure, of @amulet/auth'),
  createAmplifyContext: changes('createAuthContext(config, options)'),
  AmplifyContext: changes('AuthContext'),
  cognitoUserPoolsTokenProvider: changes('configure(config, { storage })'),
  KeyValueStorageInterface: changes('KeyValueStorage'),
  defaultStorage: changes('createLocalStorage()'),
  sessionStorage: changes('createSessionStorage()'),
  sharedInMemoryStorage: changes('createMemoryStorage()'),
  parseAmplifyConfig: changes('not needed: configure takes the same three forms'),
  AmplifyError: changes(
    'all errors are AuthError; tell them apart by name',
    'amplify-differences.md#requests-and-errors',
  ),
  HubCallback: covered,
  CookieStorage: missing('a KeyValueStorage of your own, or wait for cookies'),
  Auth: missing('Auth.signIn and the like are of Amplify v5: move to the functions of v6 first'),
  TokenProvider: missing('a token provider of your own'),
  CredentialsAndIdentityIdProvider: missing('a provider of credentials of your own'),
  cognitoCredentialsProvider: missing('a provider of credentials of your own'),
  I18n: keep,
  Cache: keep,
  ConsoleLogger: keep,
  ServiceWorker: keep,
}

const AUTH = /^(?:aws-amplify\/auth|@aws-amplify\/auth)(?:\/cognito)?$/
const ROOT = /^(?:aws-amplify(?:\/utils)?|@aws-amplify\/core(?:\/.+)?)$/
const SERVER =
  /^(?:aws-amplify\/auth\/(?:cognito\/)?server|aws-amplify\/adapter-core.*|@aws-amplify\/adapter-.+)$/
const BACKEND = /^@aws-amplify\/(?:backend|data-schema|data-construct|graphql|seed|schema)/
const UI = /^@aws-amplify\/ui/

/** What becomes of a name that is imported, or called, from a module. */
export function verdictOf(use: Use): Verdict {
  const { module, name, method, members, text } = use
  if (SERVER.test(module)) return /core$/.test(module) && TYPES.includes(name) ? covered : serverRendering
  if (/enable-oauth-listener$/.test(module))
    return changes(
      '@amulet/auth/enable-oauth-listener; configure is enough',
      'redirect.md#in-the-application',
    )
  if (UI.test(module)) {
    return /authenticator/i.test(name)
      ? missing('it calls aws-amplify itself: keep aws-amplify, or write the pages')
      : stays('components that do not sign users in need nothing of this package')
  }
  if (module === 'amazon-cognito-identity-js')
    return missing('another API, with callbacks: see the guide', 'client.md')
  if (BACKEND.test(module)) return { status: 'stays', note: 'the backend stays as it is' }
  if (!AUTH.test(module) && !ROOT.test(module)) return keep
  if (name === '*') return covered
  if (/^(?:vi|jest)\./.test(name)) return changes('name @amulet/auth there: it is not mocked otherwise')
  if (name === 'Hub') return hub(method, text)
  if ((name === 'Amplify' || name === 'default') && method) return amplify(method, members)
  if (name === 'cognitoUserPoolsTokenProvider' && method && method !== 'setKeyValueStorage')
    return missing(`cognitoUserPoolsTokenProvider.${method} has no counterpart`)
  return (
    RENAMED[name] ??
    (VALUES.includes(name) || TYPES.includes(name)
      ? covered
      : missing(`${module} has it, and @amulet/auth does not`))
  )
}

function hub(method: string | undefined, channel: string | undefined): Verdict {
  if (!method || channel === undefined || channel === 'auth' || channel === 'core') {
    return method
      ? changes(
          'signedOut says why a session ended, also by itself',
          'sessions.md#what-an-application-is-told',
        )
      : covered
  }
  return /^(?:api|storage|datastore|pubsub|ui|analytics|interactions|push-notification)$/i.test(channel)
    ? stays(`the channel ${channel} is dispatched by aws-amplify: listen to its Hub`)
    : covered
}

/** `Amplify.configure(config, options)` and what else the object has. */
function amplify(method: string, members: readonly string[]): Verdict {
  if (method !== 'configure') return missing(`Amplify.${method} has no counterpart`)
  if (members.includes('ssr')) return missing('ssr: cookies and server rendering are not there yet')
  const provider = members.find((member) => /^Auth\.(?:tokenProvider|credentialsProvider)$/.test(member))
  if (provider) return missing(`${provider}: a provider of your own`)
  const category = members.find((member) =>
    /^(?:API|Storage|Analytics|Notifications|Geo|Interactions|DataStore)$/.test(member),
  )
  if (category) return stays(`${category} is configured for aws-amplify as before`)
  return members.includes('Auth.headers')
    ? changes('configure(config, { headers })')
    : changes('configure(config)')
}
