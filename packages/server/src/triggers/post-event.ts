import type { Invocation } from '../functions.js'
import { RUN_TIME } from './run-handler.js'

/** Characters of an answer that are read, which is what AWS Lambda allows. A longer one is cut off, and does not parse. */
const MAX_ANSWER = 6_291_556

/** What a server answered to an event. */
export interface Posted {
  readonly is: 'answered'
  readonly status: number
  readonly headers: Headers
  readonly text: string
}

/** Posts an event to something that runs functions. Does not reject. */
export async function postEvent(
  url: string,
  headers: Readonly<Record<string, string>>,
  body: string,
): Promise<Posted | Extract<Invocation, { readonly is: 'timed out' | 'failed' }>> {
  const late = new AbortController()
  const timer = setTimeout(() => late.abort(), RUN_TIME)
  const { signal } = late
  try {
    // A redirect would hand the event, which can hold a password, to another server.
    const response = await fetch(url, { method: 'POST', headers, body, redirect: 'error', signal })
    return {
      is: 'answered',
      status: response.status,
      headers: response.headers,
      text: await readText(response),
    }
  } catch (cause) {
    if (signal.aborted) return { is: 'timed out' }
    return { is: 'failed', error: 'ServiceException', cause, mayRetry: true }
  } finally {
    clearTimeout(timer)
  }
}

async function readText(response: Response): Promise<string> {
  const decoder = new TextDecoder()
  let text = ''
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk, { stream: true })
    if (text.length > MAX_ANSWER) break
  }
  return text
}
