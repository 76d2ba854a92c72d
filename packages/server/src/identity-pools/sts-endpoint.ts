import type { AssumeRole } from '../assume-role.js'
import { errors } from '../errors.js'
import { boundedFetch } from '../wire/bounded-fetch.js'

const SESSION_SECONDS = 3600
/** Milliseconds that the endpoint has to answer. */
const PATIENCE = 10_000

/**
 * Gets credentials by the STS API, of AWS or of something that speaks it:
 * https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html. The request is not signed: the
 * token is what proves it.
 */
export const stsEndpoint =
  (url: string): AssumeRole =>
  async ({ roleArn, webIdentityToken }) => {
    const body = new URLSearchParams({
      Action: 'AssumeRoleWithWebIdentity',
      Version: '2011-06-15',
      RoleArn: roleArn,
      RoleSessionName: 'CognitoIdentityCredentials',
      WebIdentityToken: await webIdentityToken(),
      DurationSeconds: String(SESSION_SECONDS),
    })
    const { status, text } = await post(url, body)
    if (status >= 500) throw errors.stsUnreachable(new Error(`The endpoint answered ${status}.`))
    // The role does not trust this server, or does not exist.
    if (status !== 200) throw errors.identityPoolWithoutRoles()
    const read = (name: string) =>
      unescaped(new RegExp(`<${name}>\\s*([^<]*?)\\s*</${name}>`).exec(text)?.[1])
    const credentials = {
      accessKeyId: read('AccessKeyId'),
      secretAccessKey: read('SecretAccessKey'),
      sessionToken: read('SessionToken'),
      expiresAt: Date.parse(read('Expiration')),
    }
    if (Object.values(credentials).some((value) => !value))
      throw errors.stsUnreachable(new Error('The answer has no credentials.'))
    return credentials
  }

async function post(url: string, body: URLSearchParams): Promise<{ status: number; text: string }> {
  try {
    const response = await boundedFetch(url, {
      method: 'POST',
      body,
      // A redirect would hand the token to another server.
      redirect: 'error',
      signal: AbortSignal.timeout(PATIENCE),
    })
    return { status: response.status, text: await response.text() }
  } catch (cause) {
    throw errors.stsUnreachable(cause)
  }
}

const ENTITIES = new Map([
  ['amp', '&'],
  ['lt', '<'],
  ['gt', '>'],
  ['quot', '"'],
  ['apos', "'"],
])

const unescaped = (text = ''): string =>
  text.replace(/&(\w+);/g, (entity, name: string) => ENTITIES.get(name) ?? entity)
