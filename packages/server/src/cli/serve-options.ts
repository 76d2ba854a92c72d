import { readFileSync } from 'node:fs'
import { isKept } from '../db/database.js'
import type { DeliveryOptions } from '../delivery/open-delivery.js'
import type { AdminCredentials } from '../http/authentication.js'
import type { RateLimitOptions } from '../http/rate-limit.js'
import type { MessageLimits } from '../message.js'
import { StartError } from '../start-error.js'
import type { Certified } from '../tls/certificate-authority.js'
import { DELIVERY_OPTIONS, deliveryOptions } from './delivery-options.js'
import { readCertificate } from './read-certificate.js'
import { clientUrl, domainSuffix, portNumber, readOptions } from './read-options.js'
import { UsageError } from './usage-error.js'

/** What `amulet serve` was asked for. */
export interface ServeOptions {
  readonly port: number
  readonly host: string
  readonly database: string
  readonly url: string | undefined
  readonly domainSuffix: string | undefined
  readonly config: string | undefined
  readonly tls: Certified | undefined
  readonly rootKey: Uint8Array
  readonly previousRootKey: Uint8Array | undefined
  readonly adminCredentials: readonly AdminCredentials[]
  readonly delivery: DeliveryOptions | undefined
  readonly rateLimit: RateLimitOptions | false | undefined
  readonly messageLimits: MessageLimits
  readonly trustProxy: boolean
  readonly keepSessionsOnPasswordChange: boolean | undefined
  readonly guestDays: number | undefined
  readonly metricsToken: string | undefined
  /** A file, or `-`. */
  readonly audit: string | undefined
  readonly drainSeconds: number
  readonly workers: number
}

/**
 * Every option can be given in the environment too, and what is secret only there or in a file: arguments are seen by
 * every user who may list processes.
 *
 * @throws {UsageError} an option does not exist, or its value is invalid
 * @throws {StartError} the root key or the credentials are missing or unusable
 */
export function serveOptions(args: readonly string[], env: NodeJS.ProcessEnv): ServeOptions {
  const values = readOptions(args, {
    port: { type: 'string' },
    host: { type: 'string' },
    database: { type: 'string' },
    url: { type: 'string' },
    'domain-suffix': { type: 'string' },
    config: { type: 'string' },
    'tls-cert': { type: 'string' },
    'tls-key': { type: 'string' },
    'root-key-file': { type: 'string' },
    'previous-root-key-file': { type: 'string' },
    'admin-credentials-file': { type: 'string' },
    'rate-limit': { type: 'string' },
    'messages-per-hour': { type: 'string' },
    'messages-per-day': { type: 'string' },
    'messages-per-client': { type: 'string' },
    'trust-proxy': { type: 'boolean' },
    'keep-sessions': { type: 'boolean' },
    audit: { type: 'string' },
    'guest-days': { type: 'string' },
    drain: { type: 'string' },
    workers: { type: 'string' },
    ...DELIVERY_OPTIONS,
  })
  const url = values.url ?? env.AMULET_URL
  const database = values.database ?? env.AMULET_DATABASE ?? 'sqlite:amulet.db'
  if (!isKept(database))
    throw new UsageError(
      `--database takes sqlite:FILE or postgres://… here: in ${database} every user would be gone at the next start.`,
    )
  const perSecond = count('--rate-limit', values['rate-limit'] ?? env.AMULET_RATE_LIMIT)
  const workers = workerCount(values.workers ?? env.AMULET_WORKERS ?? '1')
  return {
    port: portNumber(values.port ?? env.AMULET_PORT ?? '9230'),
    host: values.host ?? env.AMULET_HOST ?? '127.0.0.1',
    database,
    url: url === undefined ? undefined : clientUrl(url),
    domainSuffix: domainSuffix(values['domain-suffix'] ?? env.AMULET_DOMAIN_SUFFIX),
    config: values.config ?? env.AMULET_CONFIG,
    tls: readCertificate(values['tls-cert'] ?? env.AMULET_TLS_CERT, values['tls-key'] ?? env.AMULET_TLS_KEY),
    ...secrets(
      readRootKey(env.AMULET_ROOT_KEY, values['root-key-file'] ?? env.AMULET_ROOT_KEY_FILE),
      readCredentials(env, values['admin-credentials-file'] ?? env.AMULET_ADMIN_CREDENTIALS_FILE),
    ),
    previousRootKey: readRootKey(
      env.AMULET_PREVIOUS_ROOT_KEY,
      values['previous-root-key-file'] ?? env.AMULET_PREVIOUS_ROOT_KEY_FILE,
      'previous root key',
      'AMULET_PREVIOUS_ROOT_KEY',
    ),
    delivery: deliveryOptions(values, env),
    rateLimit: perSecond === undefined ? undefined : perSecond > 0 && { perSecond },
    messageLimits: messageLimits(
      count('--messages-per-hour', values['messages-per-hour'] ?? env.AMULET_MESSAGES_PER_HOUR),
      count('--messages-per-day', values['messages-per-day'] ?? env.AMULET_MESSAGES_PER_DAY),
      count('--messages-per-client', values['messages-per-client'] ?? env.AMULET_MESSAGES_PER_CLIENT),
    ),
    trustProxy: values['trust-proxy'] ?? flag('AMULET_TRUST_PROXY', env.AMULET_TRUST_PROXY) ?? false,
    keepSessionsOnPasswordChange:
      values['keep-sessions'] ?? flag('AMULET_KEEP_SESSIONS', env.AMULET_KEEP_SESSIONS),
    guestDays: count('--guest-days', values['guest-days'] ?? env.AMULET_GUEST_DAYS),
    metricsToken: env.AMULET_METRICS_TOKEN,
    audit: values.audit ?? env.AMULET_AUDIT,
    drainSeconds: count('--drain', values.drain ?? env.AMULET_DRAIN) ?? 0,
    workers,
  }
}

/** More than this is a slip: each has connections to the database and some 100 MB of its own. */
const MAX_WORKERS = 64

function workerCount(text: string): number {
  const workers = Number(text)
  if (!/^\d+$/.test(text) || workers < 1 || workers > MAX_WORKERS)
    throw new UsageError(`--workers takes a number of processes from 1 to ${MAX_WORKERS}, not "${text}".`)
  return workers
}

/** In production all limits are set, and 0 takes one away. */
function messageLimits(
  perHour: number | undefined,
  perDay: number | undefined,
  perClient: number | undefined,
): MessageLimits {
  const limit = (count: number) => (count === 0 ? Number.POSITIVE_INFINITY : count)
  return {
    destination: {
      ...(perHour !== undefined && { perHour: limit(perHour) }),
      ...(perDay !== undefined && { perDay: limit(perDay) }),
    },
    client: perClient === undefined ? {} : { perHour: limit(perClient) },
  }
}

/** What is missing is told together, so that it is fixed in one go. */
function secrets(rootKey: Uint8Array | undefined, adminCredentials: readonly AdminCredentials[] | undefined) {
  if (rootKey && adminCredentials) return { rootKey, adminCredentials }
  const missing = [
    rootKey
      ? ''
      : 'amulet serve needs a root key, which the data is encrypted under. Make one with "openssl rand -hex 32", keep it safe, and pass it in AMULET_ROOT_KEY or in a file with --root-key-file.',
    adminCredentials
      ? ''
      : 'amulet serve needs the credentials that administrators sign requests with. Choose an access key id, make a secret with "openssl rand -hex 32", and pass them in AMULET_ADMIN_ACCESS_KEY_ID and AMULET_ADMIN_SECRET_ACCESS_KEY or in a file with --admin-credentials-file.',
  ]
  throw new StartError(missing.filter(Boolean).join('\n'))
}

/**
 * @param what the key is called, such as `root key`
 * @param variable that holds it
 * @throws {StartError} it is given twice, or no key
 */
export function readRootKey(
  text: string | undefined,
  file: string | undefined,
  what = 'root key',
  variable = 'AMULET_ROOT_KEY',
): Uint8Array | undefined {
  if (text && file)
    throw new StartError(`The ${what} is both in ${variable} and in a file: give one of them.`)
  const given = (file ? readSecret(file, what) : text)?.trim()
  if (!given) return undefined
  const key = Buffer.from(given, /^[0-9a-f]{64}$/i.test(given) ? 'hex' : 'base64')
  if (key.length !== 32 || !/^[\w+/-]+=*$/.test(given))
    throw new StartError(
      `The ${what} is not 64 hexadecimal digits, nor 32 bytes in base64. "openssl rand -hex 32" makes one.`,
    )
  return key
}

function readCredentials(
  env: NodeJS.ProcessEnv,
  file: string | undefined,
): readonly AdminCredentials[] | undefined {
  const { AMULET_ADMIN_ACCESS_KEY_ID: accessKeyId, AMULET_ADMIN_SECRET_ACCESS_KEY: secretAccessKey } = env
  if (file && (accessKeyId || secretAccessKey))
    throw new StartError(
      'The credentials of administrators are both in AMULET_ADMIN_… and in a file: give one of them.',
    )
  if (file) return parseCredentials(readSecret(file, 'file of credentials'), file)
  return accessKeyId && secretAccessKey ? [{ accessKeyId, secretAccessKey }] : undefined
}

/** A list, so that a new pair can be put to use before the old one is taken away. */
function parseCredentials(text: string, file: string): readonly AdminCredentials[] {
  try {
    const parsed: unknown = JSON.parse(text)
    const list = Array.isArray(parsed) ? parsed : [parsed]
    if (list.length > 0 && list.every(isCredentials)) return list
  } catch {
    // Told below; what the parser says could repeat a secret.
  }
  throw new StartError(
    `${file} holds no credentials. It takes JSON: [{ "accessKeyId": "…", "secretAccessKey": "…" }].`,
  )
}

function isCredentials(value: unknown): value is AdminCredentials {
  return (
    typeof value === 'object' &&
    value !== null &&
    'accessKeyId' in value &&
    typeof value.accessKeyId === 'string' &&
    'secretAccessKey' in value &&
    typeof value.secretAccessKey === 'string'
  )
}

function readSecret(file: string, what: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new StartError(`The ${what} ${file} cannot be read (${reason}).`, { cause })
  }
}

function count(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  if (!/^\d{1,6}$/.test(text)) throw new UsageError(`${name} takes a whole number, 0 or more, not "${text}".`)
  return Number(text)
}

function flag(name: string, text: string | undefined): boolean | undefined {
  if (text === undefined) return undefined
  if (['0', 'false'].includes(text)) return false
  if (['1', 'true'].includes(text)) return true
  throw new UsageError(`${name} takes 1 or 0, not "${text}".`)
}
