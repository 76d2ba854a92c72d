import type { RequestContext } from '../context/deadline.js'
import type { SignInNextStep } from '../models.js'
import type { AuthResponse } from '../service/user-pool.js'
import type { Answer, Attempt } from './attempt.js'

/**
 * What the user is to do about a challenge. When it gets another session from the service, it puts that one into the
 * challenge.
 */
export type Ask = (
  challenge: AuthResponse,
  attempt: Attempt,
  context: RequestContext,
) => SignInNextStep | Promise<SignInNextStep>

/** The answer to a challenge: fields to send, or the challenge to go on with, without a request. */
export type AnswerTo = (
  challenge: AuthResponse,
  attempt: Attempt,
  context: RequestContext,
) => Answer | AuthResponse | Promise<Answer | AuthResponse>

/** The answer to a challenge the user was asked about. Only its name and session are known. */
export type UserAnswerTo = (
  challenge: AuthResponse,
  attempt: Attempt,
  context: RequestContext,
  given: Given,
) => ReturnType<AnswerTo>

/** What the user gave to `confirmSignIn`. */
export interface Given {
  challengeResponse: string
  userAttributes?: Partial<Record<string, string>> | undefined
  friendlyDeviceName?: string | undefined
}
