import pino, { type Logger } from 'pino'
import type { LogEntry } from '../http/log.js'
import { StartError } from '../start-error.js'
import { maskEmail, maskPhoneNumber } from '../users/mask.js'
import { UsageError } from './usage-error.js'

/** Logs as lines of JSON on the standard output, the form that log collectors read. */
export function createJsonLog(): Logger {
  const destination = pino.destination({ fd: 1, sync: true })
  // The reader of the output may have left; that is no reason to stop serving.
  destination.on('error', () => {})
  return pino(
    {
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (level) => ({ level }) },
    },
    destination,
  )
}

/** One line per request: what was asked and answered, never with what. */
export function logRequest(log: Logger, { milliseconds, cause, ...entry }: LogEntry): void {
  const line = {
    ...entry,
    milliseconds: Math.round(milliseconds * 10) / 10,
    ...(cause !== undefined && { cause: describeCause(cause) }),
  }
  if (entry.status >= 500) log.error(line, 'request failed')
  else if (cause !== undefined) log.warn(line, 'request')
  else log.info(line, 'request')
}

/** Why the server did not start. The sentence is also what the command says to the person who typed it. */
export function logFailedStart(log: Logger, error: unknown): void {
  if (error instanceof StartError || error instanceof UsageError) log.fatal(masked(error.message))
  else log.fatal({ cause: describeCause(error) }, 'The server cannot start.')
}

/** Enough to find the fault. Mail servers and databases repeat addresses in what they say: those are masked. */
function describeCause(cause: unknown): object {
  if (!(cause instanceof Error)) return { message: masked(String(cause)) }
  const code = 'code' in cause && typeof cause.code === 'string' ? cause.code : undefined
  return {
    name: cause.name,
    ...(code !== undefined && { code }),
    message: masked(cause.message),
    ...(cause.stack !== undefined && { stack: masked(cause.stack) }),
    ...(cause.cause !== undefined && { cause: describeCause(cause.cause) }),
  }
}

/** Characters of a text in the log. What a function throws may repeat what a user typed, however long. */
const MAX_TEXT = 4096

function masked(text: string): string {
  // Up to a space: half an address would not look like one.
  const kept =
    text.length > MAX_TEXT ? `${text.slice(0, Math.max(0, text.lastIndexOf(' ', MAX_TEXT)))}…` : text
  return (
    kept
      // The user and the password of a URL, and addresses, whatever their letters are. A name is looked at from its beginning
      // only, or a long text without an @ would take as many turns as it has characters, each through all of it.
      .replace(
        /:\/\/[^\s"'/][^\s"']*@|(?<![^\s<>"(),;:/\\@])[^\s<>"(),;:/\\@]+@[^\s<>"(),;:/\\]+/gu,
        (found) => (found.startsWith('://') ? '://***@' : maskEmail(found)),
      )
      // What a parser of JSON says has a piece of the text in it, which may be any part of a configuration.
      .replace(/^([^"]*?)(\.{3})?".*"(\.{3})? is not valid JSON/s, '$1it is not valid JSON')
      .replace(/\+\d{7,15}\b/g, maskPhoneNumber)
      .replace(/\bey[\w-]{10,}(\.[\w-]*){2,4}/g, '[token]')
  )
}
