import { decodeJwt, decodeProtectedHeader } from 'jose'
import { expect, test } from 'vitest'
import { respond, srpChallenge, srpResponses, srpSignIn } from './srp-sign-in.js'
import { PASSWORD, passwordSignIn, signUpAndConfirm, start } from './start.js'
import { stillClock } from './still-clock.js'

const REFUSED = { __type: 'NotAuthorizedException', message: 'Incorrect username or password.' }

test('the right password signs in by SRP, with the claims that Cognito tokens have', async () => {
  const app = await start({ clock: stillClock() })
  const { sub } = await signUpAndConfirm(app)
  const { body } = await srpSignIn(app, 'ada@example.com')
  const { AccessToken, IdToken, RefreshToken, ExpiresIn, TokenType } = body.AuthenticationResult
  expect([ExpiresIn, TokenType, body.ChallengeParameters]).toEqual([3600, 'Bearer', {}])
  expect(decodeProtectedHeader(AccessToken)).toEqual({ kid: expect.stringMatching(/^.{43}=$/), alg: 'RS256' })
  expect(RefreshToken.split('.')).toHaveLength(5)
  const access = decodeJwt(AccessToken)
  const now = access.iat ?? 0
  const uuid = expect.stringMatching(/^[0-9a-f-]{36}$/)
  const common = {
    sub,
    iss: app.issuer,
    origin_jti: uuid,
    event_id: uuid,
    auth_time: now,
    iat: now,
    jti: uuid,
  }
  expect(access).toEqual({
    ...common,
    client_id: app.userPoolClientId,
    token_use: 'access',
    scope: 'aws.cognito.signin.user.admin',
    username: sub,
    exp: now + 3600,
  })
  const id = decodeJwt(IdToken)
  expect(id).toEqual({
    ...common,
    email: 'ada@example.com',
    email_verified: true,
    'cognito:username': sub,
    aud: app.userPoolClientId,
    token_use: 'id',
    exp: now + 3600,
  })
  expect(id.origin_jti).toBe(access.origin_jti)
  expect(id.jti).not.toBe(access.jti)
})

test('a wrong password is refused by SRP and by USER_PASSWORD_AUTH in the same words', async () => {
  const app = await start()
  await signUpAndConfirm(app)
  expect((await srpSignIn(app, 'ada@example.com', 'Wrong-Horse-1')).body).toEqual(REFUSED)
  const { body } = await app.call('InitiateAuth', {
    ClientId: app.userPoolClientId,
    AuthFlow: 'USER_PASSWORD_AUTH',
    AuthParameters: { USERNAME: 'ada@example.com', PASSWORD: 'Wrong-Horse-1' },
  })
  expect(body).toEqual(REFUSED)
})

test('a proof works once: neither a right nor a wrong answer can be sent again', async () => {
  const app = await start()
  await signUpAndConfirm(app)
  const first = await srpChallenge(app, 'ada@example.com')
  const right = await srpResponses(app, first)
  expect((await respond(app, right)).status).toBe(200)
  expect((await respond(app, right)).body).toEqual(REFUSED)

  const second = await srpChallenge(app, 'ada@example.com')
  expect((await respond(app, await srpResponses(app, second, 'Wrong-Horse-1'))).body).toEqual(REFUSED)
  expect((await respond(app, await srpResponses(app, second))).body).toEqual(REFUSED)
})

test('a proof may name its user as the challenge did', async () => {
  const app = await start()
  const { email, sub } = await signUpAndConfirm(app)
  await signUpAndConfirm(app, 'eve@example.com')
  for (const USERNAME of [sub, email, email.toUpperCase()]) {
    const responses = await srpResponses(app, await srpChallenge(app, email))
    for (const other of ['eve@example.com', 'nobody@example.com'])
      expect((await respond(app, { ...responses, USERNAME: other })).body).toEqual(REFUSED)
    expect((await respond(app, { ...responses, USERNAME })).status).toBe(200)
  }
})

test('two answers to one challenge at the same moment bring one session', async () => {
  const app = await start()
  await signUpAndConfirm(app)
  const responses = await srpResponses(app, await srpChallenge(app, 'ada@example.com'))
  const answers = await Promise.all([
    respond(app, responses),
    respond(app, responses),
    respond(app, responses),
  ])
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 400, 400])
})

test('a proof is refused when it is late, dated wrongly, altered, for another user or from another client', async () => {
  const app = await start()
  await signUpAndConfirm(app)
  await signUpAndConfirm(app, 'eve@example.com')
  const late = await srpChallenge(app, 'ada@example.com')
  app.server.clock.advance(180)
  expect((await respond(app, await srpResponses(app, late))).body).toEqual(REFUSED)

  const responses = await srpResponses(app, await srpChallenge(app, 'ada@example.com'))
  const other = await srpChallenge(app, 'eve@example.com')
  const otherName = String(other.parameters.USER_ID_FOR_SRP)
  const block = Buffer.from(responses.PASSWORD_CLAIM_SECRET_BLOCK ?? '', 'base64')
  block[40] = (block[40] ?? 0) ^ 1
  expect((await respond(app, { ...responses, USERNAME: otherName })).body).toEqual(REFUSED)
  const altered = { ...responses, PASSWORD_CLAIM_SECRET_BLOCK: block.toString('base64') }
  expect((await respond(app, altered)).body).toEqual(REFUSED)
  const dated = { ...responses, TIMESTAMP: 'Tue Sep 5 07:08:09 UTC 2023' }
  expect((await respond(app, dated)).body).toEqual(REFUSED)
  expect((await respond(app, { ...responses, TIMESTAMP: '2026-09-05' })).body.message).toBe(
    'TIMESTAMP format should be EEE MMM d HH:mm:ss z yyyy in english.',
  )
  const { body } = await app.call('CreateUserPoolClient', { UserPoolId: app.userPoolId, ClientName: 'other' })
  const elsewhere = { ...app, userPoolClientId: body.UserPoolClient.ClientId }
  expect((await respond(elsewhere, responses)).body).toEqual(REFUSED)
  // None of these used up the challenge, for none of them was a guess at the password.
  expect((await respond(app, responses)).status).toBe(200)
})

test('a proof is valid in every month of the year', async () => {
  const app = await start({ clock: stillClock(Date.UTC(2027, 0, 15, 4, 5, 6)) })
  await signUpAndConfirm(app)
  for (let month = 0; month < 12; month++) {
    expect((await srpSignIn(app, 'ada@example.com')).status, `${month}`).toBe(200)
    app.server.clock.advance(30 * 86_400)
  }
})

test.each([
  ['three minutes', undefined, 180],
  ['as long as the client says', 15, 900],
])('a challenge may be answered for %s', async (_, AuthSessionValidity, seconds) => {
  const app = await start({ clock: stillClock() })
  await signUpAndConfirm(app)
  const { userPoolId: UserPoolId, userPoolClientId: ClientId } = app
  const ExplicitAuthFlows = ['ALLOW_USER_SRP_AUTH']
  await app.call('UpdateUserPoolClient', { UserPoolId, ClientId, ExplicitAuthFlows, AuthSessionValidity })
  const user = { UserPoolId, Username: 'eve@example.com', TemporaryPassword: PASSWORD }
  await app.call('AdminCreateUser', { ...user, MessageAction: 'SUPPRESS' })
  const answerAfter = async (wait: number) => {
    const proof = await srpChallenge(app, 'ada@example.com')
    const { body } = await srpSignIn(app, 'eve@example.com')
    app.server.clock.advance(wait)
    const challenge = { ClientId, ChallengeName: 'NEW_PASSWORD_REQUIRED', Session: body.Session }
    const ChallengeResponses = { USERNAME: 'eve@example.com', NEW_PASSWORD: 'Another-Horse-2' }
    return [
      (await respond(app, await srpResponses(app, proof))).body.message ?? 'tokens',
      (await app.call('RespondToAuthChallenge', { ...challenge, ChallengeResponses })).body.message ??
        'tokens',
    ]
  }
  expect(await answerAfter(seconds)).toEqual([
    REFUSED.message,
    'Invalid session for the user, session is expired.',
  ])
  expect(await answerAfter(seconds - 0.001)).toEqual(['tokens', 'tokens'])
})

test.each([-301, -300, 300, 301])(
  'the clock of a client may be off by five minutes: %i s',
  async (seconds) => {
    const app = await start({ clock: stillClock(Date.UTC(2026, 8, 1, 7, 5, 9)) })
    await signUpAndConfirm(app)
    const clock = { now: () => app.server.clock.now() + seconds * 1000 }
    const challenge = await srpChallenge(app, 'ada@example.com')
    const responses = await srpResponses({ server: { clock }, userPoolId: app.userPoolId }, challenge)
    expect((await respond(app, responses)).status).toBe(Math.abs(seconds) > 300 ? 400 : 200)
  },
)

test.each(['0', 'N', '2N', 'not hex', ''])(
  'an SRP_A that would reveal the secret is refused: %s',
  async (a) => {
    const app = await start()
    await signUpAndConfirm(app)
    const { N } = await import('../src/srp/group.js')
    const SRP_A = a === 'N' ? N.toString(16) : a === '2N' ? (2n * N).toString(16) : a
    const { status, body } = await app.call('InitiateAuth', {
      ClientId: app.userPoolClientId,
      AuthFlow: 'USER_SRP_AUTH',
      AuthParameters: { USERNAME: 'ada@example.com', SRP_A },
    })
    expect([status, body.__type]).toEqual([400, 'InvalidParameterException'])
  },
)

test('an unknown user is challenged like a known one, the same way each time, and then refused', async () => {
  const app = await start()
  const first = await srpChallenge(app, 'nobody@example.com')
  const second = await srpChallenge(app, 'nobody@example.com')
  expect(first.answer.status).toBe(200)
  expect(Object.keys(first.parameters)).toEqual([
    'SALT',
    'SECRET_BLOCK',
    'SRP_B',
    'USERNAME',
    'USER_ID_FOR_SRP',
  ])
  expect(String(first.parameters.USER_ID_FOR_SRP)).toMatch(/^[0-9a-f-]{36}$/)
  expect(second.parameters.SALT).toBe(first.parameters.SALT)
  expect(second.parameters.USERNAME).toBe(first.parameters.USERNAME)
  expect(second.parameters.SRP_B).not.toBe(first.parameters.SRP_B)
  expect((await respond(app, await srpResponses(app, first))).body).toEqual(REFUSED)
})

test('refreshing gives new tokens of the same sign-in until it is revoked', async () => {
  const app = await start()
  await signUpAndConfirm(app)
  const { RefreshToken, AccessToken } = await passwordSignIn(app)
  app.server.clock.advance(60)
  const ClientId = app.userPoolClientId
  const refreshed = await app.call('GetTokensFromRefreshToken', { ClientId, RefreshToken })
  const result = refreshed.body.AuthenticationResult
  expect(result.RefreshToken).toBeUndefined()
  const before = decodeJwt(AccessToken)
  const after = decodeJwt(result.AccessToken)
  expect([after.origin_jti, after.auth_time]).toEqual([before.origin_jti, before.auth_time])
  expect(after.jti).not.toBe(before.jti)
  expect(Number(after.iat)).toBeGreaterThanOrEqual(Number(before.iat) + 60)

  const classic = await app.call('InitiateAuth', {
    ClientId,
    AuthFlow: 'REFRESH_TOKEN_AUTH',
    AuthParameters: { REFRESH_TOKEN: RefreshToken },
  })
  expect(Object.keys(classic.body.AuthenticationResult).sort()).toEqual([
    'AccessToken',
    'ExpiresIn',
    'IdToken',
    'TokenType',
  ])

  expect((await app.call('RevokeToken', { ClientId, Token: RefreshToken })).text).toBe('{}')
  expect((await app.call('RevokeToken', { ClientId, Token: RefreshToken })).text).toBe('{}')
  expect((await app.call('GetTokensFromRefreshToken', { ClientId, RefreshToken })).body).toEqual({
    __type: 'NotAuthorizedException',
    message: 'Refresh Token has been revoked',
  })
  expect((await app.call('GetUser', { AccessToken })).body.message).toBe('Access Token has been revoked')
})

test('a refresh token expires after 30 days, and garbage is refused', async () => {
  const app = await start()
  await signUpAndConfirm(app)
  const { RefreshToken } = await passwordSignIn(app)
  const ClientId = app.userPoolClientId
  const refresh = (token: string) => app.call('GetTokensFromRefreshToken', { ClientId, RefreshToken: token })
  app.server.clock.advance(30 * 86_400 - 60)
  expect((await refresh(RefreshToken)).status).toBe(200)
  app.server.clock.advance(60)
  expect((await refresh(RefreshToken)).body.message).toBe('Refresh Token has expired')
  expect((await refresh('garbage')).body.message).toBe('Invalid Refresh Token.')
})

test('signing out everywhere ends every sign-in of the user, and of no other user', async () => {
  const app = await start()
  await signUpAndConfirm(app)
  await signUpAndConfirm(app, 'eve@example.com')
  const phone = await passwordSignIn(app)
  const laptop = await passwordSignIn(app)
  const eve = await passwordSignIn(app, 'eve@example.com')
  expect((await app.call('GlobalSignOut', { AccessToken: phone.AccessToken })).text).toBe('{}')
  const ClientId = app.userPoolClientId
  for (const { RefreshToken } of [phone, laptop])
    expect((await app.call('GetTokensFromRefreshToken', { ClientId, RefreshToken })).body.message).toBe(
      'Refresh Token has been revoked',
    )
  expect((await app.call('GetUser', { AccessToken: laptop.AccessToken })).body.message).toBe(
    'Access Token has been revoked',
  )
  expect((await app.call('GetUser', { AccessToken: eve.AccessToken })).status).toBe(200)
  expect((await passwordSignIn(app)).AccessToken).toBeTruthy()
})

test('an access token is checked for form, signature, expiry and use, in these words', async () => {
  const app = await start()
  await signUpAndConfirm(app)
  const { AccessToken, IdToken, RefreshToken } = await passwordSignIn(app)
  const message = async (token: string) => (await app.call('GetUser', { AccessToken: token })).body.message
  expect(await message('garbage')).toBe('Invalid Access Token')
  expect(await message(IdToken)).toBe('Invalid Access Token')
  const [header, payload, signature = ''] = AccessToken.split('.')
  const forged = `${signature.startsWith('A') ? 'B' : 'A'}${signature.slice(1)}`
  expect(await message(`${header}.${payload}.${forged}`)).toBe('Could not verify signature for Access Token')
  app.server.clock.advance(3600)
  expect(await message(AccessToken)).toBe('Access Token has expired')
  const revoke = (Token: string) => app.call('RevokeToken', { ClientId: app.userPoolClientId, Token })
  expect((await revoke(AccessToken)).body.__type).toBe('UnsupportedTokenTypeException')
  expect((await revoke(RefreshToken)).status).toBe(200)
})

test('the keys and the discovery document are at the addresses of the issuer', async () => {
  const app = await start()
  const fetchJson = async (url: string) => (await app.server.fetch(new Request(url))).json()
  const discovery = await fetchJson(`${app.issuer}/.well-known/openid-configuration`)
  expect(discovery).toMatchObject({ issuer: app.issuer, jwks_uri: `${app.issuer}/.well-known/jwks.json` })
  const n = expect.any(String)
  const key = { alg: 'RS256', e: 'AQAB', kid: expect.any(String), kty: 'RSA', n, use: 'sig' }
  expect(await fetchJson(`${app.issuer}/.well-known/jwks.json`)).toEqual({ keys: [key, key] })
  const unknown = await app.server.fetch(
    new Request('http://localhost/us-east-1_Nothing00/.well-known/jwks.json'),
  )
  expect(unknown.status).toBe(404)
})
