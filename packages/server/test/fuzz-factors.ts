import { addPasskey, createPasskey } from '@amulet/server/testing'
import type { CreateUserPoolRequest } from '@aws-sdk/client-cognito-identity-provider'
import { confirm, signIn } from './device-client.js'
import type { World } from './fuzz.js'
import { LAMBDA_CONFIG } from './model/functions.js'
import { ask } from './model/world.js'
import { srpBegin, srpClaim } from './srp-sign-in.js'
import { PASSWORD, type Started } from './start.js'
import { totp } from './totp.js'

// What operations about second factors, passkeys and devices are sent by a caller who knows the way around.

/** Of a pool that has all of it. */
export const POOL_WITH_FACTORS: Partial<CreateUserPoolRequest> = {
  LambdaConfig: LAMBDA_CONFIG,
  DeviceConfiguration: { ChallengeRequiredOnNewDevice: true },
  Policies: { SignInPolicy: { AllowedFirstAuthFactors: ['PASSWORD', 'EMAIL_OTP', 'SMS_OTP', 'WEB_AUTHN'] } },
}

const FACTORS = {
  SmsMfaConfiguration: { SmsConfiguration: { SnsCallerArn: 'arn:aws:iam::123456789012:role/sms' } },
  SoftwareTokenMfaConfiguration: { Enabled: true },
  EmailMfaConfiguration: { Message: 'Your code: {####}', Subject: 'Code' },
  WebAuthnConfiguration: { RelyingPartyId: 'localhost', UserVerification: 'preferred' },
}

/** Gives a pool its factors, and makes one beside it that requires one of them. */
export async function prepareFactors(app: Started, UserPoolId: string) {
  await ask(app, 'SetUserPoolMfaConfig', { UserPoolId, MfaConfiguration: 'OPTIONAL', ...FACTORS })
  const strict = await ask(app, 'CreateUserPool', { PoolName: 'Strict' })
  const strictPoolId = strict.body.UserPool.Id
  await ask(app, 'SetUserPoolMfaConfig', { UserPoolId: strictPoolId, MfaConfiguration: 'ON', ...FACTORS })
  const ExplicitAuthFlows = ['ALLOW_USER_PASSWORD_AUTH', 'ALLOW_USER_AUTH']
  const made = await ask(app, 'CreateUserPoolClient', {
    UserPoolId: strictPoolId,
    ClientName: 'fuzz',
    ExplicitAuthFlows,
  })
  return { strictPoolId, strictClientId: made.body.UserPoolClient.ClientId }
}

/** One who has nothing but a password, and is to set a factor up. */
const NEWCOMER = 'novice'

/** Users with factors of their own, and sign-ins that have come to each challenge. */
export async function challengesOf(
  app: Started,
  world: World,
): Promise<Partial<{ -readonly [Name in keyof World]: World[Name] }>> {
  const { userPoolId: UserPoolId, clientId: ClientId, username, accessToken: AccessToken } = world
  const client = { ...app, userPoolId: UserPoolId, userPoolClientId: ClientId }
  const guarded = `guarded-${username}`
  const [email, phone] = [`${guarded}@example.com`, `+1666${username.replace(/\D/g, '').padStart(7, '0')}`]
  const begin = async (AuthFlow: string, USERNAME: string, more: object = {}) =>
    (await ask(app, 'InitiateAuth', { ClientId, AuthFlow, AuthParameters: { USERNAME, ...more } })).body
  const choose = (preferred?: string) =>
    begin('USER_AUTH', username, preferred === undefined ? {} : { PREFERRED_CHALLENGE: preferred })
  const respond = async (ChallengeName: string, Session: string, responses: object) =>
    (
      await ask(app, 'RespondToAuthChallenge', {
        ClientId,
        ChallengeName,
        Session,
        ChallengeResponses: responses,
      })
    ).body
  const last = (to: string) => app.server.inbox.last(to)?.code ?? ''

  // A user with three second factors, who chooses between them.
  const about = { UserPoolId, Username: guarded }
  const UserAttributes = Object.entries({
    email,
    email_verified: 'true',
    phone_number: phone,
    phone_number_verified: 'true',
  }).map(([Name, Value]) => ({ Name, Value }))
  await ask(app, 'AdminCreateUser', { ...about, UserAttributes, MessageAction: 'SUPPRESS' })
  await ask(app, 'AdminSetUserPassword', { ...about, Password: PASSWORD, Permanent: true })
  const signedIn = await begin('USER_PASSWORD_AUTH', guarded, { PASSWORD })
  const token = { AccessToken: signedIn.AuthenticationResult.AccessToken }
  const secretOf = async (input: object) =>
    (await ask(app, 'AssociateSoftwareToken', input)).body as unknown as { SecretCode: string }
  const { SecretCode } = await secretOf(token)
  const code = (secret: string) => totp(secret, app.server.clock.now())
  await ask(app, 'VerifySoftwareToken', { ...token, UserCode: code(SecretCode) })
  await ask(app, 'AdminSetUserMFAPreference', {
    ...about,
    SMSMfaSettings: { Enabled: true },
    SoftwareTokenMfaSettings: { Enabled: true },
    EmailMfaSettings: { Enabled: true },
  })
  const toFactors = async () => (await begin('USER_PASSWORD_AUTH', guarded, { PASSWORD })).Session
  const toFactor = async (ANSWER: string) =>
    (await respond('SELECT_MFA_TYPE', await toFactors(), { USERNAME: guarded, ANSWER })).Session
  const smsSession = await toFactor('SMS_MFA')
  const smsCode = last(phone)
  const mailSession = await toFactor('EMAIL_OTP')
  const mailCode = last(email)

  // A user with a passkey, a device, and an app that is not proven yet.
  const passkey = createPasskey({ origin: 'http://localhost:5173' })
  await addPasskey(app.server, username, passkey, { userPoolId: UserPoolId })
  const asked = await choose('WEB_AUTHN')
  const requestOptions = JSON.parse(asked.ChallengeParameters.CREDENTIAL_REQUEST_OPTIONS ?? '{}')
  const creation = (await ask(app, 'StartWebAuthnRegistration', { AccessToken })).body as unknown as {
    CredentialCreationOptions: Parameters<typeof passkey.create>[0]
  }
  const onDevice = await signIn(client, undefined, username)
  const device = await confirm(client, onDevice)
  const fresh = await signIn(client, undefined, username)
  const deviceSession = (await signIn(client, device.key, username)).body.Session
  const srp = srpBegin()
  const verifier = await respond('DEVICE_SRP_AUTH', deviceSession, {
    USERNAME: username,
    DEVICE_KEY: device.key,
    SRP_A: srp.SRP_A,
  })
  const claim = srpClaim(
    { ...srp, parameters: verifier.ChallengeParameters },
    [device.groupKey, device.key],
    device.password,
    app.server.clock.now(),
  )
  const codeSession = (await choose('EMAIL_OTP')).Session
  const codeOfChoice = last(world.email)
  const setUp = {
    UserPoolId: world.strictPoolId,
    Username: NEWCOMER,
  }
  // There since the last round, unless it was deleted.
  await app.call('AdminCreateUser', { ...setUp, MessageAction: 'SUPPRESS' })
  await ask(app, 'AdminSetUserPassword', { ...setUp, Password: PASSWORD, Permanent: true })
  const toSetUp = async () =>
    (
      await ask(app, 'InitiateAuth', {
        ClientId: world.strictClientId,
        AuthFlow: 'USER_PASSWORD_AUTH',
        AuthParameters: { USERNAME: NEWCOMER, PASSWORD },
      })
    ).body.Session
  const { SecretCode: pending } = await secretOf({ AccessToken })
  const associated = (await ask(app, 'AssociateSoftwareToken', { Session: await toSetUp() }))
    .body as unknown as { SecretCode: string; Session: string }
  const proven = await ask(app, 'VerifySoftwareToken', {
    Session: associated.Session,
    UserCode: code(associated.SecretCode),
  })
  const freshDevice = fresh.body.AuthenticationResult
  const signUpName = `signed-up-${username}`
  const signedUp = await ask(app, 'SignUp', {
    ClientId,
    Username: signUpName,
    UserAttributes: [{ Name: 'email', Value: `${signUpName}@example.com` }],
  })
  await ask(app, 'AdminConfirmSignUp', { UserPoolId, Username: signUpName })
  return {
    guarded,
    novice: NEWCOMER,
    signedUp: signUpName,
    signUpSession: signedUp.body.Session,
    factorsSession: await toFactors(),
    smsSession,
    smsCode,
    mailSession,
    mailCode,
    appSession: await toFactor('SOFTWARE_TOKEN_MFA'),
    // That of the set-up is used.
    appCode: totp(SecretCode, app.server.clock.now() + 30_000),
    pendingCode: code(pending),
    setUpSession: await toSetUp(),
    provenSession: proven.body.Session,
    choiceSession: (await choose()).Session,
    codeSession,
    codeOfChoice,
    customSession: (await begin('CUSTOM_AUTH', username)).Session,
    passkeyId: passkey.id,
    passkeySession: asked.Session,
    assertion: JSON.stringify(passkey.get(requestOptions)),
    registration: createPasskey({ origin: 'http://localhost:5173' }).create(
      creation.CredentialCreationOptions,
    ),
    deviceKey: device.key,
    tokenOfDevice: onDevice.body.AuthenticationResult.RefreshToken,
    freshDeviceKey: freshDevice.NewDeviceMetadata.DeviceKey,
    freshToken: freshDevice.AccessToken,
    deviceSession,
    deviceBlock: claim.PASSWORD_CLAIM_SECRET_BLOCK,
    deviceSignature: claim.PASSWORD_CLAIM_SIGNATURE,
    timestamp: claim.TIMESTAMP,
  }
}
