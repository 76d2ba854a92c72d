import type { UserPool } from '../pools/user-pool.js'
import * as c from '../wire/constraints.js'
import { required, structure } from '../wire/shape.js'
import { operation } from './operation.js'

export const getUserPoolSessionConfiguration = operation({
  name: 'GetUserPoolSessionConfiguration',
  kind: 'admin',
  input: structure({ UserPoolId: required(c.UserPoolId) }),
  async run({ pool }) {
    return { UserPoolId: pool.id, ...sessionConfigOf(pool) }
  },
})

const sessionConfigOf = ({ sessionConfig }: UserPool) =>
  sessionConfig ?? { UserSessionTracking: 'DISABLED', TokenSession: { MaxPerUser: 20 } }
