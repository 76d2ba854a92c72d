import { N } from './group.js'

/** 2^exponent mod N, by squaring and shifting. */
export function powerOfTwo(exponent: bigint): bigint {
  const n = N()
  let result = 1n
  for (const bit of exponent.toString(2)) result = ((result * result) << BigInt(bit)) % n
  return result
}

/** base^exponent mod N with a fixed window of five bits: one multiplication per five squarings. */
export function power(base: bigint, exponent: bigint): bigint {
  const n = N()
  const table: bigint[] = []
  for (let entry = 1n; table.length < 32; entry = (entry * base) % n) table.push(entry)
  let result = 1n
  for (const digit of exponent.toString(32)) {
    for (let i = 5; i--; ) result = (result * result) % n
    result = (result * (table[Number.parseInt(digit, 32)] ?? 1n)) % n
  }
  return result
}
