/** Bytes of arithmetic and hashing: always backed by memory of their own, as `crypto.subtle` wants them. */
export type Bytes = Uint8Array<ArrayBuffer>

export const utf8 = (text: string): Bytes => new TextEncoder().encode(text)

/** @throws ReferenceError when the platform has no source of randomness: in the words for what it lacks as a whole */
export const randomBytes = (length: number): Bytes => {
  if (!globalThis.crypto?.getRandomValues) throw new ReferenceError('crypto.getRandomValues is not defined')
  return crypto.getRandomValues(new Uint8Array(length))
}

/** PAD(n): the shortest two's-complement form of a number that is not negative: its bits, and a zero for the sign. */
export const pad = (n: bigint): Bytes => {
  const bytes = new Uint8Array((n.toString(2).length >> 3) + 1)
  for (let i = bytes.length; i--; n >>= 8n) bytes[i] = Number(n & 255n)
  return bytes
}

export const toBigInt = (bytes: Uint8Array): bigint => bytes.reduce((n, byte) => (n << 8n) + BigInt(byte), 0n)
