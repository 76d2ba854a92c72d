import type { AuthContext } from '../context/context.js'
import { tell } from '../events.js'
import type { JWT } from '../models.js'

/** What items are kept in: a context with the storage in question. */
type Keeper = Pick<AuthContext, 'storage' | 'memory' | 'hub'>

/** What the storage did not take, by key; an empty text is an item that it did not remove. */
const notStored = (keeper: Keeper) => (keeper.memory.items ??= new Map())

/** An item as it was last written, whether or not the storage took it. */
export const readItem = async (keeper: Keeper, key: string): Promise<string | null> =>
  notStored(keeper).get(key) ?? keeper.storage.getItem(key)

/**
 * Stores an item, or removes it when there is no value. What a storage refuses, because it is full or because nothing
 * can be stored there, is kept in memory: the session goes on until the page is left.
 */
export const writeItem = async (keeper: Keeper, key: string, value = ''): Promise<void> => {
  const items = notStored(keeper)
  items.delete(key)
  try {
    await (value ? keeper.storage.setItem(key, value) : keeper.storage.removeItem(key))
  } catch (error) {
    // Told once, for as long as there is anything that is not stored.
    if (!items.size) tell(keeper, { event: 'storage_failure', data: { error } })
    items.set(key, value)
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
