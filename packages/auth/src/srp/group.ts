/** arctan(1/x), scaled by 2^3006, by its Taylor series. */
const arctan = (x: bigint): bigint => {
  let term = (1n << 3006n) / x
  let sum = term
  for (let n = 3n; term; n += 2n) {
    term /= -x * x
    sum += term / n
  }
  return sum
}

let prime: bigint | undefined

/**
 * The 3072-bit MODP prime of RFC 3526, group 15, by the formula that defines it:
 * 2^3072 − 2^3008 − 1 + 2^64 · (⌊2^2942 · π⌋ + 1690314). Computed once, when first needed, in a fraction of a
 * millisecond; its 768 random digits would not compress.
 */
export const N = (): bigint => {
  if (!prime) {
    // Machin's formula; the 64 bits beyond those needed absorb the rounding.
    const pi = (16n * arctan(5n) - 4n * arctan(239n)) >> 64n
    prime = ((1n << 3008n) + pi + 1690314n - (1n << 2944n)) * (1n << 64n) - 1n
  }
  return prime
}
