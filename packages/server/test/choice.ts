import type { ServerOptions, UserPoolConfig } from '@amulet/server'
import { srpBegin, srpResponses } from './srp-sign-in.js'
import { type Answer, PASSWORD, type Started, start } from './start.js'
import { stillClock } from './still-clock.js'

// Choice-based sign-in by plain requests.

export type FirstFactor = 'PASSWORD' | 'EMAIL_OTP' | 'SMS_OTP' | 'WEB_AUTHN'

export const ADA = [
  { Name: 'email', Value: 'ada@example.com' },
  { Name: 'email_verified', Value: 'true' },
  { Name: 'phone_number', Value: '+15555550100' },
  { Name: 'phone_number_verified', Value: 'true' },
]

/** A pool that allows these first factors, whose only user is Ada, with everything verified. */
export const startChoice = (
  factors: readonly FirstFactor[] = ['PASSWORD'],
  {
    pool = {},
    attributes = ADA,
    hides = true,
    ...options
  }: ServerOptions & {
    pool?: Omit<UserPoolConfig, 'PoolName'>
    attributes?: { Name: string; Value: string }[]
    hides?: boolean
  } = {},
): Promise<Started> =>
  start({
    clock: stillClock(),
    ...options,
    config: {
      userPools: [
        {
          PoolName: 'Choice',
          Policies: { SignInPolicy: { AllowedFirstAuthFactors: [...factors] } },
          clients: [
            {
              ClientName: 'Web',
              ExplicitAuthFlows: ['ALLOW_USER_AUTH', 'ALLOW_USER_PASSWORD_AUTH', 'ALLOW_USER_SRP_AUTH'],
              PreventUserExistenceErrors: hides ? 'ENABLED' : 'LEGACY',
            },
          ],
          users: [{ Username: 'ada', Password: PASSWORD, UserAttributes: attributes }],
          ...pool,
        },
      ],
    },
  })

/** InitiateAuth with USER_AUTH. */
export const choose = (
  { call, userPoolClientId }: Pick<Started, 'call' | 'userPoolClientId'>,
  preferred?: string,
  more: Record<string, string> = {},
  Session?: string,
): Promise<Answer> =>
  call('InitiateAuth', {
    ClientId: userPoolClientId,
    AuthFlow: 'USER_AUTH',
    AuthParameters: { USERNAME: 'ada', ...(preferred && { PREFERRED_CHALLENGE: preferred }), ...more },
    Session,
  })

/** RespondToAuthChallenge. */
export const answerChoice = (
  { call, userPoolClientId }: Pick<Started, 'call' | 'userPoolClientId'>,
  ChallengeName: string,
  Session: string | undefined,
  responses: Record<string, string>,
): Promise<Answer> =>
  call('RespondToAuthChallenge', {
    ClientId: userPoolClientId,
    ChallengeName,
    Session,
    ChallengeResponses: { USERNAME: 'ada', ...responses },
  })

/** What is told, in a word or the service's own. */
export const told = ({ status, body }: Answer): string =>
  status === 200 ? (body.ChallengeName ?? 'tokens') : `${body.__type}: ${body.message}`

/** The client's half of SRP, for a request that takes `SRP_A`. */
export function srpExchange(app: Started) {
  const { a, A, SRP_A } = srpBegin()
  return {
    SRP_A,
    /** The responses to the PASSWORD_VERIFIER that came of it. */
    prove: ({ body }: Answer, password = PASSWORD) =>
      srpResponses(app, { a, A, parameters: body.ChallengeParameters }, password),
  }
}
