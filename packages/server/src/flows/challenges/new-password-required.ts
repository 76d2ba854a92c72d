import { canRead, canWrite } from '../../clients/attribute-permissions.js'
import { errors } from '../../errors.js'
import { passwordPolicyViolation } from '../../pools/password-policy.js'
import { poolSchema } from '../../pools/schema.js'
import type { UserPool } from '../../pools/user-pool.js'
import { attributesToStore, validateAttributes } from '../../users/attributes.js'
import { preparePassword, savePassword } from '../../users/save-password.js'
import { saveUniqueAttributes } from '../../users/save-unique-attributes.js'
import type { User } from '../../users/user.js'
import * as c from '../../wire/constraints.js'
import { parse } from '../../wire/parse.js'
import { map, structure } from '../../wire/shape.js'
import type { Answered, Step } from '../step.js'

// A challenge response may be any text on the wire, but this one is kept: only what the operations take that set a
// password otherwise. One that ChangePassword refuses as the previous password could never be changed.
const Passwords = structure({ ChallengeResponses: map(c.Password) })

/** A temporary password is replaced by one that only the user knows, and the required attributes are filled in. */
export const newPasswordRequired: Step<'NEW_PASSWORD_REQUIRED'> = {
  name: 'NEW_PASSWORD_REQUIRED',
  carrier: 'session',
  unknownSession: errors.sessionUnknown,

  ask({ pool, client }, { who }, { user }) {
    const attributes = user?.attributes ?? {}
    return {
      state: {},
      show: {
        srpIdentity: who.srpIdentity,
        missing: missingAttributes(pool, attributes),
        attributes: Object.fromEntries(Object.entries(attributes).filter(([name]) => canRead(client, name))),
      },
    }
  },

  async answer(
    { context, pool, client },
    _open,
    user,
    { newPassword = '', attributes = {} },
  ): Promise<Answered> {
    // Asked only of users who exist; this one was deleted since.
    if (!user) return { refused: errors.sessionInvalid() }
    const given = attributesToStore(pool, attributes)
    const violation = passwordPolicyViolation(pool, newPassword)
    if (violation) return { refused: errors.passwordPolicyAtChange(violation) }
    parse(Passwords, { ChallengeResponses: { NEW_PASSWORD: newPassword } })
    for (const name of Object.keys(given)) {
      if (user.attributes[name]) throw errors.invalidParameter(`Cannot modify an already provided ${name}`)
      if (!canWrite(pool, client, name)) throw errors.unauthorizedAttribute()
    }
    validateAttributes(pool, given, { requireRequired: false })
    const [missing] = missingAttributes(pool, { ...user.attributes, ...given })
    if (missing)
      return { refused: errors.invalidParameter(`Invalid attributes given, ${missing} is missing`) }
    const password = await preparePassword(context, pool, user, newPassword)
    return {
      right: 'NEW_PASSWORD',
      async save(tx, current) {
        const named = await saveUniqueAttributes(context, tx, pool, current, {
          ...current.attributes,
          ...given,
        })
        return await savePassword(context, tx, pool, named, password, 'CONFIRMED')
      },
    }
  },
}

const missingAttributes = (pool: UserPool, attributes: User['attributes']): string[] =>
  poolSchema(pool)
    .filter(({ name, required }) => required && name !== 'sub' && !attributes[name])
    .map(({ name }) => name)
