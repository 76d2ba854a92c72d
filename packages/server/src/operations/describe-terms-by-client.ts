import { describeTerms, termsOfClient } from '../branding/terms.js'
import { errors } from '../errors.js'
import * as c from '../wire/constraints.js'
import { required, structure } from '../wire/shape.js'
import { operation } from './operation.js'

export const describeTermsByClient = operation({
  name: 'DescribeTermsByClient',
  kind: 'admin of a client',
  input: structure({
    UserPoolId: required(c.UserPoolId),
    ClientId: required(c.ClientId),
    TermsName: required(c.TermsName),
  }),
  async run({ context, client }, { TermsName }) {
    const found = (await termsOfClient(context.db, client.id)).find(({ name }) => name === TermsName)
    if (!found) throw errors.termsNotFound()
    return { Terms: describeTerms(found) }
  },
})
