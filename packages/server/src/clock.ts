/** The time the server lives by. In tests and in `amulet dev` it can be moved forward. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number
  /**
   * Moves the clock forward, e.g. past the expiry of a code.
   *
   * @throws {RangeError} it would go back
   */
  advance(seconds: number): void
}

/**
 * The system clock plus whatever it has been advanced by.
 *
 * @param origin whose time it begins with. Default: the system's.
 */
export function createClock(origin?: Clock): Clock {
  let offset = origin ? origin.now() - Date.now() : 0
  return {
    now: () => Date.now() + offset,
    advance(seconds) {
      if (!(Number.isFinite(seconds) && seconds >= 0))
        throw new RangeError(`The clock only moves forward, by a number of seconds, not by ${seconds}.`)
      offset += seconds * 1000
    },
  }
}
