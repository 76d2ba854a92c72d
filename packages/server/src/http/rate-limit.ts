import type { Clock } from '../clock.js'
import { StartError } from '../start-error.js'
import { network } from '../wire/network.js'

export interface RateLimitOptions {
  /** Requests per second that an address can go on with, more than 0. Default: 300. */
  perSecond?: number
  /** Requests that an address can make at once after a pause, 1 or more. Default: twice `perSecond`, and at least 1. */
  burst?: number
}

interface Bucket {
  tokens: number
  filledAt: number
}

/** Beyond this many addresses the ones that have been quiet are forgotten, and then the oldest. */
const MAX_BUCKETS = 100_000

/**
 * A token bucket for each client address, in the memory of this process: several nodes allow several times as much.
 *
 * @returns takes a token; `false` when there is none
 * @throws {StartError} a number would let no request in, or is not a number
 */
export function createRateLimit(options: RateLimitOptions, clock: Clock): (address: string) => boolean {
  const { perSecond = 300, burst = Math.max(1, 2 * perSecond) } = options
  if (!(Number.isFinite(perSecond) && perSecond > 0))
    throw new StartError(
      `\`rateLimit.perSecond\` is a number of requests above 0, not ${perSecond}; \`rateLimit: false\` sets no limit.`,
    )
  if (!(Number.isFinite(burst) && burst >= 1))
    throw new StartError(`\`rateLimit.burst\` is a number of requests, 1 or more, not ${burst}.`)
  const buckets = new Map<string, Bucket>()
  const fill = ({ tokens, filledAt }: Bucket, now: number) =>
    Math.min(burst, tokens + (Math.max(0, now - filledAt) / 1000) * perSecond)

  function forgetSome(now: number): void {
    // A full bucket is as good as none.
    for (const [key, bucket] of buckets) if (fill(bucket, now) >= burst) buckets.delete(key)
    // Some more than needed, so that the next new address does not go through them all again.
    for (const key of buckets.keys()) {
      if (buckets.size < 0.9 * MAX_BUCKETS) return
      buckets.delete(key)
    }
  }

  return (address) => {
    const now = clock.now()
    const key = network(address)
    const bucket = buckets.get(key)
    const tokens = bucket ? fill(bucket, now) : burst
    if (!bucket && buckets.size >= MAX_BUCKETS) forgetSome(now)
    const allowed = tokens >= 1
    buckets.set(key, { tokens: allowed ? tokens - 1 : tokens, filledAt: now })
    return allowed
  }
}
