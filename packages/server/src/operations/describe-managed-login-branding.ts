import { describeBranding, getBranding } from '../branding/managed-login-branding.js'
import * as c from '../wire/constraints.js'
import { boolean, required, structure } from '../wire/shape.js'
import { operation } from './operation.js'

/** A branding here has no values but its own, so that merged ones are the same. */
export const describeManagedLoginBranding = operation({
  name: 'DescribeManagedLoginBranding',
  kind: 'admin',
  input: structure({
    UserPoolId: required(c.UserPoolId),
    ManagedLoginBrandingId: required(c.ManagedLoginBrandingId),
    ReturnMergedResources: boolean,
  }),
  async run({ context, pool }, { ManagedLoginBrandingId: id }) {
    const branding = await getBranding(context.db, pool.id, { id })
    return { ManagedLoginBranding: await describeBranding(context.db, branding) }
  },
})
