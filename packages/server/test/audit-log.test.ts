import { mkdirSync, mkdtempSync, readFileSync, rmdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { AuditEntry } from '@amulet/server'
import pino from 'pino'
import { expect, onTestFinished, test } from 'vitest'
import { auditLog } from '../src/cli/audit-log.js'

const entry = (requestId: string): AuditEntry => ({
  audit: 1,
  time: '2027-01-02T03:04:05.000Z',
  requestId,
  event: 'sign-in',
  operation: 'InitiateAuth',
  outcome: 'success',
})

test.each([
  ['a line that the disk has taken the beginning of does not swallow the next one', '{"audit":1,"ti', 3],
  ['a disk that has taken nothing of a line leaves no empty one', '', 2],
])('%s', (_, taken, lines) => {
  const folder = mkdtempSync(join(tmpdir(), 'amulet-audit-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const file = join(folder, 'audit.log')
  const logged: string[] = []
  const audit = auditLog(file, pino({}, { write: (line) => void logged.push(line) }))
  audit(entry('first'))
  const before = readFileSync(file, 'utf8')
  // A folder cannot be written to, as a full disk cannot.
  rmSync(file)
  mkdirSync(file)
  audit(entry('lost'))
  expect(logged).toEqual([expect.stringContaining('"requestId":"lost"')])
  rmdirSync(file)
  writeFileSync(file, before + taken)
  audit(entry('second'))
  const [first, ...rest] = readFileSync(file, 'utf8').trimEnd().split('\n')
  expect(JSON.parse(first ?? '')).toEqual(entry('first'))
  expect(JSON.parse(rest.at(-1) ?? '')).toEqual(entry('second'))
  expect(rest).toHaveLength(lines - 1)
})
