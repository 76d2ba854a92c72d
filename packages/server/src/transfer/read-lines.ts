import { createReadStream } from 'node:fs'
import { open } from 'node:fs/promises'
import { pipeline, type Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { StartError } from '../start-error.js'

/**
 * The complete lines of a text file, compressed or not. A file that was cut off, as of an export that did not come to
 * its end, has those before the cut.
 *
 * @throws {StartError} it cannot be read
 */
export async function* readLines(file: string): AsyncGenerator<string, undefined> {
  let rest = ''
  try {
    for await (const chunk of await openText(file)) {
      const lines = (rest + chunk).split('\n')
      rest = lines.pop() ?? ''
      yield* lines
    }
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    // The compressed data ends too early.
    if (code === 'Z_BUF_ERROR') return
    if (typeof code !== 'string' || error instanceof StartError) throw error
    throw new StartError(`${file} cannot be read (${error instanceof Error ? error.message : code}).`, {
      cause: error,
    })
  }
}

async function openText(file: string): Promise<AsyncIterable<string>> {
  // Asked before there is a stream, which would complain by itself that it cannot be opened.
  const compressed = await isCompressed(file)
  const stream = createReadStream(file)
  const text: Readable = compressed ? pipeline(stream, createGunzip(), () => {}) : stream
  return text.setEncoding('utf8')
}

/** RFC 1952 section 2.3.1 */
async function isCompressed(file: string): Promise<boolean> {
  const handle = await open(file)
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(2), 0, 2, 0)
    return bytesRead === 2 && buffer[0] === 0x1f && buffer[1] === 0x8b
  } finally {
    await handle.close()
  }
}
