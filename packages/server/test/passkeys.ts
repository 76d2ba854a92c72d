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
