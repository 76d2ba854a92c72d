import type { JWT } from '../models.js'
import type { KeyValueStorage } from './storage.js'

/** Several items under one prefix; what is missing or empty is `undefined`. */
export async function readItems<Name extends string>(
  storage: KeyValueStorage,
  prefix: string,
  names: readonly Name[],
): Promise<Partial<Record<Name, string>>> {
  const items: Partial<Record<Name, string>> = {}
  // All at once: no other tab writes in between.
  await Promise.all(
    names.map(async (name) => {
      items[name] = (await storage.getItem(prefix + name)) || undefined
    }),
  )
  return items
}

/** Replaces these items one after the other, in the order of their names; what has no value is removed. */
export async function writeItems<Name extends string>(
  storage: KeyValueStorage,
  prefix: string,
  names: readonly Name[],
  values: { [Key in NoInfer<Name>]?: string | number | JWT | undefined },
): Promise<void> {
  for (const name of names) {
    const value = values[name]
    // A token is written as its text.
    await (value || value === 0
      ? storage.setItem(prefix + name, `${value}`)
      : storage.removeItem(prefix + name))
  }
}
