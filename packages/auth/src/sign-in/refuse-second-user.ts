import { type RequestContext, withDeadline } from '../context/deadline.js'
import { authError } from '../errors.js'
import { userPoolConfig } from '../service/user-pool.js'
import { getTokens } from '../session/get-tokens.js'

/** @throws AuthError `UserAlreadyAuthenticatedException` when a user is signed in */
export const refuseSecondUser = async (context: RequestContext): Promise<void> => {
  // Whatever is wrong with a stored session is no reason against a new one, nor is a refresh of it that takes long.
  const check = withDeadline(context, getTokens, 5000, context.signal)
  if (await check.catch(() => undefined)) {
    throw authError(
      'UserAlreadyAuthenticatedException',
      'There is already a signed in user.',
      'Call signOut before calling signIn again.',
    )
  }
  userPoolConfig(context)
}
