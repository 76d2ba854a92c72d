import { type AmuletServer, createServer, type ServerInfo, type ServerOptions } from '@amulet/server'
import type * as sdk from '@aws-sdk/client-cognito-identity-provider'
import { onTestFinished } from 'vitest'
import { freshDatabase } from './fresh-database.js'
import { keyPairOfTests } from './key-pair.js'

/** Everything that the tests read from an answer, all of it there: what is missing fails the test that reads it. */
export type Body = AllThere<
  sdk.SignUpResponse &
    sdk.InitiateAuthResponse &
    sdk.GetUserResponse &
    sdk.UpdateUserAttributesResponse &
    sdk.AdminCreateUserResponse &
    sdk.CreateUserPoolResponse &
    sdk.CreateUserPoolClientResponse &
    sdk.CreateGroupResponse &
    sdk.AddUserPoolClientSecretResponse &
    sdk.ListUsersResponse &
    sdk.ListUserPoolsResponse &
    sdk.ConfirmDeviceResponse &
    sdk.GetDeviceResponse &
    sdk.ListDevicesResponse
> & { readonly __type: string; readonly message: string }

type AllThere<T> = T extends readonly (infer Member)[]
  ? AllThere<Member>[]
  : T extends Date
    ? number
    : T extends object
      ? { readonly [Name in keyof T]-?: AllThere<NonNullable<T[Name]>> }
      : T

/** What came back from one wire operation. */
export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  readonly body: Body
}

export interface Started extends ServerInfo {
  readonly server: AmuletServer
  /** Calls a wire operation of user pools as any HTTP client would. */
  call(operation: string, input: unknown): Promise<Answer>
}

/** A server of its own for one test, on a database of its own unless one is named, closed when the test ends. */
export async function start(options: ServerOptions = {}): Promise<Started> {
  const database = options.database === undefined ? await freshDatabase(options) : {}
  const server = createServer({ generateKeyPair: keyPairOfTests, ...database, ...options })
  onTestFinished(() => server.close())
  const info = await server.ready
  return { ...info, server, call: (operation, input) => call(server, operation, input) }
}

export async function call(
  server: AmuletServer,
  operation: string,
  input: unknown,
  service = 'AWSCognitoIdentityProviderService',
): Promise<Answer> {
  const response = await server.fetch(
    new Request('http://localhost/', {
      method: 'POST',
      headers: {
        'content-type': 'application/x-amz-json-1.1',
        'x-amz-target': `${service}.${operation}`,
      },
      body: typeof input === 'string' ? input : JSON.stringify(input),
    }),
  )
  const text = await response.text()
  // Whatever it is, the test says what it should be.
  return { status: response.status, headers: response.headers, text, body: JSON.parse(text || '{}') as Body }
}

export const PASSWORD = 'Correct-Horse-1'

/** Signs up a user of the default pool and confirms the address. */
export async function signUpAndConfirm(
  { server, call, userPoolClientId }: Started,
  email = 'ada@example.com',
) {
  const { body } = await call('SignUp', { ClientId: userPoolClientId, Username: email, Password: PASSWORD })
  await call('ConfirmSignUp', {
    ClientId: userPoolClientId,
    Username: email,
    ConfirmationCode: server.inbox.last(email)?.code,
  })
  return { email, sub: String(body.UserSub) }
}

/** Signs in by USER_PASSWORD_AUTH and returns the tokens. */
export async function passwordSignIn({ call, userPoolClientId }: Started, email = 'ada@example.com') {
  const { body } = await call('InitiateAuth', {
    ClientId: userPoolClientId,
    AuthFlow: 'USER_PASSWORD_AUTH',
    AuthParameters: { USERNAME: email, PASSWORD },
  })
  return body.AuthenticationResult
}
