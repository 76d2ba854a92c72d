import type { StructureShape } from './shape.js'

/** What is said of a member that is a typing mistake. */
export const unknownMember = (path: string, known: readonly string[]): string =>
  `${path} is unknown; known there: ${known.join(', ')}.`

/** On the wire an unknown member is ignored. In what a developer writes it is a typing mistake: this names the first one. */
export function findUnknownMember(shape: StructureShape, given: object): string | undefined {
  const known = Object.keys(shape.members)
  const name = Object.keys(given).find((member) => !known.includes(member))
  return name === undefined ? undefined : unknownMember(name, known)
}
