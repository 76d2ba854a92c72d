import { errors } from '../errors.js'
import { proveTokenIn } from '../flows/set-up.js'
import { countCodeAttempt } from '../users/code-attempts.js'
import { poolFactors } from '../users/second-factors.js'
import { findSoftwareToken, saveVerifiedSoftwareToken, softwareTokenStep } from '../users/software-token.js'
import { getUserForUpdate } from '../users/user.js'
import * as c from '../wire/constraints.js'
import { required, string, structure } from '../wire/shape.js'
import { operation } from './operation.js'

/** Proves by a code of the app that the user has the secret. */
export const verifySoftwareToken = operation({
  name: 'VerifySoftwareToken',
  kind: 'user or session',
  input: structure({
    AccessToken: c.TokenModel,
    Session: c.Session,
    UserCode: required(c.SoftwareTokenMFAUserCode),
    FriendlyDeviceName: string({ max: 131072, sensitive: true }),
  }),
  async run(call, { UserCode, FriendlyDeviceName }) {
    const { context, pool } = call
    if (!poolFactors(pool).includes('totp')) throw errors.softwareTokenNotInPool()
    if ('setUp' in call) {
      const given = { code: UserCode, deviceName: FriendlyDeviceName }
      const Session = await proveTokenIn(call, call.setUp, given)
      return { Status: 'SUCCESS', Session }
    }
    const { user } = call
    const token = await findSoftwareToken(context, context.db, user.id, 'pending')
    if (!token) throw errors.softwareTokenNotFound()
    const step = await softwareTokenStep(context, token.secret, UserCode)
    await context.db.transaction().execute(async (tx) => {
      await getUserForUpdate(tx, pool, user.id)
      await countCodeAttempt(context, tx, user.id, step !== undefined)
      if (step === undefined) return
      const pending = await findSoftwareToken(context, tx, user.id, 'pending')
      // Another secret has taken its place since.
      if (pending?.secret !== token.secret) throw errors.softwareTokenNotEnabled()
      await saveVerifiedSoftwareToken(
        context,
        tx,
        user.id,
        { secret: token.secret, deviceName: FriendlyDeviceName },
        step,
      )
    })
    if (step === undefined) throw errors.softwareTokenNotEnabled()
    return { Status: 'SUCCESS' }
  },
})
