import { Agent, type IncomingHttpHeaders, type OutgoingHttpHeaders, request } from 'node:http'
import { createClient, verifierOf } from './openssl.js'

/** Where the load goes. */
export interface Target {
  readonly url: string
  readonly userPoolId: string
  readonly userPoolClientId: string
}

export const PASSWORD = 'Correct-horse-1'
const AT_ONCE = 8

const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE })

interface Output {
  readonly ChallengeParameters?: Record<string, string>
  readonly AuthenticationResult?: {
    readonly AccessToken: string
    readonly RefreshToken: string
    readonly NewDeviceMetadata?: { readonly DeviceKey: string; readonly DeviceGroupKey: string }
  }
  readonly Session?: string
  readonly PaginationToken?: string
  readonly UserPoolClient?: { readonly ClientId: string; readonly ClientSecret?: string }
}

export interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly text: string
}

/** Sends a request over connections that are kept, and follows nothing. */
export function send(
  url: string,
  { method = 'GET', headers = {}, body }: { method?: string; headers?: OutgoingHttpHeaders; body?: string },
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { method, agent, headers }, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.once('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          text: Buffer.concat(chunks).toString(),
        }),
      )
    })
    sent.once('error', reject)
    sent.end(body)
  })
}

/** Calls an operation; anything but success is an error. */
export async function call(url: string, operation: string, input: object): Promise<Output> {
  const headers = { 'x-amz-target': `AWSCognitoIdentityProviderService.${operation}` }
  const { status, text } = await send(url, { method: 'POST', headers, body: JSON.stringify(input) })
  if (status !== 200) throw new Error(`${operation}: ${status} ${text}`)
  return JSON.parse(text)
}

/** Signs in once with SRP and returns the refresh token. */
export async function srpSignIn(target: Target, USERNAME: string): Promise<string> {
  const { AuthenticationResult } = await provePassword(target, USERNAME)
  if (!AuthenticationResult) throw new Error('The sign-in did not end with tokens.')
  return AuthenticationResult.RefreshToken
}

/** A device that its user has signed in from. */
export interface Device {
  readonly key: string
  readonly groupKey: string
}

/** Signs in from a new device, and confirms it. */
export async function newDevice(target: Target, USERNAME: string): Promise<Device> {
  const { AuthenticationResult } = await provePassword(target, USERNAME)
  const { DeviceKey: key = '', DeviceGroupKey: groupKey = '' } = AuthenticationResult?.NewDeviceMetadata ?? {}
  const { salt, v } = verifierOf(asPool(groupKey), key, PASSWORD)
  const base64 = (hex: string) =>
    Buffer.from(hex.padStart(hex.length + (hex.length % 2), '0'), 'hex').toString('base64')
  await call(target.url, 'ConfirmDevice', {
    AccessToken: AuthenticationResult?.AccessToken,
    DeviceKey: key,
    DeviceSecretVerifierConfig: { Salt: base64(salt), PasswordVerifier: base64(v.toString(16)) },
  })
  return { key, groupKey }
}

/** Signs in with SRP from a known device, which proves itself as well. */
export async function deviceSignIn(
  target: Target,
  USERNAME: string,
  { key, groupKey }: Device,
): Promise<void> {
  const { url, userPoolClientId: ClientId } = target
  const asked = await provePassword(target, USERNAME, { DEVICE_KEY: key })
  const client = createClient(asPool(groupKey), PASSWORD)
  const { ChallengeParameters = {}, Session } = await call(url, 'RespondToAuthChallenge', {
    ClientId,
    ChallengeName: 'DEVICE_SRP_AUTH',
    Session: asked.Session,
    ChallengeResponses: { USERNAME, DEVICE_KEY: key, SRP_A: client.A },
  })
  const proof = client.answer({ ...ChallengeParameters, USER_ID_FOR_SRP: key }, Date.now())
  const { AuthenticationResult } = await call(url, 'RespondToAuthChallenge', {
    ClientId,
    ChallengeName: 'DEVICE_PASSWORD_VERIFIER',
    Session,
    ChallengeResponses: { ...proof, USERNAME: ChallengeParameters.USERNAME, DEVICE_KEY: key },
  })
  if (!AuthenticationResult) throw new Error('The sign-in did not end with tokens.')
}

/** The group key takes the place of the pool's name, which is what follows the region in its id. */
const asPool = (groupKey: string) => `_${groupKey}`

async function provePassword(
  { url, userPoolId, userPoolClientId }: Target,
  USERNAME: string,
  more: Record<string, string> = {},
): Promise<Output> {
  const ClientId = userPoolClientId
  const client = createClient(userPoolId, PASSWORD)
  const { ChallengeParameters = {} } = await call(url, 'InitiateAuth', {
    ClientId,
    AuthFlow: 'USER_SRP_AUTH',
    AuthParameters: { USERNAME, SRP_A: client.A },
  })
  return await call(url, 'RespondToAuthChallenge', {
    ClientId,
    ChallengeName: 'PASSWORD_VERIFIER',
    ChallengeResponses: { ...client.answer(ChallengeParameters, Date.now()), ...more },
  })
}

export const refresh = ({ url, userPoolClientId }: Target, REFRESH_TOKEN: string) =>
  call(url, 'InitiateAuth', {
    ClientId: userPoolClientId,
    AuthFlow: 'REFRESH_TOKEN_AUTH',
    AuthParameters: { REFRESH_TOKEN },
  })

/** Signs up users of the default pool and confirms them with the codes from the inbox. */
export async function signUpUsers({ url, userPoolClientId }: Target, count: number): Promise<string[]> {
  const ClientId = userPoolClientId
  const users = Array.from({ length: count }, (_, i) => `user${i}@example.com`)
  await repeat(count, async (i) => {
    const Username = users[i]
    await call(url, 'SignUp', { ClientId, Username, Password: PASSWORD })
    const inbox = await fetch(`${url}/_amulet/inbox?to=${Username}`)
    const [message] = (await inbox.json()) as { code: string }[]
    await call(url, 'ConfirmSignUp', { ClientId, Username, ConfirmationCode: message?.code })
  })
  return users
}

/** Does something a number of times, a few at once. */
export async function repeat(
  count: number,
  once: (index: number) => Promise<unknown>,
  atOnce = AT_ONCE,
): Promise<void> {
  let next = 0
  const worker = async () => {
    while (next < count) await once(next++)
  }
  await Promise.all(Array.from({ length: atOnce }, worker))
}
