import {
  type AuthTOTPSetupDetails,
  confirmSignIn,
  createAuthContext,
  createMemoryStorage,
  fetchMFAPreference,
  fetchUserAttributes,
  getCurrentUser,
  type SignInOutput,
  setUpTOTP,
  signIn,
  signOut,
  updateMFAPreference,
  verifyTOTPSetup,
} from '@amulet/auth'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { totp } from '../../server/test/totp.js'
import {
  administrator,
  anotherCode,
  answerLost,
  confirmedUser,
  json,
  lastCode,
  offline,
  PASSWORD,
  type Started,
  signedInUser,
  start,
} from './start.js'

const password = PASSWORD
const username = 'ada@example.com'
const done = { isSignedIn: true, nextStep: { signInStep: 'DONE' } }

const byApp = { SoftwareTokenMfaConfiguration: { Enabled: true } }
const byEmail = { EmailMfaConfiguration: { Message: 'Your code: {####}', Subject: 'Code' } }

async function setMfa(started: Started, MfaConfiguration: 'ON' | 'OPTIONAL', factors: object) {
  const admin = await administrator(started)
  const { userPoolId: UserPoolId } = await started.server.ready
  await admin.setUserPoolMfaConfig({ UserPoolId, MfaConfiguration, ...factors })
}

/** A page of the browser that is loaded anew each time it is asked for. */
async function startPages() {
  const storage = createMemoryStorage()
  const started = await start({ storage })
  return { ...started, page: () => started.anotherContext({ storage }) }
}

const appCode = ({ server }: Started, secret: string) => totp(secret, server.clock.now())

function setupDetails({ nextStep }: SignInOutput): AuthTOTPSetupDetails {
  if (nextStep.signInStep === 'CONTINUE_SIGN_IN_WITH_TOTP_SETUP') return nextStep.totpSetupDetails
  throw new Error(nextStep.signInStep)
}

/** Sets an authenticator app up for the signed-in user; a later code of it is needed for what comes next. */
async function withApp(started: Started): Promise<string> {
  const { context, server } = started
  const { sharedSecret } = await setUpTOTP(context)
  await verifyTOTPSetup(context, { code: appCode(started, sharedSecret) })
  server.clock.advance(30)
  return sharedSecret
}

describe('an authenticator app', () => {
  test('is set up by a user who is signed in, and asked for at the next sign-in, in another page too', async () => {
    const started = await startPages()
    const { context, page } = started
    await setMfa(started, 'OPTIONAL', byApp)
    await signedInUser(started)
    expect(await fetchMFAPreference(context)).toEqual({})
    const { sharedSecret } = await setUpTOTP(context)
    await expect(
      verifyTOTPSetup(context, { code: anotherCode(appCode(started, sharedSecret)) }),
    ).rejects.toMatchObject({ name: 'EnableSoftwareTokenMFAException' })
    await verifyTOTPSetup(context, {
      code: appCode(started, sharedSecret),
      options: { friendlyDeviceName: 'Phone' },
    })
    expect(started.net.sent.at(-1)?.body).toMatchObject({ FriendlyDeviceName: 'Phone' })
    await updateMFAPreference(context, { totp: 'PREFERRED' })
    expect(await fetchMFAPreference(context)).toEqual({ enabled: ['TOTP'], preferred: 'TOTP' })
    await signOut(context)

    started.server.clock.advance(30)
    expect(await signIn(page(), { username, password })).toEqual({
      isSignedIn: false,
      nextStep: { signInStep: 'CONFIRM_SIGN_IN_WITH_TOTP_CODE' },
    })
    const challengeResponse = appCode(started, sharedSecret)
    await expect(
      confirmSignIn(page(), { challengeResponse: anotherCode(challengeResponse) }),
    ).rejects.toMatchObject({ name: 'CodeMismatchException' })
    expect(await confirmSignIn(page(), { challengeResponse })).toEqual(done)
    expect(await getCurrentUser(page())).toMatchObject({
      signInDetails: { loginId: username, authFlowType: 'USER_SRP_AUTH' },
    })
  })

  test('is set up in the sign-in where the pool requires a second factor, in another page too', async () => {
    const started = await startPages()
    const { page, net } = started
    await confirmedUser(started)
    await setMfa(started, 'ON', byApp)
    const { sharedSecret, getSetupUri } = setupDetails(await signIn(page(), { username, password }))
    expect(getSetupUri('Amulet', 'ada').href).toBe(
      `otpauth://totp/Amulet:ada?secret=${sharedSecret}&issuer=Amulet`,
    )
    const code = appCode(started, sharedSecret)
    const options = { friendlyDeviceName: 'Phone' }
    for (const challengeResponse of [anotherCode(code), 'by pigeon'])
      await expect(confirmSignIn(page(), { challengeResponse, options })).rejects.toMatchObject({
        name: challengeResponse === 'by pigeon' ? 'SignInException' : 'EnableSoftwareTokenMFAException',
      })
    expect(await confirmSignIn(page(), { challengeResponse: code, options })).toEqual(done)
    expect(net.sent.slice(-2)).toMatchObject([
      { operation: 'VerifySoftwareToken', body: { FriendlyDeviceName: 'Phone', UserCode: code } },
      { operation: 'RespondToAuthChallenge', body: { ChallengeName: 'MFA_SETUP' } },
    ])
    expect(await fetchMFAPreference(page())).toEqual({ enabled: ['TOTP'] })
  })

  test('that is proven, but whose answer was lost, signs the user in with the next code', async () => {
    const started = await startPages()
    const { page, net, server } = started
    await confirmedUser(started)
    await setMfa(started, 'ON', byApp)
    const { sharedSecret } = setupDetails(await signIn(page(), { username, password }))
    net.faults.push((forward) => forward(), offline)
    await expect(
      confirmSignIn(page(), { challengeResponse: appCode(started, sharedSecret) }),
    ).rejects.toMatchObject({ name: 'NetworkError' })
    server.clock.advance(30)
    expect(await confirmSignIn(page(), { challengeResponse: appCode(started, sharedSecret) })).toEqual(done)
  })

  test('with a wrong code is an error, in whichever of its two ways the service says so', async () => {
    const started = await start()
    const { context, net } = started
    await setMfa(started, 'OPTIONAL', byApp)
    await signedInUser(started)
    const { sharedSecret } = await setUpTOTP(context)
    const code = appCode(started, sharedSecret)
    net.faults.push(json(200, { Status: 'ERROR' }))
    await expect(verifyTOTPSetup(context, { code })).rejects.toMatchObject({
      name: 'EnableSoftwareTokenMFAException',
    })
    await verifyTOTPSetup(context, { code })
  })

  test('that is proven goes on with its own session when the answer after it was refused', async () => {
    const { context, net } = await start()
    const setup = { ChallengeName: 'MFA_SETUP', Session: 'asked' }
    const ChallengeParameters = { MFAS_CAN_SETUP: '["SOFTWARE_TOKEN_MFA"]' }
    net.faults.push(
      json(200, { ...setup, ChallengeParameters }),
      json(200, { SecretCode: 'ABC', Session: 'associated' }),
    )
    await signIn(context, { username, password, options: { authFlowType: 'USER_PASSWORD_AUTH' } })
    const refused = json(400, { __type: 'InternalErrorException', message: 'no' })
    net.faults.push(json(200, { Session: 'verified' }), refused, refused)
    for (const _ of [1, 2])
      await expect(confirmSignIn(context, { challengeResponse: '123456' })).rejects.toBeDefined()
    expect(net.sent.slice(1).map(({ operation, body }) => [operation, body.Session])).toEqual([
      ['AssociateSoftwareToken', 'asked'],
      ['VerifySoftwareToken', 'associated'],
      ['RespondToAuthChallenge', 'verified'],
      ['VerifySoftwareToken', 'verified'],
    ])
  })

  test('whose secret, or whose code, was lost on the way is not asked for twice', async () => {
    const started = await start()
    const { context, net } = started
    await setMfa(started, 'OPTIONAL', byApp)
    await signedInUser(started)
    net.faults.push(answerLost)
    await expect(setUpTOTP(context)).rejects.toMatchObject({ name: 'NetworkError', retryable: true })
    const { sharedSecret } = await setUpTOTP(context)
    net.faults.push(offline)
    const code = appCode(started, sharedSecret)
    await expect(verifyTOTPSetup(context, { code })).rejects.toMatchObject({ name: 'NetworkError' })
    await verifyTOTPSetup(context, { code })
    expect(net.operations()).toEqual([
      'AssociateSoftwareToken',
      'AssociateSoftwareToken',
      'VerifySoftwareToken',
      'VerifySoftwareToken',
    ])
  })

  test('whose secret does not come rejects with SetUpTOTPException', async () => {
    const started = await start()
    await signedInUser(started)
    started.net.faults.push(json(200, {}))
    await expect(setUpTOTP(started.context)).rejects.toMatchObject({
      name: 'SetUpTOTPException',
      message: 'Failed to set up TOTP.',
    })
    await signOut(started.context)
    const ChallengeParameters = { MFAS_CAN_SETUP: '["SOFTWARE_TOKEN_MFA"]' }
    started.net.faults.push(
      json(200, { ChallengeName: 'MFA_SETUP', Session: 's', ChallengeParameters }),
      json(200, {}),
    )
    await expect(signIn(started.context, { username, password })).rejects.toMatchObject({
      name: 'SetUpTOTPException',
    })
  })

  test('has an URI in which no name of an application or an account is taken for something else', async () => {
    const started = await start()
    await setMfa(started, 'OPTIONAL', byApp)
    await signedInUser(started)
    const { sharedSecret, getSetupUri } = await setUpTOTP(started.context)
    const { username: account } = await getCurrentUser(started.context)
    expect(getSetupUri('My app').href).toBe(
      `otpauth://totp/My%20app:${account}?secret=${sharedSecret}&issuer=My%20app`,
    )
    const uri = getSetupUri('Q&A/#1?: 100%', 'ada+test@example.com')
    expect(uri.pathname).toMatch(/\/Q%26A%2F%231%3F%3A%20100%25:ada%2Btest@example\.com$/)
    expect([...uri.searchParams]).toEqual([
      ['secret', sharedSecret],
      ['issuer', 'Q&A/#1?: 100%'],
    ])
  })
})

describe('of several second factors', () => {
  test('the user chooses one, again after a wrong choice and a wrong code, in another page too', async () => {
    const started = await startPages()
    const { context, page } = started
    await setMfa(started, 'OPTIONAL', { ...byApp, ...byEmail })
    await signedInUser(started)
    const secret = await withApp(started)
    await updateMFAPreference(context, { totp: 'ENABLED', email: 'ENABLED' })
    expect(await fetchMFAPreference(context)).toEqual({ enabled: ['TOTP', 'EMAIL'] })
    await signOut(context)

    expect((await signIn(page(), { username, password })).nextStep).toEqual({
      signInStep: 'CONTINUE_SIGN_IN_WITH_MFA_SELECTION',
      allowedMFATypes: ['TOTP', 'EMAIL'],
    })
    for (const challengeResponse of ['EMAIL_OTP', 'totp', 'constructor'])
      await expect(confirmSignIn(page(), { challengeResponse })).rejects.toMatchObject({
        name: 'IncorrectMFAMethod',
        message: 'Incorrect MFA method was chosen. It should be either SMS, TOTP, or EMAIL',
        recoverySuggestion: 'Try to pass SMS, TOTP, or EMAIL as the challengeResponse',
      })
    expect((await confirmSignIn(page(), { challengeResponse: 'EMAIL' })).nextStep).toEqual({
      signInStep: 'CONFIRM_SIGN_IN_WITH_EMAIL_CODE',
      codeDeliveryDetails: { deliveryMedium: 'EMAIL', destination: 'a***@e***' },
    })
    const code = lastCode(started, username)
    await expect(confirmSignIn(page(), { challengeResponse: anotherCode(code) })).rejects.toMatchObject({
      name: 'CodeMismatchException',
    })
    expect(await confirmSignIn(page(), { challengeResponse: code })).toEqual(done)
    await signOut(page())

    await signIn(page(), { username, password })
    expect((await confirmSignIn(page(), { challengeResponse: 'TOTP' })).nextStep).toEqual({
      signInStep: 'CONFIRM_SIGN_IN_WITH_TOTP_CODE',
    })
    expect(await confirmSignIn(page(), { challengeResponse: appCode(started, secret) })).toEqual(done)
  })

  test('unknown ones are neither offered nor mentioned', async () => {
    const started = await start()
    const { context, net } = started
    await signedInUser(started)
    const UserMFASettingList = ['CARRIER_PIGEON', 'SMS_MFA', 'EMAIL_OTP']
    net.faults.push(json(200, { UserMFASettingList, PreferredMfaSetting: 'CARRIER_PIGEON' }))
    expect(await fetchMFAPreference(context)).toEqual({ enabled: ['SMS', 'EMAIL'] })
    await signOut(context)
    const MFAS_CAN_CHOOSE = '["SMS_MFA","CARRIER_PIGEON","EMAIL_OTP"]'
    net.faults.push(
      json(200, { ChallengeName: 'SELECT_MFA_TYPE', Session: 's', ChallengeParameters: { MFAS_CAN_CHOOSE } }),
    )
    expect((await signIn(context, { username, password })).nextStep).toEqual({
      signInStep: 'CONTINUE_SIGN_IN_WITH_MFA_SELECTION',
      allowedMFATypes: ['SMS', 'EMAIL'],
    })
  })
})

describe('where a second factor is required', () => {
  /** A user without an address, after the first password of their own. */
  async function beforeSetup() {
    const started = await start()
    const admin = await administrator(started)
    const UserPoolId = (await admin.createUserPool({ PoolName: 'names' })).UserPool?.Id ?? ''
    const { UserPoolClient } = await admin.createUserPoolClient({ UserPoolId, ClientName: 'web' })
    await admin.setUserPoolMfaConfig({ UserPoolId, MfaConfiguration: 'ON', ...byApp, ...byEmail })
    await admin.adminCreateUser({
      UserPoolId,
      Username: 'ada',
      TemporaryPassword: 'Temporary-1',
      MessageAction: 'SUPPRESS',
    })
    const Cognito = { userPoolId: UserPoolId, userPoolClientId: UserPoolClient?.ClientId ?? '' }
    const storage = createMemoryStorage()
    const { fetch } = started.net
    const page = () =>
      createAuthContext({ Auth: { Cognito } }, { storage, fetch, clock: started.server.clock.now })
    await signIn(page(), { username: 'ada', password: 'Temporary-1' })
    const { nextStep } = await confirmSignIn(page(), { challengeResponse: password })
    expect(nextStep).toEqual({
      signInStep: 'CONTINUE_SIGN_IN_WITH_MFA_SETUP_SELECTION',
      allowedMFATypes: ['TOTP', 'EMAIL'],
    })
    return { ...started, page }
  }

  test('a user chooses codes by e-mail, and the address gets one', async () => {
    const started = await beforeSetup()
    const { page } = started
    expect((await confirmSignIn(page(), { challengeResponse: 'EMAIL' })).nextStep).toEqual({
      signInStep: 'CONTINUE_SIGN_IN_WITH_EMAIL_SETUP',
    })
    await expect(confirmSignIn(page(), { challengeResponse: '@' })).rejects.toMatchObject({
      name: 'InvalidParameterException',
    })
    expect((await confirmSignIn(page(), { challengeResponse: username })).nextStep).toEqual({
      signInStep: 'CONFIRM_SIGN_IN_WITH_EMAIL_CODE',
      codeDeliveryDetails: { deliveryMedium: 'EMAIL', destination: 'a***@e***' },
    })
    expect(await confirmSignIn(page(), { challengeResponse: lastCode(started, username) })).toEqual(done)
    expect(await fetchMFAPreference(page())).toEqual({ enabled: ['EMAIL'] })
    expect(await fetchUserAttributes(page())).toMatchObject({ email: username, email_verified: 'true' })
  })

  test('a choice whose request did not get through can be made again, or another one', async () => {
    const started = await beforeSetup()
    const { page, net } = started
    net.faults.push(offline)
    await expect(confirmSignIn(page(), { challengeResponse: 'TOTP' })).rejects.toMatchObject({
      name: 'NetworkError',
    })
    await confirmSignIn(page(), { challengeResponse: 'EMAIL' })
    const { sharedSecret } = setupDetails(await confirmSignIn(page(), { challengeResponse: 'TOTP' }))
    expect(await confirmSignIn(page(), { challengeResponse: appCode(started, sharedSecret) })).toEqual(done)
  })

  test('and none can be set up rejects with SignInException, which says what the pool has', async () => {
    const { context, net } = await start()
    const ChallengeParameters = { MFAS_CAN_SETUP: '["SMS_MFA"]' }
    net.faults.push(json(200, { ChallengeName: 'MFA_SETUP', Session: 's', ChallengeParameters }))
    await expect(signIn(context, { username, password })).rejects.toMatchObject({
      name: 'SignInException',
      message: 'Cannot initiate MFA setup from available types: SMS',
    })
    await expect(confirmSignIn(context, { challengeResponse: 'TOTP' })).rejects.toMatchObject({
      message: expect.stringContaining('signIn was not called'),
    })
  })

  test('the set-up carries what the page’s script for threat protection has collected, too', async () => {
    vi.stubGlobal('AmazonCognitoAdvancedSecurityData', { getData: () => 'collected' })
    onTestFinished(() => {
      vi.unstubAllGlobals()
    })
    const { page, net } = await beforeSetup()
    await confirmSignIn(page(), { challengeResponse: username })
    expect(net.sent.at(-1)?.body).toMatchObject({
      ChallengeName: 'MFA_SETUP',
      UserContextData: { EncodedData: 'collected' },
    })
  })
})
