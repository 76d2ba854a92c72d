import { describeBranding, updateBranding } from '../branding/managed-login-branding.js'
import { brandingMembers, MAX_BRANDING_REQUEST } from '../wire/branding-members.js'
import * as c from '../wire/constraints.js'
import { required, structure } from '../wire/shape.js'
import { operation } from './operation.js'

export const updateManagedLoginBranding = operation({
  name: 'UpdateManagedLoginBranding',
  kind: 'admin',
  input: structure({
    UserPoolId: required(c.UserPoolId),
    ManagedLoginBrandingId: required(c.ManagedLoginBrandingId),
    ...brandingMembers,
  }),
  maxBody: MAX_BRANDING_REQUEST,
  async run({ context, pool }, { ManagedLoginBrandingId, ...given }) {
    const branding = await updateBranding(context, pool.id, ManagedLoginBrandingId, given)
    return { ManagedLoginBranding: await describeBranding(context.db, branding) }
  },
})
