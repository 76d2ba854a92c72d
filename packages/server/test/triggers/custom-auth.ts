import type { FunctionHandler } from '@amulet/server'
import { srpBegin, srpResponses } from '../srp-sign-in.js'
import { type Answer, PASSWORD } from '../start.js'
import { CLIENT, POOL, type StartedWithFunctions, startWithFunctions } from './start-with-functions.js'

type Trio = Readonly<Partial<Record<'define' | 'create' | 'verify', FunctionHandler>>>

/** A handler is told and tells nothing else than its event. */
const unchanged: FunctionHandler = (event, _context, callback) => callback(null, event)

/** The functions of custom authentication, by what each does. */
const trio = ({ define, create = unchanged, verify = unchanged }: Trio) => ({
  DefineAuthChallenge: define ?? unchanged,
  CreateAuthChallenge: create,
  VerifyAuthChallengeResponse: verify,
})

export const ADA = {
  Username: 'ada',
  Password: PASSWORD,
  UserAttributes: [
    { Name: 'email', Value: 'ada@birch.example' },
    { Name: 'phone_number', Value: '+15555550100' },
  ],
}

type Options = NonNullable<Parameters<typeof startWithFunctions>[1]>

/** A pool with Ada and these functions. */
export async function startCustom(functions: Trio, { pool, ...options }: Options = {}) {
  const app = await startWithFunctions(trio(functions), { pool: { users: [ADA], ...pool }, ...options })
  return { ...app, ...steps(app) }
}

/** What clients of custom authentication send. */
function steps({ ask, call, server }: Pick<StartedWithFunctions, 'ask' | 'call' | 'server'>) {
  const respond = (ChallengeName: string, Session: string | undefined, responses: object, input = {}) =>
    ask('RespondToAuthChallenge', {
      ChallengeName,
      ChallengeResponses: { USERNAME: 'ada', ...responses },
      Session,
      ...input,
    })
  return {
    respond,
    begin: (USERNAME = 'ada', parameters: object = {}, input: object = {}) =>
      ask('InitiateAuth', { AuthFlow: 'CUSTOM_AUTH', AuthParameters: { USERNAME, ...parameters }, ...input }),
    /** Answers a CUSTOM_CHALLENGE. */
    reply: ({ body }: Answer, ANSWER: string, input: object = {}, responses: object = {}) =>
      respond('CUSTOM_CHALLENGE', body.Session, { ANSWER, ...responses }, input),
    /** Begins with SRP. */
    beginWithSrp: async (USERNAME = 'ada', parameters: object = {}) => {
      const { a, A, SRP_A } = srpBegin()
      const answer = await ask('InitiateAuth', {
        AuthFlow: 'CUSTOM_AUTH',
        AuthParameters: { USERNAME, CHALLENGE_NAME: 'SRP_A', SRP_A, ...parameters },
      })
      /** Answers a PASSWORD_VERIFIER: the one that came first, or another. */
      const prove = async (password = PASSWORD, to: Answer = answer, input: object = {}) =>
        await call('RespondToAuthChallenge', {
          ClientId: CLIENT,
          ChallengeName: 'PASSWORD_VERIFIER',
          ChallengeResponses: await srpResponses(
            { server, userPoolId: POOL },
            { a, A, parameters: to.body.ChallengeParameters },
            password,
          ),
          Session: to.body.Session,
          ...input,
        })
      return { answer, prove }
    },
  }
}
