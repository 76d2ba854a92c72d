import * as auth from '@amulet/auth'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { type Platform, stubPlatform } from './passkey-platform.js'
import { administrator, json, PASSWORD, type Started, start } from './start.js'

afterEach(() => vi.unstubAllGlobals())

interface WithPasskey extends Started {
  /** A context on the same storage, as after a reload. */
  anotherPage(): auth.AuthContext
  platform: Platform
  name: string
}

/** A user pool that takes passkeys, and Ada, who has one and is signed out. */
async function startWithPasskey(pool: object = {}): Promise<WithPasskey> {
  const started = await start()
  const admin = await administrator(started)
  const { UserPool } = await admin.createUserPool({
    PoolName: 'passkeys',
    Policies: { SignInPolicy: { AllowedFirstAuthFactors: ['PASSWORD', 'WEB_AUTHN'] } },
    ...pool,
  })
  const UserPoolId = UserPool?.Id ?? ''
  const { UserPoolClient } = await admin.createUserPoolClient({
    UserPoolId,
    ClientName: 'web',
    ExplicitAuthFlows: ['ALLOW_USER_AUTH', 'ALLOW_USER_SRP_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
  })
  const Username = 'ada'
  await admin.adminCreateUser({ UserPoolId, Username, MessageAction: 'SUPPRESS' })
  await admin.adminSetUserPassword({ UserPoolId, Username, Password: PASSWORD, Permanent: true })
  const config = {
    Auth: { Cognito: { userPoolId: UserPoolId, userPoolClientId: UserPoolClient?.ClientId ?? '' } },
  }
  const storage = auth.createMemoryStorage()
  const anotherPage = () =>
    auth.createAuthContext(config, { storage, fetch: started.net.fetch, clock: started.server.clock.now })
  const context = anotherPage()
  const platform = stubPlatform('with JSON')
  await auth.signIn(context, { username: Username, password: PASSWORD })
  await auth.associateWebAuthnCredential(context)
  await auth.signOut(context)
  started.net.sent.length = 0
  platform.asked.length = 0
  return { ...started, config, context, anotherPage, platform, name: Username }
}

const done = { isSignedIn: true, nextStep: { signInStep: 'DONE' } }
const conditional = { options: { mediation: 'conditional' } } as const

/** Begins a sign-in of Ada by choice of a first factor. */
const choose = (context: auth.AuthContext, preferredChallenge?: auth.AuthFactorType) =>
  auth.signIn(context, {
    username: 'ada',
    options: {
      authFlowType: 'USER_AUTH',
      clientMetadata: { from: 'a test' },
      ...(preferredChallenge && { preferredChallenge }),
    },
  })

const answer = (context: auth.AuthContext, challengeResponse: string) =>
  auth.confirmSignIn(context, { challengeResponse })

describe('a sign-in with a name', () => {
  test('asks for the passkey at once where it is preferred', async () => {
    const { context, platform, net } = await startWithPasskey()
    vi.stubGlobal('AmazonCognitoAdvancedSecurityData', { getData: (name: string) => `about ${name}` })
    expect(await choose(context, 'WEB_AUTHN')).toEqual(done)
    expect(net.operations()).toEqual(['InitiateAuth', 'RespondToAuthChallenge'])
    expect(net.sent[1]?.body).toEqual({
      ChallengeName: 'WEB_AUTHN',
      ChallengeResponses: { USERNAME: 'ada', CREDENTIAL: expect.any(String) },
      ClientId: expect.any(String),
      Session: expect.any(String),
      ClientMetadata: { from: 'a test' },
      UserContextData: { EncodedData: 'about ada' },
    })
    expect(platform.asked[0]?.[1].publicKey).toMatchObject({ allowCredentials: [{ type: 'public-key' }] })
    expect(await auth.getCurrentUser(context)).toMatchObject({
      signInDetails: { loginId: 'ada', authFlowType: 'USER_AUTH' },
    })
  })

  test('asks for the passkey once the user has chosen it', async () => {
    const { context, net } = await startWithPasskey()
    expect((await choose(context)).nextStep).toEqual({
      signInStep: 'CONTINUE_SIGN_IN_WITH_FIRST_FACTOR_SELECTION',
      availableChallenges: expect.arrayContaining(['WEB_AUTHN', 'PASSWORD']),
    })
    const options = { clientMetadata: { at: 'the choice' } }
    expect(await auth.confirmSignIn(context, { challengeResponse: 'WEB_AUTHN', options })).toEqual(done)
    expect(net.sent.map(({ body }) => body.ClientMetadata)).toEqual([
      { from: 'a test' },
      options.clientMetadata,
      options.clientMetadata,
    ])
    // Nothing is sent where nothing is given.
    await auth.signOut(context)
    await choose(context)
    await answer(context, 'WEB_AUTHN')
    expect(net.sent.at(-1)?.body).not.toHaveProperty('ClientMetadata')
    expect(net.sent.at(-1)?.body).not.toHaveProperty('UserContextData')
  })

  test.each([
    ['cancelled', new DOMException('', 'NotAllowedError'), 'PasskeyAuthenticationCanceled'],
    ['not to be had', 'gets nothing', 'PasskeyRetrievalFailed'],
  ] as const)('goes on with another factor after a passkey that was %s', async (_, behaviour, name) => {
    const { context, anotherPage, platform } = await startWithPasskey()
    for (const begin of [
      () => choose(context, 'WEB_AUTHN'),
      () => choose(context).then(() => answer(context, 'WEB_AUTHN')),
    ]) {
      platform.behaviour = behaviour
      await expect(begin()).rejects.toMatchObject({ name })
      // Again, after a reload too.
      await expect(answer(anotherPage(), 'WEB_AUTHN')).rejects.toMatchObject({ name })
      expect((await answer(context, 'PASSWORD')).nextStep.signInStep).toBe('CONFIRM_SIGN_IN_WITH_PASSWORD')
      expect(await answer(context, PASSWORD)).toEqual(done)
      await auth.signOut(context)
      await expect(begin()).rejects.toMatchObject({ name })
      platform.behaviour = 'uses it'
      expect(await answer(context, 'WEB_AUTHN')).toEqual(done)
      await auth.signOut(context)
    }
  })

  test('goes on with the password after a passkey that the service refuses', async () => {
    const { context, platform } = await startWithPasskey()
    expect(await choose(context, 'WEB_AUTHN')).toEqual(done)
    await auth.signOut(context)
    // As a copy of the passkey counts.
    platform.passkey.signCount = 0
    await expect(choose(context, 'WEB_AUTHN')).rejects.toMatchObject({ name: 'NotAuthorizedException' })
    expect((await answer(context, 'PASSWORD_SRP')).isSignedIn).toBe(false)
    expect(await answer(context, PASSWORD)).toEqual(done)
  })

  test('ends by its signal while the user is asked, and can be continued', async () => {
    const { context, platform } = await startWithPasskey()
    platform.behaviour = 'waits'
    const controller = new AbortController()
    const input = {
      username: 'ada',
      options: { authFlowType: 'USER_AUTH', preferredChallenge: 'WEB_AUTHN' },
    } as const
    const call = auth.signIn(context, input, { signal: controller.signal })
    await vi.waitFor(() => expect(platform.asked).toHaveLength(1), { timeout: 20_000 })
    controller.abort('enough')
    await expect(call).rejects.toMatchObject({ name: 'AbortError', cause: 'enough' })
    expect(platform.asked[0]?.[1].signal?.aborted).toBe(true)
    await expect(auth.signIn(context, input, { timeout: 300 })).rejects.toMatchObject({
      name: 'TimeoutError',
    })
    platform.behaviour = 'uses it'
    expect(await answer(context, 'WEB_AUTHN')).toEqual(done)
  })

  test('does not ask for a passkey twice in one call', async () => {
    const { context, net } = await startWithPasskey()
    const CREDENTIAL_REQUEST_OPTIONS = JSON.stringify({ challenge: 'AAAA', rpId: 'localhost' })
    const again = () =>
      json(200, {
        ChallengeName: 'WEB_AUTHN',
        Session: 's',
        ChallengeParameters: { CREDENTIAL_REQUEST_OPTIONS },
      })
    net.faults.push(again(), again())
    await expect(choose(context, 'WEB_AUTHN')).rejects.toMatchObject({
      name: 'SignInException',
      message: 'Sequential WEB_AUTHN challenges returned from underlying service cannot be handled.',
    })
  })

  test('where there is no WebAuthn rejects with PasskeyNotSupported, and goes on with the password', async () => {
    const { context } = await startWithPasskey()
    vi.stubGlobal('PublicKeyCredential', undefined)
    await expect(choose(context, 'WEB_AUTHN')).rejects.toMatchObject({ name: 'PasskeyNotSupported' })
    await answer(context, 'PASSWORD_SRP')
    expect(await answer(context, PASSWORD)).toEqual(done)
  })
})

describe('a sign-in without a name', () => {
  test.each([
    ['that asks at once', undefined],
    ['from the suggestions of a form', 'conditional'],
  ] as const)('%s signs in the user whom the passkey names', async (_, mediation) => {
    const { context, platform, net, name } = await startWithPasskey()
    const input = mediation ? { options: { mediation } } : {}
    expect(await auth.signInWithPasskey(context, input)).toEqual(done)
    expect(net.sent.map(({ operation, body }) => [operation, body])).toEqual([
      [
        'InitiateAuth',
        {
          AuthFlow: 'USER_AUTH',
          AuthParameters: { PREFERRED_CHALLENGE: 'WEB_AUTHN' },
          ClientId: expect.any(String),
        },
      ],
      [
        'RespondToAuthChallenge',
        {
          ChallengeName: 'WEB_AUTHN',
          ChallengeResponses: { USERNAME: expect.any(String), CREDENTIAL: expect.any(String) },
          ClientId: expect.any(String),
          Session: expect.any(String),
        },
      ],
    ])
    expect(platform.asked).toHaveLength(1)
    expect(platform.asked[0]?.[1].mediation).toBe(mediation)
    expect(await auth.getCurrentUser(context)).toMatchObject({
      username: name,
      signInDetails: { authFlowType: 'USER_AUTH' },
    })
    await auth.fetchAuthSession(context, { forceRefresh: true })
    await expect(auth.signInWithPasskey(context)).rejects.toMatchObject({
      name: 'UserAlreadyAuthenticatedException',
    })
  })

  test('where the service wants a name first rejects with PasskeyUsernameRequired, and the user is not asked', async () => {
    const { context, platform, net } = await startWithPasskey()
    // As Amazon Cognito answers it.
    net.faults.push(
      json(400, { __type: 'InvalidParameterException', message: 'Missing required parameter USERNAME' }),
    )
    await expect(auth.signInWithPasskey(context, conditional)).rejects.toMatchObject({
      name: 'PasskeyUsernameRequired',
      cause: { name: 'InvalidParameterException' },
    })
    expect(platform.asked).toEqual([])
    net.faults.push(json(400, { __type: 'InvalidParameterException', message: 'USER_AUTH is not enabled' }))
    await expect(auth.signInWithPasskey(context)).rejects.toMatchObject({ name: 'InvalidParameterException' })
  })

  test('where there is no WebAuthn rejects with PasskeyNotSupported, and asks nothing of the service', async () => {
    const { context, net } = await startWithPasskey()
    vi.stubGlobal('PublicKeyCredential', undefined)
    await expect(auth.signInWithPasskey(context)).rejects.toMatchObject({ name: 'PasskeyNotSupported' })
    stubPlatform('without JSON')
    // Such a browser has no suggestions either.
    await expect(auth.signInWithPasskey(context, conditional)).rejects.toMatchObject({
      name: 'PasskeyNotSupported',
    })
    expect(net.sent).toEqual([])
  })

  test('that waits among suggestions asks for another challenge before the old one expires', async () => {
    const { context, platform, net, server } = await startWithPasskey()
    platform.behaviour = 'waits'
    vi.useFakeTimers()
    try {
      const call = auth.signInWithPasskey(context, conditional)
      for (let times = 1; times <= 3; times++) {
        await vi.waitFor(() => expect(platform.asked).toHaveLength(times), { timeout: 20_000 })
        if (times === 3) break
        server.clock.advance(181)
        await vi.advanceTimersByTimeAsync(181_000)
      }
      expect(platform.asked.map(([, { signal }]) => signal?.aborted)).toEqual([true, true, false])
      expect(net.operations()).toEqual(['InitiateAuth', 'InitiateAuth', 'InitiateAuth'])
      platform.behaviour = 'uses it'
      platform.proceed()
      expect(await call).toEqual(done)
    } finally {
      vi.useRealTimers()
    }
  })

  test('that waits among suggestions gives way to one that asks', async () => {
    const { context, platform } = await startWithPasskey()
    platform.behaviour = 'waits'
    const waiting = auth.signInWithPasskey(context, conditional)
    const outcome = expect(waiting).rejects.toMatchObject({ name: 'PasskeyOperationAborted' })
    await vi.waitFor(() => expect(platform.asked).toHaveLength(1), { timeout: 20_000 })
    platform.behaviour = 'uses it'
    expect(await auth.signInWithPasskey(context)).toEqual(done)
    await outcome
  })

  test('that waits among suggestions ends by its signal, and disturbs no sign-in meanwhile', async () => {
    const { context, platform, net } = await startWithPasskey()
    net.faults.push(
      json(200, { ChallengeName: 'NEW_PASSWORD_REQUIRED', Session: 's', ChallengeParameters: {} }),
    )
    await auth.signIn(context, { username: 'ada', password: PASSWORD })
    platform.behaviour = 'waits'
    const leaving = new AbortController()
    const call = auth.signInWithPasskey(context, conditional, { signal: leaving.signal })
    await vi.waitFor(() => expect(platform.asked).toHaveLength(1), { timeout: 20_000 })
    leaving.abort('left')
    await expect(call).rejects.toMatchObject({ name: 'AbortError', cause: 'left' })
    net.faults.push(json(400, { __type: 'InvalidPasswordException', message: 'weak' }))
    await expect(auth.confirmSignIn(context, { challengeResponse: 'weak' })).rejects.toMatchObject({
      name: 'InvalidPasswordException',
    })
  })

  test.each([
    [
      'NotAllowedError',
      'PasskeyAuthenticationCanceled',
      'Passkey authentication ceremony has been canceled.',
    ],
    ['AbortError', 'PasskeyOperationAborted', 'Passkey operation has been aborted.'],
    ['SecurityError', 'RelyingPartyMismatch', 'Relying party does not match current domain.'],
    ['InvalidStateError', 'Unknown', 'An unknown error has occurred.'],
  ])('that the platform rejects as %s is %s', async (thrown, name, message) => {
    const { context, platform, net } = await startWithPasskey()
    const cause = new DOMException('said so', thrown)
    platform.behaviour = cause
    await expect(auth.signInWithPasskey(context)).rejects.toMatchObject({ name, message, cause })
    expect(net.operations()).toEqual(['InitiateAuth'])
  })

  test('that brings no credential rejects with PasskeyRetrievalFailed', async () => {
    const { context, platform } = await startWithPasskey()
    platform.behaviour = 'gets nothing'
    await expect(auth.signInWithPasskey(context)).rejects.toMatchObject({
      name: 'PasskeyRetrievalFailed',
      message: 'Device failed to retrieve passkey.',
    })
  })

  test('by a passkey that was deleted is refused, and by another one is not', async () => {
    const { context, platform } = await startWithPasskey()
    await auth.signInWithPasskey(context)
    await auth.deleteWebAuthnCredential(context, { credentialId: platform.passkey.id })
    await auth.signOut(context)
    await expect(auth.signInWithPasskey(context)).rejects.toMatchObject({ name: 'NotAuthorizedException' })
    await auth.signIn(context, { username: 'ada', password: PASSWORD })
    stubPlatform('with JSON')
    await auth.associateWebAuthnCredential(context)
    await auth.signOut(context)
    expect(await auth.signInWithPasskey(context)).toEqual(done)
  })

  test('without options in the challenge rejects with InvalidPasskeyAuthenticationOptions', async () => {
    const { context, net } = await startWithPasskey()
    net.faults.push(json(200, { ChallengeName: 'WEB_AUTHN', Session: 's', ChallengeParameters: {} }))
    await expect(auth.signInWithPasskey(context)).rejects.toMatchObject({
      name: 'InvalidPasskeyAuthenticationOptions',
      message: 'Invalid passkey authentication options.',
    })
  })

  test('comes from the remembered device, whichever name it was remembered under', async () => {
    const started = await startWithPasskey({
      DeviceConfiguration: { ChallengeRequiredOnNewDevice: false, DeviceOnlyRememberedOnUserPrompt: false },
    })
    const { context, net } = started
    // The registration was signed in for with the name.
    expect(await auth.signInWithPasskey(context)).toEqual(done)
    expect(net.operations()).not.toContain('ConfirmDevice')
    const { tokens } = await auth.fetchAuthSession(context, { forceRefresh: true })
    expect(tokens?.accessToken.payload.device_key).toEqual(expect.any(String))
    expect(await auth.fetchDevices(context)).toHaveLength(1)
  })
})
