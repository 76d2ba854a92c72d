import { repeat } from './load.js'
import type { MeasuredServer } from './measured-server.js'
import type { Bare } from './server-process.js'

const ROUNDS = 20

/** Milliseconds of processor time. */
export interface Cost {
  /** Of the whole server process, for each request. */
  readonly cpu: number
  /** Of the cryptography in it that cannot be left out. */
  readonly bare: number
}

/**
 * Measures requests and their bare cryptography in turns in the same process, so that a machine that is busy with other
 * things slows down both.
 *
 * @param prepare what the requests of a round need; it is not measured
 */
export async function inTurns(
  server: MeasuredServer,
  what: Bare,
  { count, atOnce }: { count: number; atOnce: number },
  once: (index: number) => Promise<unknown>,
  prepare: (count: number) => Promise<unknown> = async () => {},
): Promise<Cost> {
  await server.bare(what, 50)
  const perRound = Math.ceil(count / ROUNDS)
  let cpu = 0
  let bare = 0
  for (let round = 0; round < ROUNDS; round++) {
    await prepare(perRound)
    bare += await server.bare(what, 30)
    const before = await server.cpu()
    await repeat(perRound, once, atOnce)
    cpu += (await server.cpu()) - before
  }
  const done = perRound * ROUNDS
  return { cpu: cpu / done, bare: bare / ROUNDS }
}
