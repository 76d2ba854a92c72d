import type { RequestContext } from '../context/deadline.js'
import type { UserPoolOperations } from '../service/user-pool.js'
import type { Attempt } from './attempt.js'

type Fields = UserPoolOperations['InitiateAuth'][0]

/**
 * The fields of a sign-in's first request. `AuthFlow` is the flow's own name unless it is given; `USERNAME` is added.
 * Input that will not do is refused at once.
 */
export type Flow = (
  attempt: Attempt,
  password: string | undefined,
  context: RequestContext,
) => FirstRequest | Promise<FirstRequest>

type FirstRequest = Pick<Fields, 'AuthParameters'> & Partial<Pick<Fields, 'AuthFlow' | 'Session'>>
