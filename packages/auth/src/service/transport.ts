import { orInterrupted, type RequestContext, wait } from '../context/deadline.js'
import { authError, toAuthError } from '../errors.js'
import { version } from '../version.js'

export interface Message {
  url: string
  /** Value of `x-amz-target`. */
  target: string
  body: object
  headers?: Record<string, string> | undefined
  /** Whether the operation may run twice: asked when nobody knows if the first request was carried out. */
  repeatable: boolean | undefined
}

/** Names that say a request was turned away before anything was done: sending it again is always safe. */
const throttled = /Throttl|TooManyRequests|SlowDown|RequestLimit/

/** Sends a JSON 1.1 request of the AWS protocol, up to three times, and gives back the body of the answer, with the `date`
 * the service sent it.
 */
export async function send(context: RequestContext, message: Message): Promise<unknown> {
  const headers = new Headers({
    'content-type': 'application/x-amz-json-1.1',
    'x-amz-target': message.target,
    'cache-control': 'no-store',
    ...message.headers,
    // Ties the attempts together in the service's logs; pages without https cannot make one.
    'amz-sdk-invocation-id': globalThis.crypto?.randomUUID?.() ?? '',
  })
  const agent = 'x-amz-user-agent'
  headers.set(agent, `${headers.get(agent) ?? ''} amulet-auth/${version}`.trim())
  for (let attempt = 1; ; attempt++) {
    headers.set('amz-sdk-request', `attempt=${attempt}; max=3`)
    try {
      return await orInterrupted(context, exchange(context, message, headers))
    } catch (thrown) {
      const { name, retryable, metadata } = toAuthError(thrown)
      const isSafe = message.repeatable || metadata?.httpStatusCode === 429 || throttled.test(name)
      if (attempt > 2 || !retryable || !isSafe) throw thrown
      // Ends at once when the call has been ended.
      await wait(context, 2 ** attempt * 100 + Math.random() * 100)
    }
  }
}

async function exchange(
  { fetch = globalThis.fetch, signal }: RequestContext,
  { url, body }: Message,
  headers: Headers,
): Promise<unknown> {
  let response: Response
  let text: string
  try {
    // `fetch` stands alone here, because browsers refuse one that is called with another `this`.
    response = await fetch(
      new Request(url, { method: 'POST', headers, body: JSON.stringify(body), cache: 'no-store', signal }),
    )
    text = await response.text()
  } catch (underlyingError) {
    throw authError('NetworkError', 'A network error has occurred.', undefined, {
      retryable: true,
      underlyingError,
    })
  }
  const { ok, status } = response
  const header = (name: string) => response.headers.get(name) ?? undefined
  const metadata = {
    httpStatusCode: status,
    requestId: header('x-amzn-requestid') ?? header('x-amzn-request-id') ?? header('x-amz-request-id'),
    extendedRequestId: header('x-amz-id-2'),
  }
  const busy = status === 429 || status >= 500
  let answer: Partial<Record<'code' | '__type' | 'message' | 'Message', string>>
  try {
    answer = JSON.parse(text || (ok ? '{}' : text))
    // Throws for whatever is not an object.
    answer.message ??= answer.Message
  } catch (underlyingError) {
    // A proxy's page, a captive portal, half an answer.
    throw authError('InvalidResponseException', 'The answer is not one of the service.', undefined, {
      metadata,
      retryable: busy || ok,
      underlyingError,
    })
  }
  if (ok) return { ...answer, date: header('date') }
  // `com.amazonaws.cognito#CodeMismatchException:http://…` names the error between `#` and `:` or `,`.
  const type = header('x-amzn-errortype') ?? answer.code ?? answer.__type
  const name = type?.replace(/[,:].*|^[^,:]*#/g, '') ?? 'UnknownError'
  throw authError(name, answer.message ?? 'Unknown error', undefined, {
    metadata,
    retryable: busy || throttled.test(name),
    underlyingError: type ? undefined : answer,
  })
}
