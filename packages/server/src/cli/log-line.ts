import { inspect } from 'node:util'
import type { LogEntry } from '../http/log.js'

/**
 * `14:03:07 InitiateAuth 400 3.1 ms NotAuthorizedException`; why a message was not delivered follows on lines of its own,
 * as the cause of a 500 does by the server's own warning. A request for an operation that Amulet does not have is marked,
 * and a reason that the answer hides from its caller is added.
 */
export function logLine(entry: LogEntry, at: Date): string {
  const { operation, unknownOperation, status, milliseconds, exception, reason, subject, admin, cause } =
    entry
  const line = [
    at.toTimeString().slice(0, 8),
    unknownOperation ?? operation,
    status,
    `${milliseconds.toFixed(1)} ms`,
    exception,
    unknownOperation && '(this version of Amulet has no such operation)',
    reason !== undefined && `(${visible(reason)})`,
    subject !== undefined && `subject=${subject}`,
    admin !== undefined && `admin=${admin}`,
  ]
  const detail =
    cause === undefined || status >= 500 ? '' : `\n${inspect(cause).split('\n').map(visible).join('\n')}`
  return line.filter((part) => part !== undefined && part !== false).join(' ') + detail
}

/** It may hold what was typed, and a terminal obeys what is typed there. */
const visible = (line: string): string => line.replace(/[\p{C}\p{Zl}\p{Zp}]+/gu, ' ')
