import { createHash, timingSafeEqual } from 'node:crypto'

/** Compares two secrets in a time that does not depend on where they differ, nor on their lengths. */
export function equalText(a: string, b: string): boolean {
  return timingSafeEqual(createHash('sha256').update(a).digest(), createHash('sha256').update(b).digest())
}
