import type { Invocation } from '../functions.js'

/** Characters of an error's text that a caller is told. */
const MAX_TEXT = 4096

/**
 * What a function threw, as AWS Lambda writes it: `{ errorMessage, errorType, trace }`.
 *
 * @returns nothing for an answer that is not such a text
 */
export function readFunctionError(json: string): Invocation | undefined {
  const error = parseObject(json)
  const { errorMessage, errorType, trace, stackTrace } = error
  if (typeof errorMessage !== 'string') return undefined
  const cause = new Error(errorMessage.slice(0, MAX_TEXT))
  cause.name = typeof errorType === 'string' ? errorType.slice(0, 256) : 'Error'
  // Of JavaScript, and of the other languages.
  const lines = [trace, stackTrace].find(Array.isArray) ?? []
  cause.stack = [
    `${cause.name}: ${cause.message}`,
    ...lines
      .slice(0, 50)
      .map((line) => String(line).slice(0, 1024))
      .filter((line) => line !== `${cause.name}: ${cause.message}`),
  ].join('\n')
  return { is: 'threw', text: cause.message, cause }
}

export function parseObject(json: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(json)
    return typeof value === 'object' && value !== null ? { ...value } : {}
  } catch {
    return {}
  }
}
