import { randomBytes } from 'node:crypto'

const POOL_BYTES = 4096
let pool = Buffer.alloc(0)

/**
 * Bytes from the operating system's cryptographic randomness. They are fetched a pool at a time, for asking costs as
 * much for twelve bytes as for thousands; no byte is given out twice.
 */
export function systemRandomBytes(size: number): Buffer {
  if (size > POOL_BYTES) return randomBytes(size)
  if (pool.length < size) pool = randomBytes(POOL_BYTES)
  const bytes = pool.subarray(0, size)
  pool = pool.subarray(size)
  return bytes
}
