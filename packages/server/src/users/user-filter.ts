import { errors } from '../errors.js'

/** `name = "value"`: equal, or `name ^= "value"`: begins with. The name may be in quotes as well. */
export interface UserFilter {
  readonly attribute: string
  readonly operator: '=' | '^='
  readonly value: string
}

/** Inside the quotes, a quote or a backslash has a backslash before it. */
const FILTER = /^\s*(?:([\w:]+)|"([\w:]+)")\s*(\^?=)\s*"((?:[^"\\]|\\.)*)"\s*$/su

/**
 * Reads the filter of ListUsers; an empty one filters nothing.
 *
 * @throws InvalidParameterException
 */
export function parseUserFilter(text: string | undefined): UserFilter | undefined {
  if (!text?.trim()) return undefined
  const match = FILTER.exec(text)
  if (!match) throw errors.filterSyntax()
  const [, bare, quotedName = '', operator, quoted = ''] = match
  return {
    attribute: bare ?? quotedName,
    operator: operator === '=' ? '=' : '^=',
    value: quoted.replace(/\\(.)/gsu, (_, character: string) => character),
  }
}
