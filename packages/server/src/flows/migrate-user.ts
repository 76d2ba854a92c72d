import type { Call } from '../clients/call.js'
import { randomUuid } from '../crypto/random.js'
import type { Transaction } from '../db/schema.js'
import { errors, ServiceError } from '../errors.js'
import { rulesOf } from '../pools/rules.js'
import { runTrigger } from '../triggers/run-trigger.js'
import { type ResponseOf, TRIGGERS } from '../triggers/triggers.js'
import {
  assertVerifiable,
  assertWrittenByCallers,
  attributesToStore,
  validateAttributes,
} from '../users/attributes.js'
import { insertUser, type PreparedUser, prepareUser } from '../users/create-user.js'
import { withFactor } from '../users/mfa-settings.js'
import { countPasswordAttempt, forgivePasswordAttempts } from '../users/password-attempts.js'
import { saveMfa } from '../users/second-factors.js'
import { attemptSubject } from '../users/subject.js'
import { takingOverAliases } from '../users/taking-over-aliases.js'
import { findUser, type User } from '../users/user.js'
import type { Attempt } from './attempt.js'
import { runPreAuthentication } from './pre-authentication.js'
import { whoIs } from './who.js'

/** Whether a user who is not in the pool may come from another directory. */
export const migratesUsers = ({ pool }: Call): boolean => rulesOf(pool).functions.UserMigration !== undefined

/**
 * Asks the pool's function for a user who signs in with a password and is not in the pool. The function judges the
 * password, so the guess is counted before it runs, as for a user of the pool, and forgiven once it was right.
 *
 * @returns the user, who is in the pool from then on, or nothing when the function knows none
 * @throws UserLambdaValidationException the function threw: its text reaches the caller
 * @throws NotAuthorizedException too many wrong guesses for this name
 */
export async function migrateAtSignIn(
  call: Call,
  typedName: string,
  password: string,
): Promise<User | undefined> {
  const { context, metadata } = call
  const subject = attemptSubject(call, undefined, spelledOnce(typedName))
  await context.db.transaction().execute((tx) => countPasswordAttempt(context, tx, subject, false))
  const answered = await runTrigger(call, TRIGGERS.UserMigration, {
    source: 'Authentication',
    user: { userName: typedName },
    request: { password, validationData: metadata, clientMetadata: metadata },
  })
  const user = await store(call, typedName, password, answered)
  // Counted as a wrong one before, it may have begun a lock, in which a right one is refused.
  if (user) await context.db.transaction().execute((tx) => forgivePasswordAttempts(tx, subject))
  return user
}

/**
 * The same for a password that comes later, as the first factor that was chosen. From then on the attempt is the user's.
 *
 * @throws NotAuthorizedException the function knows no such user
 */
export async function migrateAtChoice(
  call: Call,
  attempt: Attempt,
  typedName: string,
  password: string,
): Promise<{ attempt: Attempt; user: User }> {
  const user = await migrateAtSignIn(call, typedName, password)
  if (!user) {
    call.explain(NOT_KNOWN)
    throw errors.incorrectUsernameOrPassword()
  }
  const who = whoIs(call, user, typedName)
  call.about(who.id)
  // It ran when the sign-in began, for a name without a user.
  await runPreAuthentication(call, user, typedName)
  return { attempt: { ...attempt, who }, user }
}

/** For the developer: the guess was counted before the function judged it. */
export const NOT_KNOWN = 'There is no user of that name, and UserMigration knows none.'

/** Whatever the pool makes of case, the other directory may ignore it: each spelling would have guesses of its own. */
const spelledOnce = (name: string): string => name.normalize('NFKC').toLowerCase()

/** The same for a user who has forgotten the password. A user that the function knows is in the pool then, without a password. */
export async function migrateAtForgotPassword(call: Call, typedName: string): Promise<void> {
  const { context, pool, metadata } = call
  if (!migratesUsers(call) || (await findUser(context.db, pool, typedName))) return
  attemptSubject(call, undefined, typedName)
  const answered = await runTrigger(call, TRIGGERS.UserMigration, {
    source: 'ForgotPassword',
    user: { userName: typedName },
    request: { validationData: {}, clientMetadata: metadata },
  })
  await store(call, typedName, undefined, answered)
}

async function store(
  call: Call,
  typedName: string,
  password: string | undefined,
  answered: ResponseOf<typeof TRIGGERS.UserMigration>,
): Promise<User | undefined> {
  const { context, pool, metadata } = call
  if (Object.keys(answered.userAttributes ?? {}).length === 0) return undefined
  const prepared = prepare(call, typedName, password, answered)
  await runTrigger(call, TRIGGERS.PreSignUp, {
    source: 'AdminCreateUser',
    user: { userName: prepared.row.username, userAttributes: prepared.attributes },
    request: { validationData: metadata, clientMetadata: metadata },
  })
  const takeOverAliases = answered.forceAliasCreation ?? false
  const insert = async (tx: Transaction) => {
    const user = await insertUser(context, tx, pool, prepared, { takeOverAliases })
    if (!answered.enableSMSMFA || !user.attributes.phone_number) return user
    const mfa = withFactor(user.mfa, 'sms')
    await saveMfa(tx, user, mfa)
    return { ...user, mfa }
  }
  try {
    return takeOverAliases
      ? await takingOverAliases(context, pool, insert)
      : await context.db.transaction().execute(insert)
  } catch (error) {
    // Of two requests at once, one makes the user, whose password both are compared with.
    const user = await findUser(context.db, pool, typedName)
    if (!user) throw error
    return user
  }
}

/** @throws InvalidLambdaResponseException the pool could not have such a user */
function prepare(
  { context, pool }: Call,
  typedName: string,
  password: string | undefined,
  { userAttributes = {}, finalUserStatus }: ResponseOf<typeof TRIGGERS.UserMigration>,
): PreparedUser {
  // Where users choose a name, the function says which: an alias may have been typed.
  const { username = typedName, ...given } = userAttributes
  try {
    assertWrittenByCallers(Object.keys(given))
    const prepared = prepareUser(context, pool, {
      id: randomUuid(context),
      username: rulesOf(pool).usernameAttributes.length > 0 ? typedName : username,
      attributes: attributesToStore(pool, given),
      password,
      status: password !== undefined && finalUserStatus === 'CONFIRMED' ? 'CONFIRMED' : 'RESET_REQUIRED',
    })
    validateAttributes(pool, prepared.attributes, { requireRequired: true })
    assertVerifiable(prepared.attributes)
    return prepared
  } catch (error) {
    throw error instanceof ServiceError ? errors.unrecognizableLambdaOutput(error) : error
  }
}
