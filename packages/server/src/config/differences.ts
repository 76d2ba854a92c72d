import { isDeepStrictEqual } from 'node:util'

/** Names of the members that are not the same; what was left out on one side differs too. */
export function differences(declared: object, stored: object): string[] {
  // Through JSON, as what is stored has been: without `undefined`, and maps are plain objects.
  const left = new Map(Object.entries(JSON.parse(JSON.stringify(declared))))
  const right = new Map(Object.entries(JSON.parse(JSON.stringify(stored))))
  return [...new Set([...left.keys(), ...right.keys()])].filter(
    (name) => !isDeepStrictEqual(left.get(name), right.get(name)),
  )
}
