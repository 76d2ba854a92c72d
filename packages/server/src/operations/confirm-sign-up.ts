import { isFlowEnabled } from '../clients/auth-flows.js'
import { confirmSignUpWithCode } from '../flows/confirm-sign-up.js'
import { assertOfSignUp, sealSignUp } from '../flows/sign-up-session.js'
import * as c from '../wire/constraints.js'
import { boolean, required, structure } from '../wire/shape.js'
import { AnalyticsMetadata, ClientMetadata, UserContextData } from '../wire/shared-members.js'
import { operation } from './operation.js'

export const confirmSignUp = operation({
  name: 'ConfirmSignUp',
  kind: 'client',
  input: structure({
    ClientId: required(c.ClientId),
    SecretHash: c.SecretHash,
    Username: required(c.Username),
    ConfirmationCode: required(c.ConfirmationCode),
    ForceAliasCreation: boolean,
    AnalyticsMetadata,
    UserContextData,
    ClientMetadata,
    Session: c.Session,
  }),
  async run(call, input) {
    if (input.Session !== undefined) await assertOfSignUp(call, input.Session, input.Username)
    const user = await confirmSignUpWithCode(call, {
      username: input.Username,
      code: input.ConfirmationCode,
      forceAliasCreation: input.ForceAliasCreation ?? false,
    })
    return isFlowEnabled(call.client, 'USER_AUTH') ? { Session: await sealSignUp(call, user) } : {}
  },
})
