import type { AppClient } from '../clients/app-client.js'
import { canRead } from '../clients/attribute-permissions.js'
import { challengeLifetime } from '../clients/lifetimes.js'
import type { ServerContext } from '../context.js'
import { randomUuid } from '../crypto/random.js'
import type { Transaction } from '../db/schema.js'
import { errors } from '../errors.js'
import { temporaryPasswordDays } from '../pools/password-policy.js'
import { poolSchema } from '../pools/schema.js'
import type { UserPool } from '../pools/user-pool.js'
import { type IssuedTokens, issueTokens } from '../tokens/issue.js'
import { issueRefreshToken } from '../tokens/refresh-token.js'
import { createTokenFamily } from '../tokens/token-family.js'
import { assertNotLockedOut, forgiveFailedPasswords } from '../users/lockout.js'
import { findUserForUpdate, type User } from '../users/user.js'
import { type Challenge, sealSession } from './challenge.js'

/** Who signs in, through which client. */
export interface SignInAttempt {
  readonly pool: UserPool
  readonly client: AppClient
  readonly user: User
}

/** The answer of InitiateAuth and RespondToAuthChallenge. */
export type AuthResponse =
  | {
      readonly AuthenticationResult: AuthenticationResult
      readonly ChallengeParameters: Record<string, never>
    }
  | {
      readonly ChallengeName: Challenge['name']
      readonly ChallengeParameters: Record<string, string>
      readonly Session?: string
    }

export type AuthenticationResult = IssuedTokens & { readonly RefreshToken: string }

/**
 * What follows a password that was right: the account must be one that may sign in, then come new password and
 * tokens. Listed in the service's order.
 *
 * @param consume runs in the transaction that creates the tokens, and may refuse: the proof is used up exactly when
 *   the tokens exist
 */
export async function afterPassword(
  context: ServerContext,
  attempt: SignInAttempt,
  consume: (tx: Transaction) => Promise<void> = async () => {},
): Promise<AuthResponse> {
  const { user } = attempt
  // What is said of an account from here on says that the password was right, which nobody is told during a lock.
  if (user.status !== 'CONFIRMED') await assertNotLockedOut(context, context.db, user.id)
  if (user.status === 'UNCONFIRMED') throw errors.userNotConfirmed()
  if (user.status === 'RESET_REQUIRED') throw errors.passwordResetRequired()
  const succeed = async (tx: Transaction) => {
    // In the order of a wrong answer, which uses up the challenge and is counted then: of two transactions that wait for
    // each other, PostgreSQL would end one.
    await consume(tx)
    await forgiveFailedPasswords(context, tx, user.id)
  }
  if (user.status === 'FORCE_CHANGE_PASSWORD') {
    assertTemporaryPasswordFresh(context, attempt)
    await context.db.transaction().execute(succeed)
    return newPasswordChallenge(context, attempt)
  }
  return await completeSignIn(context, attempt, succeed)
}

/**
 * Creates the token family and signs the tokens.
 *
 * @throws NotAuthorizedException the user was deleted, disabled or given another password since the proof was checked
 */
export async function completeSignIn(
  context: ServerContext,
  { client, user }: SignInAttempt,
  consume: (tx: Transaction) => Promise<void>,
): Promise<AuthResponse> {
  const family = await context.db.transaction().execute(async (tx) => {
    const current = await findUserForUpdate(tx, user.userPoolId, user.id)
    if (!current || current.salt !== user.salt) throw errors.incorrectUsernameOrPassword()
    if (!current.enabled) throw errors.userDisabled()
    await consume(tx)
    return await createTokenFamily(context, tx, client, user)
  })
  const tokens = await issueTokens(context, { client, user, family })
  const RefreshToken = issueRefreshToken(context, family)
  return { AuthenticationResult: { ...tokens, RefreshToken }, ChallengeParameters: {} }
}

function assertTemporaryPasswordFresh(context: ServerContext, { pool, user }: SignInAttempt): void {
  const age = context.clock.now() - (user.passwordSetAt ?? 0)
  if (age >= temporaryPasswordDays(pool) * 86_400_000) throw errors.temporaryPasswordExpired()
}

function newPasswordChallenge(context: ServerContext, { pool, client, user }: SignInAttempt): AuthResponse {
  const missing = poolSchema(pool)
    .filter(({ name, required }) => required && name !== 'sub' && !user.attributes[name])
    .map(({ name }) => `userAttributes.${name}`)
  const visible = Object.entries(user.attributes).filter(([name]) => canRead(client, name))
  return {
    ChallengeName: 'NEW_PASSWORD_REQUIRED',
    Session: sealSession(context, {
      id: randomUuid(context),
      name: 'NEW_PASSWORD_REQUIRED',
      clientId: client.id,
      userPoolId: pool.id,
      userId: user.id,
      username: user.username,
      expiresAt: context.clock.now() + challengeLifetime(client),
      salt: user.salt,
    }),
    ChallengeParameters: {
      USER_ID_FOR_SRP: user.username,
      requiredAttributes: JSON.stringify(missing),
      userAttributes: JSON.stringify(Object.fromEntries(visible)),
    },
  }
}
