import { N } from './group.js'

/**
 * t mod N, for a product t of two remainders. What t has above bit 4608 is first folded down, 2^4608 mod N times:
 * engines multiply faster than they divide, and half of t is left to divide.
 */
function remainder(): (t: bigint) => bigint {
  const n = N()
  const fold = (1n << 4608n) % n
  return (t) => (BigInt.asUintN(4608, t) + (t >> 4608n) * fold) % n
}

/** 2^exponent mod N, by squaring and shifting. */
export function powerOfTwo(exponent: bigint): bigint {
  const mod = remainder()
  let result = 1n
  for (const bit of exponent.toString(2)) result = mod((result * result) << BigInt(bit))
  return result
}

/** base^exponent mod N with a sliding window of five bits: one multiplication per six squarings. */
export function power(base: bigint, exponent: bigint): bigint {
  const mod = remainder()
  const square = mod(base * base)
  // The odd powers: a window ends with a bit that is set.
  const odd: bigint[] = []
  for (let entry = base; odd.length < 16; entry = mod(entry * square)) odd.push(entry)
  let result = 1n
  for (const [window] of exponent.toString(2).matchAll(/0|1(?:.{0,3}1)?/g)) {
    for (const _ of window) result = mod(result * result)
    // A window that is just a zero has no odd power.
    result = mod(result * (odd[(Number.parseInt(window, 2) - 1) / 2] ?? 1n))
  }
  return result
}
