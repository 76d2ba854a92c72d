import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { FunctionHandler } from '@amulet/server'
import { onTestFinished } from 'vitest'

export interface ReceivedRequest {
  readonly method: string
  readonly url: string
  readonly headers: IncomingMessage['headers']
  readonly body: string
}
export interface SentResponse {
  readonly status?: number
  readonly headers?: Record<string, string>
  readonly body?: string
}

/** An HTTP server for one test. @returns its address */
export async function listening(
  answer: (request: ReceivedRequest) => SentResponse | Promise<SentResponse>,
): Promise<string> {
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    const { method = '', url = '', headers } = request
    const {
      status = 200,
      headers: sent = {},
      body,
    } = await answer({
      method,
      url,
      headers,
      body: Buffer.concat(chunks).toString(),
    })
    response.writeHead(status, sent).end(body)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  // It listens on a port.
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

/** What AWS Lambda makes of a run: the payload, or the error as a payload. */
export async function lambdaResult(
  handler: FunctionHandler,
  event: string,
): Promise<{ failed: boolean; payload: string }> {
  try {
    const result = await new Promise<unknown>((resolve, reject) => {
      const done = (error?: unknown, value?: unknown) => (error ? reject(error) : resolve(value))
      const context = {
        functionName: 'PreSignUp',
        functionVersion: '$LATEST',
        invokedFunctionArn: '',
        awsRequestId: '',
        memoryLimitInMB: '128',
        logGroupName: '',
        logStreamName: '',
        callbackWaitsForEmptyEventLoop: true,
        getRemainingTimeInMillis: () => 3000,
        done,
        fail: reject,
        succeed: resolve,
      }
      const returned = handler(JSON.parse(event), context, done)
      if (returned instanceof Promise) returned.then(resolve, reject)
      // The process has nothing left to do.
      else setTimeout(resolve, 50, null)
    })
    return { failed: false, payload: JSON.stringify(result ?? null) }
  } catch (error) {
    let errorMessage =
      'callback called with Error argument, but there was a problem while retrieving one or more of its message, name, and stack'
    try {
      errorMessage = error instanceof Error ? error.message : String(error ?? errorMessage)
    } catch {}
    const trace = error instanceof Error ? error.stack?.split('\n') : []
    const errorType = error instanceof Error ? error.name : typeof error
    return { failed: true, payload: JSON.stringify({ errorType, errorMessage, trace }) }
  }
}
