import type { ServerContext } from '../context.js'
import { errors } from '../errors.js'
import { relyingPartyId } from '../pools/relying-party.js'
import { getUserPool } from '../pools/user-pool.js'
import { PasskeyId, RelyingPartyId, Username, UserPoolId } from '../wire/constraints.js'
import { findUnknownMember } from '../wire/known-members.js'
import { parse } from '../wire/parse.js'
import { integer, required, string, structure } from '../wire/shape.js'
import { createPasskey } from './passkey.js'
import { getUser, getUserForUpdate } from './user.js'

const AddedPasskey = structure({
  userPoolId: required(UserPoolId),
  username: required(Username),
  id: required(PasskeyId),
  rpId: required(RelyingPartyId),
  /** COSE, in base64url. */
  publicKey: required(string({ max: 4096, pattern: '[A-Za-z0-9_-]+' })),
  signCount: integer({ min: 0, max: 0xffff_ffff }),
})

/**
 * Gives a user a passkey that no registration has brought: tests begin with it.
 *
 * @returns what the passkey names the user by
 * @throws InvalidParameterException, SerializationException, ResourceNotFoundException, UserNotFoundException,
 *   LimitExceededException, WebAuthnCredentialNotSupportedException
 */
export async function addPasskey(context: ServerContext, given: unknown): Promise<{ userHandle: string }> {
  if (typeof given !== 'object' || given === null) throw errors.invalidParameter('Send a JSON object.')
  const unknown = findUnknownMember(AddedPasskey, given)
  if (unknown !== undefined) throw errors.invalidParameter(unknown)
  const { userPoolId, username, id, rpId, publicKey, signCount = 0 } = parse(AddedPasskey, given)
  const pool = await getUserPool(context.db, userPoolId)
  const domain = relyingPartyId(context, pool)
  if (rpId !== domain)
    throw errors.invalidParameter(
      `It is for ${rpId}, and passkeys of the user pool are for ${domain ?? 'no domain'}: set RelyingPartyId, or use another origin.`,
    )
  const user = await getUser(context.db, pool, username)
  await context.db.transaction().execute(async (tx) => {
    await getUserForUpdate(tx, pool, user.id)
    await createPasskey(context, tx, pool.id, {
      id,
      userId: user.id,
      relyingPartyId: rpId,
      publicKey: Buffer.from(publicKey, 'base64url'),
      signCount,
      name: 'Passkey',
      attachment: null,
      transports: [],
    })
  })
  return { userHandle: Buffer.from(user.id).toString('base64url') }
}
