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
  // There are hundreds of thousands of rows: values are numbers here, and two of them one number.
  const numbers = new Map<string, number>()
  const numberOf = (value: string) => {
    const number = numbers.get(value) ?? numbers.size
    numbers.set(value, number)
    return number
  }
  const pairsOf = (row: R) => {
    const values = Object.entries(row).map(([name, value]) => numberOf(`${name} ${value}`))
    const pairs: number[] = []
    for (const [index, one] of values.entries())
      for (let other = index + 1; other < values.length; other++)
        pairs.push(one * 1000 + (values[other] ?? 0))
    return pairs
  }
  const missing = new Set<number>()
  for (const row of possible) for (const pair of pairsOf(row)) missing.add(pair)
  const gain = (row: R) => pairsOf(row).reduce((sum, pair) => sum + (missing.has(pair) ? 1 : 0), 0)
  const waiting = shuffled(possible, random)
  const rows: R[] = []
  // Some at a time, so that the next row is found without looking at all of them again.
  let candidates: R[] = []
  for (let next = 0; missing.size > 0; ) {
    candidates = candidates.filter((row) => gain(row) > 0)
    for (; candidates.length < 100 && next < waiting.length; next++) {
      const row = waiting[next]
      if (row && gain(row) > 0) candidates.push(row)
    }
    const [first, ...others] = candidates
    if (!first) break
    let [best, most] = [first, gain(first)]
    for (const row of others) {
      const gained = gain(row)
      if (gained > most) [best, most] = [row, gained]
    }
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
  const shuffled = [...members]
  for (let last = shuffled.length - 1; last > 0; last--) {
    const other = random.below(last + 1)
    // Both are there.
    ;[shuffled[last], shuffled[other]] = [shuffled[other] as T, shuffled[last] as T]
  }
  return shuffled
}
