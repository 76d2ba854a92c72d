import { expect, test } from 'vitest'
import { PASSWORD, start } from './start.js'
import { stillClock } from './still-clock.js'

// Refresh-token rotation through real requests, over HTTP to a listening server.

async function signedIn(RetryGracePeriodSeconds: number) {
  const app = await start({
    clock: stillClock(),
    config: {
      userPools: [
        {
          PoolName: 'Rotating',
          clients: [
            {
              ClientId: 'rotating',
              ClientName: 'Web',
              ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH'],
              RefreshTokenRotation: { Feature: 'ENABLED', RetryGracePeriodSeconds },
              RefreshTokenValidity: 1,
            },
          ],
          users: [{ Username: 'ada', Password: PASSWORD }],
        },
      ],
    },
  })
  const { url } = await app.server.listen()
  const call = async (operation: string, input: object) => {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'x-amz-target': `AWSCognitoIdentityProviderService.${operation}` },
      body: JSON.stringify({ ClientId: 'rotating', ...input }),
    })
    // The test says what it should be.
    return (await response.json()) as {
      __type?: string
      message?: string
      AuthenticationResult?: { AccessToken: string; IdToken: string; RefreshToken: string; ExpiresIn: number }
    }
  }
  const { AuthenticationResult } = await call('InitiateAuth', {
    AuthFlow: 'USER_PASSWORD_AUTH',
    AuthParameters: { USERNAME: 'ada', PASSWORD },
  })
  return {
    app,
    call,
    first: AuthenticationResult?.RefreshToken ?? '',
    refresh: (RefreshToken: string) => call('GetTokensFromRefreshToken', { RefreshToken }),
  }
}

const REUSED = {
  __type: 'RefreshTokenReuseException',
  message: 'Refresh token has been invalidated by rotation',
}

const next = (answer: { AuthenticationResult?: { RefreshToken: string } }): string =>
  answer.AuthenticationResult?.RefreshToken ?? expect.fail(JSON.stringify(answer))

test('each refresh hands out the next refresh token, and without a grace period the last one is void', async () => {
  const { refresh, first } = await signedIn(0)
  const second = next(await refresh(first))
  const third = next(await refresh(second))
  expect(new Set([first, second, third]).size).toBe(3)
  expect(await refresh(first)).toEqual(REUSED)
  expect(await refresh(second)).toEqual(REUSED)
  expect(next(await refresh(third))).not.toBe(third)
})

test('within the grace period the previous token still works, and after it no more', async () => {
  const { app, refresh, first } = await signedIn(30)
  const second = next(await refresh(first))
  app.server.clock.advance(29)
  // A client whose answer was lost on the way asks again.
  const retried = next(await refresh(first))
  app.server.clock.advance(1)
  expect(await refresh(first)).toEqual(REUSED)
  // Both answers led to a token that goes on.
  expect(next(await refresh(second))).toBeTruthy()
  expect(next(await refresh(retried))).toBeTruthy()
})

test('a token from two rotations ago is void even within the grace period', async () => {
  const { refresh, first } = await signedIn(60)
  await refresh(next(await refresh(first)))
  expect(await refresh(first)).toEqual(REUSED)
})

test('eight refreshes at once with one token all succeed within the grace period, and one of them without', async () => {
  const graceful = await signedIn(10)
  const answers = await Promise.all(Array.from({ length: 8 }, () => graceful.refresh(graceful.first)))
  expect(answers.filter(({ AuthenticationResult }) => AuthenticationResult)).toHaveLength(8)
  expect(next(await graceful.refresh(next(answers[0] ?? {})))).toBeTruthy()

  const strict = await signedIn(0)
  const raced = await Promise.all(Array.from({ length: 8 }, () => strict.refresh(strict.first)))
  expect(raced.filter(({ AuthenticationResult }) => AuthenticationResult)).toHaveLength(1)
  expect(raced.filter(({ __type }) => __type === REUSED.__type)).toHaveLength(7)
})

test('rotation does not lengthen the sign-in: its tokens expire when the first would have', async () => {
  const { app, refresh, first } = await signedIn(0)
  app.server.clock.advance(86_400 - 60)
  const second = next(await refresh(first))
  app.server.clock.advance(60)
  expect(await refresh(second)).toEqual({
    __type: 'NotAuthorizedException',
    message: 'Refresh Token has expired',
  })
})

test('the flow that does not rotate is refused for a client that does', async () => {
  const { call, first } = await signedIn(0)
  const answer = await call('InitiateAuth', {
    AuthFlow: 'REFRESH_TOKEN_AUTH',
    AuthParameters: { REFRESH_TOKEN: first },
  })
  expect(answer.__type).toBe('UnsupportedOperationException')
})

test('revoking any refresh token of a sign-in ends it', async () => {
  const { app, call, refresh, first } = await signedIn(60)
  const second = await refresh(first)
  await call('RevokeToken', { Token: first })
  expect(await refresh(next(second))).toEqual({
    __type: 'NotAuthorizedException',
    message: 'Refresh Token has been revoked',
  })
  const user = await app.call('GetUser', { AccessToken: second.AuthenticationResult?.AccessToken })
  expect(user.body.message).toBe('Access Token has been revoked')
})
