import type { Call } from '../clients/call.js'
import { errors } from '../errors.js'
import { passwordMatches } from '../users/password.js'
import type { User } from '../users/user.js'
import type { Who } from './attempt.js'
import type { Answered } from './step.js'

/** The password itself, over TLS. After a wrong one the user tries again, or chooses another factor. */
export const checkPassword = (
  { context, pool }: Call,
  { srpIdentity }: Who,
  user: User | undefined,
  password: string,
): Answered =>
  passwordMatches(context, pool, user, srpIdentity, password)
    ? { right: 'PASSWORD' }
    : wrongPassword(user, { ends: false })

/** One answer for every reason; the developer is told which. */
export const wrongPassword = (user: User | undefined, { ends }: { ends: boolean }): Answered => ({
  wrong: errors.incorrectUsernameOrPassword(),
  of: 'PASSWORD',
  ends,
  reason: !user
    ? 'There is no user of that name.'
    : user.sealedVerifier === null
      ? 'The user has no password.'
      : 'The password is wrong.',
})
