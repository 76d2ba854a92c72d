import {
  ALL_CLIENTS,
  describeUiCustomization,
  findUiCustomization,
  setUiCustomization,
} from '../branding/ui-customization.js'
import { getClientOfPool } from '../clients/app-client.js'
import * as c from '../wire/constraints.js'
import { required, structure } from '../wire/shape.js'
import { operation } from './operation.js'

export const setUICustomization = operation({
  name: 'SetUICustomization',
  kind: 'admin',
  input: structure({
    UserPoolId: required(c.UserPoolId),
    ClientId: c.ClientId,
    CSS: c.CSS,
    ImageFile: c.ImageFile,
  }),
  async run({ context, pool }, { ClientId = ALL_CLIENTS, CSS: css, ImageFile: image }) {
    if (ClientId !== ALL_CLIENTS) await getClientOfPool(context.db, pool.id, ClientId)
    await setUiCustomization(context, context.db, pool.id, ClientId, { css, image })
    const found = await findUiCustomization(context.db, pool.id, ClientId)
    return { UICustomization: describeUiCustomization(context, found) }
  },
})
