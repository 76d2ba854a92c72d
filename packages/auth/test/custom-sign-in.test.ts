import {
  confirmSignIn,
  createAuthContext,
  createMemoryStorage,
  getCurrentUser,
  signIn,
  signOut,
} from '@amulet/auth'
import type { FunctionHandler } from '@amulet/server'
import { describe, expect, test } from 'vitest'
import { totp } from '../../server/test/totp.js'
import { startCustom } from '../../server/test/triggers/custom-auth.js'
import { CLIENT, POOL } from '../../server/test/triggers/start-with-functions.js'
import { anotherCode, json, network, PASSWORD, start } from './start.js'

const password = PASSWORD
const challenge = (ChallengeName: string, Session: string, ChallengeParameters = {}) =>
  json(200, { ChallengeName, Session, ChallengeParameters })
const custom = (Session: string, parameters?: object) => challenge('CUSTOM_CHALLENGE', Session, parameters)
const payload = Buffer.from(JSON.stringify({ sub: 'ada-id', username: 'ada', iat: 1, exp: 9e9 }))
const AccessToken = `e30.${payload.toString('base64url')}.c2ln`
const tokens = json(200, { AuthenticationResult: { AccessToken } })
const done = { isSignedIn: true, nextStep: { signInStep: 'DONE' } }

const withoutSrp = { username: 'ada', options: { authFlowType: 'CUSTOM_WITHOUT_SRP' as const } }
const withSrp = { username: 'ada', password, options: { authFlowType: 'CUSTOM_WITH_SRP' as const } }

// The service's part is scripted here: what the client makes of whatever the functions of a pool do.
describe('a user whom the functions of a pool ask', () => {
  test('sees what they say about the challenge, and answers as many challenges as they ask', async () => {
    const storage = createMemoryStorage()
    const { context, net, anotherContext } = await start({ storage })
    net.faults.push(custom('1', { question: 'Which way?', USERNAME: 'ada' }))
    expect(await signIn(context, withoutSrp)).toEqual({
      isSignedIn: false,
      nextStep: {
        signInStep: 'CONFIRM_SIGN_IN_WITH_CUSTOM_CHALLENGE',
        additionalInfo: { question: 'Which way?', USERNAME: 'ada' },
      },
    })
    net.faults.push(
      custom('2', { question: 'And now?' }),
      challenge('SOFTWARE_TOKEN_MFA', '3'),
      custom('4', { question: 'And after that?' }),
      tokens,
    )
    // Each from a page of its own, as after a reload.
    const answers = ['left', 'right', '123456', 'left again']
    const steps = []
    for (const challengeResponse of answers) {
      const { nextStep } = await confirmSignIn(anotherContext({ storage }), { challengeResponse })
      steps.push(nextStep.signInStep)
    }
    expect(steps).toEqual([
      'CONFIRM_SIGN_IN_WITH_CUSTOM_CHALLENGE',
      'CONFIRM_SIGN_IN_WITH_TOTP_CODE',
      'CONFIRM_SIGN_IN_WITH_CUSTOM_CHALLENGE',
      'DONE',
    ])
    expect(
      net.sent.slice(1).map(({ body }) => [body.ChallengeName, body.Session, body.ChallengeResponses]),
    ).toEqual([
      ['CUSTOM_CHALLENGE', '1', { USERNAME: 'ada', ANSWER: 'left' }],
      ['CUSTOM_CHALLENGE', '2', { USERNAME: 'ada', ANSWER: 'right' }],
      ['SOFTWARE_TOKEN_MFA', '3', { USERNAME: 'ada', SOFTWARE_TOKEN_MFA_CODE: '123456' }],
      ['CUSTOM_CHALLENGE', '4', { USERNAME: 'ada', ANSWER: 'left again' }],
    ])
    expect(await getCurrentUser(anotherContext({ storage }))).toMatchObject({
      signInDetails: { loginId: 'ada', authFlowType: 'CUSTOM_WITHOUT_SRP' },
    })
  })

  test('proves the password first with SRP', async () => {
    const { context, net } = await start()
    const parameters = { USER_ID_FOR_SRP: 'ada', SALT: 'ff', SRP_B: '5', SECRET_BLOCK: 'AA==' }
    net.faults.push(
      challenge('PASSWORD_VERIFIER', '1', parameters),
      challenge('EMAIL_OTP', '2'),
      custom('3'),
      tokens,
    )
    expect((await signIn(context, withSrp)).nextStep.signInStep).toBe('CONFIRM_SIGN_IN_WITH_EMAIL_CODE')
    await confirmSignIn(context, { challengeResponse: '123456' })
    expect(await confirmSignIn(context, { challengeResponse: 'left' })).toEqual(done)
    expect(JSON.stringify(net.sent)).not.toContain(password)
    expect(net.sent[0]?.body).toMatchObject({
      AuthFlow: 'CUSTOM_AUTH',
      AuthParameters: {
        USERNAME: 'ada',
        CHALLENGE_NAME: 'SRP_A',
        SRP_A: expect.stringMatching(/^[0-9a-f]+$/),
      },
    })
    expect(net.sent[1]?.body).toMatchObject({ ChallengeName: 'PASSWORD_VERIFIER', Session: '1' })
  })

  test('is asked at once where the functions want no proof of the password', async () => {
    const { context, net } = await start()
    net.faults.push(custom('1'), tokens)
    expect((await signIn(context, withSrp)).nextStep.signInStep).toBe('CONFIRM_SIGN_IN_WITH_CUSTOM_CHALLENGE')
    expect(await confirmSignIn(context, { challengeResponse: 'left' })).toEqual(done)
  })

  test('may answer again where the service does not take the answer', async () => {
    const { context, net } = await start()
    net.faults.push(
      custom('1'),
      json(400, { __type: 'UserLambdaValidationException', message: 'no' }),
      tokens,
    )
    await signIn(context, withoutSrp)
    await expect(confirmSignIn(context, { challengeResponse: 'left' })).rejects.toMatchObject({
      name: 'UserLambdaValidationException',
    })
    expect(await confirmSignIn(context, { challengeResponse: 'right' })).toEqual(done)
  })
})

describe('with the functions of a pool, on a device that is remembered', () => {
  /** A password, the pool's second factor, and a question, in a pool that tracks devices. */
  const define: FunctionHandler = async (event) => {
    const named = (event.request.session ?? []).map(({ challengeName }) => challengeName)
    const usesSrp = named.includes('SRP_A')
    if (usesSrp && !named.includes('PASSWORD_VERIFIER')) event.response.challengeName = 'PASSWORD_VERIFIER'
    else if (event.request.session?.at(-1)?.challengeResult && named.at(-1) === 'CUSTOM_CHALLENGE')
      event.response.issueTokens = true
    else event.response.challengeName = 'CUSTOM_CHALLENGE'
    return event
  }
  const create: FunctionHandler = async (event) => {
    event.response.publicChallengeParameters = { question: 'Which way?' }
    event.response.privateChallengeParameters = { answer: 'left' }
    return event
  }
  const verify: FunctionHandler = async (event) => {
    const { challengeAnswer, privateChallengeParameters } = event.request
    event.response.answerCorrect = challengeAnswer === privateChallengeParameters?.answer
    return event
  }

  async function browser() {
    const app = await startCustom(
      { define, create, verify },
      {
        pool: {
          DeviceConfiguration: {
            ChallengeRequiredOnNewDevice: true,
            DeviceOnlyRememberedOnUserPrompt: false,
          },
        },
      },
    )
    const net = network(app.server)
    const context = createAuthContext(
      { Auth: { Cognito: { userPoolId: POOL, userPoolClientId: CLIENT } } },
      { storage: createMemoryStorage(), fetch: net.fetch, clock: app.server.clock.now },
    )
    const answer = (challengeResponse: string) => confirmSignIn(context, { challengeResponse })
    const appCode = (secret: string) => {
      app.server.clock.advance(30)
      return totp(secret, app.server.clock.now())
    }
    return { ...app, net, context, answer, appCode }
  }

  const asksForMore = { nextStep: { signInStep: 'CONFIRM_SIGN_IN_WITH_CUSTOM_CHALLENGE' } }

  test('without a password, wrong answers are followed by another challenge, and the device proves itself', async () => {
    const { context, net, answer, manage } = await browser()
    for (const operation of ['ConfirmDevice', 'RespondToAuthChallenge']) {
      expect(await signIn(context, withoutSrp)).toMatchObject(asksForMore)
      expect(await answer('right')).toMatchObject(asksForMore)
      expect(await answer('left')).toEqual(done)
      expect(net.operations().at(-1)).toBe(operation)
      await signOut(context)
    }
    expect(net.sent.map(({ body }) => body.ChallengeName)).toContain('DEVICE_PASSWORD_VERIFIER')
    // The challenge is refused for a device that is not known any more, and answered again without it.
    const { Devices } = (await manage('AdminListDevices', { Username: 'ada' })).body
    await manage('AdminForgetDevice', { Username: 'ada', DeviceKey: Devices[0]?.DeviceKey })
    await signIn(context, withoutSrp)
    expect(await answer('left')).toEqual(done)
    expect(net.operations().at(-1)).toBe('ConfirmDevice')
  })

  test('with SRP, the second factor is asked for all the same, before the challenge', async () => {
    const { context, net, answer, appCode, manage } = await browser()
    await manage('SetUserPoolMfaConfig', {
      MfaConfiguration: 'ON',
      SoftwareTokenMfaConfiguration: { Enabled: true },
    })
    await expect(signIn(context, { ...withSrp, password: 'Wrong-1' })).rejects.toMatchObject({
      name: 'NotAuthorizedException',
    })
    const { nextStep } = await signIn(context, withSrp)
    if (nextStep.signInStep !== 'CONTINUE_SIGN_IN_WITH_TOTP_SETUP') throw new Error(nextStep.signInStep)
    const { sharedSecret } = nextStep.totpSetupDetails
    expect(await answer(appCode(sharedSecret))).toMatchObject(asksForMore)
    expect(await answer('left')).toEqual(done)
    await signOut(context)
    net.sent.length = 0
    expect((await signIn(context, withSrp)).nextStep.signInStep).toBe('CONFIRM_SIGN_IN_WITH_TOTP_CODE')
    const wrong = anotherCode(appCode(sharedSecret))
    await expect(answer(wrong)).rejects.toMatchObject({ name: 'CodeMismatchException' })
    expect(await answer(appCode(sharedSecret))).toMatchObject(asksForMore)
    expect(await answer('right')).toMatchObject(asksForMore)
    expect(await answer('left')).toEqual(done)
    expect(net.sent.map(({ body }) => body.ChallengeName)).toContain('DEVICE_PASSWORD_VERIFIER')
    expect(net.operations()).not.toContain('ConfirmDevice')
  })
})
