import type { ServerOptions } from '@amulet/server'
import {
  type CreationOptions,
  createPasskey,
  type Passkey,
  type PasskeyOptions,
} from '@amulet/server/testing'
import { expect } from 'vitest'
import { type Answer, PASSWORD, type Started, start } from './start.js'

export const ORIGIN = 'http://localhost:5173'

export interface WithPasskeys extends Started {
  /** Another client of the pool. */
  readonly otherClientId: string
}

/** A server with a pool whose users, Ada and Bob, may sign in with passkeys. */
export async function startWithPasskeys({
  webAuthn,
  tags = {},
  client = {},
  ...options
}: ServerOptions & {
  webAuthn?: object
  tags?: Record<string, string>
  client?: { PreventUserExistenceErrors?: 'ENABLED' | 'LEGACY' }
} = {}): Promise<WithPasskeys> {
  const user = { Password: PASSWORD }
  const ExplicitAuthFlows = ['ALLOW_USER_PASSWORD_AUTH' as const, 'ALLOW_USER_AUTH' as const]
  const app = await start({
    config: {
      userPools: [
        {
          // What names that do not exist seem to have is drawn from it.
          UserPoolId: 'us-east-1_Passkeys1',
          PoolName: 'Passkeys',
          UserPoolTags: tags,
          Policies: { SignInPolicy: { AllowedFirstAuthFactors: ['PASSWORD', 'WEB_AUTHN'] } },
          clients: [
            { ClientName: 'Web', ExplicitAuthFlows, ...client },
            { ClientName: 'Other', ClientId: 'other', ExplicitAuthFlows, ...client },
          ],
          users: [
            { Username: 'ada', ...user },
            { Username: 'bob', ...user },
          ],
        },
      ],
    },
    ...options,
  })
  if (webAuthn) await setPasskeys(app, webAuthn)
  return { ...app, otherClientId: 'other' }
}

export async function setPasskeys({ call, userPoolId }: Started, webAuthn: object, mfa: object = {}) {
  const input = { UserPoolId: userPoolId, WebAuthnConfiguration: webAuthn, ...mfa }
  expect((await call('SetUserPoolMfaConfig', input)).status).toBe(200)
}

/** The access token of a user who has signed in with the password. */
export async function accessTokenOf(
  { call, userPoolClientId }: Started,
  USERNAME = 'ada',
  ClientId = userPoolClientId,
): Promise<string> {
  const { body } = await call('InitiateAuth', {
    ClientId,
    AuthFlow: 'USER_PASSWORD_AUTH',
    AuthParameters: { USERNAME, PASSWORD },
  })
  return String(body.AuthenticationResult.AccessToken)
}

/** What a browser is handed to make a passkey by. */
export async function creationOptions({ call }: Started, AccessToken: string) {
  const { body, status } = await call('StartWebAuthnRegistration', { AccessToken })
  expect(status).toBe(200)
  const { CredentialCreationOptions } = body as unknown as {
    CredentialCreationOptions: CreationOptions & {
      readonly excludeCredentials: readonly { readonly id: string }[]
    }
  }
  return CredentialCreationOptions
}

export const complete = ({ call }: Started, AccessToken: string, Credential: unknown): Promise<Answer> =>
  call('CompleteWebAuthnRegistration', { AccessToken, Credential })

/** Registers a new passkey of a user. */
export async function register(
  app: Started,
  username = 'ada',
  options: Partial<PasskeyOptions> = {},
): Promise<Passkey> {
  const AccessToken = await accessTokenOf(app, username)
  const passkey = createPasskey({ origin: ORIGIN, ...options })
  const made = passkey.create(await creationOptions(app, AccessToken))
  expect((await complete(app, AccessToken, made)).body).toEqual({})
  return passkey
}

export interface ListedPasskey {
  readonly CredentialId: string
  readonly FriendlyCredentialName: string
  readonly RelyingPartyId: string
  readonly AuthenticatorAttachment?: string
  readonly AuthenticatorTransports: readonly string[]
  readonly CreatedAt: number
}

export async function list({ call }: Started, AccessToken: string, page: object = {}) {
  const { body } = await call('ListWebAuthnCredentials', { AccessToken, ...page })
  return body as unknown as { Credentials: readonly ListedPasskey[]; NextToken?: string }
}

/** `PublicKeyCredentialRequestOptionsJSON`, as far as tests read it. */
export interface RequestOptions {
  readonly challenge: string
  readonly rpId: string
  readonly timeout: number
  readonly userVerification: string
  readonly allowCredentials: readonly { readonly id: string; readonly type: string }[]
}

/** What a browser is handed to use a passkey by. */
export const requestOptions = ({ body }: Answer): RequestOptions =>
  JSON.parse(body.ChallengeParameters.CREDENTIAL_REQUEST_OPTIONS ?? 'null')

/** InitiateAuth with USER_AUTH; without a name if it is `undefined`. */
export const begin = (
  { call, userPoolClientId }: Started,
  USERNAME: string | undefined = undefined,
  more: Record<string, string> = { PREFERRED_CHALLENGE: 'WEB_AUTHN' },
): Promise<Answer> =>
  call('InitiateAuth', {
    ClientId: userPoolClientId,
    AuthFlow: 'USER_AUTH',
    AuthParameters: { ...(USERNAME !== undefined && { USERNAME }), ...more },
  })

/** RespondToAuthChallenge with a passkey. */
export const prove = (
  { call, userPoolClientId }: Started,
  { body: { Session } }: Answer,
  credential: unknown,
  USERNAME: string | undefined = 'ada',
  ClientId = userPoolClientId,
): Promise<Answer> =>
  call('RespondToAuthChallenge', {
    ClientId,
    ChallengeName: 'WEB_AUTHN',
    Session,
    ChallengeResponses: {
      ...(USERNAME !== '' && { USERNAME }),
      CREDENTIAL: typeof credential === 'string' ? credential : JSON.stringify(credential),
    },
  })

/** RespondToAuthChallenge with a choice. */
export const select = (
  { call, userPoolClientId }: Started,
  { body: { Session } }: Answer,
  responses: Record<string, string>,
  USERNAME = 'ada',
): Promise<Answer> =>
  call('RespondToAuthChallenge', {
    ClientId: userPoolClientId,
    ChallengeName: 'SELECT_CHALLENGE',
    Session,
    ChallengeResponses: { USERNAME, ...responses },
  })

/** What is told, in a word or the service's own. */
export const told = ({ status, body }: Answer): string =>
  status === 200 ? (body.ChallengeName ?? 'tokens') : `${body.__type}: ${body.message}`

export const WRONG = 'NotAuthorizedException: Incorrect username or password.'
