import { createBranding, describeBranding } from '../branding/managed-login-branding.js'
import { brandingMembers, MAX_BRANDING_REQUEST } from '../wire/branding-members.js'
import * as c from '../wire/constraints.js'
import { required, structure } from '../wire/shape.js'
import { operation } from './operation.js'

export const createManagedLoginBranding = operation({
  name: 'CreateManagedLoginBranding',
  kind: 'admin of a client',
  input: structure({
    UserPoolId: required(c.UserPoolId),
    ClientId: required(c.ClientId),
    ...brandingMembers,
  }),
  maxBody: MAX_BRANDING_REQUEST,
  async run({ context, pool, client }, given) {
    const branding = await createBranding(context, pool.id, client.id, given)
    return { ManagedLoginBranding: await describeBranding(context.db, branding) }
  },
})
