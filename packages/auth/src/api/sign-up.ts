import { type Call, call } from '../context/call.js'
import { required, toAuthError } from '../errors.js'
import type {
  ClientMetadata,
  SignInOptions,
  SignUpOutput,
  UserAttributeKey,
  ValidationData,
} from '../models.js'
import { attributeList } from '../service/attribute-list.js'
import { clientFields } from '../service/client-fields.js'
import { codeDeliveryDetails } from '../service/code-delivery-details.js'
import { userPool, userPoolConfig } from '../service/user-pool.js'
import { awaitAutoSignIn } from '../sign-up/auto-sign-in.js'

export interface SignUpInput {
  username: string
  /** Left out for an account without a password, where the pool allows it. */
  password?: string
  options?: {
    userAttributes: Partial<Record<UserAttributeKey, string>>
    validationData?: ValidationData
    clientMetadata?: ClientMetadata
    /**
     * Lets `autoSignIn` sign the user in once the account is confirmed: `true`, or the options to sign in with;
     * default `false`. The code has to come within three minutes, and not after a reload: the password is kept in
     * memory only.
     */
    autoSignIn?: SignInOptions | boolean
  }
}

/**
 * Creates an account. Unless the pool confirms it at once, a code is sent that `confirmSignUp` wants.
 *
 * @throws AuthError (`AuthErrorNames['signUp']`) named as one of {@link SignUpException};
 *   `EmptySignUpUsername`, `EmptySignUpPassword`; `AuthTokenConfigException`; `NetworkError`, `TimeoutError`,
 *   `AbortError`
 *
 * @example
 * ```ts
 * import { signUp } from '@amulet/auth'
 *
 * const { nextStep } = await signUp({
 *   username: 'ada',
 *   password: 'correct horse',
 *   options: { userAttributes: { email: 'ada@example.com' } },
 * })
 * if (nextStep.signUpStep === 'CONFIRM_SIGN_UP') {
 *   console.log('We sent a code to', nextStep.codeDeliveryDetails.destination)
 * }
 * ```
 */
export const signUp: Call<SignUpInput, SignUpOutput> = call(
  'signUp',
  async (context, { username, password, options }: SignUpInput): Promise<SignUpOutput> => {
    const { signUpVerificationMethod } = userPoolConfig(context)
    required(username, 'EmptySignUpUsername', 'username', 'signUp')
    const { UserConfirmed, UserSub, Session, CodeDeliveryDetails } = await userPool(context, 'SignUp', {
      ...clientFields(context, username, options),
      Username: username,
      Password: password || undefined,
      UserAttributes: options?.userAttributes && attributeList(options.userAttributes),
      ValidationData: options?.validationData && attributeList(options.validationData),
    }).catch((error) => {
      // A pool that wants a password words its absence as a constraint on its own member.
      const { name, message } = toAuthError(error)
      if (name === 'InvalidParameterException' && /'password'.*Member must not be null/.test(message)) {
        required(password, 'EmptySignUpPassword', 'password', 'signUp')
      }
      throw error
    })
    const { autoSignIn } = options ?? {}
    const isLink = signUpVerificationMethod === 'link'
    // An earlier sign-up is no longer waited for, whether this one asks for it or not.
    awaitAutoSignIn(
      context,
      autoSignIn
        ? {
            input: { username, password, options: autoSignIn === true ? undefined : autoSignIn },
            isConfirmed: UserConfirmed,
            isLink,
            session: Session,
          }
        : undefined,
    )
    const sent = codeDeliveryDetails(CodeDeliveryDetails)
    return {
      isSignUpComplete: !!UserConfirmed,
      nextStep: UserConfirmed
        ? { signUpStep: autoSignIn ? 'COMPLETE_AUTO_SIGN_IN' : 'DONE' }
        : {
            signUpStep: autoSignIn && isLink ? 'COMPLETE_AUTO_SIGN_IN' : 'CONFIRM_SIGN_UP',
            codeDeliveryDetails: sent,
          },
      ...(UserSub && { userId: UserSub }),
    }
  },
)
