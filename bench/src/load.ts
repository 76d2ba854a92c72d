import { Agent, request } from 'node:http'
import { createClient } from './openssl.js'

/** Where the load goes. */
export interface Target {
  readonly url: string
  readonly userPoolId: string
  readonly userPoolClientId: string
}

const PASSWORD = 'Correct-horse-1'
const AT_ONCE = 8

const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE })

interface Output {
  readonly ChallengeParameters?: Record<string, string>
  readonly AuthenticationResult?: { readonly RefreshToken: string }
  readonly PaginationToken?: string
}

/** Calls an operation; anything but success is an error. */
export function call(url: string, operation: string, input: object): Promise<Output> {
  return new Promise((resolve, reject) => {
    const headers = { 'x-amz-target': `AWSCognitoIdentityProviderService.${operation}` }
    const sent = request(url, { method: 'POST', agent, headers }, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.once('end', () => {
        const text = Buffer.concat(chunks).toString()
        if (response.statusCode === 200) resolve(JSON.parse(text))
        else reject(new Error(`${operation}: ${response.statusCode} ${text}`))
      })
    })
    sent.once('error', reject)
    sent.end(JSON.stringify(input))
  })
}

/** Signs in once with SRP and returns the refresh token. */
export async function srpSignIn(
  { url, userPoolId, userPoolClientId }: Target,
  USERNAME: string,
): Promise<string> {
  const ClientId = userPoolClientId
  const client = createClient(userPoolId, PASSWORD)
  const { ChallengeParameters = {} } = await call(url, 'InitiateAuth', {
    ClientId,
    AuthFlow: 'USER_SRP_AUTH',
    AuthParameters: { USERNAME, SRP_A: client.A },
  })
  const { AuthenticationResult } = await call(url, 'RespondToAuthChallenge', {
    ClientId,
    ChallengeName: 'PASSWORD_VERIFIER',
    ChallengeResponses: client.answer(ChallengeParameters, Date.now()),
  })
  if (!AuthenticationResult) throw new Error('The sign-in did not end with tokens.')
  return AuthenticationResult.RefreshToken
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
