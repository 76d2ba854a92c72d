import type { Call } from '../clients/call.js'
import { randomUuid } from '../crypto/random.js'
import type { ProviderType } from '../db/schema.js'
import { errors } from '../errors.js'
import { addUserToGroup } from '../groups/add-user-to-group.js'
import { runPostConfirmation } from '../triggers/run-post-confirmation.js'
import { runTrigger } from '../triggers/run-trigger.js'
import { TRIGGERS } from '../triggers/triggers.js'
import { insertUser, prepareUser } from '../users/create-user.js'
import type { User } from '../users/user.js'
import {
  findFederatedUser,
  identityOf,
  insertIdentity,
  SUBJECT,
  withIdentities,
} from './federated-identity.js'
import type { IdentityProvider } from './identity-provider.js'
import { attributesOfNewUser } from './map-attributes.js'
import type { Profile } from './profile.js'
import { ensureProviderGroup } from './provider-group.js'

/** Providers whose users are named in lower case, whatever the provider is called. */
const LOWER: readonly ProviderType[] = ['Google', 'Facebook', 'LoginWithAmazon', 'SignInWithApple']

/** UTF-16 units: the most that the API takes for a username. */
const MAX_USERNAME = 128

/** @throws InvalidParameterException the API could not name the user */
function usernameOf({ name, type }: IdentityProvider, subject: string): string {
  const username = `${LOWER.includes(type) ? name.toLowerCase() : name}_${subject}`
  if (username.length > MAX_USERNAME || !/^[\p{L}\p{M}\p{S}\p{N}\p{P}]+$/u.test(username))
    throw errors.federatedUsernameInvalid()
  return username
}

/** What came of the first sign-in of a person at a provider. */
export interface FirstSignIn {
  readonly user: User
  /** Whether the user is one that was linked, or made by another request, meanwhile. */
  readonly isReturning: boolean
}

/**
 * Creates the user for the first answer about a person. The pool's function may refuse, or link the person to a user of the
 * pool.
 *
 * @throws ServiceError
 */
export async function createFederatedUser(
  call: Call,
  provider: IdentityProvider,
  profile: Profile,
  mapped: Readonly<Record<string, string>>,
): Promise<FirstSignIn> {
  const { context, pool } = call
  const username = usernameOf(provider, profile.subject)
  const answered = await runTrigger(call, TRIGGERS.PreSignUp, {
    source: 'ExternalProvider',
    user: {
      userName: username,
      userAttributes: { 'cognito:email_alias': '', 'cognito:phone_number_alias': '', ...mapped },
    },
    request: { validationData: {}, clientMetadata: call.metadata },
  })
  const linked = await findFederatedUser(context, provider, profile, mapped)
  if (linked) return { user: linked, isReturning: true }
  const attributes = attributesOfNewUser(pool, {
    ...mapped,
    ...(answered.autoVerifyEmail && mapped.email && { email_verified: 'true' }),
    ...(answered.autoVerifyPhone && mapped.phone_number && { phone_number_verified: 'true' }),
  })
  const now = context.clock.now()
  const own = identityOf(provider, profile.subject, {
    primary: true,
    dateCreated: now,
    issuer: profile.issuer,
  })
  const prepared = prepareUser(context, pool, {
    id: randomUuid(context),
    username,
    attributes: withIdentities(attributes, [own]),
    password: undefined,
    status: 'EXTERNAL_PROVIDER',
  })
  const group = await ensureProviderGroup(context, pool.id, provider.name)
  let user: User
  try {
    user = await context.db.transaction().execute(async (tx) => {
      const taken = () => errors.federatedUsernameTaken(username)
      const created = await insertUser(context, tx, pool, prepared, { taken })
      await insertIdentity(
        tx,
        { userPoolId: pool.id, provider: provider.name, attribute: SUBJECT, subject: profile.subject },
        { userId: created.id, isOwn: true, now },
      )
      await addUserToGroup(tx, created, group)
      return created
    })
  } catch (error) {
    // Two tabs of one person: the other request was first.
    const other = await findFederatedUser(context, provider, profile, mapped)
    if (other) return { user: other, isReturning: true }
    throw error
  }
  call.about(user.id)
  await runPostConfirmation(call, 'ConfirmSignUp', user)
  return { user, isReturning: false }
}
