import { setTimeout } from 'node:timers/promises'
import * as ours from '@amulet/auth'
import type {
  CognitoIdentityProvider,
  CreateUserPoolCommandInput,
} from '@aws-sdk/client-cognito-identity-provider'
import { Amplify } from 'aws-amplify'
import * as stock from 'aws-amplify/auth'
import { beforeEach, describe, expect, test, vi } from 'vitest'
import { totp } from '../../server/test/totp.js'
import { createChoicePool, EMAIL, NUMBER } from './choice.js'
import { stubPlatform } from './passkey-platform.js'
import { administrator, anotherCode, json, lastCode, PASSWORD, type Started, start } from './start.js'

// Amplify and Amulet live through the same stories, each with a server of its own. What they send, what they
// answer, and what they throw has to be the same.

type Auth = typeof stock

interface World {
  /** The last code sent to an address. */
  code(to?: string): string
  /** What an authenticator app shows: now, or so many half minutes later. */
  appCode(secret: string | undefined, later?: number): string
  /** The AWS SDK as administrator of the pool of the story. */
  admin: CognitoIdentityProvider
  UserPoolId: string
  /** Makes another pool the one of the story, where users have names and need no address; gives its id. */
  poolOfNames(): Promise<string>
  /** Makes a pool of first factors to choose from the one of the story; the options are those of the pool and the client. */
  poolOfFactors(pool?: Partial<CreateUserPoolCommandInput>, Cognito?: object): Promise<void>
  /** Adds the identity pool of the server to the configuration. */
  identityPool(allowGuestAccess?: boolean): void
  /** Answers the next requests in the place of the server. */
  script(...answers: object[]): void
}

type Preferred = NonNullable<stock.SignInInput['options']>['preferredChallenge']

type Story = (auth: Auth, world: World) => Promise<unknown>

interface Told {
  /** Operation, body and headers of each request. */
  sent: unknown[]
  /** Call and output, or error, of each step. */
  answers: unknown[]
}

const volatile =
  /^(SRP_A|TIMESTAMP|PASSWORD_CLAIM_\w+|DeviceGroupKey|Salt|PasswordVerifier|Session|AccessToken|RefreshToken|Token|ClientId|ConfirmationCode|Code|UserCode|\w+_CODE|sharedSecret|exp|iat|auth_time|id|rawId|CREDENTIAL|authenticatorData|publicKey|nextToken|NextToken|clientDataJSON|attestationObject|[cC]redentialId|createdAt|accessKeyId|secretAccessKey|sessionToken|expiration)$/
const uuid = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g

const token = /^eyJ[\w-]+\.[\w-]+\.[\w-]+$/
/** The name that a token's issuer has in `Logins`. */
const provider = /^127\.0\.0\.1:\d+\//

const origin = /http:\/\/127\.0\.0\.1:\d+/g

/** What has to be equal: everything but what chance, time and another server make of it. */
function essence(value: unknown, key = ''): unknown {
  if (value === undefined || value === null) return value
  if (volatile.test(key)) return `a ${typeof value}`
  if (typeof value === 'string')
    return value.replace(uuid, 'a uuid').replace(origin, 'http://server').replace(token, 'a token')
  if (Array.isArray(value)) return value.map((item) => essence(item))
  if (typeof value !== 'object') return typeof value === 'function' ? 'a function' : value
  const entries = Object.entries(value).filter(([, item]) => item !== undefined)
  return Object.fromEntries(
    entries.sort().map(([name, item]) => [name.replace(provider, 'server/'), essence(item, name)]),
  )
}

/** A text of Amplify without the line breaks and tabs of its source, and with a space it forgot. */
const tidy = (text: string | undefined) =>
  text?.replace(/\s+/g, ' ').trim().replace('confirmSignInand', 'confirmSignIn and')

const outcome = (call: Promise<unknown>) =>
  call.then(
    (output) => essence(output) ?? null,
    ({ name, message, recoverySuggestion: suggestion }) => [name, tidy(message), tidy(suggestion)],
  )

/** Tells a story with one of the libraries, on a server of its own. */
async function tell(story: Story, library: 'ours' | 'stock'): Promise<Told> {
  const started = await start()
  const { config, net } = started
  if (library === 'stock') {
    vi.stubGlobal('fetch', (url: string, init: RequestInit) => net.fetch(new Request(url, init)))
  }
  const configure = (config: Started['config']) => {
    if (library === 'stock') return Amplify.configure(structuredClone(config) as never)
    const options = { fetch: net.fetch, clock: started.server.clock.now }
    ours.configure(config, { storage: ours.createMemoryStorage(), ...options })
  }
  configure(config)
  const { userPoolId, identityPoolId } = await started.server.ready
  // `fetch` is Amplify's for the time of its story; the SDK does not use it.
  const admin = await administrator(started)
  const answers: unknown[] = []
  const auth = new Proxy((library === 'ours' ? ours : stock) as unknown as Record<string, unknown>, {
    get: (calls, name: string) => {
      const call = calls[name] as (...args: unknown[]) => Promise<unknown>
      return async (...args: unknown[]) => {
        const result = call(...args)
        answers.push([name, await outcome(result)])
        return result.catch(() => undefined)
      }
    },
    // Both have the calls of the stories, with the same types; types.test.ts says so.
  }) as unknown as Auth
  try {
    await story(auth, {
      code: (to = username) => lastCode(started, to),
      appCode: (secret = '', later = 0) => totp(secret, started.server.clock.now() + later * 30_000),
      admin,
      UserPoolId: userPoolId,
      async poolOfNames() {
        const { UserPool } = await admin.createUserPool({ PoolName: 'names' })
        const UserPoolId = UserPool?.Id ?? ''
        const { UserPoolClient } = await admin.createUserPoolClient({
          UserPoolId,
          ClientName: 'web',
          ExplicitAuthFlows: ['ALLOW_USER_SRP_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
        })
        const userPoolClientId = UserPoolClient?.ClientId ?? ''
        configure({ Auth: { Cognito: { userPoolId: UserPoolId, userPoolClientId } } })
        return UserPoolId
      },
      async poolOfFactors(pool, Cognito) {
        const { UserPoolId: userPoolId, userPoolClientId } = await createChoicePool(admin, pool)
        configure({ Auth: { Cognito: { userPoolId, userPoolClientId, ...Cognito } } })
      },
      identityPool: (allowGuestAccess = false) =>
        configure({
          // The user pool and the identity pool that the server has.
          Auth: {
            Cognito: { ...config.Auth.Cognito, identityPoolId, allowGuestAccess },
          } as unknown as Started['config']['Auth'],
        }),
      script: (...answers) =>
        void net.faults.push(...answers.map((answer) => json('__type' in answer ? 400 : 200, answer))),
    })
    return {
      sent: net.sent.map(({ operation, body, headers }) => ({
        operation,
        body: essence(body),
        contentType: headers.get('content-type'),
        cacheControl: headers.get('cache-control'),
      })),
      answers,
    }
  } finally {
    if (library === 'stock') await stock.signOut().catch(() => {})
    vi.unstubAllGlobals()
  }
}

async function tellBoth(story: Story): Promise<{ ours: Told; stock: Told }> {
  return { ours: await tell(story, 'ours'), stock: await tell(story, 'stock') }
}

const username = 'ada@example.com'
const password = PASSWORD
const newPassword = 'Battery-Staple-2'
const clientMetadata = { from: 'a story' }

async function confirmedUser(auth: Auth, { code }: World) {
  await auth.signUp({ username, password })
  await auth.confirmSignUp({ username, confirmationCode: code() })
}

async function signedInUser(auth: Auth, world: World) {
  await confirmedUser(auth, world)
  await auth.signIn({ username, password })
}

async function createdByAdmin({ admin, UserPoolId }: World) {
  await admin.adminCreateUser({
    UserPoolId,
    Username: username,
    TemporaryPassword: 'Temporary-1',
    MessageAction: 'SUPPRESS',
    UserAttributes: [
      { Name: 'email', Value: username },
      { Name: 'email_verified', Value: 'true' },
    ],
  })
}

const byApp = { SoftwareTokenMfaConfiguration: { Enabled: true } }
const byEmail = { EmailMfaConfiguration: { Message: 'Your code: {####}', Subject: 'Code' } }

const setMfa = ({ admin, UserPoolId }: World, MfaConfiguration: 'ON' | 'OPTIONAL', factors: object) =>
  admin.setUserPoolMfaConfig({ UserPoolId, MfaConfiguration, ...factors })

/** The secret that a step of a sign-in hands over. */
const secretOf = (output: stock.SignInOutput | undefined) =>
  output?.nextStep.signInStep === 'CONTINUE_SIGN_IN_WITH_TOTP_SETUP'
    ? output.nextStep.totpSetupDetails.sharedSecret
    : undefined

/** A browser with passkeys, as both libraries look for one. */
function stubBrowser() {
  const platform = stubPlatform('without JSON')
  vi.stubGlobal('window', Object.assign(Object.create(globalThis), { document: {} }))
  return platform
}

const allowPasskeys = ({ admin, UserPoolId }: World) =>
  admin.updateUserPool({
    UserPoolId,
    AutoVerifiedAttributes: ['email'],
    Policies: { SignInPolicy: { AllowedFirstAuthFactors: ['PASSWORD', 'WEB_AUTHN'] } },
  })

// What a pool with functions answers.
const customChallenge = (Session: string, ChallengeParameters = {}) => ({
  ChallengeName: 'CUSTOM_CHALLENGE',
  Session,
  ChallengeParameters,
})
const verifier = {
  ChallengeName: 'PASSWORD_VERIFIER',
  Session: 'srp',
  ChallengeParameters: {
    USERNAME: 'ada-id',
    USER_ID_FOR_SRP: 'ada-id',
    SALT: 'ff',
    SRP_B: '5',
    SECRET_BLOCK: 'AA==',
  },
}
const claims = { sub: 'ada-id', username: 'ada-id', 'cognito:username': 'ada-id', iat: 1, exp: 9e9 }
const payload = Buffer.from(JSON.stringify(claims))
const AccessToken = `e30.${payload.toString('base64url')}.c2ln`
const tokens = {
  AuthenticationResult: { AccessToken, IdToken: AccessToken, RefreshToken: 'r' },
}

const stories: Record<string, Story> = {
  'signing up, confirming and asking for another code': async (auth, { code }) => {
    await auth.signUp({
      username,
      password,
      options: {
        userAttributes: { email: username, given_name: 'Ada', family_name: undefined },
        validationData: { invited: 'yes' },
        clientMetadata,
      },
    })
    await auth.signUp({ username: 'bob@example.com', password: 'weak' })
    await auth.signIn({ username, password })
    await auth.resendSignUpCode({ username, options: { clientMetadata } })
    await auth.confirmSignUp({ username, confirmationCode: anotherCode(code()) })
    await auth.confirmSignUp({
      username,
      confirmationCode: code(),
      options: { clientMetadata, forceAliasCreation: true },
    })
    await auth.signUp({ username, password })
    await auth.resendSignUpCode({ username })
  },

  'signing in with SRP, refreshing and signing out': async (auth, world) => {
    await confirmedUser(auth, world)
    await auth.signIn({ username, password: 'Wrong-1-Wrong' })
    await auth.signIn({ username: 'nobody@example.com', password })
    await auth.signIn({ username, password, options: { clientMetadata } })
    await auth.signIn({ username, password })
    await auth.getCurrentUser()
    await auth.fetchAuthSession()
    await auth.fetchUserAttributes()
    await auth.fetchAuthSession({ forceRefresh: true, clientMetadata })
    await auth.signOut()
    await auth.getCurrentUser()
    await auth.fetchAuthSession()
    await auth.signOut()
  },

  'getting AWS credentials, as a guest and as a user': async (auth, world) => {
    await confirmedUser(auth, world)
    world.identityPool(true)
    await auth.fetchAuthSession()
    await auth.fetchAuthSession()
    await auth.signIn({ username, password })
    await auth.fetchAuthSession()
    await auth.fetchAuthSession()
    await auth.fetchAuthSession({ forceRefresh: true })
    await auth.signOut()
    await auth.fetchAuthSession()
    await auth.fetchAuthSession({ forceRefresh: true })
  },

  'getting AWS credentials where guests have none': async (auth, world) => {
    await confirmedUser(auth, world)
    world.identityPool()
    await auth.fetchAuthSession()
    await auth.signIn({ username, password })
    world.script({ __type: 'NotAuthorizedException', message: 'Token is inactive' })
    await auth.fetchAuthSession()
    await auth.fetchAuthSession()
    await auth.signOut()
    await auth.fetchAuthSession()
  },

  'signing in with the plain password, and out everywhere': async (auth, world) => {
    await confirmedUser(auth, world)
    const options = { authFlowType: 'USER_PASSWORD_AUTH', clientMetadata } as const
    await auth.signIn({ username, password: 'Wrong-1-Wrong', options })
    await auth.signIn({ username, password, options })
    await auth.signOut({ global: true })
  },

  'signing in automatically after the confirmation': async (auth, { code }) => {
    await auth.autoSignIn()
    await auth.signUp({
      username,
      password,
      options: { userAttributes: {}, autoSignIn: { clientMetadata } },
    })
    await auth.confirmSignUp({ username, confirmationCode: code() })
    await auth.autoSignIn()
    await auth.getCurrentUser()
  },

  'setting an authenticator app up, and signing in with its codes': async (auth, world) => {
    const { appCode } = world
    await setMfa(world, 'OPTIONAL', { ...byApp, ...byEmail })
    await signedInUser(auth, world)
    await auth.fetchMFAPreference()
    const secret = (await auth.setUpTOTP())?.sharedSecret
    await auth.verifyTOTPSetup({ code: anotherCode(appCode(secret)) })
    await auth.verifyTOTPSetup({ code: appCode(secret), options: { friendlyDeviceName: 'Phone' } })
    await auth.updateMFAPreference({ sms: 'ENABLED' })
    await auth.updateMFAPreference({ totp: 'ENABLED', email: 'NOT_PREFERRED' })
    await auth.fetchMFAPreference()
    await auth.updateMFAPreference({ totp: 'PREFERRED', sms: 'DISABLED' })
    await auth.fetchMFAPreference()
    await auth.updateMFAPreference({})
    await auth.signOut()
    await auth.signIn({ username, password, options: { clientMetadata } })
    await auth.confirmSignIn({ challengeResponse: anotherCode(appCode(secret, 1)) })
    await auth.confirmSignIn({ challengeResponse: appCode(secret, 1), options: { clientMetadata } })
    await auth.getCurrentUser()
  },

  'being remembered by a device, and forgotten': async (auth, world) => {
    const { admin, UserPoolId, appCode } = world
    // Both name the device after the browser.
    vi.stubGlobal('navigator', { userAgent: 'Mozilla/5.0' })
    await confirmedUser(auth, world)
    await setMfa(world, 'OPTIONAL', byApp)
    const DeviceConfiguration = {
      ChallengeRequiredOnNewDevice: true,
      DeviceOnlyRememberedOnUserPrompt: true,
    }
    await admin.updateUserPool({ UserPoolId, AutoVerifiedAttributes: ['email'], DeviceConfiguration })
    await setMfa(world, 'OPTIONAL', byApp)
    await auth.rememberDevice()
    await auth.signIn({ username, password, options: { clientMetadata } })
    const secret = (await auth.setUpTOTP())?.sharedSecret
    await auth.verifyTOTPSetup({ code: appCode(secret) })
    await auth.updateMFAPreference({ totp: 'PREFERRED' })
    await auth.fetchAuthSession({ forceRefresh: true })
    await auth.signOut()
    await auth.signIn({ username, password })
    await auth.confirmSignIn({ challengeResponse: appCode(secret, 1), options: { clientMetadata } })
    await auth.rememberDevice()
    await auth.signOut()
    await auth.signIn({ username, password, options: { clientMetadata } })
    const devices = (await auth.fetchDevices()) ?? []
    await auth.forgetDevice({ device: { id: 'us-east-1_0' } })
    await auth.signOut()
    await admin.adminForgetDevice({ UserPoolId, Username: username, DeviceKey: devices[0]?.id })
    await admin.adminDeleteSoftwareToken({ UserPoolId, Username: username })
    await auth.signIn({ username, password })
    await auth.forgetDevice()
    await auth.fetchDevices()
    await auth.rememberDevice()
    await auth.forgetDevice()
  },

  'choosing one of several second factors': async (auth, world) => {
    const { appCode, code } = world
    await setMfa(world, 'OPTIONAL', { ...byApp, ...byEmail })
    await signedInUser(auth, world)
    const secret = (await auth.setUpTOTP())?.sharedSecret
    await auth.verifyTOTPSetup({ code: appCode(secret) })
    await auth.updateMFAPreference({ totp: 'ENABLED', email: 'ENABLED' })
    await auth.signOut()
    await auth.signIn({ username, password })
    await auth.confirmSignIn({ challengeResponse: 'EMAIL_OTP' })
    await auth.confirmSignIn({ challengeResponse: 'SMS' })
    await auth.confirmSignIn({ challengeResponse: 'EMAIL', options: { clientMetadata } })
    await auth.confirmSignIn({ challengeResponse: anotherCode(code()) })
    await auth.confirmSignIn({ challengeResponse: code() })
    await auth.signOut()
    await auth.signIn({ username, password, options: { authFlowType: 'USER_PASSWORD_AUTH' } })
    await auth.confirmSignIn({ challengeResponse: 'TOTP' })
    await auth.confirmSignIn({ challengeResponse: appCode(secret, 1) })
  },

  'typing in a code that came by SMS': async (auth, world) => {
    const { admin, UserPoolId, code } = world
    await confirmedUser(auth, world)
    const number = '+15555550100'
    await admin.adminUpdateUserAttributes({
      UserPoolId,
      Username: username,
      UserAttributes: [
        { Name: 'phone_number', Value: number },
        { Name: 'phone_number_verified', Value: 'true' },
      ],
    })
    const SmsConfiguration = { SnsCallerArn: 'arn:aws:iam::123456789012:role/sms' }
    await setMfa(world, 'ON', { SmsMfaConfiguration: { SmsConfiguration } })
    await auth.signIn({ username, password })
    await auth.confirmSignIn({ challengeResponse: anotherCode(code(number)) })
    await auth.confirmSignIn({ challengeResponse: code(number) })
    await auth.fetchMFAPreference()
  },

  'setting an authenticator app up in the sign-in': async (auth, world) => {
    const { appCode } = world
    await confirmedUser(auth, world)
    await setMfa(world, 'ON', byApp)
    const secret = secretOf(await auth.signIn({ username, password }))
    const options = { friendlyDeviceName: 'Phone', clientMetadata }
    await auth.confirmSignIn({ challengeResponse: 'by pigeon' })
    await auth.confirmSignIn({ challengeResponse: anotherCode(appCode(secret)), options })
    await auth.confirmSignIn({ challengeResponse: appCode(secret), options })
    await auth.fetchMFAPreference()
    await auth.signOut()
    await auth.signIn({ username, password })
    await auth.confirmSignIn({ challengeResponse: appCode(secret, 1) })
  },

  'choosing which second factor to set up in the sign-in': async (auth, world) => {
    const { admin, appCode, code } = world
    const UserPoolId = await world.poolOfNames()
    await admin.adminCreateUser({
      UserPoolId,
      Username: 'ada',
      TemporaryPassword: 'Temporary-1',
      MessageAction: 'SUPPRESS',
    })
    await setMfa({ ...world, UserPoolId }, 'ON', { ...byApp, ...byEmail })
    await auth.signIn({ username: 'ada', password: 'Temporary-1' })
    await auth.confirmSignIn({ challengeResponse: newPassword })
    const secret = secretOf(await auth.confirmSignIn({ challengeResponse: 'TOTP' }))
    await auth.confirmSignIn({ challengeResponse: anotherCode(appCode(secret)) })
    await auth.confirmSignIn({ challengeResponse: 'EMAIL' })
    await auth.confirmSignIn({ challengeResponse: 'ada <ada@example.com>' })
    await auth.confirmSignIn({ challengeResponse: username, options: { clientMetadata } })
    await auth.confirmSignIn({ challengeResponse: anotherCode(code()) })
    await auth.confirmSignIn({ challengeResponse: code() })
    await auth.fetchMFAPreference()
  },

  'registering, listing and deleting passkeys': async (auth, world) => {
    await signedInUser(auth, world)
    await auth.associateWebAuthnCredential()
    await allowPasskeys(world)
    await auth.associateWebAuthnCredential()
    const platform = stubBrowser()
    for (const name of ['NotAllowedError', 'InvalidStateError', 'AbortError', 'SecurityError']) {
      platform.behaviour = new DOMException('said so', name)
      await auth.associateWebAuthnCredential()
    }
    platform.behaviour = 'gets nothing'
    await auth.associateWebAuthnCredential()
    platform.behaviour = 'uses it'
    await auth.listWebAuthnCredentials()
    await auth.associateWebAuthnCredential()
    const first = platform.passkey.id
    stubBrowser()
    await auth.associateWebAuthnCredential()
    const page = await auth.listWebAuthnCredentials({ pageSize: 1 })
    await auth.listWebAuthnCredentials({ pageSize: 1, nextToken: page?.nextToken ?? '' })
    await auth.deleteWebAuthnCredential({ credentialId: first })
    await auth.deleteWebAuthnCredential({ credentialId: first })
    await auth.listWebAuthnCredentials()
  },

  'choosing a first factor': async (auth, world) => {
    await world.poolOfFactors()
    const ada = { username: 'ada', options: { authFlowType: 'USER_AUTH', clientMetadata } } as const
    for (const factor of ['PASSWORD', 'PASSWORD_SRP']) {
      await auth.signIn(ada)
      await auth.confirmSignIn({ challengeResponse: factor, options: { clientMetadata } })
      await auth.confirmSignIn({ challengeResponse: 'Wrong-1-Wrong', options: { clientMetadata } })
      await auth.confirmSignIn({ challengeResponse: password, options: { clientMetadata } })
      await auth.getCurrentUser()
      await auth.signOut()
    }
    for (const [factor, to] of [
      ['EMAIL_OTP', EMAIL],
      ['SMS_OTP', NUMBER],
    ] as const) {
      await auth.signIn(ada)
      await auth.confirmSignIn({ challengeResponse: 'PIGEON' })
      await auth.confirmSignIn({ challengeResponse: factor, options: { clientMetadata } })
      await auth.confirmSignIn({ challengeResponse: anotherCode(world.code(to)) })
      await auth.confirmSignIn({ challengeResponse: world.code(to), options: { clientMetadata } })
      await auth.getCurrentUser()
      await auth.signOut()
    }
  },

  'signing in by the first factor that is preferred': async (auth, world) => {
    const passwordless = { emailOtpEnabled: true, preferredChallenge: 'EMAIL_OTP' }
    await world.poolOfFactors({}, { passwordless })
    // Of 'ada' only: what a name that does not exist is offered differs from one server to the next.
    const by = (preferredChallenge?: Preferred, password?: string) =>
      auth.signIn({
        username: 'ada',
        ...(password && { password }),
        options: {
          authFlowType: 'USER_AUTH',
          clientMetadata,
          ...(preferredChallenge && { preferredChallenge }),
        },
      })
    for (const factor of ['PASSWORD', 'PASSWORD_SRP'] as const) {
      await by(factor)
      await by(factor, 'Wrong-1-Wrong')
      await by(factor, password)
      await auth.getCurrentUser()
      await auth.signOut()
    }
    await by('SMS_OTP')
    await by('WEB_AUTHN')
    await by(undefined, password)
    await auth.confirmSignIn({ challengeResponse: world.code(EMAIL) })
    await auth.getCurrentUser()
  },

  'signing in with a passkey': async (auth, world) => {
    const AllowedFirstAuthFactors = ['PASSWORD' as const, 'WEB_AUTHN' as const]
    await world.poolOfFactors({ Policies: { SignInPolicy: { AllowedFirstAuthFactors } } })
    await auth.signIn({ username: 'ada', password })
    const platform = stubBrowser()
    await auth.associateWebAuthnCredential()
    await auth.signOut()
    const begin = (preferredChallenge?: 'WEB_AUTHN') =>
      auth.signIn({
        username: 'ada',
        options: {
          authFlowType: 'USER_AUTH',
          // And no clientMetadata, which Amplify does not send with a passkey.
          ...(preferredChallenge && { preferredChallenge }),
        },
      })
    await begin('WEB_AUTHN')
    await auth.getCurrentUser()
    await auth.signOut()
    await begin()
    await auth.confirmSignIn({ challengeResponse: 'WEB_AUTHN' })
    await auth.getCurrentUser()
    await auth.signOut()
    for (const name of ['NotAllowedError', 'AbortError', 'SecurityError']) {
      platform.behaviour = new DOMException('said so', name)
      await begin('WEB_AUTHN')
    }
    await auth.confirmSignIn({ challengeResponse: 'PASSWORD' })
    await auth.confirmSignIn({ challengeResponse: password })
    await auth.signOut()
    platform.behaviour = 'gets nothing'
    await begin('WEB_AUTHN')
    await auth.confirmSignIn({ challengeResponse: 'WEB_AUTHN' })
    platform.behaviour = 'uses it'
    await auth.confirmSignIn({ challengeResponse: 'WEB_AUTHN' })
    await auth.signOut()
    vi.stubGlobal('PublicKeyCredential', undefined)
    await begin('WEB_AUTHN')
  },

  'signing up without a password, and in automatically': async (auth, world) => {
    await world.poolOfFactors()
    const bob = 'bob@example.com'
    await auth.signUp({
      username: 'bob',
      options: {
        userAttributes: { email: bob },
        autoSignIn: { authFlowType: 'USER_AUTH', clientMetadata },
      },
    })
    await auth.confirmSignUp({ username: 'bob', confirmationCode: anotherCode(world.code(bob)) })
    await auth.confirmSignUp({ username: 'bob', confirmationCode: world.code(bob) })
    await auth.autoSignIn()
    await auth.getCurrentUser()
  },

  'signing up without a password, and in by hand': async (auth, world) => {
    await world.poolOfFactors()
    const bob = 'bob@example.com'
    const authFlowType = 'USER_AUTH'
    await auth.signUp({
      username: 'bob',
      options: { userAttributes: { email: bob }, autoSignIn: { authFlowType } },
    })
    await auth.confirmSignUp({ username: 'bob', confirmationCode: world.code(bob) })
    // By hand the session of the sign-up is not sent.
    await auth.signIn({ username: 'bob', options: { authFlowType } })
    await auth.confirmSignIn({ challengeResponse: 'EMAIL_OTP' })
    await auth.confirmSignIn({ challengeResponse: world.code(bob) })
    await auth.getCurrentUser()
  },

  'being asked by the functions of a pool, without a password': async (auth, { script }) => {
    const options = { authFlowType: 'CUSTOM_WITHOUT_SRP', clientMetadata } as const
    await auth.signIn({ username, password, options })
    script(
      customChallenge('1', { question: 'Which way?', USERNAME: 'ada-id' }),
      customChallenge('2', { question: 'Which way now?' }),
      { ChallengeName: 'SOFTWARE_TOKEN_MFA', Session: '3', ChallengeParameters: {} },
      customChallenge('4'),
      tokens,
    )
    await auth.signIn({ username, options })
    await auth.confirmSignIn({ challengeResponse: 'left', options: { clientMetadata } })
    await auth.confirmSignIn({ challengeResponse: 'right' })
    await auth.confirmSignIn({ challengeResponse: '123456' })
    await auth.confirmSignIn({ challengeResponse: 'left again' })
    await auth.getCurrentUser()
  },

  'being asked by the functions of a pool, on a device that is remembered': async (auth, { script }) => {
    vi.stubGlobal('navigator', { userAgent: 'Mozilla/5.0' })
    const options = { authFlowType: 'CUSTOM_WITHOUT_SRP', clientMetadata } as const
    const ada = { username: 'ada-id', options }
    const device = { DeviceKey: 'us-east-1_1', DeviceGroupKey: '-group' }
    const known = [
      { ChallengeName: 'DEVICE_SRP_AUTH', Session: 'd', ChallengeParameters: {} },
      { ...verifier, ChallengeName: 'DEVICE_PASSWORD_VERIFIER' },
    ]
    const forgotten = { __type: 'ResourceNotFoundException', message: 'Device does not exist.' }
    script({ AuthenticationResult: { ...tokens.AuthenticationResult, NewDeviceMetadata: device } }, {})
    await auth.signIn(ada)
    await auth.signOut()
    script(...known, tokens)
    await auth.signIn(ada)
    await auth.signOut()
    script(customChallenge('1'), customChallenge('2'), ...known, tokens)
    await auth.signIn(ada)
    await auth.confirmSignIn({ challengeResponse: 'left' })
    await auth.confirmSignIn({ challengeResponse: 'right', options: { clientMetadata } })
    await auth.signOut()
    script(customChallenge('1'), forgotten, tokens)
    await auth.signIn(ada)
    await auth.confirmSignIn({ challengeResponse: 'left' })
    await auth.getCurrentUser()
  },

  'being asked by the functions of a pool, after a proof of the password': async (auth, { script }) => {
    const options = { authFlowType: 'CUSTOM_WITH_SRP', clientMetadata } as const
    await auth.signIn({ username, password: '', options })
    script(verifier, customChallenge('2', { question: 'Which way?' }), tokens)
    await auth.signIn({ username, password, options })
    await auth.confirmSignIn({ challengeResponse: 'left' })
    await auth.getCurrentUser()
    await auth.signOut()
    script(
      verifier,
      { ChallengeName: 'EMAIL_OTP', Session: '2', ChallengeParameters: {} },
      customChallenge('3'),
      tokens,
    )
    await auth.signIn({ username, password, options })
    await auth.confirmSignIn({ challengeResponse: '123456' })
    await auth.confirmSignIn({ challengeResponse: 'left' })
    await auth.getCurrentUser()
  },

  'replacing the temporary password of an administrator': async (auth, world) => {
    await createdByAdmin(world)
    await auth.confirmSignIn({ challengeResponse: newPassword })
    await auth.signIn({ username, password: 'Temporary-1' })
    await auth.confirmSignIn({ challengeResponse: 'weak' })
    await auth.confirmSignIn({
      challengeResponse: newPassword,
      options: { userAttributes: { given_name: 'Ada', nickname: '' }, clientMetadata },
    })
    await auth.fetchUserAttributes()
  },

  'replacing a password that an administrator has reset': async (auth, world) => {
    const { admin, UserPoolId, code } = world
    await confirmedUser(auth, world)
    await admin.adminResetUserPassword({ UserPoolId, Username: username })
    await auth.signIn({ username, password })
    await auth.signIn({ username, password, options: { authFlowType: 'USER_PASSWORD_AUTH' } })
    await auth.confirmResetPassword({ username, newPassword, confirmationCode: code() })
    await auth.signIn({ username, password: newPassword })
  },

  'replacing a forgotten password': async (auth, world) => {
    const { code } = world
    await confirmedUser(auth, world)
    await auth.resetPassword({ username, options: { clientMetadata } })
    await auth.resetPassword({ username: 'abe@example.com' })
    await auth.confirmResetPassword({ username, newPassword, confirmationCode: anotherCode(code()) })
    await auth.confirmResetPassword({ username, newPassword: 'weak', confirmationCode: code() })
    await auth.confirmResetPassword({
      username,
      newPassword,
      confirmationCode: code(),
      options: { clientMetadata },
    })
    await auth.signIn({ username, password: newPassword })
  },

  'changing the password': async (auth, world) => {
    await signedInUser(auth, world)
    await auth.updatePassword({ oldPassword: 'Wrong-1-Wrong', newPassword })
    await auth.updatePassword({ oldPassword: password, newPassword: 'weak' })
    await auth.updatePassword({ oldPassword: password, newPassword })
    await auth.signOut()
    await auth.signIn({ username, password: newPassword })
  },

  'changing, confirming and deleting attributes': async (auth, world) => {
    await signedInUser(auth, world)
    const email = 'countess@example.com'
    const options = { clientMetadata }
    await auth.updateUserAttributes({ userAttributes: { name: 'Ada', nickname: 'A', email }, options })
    await auth.updateUserAttributes({ userAttributes: { 'custom:no': '1' } })
    await auth.updateUserAttributes({ userAttributes: { name: 'Ada L.', nickname: undefined } })
    await auth.fetchUserAttributes()
    await auth.updateUserAttribute({ userAttribute: { attributeKey: 'name', value: 'Countess' }, options })
    await auth.updateUserAttribute({ userAttribute: { attributeKey: 'email', value: 'a@example.com' } })
    await auth.sendUserAttributeVerificationCode({ userAttributeKey: 'email', options })
    const code = world.code('a@example.com')
    await auth.confirmUserAttribute({ userAttributeKey: 'email', confirmationCode: anotherCode(code) })
    await auth.confirmUserAttribute({ userAttributeKey: 'email', confirmationCode: code })
    await auth.deleteUserAttributes({ userAttributeKeys: ['name', 'nickname'] })
    await auth.deleteUserAttributes({ userAttributeKeys: ['custom:no'] })
    await auth.fetchUserAttributes()
  },

  'doing without a session what needs one': async (auth) => {
    await auth.getCurrentUser()
    await auth.fetchUserAttributes()
    await auth.updatePassword({ oldPassword: 'a', newPassword: 'b' })
    await auth.updateUserAttribute({ userAttribute: { attributeKey: 'name', value: 'Ada' } })
    await auth.updateUserAttributes({ userAttributes: { name: 'Ada' } })
    await auth.deleteUserAttributes({ userAttributeKeys: ['name'] })
    await auth.sendUserAttributeVerificationCode({ userAttributeKey: 'email' })
    await auth.confirmUserAttribute({ userAttributeKey: 'email', confirmationCode: '1' })
    await auth.setUpTOTP()
    await auth.verifyTOTPSetup({ code: '1' })
    await auth.updateMFAPreference({ totp: 'ENABLED' })
    await auth.fetchMFAPreference()
    await auth.deleteUser()
  },

  'leaving out what is required': async (auth) => {
    await auth.signUp({ username: '', password })
    await auth.signUp({ username, password: '' })
    await auth.confirmSignUp({ username: '', confirmationCode: '' })
    await auth.confirmSignUp({ username, confirmationCode: '' })
    await auth.resendSignUpCode({ username: '' })
    for (const authFlowType of ['USER_SRP_AUTH', 'USER_PASSWORD_AUTH'] as const) {
      await auth.signIn({ username: '', password: '', options: { authFlowType } })
      await auth.signIn({ username, password: '', options: { authFlowType } })
    }
    await auth.confirmSignIn({ challengeResponse: '' })
    await auth.resetPassword({ username: '' })
    await auth.confirmResetPassword({ username: '', newPassword: '', confirmationCode: '' })
    await auth.confirmResetPassword({ username, newPassword: '', confirmationCode: '' })
    await auth.confirmResetPassword({ username, newPassword, confirmationCode: '' })
    await auth.updatePassword({ oldPassword: '', newPassword })
    await auth.updatePassword({ oldPassword: password, newPassword: '' })
    await auth.confirmUserAttribute({ userAttributeKey: 'email', confirmationCode: '' })
    await auth.verifyTOTPSetup({ code: '' })
  },
}

// Each a story of its own: a second `autoSignIn` soon after the first never settles with Amplify.
for (const preferredChallenge of ['PASSWORD', 'PASSWORD_SRP', 'EMAIL_OTP'] as const) {
  stories[`signing up, and in automatically with ${preferredChallenge} preferred`] = async (auth, world) => {
    await world.poolOfFactors()
    const email = 'bob@example.com'
    await auth.signUp({
      username: 'bob',
      password,
      options: { userAttributes: { email }, autoSignIn: { authFlowType: 'USER_AUTH', preferredChallenge } },
    })
    await auth.confirmSignUp({ username: 'bob', confirmationCode: world.code(email) })
    await auth.autoSignIn()
    await auth.getCurrentUser()
  }
}

describe('Amplify and Amulet send, answer and throw the same when a user is', () => {
  // Milliseconds in which Amplify ignores another `autoSignIn`, of any user.
  const DEBOUNCED = 300
  let autoSignedIn = false
  beforeEach(async () => {
    if (autoSignedIn) await setTimeout(DEBOUNCED)
    autoSignedIn = false
  })

  test.each(Object.entries(stories))('%s', async (name, story) => {
    autoSignedIn = name.includes('automatically')
    const told = await tellBoth(story)
    expect(told.ours).toEqual(told.stock)
    expect(told.ours.answers.length).toBeGreaterThan(3)
  })
})

test('UserContextData is sent with the same requests and the same names', async () => {
  const getData = vi.fn((name: string) => `about ${name}`)
  const AmazonCognitoAdvancedSecurityData = { getData }
  const told = await tellBoth(async (auth, world) => {
    vi.stubGlobal('AmazonCognitoAdvancedSecurityData', AmazonCognitoAdvancedSecurityData)
    vi.stubGlobal('window', { AmazonCognitoAdvancedSecurityData })
    const { code } = world
    await auth.signUp({ username, password })
    await auth.resendSignUpCode({ username })
    await auth.confirmSignUp({ username, confirmationCode: code() })
    await auth.resetPassword({ username })
    await auth.confirmResetPassword({ username, newPassword, confirmationCode: code() })
    await auth.signIn({ username, password: newPassword })
    await auth.fetchAuthSession({ forceRefresh: true })
    await auth.signOut()
    const authFlowType = 'USER_PASSWORD_AUTH'
    await auth.signIn({ username, password: newPassword, options: { authFlowType } })
    await auth.updatePassword({ oldPassword: newPassword, newPassword: password })
    await auth.signOut()
    await world.admin.adminSetUserPassword({
      UserPoolId: world.UserPoolId,
      Username: username,
      Password: 'Temporary-1',
      Permanent: false,
    })
    await auth.signIn({ username, password: 'Temporary-1' })
    await auth.confirmSignIn({ challengeResponse: password })
    await setMfa(world, 'OPTIONAL', { ...byApp, ...byEmail })
    const secret = (await auth.setUpTOTP())?.sharedSecret
    await auth.verifyTOTPSetup({ code: world.appCode(secret) })
    await auth.updateMFAPreference({ totp: 'ENABLED', email: 'ENABLED' })
    await auth.signOut()
    await auth.signIn({ username, password, options: { authFlowType } })
    await auth.confirmSignIn({ challengeResponse: 'TOTP' })
    await auth.confirmSignIn({ challengeResponse: world.appCode(secret, 1) })
  })
  expect(told.ours).toEqual(told.stock)
  const sentWith = (told.ours.sent as { operation: string; body: { UserContextData?: object } }[]).flatMap(
    ({ operation, body }) => (body.UserContextData ? [operation] : []),
  )
  expect(sentWith).toEqual([
    'SignUp',
    'ResendConfirmationCode',
    'ConfirmSignUp',
    'ForgotPassword',
    'ConfirmForgotPassword',
    'InitiateAuth',
    'RespondToAuthChallenge',
    'InitiateAuth',
    'InitiateAuth',
    'RespondToAuthChallenge',
    'RespondToAuthChallenge',
    'InitiateAuth',
    'RespondToAuthChallenge',
    'RespondToAuthChallenge',
  ])
})

test('deleting the user is the same, but for a token that Amplify tries to revoke afterwards', async () => {
  const told = await tellBoth(async (auth, world) => {
    await signedInUser(auth, world)
    await auth.deleteUser()
    await auth.getCurrentUser()
    await auth.signIn({ username, password })
  })
  expect(told.ours.answers).toEqual(told.stock.answers)
  expect(told.ours.sent).toEqual(
    (told.stock.sent as { operation: string }[]).filter(({ operation }) => operation !== 'RevokeToken'),
  )
  expect(told.stock.sent).toHaveLength(told.ours.sent.length + 1)
})
