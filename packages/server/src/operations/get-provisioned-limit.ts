import { errors } from '../errors.js'
import { required, structure } from '../wire/shape.js'
import { LimitDefinition } from '../wire/shared-members.js'
import { operation } from './operation.js'

/** AWS sells requests a second by category. This server limits no category. */
export const getProvisionedLimit = operation({
  name: 'GetProvisionedLimit',
  kind: 'none',
  input: structure({ LimitDefinition: required(LimitDefinition) }),
  async run() {
    throw errors.noProvisionedLimits()
  },
})
