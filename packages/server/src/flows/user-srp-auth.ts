import type { AppClient } from '../clients/app-client.js'
import { hidesUserExistence } from '../clients/app-client.js'
import { challengeLifetime } from '../clients/lifetimes.js'
import type { ServerContext } from '../context.js'
import { equalText } from '../crypto/equal.js'
import { randomUuid } from '../crypto/random.js'
import { errors } from '../errors.js'
import { srpPoolName, type UserPool } from '../pools/user-pool.js'
import { mod, N, toBigInt } from '../srp/group.js'
import { claimSignature, publicValue, sharedKey } from '../srp/handshake.js'
import { assertNotLockedOut, recordFailedPassword } from '../users/lockout.js'
import { storedVerifier } from '../users/password.js'
import { simulatedBytes, simulatedUser } from '../users/simulated-user.js'
import { findUserById, type User } from '../users/user.js'
import { consumeChallenge, isAbout, openSecretBlock, sealSecretBlock } from './challenge.js'
import { type AuthResponse, afterPassword } from './sign-in.js'

/** First step of USER_SRP_AUTH: answers A with B, the salt and a secret block that holds the server's side. */
export async function startSrp(
  context: ServerContext,
  {
    pool,
    client,
    user,
    typedName,
  }: { pool: UserPool; client: AppClient; user: User | undefined; typedName: string },
  A: string,
): Promise<AuthResponse> {
  if (!user && !hidesUserExistence(client)) throw errors.userNotFound()
  const { id, username } = user ?? simulatedUser(context, pool, typedName)
  await assertNotLockedOut(context, context.db, id)
  if (user && !user.enabled) throw errors.userDisabled()
  if (user?.status === 'RESET_REQUIRED') throw errors.passwordResetRequired()
  if (!/^[0-9a-fA-F]{1,1024}$/.test(A) || mod(BigInt(`0x${A}`)) === 0n)
    throw errors.invalidParameter('SRP_A must be a hexadecimal number that is not a multiple of N.')

  const { salt, v } = (user && passwordOf(context, user)) ?? simulatedPassword(context, pool, username)
  const b = toBigInt(context.randomBytes(32))
  const B = publicValue(v, b).toString(16)
  // All that goes in has one length for everybody, for its own length can be seen.
  const secretBlock = sealSecretBlock(context, {
    id: randomUuid(context),
    name: 'PASSWORD_VERIFIER',
    clientId: client.id,
    userPoolId: pool.id,
    userId: id,
    username,
    expiresAt: context.clock.now() + challengeLifetime(client),
    srp: { A, b: b.toString(16).padStart(64, '0'), B: B.padStart(768, '0') },
  })
  return {
    ChallengeName: 'PASSWORD_VERIFIER',
    ChallengeParameters: {
      SALT: salt,
      SECRET_BLOCK: secretBlock,
      SRP_B: B,
      USERNAME: username,
      USER_ID_FOR_SRP: username,
    },
  }
}

interface SrpPassword {
  readonly salt: string
  readonly v: bigint
}

function passwordOf(context: ServerContext, user: User): SrpPassword | undefined {
  const v = storedVerifier(context, user)
  return v !== undefined && user.salt !== null ? { salt: user.salt, v } : undefined
}

/** What a user who does not exist, or has no password, is challenged with: a verifier that no password has. */
function simulatedPassword(context: ServerContext, pool: UserPool, username: string): SrpPassword {
  const derive = (what: string) => simulatedBytes(context, pool, username, what)
  return {
    salt: derive('salt').subarray(0, 16).toString('hex'),
    v: mod(toBigInt(Buffer.concat(Array.from({ length: 12 }, (_, part) => derive(`verifier ${part}`))))),
  }
}

/** Milliseconds that a client's clock may be off. */
const CLOCK_SKEW = 300_000

/**
 * Second step: PASSWORD_VERIFIER. Whatever is wrong with the proof, the answer is the same, and the secret block is
 * used up: it allows one guess.
 */
export async function verifySrp(
  context: ServerContext,
  { pool, client, username }: { pool: UserPool; client: AppClient; username: string },
  responses: Readonly<Record<string, string>>,
): Promise<AuthResponse> {
  const block = required(responses, 'PASSWORD_CLAIM_SECRET_BLOCK')
  const signature = required(responses, 'PASSWORD_CLAIM_SIGNATURE')
  const timestamp = required(responses, 'TIMESTAMP')

  const challenge = openSecretBlock(context, block)
  if (
    !challenge?.srp ||
    challenge.clientId !== client.id ||
    challenge.expiresAt <= context.clock.now() ||
    !(await isAbout(context, pool, challenge, username))
  )
    throw errors.incorrectUsernameOrPassword()
  const signedAt = parseTimestamp(timestamp)
  if (signedAt === undefined) throw errors.timestampFormat()
  if (Math.abs(context.clock.now() - signedAt) > CLOCK_SKEW) throw errors.incorrectUsernameOrPassword()

  const user = await findUserById(context.db, pool.id, challenge.userId)
  const v = (user && storedVerifier(context, user)) ?? simulatedPassword(context, pool, challenge.username).v
  const { A, b, B } = challenge.srp
  const K = sharedKey(hexNumber(A), hexNumber(B), v, hexNumber(b))
  const expected =
    K && claimSignature(K, srpPoolName(pool.id), challenge.username, Buffer.from(block, 'base64'), timestamp)
  const proven = expected !== undefined && equalText(expected, signature)

  if (!user || !proven) {
    await context.db.transaction().execute(async (tx) => {
      await assertNotLockedOut(context, tx, challenge.userId)
      // An answer that is sent again is not another guess.
      if (await consumeChallenge(tx, challenge)) await recordFailedPassword(context, tx, challenge.userId)
    })
    throw errors.incorrectUsernameOrPassword()
  }
  if (!user.enabled) throw errors.userDisabled()
  return await afterPassword(context, { pool, client, user }, async (tx) => {
    if (!(await consumeChallenge(tx, challenge))) throw errors.incorrectUsernameOrPassword()
  })
}

const hexNumber = (hex: string): bigint => BigInt(`0x${hex}`) % N

function required(responses: Readonly<Record<string, string>>, name: string): string {
  const value = responses[name]
  if (!value) throw errors.missingParameter(name)
  return value
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']
const TIMESTAMP =
  /^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) ([A-Z][a-z]{2}) (\d{1,2}) (\d{2}):(\d{2}):(\d{2}) (?:UTC|GMT) (\d{4})$/

/** `Tue Sep 1 07:05:09 UTC 2026`: English names, the day without a leading zero, 24 hours. */
function parseTimestamp(text: string): number | undefined {
  const match = TIMESTAMP.exec(text)
  if (!match) return undefined
  const [, month = '', day, hour, minute, second, year] = match
  const index = MONTHS.indexOf(month)
  if (index < 0) return undefined
  return Date.UTC(Number(year), index, Number(day), Number(hour), Number(minute), Number(second))
}
