import { createHash } from 'node:crypto'
import { Sha256Node } from '@smithy/core/checksum'
import { SignatureV4 } from '@smithy/signature-v4'
import type { ServerContext } from '../context.js'
import { equalText } from '../crypto/equal.js'
import { errors } from '../errors.js'

/** A pair that AWS SDKs sign requests with. With one, every admin operation may be called. */
export interface AdminCredentials {
  /** 1 to 128 letters, digits and underscores. Not a secret; requests name it. */
  readonly accessKeyId: string
  /** At least 32 characters. */
  readonly secretAccessKey: string
}

/** Resolves when the request comes from an administrator. */
export type AuthenticateAdmin = (request: Request, body: Uint8Array) => Promise<SignedRequest>

export interface SignedRequest {
  /** Whose signature it is. */
  readonly accessKeyId: string
  /** To be told when nothing came of the request for a fault of the server's, so that the caller may send it again. */
  failed(): void
}

const ALGORITHM = 'AWS4-HMAC-SHA256'
/** What requests to identity pools and to user pools are signed for. */
const serviceOf = (request: Request): 'cognito-identity' | 'cognito-idp' =>
  request.headers.get('x-amz-target')?.startsWith('AWSCognitoIdentityService.')
    ? 'cognito-identity'
    : 'cognito-idp'
/** Milliseconds that the caller's clock may be off, in either direction. */
const WINDOW = 5 * 60_000
/** Headers that decide what the request does and until when it is good. */
const MUST_BE_SIGNED = [
  ['host', 'Host'],
  ['x-amz-date', 'X-Amz-Date'],
  ['x-amz-target', 'X-Amz-Target'],
] as const

/**
 * Checks AWS Signature Version 4 on a received request, by signing it again with the secret that the server has.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
export function createAdminAuthentication(
  context: ServerContext,
  credentials: readonly AdminCredentials[],
): AuthenticateAdmin {
  const { region } = context
  const signatures: Signatures = { failed: new Map(), read: new Map() }
  const secrets = new Map(
    credentials.map(({ accessKeyId, secretAccessKey }) => [accessKeyId, secretAccessKey]),
  )
  const signerOf = (accessKeyId: string, secretAccessKey: string, service: string) =>
    new SignatureV4({
      credentials: { accessKeyId, secretAccessKey },
      region,
      service,
      sha256: Sha256Node,
      applyChecksum: false,
    })

  return async (request, body) => {
    const claim = parseAuthorization(request)
    const service = serviceOf(request)
    const secret = secrets.get(claim.accessKeyId)
    // Keys do not expire here and are not temporary, so a session token belongs to other keys.
    if (secret === undefined || request.headers.has('x-amz-security-token')) throw errors.unknownAccessKey()
    assertScope(claim, region, service)
    assertSigned(claim, request)
    const signedAt = assertFresh(claim, context.clock.now())
    assertPayloadHash(request, body)
    const signer = signerOf(claim.accessKeyId, secret, service)
    const signed = await signer.sign(signedPart(request, claim.signedHeaders, body), {
      signingDate: new Date(signedAt),
      signableHeaders: new Set(claim.signedHeaders),
    })
    if (!equalText(signed.headers.authorization ?? '', canonical(claim))) throw errors.signatureMismatch()
    await assertFirstUse(context, signatures, request, claim, signedAt)
    return {
      accessKeyId: claim.accessKeyId,
      failed: () => remember(context, signatures.failed, claim.signature, SAME_REQUEST_WINDOW),
    }
  }
}

/** What the caller says of the signature; nothing of it is proven yet. */
interface Claim {
  readonly accessKeyId: string
  readonly scope: {
    readonly date: string
    readonly region: string
    readonly service: string
    readonly end: string
  }
  /** Lower case, in the order given. */
  readonly signedHeaders: readonly string[]
  readonly signature: string
  /** `YYYYMMDDTHHMMSSZ` */
  readonly date: string
}

function parseAuthorization(request: Request): Claim {
  const header = request.headers.get('authorization')?.trim() ?? ''
  const [algorithm = '', ...rest] = header.split(' ')
  // A bearer token or a password is no attempt at a signature.
  if (!algorithm.startsWith('AWS4-')) throw errors.missingAuthenticationToken()
  if (algorithm !== ALGORITHM)
    throw errors.incompleteSignature(`Unsupported AWS 'algorithm': '${algorithm}'.`)
  const parameters = new Map(
    rest
      .join(' ')
      .split(',')
      .map((pair) => {
        const [name = '', value = ''] = pair.split(/=(.*)/s)
        return [name.trim(), value.trim()]
      }),
  )
  const date = request.headers.get('x-amz-date') ?? ''
  const missing = ['Credential', 'Signature', 'SignedHeaders']
    .filter((name) => !parameters.get(name))
    .map((name) => `Authorization header requires '${name}' parameter.`)
  if (!date)
    missing.push("Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.")
  if (missing.length > 0) throw errors.incompleteSignature(missing.join(' '))
  const [accessKeyId = '', day = '', region = '', service = '', end = '', ...more] = (
    parameters.get('Credential') ?? ''
  ).split('/')
  if (!end || more.length > 0)
    throw errors.incompleteSignature(
      'Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term.',
    )
  return {
    accessKeyId,
    scope: { date: day, region, service, end },
    signedHeaders: (parameters.get('SignedHeaders') ?? '').split(';'),
    signature: parameters.get('Signature') ?? '',
    date,
  }
}

/** The signature is good for one day, region and service: one made for another system is not one for this. */
function assertScope({ scope, date }: Claim, region: string, service: string): void {
  if (scope.region !== region)
    throw errors.invalidSignature(`Credential should be scoped to a valid region, not '${scope.region}'. `)
  if (scope.service !== service)
    throw errors.invalidSignature(`Credential should be scoped to correct service: '${service}'. `)
  if (scope.end !== 'aws4_request')
    throw errors.invalidSignature("Credential should be scoped with a valid terminator: 'aws4_request'. ")
  if (scope.date !== date.slice(0, 8))
    throw errors.invalidSignature(
      `Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '${scope.date}' != '${date.slice(0, 8)}', from '${date}'.`,
    )
}

function assertSigned({ signedHeaders }: Claim, request: Request): void {
  for (const [name, shown] of MUST_BE_SIGNED)
    if (!signedHeaders.includes(name))
      throw errors.invalidSignature(`'${shown}' must be a 'SignedHeader' in the AWS Authorization.`)
  for (const name of signedHeaders)
    if (name !== 'host' && !(HEADER_NAME.test(name) && request.headers.has(name)))
      throw errors.invalidSignature(
        `'${name}' is named as a SignedHeader, but it does not exist in the HTTP request.`,
      )
}

/** RFC 9110 section 5.6.2, in lower case. `Headers.has` throws for anything else. */
const HEADER_NAME = /^[a-z0-9!#$%&'*+.^_`|~-]+$/

function assertFresh({ date }: Claim, now: number): number {
  const parts = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(date)
  const [, year, month, day, hours, minutes, seconds] = parts ?? []
  const signedAt = Date.parse(`${year}-${month}-${day}T${hours}:${minutes}:${seconds}Z`)
  if (Number.isNaN(signedAt))
    throw errors.invalidSignature(`Date must be in ISO-8601 'basic format'. Got '${date}'.`)
  if (signedAt < now - WINDOW)
    throw errors.invalidSignature(
      `Signature expired: ${date} is now earlier than ${basic(now - WINDOW)} (${basic(now)} - 5 min.)`,
    )
  if (signedAt > now + WINDOW)
    throw errors.invalidSignature(
      `Signature not yet current: ${date} is still later than ${basic(now + WINDOW)} (${basic(now)} + 5 min.)`,
    )
  return signedAt
}

/** A hash in a header would be signed in place of the body; it has to be the body's. */
function assertPayloadHash(request: Request, body: Uint8Array): void {
  const given = request.headers.get('x-amz-content-sha256')
  if (given !== null && given !== createHash('sha256').update(body).digest('hex'))
    throw errors.invalidSignature(
      "The provided 'x-amz-content-sha256' header does not match what was computed.",
    )
}

/** The request as its sender saw it when signing: only the signed headers. */
function signedPart(request: Request, signedHeaders: readonly string[], body: Uint8Array) {
  const url = new URL(request.url)
  // Without a prototype: the names are the caller's, `__proto__` among them.
  const query: Record<string, string[]> = Object.create(null)
  for (const [name, value] of url.searchParams) query[name] = [...(query[name] ?? []), value]
  const headers: Record<string, string> = {}
  for (const name of signedHeaders) headers[name] = request.headers.get(name) ?? ''
  // A `Request` that never was on a network has no such header.
  headers.host = request.headers.get('host') ?? url.host
  return {
    method: request.method,
    protocol: url.protocol,
    hostname: url.hostname,
    path: url.pathname,
    query,
    headers,
    body,
  }
}

/** The `Authorization` header in the form that signing produces. */
function canonical({ accessKeyId, scope, signedHeaders, signature }: Claim): string {
  const credential = [accessKeyId, scope.date, scope.region, scope.service, scope.end].join('/')
  return `${ALGORITHM} Credential=${credential}, SignedHeaders=${[...signedHeaders].sort().join(';')}, Signature=${signature}`
}

/** Milliseconds within which one client may well sign the same request twice. */
const SAME_REQUEST_WINDOW = 2000

/** Signatures that a process remembers by itself, and until when. */
interface Signatures {
  /** Of requests that failed. */
  readonly failed: Map<string, number>
  /** Of requests that read while nothing could be written. */
  readonly read: Map<string, number>
}

/** Signatures of a kind that are remembered; the oldest are forgotten first. */
const MAX_SIGNATURES = 10_000

function remember(context: ServerContext, kind: Map<string, number>, id: string, milliseconds: number): void {
  kind.set(id, context.clock.now() + milliseconds)
  const [oldest] = kind.keys()
  if (kind.size > MAX_SIGNATURES && oldest !== undefined) kind.delete(oldest)
}

const READS = /\.(Admin)?(Get|List|Describe|Lookup)[A-Z]/

/**
 * A signature that was overheard is worth nothing: each is accepted once. They are remembered in the database, which
 * all nodes share, for twice the clock window, since the nodes' clocks may differ as well.
 *
 * Some SDKs (boto3 is one) sign nothing that is unique to a request, and the date in whole seconds: two equal requests
 * within a second have one signature. Their invocation ids, which are sent unsigned, tell them apart. For a moment that
 * is good enough to read by; a request that changes something is told to come again, which those SDKs do by
 * themselves, with a new signature.
 */
async function assertFirstUse(
  context: ServerContext,
  { failed, read }: Signatures,
  request: Request,
  { signature }: Claim,
  signedAt: number,
): Promise<void> {
  const invocation = request.headers.get('amz-sdk-invocation-id')?.slice(0, 64) ?? ''
  const signed = `aws4 ${signature}`
  const sent = `aws4 ${signature} ${invocation}`
  const expires_at = signedAt + 2 * WINDOW
  const isRead = READS.test(request.headers.get('x-amz-target') ?? '')
  const rows = await context.db
    .insertInto('consumed_challenges')
    .values([
      { id: signed, expires_at },
      { id: sent, expires_at },
    ])
    .onConflict((conflict) => conflict.column('id').doNothing())
    .returning('id')
    .execute()
    .catch((error: unknown) => {
      // What only reads goes on while the disk is full; until there is room, its signature is remembered here.
      if (!context.space.ranOut || !isRead || read.has(signed)) throw error
      remember(context, read, signed, 2 * WINDOW)
      return [{ id: signed }, { id: sent }]
    })
  const isNew = (id: string) => rows.some((row) => row.id === id)
  // Nothing came of it before. An SDK that repeats it within the second sends the same signature, and is to be told the
  // same again, not that it came twice.
  const until = failed.get(signature)
  if (until !== undefined && until > context.clock.now() && failed.delete(signature)) return
  if (isNew(signed)) return
  if (Math.abs(context.clock.now() - signedAt) >= SAME_REQUEST_WINDOW)
    throw errors.invalidSignature('This signature has been used already. Sign each request anew.')
  if (!isNew(sent) || !isRead) throw errors.sameSignatureTwice()
}

/** ISO 8601 basic format: `20260102T030405Z`. */
const basic = (time: number) => new Date(time).toISOString().replace(/[-:]|\.\d{3}/g, '')
