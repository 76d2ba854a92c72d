import { errors } from '../../errors.js'
import { findDevice } from '../../users/device.js'
import type { Step } from '../step.js'
import { answerWithoutDevice } from './answer-without-device.js'

/** A known device begins to prove itself. It proves nothing yet: the answer leads to DEVICE_PASSWORD_VERIFIER. */
export const deviceSrpAuth: Step<'DEVICE_SRP_AUTH'> = {
  name: 'DEVICE_SRP_AUTH',
  carrier: 'session',
  unknownDevice: 'read by the step',

  ask: (_call, _attempt, { responses: { deviceKey = '' } }) => ({ state: { deviceKey }, show: {} }),

  async answer({ context }, { attempt, challenge }, _user, { deviceKey, srpA }) {
    if (!deviceKey) return await answerWithoutDevice(context, attempt, challenge.state)
    if (deviceKey !== challenge.state.deviceKey) return { refused: errors.sessionInvalid() }
    const device = await findDevice(context.db, attempt.who.id, deviceKey)
    return { chosen: 'DEVICE_PASSWORD_VERIFIER', responses: { srpA, device } }
  },
}
