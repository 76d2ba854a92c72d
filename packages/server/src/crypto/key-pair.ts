import { generateKeyPair, type KeyObject } from 'node:crypto'
import { promisify } from 'node:util'

/** An RSA key of 2048 bits, as the service signs with. */
export interface KeyPair {
  readonly publicKey: KeyObject
  readonly privateKey: KeyObject
}

/** What a key signs: access tokens or ID tokens. */
export type TokenUse = 'access' | 'id'

export type GenerateKeyPair = (tokenUse: TokenUse) => Promise<KeyPair>

/** Takes 50 to 250 ms, off the event loop's thread: finding two primes takes as long as it takes. */
export const generateRsaKeyPair: GenerateKeyPair = async () =>
  await promisify(generateKeyPair)('rsa', { modulusLength: 2048 })

let shared: Promise<KeyPair> | undefined

/**
 * The same key pair each time, whatever it signs, for servers whose data ends with the process: a test suite that starts
 * a server for each test waits for one key. Never for data that is kept.
 */
export const sharedKeyPair: GenerateKeyPair = (tokenUse) => {
  shared ??= generateRsaKeyPair(tokenUse)
  return shared
}
