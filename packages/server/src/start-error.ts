/** The server cannot start. The message says what is wrong and what to do; the command line prints it and exits. */
export class StartError extends Error {
  override readonly name = 'StartError'
}
