import type { FunctionHandler } from '@amulet/server'

// The functions of pools whose sign-ins a model follows.

/** The answer that is right. */
export const RIGHT = 'silver'

/** Functions that want the password where SRP comes first, and one right answer of three. */
export const FUNCTIONS: Record<string, FunctionHandler> = {
  async define(event) {
    const { session = [] } = event.request
    const answers = session.filter(({ challengeName }) => challengeName === 'CUSTOM_CHALLENGE')
    if (session.at(-1)?.challengeName === 'SRP_A') event.response.challengeName = 'PASSWORD_VERIFIER'
    else if (answers.some(({ challengeResult }) => challengeResult)) event.response.issueTokens = true
    else if (answers.length === 3) event.response.failAuthentication = true
    else event.response.challengeName = 'CUSTOM_CHALLENGE'
    return event
  },
  async create(event) {
    event.response.publicChallengeParameters = { question: 'What shines?' }
    event.response.privateChallengeParameters = { answer: RIGHT }
    return event
  },
  async verify(event) {
    const { challengeAnswer, privateChallengeParameters } = event.request
    event.response.answerCorrect = challengeAnswer === privateChallengeParameters?.answer
    return event
  },
}

const arn = (name: string) => `arn:aws:lambda:us-east-1:123456789012:function:${name}`
export const LAMBDA_CONFIG = {
  DefineAuthChallenge: arn('define'),
  CreateAuthChallenge: arn('create'),
  VerifyAuthChallengeResponse: arn('verify'),
}
