import { errors } from '../errors.js'
import * as c from '../wire/constraints.js'
import { required, structure } from '../wire/shape.js'
import { operation } from './operation.js'

export const deleteTerms = operation({
  name: 'DeleteTerms',
  kind: 'admin',
  input: structure({ UserPoolId: required(c.UserPoolId), TermsId: required(c.TermsId) }),
  async run({ context, pool }, { TermsId }) {
    const { numDeletedRows } = await context.db
      .deleteFrom('terms')
      .where('user_pool_id', '=', pool.id)
      .where('id', '=', TermsId)
      .executeTakeFirst()
    if (numDeletedRows === 0n) throw errors.termsNotFound()
    return undefined
  },
})
