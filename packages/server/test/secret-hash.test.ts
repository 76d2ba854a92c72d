import { createHmac } from 'node:crypto'
import { expect, test } from 'vitest'
import { PASSWORD, type Started, start } from './start.js'

const SECRET = 'clientSecretThatOnlyTheClientKnows0123456789abcdef'
const hashOf = (username: string, clientId: string, secret = SECRET) =>
  createHmac('sha256', secret).update(`${username}${clientId}`).digest('base64')

const ATTRIBUTES = {
  email: 'ada@example.com',
  email_verified: 'true',
  phone_number: '+15555550100',
  preferred_username: 'countess',
}

const FLOWS = [
  'ALLOW_USER_PASSWORD_AUTH',
  'ALLOW_ADMIN_USER_PASSWORD_AUTH',
  'ALLOW_USER_SRP_AUTH',
  'ALLOW_REFRESH_TOKEN_AUTH',
] as const

/** A pool with a client that has a secret and one that has none. */
const startWithSecret = () =>
  start({
    config: {
      userPools: [
        {
          PoolName: 'Secrets',
          AliasAttributes: ['email', 'phone_number', 'preferred_username'],
          AutoVerifiedAttributes: ['email'],
          clients: [
            {
              ClientId: 'confidential',
              ClientName: 'Server',
              ClientSecret: SECRET,
              ExplicitAuthFlows: [...FLOWS],
            },
            { ClientId: 'public', ClientName: 'Web', ExplicitAuthFlows: [...FLOWS] },
          ],
          users: [
            {
              Username: 'ada',
              Password: PASSWORD,
              UserAttributes: Object.entries(ATTRIBUTES).map(([Name, Value]) => ({ Name, Value })),
            },
          ],
        },
      ],
    },
  })

type Send = (app: Started, ClientId: string, hash: string | undefined) => ReturnType<Started['call']>

const withSecretHash =
  (operation: string, input: object = {}): Send =>
  (app, ClientId, SecretHash) =>
    app.call(operation, { ClientId, Username: 'ada', SecretHash, ...input })

const withParameters =
  (operation: string, input: object, parameters: object, member = 'AuthParameters'): Send =>
  (app, ClientId, SECRET_HASH) =>
    app.call(operation, {
      UserPoolId: app.userPoolId,
      ClientId,
      ...input,
      [member]: { USERNAME: 'ada', ...parameters, SECRET_HASH },
    })

const FOR = 'configured for secret but secret was not received'
const WITH = 'configured with secret but SECRET_HASH was not received'
const code = { ConfirmationCode: '123456' }
const answer = { ChallengeName: 'PASSWORD_VERIFIER' }

test.each<[name: string, missing: string, send: Send]>([
  ['SignUp', FOR, withSecretHash('SignUp', { Password: PASSWORD })],
  ['ConfirmSignUp', FOR, withSecretHash('ConfirmSignUp', code)],
  ['ResendConfirmationCode', FOR, withSecretHash('ResendConfirmationCode')],
  ['ForgotPassword', FOR, withSecretHash('ForgotPassword')],
  ['ConfirmForgotPassword', FOR, withSecretHash('ConfirmForgotPassword', { ...code, Password: PASSWORD })],
  [
    'USER_PASSWORD_AUTH',
    WITH,
    withParameters('InitiateAuth', { AuthFlow: 'USER_PASSWORD_AUTH' }, { PASSWORD }),
  ],
  ['USER_SRP_AUTH', WITH, withParameters('InitiateAuth', { AuthFlow: 'USER_SRP_AUTH' }, { SRP_A: 'abc' })],
  [
    'ADMIN_USER_PASSWORD_AUTH',
    WITH,
    withParameters('AdminInitiateAuth', { AuthFlow: 'ADMIN_USER_PASSWORD_AUTH' }, { PASSWORD }),
  ],
  [
    'RespondToAuthChallenge',
    WITH,
    withParameters('RespondToAuthChallenge', answer, {}, 'ChallengeResponses'),
  ],
  [
    'AdminRespondToAuthChallenge',
    WITH,
    withParameters('AdminRespondToAuthChallenge', answer, {}, 'ChallengeResponses'),
  ],
])(
  '%s requires the hash from a client with a secret, and refuses one from a client without',
  async (_, missing, send) => {
    const app = await startWithSecret()
    const refusals = [
      `Client confidential is ${missing}`,
      'Unable to verify secret hash for client confidential',
    ]
    const answers = [
      await send(app, 'confidential', undefined),
      await send(app, 'confidential', hashOf('ada', 'confidential', 'another')),
      await send(app, 'confidential', hashOf('eve', 'confidential')),
      await send(app, 'public', hashOf('ada', 'public')),
      await send(app, 'confidential', hashOf('ada', 'confidential')),
      await send(app, 'public', undefined),
    ]
    const message = ({ body }: (typeof answers)[number]) => body.message
    expect(answers.slice(0, 4).map(message)).toEqual([
      ...refusals,
      refusals[1],
      'Unable to verify secret hash for client public',
    ])
    for (const { body } of answers.slice(0, 4)) expect(body.__type).toBe('NotAuthorizedException')
    // Whatever else may be wrong with these, it is not the secret.
    for (const { text } of answers.slice(4)) expect(text).not.toMatch(/secret hash|was not received/)
  },
)

test('a refresh accepts the hash of any name that the user signs in with', async () => {
  const app = await startWithSecret()
  const initiate = async (AuthFlow: string, AuthParameters: object) =>
    (await app.call('InitiateAuth', { ClientId: 'confidential', AuthFlow, AuthParameters })).body
  const signedIn = await initiate('USER_PASSWORD_AUTH', {
    USERNAME: 'ada',
    PASSWORD,
    SECRET_HASH: hashOf('ada', 'confidential'),
  })
  const { AccessToken, RefreshToken } = signedIn.AuthenticationResult
  const { body: user } = await app.call('GetUser', { AccessToken })
  const sub = user.UserAttributes.find(({ Name }) => Name === 'sub')?.Value ?? ''
  const refresh = (REFRESH_TOKEN: string, SECRET_HASH?: string) =>
    initiate('REFRESH_TOKEN_AUTH', { REFRESH_TOKEN, SECRET_HASH })
  const { email, phone_number, preferred_username } = ATTRIBUTES
  for (const name of ['ada', sub, email, phone_number, preferred_username])
    expect(
      (await refresh(RefreshToken, hashOf(name, 'confidential'))).AuthenticationResult.AccessToken,
    ).toBeTypeOf('string')
  expect((await refresh(RefreshToken, hashOf('eve', 'confidential'))).message).toBe(
    'Unable to verify secret hash for client confidential',
  )
  // The user has no such name, so it does not count.
  await app.call('DeleteUserAttributes', { AccessToken, UserAttributeNames: ['preferred_username'] })
  for (const name of ['countess', 'undefined'])
    expect((await refresh(RefreshToken, hashOf(name, 'confidential'))).message).toBe(
      'Unable to verify secret hash for client confidential',
    )
  for (const token of [RefreshToken, 'garbage'])
    expect((await refresh(token)).message).toBe(`Client confidential is ${WITH}`)
})
