import { randomBytes } from 'node:crypto'
import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, writeSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { StartError } from '../start-error.js'

// A key in a file is 64 hexadecimal digits; only the file's owner may read it.

/**
 * @param what the key is called, such as `root key`
 * @throws {StartError}
 */
export function readKeyFile(file: string, what: string): Uint8Array {
  let text: string
  try {
    text = readFileSync(file, 'utf8').trim()
  } catch (cause) {
    throw new StartError(`The ${what} ${file} cannot be read (${reason(cause)}).`, { cause })
  }
  if (!/^[0-9a-fA-F]{64}$/.test(text))
    throw new StartError(`The ${what} ${file} is not 64 hexadecimal digits. Put the right file back.`)
  return Buffer.from(text, 'hex')
}

/** Throws if the file is there: two processes cannot both make one. */
export function makeKeyFile(file: string): Uint8Array {
  mkdirSync(dirname(resolve(file)), { recursive: true, mode: 0o700 })
  const key = randomBytes(32)
  const descriptor = openSync(file, 'wx', 0o600)
  try {
    writeSync(descriptor, `${key.toString('hex')}\n`)
    // The key must not be lost in a power cut that what it opens survives.
    fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
  return key
}

export const reason = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause))
