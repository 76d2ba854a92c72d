import type { AuthContext } from '../context/context.js'
import type { AutoSignIn } from '../context/memory.js'

/** How long each of the two steps after a sign-up may take, in milliseconds. */
export const patience = 180_000

/** How long `autoSignIn` is waited for in a pool that sends links, in milliseconds. */
const linkPatience = 3_600_000

/**
 * Waits for what has to come before `autoSignIn`, in the place of any sign-up that was waited for before. When the time
 * is over the sign-up is forgotten, and its password with it.
 */
export const awaitAutoSignIn = (
  context: AuthContext,
  waiting: Omit<AutoSignIn, 'until'> | undefined,
): void => {
  const { memory, clock } = context
  memory.autoSignIn = waiting && { ...waiting, until: clock() + (waiting.isLink ? linkPatience : patience) }
  forgetInTime(context)
}

/** Looks until nothing is waited for. Each step moves the end of the time, and the clock may be set meanwhile. */
const forgetInTime = (context: AuthContext): void => {
  const waiting = findAutoSignIn(context)
  if (!waiting) return
  const left = Math.max(waiting.until - context.clock(), 1000)
  const timer: unknown = setTimeout(() => forgetInTime(context), Math.min(left, patience))
  // A process must not live on for it. Only Node has such timers.
  ;(timer as { unref?(): void }).unref?.()
}

/** The sign-up that is waited for, unless its time is over. A sign-in that is under way ends by itself. */
export const findAutoSignIn = ({ memory, clock }: AuthContext): AutoSignIn | undefined => {
  const { autoSignIn } = memory
  if (autoSignIn && !autoSignIn.result && autoSignIn.until <= clock()) memory.autoSignIn = undefined
  return memory.autoSignIn
}
