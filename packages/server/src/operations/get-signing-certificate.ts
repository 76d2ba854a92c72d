import { samlKeysOf } from '../federation/saml-key.js'
import * as c from '../wire/constraints.js'
import { required, structure } from '../wire/shape.js'
import { operation } from './operation.js'

/** What providers of SAML verify a pool's requests with. */
export const getSigningCertificate = operation({
  name: 'GetSigningCertificate',
  kind: 'admin',
  input: structure({ UserPoolId: required(c.UserPoolId) }),
  async run({ context, pool }) {
    const [{ certificate }] = await samlKeysOf(context, pool.id, 'signing')
    return { Certificate: certificate }
  },
})
