import { N } from './group.js'

/**
 * 2^exponent mod N by squaring and shifting, bit by bit.
 */
export function powerOfTwo(exponent: bigint): bigint {
  let result = 1n
  for (const bit of exponent.toString(2)) result = ((result * result) << BigInt(bit)) % N
  return result
}

/**
 * base^exponent mod N with a fixed window of five bits: one multiplication per five squarings, whatever the
 * bits are.
 */
export function power(base: bigint, exponent: bigint): bigint {
  const table = [1n]
  for (let i = 1; i < 32; i++) table.push(((table[i - 1] ?? 1n) * base) % N)
  let result = 1n
  for (const digit of exponent.toString(32)) {
    for (let i = 0; i < 5; i++) result = (result * result) % N
    result = (result * (table[Number.parseInt(digit, 32)] ?? 1n)) % N
  }
  return result
}
