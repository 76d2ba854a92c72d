import { createPrivateKey, createPublicKey, generateKeyPairSync } from 'node:crypto'
import type { GenerateKeyPair } from '@amulet/server'
import { inject } from 'vitest'
import type { TestProject } from 'vitest/node'

declare module 'vitest' {
  interface ProvidedContext {
    /** A private key, as PEM. */
    keyPair: string
  }
}

/** One for all servers of a run: a new one takes longer than most tests. */
export const keyPairOfTests: GenerateKeyPair = async () => {
  const privateKey = createPrivateKey(inject('keyPair'))
  return { privateKey, publicKey: createPublicKey(privateKey) }
}

/** Makes it, before the run. */
export default function ({ provide }: TestProject): void {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  provide('keyPair', privateKey.export({ type: 'pkcs8', format: 'pem' }).toString())
}
