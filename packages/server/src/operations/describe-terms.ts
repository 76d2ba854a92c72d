import { describeTerms as describe, getTerms } from '../branding/terms.js'
import * as c from '../wire/constraints.js'
import { required, structure } from '../wire/shape.js'
import { operation } from './operation.js'

export const describeTerms = operation({
  name: 'DescribeTerms',
  kind: 'admin',
  input: structure({ UserPoolId: required(c.UserPoolId), TermsId: required(c.TermsId) }),
  async run({ context, pool }, { TermsId }) {
    return { Terms: describe(await getTerms(context.db, pool.id, TermsId)) }
  },
})
