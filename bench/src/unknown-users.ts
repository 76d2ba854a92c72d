import { createServer } from '@amulet/server'
import { repeat } from './load.js'
import { temporaryDatabase } from './measured-server.js'
import { createClient } from './openssl.js'
import { median, milliseconds, printTable, times } from './table.js'

const PASSWORD = 'Correct-horse-1'
const WRONG = 'Wrong-horse-1'

/**
 * How long the server takes to answer about users there are and about names nobody has, in turns, where its words are
 * the same for both. Each name is asked once per operation, so that neither locks nor quotas come into it.
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
    const name = (kind: string, i: number) => `${kind}${i}@example.com`
    await repeat(count, async (i) => {
      for (const kind of ['known', 'unconfirmed'])
        await call('SignUp', { ClientId, Username: name(kind, i), Password: PASSWORD })
      const user = { UserPoolId: userPoolId, Username: name('known', i) }
      await call('AdminConfirmSignUp', user)
      const UserAttributes = [{ Name: 'email_verified', Value: 'true' }]
      await call('AdminUpdateUserAttributes', { ...user, UserAttributes })
    })

    /** What is done before it is timed, and then what is. */
    type Attempt = (username: string) => Promise<() => Promise<{ __type?: string }>>
    const plainly =
      (operation: string, input: object): Attempt =>
      async (Username) =>
      () =>
        call(operation, { ClientId, Username, ...input })
    const initiate = (AuthFlow: string, AuthParameters: object) =>
      call('InitiateAuth', { ClientId, AuthFlow, AuthParameters })
    const attempts: [
      what: string,
      existing: 'known' | 'unconfirmed',
      expected: string | undefined,
      Attempt,
    ][] = [
      [
        'InitiateAuth: USER_SRP_AUTH',
        'known',
        undefined,
        async (USERNAME) => {
          const { A } = createClient(userPoolId, WRONG)
          return () => initiate('USER_SRP_AUTH', { USERNAME, SRP_A: A })
        },
      ],
      [
        'RespondToAuthChallenge: PASSWORD_VERIFIER, a wrong proof',
        'known',
        'NotAuthorizedException',
        async (USERNAME) => {
          const client = createClient(userPoolId, WRONG)
          const { ChallengeParameters } = await initiate('USER_SRP_AUTH', { USERNAME, SRP_A: client.A })
          const ChallengeResponses = client.answer(ChallengeParameters, Date.now())
          const ChallengeName = 'PASSWORD_VERIFIER'
          return () => call('RespondToAuthChallenge', { ClientId, ChallengeName, ChallengeResponses })
        },
      ],
      [
        'InitiateAuth: USER_PASSWORD_AUTH, a wrong password',
        'known',
        'NotAuthorizedException',
        async (USERNAME) => () => initiate('USER_PASSWORD_AUTH', { USERNAME, PASSWORD: WRONG }),
      ],
      ['ForgotPassword', 'known', undefined, plainly('ForgotPassword', {})],
      [
        'ConfirmForgotPassword: a wrong code',
        'known',
        'CodeMismatchException',
        plainly('ConfirmForgotPassword', { ConfirmationCode: '000000', Password: PASSWORD }),
      ],
      ['ResendConfirmationCode', 'unconfirmed', undefined, plainly('ResendConfirmationCode', {})],
      [
        'ConfirmSignUp: a wrong code',
        'unconfirmed',
        'CodeMismatchException',
        plainly('ConfirmSignUp', { ConfirmationCode: '000000' }),
      ],
    ]
    const rows: string[][] = []
    for (const [what, existing, expected, attempt] of attempts) {
      const taken: Record<string, number[]> = { [existing]: [], unknown: [] }
      for (let i = 0; i < count; i++)
        for (const [kind, samples] of Object.entries(taken)) {
          const once = await attempt(name(kind, i))
          const started = performance.now()
          const answer = await once()
          const time = performance.now() - started
          if (answer.__type !== expected) throw new Error(`${what} answered ${answer.__type} about ${kind}.`)
          // The first ones warm up the compiler.
          if (i >= count / 4) samples.push(time)
        }
      const [there = 0, nobody = 0] = Object.values(taken).map(median)
      rows.push([what, milliseconds(there), milliseconds(nobody), times(nobody / there)])
    }
    printTable(
      `Time of an answer about a user there is and about nobody (median of ${count - count / 4})`,
      ['request', 'a user', 'nobody', 'ratio'],
      rows,
    )
  } finally {
    await server.close()
    database.remove()
  }
}
