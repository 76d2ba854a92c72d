import { errors } from '../errors.js'
import * as c from '../wire/constraints.js'
import { required, structure } from '../wire/shape.js'
import { FeedbackValue } from '../wire/shared-members.js'
import { operation } from './operation.js'

/** As AdminListUserAuthEvents: there are no events to judge. */
export const adminUpdateAuthEventFeedback = operation({
  name: 'AdminUpdateAuthEventFeedback',
  kind: 'admin about a user',
  input: structure({
    UserPoolId: required(c.UserPoolId),
    Username: required(c.Username),
    EventId: required(c.EventId),
    FeedbackValue: required(FeedbackValue),
  }),
  async run() {
    throw errors.addOnNotEnabled()
  },
})
