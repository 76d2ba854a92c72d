import type { Clock } from '@amulet/server'

/** A clock that moves only when it is told to, so that what a test sees does not depend on how long it takes. */
export function stillClock(now = Date.now()): Clock {
  let time = now
  return {
    now: () => time,
    advance(seconds) {
      time += Math.round(seconds * 1000)
    },
  }
}
