import * as c from './constraints.js'
import { list, type Parsed, required, structure } from './shape.js'

const ResourceServerScope = structure({
  ScopeName: required(c.ResourceServerScopeName),
  ScopeDescription: required(c.ResourceServerScopeDescription),
})
export type ResourceServerScope = Parsed<typeof ResourceServerScope>

/** Of CreateResourceServer and UpdateResourceServer, beside the pool. */
export const resourceServerMembers = {
  Identifier: required(c.ResourceServerIdentifier),
  Name: required(c.ResourceServerName),
  Scopes: list(ResourceServerScope, { max: 100 }),
}
