import type { Call } from '../clients/call.js'
import { randomUuid } from '../crypto/random.js'
import { errors } from '../errors.js'
import { isPlaceOf, relyingPartyId } from '../pools/relying-party.js'
import { rulesOf } from '../pools/rules.js'
import type { UserPool } from '../pools/user-pool.js'
import { assertRoomForPasskey, createPasskey, passkeysOf } from '../users/passkey.js'
import { passkeyName } from '../users/passkey-name.js'
import { getUserForUpdate, type User } from '../users/user.js'
import {
  type NewPasskey,
  OtherRelyingParty,
  PASSKEY_ALGORITHMS,
  type PasskeyRegistration,
  readClientData,
  verifyPasskeyRegistration,
} from '../users/verify-passkey.js'
import { consume } from './settle.js'

/** Milliseconds that a user has to register a passkey. */
const LIFETIME = 5 * 60_000

/** What the challenge of a registration says. The browser hands it back as it is. */
interface Registration {
  /** A challenge is used once. */
  readonly id: string
  readonly clientId: string
  readonly expiresAt: number
}

/**
 * What the browser makes a passkey by: `PublicKeyCredentialCreationOptionsJSON`.
 *
 * @throws WebAuthnNotEnabledException, WebAuthnConfigurationMissingException, LimitExceededException
 */
export async function startPasskeyRegistration({ context, pool, client }: Call, user: User) {
  assertPasskeysEnabled(pool)
  const rpId = relyingPartyId(context, pool)
  if (rpId === undefined) throw errors.relyingPartyMissing()
  await assertRoomForPasskey(context.db, user.id)
  const passkeys = await passkeysOf(context.db, user.id)
  const registration: Registration = {
    id: randomUuid(context),
    clientId: client.id,
    expiresAt: context.clock.now() + LIFETIME,
  }
  const challenge = context.rootKey.seal(
    'passkey-registration',
    user.id,
    Buffer.from(JSON.stringify(registration)),
  )
  return {
    rp: { id: rpId, name: rpId },
    user: {
      id: Buffer.from(user.id).toString('base64url'),
      name: user.username,
      displayName: user.username,
    },
    challenge: Buffer.from(challenge).toString('base64url'),
    pubKeyCredParams: PASSKEY_ALGORITHMS.map((alg) => ({ type: 'public-key', alg })),
    timeout: 60_000,
    excludeCredentials: passkeys.map(({ id }) => ({ type: 'public-key', id })),
    authenticatorSelection: {
      requireResidentKey: true,
      residentKey: 'required',
      userVerification: rulesOf(pool).passkeys.verified ? 'required' : 'preferred',
    },
  }
}

/**
 * Stores a passkey that the browser has made by the options.
 *
 * @throws WebAuthnNotEnabledException, WebAuthnChallengeNotFoundException, WebAuthnClientMismatchException,
 *   WebAuthnOriginNotAllowedException, WebAuthnRelyingPartyMismatchException, WebAuthnCredentialNotSupportedException,
 *   LimitExceededException
 */
export async function completePasskeyRegistration(
  call: Call,
  user: User,
  given: PasskeyRegistration,
): Promise<void> {
  const { context, pool, client } = call
  assertPasskeysEnabled(pool)
  const data = readClientData(given.response.clientDataJSON)
  if (!data) throw errors.passkeyNotSupported()
  const { origin, challenge } = data
  const registration = typeof challenge === 'string' ? openRegistration(call, user, challenge) : undefined
  if (!registration || typeof challenge !== 'string') throw errors.passkeyChallengeNotFound()
  if (registration.clientId !== client.id) throw errors.passkeyClientMismatch()
  const rpId = relyingPartyId(context, pool)
  if (rpId === undefined) throw errors.passkeyRelyingPartyMismatch()
  if (typeof origin !== 'string' || !isPlaceOf(pool, rpId, data)) throw errors.passkeyOriginNotAllowed()
  const verified = rulesOf(pool).passkeys.verified
  let made: NewPasskey
  try {
    made = await verifyPasskeyRegistration(given, { challenge, origin, relyingPartyId: rpId, verified })
  } catch (error) {
    if (error instanceof OtherRelyingParty) throw errors.passkeyRelyingPartyMismatch()
    call.explain(`The passkey cannot be used. ${error instanceof Error ? error.message : error}`)
    throw errors.passkeyNotSupported(error)
  }
  await context.db.transaction().execute(async (tx) => {
    await getUserForUpdate(tx, pool, user.id)
    if (!(await consume(tx, registration.id, registration.expiresAt))) throw errors.passkeyChallengeNotFound()
    await createPasskey(context, tx, pool.id, {
      id: made.id,
      userId: user.id,
      relyingPartyId: rpId,
      publicKey: made.publicKey,
      signCount: made.signCount,
      name: passkeyName(made.aaguid),
      attachment: given.authenticatorAttachment ?? null,
      transports: given.response.transports ?? [],
    })
  })
}

function openRegistration({ context }: Call, user: User, challenge: string): Registration | undefined {
  const opened = context.rootKey.open('passkey-registration', user.id, Buffer.from(challenge, 'base64url'))
  if (!opened) return undefined
  // Authenticated: this server wrote it.
  const registration = JSON.parse(opened.toString()) as Registration
  return registration.expiresAt > context.clock.now() ? registration : undefined
}

/** @throws WebAuthnNotEnabledException users of the pool do not sign in with passkeys */
function assertPasskeysEnabled(pool: UserPool): void {
  if (!rulesOf(pool).firstFactors.includes('WEB_AUTHN')) throw errors.passkeysNotEnabled()
}
