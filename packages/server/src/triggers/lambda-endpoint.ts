import type { Invocation } from '../functions.js'
import type { AwsEndpointOptions } from './aws-endpoint-options.js'
import { signAwsRequest } from './aws-request.js'
import { parseObject, readFunctionError } from './function-error.js'
import { functionName } from './function-name.js'
import { postEvent } from './post-event.js'

/**
 * Runs functions by the Lambda API: https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html. Requests are signed as
 * the AWS SDK signs them, in the region of the function.
 */
export function openLambdaEndpoint(
  endpoint: AwsEndpointOptions,
): (arn: string, event: string) => Promise<Invocation> {
  const isAws = /\.amazonaws\.com(\.cn)?$/.test(new URL(endpoint.url).hostname)
  return async (arn, event) => {
    const [, , , region = 'us-east-1', , , , qualifier] = arn.split(':')
    // The service knows functions of other accounts by their ARN; emulators know names.
    const name = encodeURIComponent(isAws ? arn : functionName(arn))
    let request: Awaited<ReturnType<typeof signAwsRequest>>
    try {
      request = await signAwsRequest(endpoint, {
        service: 'lambda',
        region,
        path: `/2015-03-31/functions/${name}/invocations`,
        query: qualifier && !isAws ? { Qualifier: qualifier } : {},
        headers: { 'content-type': 'application/json', 'x-amz-invocation-type': 'RequestResponse' },
        body: event,
      })
    } catch (cause) {
      return { is: 'failed', error: 'CredentialsProviderError', cause, mayRetry: true }
    }
    const posted = await postEvent(request.url, request.headers, event)
    if (posted.is !== 'answered') return posted
    const { status, text, headers } = posted
    if (status >= 200 && status < 300) {
      if (!headers.has('x-amz-function-error')) return { is: 'returned', json: text }
      return readFunctionError(text) ?? { is: 'threw', text: 'The function failed without saying why' }
    }
    return {
      is: 'failed',
      error: errorName(headers.get('x-amzn-errortype'), text),
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
