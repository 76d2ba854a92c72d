/** Milliseconds between two lines where there is no terminal. */
const LINE_EVERY = 10_000
/** Milliseconds between two pictures of the bar. */
const BAR_EVERY = 100
const WIDTH = 24

/**
 * Shows how far a long run is: a bar that moves on a terminal, a line now and then anywhere else.
 *
 * @param verb what is done with users, such as `exported`
 */
export function createProgress(stream: NodeJS.WriteStream, verb: string) {
  const started = performance.now()
  let shown = Number.NEGATIVE_INFINITY
  let begun: number | undefined
  return {
    show(done: number, total: number): void {
      begun ??= done
      const now = performance.now()
      if (now - shown < (stream.isTTY ? BAR_EVERY : LINE_EVERY) && done < total) return
      shown = now
      const perSecond = (done - begun) / ((now - started) / 1000)
      const text = sentence(verb, done, total, perSecond)
      stream.write(stream.isTTY ? `\r\u001b[K${bar(done, total)} ${text}` : `${text}\n`)
    },
    /** Leaves the terminal's line free. */
    end(): void {
      if (stream.isTTY) stream.write('\r\u001b[K')
    },
  }
}

function bar(done: number, total: number): string {
  const filled = total === 0 ? WIDTH : Math.min(WIDTH, Math.floor((WIDTH * done) / total))
  return `[${'#'.repeat(filled)}${'-'.repeat(WIDTH - filled)}]`
}

function sentence(verb: string, done: number, total: number, perSecond: number): string {
  const part = `${formatCount(done)} of ${formatCount(total)} users ${verb}`
  const left = (total - done) / perSecond
  return left > 0 && Number.isFinite(left)
    ? `${part}, ${formatCount(Math.round(perSecond))} a second, ${Math.ceil(left)} s left`
    : part
}

/** `1,000,000` */
export const formatCount = (count: number): string => count.toLocaleString('en-US')
