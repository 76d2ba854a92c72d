import type { AuthContext } from '../context/context.js'
import { tell } from '../events.js'
import type { JWT } from '../models.js'

/** What items are kept in: a context with the storage in question. */
type Keeper = Pick<AuthContext, 'storage' | 'memory' | 'hub'>

/** An item as it was last written, whether or not the storage took it. */
export const readItem = async (keeper: Keeper, key: string): Promise<string | null> =>
  keeper.memory.items?.[key] ?? keeper.storage.getItem(key)

/**
 * Stores an item, or removes it when there is no value. What a storage refuses, because it is full or because nothing
 * can be stored there, is kept in memory: the session goes on until the page is left.
 */
export const writeItem = async (keeper: Keeper, key: string, value = ''): Promise<void> => {
  const { storage, memory } = keeper
  delete memory.items?.[key]
  try {
    await (value ? storage.setItem(key, value) : storage.removeItem(key))
  } catch (error) {
    memory.items ??= {}
    // Told once, for as long as there is anything that is not stored.
    if (!Object.keys(memory.items)[0]) {
      tell(keeper, { event: 'storage_failure', data: { error } })
    }
    memory.items[key] = value
  }
}

/** Several items under one prefix; what is missing or empty is `undefined`. */
export const readItems = async <Name extends string>(
  keeper: Keeper,
  prefix: string,
  names: readonly Name[],
): Promise<Partial<Record<Name, string>>> => {
  const items: Partial<Record<Name, string>> = {}
  // All at once: no other tab writes in between.
  await Promise.all(
    names.map(async (name) => {
      items[name] = (await readItem(keeper, prefix + name)) || undefined
    }),
  )
  return items
}

/** Replaces these items one after the other, in the order of their names; what has no value is removed. */
export const writeItems = async <Name extends string>(
  keeper: Keeper,
  prefix: string,
  names: readonly Name[],
  values: { [Key in NoInfer<Name>]?: string | number | JWT | undefined } = {},
): Promise<void> => {
  // A token is written as its text.
  for (const name of names) await writeItem(keeper, prefix + name, `${values[name] ?? ''}`)
}
