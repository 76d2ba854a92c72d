import { errors } from '../errors.js'
import { integer, required, structure } from '../wire/shape.js'
import { LimitDefinition } from '../wire/shared-members.js'
import { operation } from './operation.js'

/** As GetProvisionedLimit. */
export const updateProvisionedLimit = operation({
  name: 'UpdateProvisionedLimit',
  kind: 'none',
  input: structure({
    LimitDefinition: required(LimitDefinition),
    RequestedLimitValue: required(integer({})),
  }),
  async run() {
    throw errors.noProvisionedLimits()
  },
})
