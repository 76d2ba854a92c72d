import type { RequestContext } from '../context/deadline.js'
import type { SignInNextStep } from '../models.js'
import type { AuthResponse } from '../service/user-pool.js'
import type { Answer, Attempt } from './attempt.js'

/** One kind of challenge. */
export interface Step {
  /**
   * What the user is to do; left out where the user has no part. When it gets another session from the service, it puts
   * that one into the challenge.
   */
  ask?(challenge: AuthResponse, context: RequestContext): SignInNextStep | Promise<SignInNextStep>
  /**
   * The answer to the challenge: fields to send, or the challenge to go on with, without a request. Where the user was
   * asked, only name and session of the challenge are known.
   */
  answer(
    challenge: AuthResponse,
    attempt: Attempt,
    context: RequestContext,
    given: Given,
  ): Answer | AuthResponse | Promise<Answer | AuthResponse>
}

/** What the user gave to `confirmSignIn`; of use only to a step that asks. */
export interface Given {
  challengeResponse: string
  userAttributes?: Partial<Record<string, string>> | undefined
  friendlyDeviceName?: string | undefined
}
