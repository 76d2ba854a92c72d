import type { ServerOptions } from '@amulet/server'
import {
  CognitoIdentityProvider,
  type CognitoIdentityProviderClientConfig,
} from '@aws-sdk/client-cognito-identity-provider'
import { Sha256 } from '@smithy/core/checksum'
import { SignatureV4 } from '@smithy/signature-v4'
import { onTestFinished } from 'vitest'
import { type Answer, type Body, type Started, start } from './start.js'

export const ADMIN = {
  accessKeyId: 'AKIDAMULETTEST000001',
  secretAccessKey: 'a-secret-that-is-only-known-in-tests-0001',
}

/** A server as in production, with an administrator. */
export const startProduction = (options: ServerOptions = {}): Promise<Started> =>
  start({ mode: 'serve', rootKey: Buffer.alloc(32, 7), adminCredentials: [ADMIN], ...options })

/** The stock AWS SDK, pointed at a server that listens. */
export async function awsSdk(
  { server }: Started,
  options: CognitoIdentityProviderClientConfig = {},
): Promise<CognitoIdentityProvider> {
  const { url } = await server.listen()
  const admin = new CognitoIdentityProvider({
    endpoint: url,
    region: 'us-east-1',
    credentials: ADMIN,
    ...options,
  })
  onTestFinished(() => admin.destroy())
  return admin
}

export interface Signing {
  credentials?: { accessKeyId: string; secretAccessKey: string; sessionToken?: string }
  region?: string
  service?: string
  date?: Date
  headers?: Record<string, string>
  /** Headers that are sent without being signed. */
  unsigned?: string[]
  path?: string
}

/** A signed request as it would go over the network, for a test to hold, change and send. */
export async function signRequest(operation: string, input: unknown, signing: Signing = {}) {
  const { credentials = ADMIN, region = 'us-east-1', service = 'cognito-idp' } = signing
  const { date = new Date(), headers = {}, unsigned = [], path = '/' } = signing
  const signer = new SignatureV4({ credentials, region, service, sha256: Sha256, applyChecksum: false })
  const { pathname, search, searchParams } = new URL(path, 'http://localhost')
  const signed = await signer.sign(
    {
      method: 'POST',
      protocol: 'http:',
      hostname: 'localhost',
      path: pathname,
      query: Object.fromEntries(searchParams),
      headers: {
        host: 'localhost',
        'content-type': 'application/x-amz-json-1.1',
        'x-amz-target': `AWSCognitoIdentityProviderService.${operation}`,
        ...headers,
      },
      body: JSON.stringify(input),
    },
    { signingDate: date, unsignableHeaders: new Set(unsigned) },
  )
  return { url: `http://localhost${pathname}${search}`, headers: signed.headers, body: JSON.stringify(input) }
}

export async function send(
  { server }: Started,
  { url, headers, body }: { url: string; headers: Record<string, string>; body: string },
): Promise<Answer> {
  const response = await server.fetch(new Request(url, { method: 'POST', headers, body }))
  const text = await response.text()
  // Whatever it is, the test says what it should be.
  return { status: response.status, headers: response.headers, text, body: JSON.parse(text || '{}') as Body }
}

/** Signs and sends. */
export const sendSigned = async (app: Started, operation: string, input: unknown, signing?: Signing) =>
  await send(app, await signRequest(operation, input, signing))
