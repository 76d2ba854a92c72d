import { errors } from '../errors.js'
import { saveUserPool } from '../pools/save-user-pool.js'
import { poolSchema, standardAttribute } from '../pools/schema.js'
import { getUserPoolForUpdate } from '../pools/user-pool.js'
import { validateCustomAttribute } from '../pools/validate-schema.js'
import * as c from '../wire/constraints.js'
import { list, required, structure } from '../wire/shape.js'
import { SchemaAttribute } from '../wire/user-pool-settings.js'
import { operation } from './operation.js'

/** Custom attributes of a pool. */
const MAX_CUSTOM_ATTRIBUTES = 50

/** What is added stays: an attribute of a pool is never changed or removed. */
export const addCustomAttributes = operation({
  name: 'AddCustomAttributes',
  kind: 'admin',
  input: structure({
    UserPoolId: required(c.UserPoolId),
    CustomAttributes: required(list(SchemaAttribute, { min: 1, max: 25 })),
  }),
  async run({ context }, input) {
    await context.db.transaction().execute(async (tx) => {
      const pool = await getUserPoolForUpdate(tx, input.UserPoolId)
      const names = new Set(poolSchema(pool).map(({ name }) => name))
      for (const attribute of input.CustomAttributes) {
        const name = validateCustomAttribute(attribute)
        if (names.has(name)) throw errors.attributeExists(name)
        names.add(name)
      }
      if ([...names].filter((name) => !standardAttribute(name)).length > MAX_CUSTOM_ATTRIBUTES)
        throw errors.tooManyAttributes()
      const CustomAttributes = [...(pool.settings.CustomAttributes ?? []), ...input.CustomAttributes]
      await saveUserPool(context, tx, { ...pool, settings: { ...pool.settings, CustomAttributes } })
    })
    return {}
  },
})
