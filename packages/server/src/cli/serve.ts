import { createServer } from '../create-server.js'
import { readConfig } from './read-config.js'
import { serveOptions } from './serve-options.js'
import { stopSignal } from './stop-signal.js'

/** `amulet serve`: serves in production until it is told to stop. */
export async function serve(args: readonly string[]): Promise<void> {
  const options = serveOptions(args, process.env)
  // From here on, so that a signal during the start ends it in good order too.
  const stop = stopSignal()
  const { createJsonLog, logRequest } = await import('./json-log.js')
  const log = createJsonLog()
  const config = options.config === undefined ? undefined : await readConfig(options.config)
  const { drainSeconds, port, host, ...settings } = options
  const server = createServer({
    ...settings,
    mode: 'serve',
    config,
    log: (entry) => logRequest(log, entry),
    warn: (sentence) => log.warn(sentence),
  })
  try {
    const { url, listeningAt } = await server.listen({ port, host })
    if (options.url === undefined && config?.url === undefined)
      log.warn(
        `Nobody has said where clients reach this server, so its tokens are issued by ${url}. Say it with --url or AMULET_URL.`,
      )
    if (!options.delivery && !config?.delivery)
      log.warn(
        'There is nobody to deliver messages: what sends a code answers CodeDeliveryFailureException. Name a mail server with --smtp-url or a webhook with --webhook-url.',
      )
    log.info({ listening: listeningAt, url }, 'ready')
    await stop
    log.info('stopping')
  } finally {
    await server.close({ drainSeconds })
    log.info('stopped')
  }
}
