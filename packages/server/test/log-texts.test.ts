import type { LogEntry } from '@amulet/server'
import { expect, test } from 'vitest'
import { createJsonLog, logRequest } from '../src/cli/json-log.js'
import { logLine } from '../src/cli/log-line.js'

// What goes wrong may repeat what a user typed: in a function's error, or in the answer of a mail server.

const failed = (cause: Error): LogEntry => ({
  requestId: 'a',
  operation: 'SignUp',
  status: 400,
  milliseconds: 1,
  cause,
})

/** What the log of production has of an error. */
function logged(message: string): string {
  const log = createJsonLog()
  const lines: { cause: { message: string } }[] = []
  log.warn = (line: object) => void lines.push(line as (typeof lines)[number])
  logRequest(log, failed(new Error(message)))
  return lines[0]?.cause.message ?? ''
}

test.each([
  ['a to Ada.Lovelace@example.com is refused', 'a to A***@e*** is refused'],
  ['<ada@example.com>,grace@example.org', '<a***@e***>,g***@e***'],
  ['smtp://ada:pass/word@mail.example is down', 'smtp://***@mail.example is down'],
  ['see smtp://mail.example, ä@ö.example', 'see smtp://mail.example, ä***@ö***'],
  ['Unexpected token x, ..."key": x, "a"... is not valid JSON', 'Unexpected token x, it is not valid JSON'],
  ['call +15555550123 or +12', 'call +*******0123 or +12'],
  ['of eyJhbGciOiJSUzI1NiJ9.e30.c2ln here', 'of [token] here'],
])('the log has %s as %s', (message, masked) => expect(logged(message)).toBe(masked))

test.each(['a', '"', 'a"', '@', '\n', '://a', 'ey-', 'eyaaaaaaaaaa.', '+1234567', '...'])(
  'a long text of %j in an error is masked in no time, and cut short',
  (piece) => expect(logged(piece.repeat(1_000_000 / piece.length)).length).toBeLessThan(10_000),
)

test('control characters in an error are escaped, and its lines stay lines', () => {
  const cause = Object.assign(new Error('a\u001b[2J\u009b2Jb'), {
    stack: 'Error: a\u001b[2J\u009b2Jb\n    at x:1:1',
  })
  expect(logLine(failed(cause), new Date())).toMatch(/SignUp 400 1\.0 ms\nError: a \[2J 2Jb\n {4}at x:1:1$/)
})
