import { addPasskey, createPasskey, type Passkey } from '@amulet/server/testing'
import { confirm, type KnownDevice, signIn } from '../device-client.js'
import type { Answer, Started } from '../start.js'
import { totp } from '../totp.js'
import { FACTORS, type Factor, type Person, type Settings } from './sign-in-model.js'

// Pools and users in any state of the model, made by calling the API as an administrator and the users would.

export interface Pool {
  readonly UserPoolId: string
  readonly clients: readonly string[]
  readonly settings: Settings
}

/** A user, with all that only this user has. */
export interface Account {
  readonly name: string
  readonly pool: Pool
  /** As of now: what a sign-in changes is noted here. */
  person: Person
  password: string
  email: string
  readonly phone: string
  /** Of an authenticator app. */
  appSecret: string | undefined
  /** The last step of time whose code was used. */
  appStep: number
  device: (KnownDevice & { remembered: boolean }) | undefined
  /** What the user holds, whether or not the server still knows it. */
  readonly passkey: Passkey | undefined
  /** The session that a sign-up brought. */
  signUpSession?: string
}

const MFA_CONFIG = {
  SMS_MFA: {
    SmsMfaConfiguration: {
      SmsConfiguration: { SnsCallerArn: 'arn:aws:iam::123456789012:role/sms' },
    },
  },
  SOFTWARE_TOKEN_MFA: { SoftwareTokenMfaConfiguration: { Enabled: true } },
  EMAIL_OTP: { EmailMfaConfiguration: { Message: 'Your code: {####}', Subject: 'Code' } },
} as const satisfies Record<Factor, object>

export const PREFERENCE = {
  SMS_MFA: 'SMSMfaSettings',
  SOFTWARE_TOKEN_MFA: 'SoftwareTokenMfaSettings',
  EMAIL_OTP: 'EmailMfaSettings',
} as const satisfies Record<Factor, string>

/** @throws Error the server has said no */
export async function ask(app: Pick<Started, 'call'>, operation: string, input: object): Promise<Answer> {
  const answer = await app.call(operation, input)
  if (answer.status !== 200) throw new Error(`${operation}: ${answer.text}`)
  return answer
}

const setMfa = (
  app: Started,
  UserPoolId: string,
  { firstFactors, passkeysAreTwoFactors }: Settings,
  mfa: Settings['mfa'],
  factors: readonly Factor[],
) =>
  ask(app, 'SetUserPoolMfaConfig', {
    UserPoolId,
    MfaConfiguration: mfa,
    ...(firstFactors.includes('WEB_AUTHN') && {
      WebAuthnConfiguration: {
        RelyingPartyId: 'localhost',
        UserVerification: passkeysAreTwoFactors ? 'required' : 'preferred',
        FactorConfiguration: passkeysAreTwoFactors ? 'MULTI_FACTOR_WITH_USER_VERIFICATION' : 'SINGLE_FACTOR',
      },
    }),
    ...(mfa !== 'OFF' && Object.assign({}, ...factors.map((factor) => MFA_CONFIG[factor]))),
  })

/** A pool in which users can still get every factor; see `finishPool`. */
export async function createPool(
  app: Started,
  settings: Settings,
  { clients = 1, LambdaConfig }: { clients?: number; LambdaConfig?: object } = {},
): Promise<Pool> {
  const {
    challengedOnNewDevice: ChallengeRequiredOnNewDevice,
    rememberedOnPrompt: DeviceOnlyRememberedOnUserPrompt = false,
  } = settings
  const { body } = await ask(app, 'CreateUserPool', {
    PoolName: 'Model',
    LambdaConfig,
    AutoVerifiedAttributes: ['email'],
    Policies: { SignInPolicy: { AllowedFirstAuthFactors: settings.firstFactors } },
    ...(ChallengeRequiredOnNewDevice !== undefined && {
      DeviceConfiguration: { ChallengeRequiredOnNewDevice, DeviceOnlyRememberedOnUserPrompt },
    }),
  })
  const UserPoolId = body.UserPool.Id
  await setMfa(app, UserPoolId, settings, 'OPTIONAL', FACTORS)
  const ids: string[] = []
  for (let number = 0; number < clients; number++) {
    const made = await ask(app, 'CreateUserPoolClient', {
      UserPoolId,
      ClientName: `Client ${number}`,
      ExplicitAuthFlows: [
        'ALLOW_USER_PASSWORD_AUTH',
        'ALLOW_USER_SRP_AUTH',
        'ALLOW_USER_AUTH',
        'ALLOW_ADMIN_USER_PASSWORD_AUTH',
        ...(LambdaConfig ? ['ALLOW_CUSTOM_AUTH'] : []),
        'ALLOW_REFRESH_TOKEN_AUTH',
      ],
      PreventUserExistenceErrors: settings.hidesExistence ? 'ENABLED' : 'LEGACY',
    })
    ids.push(made.body.UserPoolClient.ClientId)
  }
  return { UserPoolId, clients: ids, settings }
}

/** Gives a pool the settings that it is made for, once it has its users. */
export const finishPool = (app: Started, { UserPoolId, settings }: Pool): Promise<Answer> =>
  setMfa(app, UserPoolId, settings, settings.mfa, settings.factors)

let users = 0

export interface AccountOptions {
  /** Whether there is a device that knows the user, and whether it is remembered. Default: there is none. */
  readonly device?: 'none' | 'confirmed' | 'remembered'
  /** What the user does while nothing but the password is asked for. */
  readonly use?: (account: Account) => Promise<void>
  /** Default: one that no user had. */
  readonly name?: string
}

/** Of a finished pool, only users who have nothing but addresses, a password and a passkey. */
export async function createAccount(
  app: Started,
  pool: Pool,
  person: Person,
  { device = 'none', use = async () => {}, ...given }: AccountOptions = {},
): Promise<Account> {
  const { UserPoolId } = pool
  const number = String(++users)
  const { name = `user${number}` } = given
  const account: Account = {
    name,
    pool,
    person,
    password: `Right-Password-${number}`,
    email: `${name}@example.com`,
    phone: `+1555${number.padStart(7, '0')}`,
    appSecret: undefined,
    appStep: 0,
    device: undefined,
    passkey: person.hasPasskey ? createPasskey({ origin: 'http://localhost:5173' }) : undefined,
  }
  const about = { UserPoolId, Username: name }
  const attributes = [
    ...attributesOf('email', account.email, person.email),
    ...attributesOf('phone_number', account.phone, person.phone),
  ]
  if (person.status === 'UNCONFIRMED') {
    const UserAttributes = attributes.filter(({ Name }) => !Name.endsWith('_verified'))
    const [ClientId] = pool.clients
    const Password = person.hasPassword ? account.password : undefined
    const { body } = await ask(app, 'SignUp', { ClientId, Username: name, Password, UserAttributes })
    account.signUpSession = body.Session
  } else {
    await ask(app, 'AdminCreateUser', {
      ...about,
      UserAttributes: attributes,
      MessageAction: 'SUPPRESS',
    })
    await ask(app, 'AdminSetUserPassword', { ...about, Password: account.password, Permanent: true })
    if (account.passkey) await addPasskey(app.server, name, account.passkey, { userPoolId: UserPoolId })
    await equip(app, account, device)
    await use(account)
  }
  // Reset codes do not go where the codes of a second factor go.
  if (person.status === 'RESET_REQUIRED') await ask(app, 'AdminResetUserPassword', about)
  for (const factor of person.enabledFactors)
    await ask(app, 'AdminSetUserMFAPreference', {
      ...about,
      [PREFERENCE[factor]]: { Enabled: true, PreferredMfa: person.preferred === factor },
    })
  if (person.status === 'FORCE_CHANGE_PASSWORD')
    await ask(app, 'AdminSetUserPassword', { ...about, Password: account.password, Permanent: false })
  if (!person.enabled) await ask(app, 'AdminDisableUser', about)
  return account
}

const attributesOf = (Name: string, Value: string, state: Person['email']) =>
  state === 'none'
    ? []
    : [
        { Name, Value },
        { Name: `${Name}_verified`, Value: String(state === 'verified') },
      ]

/** What users do with the tokens of a sign-in: set an app up, and confirm their device. */
async function equip(app: Started, account: Account, device: 'none' | 'confirmed' | 'remembered') {
  const needsApp = account.person.enabledFactors.includes('SOFTWARE_TOKEN_MFA')
  const needsDevice = device !== 'none' && account.pool.settings.challengedOnNewDevice !== undefined
  if (!needsApp && !needsDevice) return
  const { UserPoolId, clients } = account.pool
  const client = { ...app, userPoolId: UserPoolId, userPoolClientId: clients[0] ?? '' }
  const signedIn = await signIn(client, undefined, account.name, account.password)
  if (signedIn.status !== 200) throw new Error(signedIn.text)
  const { AccessToken } = signedIn.body.AuthenticationResult
  if (needsApp) {
    const { body } = await ask(app, 'AssociateSoftwareToken', { AccessToken })
    account.appSecret = (body as unknown as { SecretCode: string }).SecretCode
    await ask(app, 'VerifySoftwareToken', { AccessToken, UserCode: appCode(app, account) })
    // The code that proved it is used.
    app.server.clock.advance(60)
  }
  if (needsDevice) {
    const { key, groupKey, password, answer } = await confirm(client, signedIn)
    const remembered = device === 'remembered'
    account.device = { key, groupKey, password, remembered }
    const isAsked = account.pool.settings.rememberedOnPrompt === true
    if (answer.body.UserConfirmationNecessary !== isAsked) throw new Error(answer.text)
    if (remembered === isAsked)
      await ask(app, 'UpdateDeviceStatus', {
        AccessToken,
        DeviceKey: key,
        DeviceRememberedStatus: remembered ? 'remembered' : 'not_remembered',
      })
  }
}

export const appCode = ({ server }: Pick<Started, 'server'>, { appSecret = '' }: Account): string =>
  totp(appSecret, server.clock.now())
