import * as c from './constraints.js'
import { document, integer, oneOf, type Parsed, required, structure } from './shape.js'

/** Members that UpdateUserPoolDomain can replace as well. */
export const mutableDomainMembers = {
  ManagedLoginVersion: integer({ min: 1, max: 2 }),
  CustomDomainConfig: structure({
    CertificateArn: required(c.Arn),
    SecurityPolicy: oneOf('TLS_V1', 'TLS_V1_2_2021', 'TLS_V1_3_2025'),
  }),
  Routing: document,
}

const MutableDomainMembers = structure(mutableDomainMembers)
/** What is stored of a domain. */
export type DomainSettings = Parsed<typeof MutableDomainMembers>
