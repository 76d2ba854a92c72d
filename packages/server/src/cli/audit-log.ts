import { appendFileSync, closeSync, fstatSync, openSync, readSync } from 'node:fs'
import pino, { type Logger } from 'pino'
import type { Audit } from '../audit.js'
import { StartError } from '../start-error.js'

/** Only the server's own user reads who signed in when. */
const MODE = 0o600

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
  const append = (text: string) => appendFileSync(to, text, { mode: MODE })
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
  let hasFailed = false
  return (entry) => {
    try {
      // A full disk can have taken the beginning of a line. The next one must not become its end.
      append(`${hasFailed && isCutOff(to) ? '\n' : ''}${JSON.stringify(entry)}\n`)
      hasFailed = false
    } catch (cause) {
      hasFailed = true
      const reason = cause instanceof Error ? cause.message : String(cause)
      log.error({ audit: entry, cause: { message: reason } }, 'the audit could not be written')
    }
  }
}

/** Whether the last line of a file has no end. */
function isCutOff(path: string): boolean {
  const file = openSync(path, 'a+', MODE)
  try {
    const { size } = fstatSync(file)
    const last = Buffer.alloc(1)
    return size > 0 && readSync(file, last, 0, 1, size - 1) === 1 && last.toString() !== '\n'
  } finally {
    closeSync(file)
  }
}
