import { ALL_CLIENTS, describeUiCustomization, findUiCustomization } from '../branding/ui-customization.js'
import { getClientOfPool } from '../clients/app-client.js'
import * as c from '../wire/constraints.js'
import { required, structure } from '../wire/shape.js'
import { operation } from './operation.js'

export const getUICustomization = operation({
  name: 'GetUICustomization',
  kind: 'admin',
  input: structure({ UserPoolId: required(c.UserPoolId), ClientId: c.ClientId }),
  async run({ context, pool }, { ClientId = ALL_CLIENTS }) {
    if (ClientId !== ALL_CLIENTS) await getClientOfPool(context.db, pool.id, ClientId)
    const found = await findUiCustomization(context.db, pool.id, ClientId)
    return { UICustomization: describeUiCustomization(context, found) }
  },
})
