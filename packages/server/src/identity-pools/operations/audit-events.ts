import type { AuditEvent } from '../../audit.js'

/** What the audit calls the operations of identity pools that have a line in it: all but those that only read. */
export const identityPoolEvents: Readonly<Record<string, AuditEvent>> = {
  CreateIdentityPool: 'pool',
  DeleteIdentities: 'credentials',
  DeleteIdentityPool: 'pool',
  GetCredentialsForIdentity: 'credentials',
  GetId: 'credentials',
  GetOpenIdToken: 'credentials',
  GetOpenIdTokenForDeveloperIdentity: 'credentials',
  MergeDeveloperIdentities: 'credentials',
  SetIdentityPoolRoles: 'pool',
  SetPrincipalTagAttributeMap: 'pool',
  TagResource: 'pool',
  UnlinkDeveloperIdentity: 'credentials',
  UnlinkIdentity: 'credentials',
  UntagResource: 'pool',
  UpdateIdentityPool: 'pool',
}
