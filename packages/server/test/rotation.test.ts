import { expect, onTestFinished, test } from 'vitest'
import { openDatabase } from '../src/db/database.js'
import { sharedDatabase } from './fresh-database.js'
import { holdStatement } from './hold-statement.js'
import { PASSWORD, start } from './start.js'
import { stillClock } from './still-clock.js'

// Refresh-token rotation through real requests, over HTTP to a listening server.

async function signedIn(RetryGracePeriodSeconds: number, client = {}) {
  const database = await sharedDatabase()
  const app = await start({
    ...database,
    clock: stillClock(),
    config: {
      userPools: [
        {
          UserPoolId: 'us-east-1_Rotating',
          PoolName: 'Rotating',
          clients: [
            {
              ClientId: 'rotating',
              ClientName: 'Web',
              ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH'],
              RefreshTokenRotation: { Feature: 'ENABLED', RetryGracePeriodSeconds },
              RefreshTokenValidity: 1,
              ...client,
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
    database,
    call,
    first: AuthenticationResult?.RefreshToken ?? '',
    accessToken: AuthenticationResult?.AccessToken,
    refresh: (RefreshToken: string) => call('GetTokensFromRefreshToken', { RefreshToken }),
  }
}

const REUSED = {
  __type: 'RefreshTokenReuseException',
  message: 'Refresh token has been invalidated by rotation',
}

const next = (answer: { AuthenticationResult?: { RefreshToken: string } }): string =>
  answer.AuthenticationResult?.RefreshToken ?? expect.fail(JSON.stringify(answer))

test.each([{ Feature: 'ENABLED', RetryGracePeriodSeconds: 0 }, { Feature: 'ENABLED' }])(
  'each refresh returns the next refresh token, and without a grace period the previous one is void: %j',
  async (RefreshTokenRotation) => {
    const { refresh, first } = await signedIn(0, { RefreshTokenRotation })
    const second = next(await refresh(first))
    const third = next(await refresh(second))
    expect(new Set([first, second, third]).size).toBe(3)
    expect(await refresh(first)).toEqual(REUSED)
    expect(await refresh(second)).toEqual(REUSED)
    expect(next(await refresh(third))).not.toBe(third)
  },
)

test('the previous token works within the grace period, and not after it', async () => {
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

test('eight simultaneous refreshes with one token all succeed within the grace period, and one of them without it', async () => {
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

test('the flow without rotation is refused for a client with rotation', async () => {
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

const REVOKED = { __type: 'NotAuthorizedException', message: 'Refresh Token has been revoked' }

test.each([0, 30, 60])(
  'a replaced token that comes more than a minute after its grace period of %d seconds ends the sign-in',
  async (grace) => {
    const { app, refresh, first } = await signedIn(grace)
    const answer = await refresh(first)
    const AccessToken = answer.AuthenticationResult?.AccessToken
    app.server.clock.advance(grace + 60)
    // A tab may be that slow: it is refused, and the sign-in goes on.
    expect(await refresh(first)).toEqual(REUSED)
    expect((await app.call('GetUser', { AccessToken })).status).toBe(200)
    const third = next(await refresh(next(answer)))
    app.server.clock.advance(0.001)
    expect(await refresh(first)).toEqual(REUSED)
    expect(await refresh(third)).toEqual(REVOKED)
    expect(await refresh(first)).toEqual(REVOKED)
    expect((await app.call('GetUser', { AccessToken })).body.message).toBe('Access Token has been revoked')
  },
)

test('a sign-in ends by the reuse of that very token, however recently another one was replaced', async () => {
  const { app, refresh, first } = await signedIn(0)
  const second = next(await refresh(first))
  app.server.clock.advance(100)
  const third = next(await refresh(second))
  app.server.clock.advance(60)
  // Replaced a minute ago, though the first refresh was long before.
  expect(await refresh(second)).toEqual(REUSED)
  const fourth = next(await refresh(third))
  expect(await refresh(first)).toEqual(REUSED)
  expect(await refresh(fourth)).toEqual(REVOKED)
})

test('a reused token ends its own sign-in and no other', async () => {
  const { app, call, refresh, first } = await signedIn(0)
  const other = await call('InitiateAuth', {
    AuthFlow: 'USER_PASSWORD_AUTH',
    AuthParameters: { USERNAME: 'ada', PASSWORD },
  })
  await refresh(first)
  app.server.clock.advance(61)
  expect(await refresh(first)).toEqual(REUSED)
  expect(await refresh(first)).toEqual(REVOKED)
  expect(next(await refresh(next(other)))).toBeTruthy()
})

test('each token of hundreds of refreshes within minutes is judged by its own time, in little space', async () => {
  const { app, database, refresh, first } = await signedIn(0)
  const tokens = [first]
  const last = () => tokens.at(-1) ?? ''
  // Five a second.
  for (let i = 0; i < 400; i++) {
    tokens.push(next(await refresh(last())))
    app.server.clock.advance(0.2)
  }
  const { db } = await openDatabase(database.database)
  onTestFinished(() => db.destroy())
  const family = await db.selectFrom('token_families').selectAll().executeTakeFirstOrThrow()
  expect(family.earlier_rotations?.length).toBeLessThan(4000)
  // The time of each is known to a second. Replaced 59 seconds ago, then 61.
  expect(await refresh(tokens[400 - 59 * 5] ?? '')).toEqual(REUSED)
  tokens.push(next(await refresh(last())))
  expect(await refresh(tokens[400 - 62 * 5] ?? '')).toEqual(REUSED)
  expect(await refresh(last())).toEqual(REVOKED)
})

test('the very first of many tokens still ends the sign-in', async () => {
  const { app, refresh, first } = await signedIn(0)
  let current = first
  for (let i = 0; i < 130; i++) {
    current = next(await refresh(current))
    app.server.clock.advance(1)
  }
  expect(await refresh(first)).toEqual(REUSED)
  expect(await refresh(current)).toEqual(REVOKED)
})

test('replaced tokens stay void once rotation is turned off, and end no sign-in from then on', async () => {
  const { app, call, refresh, first } = await signedIn(60)
  const second = next(await refresh(first))
  const ClientId = 'rotating'
  const update = await app.call('UpdateUserPoolClient', {
    UserPoolId: app.userPoolId,
    ClientId,
    ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
    RefreshTokenRotation: { Feature: 'DISABLED', RetryGracePeriodSeconds: 60 },
    RefreshTokenValidity: 1,
  })
  expect(update.status).toBe(200)
  const classic = (REFRESH_TOKEN: string) =>
    call('InitiateAuth', { AuthFlow: 'REFRESH_TOKEN_AUTH', AuthParameters: { REFRESH_TOKEN } })
  for (const seconds of [0, 3600]) {
    app.server.clock.advance(seconds)
    expect(await refresh(first)).toEqual(REUSED)
    expect(await classic(first)).toEqual(REUSED)
    // The last one is the one that stays.
    expect((await refresh(second)).AuthenticationResult).not.toHaveProperty('RefreshToken')
    expect((await classic(second)).AuthenticationResult).toHaveProperty('AccessToken')
  }
})

test('where tokens cannot be revoked by clients, reuse ends the sign-in with its access tokens all the same', async () => {
  const { app, refresh, first, accessToken } = await signedIn(0, { EnableTokenRevocation: false })
  const second = next(await refresh(first))
  app.server.clock.advance(61)
  expect(await refresh(first)).toEqual(REUSED)
  expect(await refresh(second)).toEqual(REVOKED)
  expect((await app.call('GetUser', { AccessToken: accessToken })).body.message).toBe(
    'Access Token has been revoked',
  )
})

test('a sign-in that an older version of the server has rotated is judged by its last rotation', async () => {
  const { app, database, refresh, first } = await signedIn(0)
  const second = next(await refresh(first))
  const third = next(await refresh(second))
  const { db } = await openDatabase(database.database)
  onTestFinished(() => db.destroy())
  await db
    .updateTable('token_families')
    .set({ earlier_rotations: null })
    .where('generation', '=', 2)
    .execute()
  app.server.clock.advance(60)
  expect(await refresh(first)).toEqual(REUSED)
  const fourth = next(await refresh(third))
  app.server.clock.advance(1)
  expect(await refresh(first)).toEqual(REUSED)
  expect(await refresh(fourth)).toEqual(REVOKED)
})

test('a token replaced within the grace period of its successor is judged by its own time, a minute later too', async () => {
  const { app, refresh, first } = await signedIn(60)
  const second = next(await refresh(first))
  app.server.clock.advance(5)
  const third = next(await refresh(second))
  app.server.clock.advance(65)
  const fourth = next(await refresh(third))
  app.server.clock.advance(51)
  // Replaced 121 seconds ago, and its successor 116.
  expect(await refresh(second)).toEqual(REUSED)
  const fifth = next(await refresh(fourth))
  expect(await refresh(first)).toEqual(REUSED)
  expect(await refresh(fifth)).toEqual(REVOKED)
})

test('of two refreshes that have both read the sign-in, one rotates it', async () => {
  for (const grace of [0, 60]) {
    const { refresh, first } = await signedIn(grace)
    const { held, release } = holdStatement(/^update "token_families"/)
    const late = refresh(first)
    await held
    const second = next(await refresh(first))
    release()
    if (grace === 0) expect(await late).toEqual(REUSED)
    // Both have the same successor, so neither rotates the other's token away.
    else {
      const third = next(await refresh(next(await late)))
      expect(next(await refresh(second))).toBeTruthy()
      expect(next(await refresh(third))).toBeTruthy()
    }
  }
})

test('a refresh that has read the sign-in before it is revoked gets nothing', async () => {
  const { call, refresh, first } = await signedIn(60)
  const { held, release } = holdStatement(/^update "token_families"/)
  const late = refresh(first)
  await held
  expect(await call('RevokeToken', { Token: first })).toEqual({})
  release()
  expect(await late).toEqual(REVOKED)
  expect(await refresh(first)).toEqual(REVOKED)
})

test('a token of a rotation that a restored backup does not know is refused, and ends nothing', async () => {
  const { app, database, refresh, first } = await signedIn(0)
  const second = next(await refresh(first))
  const third = next(await refresh(second))
  const { db } = await openDatabase(database.database)
  onTestFinished(() => db.destroy())
  await db.updateTable('token_families').set({ generation: 1 }).where('generation', '=', 2).execute()
  app.server.clock.advance(3600)
  expect(await refresh(third)).toEqual(REUSED)
  expect(next(await refresh(second))).toBeTruthy()
})
