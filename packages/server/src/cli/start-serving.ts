import type { Logger } from 'pino'
import { type AmuletServer, createServer, type ServerOptions } from '../create-server.js'
import { auditLog } from './audit-log.js'
import { configOptions } from './config-options.js'
import { logRequest } from './json-log.js'
import { listen } from './listen.js'
import type { ServeOptions } from './serve-options.js'

/** Where requests are answered. */
export interface Ready {
  readonly listening: string
  /** Where clients reach the server. */
  readonly url: string
}

/** What differs between a server by itself and one of several workers. */
interface Surroundings {
  readonly warn: (sentence: string) => void
  readonly shareMetrics?: ServerOptions['shareMetrics']
}

/** Starts a server for production in this process. */
export async function startServing(
  { drainSeconds: _, workers: __, port, host, tls, audit, ...settings }: ServeOptions,
  log: Logger,
  { warn, shareMetrics }: Surroundings,
): Promise<{ server: AmuletServer; ready: Ready }> {
  const configured = await configOptions(settings.config)
  const { config } = configured
  const server = createServer({
    ...settings,
    mode: 'serve',
    ...configured,
    log: (entry) => logRequest(log, entry),
    ...(audit !== undefined && { audit: auditLog(audit, log) }),
    ...(shareMetrics && { shareMetrics }),
    warn,
  })
  try {
    const { url, listeningAt } = await listen(server, { port, host, tls })
    if (settings.url === undefined && config.url === undefined)
      warn(
        `The address that clients use is not set, so tokens are issued by ${url}. Set it with --url or AMULET_URL.`,
      )
    if (!settings.delivery && !config.delivery)
      warn(
        'No mail server or webhook is set, so operations that send a code answer CodeDeliveryFailureException. Name a mail server with --smtp-url or a webhook with --webhook-url.',
      )
    return { server, ready: { listening: listeningAt, url } }
  } catch (error) {
    await server.close()
    throw error
  }
}
