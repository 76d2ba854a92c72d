import type { Random } from './random.js'

/** The values that each column of a table may have. */
export type Columns = Readonly<Record<string, readonly string[]>>
export type Row<C extends Columns> = { readonly [Name in keyof C]: C[Name][number] }

/**
 * Of all rows that can be, some in which every two values stand together that do so in any: the faults of settings are
 * mostly those of two of them. Greedy: of some rows, the one with the most pairs that were not there yet.
 */
export function allPairs<R extends Readonly<Record<string, string>>>(
  possible: readonly R[],
  random: Random,
): R[] {
  const pairsOf = (row: R) => {
    const values = Object.entries(row).map(([name, value]) => `${name} ${value}`)
    return values.flatMap((one, index) => values.slice(index + 1).map((other) => `${one}, ${other}`))
  }
  const missing = new Set(possible.flatMap(pairsOf))
  const gain = (row: R) => pairsOf(row).reduce((sum, pair) => sum + (missing.has(pair) ? 1 : 0), 0)
  // In an order of its own, so that the next row with a missing pair is found without looking at all of them again.
  let rest = shuffled(possible, random)
  const rows: R[] = []
  while (missing.size > 0) {
    rest = rest.filter((row, index) => index > 100 || gain(row) > 0)
    const [first, ...others] = rest.slice(0, 100)
    if (!first) break
    let [best, most] = [first, gain(first)]
    for (const row of others) {
      const gained = gain(row)
      if (gained > most) [best, most] = [row, gained]
    }
    if (most === 0) continue
    rows.push(best)
    for (const pair of pairsOf(best)) missing.delete(pair)
  }
  return rows
}

/** Every row of these columns. */
export function product<C extends Columns>(columns: C): Row<C>[] {
  const rows = Object.entries(columns).reduce<Record<string, string>[]>(
    (rows, [name, values]) => rows.flatMap((row) => values.map((value) => ({ ...row, [name]: value }))),
    [{}],
  )
  // Each has every column.
  return rows as Row<C>[]
}

function shuffled<T>(members: readonly T[], random: Random): T[] {
  return members
    .map((member) => ({ member, at: random() }))
    .toSorted((a, b) => a.at - b.at)
    .map(({ member }) => member)
}
