import { getClientOfPool } from '../clients/app-client.js'
import { assertFlowEnabled } from '../clients/auth-flows.js'
import { startSignIn } from '../flows/start-sign-in.js'
import * as c from '../wire/constraints.js'
import { map, required, structure } from '../wire/shape.js'
import { AnalyticsMetadata, ClientMetadata, ContextData } from '../wire/shared-members.js'
import { AuthFlow } from './initiate-auth.js'
import { operation } from './operation.js'

export const adminInitiateAuth = operation({
  caller: 'admin',
  input: structure({
    UserPoolId: required(c.UserPoolId),
    ClientId: required(c.ClientId),
    AuthFlow: required(AuthFlow),
    AuthParameters: map(c.AnyString, { sensitive: true }),
    ClientMetadata,
    AnalyticsMetadata,
    ContextData,
    Session: c.Session,
  }),
  async run(context, input) {
    const found = await getClientOfPool(context.db, input.UserPoolId, input.ClientId)
    assertFlowEnabled(found.client, input.AuthFlow, 'admin')
    return await startSignIn(context, found, input.AuthFlow, input.AuthParameters ?? {})
  },
})
