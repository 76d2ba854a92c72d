import { describeTerms, termsOfRow } from '../branding/terms.js'
import * as c from '../wire/constraints.js'
import { page, pageStart } from '../wire/page.js'
import { required, structure } from '../wire/shape.js'
import { operation } from './operation.js'

export const listTerms = operation({
  name: 'ListTerms',
  kind: 'admin',
  input: structure({
    UserPoolId: required(c.UserPoolId),
    MaxResults: c.ListTermsLimit,
    NextToken: c.PaginationKey,
  }),
  async run({ context, pool }, { MaxResults: limit = c.MAX_TERMS, NextToken }) {
    const list = ['ListTerms', pool.id]
    const [after = ''] = pageStart(context, list, NextToken) ?? []
    const found = await context.db
      .selectFrom('terms')
      .selectAll()
      .where('user_pool_id', '=', pool.id)
      .where('id', '>', after)
      .orderBy('id')
      .limit(limit + 1)
      .execute()
    const { rows, token } = page(context, list, found, limit, ({ id }) => [id])
    return { Terms: rows.map(termsOfRow).map(listed), NextToken: token }
  },
})

/** A list says what there is, and not where it leads. */
function listed(terms: ReturnType<typeof termsOfRow>) {
  const { TermsId, TermsName, Enforcement, CreationDate, LastModifiedDate } = describeTerms(terms)
  return { TermsId, TermsName, Enforcement, CreationDate, LastModifiedDate }
}
