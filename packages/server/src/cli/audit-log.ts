import { appendFileSync } from 'node:fs'
import pino, { type Logger } from 'pino'
import type { Audit } from '../audit.js'
import { StartError } from '../start-error.js'

/**
 * Writes the audit as lines of JSON. The file is opened for each line: it can be moved away at any time, and several
 * processes append to one. What cannot be written there is in the log, as a line of the level `error`.
 *
 * @param to a file, or `-` for the standard output
 * @throws {StartError} the file cannot be written to
 */
export function auditLog(to: string, log: Logger): Audit {
  if (to === '-') {
    const output = pino.destination({ fd: 1, sync: true })
    // The reader of the output may have left; that is no reason to stop serving.
    output.on('error', () => {})
    return (entry) => void output.write(`${JSON.stringify(entry)}\n`)
  }
  // Only the server's own user reads who signed in when.
  const append = (text: string) => appendFileSync(to, text, { mode: 0o600 })
  try {
    append('')
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new StartError(
      `The audit cannot be written to ${to} (${reason}). Name another file with --audit.`,
      {
        cause,
      },
    )
  }
  return (entry) => {
    try {
      append(`${JSON.stringify(entry)}\n`)
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause)
      log.error({ audit: entry, cause: { message: reason } }, 'the audit could not be written')
    }
  }
}
