import { type Call, call } from '../context/call.js'
import { required } from '../errors.js'
import type { AuthServiceOptions, ClientMetadata, SignUpOutput } from '../models.js'
import { clientFields } from '../service/client-fields.js'
import { userPool, userPoolConfig } from '../service/user-pool.js'
import { findAutoSignIn, patience } from '../sign-up/auto-sign-in.js'

export interface ConfirmSignUpInput {
  username: string
  /** The code that was sent. */
  confirmationCode: string
  options?: AuthServiceOptions & {
    clientMetadata?: ClientMetadata
    /** Takes the alias (email, phone number) over from another account that has it; default `false`. */
    forceAliasCreation?: boolean
  }
}

export type ConfirmSignUpOutput = SignUpOutput

/**
 * Confirms a new account with the code that was sent to its owner. After a `signUp` with `autoSignIn` the next
 * step is `COMPLETE_AUTO_SIGN_IN`: call `autoSignIn`.
 *
 * @throws AuthError (`AuthErrorNames['confirmSignUp']`) named as one of {@link ConfirmSignUpException};
 *   `EmptyConfirmSignUpUsername`, `EmptyConfirmSignUpCode`; `AuthTokenConfigException`; `NetworkError`,
 *   `TimeoutError`, `AbortError`
 *
 * @example
 * ```ts
 * import { confirmSignUp } from '@amulet/auth'
 *
 * await confirmSignUp({ username: 'ada', confirmationCode: '123456' })
 * ```
 */
export const confirmSignUp: Call<ConfirmSignUpInput, ConfirmSignUpOutput> = call(
  'confirmSignUp',
  async (context, { username, confirmationCode, options }: ConfirmSignUpInput): Promise<SignUpOutput> => {
    userPoolConfig(context)
    required(username, 'EmptyConfirmSignUpUsername', 'username', 'confirmSignUp')
    required(confirmationCode, 'EmptyConfirmSignUpCode', 'code', 'confirmSignUp')
    const { Session } = await userPool(context, 'ConfirmSignUp', {
      ...clientFields(context, username, options),
      Username: username,
      ConfirmationCode: confirmationCode,
      ForceAliasCreation: options?.forceAliasCreation,
    })
    const { memory } = context
    const waiting = findAutoSignIn(context)
    if (waiting?.input.username === username) {
      Object.assign(waiting, { isConfirmed: true, session: Session, until: context.clock() + patience })
    } else memory.autoSignIn = undefined
    return {
      isSignUpComplete: true,
      nextStep: { signUpStep: memory.autoSignIn ? 'COMPLETE_AUTO_SIGN_IN' : 'DONE' },
    }
  },
)
