import { Sha256Node } from '@smithy/core/checksum'
import { SignatureV4 } from '@smithy/signature-v4'
import type { Invocation } from '../functions.js'
import { parseObject, readFunctionError } from './function-error.js'
import { functionName } from './function-name.js'
import type { LambdaEndpointOptions } from './lambda-endpoint-options.js'
import { postEvent } from './post-event.js'

/** What the emulators take: they verify no signature. */
const ANYBODY = { accessKeyId: 'amulet', secretAccessKey: 'amulet' }

/**
 * Runs functions by the Lambda API: https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html. Requests are signed as
 * the AWS SDK signs them, in the region of the function.
 */
export function openLambdaEndpoint({
  url,
  credentials = ANYBODY,
}: LambdaEndpointOptions): (arn: string, event: string) => Promise<Invocation> {
  const base = new URL(url)
  const isAws = /\.amazonaws\.com(\.cn)?$/.test(base.hostname)
  return async (arn, event) => {
    const [, , , region = 'us-east-1', , , , qualifier] = arn.split(':')
    // The service knows functions of other accounts by their ARN; emulators know names.
    const name = encodeURIComponent(isAws ? arn : functionName(arn))
    const path = `${base.pathname.replace(/\/$/, '')}/2015-03-31/functions/${name}/invocations`
    const query: Record<string, string> = qualifier && !isAws ? { Qualifier: qualifier } : {}
    const signer = new SignatureV4({ credentials, region, service: 'lambda', sha256: Sha256Node })
    let headers: Record<string, string>
    try {
      const signed = await signer.sign({
        method: 'POST',
        protocol: base.protocol,
        hostname: base.hostname,
        path,
        query,
        headers: {
          host: base.host,
          'content-type': 'application/json',
          'x-amz-invocation-type': 'RequestResponse',
        },
        body: event,
      })
      const { host: _, ...others } = signed.headers
      headers = others
    } catch (cause) {
      return { is: 'failed', error: 'CredentialsProviderError', cause, mayRetry: true }
    }
    const search = new URLSearchParams(query).toString()
    const posted = await postEvent(`${base.origin}${path}${search && `?${search}`}`, headers, event)
    if (posted.is !== 'answered') return posted
    const { status, text, headers: answered } = posted
    if (status >= 200 && status < 300) {
      if (!answered.has('x-amz-function-error')) return { is: 'returned', json: text }
      const unread = 'The function failed without saying why'
      return readFunctionError(text) ?? { is: 'threw', text: unread }
    }
    return {
      is: 'failed',
      error: errorName(answered.get('x-amzn-errortype'), text),
      cause: new Error(`The Lambda endpoint answered ${status}.`),
      mayRetry: status >= 500 || status === 429,
    }
  }
}

/** `ResourceNotFoundException:http://…` in a header, or the type in the body. */
function errorName(header: string | null, body: string): string {
  const { Type, __type } = parseObject(body)
  const said = [header, __type, Type].find((name) => typeof name === 'string' && /^\w+Exception\b/.test(name))
  return /^\w{1,64}/.exec(String(said ?? ''))?.[0] ?? 'ServiceException'
}
