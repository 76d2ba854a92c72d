import { confirmSignIn, createMemoryStorage, getCurrentUser, signIn } from '@amulet/auth'
import { describe, expect, test } from 'vitest'
import { json, PASSWORD, start } from './start.js'

// The service's part is scripted here: what the client makes of whatever the functions of a pool do.

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

describe('a user whom the functions of a pool ask', () => {
  test('is told what they say about the challenge, and answers as many as they ask', async () => {
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
