import { errors } from '../errors.js'

/** `name = "value"`: equal, or `name ^= "value"`: begins with. */
export interface UserFilter {
  readonly attribute: string
  readonly operator: '=' | '^='
  readonly value: string
}

/** Inside the quotes, a quote or a backslash has a backslash before it. */
const FILTER = /^\s*([\w:]+)\s*(\^?=)\s*"((?:[^"\\]|\\.)*)"\s*$/su

/**
 * Reads the filter of ListUsers; an empty one filters nothing.
 *
 * @throws InvalidParameterException
 */
export function parseUserFilter(text: string | undefined): UserFilter | undefined {
  if (!text?.trim()) return undefined
  const match = FILTER.exec(text)
  if (!match) throw errors.filterSyntax()
  const [, attribute = '', operator, quoted = ''] = match
  return {
    attribute,
    operator: operator === '=' ? '=' : '^=',
    value: quoted.replace(/\\(.)/gsu, (_, character: string) => character),
  }
}
