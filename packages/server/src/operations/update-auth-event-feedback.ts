import { errors } from '../errors.js'
import * as c from '../wire/constraints.js'
import { required, structure } from '../wire/shape.js'
import { FeedbackValue } from '../wire/shared-members.js'
import { operation } from './operation.js'

/** Of a user, by a link in a message about an event. As with AdminListUserAuthEvents, there are no events. */
export const updateAuthEventFeedback = operation({
  name: 'UpdateAuthEventFeedback',
  kind: 'pool',
  input: structure({
    UserPoolId: required(c.UserPoolId),
    Username: required(c.Username),
    EventId: required(c.EventId),
    FeedbackToken: required(c.TokenModel),
    FeedbackValue: required(FeedbackValue),
  }),
  async run() {
    throw errors.addOnNotEnabled()
  },
})
