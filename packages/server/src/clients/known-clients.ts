import type { ServerContext } from '../context.js'
import { errors } from '../errors.js'
import type { UserPool } from '../pools/user-pool.js'
import { type AppClient, loadClientAndPool } from './app-client.js'

/**
 * Milliseconds that a client and its pool are remembered. Every request names one and they hardly ever change. A
 * change made through this server is seen at once; one made through another on the same database after this time.
 */
const REMEMBERED = 1000
/** Beyond this, all are forgotten: a bound on memory, not a measure of how many there may be. */
const MAX_KNOWN = 1000

interface KnownClients {
  readonly byId: Map<string, { readonly until: number; readonly found: ClientAndPool }>
  /** Counts changes; what was read before one and arrives after it is not remembered. */
  changes: number
}
export interface ClientAndPool {
  readonly client: AppClient
  readonly pool: UserPool
}

const known = new WeakMap<ServerContext, KnownClients>()

/**
 * The client that a request names, and its pool.
 *
 * @throws ResourceNotFoundException
 */
export async function getClientAndPool(context: ServerContext, clientId: string): Promise<ClientAndPool> {
  const found = await findClientAndPool(context, clientId)
  if (!found) throw errors.clientNotFound(clientId)
  return found
}

/** The same, for operations that refuse an unknown client in words of their own. */
export async function findClientAndPool(
  context: ServerContext,
  clientId: string,
): Promise<ClientAndPool | undefined> {
  const clients = knownTo(context)
  const remembered = clients.byId.get(clientId)
  const now = context.clock.now()
  if (remembered && now < remembered.until) return remembered.found
  const { changes } = clients
  const found = await loadClientAndPool(context.db, clientId)
  if (found && clients.changes === changes) {
    if (clients.byId.size >= MAX_KNOWN) clients.byId.clear()
    clients.byId.set(clientId, { until: now + REMEMBERED, found })
  }
  return found
}

/** Called when pools or clients may have changed. */
export function forgetClients(context: ServerContext): void {
  const clients = knownTo(context)
  clients.byId.clear()
  clients.changes++
}

function knownTo(context: ServerContext): KnownClients {
  let clients = known.get(context)
  if (!clients) {
    clients = { byId: new Map(), changes: 0 }
    known.set(context, clients)
  }
  return clients
}
