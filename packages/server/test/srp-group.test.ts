import { expect, test } from 'vitest'
import { mod, N, powMod } from '../src/srp/group.js'

/** Square and multiply, from the definition alone. */
function power(base: bigint, exponent: bigint): bigint {
  let result = 1n
  for (let square = base, rest = exponent; rest > 0n; rest >>= 1n, square = mod(square * square))
    if (rest & 1n) result = mod(result * square)
  return result
}

// Some of these are powers of 2 and some are not, as a half of all numbers is.
const BASES = { three: 3n, five: 5n, seven: 7n, eleven: 11n, 'two less than N': N - 2n, 'half of N': N >> 1n }

test.each(Object.entries(BASES))('powers of a number are those of arithmetic: %s', (_, base) => {
  for (const exponent of [3n, (1n << 256n) - 189n, N - 2n])
    expect(powMod(base, exponent)).toBe(power(base, exponent))
})
