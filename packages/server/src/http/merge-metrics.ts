/**
 * The metrics of several processes as one text. Each sample says in a label which worker it is of: a counter that begins anew
 * with a worker is one that Prometheus knows how to read.
 *
 * @param texts by the name of the worker
 */
export function mergeMetrics(texts: ReadonlyMap<string, string>): string {
  /** Samples by the lines above them; a metric may come once in a text. */
  const metrics = new Map<string, string[]>()
  for (const [worker, text] of texts)
    for (const metric of text.split(/^(?=# HELP )/m)) {
      const lines = metric.split('\n').filter(Boolean)
      const head = lines.filter((line) => line.startsWith('#')).join('\n')
      const samples = metrics.get(head) ?? []
      metrics.set(head, samples)
      for (const line of lines) if (!line.startsWith('#')) samples.push(labelled(line, worker))
    }
  return [...metrics].flatMap(([head, samples]) => [head, ...samples].map((line) => `${line}\n`)).join('')
}

const labelled = (sample: string, worker: string): string =>
  sample.replace(/^(\w+)(?:\{(.*)\})? /, (_, name: string, labels?: string) =>
    labels ? `${name}{worker="${worker}",${labels}} ` : `${name}{worker="${worker}"} `,
  )
