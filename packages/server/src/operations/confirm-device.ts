import { errors } from '../errors.js'
import { rulesOf } from '../pools/rules.js'
import { N, toBigInt } from '../srp/group.js'
import { findSignIn } from '../tokens/token-family.js'
import { createDevice } from '../users/device.js'
import { getUserForUpdate } from '../users/user.js'
import * as c from '../wire/constraints.js'
import { required, string, structure } from '../wire/shape.js'
import { assertDevicesTracked } from './assert-devices-tracked.js'
import { operation } from './operation.js'

/** Bytes of a 3072-bit number, with the leading zero that clients write. */
const MAX_VERIFIER = 385
/** Clients take 16 bytes. */
const MAX_SALT = 64

export const confirmDevice = operation({
  name: 'ConfirmDevice',
  kind: 'user',
  input: structure({
    AccessToken: required(c.TokenModel),
    DeviceKey: required(c.DeviceKey),
    DeviceSecretVerifierConfig: structure({
      PasswordVerifier: string({ max: 131072 }),
      Salt: string({ max: 131072 }),
    }),
    DeviceName: c.DeviceName,
  }),
  async run(call, { DeviceKey, DeviceName, DeviceSecretVerifierConfig: config }) {
    const { context, pool, user, familyId, clientAddress } = call
    assertDevicesTracked(pool)
    const salt = numberOf(config?.Salt, MAX_SALT)
    const verifier = numberOf(config?.PasswordVerifier, MAX_VERIFIER)
    // Of 0, 1 and -1 the powers can be guessed.
    if (salt === undefined || verifier === undefined || verifier <= 1n || verifier >= N - 1n)
      throw errors.deviceVerifierMissing()
    const onPrompt = rulesOf(pool).devices?.onPrompt === true
    await context.db.transaction().execute(async (tx) => {
      await getUserForUpdate(tx, pool, user.id)
      // A key is for the device of the sign-in that brought it; one that was forgotten is for none.
      const signIn = await findSignIn(tx, familyId)
      if (signIn?.family.deviceKey !== DeviceKey) throw errors.invalidDeviceKey()
      await createDevice(context, tx, user.id, {
        key: DeviceKey,
        name: DeviceName,
        salt: salt.toString(16),
        verifier: Buffer.from(verifier.toString(16).padStart(768, '0'), 'hex'),
        remembered: !onPrompt,
        address: clientAddress,
      })
    })
    return { UserConfirmationNecessary: onPrompt }
  },
})

function numberOf(base64: string | undefined, maxBytes: number): bigint | undefined {
  if (!base64 || !/^[A-Za-z0-9+/]+={0,2}$/.test(base64)) return undefined
  const bytes = Buffer.from(base64, 'base64')
  return bytes.length > 0 && bytes.length <= maxBytes ? toBigInt(bytes) : undefined
}
