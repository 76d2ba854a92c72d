import { assertLinks, describeTerms, insertTerms } from '../branding/terms.js'
import * as c from '../wire/constraints.js'
import { required, structure } from '../wire/shape.js'
import { termsMembers } from '../wire/terms-members.js'
import { operation } from './operation.js'

export const createTerms = operation({
  name: 'CreateTerms',
  kind: 'admin of a client',
  input: structure({
    UserPoolId: required(c.UserPoolId),
    ClientId: required(c.ClientId),
    TermsName: required(c.TermsName),
    TermsSource: required(termsMembers.TermsSource),
    Enforcement: required(termsMembers.Enforcement),
    Links: termsMembers.Links,
  }),
  async run({ context, pool, client }, { TermsName: name, TermsSource, Enforcement, Links }) {
    const settings = { TermsSource, Enforcement, ...(Links && { Links }) }
    assertLinks(settings)
    const owner = { userPoolId: pool.id, clientId: client.id }
    return { Terms: describeTerms(await insertTerms(context, context.db, { ...owner, name, settings })) }
  },
})
