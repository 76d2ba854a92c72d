import type { ServerContext } from '../context.js'
import type { Queryable, Transaction } from '../db/schema.js'
import { errors } from '../errors.js'

/** RFC 6238: SHA-1, six digits, steps of 30 seconds; a code of the step before or after is good too. */
const ALGORITHM = 'SHA1'
const DIGITS = 6
const PERIOD = 30
const DRIFT = 1

/** Bytes; 52 characters in base32, as the service's. */
const SECRET_BYTES = 32

// Loaded by the first user who has an app: a start does not wait for it.
const loadOtpAuth = () => import('otpauth')

/** A new secret, in base32. */
export async function newSoftwareTokenSecret({ randomBytes }: ServerContext): Promise<string> {
  const { Secret } = await loadOtpAuth()
  return new Secret({ buffer: new Uint8Array(randomBytes(SECRET_BYTES)).buffer }).base32
}

/** The step of time that a code is of, or `undefined` for a wrong one. */
export async function softwareTokenStep(
  context: ServerContext,
  secret: string,
  code: string,
): Promise<number | undefined> {
  const { Secret, TOTP } = await loadOtpAuth()
  const timestamp = context.clock.now()
  const totp = new TOTP({
    secret: Secret.fromBase32(secret),
    algorithm: ALGORITHM,
    digits: DIGITS,
    period: PERIOD,
  })
  const drift = totp.validate({ token: code, timestamp, window: DRIFT })
  return drift === null ? undefined : Math.floor(timestamp / 1000 / PERIOD) + drift
}

export interface SoftwareToken {
  /** In base32. */
  readonly secret: string
  readonly deviceName: string | undefined
}

const seal = (context: ServerContext, userId: string, secret: string): Uint8Array =>
  context.rootKey.seal('software-token', userId, Buffer.from(secret))

/** The token that a user signs in with, or the one that is being set up. */
export async function findSoftwareToken(
  context: ServerContext,
  db: Queryable,
  userId: string,
  which: 'verified' | 'pending',
): Promise<SoftwareToken | undefined> {
  const row = await db
    .selectFrom('software_tokens')
    .select(['sealed_secret', 'device_name'])
    .where('user_id', '=', userId)
    .where('verified', '=', which === 'verified' ? 1 : 0)
    .executeTakeFirst()
  if (!row) return undefined
  const secret = context.rootKey.open('software-token', userId, row.sealed_secret)
  if (!secret) throw new Error(`The software token of user ${userId} was sealed under another root key.`)
  return { secret: secret.toString(), deviceName: row.device_name ?? undefined }
}

/** Keeps a secret until a code proves that the user has it. One that was not proven before is forgotten. */
export async function savePendingSoftwareToken(
  context: ServerContext,
  tx: Transaction,
  userId: string,
  secret: string,
): Promise<void> {
  const row = { sealed_secret: seal(context, userId, secret), device_name: null, last_step: null }
  await tx
    .insertInto('software_tokens')
    .values({ user_id: userId, verified: 0, ...row })
    .onConflict((conflict) => conflict.columns(['user_id', 'verified']).doUpdateSet(row))
    .execute()
}

/** Makes a secret the one that a user signs in with, in place of an earlier one. Its first code is used. */
export async function saveVerifiedSoftwareToken(
  context: ServerContext,
  tx: Transaction,
  userId: string,
  { secret, deviceName }: SoftwareToken,
  usedStep: number,
): Promise<void> {
  await tx.deleteFrom('software_tokens').where('user_id', '=', userId).execute()
  await tx
    .insertInto('software_tokens')
    .values({
      user_id: userId,
      verified: 1,
      sealed_secret: seal(context, userId, secret),
      device_name: deviceName ?? null,
      last_step: usedStep,
    })
    .execute()
}

/**
 * Uses up the code of a step, and with it those of earlier steps.
 *
 * @throws ExpiredCodeException it was used before
 */
export async function useSoftwareTokenStep(tx: Transaction, userId: string, step: number): Promise<void> {
  const { numUpdatedRows } = await tx
    .updateTable('software_tokens')
    .set({ last_step: step })
    .where('user_id', '=', userId)
    .where('verified', '=', 1)
    .where((e) => e.or([e('last_step', 'is', null), e('last_step', '<', step)]))
    .executeTakeFirst()
  if (numUpdatedRows === 0n) throw errors.softwareTokenUsed()
}

export async function deleteSoftwareToken(tx: Transaction, userId: string): Promise<void> {
  await tx.deleteFrom('software_tokens').where('user_id', '=', userId).execute()
}
