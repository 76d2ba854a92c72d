import { uuidOf } from './uuid.js'

/** Where randomness comes from; `ServerContext` is one. */
export interface RandomSource {
  readonly randomBytes: (size: number) => Buffer
}

/** A uniform integer from 0 to `bound` - 1, for a bound of at most 2^32. */
export function randomBelow(source: RandomSource, bound: number): number {
  const size = bound <= 256 ? 1 : 4
  const range = 256 ** size
  // Values from the uneven rest would favor the low results, so they are drawn again.
  const limit = range - (range % bound)
  for (;;) {
    const value = source.randomBytes(size).readUIntBE(0, size)
    if (value < limit) return value % bound
  }
}

/** Characters drawn uniformly from an alphabet of at most 256. */
export function randomText(source: RandomSource, alphabet: string, length: number): string {
  const limit = 256 - (256 % alphabet.length)
  let text = ''
  while (text.length < length)
    for (const byte of source.randomBytes(length)) {
      if (byte < limit && text.length < length) text += alphabet[byte % alphabet.length]
    }
  return text
}

/** Decimal digits, leading zeros included; at most 9. */
export const randomDigits = (source: RandomSource, length: number): string =>
  String(randomBelow(source, 10 ** length)).padStart(length, '0')

/** A version 4 UUID (RFC 9562 section 5.4). */
export const randomUuid = (source: RandomSource): string => uuidOf(source.randomBytes(16))
