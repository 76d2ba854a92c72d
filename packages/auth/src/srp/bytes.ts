/** Bytes of arithmetic and hashing: always backed by memory of their own, as `crypto.subtle` wants them. */
export type Bytes = Uint8Array<ArrayBuffer>

export const utf8 = (text: string): Bytes => new TextEncoder().encode(text)

/**
 * PAD(n): the shortest two's-complement form of a number that is not negative. A leading zero byte keeps the
 * sign bit clear; a leading zero digit makes whole bytes.
 */
export function pad(n: bigint): Bytes {
  const digits = n.toString(16)
  const even = digits.length % 2 ? `0${digits}` : digits
  const hex = even > '8' ? `00${even}` : even
  return Uint8Array.from(hex.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16))
}

export function toBigInt(bytes: Uint8Array): bigint {
  let hex = '0x'
  for (const byte of bytes) hex += byte.toString(16).padStart(2, '0')
  return BigInt(hex)
}

export const concat = (...parts: Bytes[]): Bytes => Uint8Array.from(parts.flatMap((part) => Array.from(part)))
