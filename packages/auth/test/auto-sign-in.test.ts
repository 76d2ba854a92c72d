import {
  autoSignIn,
  configure,
  confirmSignIn,
  confirmSignUp,
  createAuthContext,
  createMemoryStorage,
  getCurrentUser,
  type SignInOptions,
  signIn,
  signOut,
  signUp,
} from '@amulet/auth'
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest'
import { startChoice } from './choice.js'
import { administrator, blackHole, json, lastCode, offline, PASSWORD, type Started, start } from './start.js'

const username = 'ada@example.com'
const password = PASSWORD
const input = { username, password, options: { userAttributes: { email: username }, autoSignIn: true } }

/** Of a user who is to have no password. */
const withoutPassword = {
  username,
  options: { userAttributes: { email: username }, autoSignIn: { authFlowType: 'USER_AUTH' as const } },
}

const signedIn = { isSignedIn: true, nextStep: { signInStep: 'DONE' } }
const nothingToComplete = {
  name: 'AutoSignInException',
  message: 'The autoSignIn flow has not started, or has been cancelled/completed.',
  recoverySuggestion: 'Please try to use the signIn API or log out before starting a new autoSignIn flow.',
}

const confirm = (started: Started, context = started.context) =>
  confirmSignUp(context, { username, confirmationCode: lastCode(started, username) })

afterEach(() => {
  // Spies first: one on a fake timer would put the fake one back.
  vi.restoreAllMocks()
  vi.useRealTimers()
})

describe('after a sign-up with autoSignIn', () => {
  test('the user is signed in once the account is confirmed, by one sign-in however often it is asked', async () => {
    const started = await start()
    const { context, net, events } = started
    expect(await signUp(context, input)).toMatchObject({
      isSignUpComplete: false,
      nextStep: { signUpStep: 'CONFIRM_SIGN_UP', codeDeliveryDetails: { deliveryMedium: 'EMAIL' } },
    })
    expect(await confirm(started)).toEqual({
      isSignUpComplete: true,
      nextStep: { signUpStep: 'COMPLETE_AUTO_SIGN_IN' },
    })
    // At once, as a React effect does in StrictMode, and a moment later.
    const calls = [autoSignIn(context), autoSignIn(context)]
    // One turn of the event loop is not enough for a sign-in, which asks the service twice.
    await new Promise((resolve) => setImmediate(resolve))
    calls.push(autoSignIn(context))
    expect(await Promise.all(calls)).toEqual([signedIn, signedIn, signedIn])
    expect(net.operations().filter((name) => name === 'InitiateAuth')).toHaveLength(1)
    expect(events.map(({ event }) => event)).toEqual(['signedIn'])
    await expect(autoSignIn(context)).rejects.toMatchObject(nothingToComplete)
  })

  test('the options given there are the options of the sign-in, and those of the sign-up are not', async () => {
    const started = await start()
    const { context, net } = started
    const options: SignInOptions = { authFlowType: 'USER_PASSWORD_AUTH', clientMetadata: { of: 'sign-in' } }
    await signUp(context, {
      username,
      password,
      options: { userAttributes: {}, clientMetadata: { of: 'sign-up' }, autoSignIn: options },
    })
    await confirm(started)
    await autoSignIn(context)
    expect(net.sent.map(({ operation, body }) => [operation, body.ClientMetadata, body.AuthFlow])).toEqual([
      ['SignUp', { of: 'sign-up' }, undefined],
      ['ConfirmSignUp', undefined, undefined],
      ['InitiateAuth', { of: 'sign-in' }, 'USER_PASSWORD_AUTH'],
    ])
    expect(await getCurrentUser(context)).toMatchObject({
      signInDetails: { loginId: username, authFlowType: 'USER_PASSWORD_AUTH' },
    })
  })

  test('that the pool confirms at once, the user can be signed in at once', async () => {
    const { context, net } = await start()
    net.faults.push(json(200, { UserConfirmed: true, UserSub: 'sub' }))
    expect(await signUp(context, input)).toEqual({
      isSignUpComplete: true,
      userId: 'sub',
      nextStep: { signUpStep: 'COMPLETE_AUTO_SIGN_IN' },
    })
    net.faults.push(json(400, { __type: 'NotAuthorizedException', message: 'no' }))
    await expect(autoSignIn(context)).rejects.toMatchObject({ name: 'NotAuthorizedException' })
  })

  test('the code may take three minutes, and so may autoSignIn after it', async () => {
    const started = await start()
    await signUp(started.context, input)
    started.server.clock.advance(170)
    await confirm(started)
    started.server.clock.advance(170)
    expect(await autoSignIn(started.context)).toEqual(signedIn)
  })

  test('the time of an earlier sign-up does not end that of a later one', async () => {
    const started = await start()
    await signUp(started.context, { ...input, username: 'bob@example.com' })
    started.server.clock.advance(170)
    await signUp(started.context, input)
    started.server.clock.advance(20)
    expect((await confirm(started)).nextStep.signUpStep).toBe('COMPLETE_AUTO_SIGN_IN')
    expect(await autoSignIn(started.context)).toEqual(signedIn)
  })

  test('a sign-in that fails ends the automatic sign-in', async () => {
    const started = await start()
    await signUp(started.context, input)
    await confirm(started)
    started.net.faults.push(offline)
    await expect(autoSignIn(started.context)).rejects.toMatchObject({ name: 'NetworkError' })
    await expect(autoSignIn(started.context)).rejects.toMatchObject(nothingToComplete)
  })

  /** Two calls of which the first waits for an answer: an effect is cleaned up in the middle of it, and runs again. */
  async function twoCalls() {
    const started = await start()
    const { context, net } = started
    await signUp(context, input)
    await confirm(started)
    net.faults.push(blackHole)
    const controller = new AbortController()
    const first = autoSignIn(context, { signal: controller.signal })
    await vi.waitFor(() => expect(net.operations()).toContain('InitiateAuth'), { timeout: 20_000 })
    const second = autoSignIn(context)
    // Who awaits them does it later.
    for (const call of [first, second]) call.catch(() => {})
    return { ...started, controller, first, second }
  }

  test('a call that is aborted does not end for other callers, and can be made again', async () => {
    const { controller, first, second } = await twoCalls()
    controller.abort()
    await expect(first).rejects.toMatchObject({ name: 'AbortError' })
    expect(await second).toEqual(signedIn)
  })

  test('a call that waits for an aborted one does not restart a sign-in that another sign-up has ended', async () => {
    const { context, net, controller, second } = await twoCalls()
    await signUp(context, { ...input, username: 'bob@example.com' })
    controller.abort()
    await expect(second).rejects.toMatchObject(nothingToComplete)
    expect(net.operations().filter((name) => name === 'InitiateAuth')).toHaveLength(1)
  })

  test('a call that ran out of time can be made again', async () => {
    const started = await start()
    const { context, net } = started
    await signUp(context, input)
    await confirm(started)
    net.faults.push(() => new Promise(() => {}))
    await expect(autoSignIn(context, { timeout: 20 })).rejects.toMatchObject({ name: 'TimeoutError' })
    expect(await autoSignIn(context)).toEqual(signedIn)
  })

  test('an answer that never comes causes TimeoutError after half a minute, and the call can be made again', async () => {
    const started = await start()
    const { context, net } = started
    await signUp(context, input)
    await confirm(started)
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    net.faults.push(blackHole)
    const call = autoSignIn(context)
    call.catch(() => {})
    while (!net.operations().includes('InitiateAuth')) await new Promise(setImmediate)
    await vi.advanceTimersByTimeAsync(30_000)
    await expect(call).rejects.toMatchObject({ name: 'TimeoutError' })
    expect(await autoSignIn(context)).toEqual(signedIn)
  })

  test('configuring the same app client again keeps it, and another app client or storage ends it', async () => {
    const started = await start()
    const options = { storage: createMemoryStorage(), fetch: started.net.fetch }
    onTestFinished(() => configure({}, {}))
    const { Cognito } = started.config.Auth as { Cognito: { userPoolId: string } }
    const elsewhere = { Auth: { Cognito: { ...Cognito, userPoolClientId: 'other' } } }
    configure(started.config, options)
    await signUp(input)
    // Every page of an application may configure on loading.
    configure(structuredClone(started.config), options)
    const confirmationCode = lastCode(started, username)
    expect((await confirmSignUp({ username, confirmationCode })).nextStep.signUpStep).toBe(
      'COMPLETE_AUTO_SIGN_IN',
    )
    configure(started.config, options)
    expect(await autoSignIn()).toEqual(signedIn)

    const away: Parameters<typeof configure>[] = [
      [elsewhere, options],
      [started.config, { ...options, storage: createMemoryStorage() }],
    ]
    for (const [index, there] of away.entries()) {
      const other = `${index}@example.com`
      await signUp({ ...input, username: other })
      configure(...there)
      configure(started.config, options)
      const done = await confirmSignUp({ username: other, confirmationCode: lastCode(started, other) })
      expect(done.nextStep.signUpStep).toBe('DONE')
    }
  })

  test('the exported function is the same one before and after', async () => {
    const before = autoSignIn
    const started = await start()
    await signUp(started.context, input)
    await confirm(started)
    expect(await before(started.context)).toEqual(signedIn)
  })
})

describe('the password of a sign-up with autoSignIn', () => {
  const remembered = ({ context }: Started) => JSON.stringify(context.memory).includes(password)

  beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }))

  /** Lets time pass for the server, the client and the timers. */
  async function pass({ server }: Started, seconds: number) {
    server.clock.advance(seconds)
    await vi.advanceTimersByTimeAsync(seconds * 1000)
  }

  test('is forgotten when the code has not come in three minutes, even without a further call', async () => {
    const started = await start()
    await signUp(started.context, input)
    await pass(started, 179)
    expect(remembered(started)).toBe(true)
    await pass(started, 1)
    expect(remembered(started)).toBe(false)
    expect(vi.getTimerCount()).toBe(0)
  })

  test('is forgotten when autoSignIn has not been called in three minutes after the code', async () => {
    const started = await start()
    await signUp(started.context, input)
    await pass(started, 100)
    await confirm(started)
    await pass(started, 179)
    expect(remembered(started)).toBe(true)
    await pass(started, 1)
    expect(remembered(started)).toBe(false)
    await expect(autoSignIn(started.context)).rejects.toMatchObject(nothingToComplete)
  })

  test('is forgotten an hour later when a link is waited for, and autoSignIn is not called', async () => {
    const started = await start()
    const { Cognito } = started.config.Auth as { Cognito: object }
    Object.assign(Cognito, { signUpVerificationMethod: 'link' })
    await signUp(started.context, input)
    await pass(started, 3599)
    expect(remembered(started)).toBe(true)
    await pass(started, 1)
    expect(remembered(started)).toBe(false)
  })

  test('of a later sign-up is not forgotten when the time of an earlier one is over', async () => {
    const started = await start()
    await signUp(started.context, { ...input, username: 'bob@example.com' })
    await pass(started, 100)
    await signUp(started.context, input)
    await pass(started, 100)
    expect(remembered(started)).toBe(true)
    await pass(started, 80)
    expect(remembered(started)).toBe(false)
  })

  test('is kept as long as a sign-in is under way, and is forgotten after it', async () => {
    const started = await start()
    await signUp(started.context, input)
    await confirm(started)
    let answer = () => {}
    started.net.faults.push(async (forward) => {
      await new Promise<void>((resolve) => {
        answer = resolve
      })
      return forward()
    })
    await pass(started, 170)
    const call = autoSignIn(started.context)
    while (!started.net.operations().includes('InitiateAuth')) await new Promise(setImmediate)
    await pass(started, 20)
    expect(remembered(started)).toBe(true)
    answer()
    expect(await call).toEqual(signedIn)
    expect(remembered(started)).toBe(false)
  })
})

describe('after a sign-up for USER_AUTH', () => {
  /** The sessions that were sent with sign-ins. */
  const sessions = ({ net }: Started) =>
    net.sent.flatMap(({ operation, body }) => (operation === 'InitiateAuth' ? [body.Session] : []))

  async function signedUp() {
    const app = await startChoice()
    const context = app.page()
    await signUp(context, withoutPassword)
    return { ...app, context }
  }

  test('a user without a password is signed in by the code that confirmed the account', async () => {
    const app = await signedUp()
    expect((await confirm(app)).nextStep.signUpStep).toBe('COMPLETE_AUTO_SIGN_IN')
    expect(await autoSignIn(app.context)).toEqual(signedIn)
    expect(app.net.operations()).toEqual(['SignUp', 'ConfirmSignUp', 'InitiateAuth'])
    expect(app.server.inbox.list()).toHaveLength(1)
    expect(await getCurrentUser(app.context)).toMatchObject({
      signInDetails: { loginId: username, authFlowType: 'USER_AUTH' },
    })
  })

  test.each(['PASSWORD', 'PASSWORD_SRP'] as const)(
    'a user without a password is signed in although %s is preferred, and a user with a password has to prove it',
    async (preferredChallenge) => {
      const app = await startChoice()
      const context = app.page()
      const { userAttributes } = withoutPassword.options
      const options = {
        userAttributes,
        autoSignIn: { authFlowType: 'USER_AUTH', preferredChallenge },
      } as const
      await signUp(context, { username, options })
      await confirm({ ...app, context })
      expect(await autoSignIn(context)).toEqual(signedIn)
      expect(app.net.operations()).toEqual(['SignUp', 'ConfirmSignUp', 'InitiateAuth'])

      // By hand there is nothing else that was proven.
      await signOut(context)
      const byHand = signIn(context, { username, options: options.autoSignIn })
      await expect(byHand).rejects.toMatchObject({ name: 'EmptySignInPassword' })

      const other = {
        username: 'eve',
        password,
        options: { ...options, userAttributes: { email: 'eve@example.com' } },
      }
      await signUp(context, other)
      await confirmSignUp(context, { username: 'eve', confirmationCode: lastCode(app, 'eve@example.com') })
      expect(await autoSignIn(context)).toEqual(signedIn)
      const proof = preferredChallenge === 'PASSWORD' ? { PASSWORD: password } : { SRP_A: expect.any(String) }
      expect(app.net.sent.filter(({ operation }) => operation === 'InitiateAuth').at(-1)?.body).toMatchObject(
        {
          AuthParameters: { PREFERRED_CHALLENGE: preferredChallenge, ...proof },
        },
      )
    },
  )

  test('the session of the confirmation is sent, and not that of the sign-up', async () => {
    const app = await startChoice()
    const context = app.page()
    app.net.faults.push(json(200, { UserSub: 'sub', Session: 'of sign-up' }))
    await signUp(context, withoutPassword)
    app.net.faults.push(json(200, {}))
    await confirmSignUp(context, { username, confirmationCode: '1' })
    await autoSignIn(context).catch(() => {})
    app.net.faults.push(json(200, { UserSub: 'sub', Session: 'of sign-up' }))
    await signUp(context, withoutPassword)
    app.net.faults.push(json(200, { Session: 'of confirmation' }))
    await confirmSignUp(context, { username, confirmationCode: '1' })
    await autoSignIn(context).catch(() => {})
    expect(sessions(app)).toEqual([undefined, 'of confirmation'])
  })

  test('the session of a sign-up that the pool confirms at once is sent', async () => {
    const app = await startChoice()
    const context = app.page()
    app.net.faults.push(json(200, { UserSub: 'sub', UserConfirmed: true, Session: 'of sign-up' }))
    await signUp(context, withoutPassword)
    await autoSignIn(context).catch(() => {})
    expect(sessions(app)).toEqual(['of sign-up'])
  })

  test('a call that never reached the service can be made again, with the session', async () => {
    const app = await signedUp()
    await confirm(app)
    app.net.faults.push(blackHole)
    await expect(autoSignIn(app.context, { timeout: 20 })).rejects.toMatchObject({ name: 'TimeoutError' })
    expect(await autoSignIn(app.context)).toEqual(signedIn)
  })

  test('an expired session causes NotAuthorizedException, and the user signs in by hand', async () => {
    const app = await signedUp()
    await confirm(app)
    app.net.faults.push(json(400, { __type: 'NotAuthorizedException', message: 'Invalid session.' }))
    await expect(autoSignIn(app.context)).rejects.toMatchObject({ name: 'NotAuthorizedException' })
    await expect(autoSignIn(app.context)).rejects.toMatchObject(nothingToComplete)
    const options = { authFlowType: 'USER_AUTH', preferredChallenge: 'EMAIL_OTP' } as const
    await signIn(app.context, { username, options })
    expect(sessions(app).at(-1)).toBeUndefined()
    const challengeResponse = lastCode(app, username)
    expect(await confirmSignIn(app.context, { challengeResponse })).toEqual(signedIn)
  })

  test('a user who is signed in stays signed in', async () => {
    const app = await signedUp()
    await confirm(app)
    const options = { authFlowType: 'USER_AUTH', preferredChallenge: 'PASSWORD' } as const
    // Another page with the same storage.
    await signIn(app.page(), { username: 'ada', password, options })
    await expect(autoSignIn(app.context)).rejects.toMatchObject({ name: 'UserAlreadyAuthenticatedException' })
    expect(await getCurrentUser(app.context)).toMatchObject({ username: 'ada' })
  })
})

test.each<[string, (started: Started) => unknown]>([
  ['no user signed up', () => {}],
  ['signUp did not ask for it', ({ context }) => signUp(context, { username, password })],
  ['the account is not confirmed', ({ context }) => signUp(context, input)],
  [
    'another context signed up',
    async (started) => {
      const other = started.anotherContext()
      await signUp(other, input)
      await confirm(started, other)
    },
  ],
  [
    'a later sign-up did not ask for it',
    async (started) => {
      await signUp(started.context, input)
      await signUp(started.context, { username: 'bob@example.com', password })
      expect((await confirm(started)).nextStep.signUpStep).toBe('DONE')
    },
  ],
  [
    'another account was confirmed',
    async (started) => {
      const bob = 'bob@example.com'
      await signUp(started.anotherContext(), { username: bob, password })
      await signUp(started.context, input)
      await confirmSignUp(started.context, { username: bob, confirmationCode: lastCode(started, bob) })
      await confirm(started, started.anotherContext())
    },
  ],
  [
    'the code took more than three minutes',
    async (started) => {
      await signUp(started.context, input)
      started.server.clock.advance(181)
      expect((await confirm(started)).nextStep.signUpStep).toBe('DONE')
    },
  ],
  [
    'three minutes have passed since the code',
    async (started) => {
      await signUp(started.context, input)
      await confirm(started)
      started.server.clock.advance(181)
    },
  ],
  [
    'a user signed in by hand',
    async (started) => {
      await signUp(started.context, input)
      await confirm(started)
      await signIn(started.context, { username, password })
    },
  ],
])('autoSignIn rejects with AutoSignInException when %s', async (_, prepare) => {
  const started = await start()
  await prepare(started)
  await expect(autoSignIn(started.context)).rejects.toMatchObject(nothingToComplete)
})

describe('in a pool that sends links', () => {
  /** A pool whose messages have a link, and a page that knows it. */
  async function startWithLinks() {
    const started = await start()
    const admin = await administrator(started)
    const { UserPool } = await admin.createUserPool({
      PoolName: 'links',
      UsernameAttributes: ['email'],
      AutoVerifiedAttributes: ['email'],
      Policies: { SignInPolicy: { AllowedFirstAuthFactors: ['PASSWORD', 'EMAIL_OTP'] } },
      VerificationMessageTemplate: { DefaultEmailOption: 'CONFIRM_WITH_LINK' },
    })
    const userPoolId = UserPool?.Id ?? ''
    const { UserPoolClient } = await admin.createUserPoolClient({
      UserPoolId: userPoolId,
      ClientName: 'page',
      ExplicitAuthFlows: ['ALLOW_USER_AUTH', 'ALLOW_USER_SRP_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
    })
    const userPoolClientId = UserPoolClient?.ClientId ?? ''
    const context = createAuthContext(
      { Auth: { Cognito: { userPoolId, userPoolClientId, signUpVerificationMethod: 'link' } } },
      { storage: createMemoryStorage(), fetch: started.net.fetch, clock: started.server.clock.now },
    )
    const followLink = async () => {
      await started.server.inbox.confirm(started.server.inbox.last(username)?.link)
    }
    // The date as well: of three minutes in steps of five seconds, a slow machine is not to lose one.
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] })
    const timers = vi.spyOn(globalThis, 'setTimeout')
    /** Waits until so many attempts were made in vain. */
    const pausing = async (attempt: number) => {
      const waits = () => timers.mock.calls.filter(([, delay]) => delay === 5000).length
      // Before an attempt the look for a session has as much time.
      while (waits() < 2 * attempt) await new Promise((resolve) => setImmediate(resolve))
      expect(started.net.operations().filter((name) => name === 'InitiateAuth')).toHaveLength(attempt)
    }
    /** Waits for the pause after an attempt, and lets its five seconds pass. */
    const afterAttempt = async (attempt: number) => {
      await pausing(attempt)
      await vi.advanceTimersByTimeAsync(5000)
    }
    return { ...started, context, followLink, pausing, afterAttempt }
  }

  test('the user is signed in within five seconds of following the link', async () => {
    const app = await startWithLinks()
    expect(await signUp(app.context, input)).toMatchObject({
      isSignUpComplete: false,
      nextStep: { signUpStep: 'COMPLETE_AUTO_SIGN_IN', codeDeliveryDetails: { deliveryMedium: 'EMAIL' } },
    })
    const waiting = autoSignIn(app.context)
    await app.afterAttempt(1)
    await app.followLink()
    expect(await waiting).toEqual(signedIn)
    expect(await getCurrentUser(app.context)).toMatchObject({ signInDetails: { loginId: username } })
    await expect(autoSignIn(app.context)).rejects.toMatchObject(nothingToComplete)
  })

  test('a user without a password proves another factor after following the link', async () => {
    const app = await startWithLinks()
    await signUp(app.context, withoutPassword)
    const waiting = autoSignIn(app.context)
    await app.afterAttempt(1)
    await app.afterAttempt(2)
    await app.followLink()
    await app.afterAttempt(3)
    expect(await waiting).toMatchObject({
      nextStep: {
        signInStep: 'CONTINUE_SIGN_IN_WITH_FIRST_FACTOR_SELECTION',
        availableChallenges: ['EMAIL_OTP'],
      },
    })
    // As Amplify, which has no use for the session of a sign-up here.
    expect(app.net.sent.filter(({ body }) => 'Session' in body)).toEqual([])
    await confirmSignIn(app.context, { challengeResponse: 'EMAIL_OTP' })
    const challengeResponse = lastCode(app, username)
    expect(await confirmSignIn(app.context, { challengeResponse })).toEqual(signedIn)
  })

  test('a user without a password is signed in by typing in the code', async () => {
    const app = await startWithLinks()
    await signUp(app.context, withoutPassword)
    await confirm(app, app.context)
    expect(await autoSignIn(app.context)).toEqual(signedIn)
    expect(app.net.operations()).toEqual(['SignUp', 'ConfirmSignUp', 'InitiateAuth'])
  })

  test('a network that is away for a moment does not end the wait', async () => {
    const app = await startWithLinks()
    await signUp(app.context, input)
    await app.followLink()
    app.net.faults.push(offline)
    const waiting = autoSignIn(app.context)
    await app.afterAttempt(1)
    expect(await waiting).toEqual(signedIn)
  })

  test('an answer that never comes delays the wait by half a minute', async () => {
    const app = await startWithLinks()
    await signUp(app.context, input)
    await app.followLink()
    app.net.faults.push(blackHole)
    const waiting = autoSignIn(app.context)
    while (!app.net.operations().includes('InitiateAuth')) await new Promise(setImmediate)
    await vi.advanceTimersByTimeAsync(30_000)
    await app.afterAttempt(1)
    expect(await waiting).toEqual(signedIn)
  })

  test('the code of the link can be typed in as well', async () => {
    const app = await startWithLinks()
    await signUp(app.context, input)
    expect(await confirm(app, app.context)).toEqual({
      isSignUpComplete: true,
      nextStep: { signUpStep: 'COMPLETE_AUTO_SIGN_IN' },
    })
    expect(await autoSignIn(app.context)).toEqual(signedIn)
  })

  test('autoSignIn rejects with AutoSignInException after three minutes without a click', async () => {
    const app = await startWithLinks()
    await signUp(app.context, input)
    app.server.clock.advance(600)
    const waiting = autoSignIn(app.context)
    waiting.catch(() => {})
    // The first is made at once, and the last after three minutes to the millisecond.
    for (let attempt = 1; attempt <= 37; attempt++) {
      await app.afterAttempt(attempt)
    }
    await expect(waiting).rejects.toMatchObject({
      name: 'AutoSignInException',
      message: 'The account was not confirmed on time.',
      recoverySuggestion:
        'Try to verify your account by clicking the link sent your email or phone and then login manually.',
    })
    await expect(autoSignIn(app.context)).rejects.toMatchObject(nothingToComplete)
  })

  test('any other answer of the service ends the wait', async () => {
    const app = await startWithLinks()
    await signUp(app.context, input)
    app.net.faults.push(json(400, { __type: 'UserNotFoundException', message: 'User does not exist.' }))
    await expect(autoSignIn(app.context)).rejects.toMatchObject({ name: 'UserNotFoundException' })
    await expect(autoSignIn(app.context)).rejects.toMatchObject(nothingToComplete)
  })

  test('a call that is aborted while it waits leaves no timer behind', async () => {
    const app = await startWithLinks()
    await signUp(app.context, input)
    // The one after which the password is forgotten, which no process lives on for.
    const before = vi.getTimerCount()
    const controller = new AbortController()
    const waiting = autoSignIn(app.context, { signal: controller.signal })
    waiting.catch(() => {})
    await app.pausing(1)
    expect(vi.getTimerCount()).toBeGreaterThan(before)
    controller.abort()
    await expect(waiting).rejects.toMatchObject({ name: 'AbortError' })
    await new Promise((resolve) => setImmediate(resolve))
    expect(vi.getTimerCount()).toBe(before)
  })

  test('another sign-up ends the wait', async () => {
    const app = await startWithLinks()
    await signUp(app.context, input)
    const waiting = autoSignIn(app.context)
    waiting.catch(() => {})
    await signUp(app.context, { ...input, username: 'bob@example.com' })
    await app.afterAttempt(1)
    await expect(waiting).rejects.toMatchObject(nothingToComplete)
  })
})
