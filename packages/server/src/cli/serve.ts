import type { Logger } from 'pino'
import { type AmuletServer, createServer } from '../create-server.js'
import { auditLog } from './audit-log.js'
import { configOptions } from './config-options.js'
import { createJsonLog, logFailedStart, logRequest } from './json-log.js'
import { listen } from './listen.js'
import { variables } from './read-options.js'
import { serveOptions } from './serve-options.js'
import { stopSignal } from './stop-signal.js'

interface Running {
  readonly server: AmuletServer
  readonly drainSeconds: number
}

/** `amulet serve`: serves in production until it is told to stop. */
export async function serve(args: readonly string[]): Promise<void> {
  // From here on, so that a signal during the start ends it in good order too.
  const stop = stopSignal()
  const log = createJsonLog()
  const { server, drainSeconds } = await start(args, log).catch((error: unknown) => {
    logFailedStart(log, error)
    throw error
  })
  await stop
  log.info('stopping')
  await server.close({ drainSeconds })
  log.info('stopped')
}

async function start(args: readonly string[], log: Logger): Promise<Running> {
  const options = serveOptions(args, variables(process.env))
  const configured = await configOptions(options.config)
  const { config } = configured
  const { drainSeconds, port, host, tls, audit, ...settings } = options
  const server = createServer({
    ...settings,
    mode: 'serve',
    ...configured,
    log: (entry) => logRequest(log, entry),
    ...(audit !== undefined && { audit: auditLog(audit, log) }),
    warn: (sentence) => log.warn(sentence),
  })
  try {
    const { url, listeningAt } = await listen(server, { port, host, tls })
    if (options.url === undefined && config.url === undefined)
      log.warn(
        `The address that clients use is not set, so tokens are issued by ${url}. Set it with --url or AMULET_URL.`,
      )
    if (!options.delivery && !config.delivery)
      log.warn(
        'No mail server or webhook is set, so operations that send a code answer CodeDeliveryFailureException. Name a mail server with --smtp-url or a webhook with --webhook-url.',
      )
    log.info({ listening: listeningAt, url }, 'ready')
    return { server, drainSeconds }
  } catch (error) {
    await server.close()
    throw error
  }
}
