import { type Call, hidesExistence } from '../clients/call.js'
import { randomUuid } from '../crypto/random.js'
import { errors } from '../errors.js'
import { rulesOf } from '../pools/rules.js'
import type { Device } from '../users/device.js'
import type { User } from '../users/user.js'
import { answer } from './answer.js'
import { ask, newStep } from './ask.js'
import type { Attempt, Challenge, Flow } from './attempt.js'
import { beginCustom } from './custom.js'
import { migrateAtSignIn, migratesUsers, NOT_KNOWN } from './migrate-user.js'
import { makeOffer } from './offer.js'
import { offeredDevice } from './offered-device.js'
import { checkPassword } from './password.js'
import { runPreAuthentication } from './pre-authentication.js'
import { choose, type Finish, goOn, type Outcome, proceed } from './proceed.js'
import type { Responses } from './step.js'
import { UNNAMED, unnamedOffer } from './unnamed.js'
import { findSigningIn, whoIs } from './who.js'

/**
 * The first request of a flow.
 *
 * @throws ServiceError as the service words it
 */
export async function begin<R>(
  request: Call,
  flow: Flow,
  typedName: string,
  responses: Responses,
  finish: Finish<R>,
): Promise<Outcome<R>> {
  // What comes with the first request is for the functions that run before the sign-in begins, and for no others.
  const call: Call = { ...request, metadata: {} }
  const { context, pool, client } = call
  const custom = flow === 'CUSTOM' ? beginCustom(call, typedName, responses.srpA) : undefined
  const found = await findSigningIn(call, typedName)
  const migrated =
    found || !mayMigrate(call, flow, responses)
      ? undefined
      : await migrateAtSignIn(request, typedName, responses.password ?? '')
  const user = found ?? migrated
  const who = whoIs(call, user, typedName)
  call.about(who.id, user !== undefined)
  const hides = hidesExistence(call)
  if (!hides && !user) throw errors.userNotFound()
  await runPreAuthentication(request, user, typedName)
  if (!hides) assertMayBegin(flow, user)
  if (!user && mayMigrate(call, flow, responses)) {
    call.explain(NOT_KNOWN)
    throw errors.incorrectUsernameOrPassword()
  }
  if (flow === 'CHOICE' && user?.status === 'UNCONFIRMED' && rulesOf(pool).messages.link)
    // Amplify asks every five seconds until the link was opened. With each time a code would be sent.
    throw errors.userNotConfirmed()
  // It counts as the code of the sign-up. Where a sign-in begins with a password and nothing else, it spares none.
  if (flow === 'CHOICE' && responses.session !== undefined && rulesOf(pool).passwordless)
    return await answer(call, 'SIGN_UP', responses.session, typedName, responses, finish)
  const attempt: Attempt = {
    id: randomUuid(context),
    who,
    flow,
    clientId: client.id,
    userPoolId: pool.id,
    proven: [],
    ...(custom && { custom }),
  }
  if (flow === 'SRP') {
    if (!user) call.explain('There is no user of that name.')
    return await ask(call, attempt, { ask: 'PASSWORD_VERIFIER' }, user, responses)
  }
  if (custom) {
    const unknown = custom.srpA === undefined ? 'refused' : 'ignored'
    const device = await offeredDevice(call, who, responses.deviceKey, unknown)
    return await goOn(call, { is: 'undefined', attempt, user, device }, typedName, finish)
  }
  const device = verifierFollows(flow, responses)
    ? undefined
    : await offeredDevice(call, who, responses.deviceKey, 'refused')
  if (flow === 'CHOICE')
    return await beginChoice(call, attempt, device, user, { ...responses, typedName }, finish)
  const answered = checkPassword(call, attempt.who, user, responses.password ?? '')
  return await proceed(call, { attempt, user, device, typedName }, answered, finish)
}

/**
 * The first request of a sign-in that no name came with: a passkey will say who the user is. Autofill of browsers works so.
 *
 * @throws InvalidParameterException the name is missing, and the pool takes no passkeys alone
 */
export async function beginUnnamed<R>(call: Call): Promise<Outcome<R>> {
  const offer = unnamedOffer(call)
  if (!offer) throw errors.missingParameter('USERNAME')
  const attempt: Attempt = {
    id: randomUuid(call.context),
    who: UNNAMED,
    flow: 'CHOICE',
    clientId: call.client.id,
    userPoolId: call.pool.id,
    proven: [],
  }
  return await ask(call, attempt, { ask: 'WEB_AUTHN', offer }, undefined, {})
}

/** The first request of a choice: with the factor that the user prefers, if it is offered, or by asking for one. */
async function beginChoice<R>(
  call: Call,
  attempt: Attempt,
  device: Device | undefined,
  user: User | undefined,
  responses: Responses,
  finish: Finish<R>,
): Promise<Outcome<R>> {
  const { typedName = '' } = responses
  const offer = await makeOffer(call, attempt.who, user, typedName)
  if (offer.offered.length === 0) {
    call.explain('The user has nothing that a sign-in may begin with.')
    throw errors.incorrectUsernameOrPassword()
  }
  const preferred = offer.offered.find((name) => name === responses.preferred)
  if (!preferred) return await ask(call, attempt, { ask: 'SELECT_CHALLENGE', offer }, user, {})
  const challenge: Challenge = { name: 'SELECT_CHALLENGE', ...newStep(call), state: offer }
  return await choose(
    call,
    { attempt, challenge, user, device, typedName },
    { chosen: preferred, responses },
    finish,
  )
}

/**
 * What is told at once where existence is not hidden: as the service tells it.
 *
 * @throws UserNotFoundException, NotAuthorizedException, PasswordResetRequiredException, UserNotConfirmedException
 */
function assertMayBegin(flow: Flow, user: User | undefined): void {
  if (!user) throw errors.userNotFound()
  if (!user.enabled) throw errors.userDisabled()
  if (user.status === 'RESET_REQUIRED' && (flow !== 'PASSWORD' || user.sealedVerifier === null))
    throw errors.passwordResetRequired()
  if (user.status === 'UNCONFIRMED' && (flow === 'CHOICE' || flow === 'CUSTOM'))
    throw errors.userNotConfirmed()
}

/** A password that comes with the first request is one that a function can compare with another directory. */
const mayMigrate = (call: Call, flow: Flow, { preferred, password }: Responses): boolean =>
  migratesUsers(call) &&
  Boolean(password) &&
  (flow === 'PASSWORD' || (flow === 'CHOICE' && preferred === 'PASSWORD'))

/** Whether the device is named there, and not here. Clients could not recover from a key that is refused here. */
const verifierFollows = (flow: Flow, { preferred, srpA }: Responses): boolean =>
  flow === 'CHOICE' && preferred === 'PASSWORD_SRP' && srpA !== undefined
