import { generateKeyPairs } from '../keys/insert-signing-keys.js'
import { insertUserPool, newUserPoolId } from '../pools/create-user-pool.js'
import { describeUserPool } from '../pools/describe-user-pool.js'
import { assertPoolSettingsSupported } from '../pools/supported-settings.js'
import { assertFunctionsRun, validateUserPool } from '../pools/validate-user-pool.js'
import { CreateUserPoolInput } from '../wire/user-pool-settings.js'
import { operation } from './operation.js'

export const createUserPool = operation({
  name: 'CreateUserPool',
  kind: 'none',
  input: CreateUserPoolInput,
  async run({ context, audit }, input) {
    const { PoolName: name, ...settings } = input
    validateUserPool(settings)
    assertPoolSettingsSupported(context, settings)
    await assertFunctionsRun(context, settings)
    const keys = await generateKeyPairs(context)
    const UserPool = await context.db.transaction().execute(async (tx) => {
      const pool = await insertUserPool(context, tx, { id: newUserPoolId(context), name, settings }, keys)
      return await describeUserPool(context, tx, pool)
    })
    audit.note({ userPoolId: UserPool.Id })
    return { UserPool }
  },
})
