import { Sha256Node } from '@smithy/core/checksum'
import { SignatureV4 } from '@smithy/signature-v4'
import type { AwsEndpointOptions } from './aws-endpoint-options.js'

/** What emulators take: they verify no signature. */
const ANY_CREDENTIALS = { accessKeyId: 'amulet', secretAccessKey: 'amulet' }

/** A request to a service of AWS, before it is signed. */
interface AwsRequest {
  readonly service: string
  readonly region: string
  /** Below the endpoint. */
  readonly path: string
  readonly query?: Readonly<Record<string, string>>
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** Signs a request as the AWS SDK does. @returns where it goes, and its headers */
export async function signAwsRequest(
  { url, credentials = ANY_CREDENTIALS }: AwsEndpointOptions,
  { service, region, path: below, query = {}, headers: given, body }: AwsRequest,
): Promise<{ url: string; headers: Record<string, string> }> {
  const base = new URL(url)
  const path = `${base.pathname.replace(/\/$/, '')}${below}`
  const signer = new SignatureV4({ credentials, region, service, sha256: Sha256Node })
  const { headers } = await signer.sign({
    method: 'POST',
    protocol: base.protocol,
    hostname: base.hostname,
    path,
    query: { ...query },
    headers: { host: base.host, ...given },
    body,
  })
  const { host: _, ...sent } = headers
  const search = new URLSearchParams(query).toString()
  return { url: `${base.origin}${path}${search && `?${search}`}`, headers: sent }
}
