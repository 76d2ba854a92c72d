import { errors } from '../errors.js'
import { validateMfaConfig } from '../pools/mfa-config.js'
import { saveUserPool } from '../pools/save-user-pool.js'
import { assertMfaConfigSupported } from '../pools/supported-settings.js'
import { getUserPoolForUpdate } from '../pools/user-pool.js'
import * as c from '../wire/constraints.js'
import { required, string, structure } from '../wire/shape.js'
import { type MfaConfig, mfaConfigMembers } from '../wire/user-pool-settings.js'
import { operation } from './operation.js'

const MODES = ['OFF', 'ON', 'OPTIONAL'] as const

export const setUserPoolMfaConfig = operation({
  name: 'SetUserPoolMfaConfig',
  kind: 'admin',
  input: structure({
    UserPoolId: required(c.UserPoolId),
    ...mfaConfigMembers,
    // Checked below: this operation has words of its own for it.
    MfaConfiguration: string(),
  }),
  async run({ context }, input) {
    const { UserPoolId, MfaConfiguration, ...factors } = input
    const mode = MODES.find((candidate) => candidate === (MfaConfiguration ?? 'OFF'))
    if (!mode) throw errors.invalidMfaConfiguration()
    const config: MfaConfig = { ...factors, MfaConfiguration: mode }
    validateMfaConfig(config)
    assertMfaConfigSupported(context, config)
    await context.db.transaction().execute(async (tx) => {
      const pool = await getUserPoolForUpdate(tx, UserPoolId)
      await saveUserPool(context, tx, { ...pool, mfaConfig: config })
    })
    return config
  },
})
