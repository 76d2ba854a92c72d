import { randomBytes } from 'node:crypto'
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  statSync,
  writeSync,
} from 'node:fs'
import { dirname, resolve } from 'node:path'
import { StartError } from '../start-error.js'

/**
 * The root key beside a database: 64 hexadecimal digits in a file that only its owner may read. It is made together
 * with the database and never again: a new key for old data would read nothing.
 *
 * @returns the key, or what complains of its loss once the database has turned out to be one that needs it
 */
export function rootKeyBeside(databaseFile: string | undefined, keyFile: string): Uint8Array | (() => never) {
  if (existsSync(keyFile)) return read(keyFile)
  // A database elsewhere is asked when it is open: a new key does not fit what another one sealed.
  if (databaseFile !== undefined && statSync(databaseFile, { throwIfNoEntry: false })?.size)
    return () => {
      throw new StartError(
        `The root key ${keyFile} is missing, and the data in ${databaseFile} cannot be read without it. Put the file back, or remove the database to start afresh.`,
      )
    }
  try {
    return make(keyFile)
  } catch (cause) {
    // Another process that starts at the same moment was first.
    if (existsSync(keyFile)) return read(keyFile)
    throw new StartError(`The root key ${keyFile} cannot be written (${reason(cause)}).`, { cause })
  }
}

function read(keyFile: string): Uint8Array {
  let text: string
  try {
    text = readFileSync(keyFile, 'utf8').trim()
  } catch (cause) {
    throw new StartError(`The root key ${keyFile} cannot be read (${reason(cause)}).`, { cause })
  }
  if (!/^[0-9a-fA-F]{64}$/.test(text))
    throw new StartError(`The root key ${keyFile} is not 64 hexadecimal digits. Put the right file back.`)
  return Buffer.from(text, 'hex')
}

function make(keyFile: string): Uint8Array {
  const folder = dirname(resolve(keyFile))
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const key = randomBytes(32)
  // Fails if the file is there: two processes cannot both make one.
  const file = openSync(keyFile, 'wx', 0o600)
  try {
    writeSync(file, `${key.toString('hex')}\n`)
    // The key must not be lost in a power cut that the data survives.
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
  return key
}

const reason = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause))
