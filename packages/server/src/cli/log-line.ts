import { inspect } from 'node:util'
import type { LogEntry } from '../http/log.js'

/** `14:03:07 InitiateAuth 400 3.1 ms NotAuthorizedException`; what broke inside follows on lines of its own. */
export function logLine(entry: LogEntry, at: Date): string {
  const { operation, status, milliseconds, exception, cause } = entry
  const line = [at.toTimeString().slice(0, 8), operation, status, `${milliseconds.toFixed(1)} ms`, exception]
  const detail = cause === undefined ? '' : `\n${inspect(cause)}`
  return line.filter((part) => part !== undefined).join(' ') + detail
}
