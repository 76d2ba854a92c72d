import { expect, test } from 'vitest'
import { attributesOf, createUser } from './admin.js'
import { signInUpstream, startFederated, tokensOf } from './federation.js'
import { authorizeQuery, CALLBACK, redeem } from './oauth.js'
import { atSignIn, pageUser } from './page-user.js'
import { PASSWORD } from './start.js'

// A real provider of OpenID Connect on another site, and a browser without scripts.

test('a user signs in at a provider, and the application gets tokens of a user who is named after it', async () => {
  const app = await startFederated()
  const user = await signInUpstream(app, 'grace')
  expect(user.left?.href).toMatch(new RegExp(`^${CALLBACK}\\?code=`))
  expect(user.left?.searchParams.get('state')).toBe('the state')
  const { id, access } = await tokensOf(app, user)
  expect(access.username).toBe('Upstream_grace')
  expect(id).toMatchObject({
    'cognito:username': 'Upstream_grace',
    'cognito:groups': [`${app.UserPoolId}_Upstream`],
    email: 'grace@example.com',
    email_verified: true,
    name: 'grace',
    identities: [
      {
        userId: 'grace',
        providerName: 'Upstream',
        providerType: 'OIDC',
        issuer: null,
        primary: 'true',
        dateCreated: expect.stringMatching(/^\d{13}$/),
      },
    ],
  })
  expect(id.nonce).toBeUndefined()
  const read = await app.admin.adminGetUser({ UserPoolId: app.UserPoolId, Username: 'Upstream_grace' })
  expect(read).toMatchObject({ UserStatus: 'EXTERNAL_PROVIDER', Enabled: true })
  const { identities } = await attributesOf(app.admin, app.UserPoolId, 'Upstream_grace')
  expect(JSON.parse(identities ?? '')).toEqual([
    expect.objectContaining({ userId: 'grace', primary: true, dateCreated: expect.any(Number) }),
  ])
})

test('a person who returns is the same user, with the present data of the provider', async () => {
  let name = 'Grace'
  const app = await startFederated({
    claims: (login) => ({ email: `${login}@example.com`, email_verified: true, name }),
  })
  const first = await tokensOf(app, await signInUpstream(app, 'grace'))
  name = 'Rear Admiral Grace'
  const second = await tokensOf(app, await signInUpstream(app, 'grace'))
  expect(second.id.sub).toBe(first.id.sub)
  expect(second.id.name).toBe('Rear Admiral Grace')
  const { id } = await tokensOf(app, await signInUpstream(app, 'Grace'))
  expect(id.sub).not.toBe(first.id.sub)
})

test('identity_provider and idp_identifier lead to the provider at once, and others are refused to the application', async () => {
  const app = await startFederated({ provider: { IdpIdentifiers: ['example.com'] } })
  for (const parameters of [{ identity_provider: 'Upstream' }, { idp_identifier: 'Example.com' }]) {
    const user = await atSignIn(app, { ...parameters, login_hint: 'grace' })
    expect(user.left?.origin).toBe(app.upstream.issuer)
    expect(user.left?.searchParams.get('login_hint')).toBe('grace')
    await signInUpstream(app, 'grace', user)
    expect(user.left?.searchParams.has('code')).toBe(true)
  }
  for (const parameters of [{ identity_provider: 'Other' }, { idp_identifier: 'example.org' }]) {
    const { left } = await atSignIn(app, parameters)
    expect(left?.searchParams.get('error')).toBe('invalid_request')
    expect(left?.searchParams.get('error_description')).toBe(
      'Login option is not available. Please try another one',
    )
  }
  const { clientId } = await app.createClient({ SupportedIdentityProviders: ['COGNITO'] })
  const { left } = await atSignIn({ ...app, clientId }, { identity_provider: 'Upstream' })
  expect(left?.searchParams.get('error')).toBe('invalid_request')
})

test('the browser has an SSO session afterwards, and a user who cancels at the provider is refused with its message', async () => {
  const app = await startFederated()
  const user = await atSignIn(app)
  await user.submit('Continue with Upstream')
  const back = await app.upstream.cancel(user.left as URL)
  await user.open(`${back.pathname}${back.search}`)
  expect(user.left?.searchParams.get('error')).toBe('access_denied')
  expect(user.left?.searchParams.get('state')).toBe('the state')

  const grace = await signInUpstream(app, 'grace')
  const again = await grace.browser.get(`/oauth2/authorize?${authorizeQuery(app, { prompt: 'none' })}`)
  expect(new URL(again.location).searchParams.has('code')).toBe(true)
})

test('an answer is accepted once, and only in the browser that was sent to the provider', async () => {
  const app = await startFederated()
  const victim = pageUser(app)
  await victim.open(`/login?${authorizeQuery(app)}`)
  const attacker = await atSignIn(app)
  await attacker.submit('Continue with Upstream')
  const back = await app.upstream.signIn(attacker.left as URL, 'mallory')
  const answer = `${back.pathname}${back.search}`
  const told = 'This sign-in has ended, or was begun in another browser. Please try again.'
  for (const path of [answer, '/oauth2/idpresponse?code=1', '/oauth2/idpresponse?code=1&state=unknown']) {
    await victim.open(path)
    expect(victim.page.status).toBe(400)
    expect(victim.text()).toContain(told)
    expect(victim.browser.jar.has('cognito')).toBe(false)
  }
  await attacker.open(answer)
  expect(attacker.left?.searchParams.has('code')).toBe(true)
  await attacker.open(answer)
  expect(attacker.page.status).toBe(400)
})

test('a native user with the name or the address of a federated one stays another user', async () => {
  const app = await startFederated({ pool: { AliasAttributes: ['email'] } })
  const native = await createUser(app.admin, app.UserPoolId, 'grace', {
    email: 'grace@example.com',
    email_verified: 'true',
  })
  const { id } = await tokensOf(app, await signInUpstream(app, 'grace'))
  expect(id.sub).not.toBe(native)
  const user = await atSignIn(app)
  await user.submit('Sign in', { Username: 'grace@example.com', Password: PASSWORD })
  expect((await tokensOf(app, user)).id.sub).toBe(native)

  await createUser(app.admin, app.UserPoolId, 'Upstream_hopper')
  const { left } = await signInUpstream(app, 'hopper')
  expect(left?.searchParams.get('error_description')).toBe(
    'Already found an entry for username Upstream_hopper',
  )
})

test('where users sign up with their address, a user of a provider is named after it all the same', async () => {
  const app = await startFederated({ pool: { UsernameAttributes: ['email'] } })
  const { id } = await tokensOf(app, await signInUpstream(app, 'grace'))
  expect(id).toMatchObject({ 'cognito:username': 'Upstream_grace', email: 'grace@example.com' })
  // The address is not a name of that user, so that a native user may have it.
  const native = await createUser(app.admin, app.UserPoolId, 'grace@example.com')
  expect(native).not.toBe(id.sub)
  const user = await atSignIn(app)
  await user.submit('Sign in', { Email: 'grace@example.com', Password: PASSWORD })
  expect((await tokensOf(app, user)).id.sub).toBe(native)
})

test('a disabled user is refused, and signs in again once enabled', async () => {
  const app = await startFederated()
  const { UserPoolId } = app
  await signInUpstream(app, 'grace')
  await app.admin.adminDisableUser({ UserPoolId, Username: 'Upstream_grace' })
  const { left } = await signInUpstream(app, 'grace')
  expect(left?.searchParams.get('error')).toBe('invalid_request')
  expect(left?.searchParams.get('error_description')).toBe('User is disabled.')
  await app.admin.adminEnableUser({ UserPoolId, Username: 'Upstream_grace' })
  expect((await signInUpstream(app, 'grace')).left?.searchParams.has('code')).toBe(true)
})

test('a federated user has no password to sign in with until an administrator sets one', async () => {
  const app = await startFederated({
    client: { ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH', 'ALLOW_USER_SRP_AUTH'] },
  })
  const { UserPoolId, clientId } = app
  await signInUpstream(app, 'grace')
  const signIn = (USERNAME: string) =>
    app.call('InitiateAuth', {
      ClientId: clientId,
      AuthFlow: 'USER_PASSWORD_AUTH',
      AuthParameters: { USERNAME, PASSWORD },
    })
  const unknown = await signIn('unknown')
  expect((await signIn('Upstream_grace')).body).toEqual(unknown.body)
  await app.admin.adminSetUserPassword({
    UserPoolId,
    Username: 'Upstream_grace',
    Password: PASSWORD,
    Permanent: true,
  })
  expect((await signIn('Upstream_grace')).status).toBe(200)
})

test('a federated user cannot set a first password, but can change one that an administrator has set', async () => {
  const app = await startFederated({ client: { ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH'] } })
  const { UserPoolId, clientId } = app
  const accessToken = async () => {
    const user = await signInUpstream(app, 'grace')
    const { body } = await redeem(app, user.left as URL, { code_verifier: undefined })
    return String(body.access_token)
  }
  const [first, second] = [await accessToken(), await accessToken()]
  const change = (input: object) =>
    app.call('ChangePassword', { AccessToken: second, ProposedPassword: 'Another-Horse-2', ...input })
  for (const input of [{}, { PreviousPassword: PASSWORD }])
    expect((await change(input)).body).toEqual({
      __type: 'NotAuthorizedException',
      message: 'User is not authorized to change password',
    })
  // Nothing has come of it, for other sessions either.
  expect((await app.call('GetUser', { AccessToken: first })).status).toBe(200)
  const user = { UserPoolId, Username: 'Upstream_grace' }
  await app.admin.adminSetUserPassword({ ...user, Password: PASSWORD, Permanent: true })
  const AccessToken = await accessToken()
  expect((await change({ AccessToken, PreviousPassword: PASSWORD })).body).toEqual({})
  const { status } = await app.call('InitiateAuth', {
    ClientId: clientId,
    AuthFlow: 'USER_PASSWORD_AUTH',
    AuthParameters: { USERNAME: 'Upstream_grace', PASSWORD: 'Another-Horse-2' },
  })
  expect(status).toBe(200)
})

test('a required attribute that the provider does not send is named in the error, and an immutable one is set once', async () => {
  const app = await startFederated({
    pool: {
      Schema: [
        { Name: 'email', Required: true },
        { Name: 'name', AttributeDataType: 'String', Mutable: false },
      ],
    },
    claims: (login) => (login === 'silent' ? {} : { email: `${login}@example.com`, name: login }),
  })
  const description = async (login: string) =>
    (await signInUpstream(app, login)).left?.searchParams.get('error_description')
  expect(await description('silent')).toBe('Invalid user attributes: email. The attribute is required.')
  expect(await description('grace')).toBe(null)
  expect(await description('grace')).toBe('user.name: Attribute cannot be updated.')
})

test('a provider verifies only the address that it sends', async () => {
  let claims: Record<string, unknown> = { email: 'grace@example.com', email_verified: true }
  const app = await startFederated({ claims: () => claims })
  const { UserPoolId } = app
  const Username = 'Upstream_grace'
  const verified = async () => {
    const { UserAttributes = [] } = await app.admin.adminGetUser({ UserPoolId, Username })
    const read = (name: string) => UserAttributes.find(({ Name }) => Name === name)?.Value
    return [read('email'), read('email_verified')]
  }
  await tokensOf(app, await signInUpstream(app, 'grace'))
  expect(await verified()).toEqual(['grace@example.com', 'true'])
  await app.admin.adminUpdateUserAttributes({
    UserPoolId,
    Username,
    UserAttributes: [{ Name: 'email', Value: 'another@example.com' }],
  })
  claims = { email_verified: true }
  await tokensOf(app, await signInUpstream(app, 'grace'))
  expect(await verified()).toEqual(['another@example.com', 'false'])
  claims = { email: 'grace@example.com', email_verified: true }
  await tokensOf(app, await signInUpstream(app, 'grace'))
  expect(await verified()).toEqual(['grace@example.com', 'true'])
})

test('an ID token contains the provider of its user, whichever scopes were requested', async () => {
  const app = await startFederated()
  const user = await atSignIn(app, { scope: 'openid email' })
  const { id } = await tokensOf(app, await signInUpstream(app, 'grace', user))
  expect(id.identities).toMatchObject([{ providerName: 'Upstream' }])
  expect(id).not.toHaveProperty('name')
})

test('a request that is too long to be kept is refused to the application, and one just below goes to the provider', async () => {
  const app = await startFederated()
  const long = { identity_provider: 'Upstream', nonce: 'n'.repeat(4096), scope: 'openid' }
  const { left: refused } = await atSignIn(app, { ...long, login_hint: 'h'.repeat(4096) })
  expect(refused?.href).toMatch(new RegExp(`^${CALLBACK}\\?error=invalid_request&`))
  expect(refused?.searchParams.get('error_description')).toBe('The request is too long')
  expect(refused?.searchParams.get('state')).toBe('the state')

  const user = await atSignIn(app, { ...long, login_hint: 'h'.repeat(3500) })
  expect(user.left?.origin).toBe(app.upstream.issuer)
  await signInUpstream(app, 'grace', user)
  expect(user.left?.searchParams.has('code')).toBe(true)
  // Nothing is kept of one that the pool signs in itself.
  const native = await atSignIn(app, { ...long, identity_provider: 'COGNITO', login_hint: 'h'.repeat(4096) })
  expect(native.left).toBeUndefined()
  expect(native.has('Password')).toBe(true)
})

test('an answer counts in the browser that has asked for it, and in none that has asked for another', async () => {
  const app = await startFederated()
  const begin = async () => {
    const user = await atSignIn(app)
    await user.submit('Continue with Upstream')
    return user
  }
  const [asked, other] = [await begin(), await begin()]
  const back = await app.upstream.signIn(asked.left as URL, 'grace')
  const answer = `${back.pathname}${back.search}`
  expect((await other.browser.get(answer)).location).not.toContain('code=')
  expect((await asked.browser.get(answer)).location).toContain('code=')
})

test('a client address that begins too many sign-ins loses the oldest of them, and other addresses lose none', async () => {
  const app = await startFederated({ trustProxy: true })
  const begin = async (address: string) => {
    const { browser } = pageUser(app)
    const query = authorizeQuery(app, { identity_provider: 'Upstream' })
    const headers = { 'x-forwarded-for': address }
    const { location } = await browser.get(`/oauth2/authorize?${query}`, headers)
    app.server.clock.advance(0.001)
    return async () => {
      const back = await app.upstream.signIn(new URL(location), 'grace')
      // A telephone may have another address by then.
      const answer = await browser.get(`${back.pathname}${back.search}`, {
        'x-forwarded-for': '198.51.100.7',
      })
      return answer.location.startsWith(`${CALLBACK}?code=`)
    }
  }
  // What is kept of one network comes before or after that of another, and of these some before and some after.
  const others = []
  for (let i = 1; i <= 8; i++) others.push(await begin(`2001:db8:0:${i}::1`))
  const ended = await begin('2001:db8::1')
  const oldest = await begin('2001:db8::1')
  const second = await begin('2001:db8::2')
  // A sign-in that has ended does not count.
  expect(await ended()).toBe(true)
  for (let i = 0; i < 999; i++) await begin(`2001:db8::${i.toString(16)}`)
  expect([await oldest(), await second()]).toEqual([false, true])
  for (const other of others) expect(await other()).toBe(true)
})

test('a provider is asked for a new sign-in where the application is', async () => {
  const app = await startFederated()
  const asked = async (parameters: Readonly<Record<string, string>>) => {
    const user = await atSignIn(app, parameters)
    await user.submit('Continue with Upstream')
    const { searchParams } = user.left as URL
    return { prompt: searchParams.get('prompt'), max_age: searchParams.get('max_age') }
  }
  expect(await asked({})).toEqual({ prompt: null, max_age: null })
  expect(await asked({ prompt: 'login' })).toEqual({ prompt: 'login', max_age: null })
  expect(await asked({ max_age: '60' })).toEqual({ prompt: null, max_age: '60' })
})

test('a provider is asked for a new sign-in, and says when it was', async () => {
  const app = await startFederated()
  const user = await signInUpstream(app, 'grace', await atSignIn(app, { max_age: '60' }))
  const { id } = await tokensOf(app, user)
  expect(Number(id.iat) - Number(id.auth_time)).toBeLessThanOrEqual(60)
})

test('a code that was sent to an address does not prove a different one that the provider sends later', async () => {
  const scope = 'openid aws.cognito.signin.user.admin'
  let email = 'mallory@example.com'
  const app = await startFederated({
    claims: () => ({ email, email_verified: false }),
    client: { AllowedOAuthScopes: scope.split(' ') },
  })
  const signIn = async () => {
    const user = await signInUpstream(app, 'mallory', await atSignIn(app, { scope }))
    const { body } = await redeem(app, user.left as URL, { code_verifier: undefined })
    return String(body.access_token)
  }
  const ask = async (AccessToken: string) => {
    await app.admin.getUserAttributeVerificationCode({ AccessToken, AttributeName: 'email' })
    return app.server.inbox.last()
  }
  const verify = (AccessToken: string, Code = '') =>
    app.admin.verifyUserAttribute({ AccessToken, AttributeName: 'email', Code })
  const verified = async () =>
    (await attributesOf(app.admin, app.UserPoolId, 'Upstream_mallory')).email_verified
  const first = await ask(await signIn())
  expect(first?.to).toBe('mallory@example.com')
  email = 'victim@example.com'
  const token = await signIn()
  await expect(verify(token, first?.code)).rejects.toMatchObject({ name: 'ExpiredCodeException' })
  expect(await verified()).toBe('false')
  // A sign-in that brings no other address leaves the code as it is.
  const second = await ask(token)
  expect(second?.to).toBe('victim@example.com')
  await verify(await signIn(), second?.code)
  expect(await verified()).toBe('true')
})
