/** Random choices that are the same for the same seed. */
export interface Random {
  /** At least 0 and less than 1. */
  (): number
  below(limit: number): number
  chance(probability: number): boolean
  /** @throws Error there is none */
  pick<T>(members: readonly T[]): T
  some<T>(members: readonly T[]): T[]
}

/** Mulberry32. */
export function seeded(seed: number): Random {
  let state = seed >>> 0
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const below = (limit: number) => Math.floor(next() * limit)
  return Object.assign(next, {
    below,
    chance: (probability: number) => next() < probability,
    pick<T>(members: readonly T[]): T {
      // The bound is checked by what follows.
      const member = members[below(members.length)] as T
      if (members.length === 0) throw new Error('There is nothing to pick from.')
      return member
    },
    some: <T>(members: readonly T[]) => members.filter(() => next() < 0.5),
  })
}
