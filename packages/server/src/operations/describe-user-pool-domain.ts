import { describeDomain } from '../domains/describe-domain.js'
import { findDomain } from '../domains/domain.js'
import * as c from '../wire/constraints.js'
import { required, structure } from '../wire/shape.js'
import { operation } from './operation.js'

export const describeUserPoolDomain = operation({
  name: 'DescribeUserPoolDomain',
  kind: 'none',
  input: structure({ Domain: required(c.Domain) }),
  async run({ context }, { Domain }) {
    const found = await findDomain(context.db, Domain)
    // Programs ask for a domain to see whether it is free.
    return { DomainDescription: found ? describeDomain(context, found) : {} }
  },
})
