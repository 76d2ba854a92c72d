import { authError } from '../errors.js'
import type { AuthResponse } from '../service/user-pool.js'

/** A challenge came that this version has no answer to. */
export function refuseChallenge({ ChallengeName }: AuthResponse): never {
  throw authError(
    'SignInException',
    `An error occurred during the sign in process. ${ChallengeName ?? ''} challengeName returned by the underlying service was not addressed.`,
  )
}
