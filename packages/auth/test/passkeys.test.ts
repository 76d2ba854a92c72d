import * as auth from '@amulet/auth'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { stubPlatform } from './passkey-platform.js'
import { administrator, json, type Started, signedInUser, start } from './start.js'

afterEach(() => vi.unstubAllGlobals())

/** A user pool that takes passkeys, and a user who is signed in. */
async function startWithPasskeys(): Promise<Started> {
  const started = await start()
  const admin = await administrator(started)
  const { userPoolId: UserPoolId } = await started.server.ready
  await admin.updateUserPool({
    UserPoolId,
    AutoVerifiedAttributes: ['email'],
    Policies: { SignInPolicy: { AllowedFirstAuthFactors: ['PASSWORD', 'WEB_AUTHN'] } },
  })
  await signedInUser(started)
  return started
}

const platforms = ['with JSON', 'without JSON', 'with JSON that throws'] as const

describe.each(platforms)('on a platform %s', (kind) => {
  test('a passkey is registered, listed and deleted', async () => {
    const { context, net, server } = await startWithPasskeys()
    const { passkey } = stubPlatform(kind)
    expect(await auth.associateWebAuthnCredential(context)).toBeUndefined()
    expect(net.operations()).toEqual(['StartWebAuthnRegistration', 'CompleteWebAuthnRegistration'])
    const { credentials } = await auth.listWebAuthnCredentials(context)
    expect(credentials).toEqual([
      {
        credentialId: passkey.id,
        friendlyCredentialName: expect.any(String),
        relyingPartyId: 'localhost',
        authenticatorAttachment: 'platform',
        authenticatorTransports: ['internal'],
        createdAt: expect.any(Date),
      },
    ])
    expect(Math.abs(Number(credentials[0]?.createdAt) - server.clock.now())).toBeLessThan(3_600_000)
    await auth.deleteWebAuthnCredential(context, { credentialId: passkey.id })
    expect(await auth.listWebAuthnCredentials(context)).toEqual({ credentials: [], nextToken: undefined })
    await expect(auth.deleteWebAuthnCredential(context, { credentialId: passkey.id })).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    })
  })
})

test('passkeys are listed page by page', async () => {
  const { context } = await startWithPasskeys()
  const made: string[] = []
  for (let count = 0; count < 3; count++) {
    made.push(stubPlatform('with JSON').passkey.id)
    await auth.associateWebAuthnCredential(context)
  }
  const listed: (string | undefined)[] = []
  let nextToken: string | undefined
  do {
    const input = { pageSize: 2, ...(nextToken && { nextToken }) }
    const page = await auth.listWebAuthnCredentials(context, input)
    expect(page.credentials.length).toBeLessThanOrEqual(2)
    listed.push(...page.credentials.map(({ credentialId }) => credentialId))
    nextToken = page.nextToken
  } while (nextToken)
  expect(listed.sort()).toEqual(made.sort())
})

describe('a registration', () => {
  test.each([
    ['NotAllowedError', 'PasskeyRegistrationCanceled', 'Passkey registration ceremony has been canceled.'],
    ['InvalidStateError', 'PasskeyAlreadyExists', 'Passkey already exists in authenticator.'],
    ['AbortError', 'PasskeyOperationAborted', 'Passkey operation has been aborted.'],
    ['SecurityError', 'RelyingPartyMismatch', 'Relying party does not match current domain.'],
    ['OperationError', 'Unknown', 'An unknown error has occurred.'],
  ])('that the platform rejects as %s is %s', async (thrown, name, message) => {
    const { context, net } = await startWithPasskeys()
    const cause = new DOMException('said so', thrown)
    stubPlatform('with JSON').behaviour = cause
    const call = auth.associateWebAuthnCredential(context)
    await expect(call).rejects.toMatchObject({ name, message, cause, underlyingError: cause })
    await expect(call).rejects.toBeInstanceOf(auth.AuthError)
    expect(net.operations()).toEqual(['StartWebAuthnRegistration'])
  })

  test('that an extension of the browser rejects is recognized by the name of the error', async () => {
    const { context } = await startWithPasskeys()
    const cause = Object.assign(new Error('No.'), { name: 'NotAllowedError' })
    stubPlatform('with JSON').behaviour = cause
    await expect(auth.associateWebAuthnCredential(context)).rejects.toMatchObject({
      name: 'PasskeyRegistrationCanceled',
      cause,
    })
  })

  test('that brings no credential rejects with PasskeyRegistrationFailed', async () => {
    const { context } = await startWithPasskeys()
    stubPlatform('with JSON').behaviour = 'gets nothing'
    await expect(auth.associateWebAuthnCredential(context)).rejects.toMatchObject({
      name: 'PasskeyRegistrationFailed',
      message: 'Device failed to create passkey.',
    })
  })

  test.each([
    ['nothing', {}],
    ['no user', { CredentialCreationOptions: { challenge: 'AA', rp: {}, pubKeyCredParams: [] } }],
  ])(
    'with %s in the options of the service rejects with InvalidPasskeyRegistrationOptions',
    async (_, answer) => {
      const { context, net } = await startWithPasskeys()
      stubPlatform('with JSON')
      net.faults.push(json(200, answer))
      await expect(auth.associateWebAuthnCredential(context)).rejects.toMatchObject({
        name: 'InvalidPasskeyRegistrationOptions',
        message: 'Invalid passkey registration options.',
        recoverySuggestion:
          'Ensure your user pool is configured to support the WEB_AUTHN as an authentication factor.',
      })
    },
  )

  test('where there is no WebAuthn, or no secure page, rejects with PasskeyNotSupported', async () => {
    const { context } = await startWithPasskeys()
    const refused = { name: 'PasskeyNotSupported', message: 'Passkeys may not be supported on this device.' }
    expect(auth.isPasskeySupported()).toBe(false)
    await expect(auth.associateWebAuthnCredential(context)).rejects.toMatchObject(refused)
    stubPlatform('with JSON')
    expect(auth.isPasskeySupported()).toBe(true)
    vi.stubGlobal('isSecureContext', false)
    expect(auth.isPasskeySupported()).toBe(false)
    await expect(auth.associateWebAuthnCredential(context)).rejects.toMatchObject(refused)
  })

  test('gives the user the time that the service sets, and then rejects with TimeoutError', async () => {
    const { context } = await startWithPasskeys()
    const platform = stubPlatform('with JSON')
    platform.behaviour = 'waits'
    vi.useFakeTimers()
    try {
      const call = auth.associateWebAuthnCredential(context)
      let ended = false
      call
        .catch(() => {})
        .finally(() => {
          ended = true
        })
      await vi.waitFor(() => expect(platform.asked).toHaveLength(1), { timeout: 20_000 })
      await vi.advanceTimersByTimeAsync(59_000)
      expect(ended).toBe(false)
      await vi.advanceTimersByTimeAsync(2000)
      await expect(call).rejects.toMatchObject({ name: 'TimeoutError', retryable: true })
      expect(platform.asked[0]?.[1].signal?.aborted).toBe(true)
      // The end of the platform's own time would pass for a user who cancels.
      expect(platform.asked[0]?.[1].publicKey?.timeout).toBeGreaterThan(60_000)
    } finally {
      vi.useRealTimers()
    }
  })

  test('gives the user five minutes when the service does not say', async () => {
    const { context, net } = await startWithPasskeys()
    const platform = stubPlatform('with JSON')
    net.faults.push(async (forward) => {
      const answer = (await (await forward()).json()) as { CredentialCreationOptions: { timeout?: number } }
      delete answer.CredentialCreationOptions.timeout
      return Response.json(answer)
    })
    await auth.associateWebAuthnCredential(context)
    // The platform's own time is ten seconds longer.
    expect(platform.asked[0]?.[1].publicKey?.timeout).toBe(310_000)
  })

  test('ends by its signal or timeout, and with it the prompt of the browser', async () => {
    const { context } = await startWithPasskeys()
    const platform = stubPlatform('with JSON')
    platform.behaviour = 'waits'
    const controller = new AbortController()
    const call = auth.associateWebAuthnCredential(context, { signal: controller.signal })
    await vi.waitFor(() => expect(platform.asked).toHaveLength(1), { timeout: 20_000 })
    controller.abort('enough')
    await expect(call).rejects.toMatchObject({ name: 'AbortError', cause: 'enough' })
    expect(platform.asked[0]?.[1].signal?.aborted).toBe(true)
    await expect(auth.associateWebAuthnCredential(context, { timeout: 500 })).rejects.toMatchObject({
      name: 'TimeoutError',
    })
    expect(platform.asked[1]?.[1].signal?.aborted).toBe(true)
  })

  test('replaces another one in the page', async () => {
    const { context } = await startWithPasskeys()
    const platform = stubPlatform('with JSON')
    platform.behaviour = 'waits'
    const first = auth.associateWebAuthnCredential(context)
    const outcome = expect(first).rejects.toMatchObject({ name: 'PasskeyOperationAborted' })
    await vi.waitFor(() => expect(platform.asked).toHaveLength(1), { timeout: 20_000 })
    platform.behaviour = 'uses it'
    expect(await auth.associateWebAuthnCredential(context)).toBeUndefined()
    await outcome
  })
})
