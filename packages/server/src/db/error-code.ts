/**
 * The code of an error of a database, or an empty text. The class is not looked at: where tests run in a context of their
 * own, as under jsdom, `Error` there is not the `Error` of Node and its native modules.
 */
export function errorCode(error: unknown): string {
  const { code } = Object(error) as { code?: unknown }
  return typeof code === 'string' ? code : ''
}

/** What an error says, whichever `Error` it is one of. */
export function errorMessage(error: unknown): string {
  const { message } = Object(error) as { message?: unknown }
  return typeof message === 'string' ? message : String(error)
}
