import { mayDoWithoutPassword, signUp as signUpUser } from '../flows/sign-up.js'
import { sealSignUp } from '../flows/sign-up-session.js'
import { attributeRecord } from '../users/attributes.js'
import { codeDeliveryDetails } from '../users/code-destination.js'
import * as c from '../wire/constraints.js'
import { list, required, structure } from '../wire/shape.js'
import { AnalyticsMetadata, Attribute, ClientMetadata, UserContextData } from '../wire/shared-members.js'
import { operation } from './operation.js'

export const signUp = operation({
  name: 'SignUp',
  kind: 'client',
  input: structure({
    ClientId: required(c.ClientId),
    SecretHash: c.SecretHash,
    Username: required(c.Username),
    Password: c.Password,
    UserAttributes: list(Attribute),
    ValidationData: list(Attribute),
    AnalyticsMetadata,
    UserContextData,
    ClientMetadata,
  }),
  async run(call, input) {
    const { user, confirmed, delivery } = await signUpUser(call, {
      username: input.Username,
      password: input.Password,
      attributes: attributeRecord(input.UserAttributes),
    })
    return {
      UserConfirmed: confirmed,
      UserSub: user.id,
      ...(mayDoWithoutPassword(call) && { Session: await sealSignUp(call, user) }),
      ...(delivery && { CodeDeliveryDetails: codeDeliveryDetails(delivery) }),
    }
  },
})
