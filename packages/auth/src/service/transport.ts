import { type RequestContext, wait } from '../context/deadline.js'
import { AuthError, authError, type ResponseMetadata } from '../errors.js'
import { version } from '../version.js'

const attempts = 3

/** These say that the request was turned away before anything was done, so sending it again is always safe. */
const throttled = /Throttl|TooManyRequests|SlowDown|PriorRequest|(Request|Bandwidth)Limit|ThroughputExceeded/

export interface Message {
  url: string
  /** Value of `x-amz-target`. */
  target: string
  body: object
  headers?: Record<string, string> | undefined
  /** Whether the operation may run twice: asked when nobody knows if the first request was carried out. */
  repeatable: boolean | undefined
}

/** Sends a JSON 1.1 request of the AWS protocol and gives back the answer's body. */
export async function send(context: RequestContext, message: Message): Promise<unknown> {
  const headers = new Headers({
    'content-type': 'application/x-amz-json-1.1',
    'x-amz-target': message.target,
    'cache-control': 'no-store',
    ...message.headers,
    // Not a secret: it ties the attempts of one call together in the service's logs. `crypto.randomUUID`
    // is missing on pages without https.
    'amz-sdk-invocation-id': '10000000-1000-4000-8000-100000000000'.replace(/[018]/g, (digit) =>
      (Number(digit) ^ ((Math.random() * 16) >> (Number(digit) / 4))).toString(16),
    ),
  })
  const product = headers.get('x-amz-user-agent')
  headers.set('x-amz-user-agent', `${product ? `${product} ` : ''}amulet-auth/${version}`)
  for (let attempt = 1; ; attempt++) {
    headers.set('amz-sdk-request', `attempt=${attempt}; max=${attempts}`)
    try {
      return await Promise.race([context.interrupted, exchange(context, message, headers)])
    } catch (error) {
      if (
        attempt === attempts ||
        !(error instanceof AuthError && error.retryable) ||
        context.signal.aborted ||
        !(message.repeatable || error.metadata?.httpStatusCode === 429 || throttled.test(error.name))
      ) {
        throw error
      }
      await wait(context, 2 ** attempt * 100 + Math.random() * 100)
    }
  }
}

async function exchange(context: RequestContext, { url, body }: Message, headers: Headers): Promise<unknown> {
  let response: Response
  let text: string
  try {
    // Detached from the context, because browsers refuse a `fetch` with another `this`.
    const { fetch = globalThis.fetch, signal } = context
    response = await fetch(
      new Request(url, { method: 'POST', headers, body: JSON.stringify(body), cache: 'no-store', signal }),
    )
    text = await response.text()
  } catch (error) {
    throw authError('NetworkError', 'A network error has occurred.', undefined, {
      retryable: true,
      underlyingError: error,
    })
  }
  const { ok, status } = response
  const header = (name: string) => response.headers.get(name) ?? undefined
  const metadata: ResponseMetadata = { httpStatusCode: status }
  const requestId = header('x-amzn-requestid') ?? header('x-amzn-request-id') ?? header('x-amz-request-id')
  if (requestId) metadata.requestId = requestId
  const extendedRequestId = header('x-amz-id-2')
  if (extendedRequestId) metadata.extendedRequestId = extendedRequestId
  const busy = status === 429 || status >= 500

  // A proxy's page, a captive portal, half an answer: named, and never a SyntaxError.
  let answer: Partial<Record<'code' | '__type' | 'message' | 'Message', string>>
  try {
    answer = JSON.parse(ok && !text ? '{}' : text)
    if (typeof answer !== 'object' || !answer) throw new TypeError('The body is not a JSON object')
  } catch (error) {
    throw authError(
      'InvalidResponseException',
      'The answer did not come from the service.',
      'Check the network: a proxy or a captive portal may have answered.',
      { metadata, retryable: busy || ok, underlyingError: error },
    )
  }
  if (ok) return answer
  const type = header('x-amzn-errortype') ?? answer.code ?? answer.__type
  // `com.amazonaws.cognito#CodeMismatchException:http://…` names the error between `#` and `:` or `,`.
  const name = type && String(type).split(/[,:]/)[0]?.split('#').pop()
  throw authError(
    name && name !== 'Error' ? name : 'UnknownError',
    answer.message ?? answer.Message ?? 'Unknown error',
    undefined,
    {
      metadata,
      retryable: busy || throttled.test(name ?? ''),
      underlyingError: name ? undefined : answer,
    },
  )
}
