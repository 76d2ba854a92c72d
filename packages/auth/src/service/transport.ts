import { orInterrupted, type RequestContext, wait } from '../context/deadline.js'
import { type AuthError, authError } from '../errors.js'
import { version } from '../version.js'

/** Names that say a request was turned away before anything was done: sending it again is always safe. */
const throttled = /Throttl|TooManyRequests|SlowDown|RequestLimit/

/**
 * Sends a JSON 1.1 request of the AWS protocol, up to three times, and gives back the body of the answer, with the
 * `date` the service sent it.
 *
 * @param target value of `x-amz-target`
 * @param repeatable given for an operation that may run twice, which matters when the first request may have been carried
 *   out; asked before every attempt that had to wait whether it has become useless
 */
export const send = async (
  context: RequestContext,
  url: string,
  target: string,
  body: object,
  repeatable: (() => unknown) | undefined,
): Promise<unknown> => {
  const added = await orInterrupted(context, context.headers?.())
  // Where there is no `fetch`, naming it throws an error that says so.
  const { fetch: fetchOf = fetch, signal } = context
  const headers = new Headers({
    'content-type': 'application/x-amz-json-1.1',
    'x-amz-target': target,
    'cache-control': 'no-store',
    ...added,
    // Ties the attempts together in the service's logs; pages without https have no UUIDs. A header is made a text.
    'amz-sdk-invocation-id': globalThis.crypto?.randomUUID?.() ?? (Math.random() as never),
  })
  const agent = 'x-amz-user-agent'
  // Spaces around a value are not part of it.
  headers.set(agent, `${headers.get(agent) ?? ''} amulet-auth/${version}`)
  const init = { method: 'POST', headers, body: JSON.stringify(body) }
  for (let attempt = 1; ; attempt++) {
    headers.set('amz-sdk-request', `attempt=${attempt}; max=3`)
    try {
      // Nothing comes between the caller and the first attempt but what makes the headers.
      if ((attempt > 1 || added) && (await repeatable?.())) throw 0
      let request: Request
      try {
        request = new Request(url, { ...init, signal })
      } catch {
        // jsdom has signals of its own, which Node's Request does not accept. The call ends in time without one too.
        request = new Request(url, init)
      }
      return await orInterrupted(context, exchange(fetchOf, request))
    } catch (thrown) {
      // What is not an AuthError, for example an invalid URL, says nothing about trying again.
      const error = thrown as AuthError
      const isSafe = repeatable || error.metadata?.httpStatusCode === 429 || throttled.test(error.name)
      if (attempt > 2 || !error.retryable || !isSafe) throw thrown
      // Ends at once when the call has been ended.
      await orInterrupted(context, wait((2 ** attempt + Math.random()) * 100))
    }
  }
}

// `fetch` stands alone here, because browsers refuse one that is called with another `this`.
export const exchange = async (
  fetch: (request: Request) => Promise<Response>,
  request: Request,
): Promise<unknown> => {
  let response: Response
  let text: string
  try {
    response = await fetch(request)
    text = (await response.text()) || '{}'
  } catch (underlyingError) {
    throw authError('NetworkError', 'A network error has occurred.', undefined, underlyingError, true)
  }
  const { ok, status } = response
  const header = (name: string) => response.headers.get(name) ?? undefined
  const metadata = {
    httpStatusCode: status,
    requestId: header('x-amzn-requestid') ?? header('x-amzn-request-id') ?? header('x-amz-request-id'),
    extendedRequestId: header('x-amz-id-2'),
  }
  const busy = status === 429 || status >= 500
  let answer: { code?: string | number; __type?: string; message?: string; Message?: string }
  try {
    // JSON that begins otherwise is no object.
    if (!/^\s*{/.test(text)) throw 0
    answer = JSON.parse(text)
  } catch {
    // A proxy's page, a captive portal, half an answer. What the parser says has some of it, which may be of a token.
    throw authError(
      'InvalidResponseException',
      'The response is invalid.',
      undefined,
      new SyntaxError(),
      busy || ok,
      metadata,
    )
  }
  if (ok) return { ...answer, date: header('date') }
  // `com.amazonaws.cognito#CodeMismatchException:http://…` names the error between `#` and `:` or `,`.
  const type = header('x-amzn-errortype') ?? answer.code ?? answer.__type
  const name = `${type ?? 'UnknownError'}`.replace(/[,:].*|^[^,:]*#/g, '')
  throw authError(
    name,
    answer.message ?? answer.Message ?? 'Unknown error',
    undefined,
    // Errors are logged and shown: what is in the body may be tokens.
    type ? undefined : { members: Object.keys(answer) },
    busy || throttled.test(name),
    metadata,
  )
}
