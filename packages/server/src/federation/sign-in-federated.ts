import type { Call } from '../clients/call.js'
import { forgetCodes } from '../codes/verification-code.js'
import { randomUuid } from '../crypto/random.js'
import { errors } from '../errors.js'
import { type Completed, completeAfterProofs } from '../flows/after-proofs.js'
import { stampOf } from '../flows/attempt.js'
import { runPreAuthentication } from '../flows/pre-authentication.js'
import type { Finish } from '../flows/proceed.js'
import { saveUniqueAttributes } from '../users/save-unique-attributes.js'
import { getUserForUpdate, type User } from '../users/user.js'
import { createFederatedUser } from './create-federated-user.js'
import { findFederatedUser } from './federated-identity.js'
import type { IdentityProvider } from './identity-provider.js'
import { attributesOfReturningUser, mapAttributes } from './map-attributes.js'
import type { Profile } from './profile.js'
import { runInboundFederation } from './run-inbound-federation.js'

/**
 * Signs in the user of a provider's answer. The answer is the only proof: neither second factors nor devices are asked
 * for.
 *
 * @throws ServiceError
 */
export async function signInFederated<R>(
  call: Call,
  provider: IdentityProvider,
  answered: Profile,
  finish: Finish<R>,
): Promise<Completed<R>> {
  const { context, pool, client } = call
  const profile = await runInboundFederation(call, provider, answered)
  const mapped = mapAttributes(pool, provider, profile.claims)
  const found = await findFederatedUser(context, provider, profile, mapped)
  const { user, isReturning } = found
    ? { user: found, isReturning: true }
    : await createFederatedUser(call, provider, profile, mapped)
  call.about(user.id)
  if (found) await runPreAuthentication(call, user, user.username)
  const current = isReturning ? await refresh(call, user, mapped) : user
  return await completeAfterProofs(
    call,
    {
      id: randomUuid(context),
      who: { is: 'user', id: current.id, srpIdentity: current.srpIdentity, stamp: stampOf(current) },
      flow: 'PROVIDER',
      clientId: client.id,
      userPoolId: pool.id,
      proven: [],
    },
    current,
    finish,
  )
}

/**
 * What the provider says now takes the place of what it said before.
 *
 * @throws InvalidParameterException, AliasExistsException, NotAuthorizedException
 */
async function refresh(
  { context, pool }: Call,
  { id }: User,
  mapped: Readonly<Record<string, string>>,
): Promise<User> {
  return await context.db.transaction().execute(async (tx) => {
    const user = await getUserForUpdate(tx, pool, id)
    if (!user.enabled) throw errors.userDisabled()
    const attributes = attributesOfReturningUser(pool, user, mapped)
    const isSame = Object.entries(attributes).every(([name, value]) => user.attributes[name] === value)
    if (isSame) return user
    for (const address of ['email', 'phone_number'] as const)
      if (attributes[address] !== user.attributes[address]) await forgetCodes(tx, user, address)
    return await saveUniqueAttributes(context, tx, pool, user, attributes)
  })
}
