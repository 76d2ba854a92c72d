import { orInterrupted, type RequestContext, withDeadline } from '../context/deadline.js'
import { authError, required } from '../errors.js'
import type {
  AuthFactorType,
  AuthFlowType,
  AuthServiceOptions,
  ClientMetadata,
  SignInOutput,
} from '../models.js'
import { userPoolConfig } from '../service/user-pool.js'
import { findCurrentUser } from '../session/current-user.js'
import { advance } from './advance.js'
import { stepAfter } from './next-step.js'
import { passwordFlow } from './password-flow.js'
import { forgetPending } from './pending.js'
import { srpFlow } from './srp-flow.js'

export type SignInOptions = AuthServiceOptions & {
  /** Default `USER_SRP_AUTH`. This version has `USER_SRP_AUTH` and `USER_PASSWORD_AUTH`. */
  authFlowType?: AuthFlowType
  /** Handed to the pool's triggers with each request of this call. */
  clientMetadata?: ClientMetadata
  /** The first factor to begin with; `USER_AUTH` only. */
  preferredChallenge?: AuthFactorType
}

export interface SignInInput {
  /** Username, or an alias of it such as an email address, as the pool allows. */
  username: string
  password?: string | undefined
  options?: SignInOptions | undefined
}

/** A sign-in from its first request to tokens or the first challenge that needs the user. */
export async function startSignIn(
  context: RequestContext,
  { username, password, options }: SignInInput,
): Promise<SignInOutput> {
  // Whatever is wrong with a stored session is no reason against a new one, nor is a refresh of it that takes long.
  const check = withDeadline(context, (context) => findCurrentUser(context), 5000, context.signal)
  if (await check.catch(() => undefined)) {
    throw authError(
      'UserAlreadyAuthenticatedException',
      'There is already a signed in user.',
      'Call signOut before calling signIn again.',
    )
  }
  userPoolConfig(context)
  required(username, 'EmptySignInUsername', 'username', 'signIn')
  const { authFlowType = 'USER_SRP_AUTH' } = options ?? {}
  if (/^(CUSTOM_WITH(OUT)?_SRP|USER_AUTH)$/.test(authFlowType)) {
    throw authError(
      'SignInException',
      `This version does not sign in by ${authFlowType}.`,
      'Use USER_SRP_AUTH or USER_PASSWORD_AUTH.',
    )
  }
  required(password, 'EmptySignInPassword', 'password', 'signIn')
  const isPlain = authFlowType === 'USER_PASSWORD_AUTH'
  const flow = isPlain ? passwordFlow : srpFlow
  let answer: Awaited<ReturnType<typeof flow>>
  try {
    answer = await flow(context, username, password, options)
  } catch (error) {
    await orInterrupted(context, forgetPending(context))
    return stepAfter(error)
  }
  return advance(context, ...answer, {
    loginId: username,
    authFlowType: isPlain ? authFlowType : 'USER_SRP_AUTH',
  })
}
