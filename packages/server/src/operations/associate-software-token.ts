import { errors } from '../errors.js'
import { reseal } from '../flows/set-up.js'
import { poolFactors } from '../users/second-factors.js'
import { newSoftwareTokenSecret, savePendingSoftwareToken } from '../users/software-token.js'
import { getUserForUpdate } from '../users/user.js'
import * as c from '../wire/constraints.js'
import { structure } from '../wire/shape.js'
import { operation } from './operation.js'

/** Makes a secret for an authenticator app. It counts once a code of the app has proven it. */
export const associateSoftwareToken = operation({
  name: 'AssociateSoftwareToken',
  kind: 'user or session',
  input: structure({ AccessToken: c.TokenModel, Session: c.Session }),
  async run(call) {
    const { context, pool } = call
    if (!poolFactors(pool).includes('totp')) throw errors.softwareTokenNotInPool()
    const secret = await newSoftwareTokenSecret(context)
    if ('setUp' in call) {
      const { state } = call.setUp.challenge
      if (!state.of.includes('totp')) throw errors.softwareTokenNotInPool()
      // What was proven before is forgotten with the secret that it proved.
      return { SecretCode: secret, Session: await reseal(call, call.setUp, { ...state, token: { secret } }) }
    }
    await context.db.transaction().execute(async (tx) => {
      const user = await getUserForUpdate(tx, pool, call.user.id)
      await savePendingSoftwareToken(context, tx, user.id, secret)
    })
    return { SecretCode: secret }
  },
})
