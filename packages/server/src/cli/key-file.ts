import { randomBytes } from 'node:crypto'
import {
  closeSync,
  existsSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  writeSync,
} from 'node:fs'
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

/**
 * The key in a file, which is made when there is none. Of several processes that make it at the same moment one does,
 * and the others read what it made.
 *
 * @param what the key is called, such as `root key`
 * @throws {StartError}
 */
export function readOrMakeKeyFile(file: string, what: string): Uint8Array {
  if (!existsSync(file)) {
    try {
      makeKeyFile(file)
    } catch (cause) {
      if (!existsSync(file))
        throw new StartError(`The ${what} ${file} cannot be written (${reason(cause)}).`, { cause })
    }
  }
  return readKeyFile(file, what)
}

/** All of it or nothing, whatever reads it and whatever ends this process: it gets its name once it is on the disk. */
function makeKeyFile(file: string): void {
  const folder = dirname(resolve(file))
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const unnamed = `${file}.${randomBytes(8).toString('hex')}`
  try {
    const descriptor = openSync(unnamed, 'wx', 0o600)
    try {
      writeSync(descriptor, `${randomBytes(32).toString('hex')}\n`)
      fsyncSync(descriptor)
    } finally {
      closeSync(descriptor)
    }
    // Unlike renaming, this fails if the name is taken.
    linkSync(unnamed, file)
  } finally {
    rmSync(unnamed, { force: true })
  }
  // The key must not be lost in a power cut that what it opens survives. Windows keeps names without being asked.
  if (process.platform === 'win32') return
  const descriptor = openSync(folder, 'r')
  fsyncSync(descriptor)
  closeSync(descriptor)
}

const reason = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause))
