import { generateKeyPair } from 'node:crypto'
import { promisify } from 'node:util'
import type { GenerateKeyPair } from '@amulet/server'

/** One for all servers of a test file: a new one takes longer than most tests. */
export const keyPairOfTests: GenerateKeyPair = () => {
  pair ??= promisify(generateKeyPair)('rsa', { modulusLength: 2048 })
  return pair
}
let pair: ReturnType<GenerateKeyPair> | undefined
