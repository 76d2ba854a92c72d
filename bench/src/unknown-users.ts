import { createServer } from '@amulet/server'
import { temporaryDatabase } from './measured-server.js'
import { createClient } from './openssl.js'
import { median, milliseconds, printTable, times } from './table.js'

const PASSWORD = 'Correct-horse-1'
const WRONG = 'Wrong-horse-1'

/** What an account may be where it is hidden whether there is one. */
const STATES = ['unknown', 'confirmed', 'unconfirmed', 'disabled', 'reset', 'invited'] as const
type State = (typeof STATES)[number]

/** What is done before it is timed, and then what is. */
type Attempt = (username: string) => Promise<() => Promise<{ __type?: string }>>

/**
 * How long the server takes to answer about accounts in each state and about names that do not exist, in turns, where its
 * words are the same for all. Each name is asked once per request, so that neither locks nor quotas come into it.
 */
export async function benchUnknownUsers(count = 400): Promise<void> {
  const database = temporaryDatabase()
  const server = createServer({ database: `sqlite:${database.file}`, rootKey: database.rootKey })
  const { userPoolId } = await server.ready
  const call = async (operation: string, input: object) => {
    const headers = { 'x-amz-target': `AWSCognitoIdentityProviderService.${operation}` }
    const body = JSON.stringify(input)
    const response = await server.fetch(new Request('http://localhost/', { method: 'POST', headers, body }))
    return await response.json()
  }
  try {
    const { UserPoolClient } = await call('CreateUserPoolClient', {
      UserPoolId: userPoolId,
      ClientName: 'bench',
      PreventUserExistenceErrors: 'ENABLED',
      ExplicitAuthFlows: ['ALLOW_USER_SRP_AUTH', 'ALLOW_USER_PASSWORD_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
    })
    const ClientId: string = UserPoolClient.ClientId
    const nameOf = (state: State, i: number) => `${state}${i}@example.com`
    const admin = (operation: string, Username: string, input: object = {}) =>
      call(operation, { UserPoolId: userPoolId, Username, ...input })
    const make: Record<State, (Username: string) => Promise<void>> = {
      async unknown() {},
      async unconfirmed(Username) {
        await call('SignUp', { ClientId, Username, Password: PASSWORD })
      },
      async confirmed(Username) {
        await make.invited(Username)
        await admin('AdminSetUserPassword', Username, { Password: PASSWORD, Permanent: true })
      },
      async invited(Username) {
        const UserAttributes = [{ Name: 'email_verified', Value: 'true' }]
        const TemporaryPassword = PASSWORD
        await admin('AdminCreateUser', Username, {
          TemporaryPassword,
          UserAttributes,
          MessageAction: 'SUPPRESS',
        })
      },
      async disabled(Username) {
        await make.confirmed(Username)
        await admin('AdminDisableUser', Username)
      },
      async reset(Username) {
        await make.confirmed(Username)
        await admin('AdminResetUserPassword', Username)
      },
    }
    for (const state of STATES) for (let i = 0; i < count; i++) await make[state](nameOf(state, i))

    const initiate = (AuthFlow: string, AuthParameters: object) =>
      call('InitiateAuth', { ClientId, AuthFlow, AuthParameters })
    const respond = (ChallengeResponses: object) =>
      call('RespondToAuthChallenge', { ClientId, ChallengeName: 'PASSWORD_VERIFIER', ChallengeResponses })
    const plainly =
      (operation: string, input: object = {}): Attempt =>
      async (Username) =>
      () =>
        call(operation, { ClientId, Username, ...input })
    const incorrect = 'NotAuthorizedException'
    const attempts: [what: string, states: readonly State[], expected: string | undefined, Attempt][] = [
      [
        'InitiateAuth: USER_SRP_AUTH',
        STATES,
        undefined,
        async (USERNAME) => {
          const { A } = createClient(userPoolId, WRONG)
          return () => initiate('USER_SRP_AUTH', { USERNAME, SRP_A: A })
        },
      ],
      [
        'RespondToAuthChallenge: a wrong proof',
        STATES,
        incorrect,
        async (USERNAME) => {
          const client = createClient(userPoolId, WRONG)
          const { ChallengeParameters } = await initiate('USER_SRP_AUTH', { USERNAME, SRP_A: client.A })
          const responses = client.answer(ChallengeParameters, Date.now())
          return () => respond(responses)
        },
      ],
      [
        'RespondToAuthChallenge: the right proof, with a used block',
        STATES,
        incorrect,
        async (USERNAME) => {
          const client = createClient(userPoolId, PASSWORD)
          const { ChallengeParameters } = await initiate('USER_SRP_AUTH', { USERNAME, SRP_A: client.A })
          const responses = client.answer(ChallengeParameters, Date.now())
          await respond({ ...responses, PASSWORD_CLAIM_SIGNATURE: 'wrong' })
          return () => respond(responses)
        },
      ],
      [
        'InitiateAuth: USER_PASSWORD_AUTH, a wrong password',
        STATES,
        incorrect,
        async (USERNAME) => () => initiate('USER_PASSWORD_AUTH', { USERNAME, PASSWORD: WRONG }),
      ],
      ['ForgotPassword', STATES, undefined, plainly('ForgotPassword')],
      ['ResendConfirmationCode', STATES, undefined, plainly('ResendConfirmationCode')],
      [
        'ConfirmForgotPassword: a wrong code',
        STATES,
        'CodeMismatchException',
        plainly('ConfirmForgotPassword', { ConfirmationCode: '000000', Password: PASSWORD }),
      ],
      [
        'ConfirmSignUp: a wrong code',
        STATES,
        'CodeMismatchException',
        plainly('ConfirmSignUp', { ConfirmationCode: '000000' }),
      ],
    ]
    const rows: string[][] = []
    for (const [what, states, expected, attempt] of attempts) {
      const taken = new Map<State, number[]>(states.map((state) => [state, []]))
      for (let i = 0; i < count; i++)
        for (const [state, samples] of taken) {
          const once = await attempt(nameOf(state, i))
          const started = performance.now()
          const answer = await once()
          const time = performance.now() - started
          if (answer.__type !== expected) throw new Error(`${what} answered ${answer.__type} about ${state}.`)
          // The first ones warm up the compiler.
          if (i >= count / 4) samples.push(time)
        }
      const unknown = median(taken.get('unknown') ?? [])
      rows.push([
        what,
        milliseconds(unknown),
        ...STATES.slice(1).map((state) => {
          const samples = taken.get(state)
          return samples ? times(median(samples) / unknown) : ''
        }),
      ])
    }
    printTable(
      `Time of an answer about a name that does not exist, and of one about an account in each state (median of ${count - count / 4})`,
      ['request', ...STATES],
      rows,
    )
  } finally {
    await server.close()
    database.remove()
  }
}
