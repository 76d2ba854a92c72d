import type { AppClient } from '../clients/app-client.js'
import { canWrite } from '../clients/attribute-permissions.js'
import type { ServerContext } from '../context.js'
import { errors } from '../errors.js'
import { passwordPolicyViolation } from '../pools/password-policy.js'
import { poolSchema } from '../pools/schema.js'
import type { UserPool } from '../pools/user-pool.js'
import { validateAttributes } from '../users/attributes.js'
import { passwordColumns } from '../users/password.js'
import { savePassword } from '../users/save-password.js'
import { saveUniqueAttributes } from '../users/save-unique-attributes.js'
import { findUserById, getUserForUpdate } from '../users/user.js'
import * as c from '../wire/constraints.js'
import { parse } from '../wire/parse.js'
import { map, structure } from '../wire/shape.js'
import { assertAnswerable, consumeChallenge, isAbout, isConsumed, openSession } from './challenge.js'
import { type AuthResponse, completeSignIn } from './sign-in.js'

const ATTRIBUTE_PREFIX = 'userAttributes.'

// The wire takes whatever it is in a challenge response, but these are kept: only what the operations take that they are
// told to otherwise. A password that ChangePassword refuses as the previous one could never be changed.
const Passwords = structure({ ChallengeResponses: map(c.Password) })
const AttributeValues = structure({ ChallengeResponses: map(c.AttributeValue) })

/** Sets the first password of the user's own, and the required attributes that were missing. */
export async function answerNewPassword(
  context: ServerContext,
  { pool, client, username }: { pool: UserPool; client: AppClient; username: string },
  session: string,
  responses: Readonly<Record<string, string>>,
): Promise<AuthResponse> {
  const challenge = openSession(context, session)
  if (!challenge) throw errors.sessionUnknown()
  assertAnswerable(context, challenge, { name: 'NEW_PASSWORD_REQUIRED', clientId: client.id })
  if (await isConsumed(context, challenge)) throw errors.sessionUsed()
  const user = await findUserById(context.db, pool.id, challenge.userId)
  if (!user || !(await isAbout(context, pool, challenge, username))) throw errors.sessionInvalid()
  // Another password was set since, by an administrator or through another challenge: who proved the one before it has
  // no say in what comes after.
  if (user.salt !== challenge.salt) throw errors.sessionInvalid()
  if (!user.enabled) throw errors.userDisabled()
  const password = responses.NEW_PASSWORD
  if (!password) throw errors.missingParameter('NEW_PASSWORD')

  // A password that breaks the policy does not use up the session: the user tries another.
  const violation = passwordPolicyViolation(pool, password)
  if (violation) throw errors.passwordPolicyAtChange(violation)
  parse(Passwords, { ChallengeResponses: { NEW_PASSWORD: password } })
  const given = givenAttributes(responses)
  for (const name of Object.keys(given)) {
    if (user.attributes[name]) throw errors.invalidParameter(`Cannot modify an already provided ${name}`)
    if (!canWrite(pool, client, name)) throw errors.unauthorizedAttribute()
  }
  validateAttributes(pool, given, { requireRequired: false })
  const attributes = { ...user.attributes, ...given }
  for (const { name, required } of poolSchema(pool))
    if (required && name !== 'sub' && !attributes[name])
      throw errors.invalidParameter(`Invalid attributes given, ${name} is missing`)

  const columns = passwordColumns(context, pool.id, user, password)
  const signedIn = { ...user, attributes, status: 'CONFIRMED' as const }
  return await completeSignIn(context, { pool, client, user: signedIn }, async (tx) => {
    if (!(await consumeChallenge(tx, challenge))) throw errors.sessionUsed()
    const current = await getUserForUpdate(tx, pool, user.id)
    await saveUniqueAttributes(context, tx, pool, current, { ...current.attributes, ...given })
    await savePassword(context, tx, pool, current, { text: password, columns }, 'CONFIRMED')
  })
}

/** @throws InvalidParameterException a value that the attribute operations would not take */
function givenAttributes(responses: Readonly<Record<string, string>>): Record<string, string> {
  const entries = Object.entries(responses).filter(([key]) => key.startsWith(ATTRIBUTE_PREFIX))
  parse(AttributeValues, { ChallengeResponses: Object.fromEntries(entries) })
  return Object.fromEntries(entries.map(([key, value]) => [key.slice(ATTRIBUTE_PREFIX.length), value]))
}
