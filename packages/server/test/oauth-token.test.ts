import { decodeJwt } from 'jose'
import { expect, test } from 'vitest'
import { basic, createMachine, PKCE, postToken, redeem, signInOnPage, startOAuth, VERIFIER } from './oauth.js'
import { stillClock } from './still-clock.js'

const invalidGrant = { status: 400, body: { error: 'invalid_grant' } }

async function startMachine(options: Parameters<typeof startOAuth>[0] = {}) {
  const app = await startOAuth(options)
  const machine = await createMachine(app, ['read', 'write'])
  return { ...app, machine }
}

test('a refresh returns new tokens with the scopes of the sign-in, or fewer, and never more', async () => {
  const app = await startOAuth()
  const tokens = await redeem(app, await signInOnPage(app, { ...PKCE, scope: 'openid email', nonce: 'n-1' }))
  const refresh = { grant_type: 'refresh_token', client_id: app.clientId }
  const again = { ...refresh, refresh_token: String(tokens.body.refresh_token) }
  const whole = await postToken(app, again)
  expect(whole.body).toEqual({
    id_token: expect.any(String),
    access_token: expect.any(String),
    expires_in: 3600,
    token_type: 'Bearer',
  })
  const claims = decodeJwt(String(whole.body.id_token))
  expect(claims).toMatchObject({ email: 'ada@example.com', at_hash: expect.any(String) })
  expect(claims).not.toHaveProperty('nonce')
  expect(claims.auth_time).toBe(decodeJwt(String(tokens.body.id_token)).auth_time)
  expect(decodeJwt(String(whole.body.access_token)).scope).toBe('openid email')
  const less = await postToken(app, { ...again, scope: 'openid' })
  expect(decodeJwt(String(less.body.access_token)).scope).toBe('openid')
  expect(await postToken(app, { ...again, scope: 'openid profile' })).toMatchObject({
    status: 400,
    body: { error: 'invalid_scope' },
  })
  expect(await postToken(app, { ...refresh, refresh_token: 'x' })).toMatchObject(invalidGrant)
  expect(await postToken(app, refresh)).toMatchObject({ status: 400, body: { error: 'invalid_request' } })
})

test('with rotation a refresh returns the next refresh token, and a replaced one is refused', async () => {
  const app = await startOAuth({
    client: {
      RefreshTokenRotation: { Feature: 'ENABLED', RetryGracePeriodSeconds: 0 },
      ExplicitAuthFlows: ['ALLOW_USER_SRP_AUTH'],
    },
  })
  const { body } = await redeem(app, await signInOnPage(app, PKCE))
  const refresh = (token: unknown) =>
    postToken(app, { grant_type: 'refresh_token', client_id: app.clientId, refresh_token: String(token) })
  const second = await refresh(body.refresh_token)
  expect(second.body.refresh_token).toEqual(expect.any(String))
  expect(await refresh(body.refresh_token)).toMatchObject(invalidGrant)
  expect((await refresh(second.body.refresh_token)).status).toBe(200)
})

test('a client that acts for itself gets an access token with its scopes and no other token', async () => {
  const app = await startMachine()
  const { clientId, secret } = app.machine
  const { status, body } = await postToken(app, { grant_type: 'client_credentials' }, basic(clientId, secret))
  expect({ status, body }).toEqual({
    status: 200,
    body: { access_token: expect.any(String), expires_in: 3600, token_type: 'Bearer' },
  })
  expect(Object.keys(decodeJwt(String(body.access_token))).sort()).toEqual(
    ['sub', 'token_use', 'scope', 'auth_time', 'iss', 'exp', 'iat', 'version', 'jti', 'client_id'].sort(),
  )
  expect(decodeJwt(String(body.access_token))).toMatchObject({
    sub: clientId,
    client_id: clientId,
    scope: 'api/read api/write',
    version: 2,
  })
  const inForm = { grant_type: 'client_credentials', client_id: clientId, client_secret: secret }
  const less = await postToken(app, { ...inForm, scope: 'api/read' })
  expect(decodeJwt(String(less.body.access_token)).scope).toBe('api/read')
  expect(await postToken(app, { ...inForm, scope: 'api/read openid' })).toMatchObject(invalidGrant)
})

test('a scope that a resource server no longer has is not granted to its clients', async () => {
  const app = await startMachine()
  const { clientId, secret } = app.machine
  await app.admin.updateResourceServer({
    UserPoolId: app.UserPoolId,
    Identifier: 'api',
    Name: 'API',
    Scopes: [{ ScopeName: 'read', ScopeDescription: 'Read' }],
  })
  const grant = { grant_type: 'client_credentials', client_id: clientId, client_secret: secret }
  expect(decodeJwt(String((await postToken(app, grant)).body.access_token)).scope).toBe('api/read')
  expect(await postToken(app, { ...grant, scope: 'api/write' })).toMatchObject(invalidGrant)
})

test("the pool's function of version 3 changes a machine's token, and sees the request", async () => {
  const events: unknown[] = []
  const app = await startMachine({
    functions: {
      async tokens(event: { request: { clientMetadata?: Record<string, string> }; response: object }) {
        events.push(structuredClone(event))
        event.response = {
          claimsAndScopeOverrideDetails: {
            accessTokenGeneration: {
              claimsToAddOrOverride: { tenant: event.request.clientMetadata?.tenant, sub: 'x' },
              scopesToAdd: ['api/more'],
              scopesToSuppress: ['api/write'],
            },
          },
        }
        return event
      },
    },
    pool: {
      LambdaConfig: {
        PreTokenGenerationConfig: {
          LambdaVersion: 'V3_0',
          LambdaArn: 'arn:aws:lambda:us-east-1:111122223333:function:tokens',
        },
      },
    },
  })
  const { clientId, secret } = app.machine
  const grant = { grant_type: 'client_credentials', client_id: clientId, client_secret: secret }
  const { body } = await postToken(app, { ...grant, aws_client_metadata: '{"tenant":"birch"}' })
  expect(decodeJwt(String(body.access_token))).toMatchObject({
    sub: clientId,
    tenant: 'birch',
    scope: 'api/read api/more',
  })
  expect(events).toMatchObject([
    {
      version: '3',
      triggerSource: 'TokenGeneration_ClientCredentials',
      request: { scopes: ['api/read', 'api/write'], userAttributes: {}, clientMetadata: { tenant: 'birch' } },
    },
  ])
  for (const aws_client_metadata of ['[]', '{"a":1}', 'x'])
    expect(await postToken(app, { ...grant, aws_client_metadata })).toMatchObject({
      status: 400,
      body: { error: 'invalid_request' },
    })
})

test("the pool's function adds claims to the tokens of a redirect, and its refusal is reported", async () => {
  let refuses = false
  const events: { triggerSource: string; request: { scopes?: string[] } }[] = []
  const app = await startOAuth({
    functions: {
      async tokens(event: { triggerSource: string; request: object; response: object }) {
        events.push(event)
        if (refuses) throw new Error('Not today')
        event.response = {
          claimsAndScopeOverrideDetails: {
            idTokenGeneration: { claimsToAddOrOverride: { plan: 'gold', nonce: 'x', at_hash: 'x' } },
            accessTokenGeneration: { scopesToAdd: ['api/more'] },
          },
        }
        return event
      },
    },
    pool: {
      LambdaConfig: {
        PreTokenGenerationConfig: {
          LambdaVersion: 'V2_0',
          LambdaArn: 'arn:aws:lambda:us-east-1:111122223333:function:tokens',
        },
      },
    },
  })
  const location = await signInOnPage(app, { ...PKCE, scope: 'openid', nonce: 'n-1' })
  refuses = true
  expect(await redeem(app, location)).toMatchObject({
    status: 400,
    body: {
      error: 'invalid_request',
      error_description: 'PreTokenGeneration failed with error Not today.',
    },
  })
  // The code is good for another try.
  refuses = false
  const { body } = await redeem(app, location)
  expect(decodeJwt(String(body.id_token))).toMatchObject({
    plan: 'gold',
    nonce: 'n-1',
    at_hash: expect.not.stringMatching(/^x$/),
  })
  expect(decodeJwt(String(body.access_token)).scope).toBe('openid api/more')
  expect(events.map(({ triggerSource }) => triggerSource)).toEqual([
    'TokenGeneration_HostedAuth',
    'TokenGeneration_HostedAuth',
  ])
  expect(events[1]?.request.scopes).toEqual(['openid'])
})

test('an ID token is issued only for the scope openid, with the claims that the scopes select', async () => {
  const app = await startOAuth()
  const claims = async (scope: string) => {
    const { body } = await redeem(app, await signInOnPage(app, { ...PKCE, scope }))
    return body.id_token === undefined ? undefined : decodeJwt(String(body.id_token))
  }
  expect(await claims('aws.cognito.signin.user.admin')).toBeUndefined()
  expect(await claims('openid')).toMatchObject({ email: 'ada@example.com' })
  expect(await claims('openid email')).toMatchObject({ email: 'ada@example.com', email_verified: true })
  expect(await claims('openid phone')).not.toHaveProperty('email')
  expect(await claims('openid phone')).not.toHaveProperty('nonce')
})

test('a client proves its secret in the header or in the form, and is refused otherwise', async () => {
  const app = await startOAuth({ clock: stillClock() })
  const { clientId, secret } = await app.createClient({ GenerateSecret: true })
  const own = { server: app.server, clientId }
  const fields = { client_id: undefined, client_secret: undefined }
  const code = () => signInOnPage(own, PKCE)
  expect((await redeem(own, await code(), { client_secret: secret })).status).toBe(200)
  expect((await redeem(own, await code(), fields, basic(clientId, secret))).status).toBe(200)
  expect((await redeem(own, await code(), {}, basic(clientId, secret))).status).toBe(200)
  const unused = await code()
  const invalidClient = (body = {}) => ({ status: 400, body: { error: 'invalid_client', ...body } })
  expect(await redeem(own, unused)).toMatchObject(
    invalidClient({ error_description: 'invalid_client_secret' }),
  )
  expect(await redeem(own, unused, { client_secret: 'wrong' })).toMatchObject(invalidClient())
  expect(await redeem(own, unused, fields, basic(clientId, 'wrong'))).toMatchObject(invalidClient())
  expect(await redeem(own, unused, fields, { authorization: 'Basic x' })).toMatchObject(invalidClient())
  expect(await redeem(own, unused, { client_id: 'unknown' })).toMatchObject(invalidClient())
  const badRequest = { status: 400, body: { error: 'invalid_request' } }
  expect(await redeem(own, unused, fields)).toMatchObject(badRequest)
  expect(await redeem(own, unused, { client_secret: secret }, basic(clientId, secret))).toMatchObject(
    badRequest,
  )
  expect(await redeem(own, unused, { client_id: app.clientId }, basic(clientId, secret))).toMatchObject(
    badRequest,
  )
  expect(await redeem(app, await signInOnPage(app, PKCE), { client_secret: 'any' })).toMatchObject(
    invalidClient(),
  )
  // None of these used the code up.
  expect((await redeem(own, unused, { client_secret: secret })).status).toBe(200)
})

test('the token endpoint refuses other grants, other methods and other types', async () => {
  const app = await startOAuth()
  const { clientId: client_id } = app
  expect(await postToken(app, { client_id })).toMatchObject({
    status: 400,
    body: { error: 'invalid_request' },
  })
  expect(await postToken(app, { client_id, grant_type: 'password' })).toMatchObject({
    status: 400,
    body: { error: 'unsupported_grant_type' },
  })
  expect(await postToken(app, { client_id, grant_type: 'client_credentials' })).toMatchObject({
    status: 400,
    body: { error: 'unauthorized_client' },
  })
  const { clientId: plain } = await app.createClient({ AllowedOAuthFlowsUserPoolClient: false })
  expect(await postToken(app, { client_id: plain, grant_type: 'refresh_token' })).toMatchObject({
    status: 400,
    body: { error: 'unauthorized_client' },
  })
  const send = async (path: string, init: RequestInit) => {
    const response = await app.server.fetch(new Request(`http://localhost${path}`, init))
    return { status: response.status, text: await response.text(), allow: response.headers.get('allow') }
  }
  expect(await send('/oauth2/token', { method: 'GET' })).toMatchObject({ status: 405, text: '' })
  const json = { method: 'POST', body: '{}', headers: { 'content-type': 'application/json' } }
  expect(await send('/oauth2/token', json)).toMatchObject({ status: 405, text: '' })
  expect(await send('/oauth/token', json)).toMatchObject({ status: 405, text: '', allow: 'GET' })
  const long = new URLSearchParams({ grant_type: 'x'.repeat(70_000) })
  expect(await send('/oauth2/token', { method: 'POST', body: long })).toMatchObject({ status: 413 })
})

test('a client that cannot read the attributes of a scope gets no tokens for it', async () => {
  const app = await startOAuth({ client: { ReadAttributes: ['email'] } })
  expect(await redeem(app, await signInOnPage(app, { ...PKCE, scope: 'openid email' }))).toMatchObject(
    invalidGrant,
  )
  const { clientId } = await app.createClient({ ReadAttributes: ['email', 'email_verified'] })
  const own = { server: app.server, clientId }
  expect((await redeem(own, await signInOnPage(own, { ...PKCE, scope: 'openid email' }))).status).toBe(200)
})

test('a refresh token is revoked at the endpoint, with all tokens of its sign-in', async () => {
  const app = await startOAuth()
  const { body } = await redeem(app, await signInOnPage(app, PKCE))
  const revoke = async (fields: Record<string, string>, headers = {}) => {
    const response = await app.server.fetch(
      new Request('http://localhost/oauth2/revoke', {
        method: 'POST',
        body: new URLSearchParams(fields),
        headers,
      }),
    )
    return { status: response.status, text: await response.text() }
  }
  const client_id = app.clientId
  const token = String(body.refresh_token)
  expect(await revoke({ client_id })).toEqual({ status: 400, text: '{"error":"invalid_request"}' })
  expect(await revoke({ token })).toEqual({ status: 400, text: '{"error":"invalid_request"}' })
  expect(await revoke({ token, client_id: 'unknown' })).toEqual({
    status: 401,
    text: '{"error":"invalid_client"}',
  })
  expect(await revoke({ client_id, token: String(body.access_token) })).toEqual({
    status: 400,
    text: '{"error":"unsupported_token_type"}',
  })
  const other = await app.createClient()
  expect((await revoke({ token, client_id: other.clientId })).status).toBe(400)
  const secret = await app.createClient({ GenerateSecret: true })
  expect((await revoke({ token: 'x' }, basic(secret.clientId, secret.secret))).status).toBe(200)
  const kept = await app.createClient({ EnableTokenRevocation: false })
  expect((await revoke({ token: 'x', client_id: kept.clientId })).text).toBe('{"error":"invalid_request"}')
  const refresh = { grant_type: 'refresh_token', client_id, refresh_token: token }
  expect((await postToken(app, refresh)).status).toBe(200)
  expect(await revoke({ client_id, token })).toEqual({ status: 200, text: '' })
  expect(await revoke({ client_id, token })).toEqual({ status: 200, text: '' })
  expect(await postToken(app, refresh)).toMatchObject(invalidGrant)
  const userInfo = await app.server.fetch(
    new Request('http://localhost/oauth2/userInfo', {
      headers: { authorization: `Bearer ${body.access_token}` },
    }),
  )
  expect(userInfo.status).toBe(401)
})

test('a verifier is accepted only with a code that was requested with a challenge', async () => {
  const app = await startOAuth()
  const without = await signInOnPage(app)
  expect(await redeem(app, without)).toMatchObject(invalidGrant)
  expect((await redeem(app, without, { code_verifier: undefined })).status).toBe(200)
  const challenged = await signInOnPage(app, PKCE)
  expect(await redeem(app, challenged, { code_verifier: undefined })).toMatchObject(invalidGrant)
  expect(await redeem(app, challenged, { code_verifier: `${VERIFIER}x` })).toMatchObject(invalidGrant)
  expect((await redeem(app, challenged)).status).toBe(200)
})

test('GetClientToken returns the token of the endpoint to a machine, where its client allows that', async () => {
  const app = await startMachine()
  const settings = {
    GenerateSecret: true,
    ExplicitAuthFlows: ['ALLOW_CLIENT_TOKEN_AUTH'],
    AllowedOAuthFlowsUserPoolClient: false,
    AllowedOAuthFlows: [],
    AllowedOAuthScopes: ['openid', 'api/read', 'api/write'],
  }
  const { body: made } = await app.call('CreateUserPoolClient', {
    UserPoolId: app.UserPoolId,
    ClientName: 'machine',
    ...settings,
  })
  const { ClientId = '', ClientSecret: Secret = '' } = made.UserPoolClient
  const { ClientAuthenticationResult: result } = await app.admin.getClientToken({ ClientId, Secret })
  expect(result).toMatchObject({ ExpiresIn: 3600, TokenType: 'Bearer' })
  expect(decodeJwt(result?.AccessToken ?? '')).toMatchObject({ sub: ClientId, scope: 'api/read api/write' })
  const less = await app.admin.getClientToken({ ClientId, Secret, Scopes: ['api/read'] })
  expect(decodeJwt(less.ClientAuthenticationResult?.AccessToken ?? '').scope).toBe('api/read')
  await expect(app.admin.getClientToken({ ClientId, Secret, Scopes: ['openid'] })).rejects.toMatchObject({
    name: 'ScopeDoesNotExistException',
  })
  const wrong = { ClientId, Secret: 'anothersecretthatisnotthisone' }
  await expect(app.admin.getClientToken(wrong)).rejects.toMatchObject({ name: 'NotAuthorizedException' })
  const { clientId, secret } = app.machine
  await expect(app.admin.getClientToken({ ClientId: clientId, Secret: secret })).rejects.toMatchObject({
    name: 'InvalidParameterException',
  })
})
