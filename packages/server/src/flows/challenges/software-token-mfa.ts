import { errors } from '../../errors.js'
import { findSoftwareToken, softwareTokenStep, useSoftwareTokenStep } from '../../users/software-token.js'
import type { Step } from '../step.js'

/** A code of an authenticator app, as a second factor. */
export const softwareTokenMfa: Step<'SOFTWARE_TOKEN_MFA'> = {
  name: 'SOFTWARE_TOKEN_MFA',
  carrier: 'session',

  async ask({ context }, { who }) {
    const token = await findSoftwareToken(context, context.db, who.id, 'verified')
    return { state: {}, show: { srpIdentity: who.srpIdentity, deviceName: token?.deviceName } }
  },

  async answer({ context }, { attempt: { who } }, _user, { code = '' }) {
    const token = await findSoftwareToken(context, context.db, who.id, 'verified')
    // Removed since it was asked for.
    if (!token) return { refused: errors.softwareTokenNotFound() }
    const step = await softwareTokenStep(context, token.secret, code)
    if (step === undefined)
      return {
        wrong: errors.softwareTokenMismatch(),
        of: 'TOTP_MFA',
        reason: 'The code is wrong.',
        ends: false,
      }
    return {
      right: 'TOTP_MFA',
      async save(tx, current) {
        await useSoftwareTokenStep(tx, current.id, step)
        return current
      },
    }
  },
}
