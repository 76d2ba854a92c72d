/** The replacement of a refresh token by its successor. */
export interface Rotation {
  /** Of the refresh token that was replaced. */
  readonly generation: number
  /** Milliseconds. */
  readonly at: number
}

/**
 * Milliseconds that a replaced refresh token may still come from a tab that was slow, after its grace period. One that is
 * sent later was stolen, or its successor was.
 */
export const RACE = 60_000

/** The longest grace period that a client can have, and `RACE`: what is older is too old, however old it is. */
const REMEMBERED = 60_000 + RACE

/** So many are remembered to the millisecond. No client refreshes that often, but one could. */
const MAX_EXACT = 100

/**
 * When the refresh token of a generation was replaced.
 *
 * @param rotations the oldest first; each speaks for the generations since the one before it
 * @returns `undefined` for a token that was not replaced
 */
export const replacedAt = (rotations: readonly Rotation[], generation: number): number | undefined =>
  rotations.find((rotation) => rotation.generation >= generation)?.at

/**
 * What has to be remembered of the rotations of a sign-in, so that it is few however many there were. Of those that are
 * too old, the last one speaks for all. Of a burst, the last one of each second speaks for that second: its tokens count
 * as replaced later than they were, never earlier.
 */
export function remember(rotations: readonly Rotation[], now: number): readonly Rotation[] {
  const old = rotations.findLastIndex(({ at }) => at < now - REMEMBERED)
  const recent = rotations.slice(Math.max(old, 0))
  if (recent.length <= MAX_EXACT) return recent
  const second = (rotation: Rotation | undefined) => rotation && Math.floor(rotation.at / 1000)
  return recent.filter((rotation, i) => second(rotation) !== second(recent[i + 1]))
}
