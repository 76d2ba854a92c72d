import { describeBranding, getBranding } from '../branding/managed-login-branding.js'
import * as c from '../wire/constraints.js'
import { boolean, required, structure } from '../wire/shape.js'
import { operation } from './operation.js'

export const describeManagedLoginBrandingByClient = operation({
  name: 'DescribeManagedLoginBrandingByClient',
  kind: 'admin of a client',
  input: structure({
    UserPoolId: required(c.UserPoolId),
    ClientId: required(c.ClientId),
    ReturnMergedResources: boolean,
  }),
  async run({ context, pool, client }) {
    const branding = await getBranding(context.db, pool.id, { clientId: client.id })
    return { ManagedLoginBranding: await describeBranding(context.db, branding) }
  },
})
