import { N } from './group.js'

/**
 * t mod N, for a product t of two remainders. What t has above a bit is folded down, 2^bit mod N times, before the rest
 * is divided: engines multiply faster than they divide, and a quarter of the work of dividing is left.
 */
const remainder = (): ((t: bigint) => bigint) => {
  const n = N()
  const folds = [4608, 3840].map((bit) => [bit, BigInt(bit), (1n << BigInt(bit)) % n] as const)
  return (t) => {
    for (const [bit, shift, fold] of folds) t = BigInt.asUintN(bit, t) + (t >> shift) * fold
    return t % n
  }
}

/** 2^exponent mod N, by squaring and shifting. */
export const powerOfTwo = (exponent: bigint): bigint => {
  const mod = remainder()
  let result = 1n
  for (const bit of exponent.toString(2)) result = mod((result * result) << BigInt(bit))
  return result
}

/** base^exponent mod N with a fixed window of five bits: one multiplication per five squarings. */
export const power = (base: bigint, exponent: bigint): bigint => {
  const mod = remainder()
  const table: bigint[] = []
  for (let entry = 1n; table.length < 32; entry = mod(entry * base)) table.push(entry)
  let result = 1n
  for (const digit of exponent.toString(32)) {
    for (let i = 5; i--; ) result = mod(result * result)
    result = mod(result * (table[Number.parseInt(digit, 32)] ?? 1n))
  }
  return result
}
