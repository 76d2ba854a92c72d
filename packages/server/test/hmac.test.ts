import { createHmac } from 'node:crypto'
import { expect, test } from 'vitest'
import { hmacSha256 } from '../src/crypto/hmac.js'

test.each([
  // RFC 4231, test cases 2 and 1.
  [
    'Jefe',
    'what do ya want for nothing?',
    '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
  ],
  [Buffer.alloc(20, 0x0b), 'Hi There', 'b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7'],
])('HMAC-SHA256 gives the values of the standard: %#', (key, text, expected) => {
  expect(hmacSha256(Buffer.from(key))(text).toString('hex')).toBe(expected)
})

test('one key makes any number of codes, for texts of any length and letters, as Node makes them', () => {
  const key = Buffer.alloc(32, 7)
  const mac = hmacSha256(key)
  const texts = ['', 'é', '😀'.repeat(40), ...Array.from({ length: 130 }, (_, length) => 'x'.repeat(length))]
  const codes = texts.map(mac)
  // Compared when all are made: what a later one needs must not change an earlier one.
  for (const [i, text] of texts.entries())
    expect(codes[i]?.equals(createHmac('sha256', key).update(text).digest())).toBe(true)
})

test('a key that is longer than a block is refused', () => {
  expect(() => hmacSha256(Buffer.alloc(65))).toThrow(RangeError)
})
