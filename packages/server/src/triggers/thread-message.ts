import type { Invocation } from '../functions.js'

/** What a thread of functions is started with. */
export interface ThreadData {
  /** Path of the configuration file. */
  readonly file: string
  /** Whether it is to say which files it has loaded. */
  readonly listsFiles: boolean
}

/** What the server asks a thread to run. A thread runs one function at a time. */
export interface RunMessage {
  readonly arn: string
  /** JSON */
  readonly event: string
}

/** What a thread says: first what it has loaded, then what each run came to. */
export type ThreadMessage =
  | {
      readonly is: 'loaded'
      readonly names: readonly string[]
      /** Of the configuration and what it imports, as they were read. */
      readonly files: readonly LoadedFile[]
    }
  | { readonly is: 'not loaded'; readonly error: SentError }
  | { readonly is: 'ran'; readonly invocation: Invocation; readonly error?: SentError | undefined }

export interface LoadedFile {
  readonly path: string
  /** Changes when the file does. */
  readonly version: string
}

/** An error between threads: classes and members of its own do not travel. */
export interface SentError {
  readonly name: string
  readonly message: string
  readonly stack: string
}

/** @param error whatever was thrown */
export function sendError(error: unknown): SentError {
  const { name, message, stack = '' } = error instanceof Error ? error : new Error(String(error))
  return { name: String(name), message: String(message), stack: String(stack) }
}

export function receiveError({ name, message, stack }: SentError): Error {
  const error = new Error(message)
  error.name = name
  error.stack = stack
  return error
}
