import { assertLinks, describeTerms, updateTerms as update } from '../branding/terms.js'
import * as c from '../wire/constraints.js'
import { required, structure } from '../wire/shape.js'
import { termsMembers } from '../wire/terms-members.js'
import { operation } from './operation.js'

/** What is not given stays. */
export const updateTerms = operation({
  name: 'UpdateTerms',
  kind: 'admin',
  input: structure({
    UserPoolId: required(c.UserPoolId),
    TermsId: required(c.TermsId),
    TermsName: c.TermsName,
    ...termsMembers,
  }),
  async run({ context, pool }, { TermsId, TermsName: name, TermsSource, Enforcement, Links }) {
    const settings = {
      ...(TermsSource && { TermsSource }),
      ...(Enforcement && { Enforcement }),
      ...(Links && { Links }),
    }
    assertLinks(settings)
    return { Terms: describeTerms(await update(context, pool.id, TermsId, { name, settings })) }
  },
})
