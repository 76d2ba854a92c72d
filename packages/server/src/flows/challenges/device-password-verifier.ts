import { errors } from '../../errors.js'
import { toBigInt } from '../../srp/group.js'
import { deviceGroupKey, deviceVerifier, findDevice, noteUse } from '../../users/device.js'
import { beginSrp, isClaimRight, NO_CLAIM, refusalOfClaim } from '../srp.js'
import type { Answered, Step } from '../step.js'
import { answerWithoutDevice } from './answer-without-device.js'

/** A device proves that it has the password that it made up when it was confirmed. */
export const devicePasswordVerifier: Step<'DEVICE_PASSWORD_VERIFIER'> = {
  name: 'DEVICE_PASSWORD_VERIFIER',
  carrier: 'secretBlock',
  oneGuess: true,
  unknownDevice: 'read by the step',

  ask({ context }, { who }, { responses: { device, srpA = '' } }) {
    if (!device) throw errors.deviceNotFound()
    const { state, B } = beginSrp(context, srpA, toBigInt(deviceVerifier(context, device)))
    return {
      state: { ...state, deviceKey: device.key },
      show: { salt: device.salt, B, srpIdentity: who.srpIdentity, deviceKey: device.key },
    }
  },

  async answer(
    { context, clientAddress },
    { attempt, challenge },
    _user,
    { claim = NO_CLAIM, deviceKey },
  ): Promise<Answered> {
    const { who } = attempt
    if (!deviceKey) return await answerWithoutDevice(context, attempt, challenge.state)
    const refusal = refusalOfClaim(context, claim)
    if (refusal) return refusal
    const { state } = challenge
    const device = await findDevice(context.db, who.id, state.deviceKey)
    if (!device) return { refused: errors.deviceNotFound() }
    const v = toBigInt(deviceVerifier(context, device))
    const right = isClaimRight(state, v, [deviceGroupKey(device.key), device.key], claim)
    if (right && deviceKey === device.key)
      return {
        right: 'DEVICE',
        saveDevice: (tx) => noteUse(context, tx, who.id, device.key, clientAddress),
      }
    return {
      wrong: errors.incorrectUsernameOrPassword(),
      of: 'DEVICE',
      ends: true,
      reason: right ? 'The proof is of another device.' : 'The password of the device is wrong.',
    }
  },
}
