import { createHmac } from 'node:crypto'
import type { ServerOptions } from '@amulet/server'
import { decodeJwt } from 'jose'
import { expect, onTestFinished, test } from 'vitest'
import { openDatabase } from '../src/db/database.js'
import { sharedDatabase } from './fresh-database.js'
import { respond, srpChallenge, srpResponses } from './srp-sign-in.js'
import { PASSWORD, type Started, start } from './start.js'
import { stillClock } from './still-clock.js'

// What a session outlives and what it does not. The clock stands still, so that all of it happens in one millisecond.

const NEW = 'Another-Horse-2'
const SECRET = 'clientSecretThatOnlyTheClientKnows0123456789abcdef'
const ExplicitAuthFlows = ['ALLOW_USER_PASSWORD_AUTH' as const, 'ALLOW_REFRESH_TOKEN_AUTH' as const]
const client = (ClientId: string) => ({ ClientId, ClientName: ClientId, ExplicitAuthFlows })
const UserPoolId = 'us-east-1_Sessions'
const OTHER_POOL = 'us-east-1_Another'
const CONFIG = {
  userPools: [
    {
      UserPoolId,
      PoolName: 'Sessions',
      AutoVerifiedAttributes: ['email' as const],
      clients: [
        client('revocable'),
        { ...client('srp'), ExplicitAuthFlows: ['ALLOW_USER_SRP_AUTH' as const] },
        { ...client('plain'), EnableTokenRevocation: false },
        { ...client('confidential'), ClientSecret: SECRET },
      ],
      users: ['ada', 'eve'].map((Username) => ({
        Username,
        Password: PASSWORD,
        UserAttributes: [
          { Name: 'email', Value: `${Username}@example.com` },
          { Name: 'email_verified', Value: 'true' },
        ],
      })),
    },
    {
      UserPoolId: OTHER_POOL,
      PoolName: 'Another',
      clients: [client('elsewhere')],
      users: [{ Username: 'bob', Password: PASSWORD }],
    },
  ],
}

const open = (options: ServerOptions = {}) => start({ clock: stillClock(), config: CONFIG, ...options })

async function signIn({ call }: Started, ClientId: string, USERNAME = 'ada', password = PASSWORD) {
  const { body } = await call('InitiateAuth', {
    ClientId,
    AuthFlow: 'USER_PASSWORD_AUTH',
    AuthParameters: {
      USERNAME,
      PASSWORD: password,
      ...(ClientId === 'confidential' && {
        SECRET_HASH: createHmac('sha256', SECRET).update(`${USERNAME}${ClientId}`).digest('base64'),
      }),
    },
  })
  return { ClientId, ...body.AuthenticationResult }
}
type Session = Awaited<ReturnType<typeof signIn>>

const GOOD = ['ok', 'ok']
const ENDED = ['Access Token has been revoked', 'Refresh Token has been revoked']

/** What a session is answered: with its access token and with its refresh token. */
async function state({ call }: Started, { ClientId, AccessToken, RefreshToken }: Session) {
  const answers = [
    await call('GetUser', { AccessToken }),
    await call('GetTokensFromRefreshToken', { ClientId, RefreshToken }),
  ]
  return answers.map(({ status, body }) => (status === 200 ? 'ok' : body.message))
}

async function forgetPassword({ call, server }: Started) {
  const user = { ClientId: 'revocable', Username: 'ada' }
  expect((await call('ForgotPassword', user)).status).toBe(200)
  const ConfirmationCode = server.inbox.last('ada@example.com')?.code
  return await call('ConfirmForgotPassword', { ...user, ConfirmationCode, Password: NEW })
}
const user = { UserPoolId, Username: 'ada' }
const RESETS: Record<string, (app: Started) => Promise<{ status: number }>> = {
  ConfirmForgotPassword: forgetPassword,
  AdminSetUserPassword: ({ call }) =>
    call('AdminSetUserPassword', { ...user, Password: NEW, Permanent: true }),
  'AdminSetUserPassword with a temporary one': ({ call }) =>
    call('AdminSetUserPassword', { ...user, Password: NEW }),
  AdminResetUserPassword: ({ call }) => call('AdminResetUserPassword', user),
}
const CLIENTS = ['revocable', 'plain']

test.each(Object.keys(RESETS).flatMap((operation) => CLIENTS.map((ClientId) => ({ operation, ClientId }))))(
  '$operation ends every session of the user through the $ClientId client, and none of other users',
  async ({ operation, ClientId }) => {
    const app = await open()
    const phone = await signIn(app, ClientId)
    const laptop = await signIn(app, ClientId)
    const eve = await signIn(app, ClientId, 'eve')
    expect(await state(app, phone)).toEqual(GOOD)
    expect((await RESETS[operation]?.(app))?.status).toBe(200)
    expect(await state(app, phone)).toEqual(ENDED)
    expect(await state(app, laptop)).toEqual(ENDED)
    expect(await state(app, eve)).toEqual(GOOD)
  },
)

test.each(
  ['ConfirmForgotPassword', 'AdminSetUserPassword'].flatMap((operation) =>
    CLIENTS.flatMap((ClientId) => [0, 0.001].map((seconds) => ({ operation, ClientId, seconds }))),
  ),
)(
  'a sign-in $seconds seconds after $operation works through the $ClientId client',
  async ({ operation, ClientId, seconds }) => {
    const app = await open()
    const before = await signIn(app, ClientId)
    expect((await RESETS[operation]?.(app))?.status).toBe(200)
    app.server.clock.advance(seconds)
    const after = await signIn(app, ClientId, 'ada', NEW)
    expect(await state(app, after)).toEqual(GOOD)
    expect(await state(app, before)).toEqual(ENDED)
  },
)

test.each(CLIENTS)(
  'ChangePassword ends every session of the user through the %s client, except its own',
  async (ClientId) => {
    const app = await open()
    const phone = await signIn(app, ClientId)
    const laptop = await signIn(app, ClientId)
    const elsewhere = await signIn(app, ClientId === 'plain' ? 'revocable' : 'plain')
    const eve = await signIn(app, ClientId, 'eve')
    const change = { AccessToken: phone.AccessToken, PreviousPassword: PASSWORD, ProposedPassword: NEW }
    // What is refused ends nothing.
    expect((await app.call('ChangePassword', { ...change, PreviousPassword: NEW })).status).toBe(400)
    expect(await state(app, laptop)).toEqual(GOOD)
    expect((await app.call('ChangePassword', change)).status).toBe(200)
    expect(await state(app, phone)).toEqual(GOOD)
    expect(await state(app, laptop)).toEqual(ENDED)
    expect(await state(app, elsewhere)).toEqual(ENDED)
    expect(await state(app, eve)).toEqual(GOOD)
    expect(await state(app, await signIn(app, ClientId, 'ada', NEW))).toEqual(GOOD)
  },
)

test('ChangePassword with a token that was refreshed keeps the session of the first one', async () => {
  const app = await open()
  const phone = await signIn(app, 'plain')
  const { RefreshToken, ClientId } = phone
  const { body } = await app.call('GetTokensFromRefreshToken', { ClientId, RefreshToken })
  const { AccessToken } = body.AuthenticationResult
  await app.call('ChangePassword', { AccessToken, PreviousPassword: PASSWORD, ProposedPassword: NEW })
  expect(await state(app, phone)).toEqual(GOOD)
})

test.each([
  ['by an option', { keepSessionsOnPasswordChange: true }],
  ['by the configuration', { config: { ...CONFIG, keepSessionsOnPasswordChange: true } }],
  [
    'by an option, whatever the configuration says',
    { config: { ...CONFIG, keepSessionsOnPasswordChange: false }, keepSessionsOnPasswordChange: true },
  ],
])('a server that is configured %s keeps sessions', async (_, options) => {
  for (const reset of Object.values(RESETS)) {
    const app = await open(options)
    const sessions = [await signIn(app, 'revocable'), await signIn(app, 'plain')]
    expect((await reset(app)).status).toBe(200)
    for (const session of sessions) expect(await state(app, session)).toEqual(GOOD)
  }
  const app = await open(options)
  const [phone, laptop] = [await signIn(app, 'revocable'), await signIn(app, 'plain')]
  const { AccessToken } = phone
  await app.call('ChangePassword', { AccessToken, PreviousPassword: PASSWORD, ProposedPassword: NEW })
  for (const session of [phone, laptop]) expect(await state(app, session)).toEqual(GOOD)
  // A global sign-out is not a matter of passwords.
  await app.call('GlobalSignOut', { AccessToken })
  for (const session of [phone, laptop]) expect(await state(app, session)).toEqual(ENDED)
})

test.each(CLIENTS)(
  'a global sign-out ends the sessions through the %s client, including those of the same second',
  async (ClientId) => {
    const sign_outs: ((app: Started, session: Session) => Promise<unknown>)[] = [
      ({ call }, { AccessToken }) => call('GlobalSignOut', { AccessToken }),
      ({ call }) => call('AdminUserGlobalSignOut', user),
      async ({ call }) => {
        await call('AdminDisableUser', user)
        await call('AdminEnableUser', user)
      },
    ]
    for (const signOut of sign_outs) {
      const app = await open()
      const phone = await signIn(app, ClientId)
      const laptop = await signIn(app, ClientId)
      const eve = await signIn(app, ClientId, 'eve')
      await signOut(app, phone)
      const next = await signIn(app, ClientId)
      expect(await state(app, phone)).toEqual(ENDED)
      expect(await state(app, laptop)).toEqual(ENDED)
      expect(await state(app, eve)).toEqual(GOOD)
      expect(await state(app, next)).toEqual(GOOD)
    }
  },
)

test('the tokens of a sign-in share an event_id, and an origin_jti where they can be revoked', async () => {
  const app = await open()
  const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/
  for (const ClientId of CLIENTS) {
    const first = await signIn(app, ClientId)
    const { RefreshToken } = first
    const { body } = await app.call('GetTokensFromRefreshToken', { ClientId, RefreshToken })
    const second = await signIn(app, ClientId)
    const claims = (name: string) =>
      [first, body.AuthenticationResult, second].flatMap(({ AccessToken, IdToken }) => [
        decodeJwt(AccessToken)[name],
        decodeJwt(IdToken)[name],
      ])
    const events = claims('event_id')
    for (const event of events) expect(event).toMatch(UUID)
    expect(new Set(events.slice(0, 4)).size).toBe(1)
    expect(new Set(events.slice(4)).size).toBe(1)
    expect(events[4]).not.toBe(events[0])
    const revocable = ClientId === 'revocable'
    expect(new Set(claims('origin_jti')).size).toBe(revocable ? 2 : 1)
    expect(claims('origin_jti').every((id) => (id === undefined) !== revocable)).toBe(true)
    expect(new Set(claims('jti')).size).toBe(revocable ? 6 : 1)
  }
})

test('an access token of an older version of the server, whose event_id names no sign-in, is valid until the sign-out', async () => {
  const database = await sharedDatabase()
  const app = await open(database)
  const { db } = await openDatabase(database.database)
  onTestFinished(() => db.destroy())
  // That server gave each token an event_id of its own: no sign-in has the id that this one has.
  const oldToken = async (id: string) => {
    const { AccessToken } = await signIn(app, 'plain')
    const { event_id } = decodeJwt(AccessToken)
    await db.updateTable('token_families').set({ id }).where('id', '=', String(event_id)).execute()
    return AccessToken
  }
  const getUser = async (AccessToken: string) => {
    const { status, body } = await app.call('GetUser', { AccessToken })
    return status === 200 ? 'ok' : body.message
  }
  const phone = await oldToken('phone')
  app.server.clock.advance(1)
  const laptop = await oldToken('laptop')
  const eve = await signIn(app, 'plain', 'eve')
  expect([await getUser(phone), await getUser(laptop)]).toEqual(['ok', 'ok'])
  const change = { AccessToken: laptop, PreviousPassword: PASSWORD, ProposedPassword: NEW }
  expect((await app.call('ChangePassword', change)).status).toBe(200)
  expect([await getUser(phone), await getUser(laptop)]).toEqual([ENDED[0], 'ok'])
  expect((await app.call('GlobalSignOut', { AccessToken: laptop })).status).toBe(200)
  // Of the same second, but through another client.
  expect(await state(app, await signIn(app, 'revocable', 'ada', NEW))).toEqual(GOOD)
  expect([await getUser(phone), await getUser(laptop)]).toEqual([ENDED[0], ENDED[0]])
  expect(await state(app, eve)).toEqual(GOOD)
  expect((await app.call('AdminDeleteUser', user)).status).toBe(200)
  expect(await getUser(laptop)).toBe('User does not exist.')
})

test('a revocable token that names no sign-in is refused', async () => {
  const database = await sharedDatabase()
  const app = await open(database)
  const session = await signIn(app, 'revocable')
  const { db } = await openDatabase(database.database)
  onTestFinished(() => db.destroy())
  await db
    .updateTable('token_families')
    .set({ id: 'another' })
    .where('user_pool_id', '=', UserPoolId)
    .execute()
  expect(await state(app, session)).toEqual(ENDED)
})

test('a refresh token is accepted only from its own client', async () => {
  const app = await open()
  const session = await signIn(app, 'revocable')
  const bob = await signIn(app, 'elsewhere', 'bob')
  const refresh = async (ClientId: string, RefreshToken: string) => {
    const modern = await app.call('GetTokensFromRefreshToken', { ClientId, RefreshToken })
    const classic = await app.call('InitiateAuth', {
      ClientId,
      AuthFlow: 'REFRESH_TOKEN_AUTH',
      AuthParameters: { REFRESH_TOKEN: RefreshToken },
    })
    return [modern, classic].map(({ body }) => body.message ?? 'ok')
  }
  const refused = ['Invalid Refresh Token.', 'Invalid Refresh Token']
  expect(await refresh('plain', session.RefreshToken)).toEqual(refused)
  expect(await refresh('elsewhere', session.RefreshToken)).toEqual(refused)
  expect(await refresh('revocable', bob.RefreshToken)).toEqual(refused)
  expect(await refresh('revocable', session.RefreshToken)).toEqual(GOOD)
  expect(await refresh('elsewhere', bob.RefreshToken)).toEqual(GOOD)
})

test('a refresh token that was altered anywhere is refused', async () => {
  const app = await open()
  const { ClientId, RefreshToken } = await signIn(app, 'revocable')
  const parts = RefreshToken.split('.')
  expect(parts).toHaveLength(5)
  const altered = parts.map((part, i) =>
    parts.with(i, part === '' ? 'AA' : `${part.startsWith('A') ? 'B' : 'A'}${part.slice(1)}`).join('.'),
  )
  const [header, key, iv = '', ciphertext, tag = ''] = parts
  const shorter = [
    [header, key, '', ciphertext, tag],
    [header, key, iv.slice(0, -4), ciphertext, tag],
    [header, key, iv, '', tag],
    // Of four bytes, a tag could be guessed.
    [header, key, iv, ciphertext, Buffer.from(tag, 'base64url').subarray(0, 4).toString('base64url')],
    [header, key, iv, ciphertext, ''],
    parts.slice(0, 4),
  ].map((some) => some.join('.'))
  for (const token of [...altered, ...shorter, `${RefreshToken}.AA`])
    expect(
      (await app.call('GetTokensFromRefreshToken', { ClientId, RefreshToken: token })).body.message,
    ).toBe('Invalid Refresh Token.')
  const { body } = await app.call('GetTokensFromRefreshToken', { ClientId, RefreshToken })
  expect(body.AuthenticationResult).toBeTruthy()
})

test('a token can be revoked only by its own client, with its secret', async () => {
  const app = await open()
  const session = await signIn(app, 'revocable')
  const secretly = await signIn(app, 'confidential')
  const revoke = async (Token: string, ClientId: string, ClientSecret?: string) =>
    (await app.call('RevokeToken', { Token, ClientId, ClientSecret })).body.__type ?? 'ok'
  const stillGood = async () => {
    expect((await app.call('GetUser', { AccessToken: session.AccessToken })).status).toBe(200)
    expect((await app.call('GetUser', { AccessToken: secretly.AccessToken })).status).toBe(200)
  }
  for (const [token, ClientId, ClientSecret] of [
    [session.RefreshToken, 'elsewhere', undefined],
    [session.RefreshToken, 'confidential', SECRET],
    [session.RefreshToken, 'nobody', undefined],
    [session.RefreshToken, 'revocable', SECRET],
    [secretly.RefreshToken, 'revocable', undefined],
    [secretly.RefreshToken, 'confidential', undefined],
    [secretly.RefreshToken, 'confidential', `${SECRET.slice(0, -1)}0`],
    [secretly.RefreshToken, 'confidential', SECRET.slice(0, -1)],
  ] as const) {
    expect([ClientId, await revoke(token, ClientId, ClientSecret)]).toEqual([
      ClientId,
      'UnauthorizedException',
    ])
    await stillGood()
  }
  const plain = await signIn(app, 'plain')
  expect(await revoke(plain.RefreshToken, 'plain')).toBe('UnsupportedOperationException')
  expect(await state(app, plain)).toEqual(GOOD)
  // What is no refresh token at all is as good as revoked.
  expect(await revoke('a.b.c.d.e', 'revocable')).toBe('ok')
  await stillGood()
  expect(await revoke(session.RefreshToken, 'revocable')).toBe('ok')
  expect(await revoke(secretly.RefreshToken, 'confidential', SECRET)).toBe('ok')
  for (const { AccessToken } of [session, secretly])
    expect((await app.call('GetUser', { AccessToken })).body.message).toBe(ENDED[0])
  // As good as revoked is what was deleted with its user.
  await app.call('AdminDeleteUser', { UserPoolId, Username: 'ada' })
  expect(await revoke(session.RefreshToken, 'revocable')).toBe('ok')
})

test('a user is known by the sub only in the user’s own pool', async () => {
  const app = await open()
  const { AccessToken } = await signIn(app, 'revocable')
  const sub = String(decodeJwt(AccessToken).sub)
  const get = async (pool: string) =>
    (await app.call('AdminGetUser', { UserPoolId: pool, Username: sub })).body
  expect((await get(UserPoolId)).Username).toBe('ada')
  expect((await get(OTHER_POOL)).__type).toBe('UserNotFoundException')
  const signUp = (ClientId: string) => app.call('SignUp', { ClientId, Username: sub, Password: PASSWORD })
  // It is a name like any other there.
  expect((await signUp('revocable')).body.__type).toBe('UsernameExistsException')
  expect((await signUp('elsewhere')).status).toBe(200)
})

test('a client that is created again in another pool does not inherit the sessions of its namesake', async () => {
  const database = await sharedDatabase()
  const before = await open(database)
  const session = await signIn(before, 'revocable')
  await before.call('DeleteUserPoolClient', { UserPoolId, ClientId: 'revocable' })
  const [first, second] = CONFIG.userPools
  const moved = {
    userPools: [
      { ...first, PoolName: 'Sessions', clients: [client('plain')] },
      { ...second, PoolName: 'Another', clients: [client('revocable')] },
    ],
  }
  const after = await open({ ...database, config: moved, warn: () => {} })
  expect(await state(after, session)).toEqual(['User does not exist.', 'Invalid Refresh Token.'])
  const { RefreshToken: Token } = session
  expect((await after.call('RevokeToken', { ClientId: 'revocable', Token })).body.__type).toBe(
    'UnauthorizedException',
  )
  expect(await state(after, await signIn(after, 'revocable', 'bob'))).toEqual(GOOD)
})

test('a refresh requires the secret from a client with a secret, and from no other', async () => {
  const app = await open()
  const { RefreshToken } = await signIn(app, 'confidential')
  const ofPublic = await signIn(app, 'revocable')
  const refresh = async (ClientId: string, RefreshToken: string, ClientSecret?: string) => {
    const { body } = await app.call('GetTokensFromRefreshToken', { ClientId, RefreshToken, ClientSecret })
    return body.message ?? 'ok'
  }
  expect(await refresh('confidential', RefreshToken)).toBe(
    'Client confidential is configured with secret but SECRET_HASH was not received',
  )
  const wrong = (id: string) => `Unable to verify secret hash for client ${id}`
  expect(await refresh('confidential', RefreshToken, SECRET.slice(0, -1))).toBe(wrong('confidential'))
  expect(await refresh('revocable', ofPublic.RefreshToken, SECRET)).toBe(wrong('revocable'))
  expect(await refresh('confidential', RefreshToken, SECRET)).toBe('ok')
  expect(await refresh('revocable', ofPublic.RefreshToken)).toBe('ok')
})

test('a disabled user has no sessions, also in a database where they were not ended', async () => {
  const database = await sharedDatabase()
  const app = await open(database)
  const session = await signIn(app, 'revocable')
  const { db } = await openDatabase(database.database)
  onTestFinished(() => db.destroy())
  await db.updateTable('users').set({ enabled: 0 }).where('username', '=', 'ada').execute()
  expect(await state(app, session)).toEqual(['User is disabled.', 'User is disabled.'])
})

test('a sign-in that began before a global sign-out cannot be completed, even in the same millisecond', async () => {
  const app = { ...(await open()), userPoolClientId: 'srp' }
  for (let i = 0; i < 2; i++) {
    const begun = await srpChallenge(app, 'ada')
    const byAnother = await srpChallenge(app, 'eve')
    await app.call('AdminUserGlobalSignOut', user)
    expect((await respond(app, await srpResponses(app, begun))).body.message).toBe(
      'Incorrect username or password.',
    )
    expect((await respond(app, await srpResponses(app, byAnother))).status).toBe(200)
  }
})

test('a session that is revoked again keeps the time of its first revocation', async () => {
  const database = await sharedDatabase()
  const app = await open(database)
  const session = await signIn(app, 'revocable')
  const revoke = () => app.call('RevokeToken', { ClientId: 'revocable', Token: session.RefreshToken })
  await revoke()
  const { db } = await openDatabase(database.database)
  onTestFinished(() => db.destroy())
  const revokedAt = () =>
    db.selectFrom('token_families').select('revoked_at').orderBy('auth_time').executeTakeFirstOrThrow()
  const first = await revokedAt()
  expect(first.revoked_at).not.toBeNull()
  for (const again of [
    revoke,
    async () => {
      const { AccessToken } = await signIn(app, 'revocable')
      return await app.call('ChangePassword', {
        AccessToken,
        PreviousPassword: PASSWORD,
        ProposedPassword: NEW,
      })
    },
    () => app.call('AdminUserGlobalSignOut', user),
  ]) {
    app.server.clock.advance(1)
    expect((await again()).status).toBe(200)
    expect(await revokedAt()).toEqual(first)
  }
})
