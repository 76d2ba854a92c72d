import type { Call } from '../../clients/call.js'
import { challengeLifetime } from '../../clients/lifetimes.js'
import { errors } from '../../errors.js'
import { isPlaceOf, relyingPartyId } from '../../pools/relying-party.js'
import { findPasskey, usablePasskeysOf, usePasskey } from '../../users/passkey.js'
import { findUser, findUserById, type User } from '../../users/user.js'
import {
  type PasskeyAssertion,
  readAssertion,
  readClientData,
  verifyPasskeyAssertion,
} from '../../users/verify-passkey.js'
import type { Attempt, Offer, PasskeyOffer, Who } from '../attempt.js'
import { simulatedPasskeyIds } from '../offer.js'
import type { Answered, Shown, Step } from '../step.js'

/** A passkey, as the first factor. What it signs is good for one answer. */
export const webAuthn: Step<'WEB_AUTHN'> = {
  name: 'WEB_AUTHN',
  carrier: 'session',
  guessOf: ({ passkey }) => passkey?.challenge,

  // Not to be compared with a challenge that was never shown.
  isIn: ({ credential }, { passkey }) => credential !== undefined && passkey?.challenge !== undefined,

  async ask(call, { who }, { offer = { offered: [] } }) {
    const { passkey, options } = await askPasskey(call, who, offer)
    return { state: { ...offer, passkey }, show: { options } }
  },

  async answer(call, { attempt, challenge }, user, { credential = '', typedName = '' }) {
    const { passkey } = challenge.state
    const assertion = readAssertion(credential)
    if (!passkey?.challenge || !assertion)
      return wrong('The answer has no passkey, or was not asked for one.')
    const owner = attempt.who.is === 'unnamed' ? await namedUser(call, assertion, typedName) : user
    return await answerPasskey(call, passkey, assertion, attempt, owner)
  },
}

/** `PublicKeyCredentialRequestOptionsJSON`, and what its answer is compared with. */
export async function askPasskey(
  call: Call,
  who: Who,
  { passkey = { verified: 1 } }: Offer,
): Promise<{ passkey: PasskeyOffer; options: Shown['WEB_AUTHN']['options'] }> {
  const { context, pool, client } = call
  const challenge = context.randomBytes(16).toString('base64url')
  const options = {
    hints: [],
    attestation: 'none',
    attestationFormats: [],
    challenge,
    timeout: challengeLifetime(client),
    rpId: relyingPartyId(context, pool) ?? '',
    allowCredentials: (await allowedIds(call, who)).map((id) => ({ id, type: 'public-key' })),
    userVerification: passkey.verified ? 'required' : 'preferred',
  }
  return { passkey: { ...passkey, challenge }, options }
}

/** Of a user without passkeys as of a name that does not exist: made-up ones (WebAuthn §14.6.2). */
async function allowedIds(call: Call, who: Who): Promise<string[]> {
  // The passkey says whose it is.
  if (who.is === 'unnamed') return []
  const madeUp = simulatedPasskeyIds(call, who)
  const passkeys = await usablePasskeysOf(call.context, call.pool, who.id)
  return passkeys.length > 0 ? passkeys.map(({ id }) => id) : madeUp
}

/** WebAuthn §7.2. Every passkey is verified, if need be against a stand-in: the time does not tell which ones exist. */
async function answerPasskey(
  { context, pool }: Call,
  offer: PasskeyOffer,
  assertion: PasskeyAssertion,
  { who }: Attempt,
  user: User | undefined,
): Promise<Answered> {
  const data = readClientData(assertion.response.clientDataJSON)
  const rpId = relyingPartyId(context, pool)
  if (rpId === undefined || typeof data?.origin !== 'string' || !isPlaceOf(pool, rpId, data))
    return wrong('The passkey was used at an origin that is not of the relying party.')
  const found = await findPasskey(context.db, pool.id, assertion.id)
  const theirs = found?.relyingPartyId === rpId && found.userId === user?.id ? found : undefined
  const used = await verifyPasskeyAssertion(assertion, theirs, {
    challenge: offer.challenge ?? '',
    origin: data.origin,
    relyingPartyId: rpId,
    // What was asked for before the user was known, or before the user wanted it, may have been less.
    verified: offer.verified === 1 || user?.mfa.passkey === true,
  })
  if ('reason' in used) return wrong(`The passkey is wrong. ${used.reason}`)
  if (!theirs || !user) return wrong('The passkey is not of the user, or not of the relying party.')
  const { userHandle } = assertion.response
  if (userHandle !== undefined && userHandle !== handleOf(user))
    return wrong('The passkey names another user.')
  return {
    right: used.verified ? 'VERIFIED_PASSKEY' : 'PASSKEY',
    ...(who.is === 'unnamed' && { names: user }),
    async save(tx, current) {
      // Another answer came before, by this passkey or a copy of it; or it was deleted.
      if (!(await usePasskey(tx, pool.id, theirs.id, used.signCount)))
        throw errors.incorrectUsernameOrPassword()
      return current
    },
  }
}

/** What an authenticator knows a user by, as the registration tells it. */
const handleOf = ({ id }: User): string => Buffer.from(id).toString('base64url')

/** The user that a passkey names, where nothing else does. A name that comes along has to be of the same user. */
async function namedUser(
  { context, pool }: Call,
  { response: { userHandle = '' } }: PasskeyAssertion,
  typedName: string,
): Promise<User | undefined> {
  const id = Buffer.from(userHandle, 'base64url').toString()
  const user = await findUserById(context.db, pool.id, id)
  const typed = typedName === '' ? user : await findUser(context.db, pool, typedName)
  return typed?.id === user?.id ? user : undefined
}

/** One answer for every reason; the developer is told which. */
const wrong = (reason: string): Answered => ({
  wrong: errors.incorrectUsernameOrPassword(),
  of: 'PASSKEY',
  reason,
  ends: true,
})
