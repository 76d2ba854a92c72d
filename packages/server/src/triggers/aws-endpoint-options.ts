import { StartError } from '../start-error.js'

/** A pair that requests to AWS are signed with, and the token of temporary ones. */
export interface AwsCredentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string
  /** When temporary ones end. */
  readonly expiration?: Date
}

/** Something that has the API of a service of AWS: AWS itself, or an emulator. */
export interface AwsEndpointOptions {
  /** Such as `http://127.0.0.1:3001`, which `sam local start-lambda` has, or `https://lambda.eu-west-1.amazonaws.com`. */
  url: string
  /** What requests are signed with, or a provider of the AWS SDK. Default: a made-up pair, which emulators take. */
  credentials?: AwsCredentials | (() => Promise<AwsCredentials>)
}

/**
 * Reads an untrusted option: a URL alone, or with credentials.
 *
 * @throws {StartError}
 */
export function parseAwsEndpoint(option: string, given: unknown): AwsEndpointOptions {
  const { url, credentials, ...others } = typeof given === 'string' ? { url: given } : objectOf(given)
  for (const name of Object.keys(others))
    throw new StartError(`${option}.${name} is unknown; known there: url, credentials.`)
  if (typeof url !== 'string' || !URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol))
    throw new StartError(`${option} must be a URL that begins with http:// or https://.`)
  if (credentials === undefined) return { url }
  if (!isCredentials(credentials))
    throw new StartError(
      `${option}.credentials must be { accessKeyId, secretAccessKey, sessionToken }, or a function that gets them.`,
    )
  return { url, credentials }
}

const objectOf = (value: unknown): Partial<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? { ...value } : {}

function isCredentials(value: unknown): value is NonNullable<AwsEndpointOptions['credentials']> {
  if (typeof value === 'function') return true
  const { accessKeyId, secretAccessKey, sessionToken } = objectOf(value)
  return (
    typeof accessKeyId === 'string' &&
    typeof secretAccessKey === 'string' &&
    (sessionToken === undefined || typeof sessionToken === 'string')
  )
}
