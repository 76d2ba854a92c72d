import { deleteBranding } from '../branding/managed-login-branding.js'
import * as c from '../wire/constraints.js'
import { required, structure } from '../wire/shape.js'
import { operation } from './operation.js'

export const deleteManagedLoginBranding = operation({
  name: 'DeleteManagedLoginBranding',
  kind: 'admin',
  input: structure({
    UserPoolId: required(c.UserPoolId),
    ManagedLoginBrandingId: required(c.ManagedLoginBrandingId),
  }),
  async run({ context, pool }, { ManagedLoginBrandingId }) {
    await deleteBranding(context.db, pool.id, ManagedLoginBrandingId)
    return undefined
  },
})
