import type { ServerContext } from '../context.js'
import { prepared } from '../db/prepared.js'
import type { Transaction } from '../db/schema.js'
import { errors } from '../errors.js'
import type { UserPool } from '../pools/user-pool.js'
import { attemptSubject } from '../users/subject.js'
import { findUser } from '../users/user.js'

/**
 * What a challenge session or an SRP secret block says. It travels with the client, encrypted and authenticated; the
 * server keeps only the ids of those that have been used.
 */
export interface Challenge {
  readonly id: string
  readonly name: 'PASSWORD_VERIFIER' | 'NEW_PASSWORD_REQUIRED'
  readonly clientId: string
  readonly userPoolId: string
  /** Nobody's, for a user who does not exist and is answered as if. Wrong answers are counted by it all the same. */
  readonly userId: string
  /** The canonical name, which SRP mixes into the proof. */
  readonly username: string
  readonly expiresAt: number
  /** NEW_PASSWORD_REQUIRED: of the password that was proven. The challenge ends with that password. */
  readonly salt?: string | null
  /** SRP: A as it came, b and B, hexadecimal. */
  readonly srp?: { readonly A: string; readonly b: string; readonly B: string }
}

// The service's sessions begin with these bytes; some tools recognise them by the "AYABe" that they spell.
const SESSION_PREFIX = Buffer.from([0x01, 0x80, 0x01, 0x78])

export const sealSecretBlock = (context: ServerContext, challenge: Challenge): string =>
  seal(context, 'secret-block', challenge).toString('base64')

export const sealSession = (context: ServerContext, challenge: Challenge): string =>
  Buffer.concat([SESSION_PREFIX, seal(context, 'session', challenge)]).toString('base64url')

export const openSecretBlock = (context: ServerContext, block: string): Challenge | undefined =>
  open(context, 'secret-block', Buffer.from(block, 'base64'))

export const openSession = (context: ServerContext, session: string): Challenge | undefined =>
  open(context, 'session', Buffer.from(session, 'base64url').subarray(SESSION_PREFIX.length))

type Form = 'secret-block' | 'session'

const seal = (context: ServerContext, form: Form, challenge: Challenge): Buffer =>
  Buffer.from(context.rootKey.seal('challenge', form, Buffer.from(JSON.stringify(challenge))))

function open(context: ServerContext, form: Form, sealed: Uint8Array): Challenge | undefined {
  const plaintext = context.rootKey.open('challenge', form, sealed)
  // Authenticated: this server wrote it.
  return plaintext && (JSON.parse(plaintext.toString()) as Challenge)
}

/** @throws NotAuthorizedException the session is not this client's or has expired */
export function assertAnswerable(
  context: ServerContext,
  challenge: Challenge | undefined,
  expected: { name: string; clientId: string },
): asserts challenge is Challenge {
  if (!challenge || challenge.clientId !== expected.clientId || challenge.name !== expected.name)
    throw errors.sessionInvalid()
  if (challenge.expiresAt <= context.clock.now()) throw errors.sessionExpired()
}

/**
 * Whether a name is one that the user of a challenge signs in with. Clients answer by the name in the challenge, or by
 * the alias that they asked with.
 */
export async function isAbout(
  context: ServerContext,
  pool: UserPool,
  challenge: Challenge,
  name: string,
): Promise<boolean> {
  if (name === challenge.username) return true
  return attemptSubject(context, pool, await findUser(context.db, pool, name), name) === challenge.userId
}

const insertConsumed = prepared((db, p: { id: string; expiresAt: number }) =>
  db
    .insertInto('consumed_challenges')
    .values({ id: p.id, expires_at: p.expiresAt })
    .onConflict((conflict) => conflict.column('id').doNothing()),
)

/**
 * Uses up a challenge.
 *
 * @returns whether it was still unused
 */
export async function consumeChallenge(tx: Transaction, challenge: Challenge): Promise<boolean> {
  const { numAffectedRows } = await insertConsumed(tx, { id: challenge.id, expiresAt: challenge.expiresAt })
  return numAffectedRows === 1n
}

/** @returns whether the challenge has been used already, without using it */
export async function isConsumed(context: ServerContext, challenge: Challenge): Promise<boolean> {
  const row = await context.db
    .selectFrom('consumed_challenges')
    .select('id')
    .where('id', '=', challenge.id)
    .executeTakeFirst()
  return row !== undefined
}
