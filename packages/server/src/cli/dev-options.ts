import { dirname, join } from 'node:path'
import { databaseFile, isKept } from '../db/database.js'
import type { DeliveryOptions } from '../delivery/open-delivery.js'
import { isHostName } from '../http/allowed-hosts.js'
import type { Certified } from '../tls/certificate-authority.js'
import { DELIVERY_OPTIONS, deliveryOptions } from './delivery-options.js'
import { readCertificate } from './read-certificate.js'
import { clientUrl, portNumber, readOptions, variables } from './read-options.js'
import { UsageError } from './usage-error.js'

/** What `amulet dev` was asked for. */
export interface DevOptions {
  readonly port: number
  readonly host: string
  /** Where clients reach the server, where that is not where it listens. */
  readonly url: string | undefined
  readonly allowHosts: readonly string[]
  /** `sqlite:FILE`, `sqlite::memory:` or `postgres://…` */
  readonly database: string
  /** Where the root key is kept; `undefined` for a database that is not. */
  readonly keyFile: string | undefined
  readonly config: string | undefined
  /** A certificate and its key, in files. */
  readonly tls: Certified | undefined
  /** Where one is kept that the server makes; `undefined` for a database that is not kept. */
  readonly tlsFolder: string | undefined
  readonly json: boolean
  readonly delivery: DeliveryOptions | undefined
}

/** @throws {UsageError} */
export function devOptions(args: readonly string[]): DevOptions {
  const values = readOptions(args, {
    port: { type: 'string', default: '9230' },
    host: { type: 'string', default: '127.0.0.1' },
    url: { type: 'string' },
    'allow-host': { type: 'string', multiple: true, default: [] },
    data: { type: 'string' },
    database: { type: 'string' },
    config: { type: 'string' },
    'tls-cert': { type: 'string' },
    'tls-key': { type: 'string' },
    json: { type: 'boolean', default: false },
    ...DELIVERY_OPTIONS,
  })
  const { host, data, database, config, json } = values
  const port = portNumber(values.port)
  const allowHosts = values['allow-host']
  for (const name of allowHosts)
    if (!isHostName(name))
      throw new UsageError(
        `--allow-host takes a name without a scheme or a port, such as my-machine.example, not "${name}".`,
      )
  if (data !== undefined && database !== undefined)
    throw new UsageError('--data and --database both say where the data is: give one of them.')
  const at = place(data, database)
  return {
    port,
    host,
    url: values.url === undefined ? undefined : clientUrl(values.url),
    allowHosts,
    ...at,
    config,
    tls: readCertificate(values['tls-cert'], values['tls-key']),
    tlsFolder: at.keyFile === undefined ? undefined : join(dirname(at.keyFile), 'tls'),
    json,
    delivery: deliveryOptions(values, variables(process.env)),
  }
}

/** Where the data of a developer is, and its root key. */
export function place(
  data: string | undefined,
  database: string | undefined,
): { database: string; keyFile: string | undefined } {
  if (database === undefined) {
    const folder = data ?? '.amulet'
    return { database: `sqlite:${join(folder, 'amulet.db')}`, keyFile: join(folder, 'root.key') }
  }
  if (!isKept(database)) return { database, keyFile: undefined }
  const file = databaseFile(database)
  return { database, keyFile: file === undefined ? join('.amulet', 'root.key') : `${file}.key` }
}
