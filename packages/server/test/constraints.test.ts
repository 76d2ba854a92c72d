import fc from 'fast-check'
import { expect, test } from 'vitest'
import * as constraints from '../src/wire/constraints.js'
import { parse } from '../src/wire/parse.js'
import type { StringShape } from '../src/wire/shape.js'
import { createPool, startWithAdmin } from './admin.js'

const shapes = Object.entries(constraints).flatMap(([name, shape]): [string, StringShape][] =>
  typeof shape === 'object' && shape.kind === 'string' ? [[name, shape]] : [],
)
const checked = shapes.filter(([, { matches }]) => matches)

test.each(checked)('%s accepts what the pattern that it names accepts, and nothing else', (_, shape) => {
  const pattern = new RegExp(`^(?:${shape.pattern})$`, 'u')
  const pieces = [
    '{####}',
    '{##',
    '##}',
    '{',
    '#',
    '}',
    '*',
    'a',
    ' ',
    '\n',
    '\u2028',
    '\0',
    '\u{1f600}',
    '\ud800',
  ]
  const text = fc.oneof(
    fc.array(fc.constantFrom(...pieces), { maxLength: 8 }).map((some) => some.join('')),
    fc.string({ unit: 'binary', maxLength: 4 }),
  )
  let accepted = 0
  fc.assert(
    fc.property(text, (value) => {
      const expected = pattern.test(value)
      if (expected) accepted++
      expect(shape.matches?.(value)).toBe(expected)
    }),
    { numRuns: 5000 },
  )
  expect(accepted).toBeGreaterThan(50)
})

test('the longest values that nearly match a pattern are checked in no noticeable time', () => {
  const pieces = ['{##', '##}', '{####}', '{', '@', 'a', 'a b', '*', ' ', '_', '-', '0', ':', ':1']
  for (const [, shape] of shapes)
    for (const begin of ['', '{##', '{####}', 'arn:a:a::1:a'])
      for (const piece of pieces)
        for (const end of ['\0', '\n', '@', ' ']) {
          const length = Math.min(shape.max ?? 20_000, 20_000)
          const value = (begin + piece.repeat(length)).slice(0, length - 1) + end
          try {
            parse(shape, value)
          } catch (error) {
            expect(error).toMatchObject({ name: 'InvalidParameterException' })
          }
        }
})

const signs = (length: number): string => '@'.repeat(length)

test('messages and addresses that are slow to match are refused like others', async () => {
  const { admin, call } = await startWithAdmin()
  const { UserPoolId } = await createPool(admin)
  const EmailMessageByLink = `${'{####}'.repeat(3333)}\0`
  const pattern = String.raw`[\p{L}\p{M}\p{S}\p{N}\p{P}\s*]*\{##[\p{L}\p{M}\p{S}\p{N}\p{P}\s*]*##\}[\p{L}\p{M}\p{S}\p{N}\p{P}\s*]*`
  const link = await call('UpdateUserPool', {
    UserPoolId,
    VerificationMessageTemplate: { EmailMessageByLink },
  })
  expect(link.body.message).toBe(
    `1 validation error detected: Value '${EmailMessageByLink.slice(0, 1024)}…' at 'verificationMessageTemplate.emailMessageByLink' failed to satisfy constraint: Member must satisfy regular expression pattern: ${pattern}`,
  )
  const reply = await call('UpdateUserPool', {
    UserPoolId,
    EmailConfiguration: { ReplyToEmailAddress: `${signs(900_000)} ` },
  })
  expect(reply.body.message).toBe(
    `1 validation error detected: Value '${signs(1024)}…' at 'emailConfiguration.replyToEmailAddress' failed to satisfy constraint: Member must have length less than or equal to 320`,
  )
  const from = await call('UpdateUserPool', {
    UserPoolId,
    EmailConfiguration: { From: `${signs(131_000)} ` },
  })
  expect(from.body.message).toBe('Provided From email address is invalid')
})
