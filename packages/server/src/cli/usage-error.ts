/** The command line says something that does not exist. The message is a sentence; the exit code is 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}
