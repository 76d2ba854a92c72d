import { errors } from '../errors.js'
import { newTokenIn } from '../flows/set-up.js'
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
    if ('setUp' in call) {
      const { secret, session } = await newTokenIn(call, call.setUp)
      return { SecretCode: secret, Session: session }
    }
    if (!poolFactors(pool).includes('totp')) throw errors.softwareTokenNotInPool()
    const secret = await newSoftwareTokenSecret(context)
    await context.db.transaction().execute(async (tx) => {
      const user = await getUserForUpdate(tx, pool, call.user.id)
      await savePendingSoftwareToken(context, tx, user.id, secret)
    })
    return { SecretCode: secret }
  },
})
