import type { ServerOptions } from '@amulet/server'
import type { CognitoIdentityProvider } from '@aws-sdk/client-cognito-identity-provider'
import { CompiledQuery, type KyselyPlugin } from 'kysely'
import { expect, onTestFinished, test } from 'vitest'
import { openDatabase } from '../src/db/database.js'
import type { UserPool } from '../src/pools/user-pool.js'
import { listUsers } from '../src/users/list-users.js'
import { parseUserFilter } from '../src/users/user-filter.js'
import { attributesOf, createPool, createUser, refusal, startWithAdmin } from './admin.js'
import { stillClock } from './still-clock.js'

/** Every user that a filter finds, by username, asked for in pages of two. */
async function find(admin: CognitoIdentityProvider, UserPoolId: string, Filter?: string) {
  const names: string[] = []
  let PaginationToken: string | undefined
  do {
    const page = await admin.listUsers({ UserPoolId, Filter, Limit: 2, PaginationToken })
    names.push(...(page.Users ?? []).map(({ Username = '' }) => Username))
    PaginationToken = page.PaginationToken
  } while (PaginationToken)
  return names
}

async function somePeople(options: ServerOptions = {}) {
  const app = await startWithAdmin(options)
  const { UserPoolId, ClientId } = await createPool(app.admin)
  const create = (name: string, attributes: Record<string, string>) =>
    app.admin.adminCreateUser({
      UserPoolId,
      Username: name,
      UserAttributes: Object.entries(attributes).map(([Name, Value]) => ({ Name, Value })),
      MessageAction: 'SUPPRESS',
    })
  await create('ada', { name: 'Ada', given_name: 'Ada', family_name: 'Lovelace', email: 'ada@example.com' })
  await create('adam', { name: 'Adam', family_name: 'Smith', email: 'adam@example.com' })
  await create('alan', { name: 'Alan', family_name: 'Turing', phone_number: '+15555550100' })
  await create('grace', { name: 'Grace "Amazing" Hopper', email: 'ada@example.com' })
  await create('back', { name: 'back\\slash', preferred_username: 'b' })
  await app.admin.adminSetUserPassword({
    UserPoolId,
    Username: 'ada',
    Password: 'Correct-Horse-1',
    Permanent: true,
  })
  return { ...app, UserPoolId, ClientId }
}

test('filters find users by beginning and by equality, page by page', async () => {
  const { admin, UserPoolId } = await somePeople()
  const everybody = ['ada', 'adam', 'alan', 'back', 'grace']
  const found = async (filter?: string) => (await find(admin, UserPoolId, filter)).sort()
  expect(await found()).toEqual(everybody)
  expect(await found('')).toEqual(everybody)
  expect(await found('username = "ada"')).toEqual(['ada'])
  expect(await found('username ^= "ada"')).toEqual(['ada', 'adam'])
  expect(await found('username ^= "a"')).toEqual(['ada', 'adam', 'alan'])
  expect(await found('username ^= ""')).toEqual(everybody)
  expect(await found('username="nobody"')).toEqual([])
  expect(await found('email = "ada@example.com"')).toEqual(['ada', 'grace'])
  expect(await found('email ^= "ada"')).toEqual(['ada', 'adam', 'grace'])
  expect(await found('email ^= ""')).toEqual(['ada', 'adam', 'grace'])
  expect(await found('phone_number ^= "+1555"')).toEqual(['alan'])
  expect(await found('given_name = "Ada"')).toEqual(['ada'])
  expect(await found('given_name = "aDA"')).toEqual(['ada'])
  expect(await found('family_name^="Tur"')).toEqual(['alan'])
  expect(await found('family_name ^= "tUR"')).toEqual(['alan'])
  expect(await found('email = "ADA@Example.com"')).toEqual(['ada', 'grace'])
  expect(await found('preferred_username = "B"')).toEqual(['back'])
  expect(await found('username = "ADA"')).toEqual([])
  expect(await found('username ^= "A"')).toEqual([])
  expect(await found('"email" = "adam@example.com"')).toEqual(['adam'])
  expect(await found('"username"^="ada"')).toEqual(['ada', 'adam'])
  expect(await found('"cognito:user_status" = "CONFIRMED"')).toEqual(['ada'])
  expect(await found('preferred_username = "b"')).toEqual(['back'])
  expect(await found('cognito:user_status = "CONFIRMED"')).toEqual(['ada'])
  expect(await found('cognito:user_status ^= "force"')).toEqual(['adam', 'alan', 'back', 'grace'])
  expect(await found('cognito:user_status = "nothing"')).toEqual([])
  expect(await found('cognito:user_status = "CONFIRM"')).toEqual([])
  expect(await found('status = "Enabled"')).toEqual(everybody)
  expect(await found('status = "Disabled"')).toEqual([])
  expect(await found('status = "enabled"')).toEqual([])
})

test('quotes and backslashes in a value are escaped by a backslash', async () => {
  const { admin, UserPoolId } = await somePeople()
  expect(await find(admin, UserPoolId, String.raw`name = "Grace \"Amazing\" Hopper"`)).toEqual(['grace'])
  expect(await find(admin, UserPoolId, String.raw`name = "back\\slash"`)).toEqual(['back'])
})

test('a user is found by sub, whole or in part', async () => {
  const { admin, UserPoolId } = await somePeople()
  const { UserAttributes } = await admin.adminGetUser({ UserPoolId, Username: 'alan' })
  const sub = UserAttributes?.[0]?.Value ?? ''
  expect(await find(admin, UserPoolId, `sub = "${sub}"`)).toEqual(['alan'])
  expect(await find(admin, UserPoolId, `sub = "${sub.toUpperCase()}"`)).toEqual(['alan'])
  expect(await find(admin, UserPoolId, `sub ^= "${sub.slice(0, 20)}"`)).toEqual(['alan'])
  expect((await find(admin, UserPoolId, 'sub ^= ""')).length).toBe(5)
})

test('a changed attribute is found by its new value only', async () => {
  const { admin, UserPoolId } = await somePeople()
  await admin.adminUpdateUserAttributes({
    UserPoolId,
    Username: 'adam',
    UserAttributes: [
      { Name: 'name', Value: 'Eve' },
      { Name: 'email', Value: '' },
    ],
  })
  expect(await find(admin, UserPoolId, 'name = "Adam"')).toEqual([])
  expect(await find(admin, UserPoolId, 'name = "Eve"')).toEqual(['adam'])
  expect(await find(admin, UserPoolId, 'email ^= "adam"')).toEqual([])
})

test('the beginning of a value is compared by code points, up to the last one', async () => {
  const { admin, UserPoolId } = await somePeople()
  const last = '\u{10ffff}'
  for (const [name, nickname] of [
    ['one', '\ud7ff'],
    ['two', '\u{1f600}x'],
    ['three', `z${last}y`],
    ['four', last],
    // What comes after these in the order of code points.
    ['five', '\ue000'],
    ['six', '\u{1f601}'],
  ] as const)
    await createUser(admin, UserPoolId, name, { name: nickname })
  expect(await find(admin, UserPoolId, 'name ^= "\ud7ff"')).toEqual(['one'])
  expect(await find(admin, UserPoolId, 'name ^= "\u{1f600}"')).toEqual(['two'])
  expect(await find(admin, UserPoolId, `name ^= "z${last}"`)).toEqual(['three'])
  expect(await find(admin, UserPoolId, `name ^= "${last}"`)).toEqual(['four'])
})

test('users with the same value are paged through without a gap or a repetition', async () => {
  const { admin, UserPoolId } = await somePeople()
  for (let i = 0; i < 5; i++) await createUser(admin, UserPoolId, `twin${i}`, { family_name: 'Twin' })
  const expected = ['twin0', 'twin1', 'twin2', 'twin3', 'twin4']
  expect((await find(admin, UserPoolId, 'family_name = "Twin"')).sort()).toEqual(expected)
  expect((await find(admin, UserPoolId, 'family_name ^= "Twi"')).sort()).toEqual(expected)
  expect((await find(admin, UserPoolId, 'username ^= "twin"')).sort()).toEqual(expected)
})

test('values with U+0000 in them are paged through and found like others', async () => {
  const { admin, UserPoolId } = await somePeople()
  const name = 'Zero\0 and more'
  for (let i = 0; i < 5; i++) await createUser(admin, UserPoolId, `zero${i}`, { name })
  const expected = ['zero0', 'zero1', 'zero2', 'zero3', 'zero4']
  for (const filter of ['name ^= "Zero"', `name ^= "${name}"`, `name = "${name}"`])
    expect((await find(admin, UserPoolId, filter)).sort()).toEqual(expected)
  expect(await find(admin, UserPoolId, 'name = "Zero"')).toEqual([])
  expect((await attributesOf(admin, UserPoolId, 'zero0')).name).toBe(name)
})

/** A text of the longest value there is that no compression makes short. */
function longText(seed: number): string {
  let random = seed
  return Array.from({ length: 2048 }, () => {
    random = (random * 48_271) % 2_147_483_647
    return String.fromCharCode(0x4e00 + (random % 20_000))
  }).join('')
}

test('a user is found by the beginning of a value of any length, and only by all of it for equality', async () => {
  const { admin, UserPoolId } = await somePeople()
  const attributes = ['name', 'given_name', 'family_name', 'preferred_username']
  const long = longText(1)
  for (const [username, value] of [
    ['long', long],
    ['other', `${long.slice(0, 1000)}${longText(2).slice(0, 1048)}`],
  ] as const)
    await createUser(admin, UserPoolId, username, Object.fromEntries(attributes.map((name) => [name, value])))
  for (const attribute of attributes) {
    expect((await attributesOf(admin, UserPoolId, 'long'))[attribute]).toBe(long)
    // A filter has 256 characters at most.
    const beginning = long.slice(0, 256 - `${attribute}^=""`.length)
    expect((await find(admin, UserPoolId, `${attribute}^="${beginning}"`)).sort()).toEqual(['long', 'other'])
    expect(await find(admin, UserPoolId, `${attribute}="${beginning}"`)).toEqual([])
  }
})

test('a value that case folding makes longer is found like others', async () => {
  const { admin } = await startWithAdmin()
  const { UserPoolId } = await createPool(admin, { UsernameConfiguration: { CaseSensitive: false } })
  // In small letters each of these is two characters.
  for (const length of [233, 234, 1000])
    await createUser(admin, UserPoolId, `user${length}`, { preferred_username: '\u0130'.repeat(length) })
  const filter = (operator: string, length: number) =>
    `preferred_username${operator}"${'\u0130'.repeat(length)}"`
  expect(await find(admin, UserPoolId, filter('=', 233))).toEqual(['user233'])
  expect(await find(admin, UserPoolId, filter('=', 234))).toEqual(['user234'])
  expect(await find(admin, UserPoolId, filter('^=', 234))).toEqual(['user234', 'user1000'])
})

test('only the requested attributes are returned, and missing ones are left out', async () => {
  const { admin, UserPoolId } = await somePeople()
  const { Users } = await admin.listUsers({
    UserPoolId,
    Filter: 'username = "ada"',
    AttributesToGet: ['email', 'nickname'],
  })
  expect(Users).toEqual([
    {
      Username: 'ada',
      Attributes: [{ Name: 'email', Value: 'ada@example.com' }],
      UserCreateDate: expect.any(Date),
      UserLastModifiedDate: expect.any(Date),
      Enabled: true,
      UserStatus: 'CONFIRMED',
    },
  ])
})

test('a page has at most sixty users, which is also the default', async () => {
  const { admin, call } = await startWithAdmin()
  const { UserPoolId } = await createPool(admin)
  const everybody = Array.from({ length: 62 }, (_, index) => index)
  for (const index of everybody)
    await admin.adminCreateUser({ UserPoolId, Username: `user${index}`, MessageAction: 'SUPPRESS' })
  for (const Limit of [undefined, 0, 60]) {
    const page = await admin.listUsers({ UserPoolId, Limit })
    expect(page.Users?.length).toBe(60)
    const rest = await admin.listUsers({ UserPoolId, Limit, PaginationToken: page.PaginationToken })
    expect(rest.Users?.length).toBe(2)
    expect(rest.PaginationToken).toBeUndefined()
  }
  const { body } = await call('ListUsers', { UserPoolId, Limit: 61 })
  expect(body.message).toBe(
    "1 validation error detected: Value '61' at 'limit' failed to satisfy constraint: Member must have value less than or equal to 60",
  )
})

test('a pagination token is valid for the same filter of the same pool, for an hour', async () => {
  const { admin, UserPoolId, server } = await somePeople({ clock: stillClock() })
  const other = await createPool(admin)
  const { PaginationToken } = await admin.listUsers({ UserPoolId, Limit: 1, Filter: 'email ^= "a"' })
  const refused = refusal('InvalidParameterException', 'Invalid pagination token given.')
  await expect(admin.listUsers({ UserPoolId, PaginationToken })).rejects.toMatchObject(refused)
  await expect(
    admin.listUsers({ UserPoolId: other.UserPoolId, Filter: 'email ^= "a"', PaginationToken }),
  ).rejects.toMatchObject(refused)
  server.clock.advance(3599)
  await admin.listUsers({ UserPoolId, Filter: 'email ^= "a"', PaginationToken })
  server.clock.advance(1)
  await expect(
    admin.listUsers({ UserPoolId, Filter: 'email ^= "a"', PaginationToken }),
  ).rejects.toMatchObject(refused)
})

test.each([
  ['email', 'Error while parsing filter.'],
  ['email = ada', 'Error while parsing filter.'],
  ['email = "ada', 'Error while parsing filter.'],
  ['email = "a" name = "b"', 'Error while parsing filter.'],
  ['email > "a"', 'Error while parsing filter.'],
  [String.raw`email = "a\"`, 'Error while parsing filter.'],
  ['"email = "ada"', 'Error while parsing filter.'],
  ['"" = "ada"', 'Error while parsing filter.'],
  ['nickname = "x"', 'Invalid search attribute: nickname'],
  ['custom:tenant = "x"', 'Invalid search attribute: custom:tenant'],
])('the filter %s is refused', async (Filter, message) => {
  const { admin, userPoolId: UserPoolId } = await startWithAdmin()
  await expect(admin.listUsers({ UserPoolId, Filter })).rejects.toMatchObject(
    refusal('InvalidParameterException', message),
  )
})

test.each([
  [undefined, 'users_pool'],
  ['sub ^= "a"', 'users_pool'],
  ['username = "a"', 'login_names'],
  ['username ^= "a"', 'login_names_kind'],
  ['email = "a"', 'user_search_value'],
  ['email ^= "a"', 'user_search_value'],
  ['family_name ^= ""', 'user_search_value'],
  ['cognito:user_status = "CONFIRMED"', 'users_pool_status'],
  ['status = "Enabled"', 'users_pool_enabled'],
])(
  'the filter %s walks the index %s, on the first page and on the last, and sorts nothing',
  async (filter, index) => {
    for (const after of [undefined, ['m', 'm']]) {
      const plan = await queryPlan(filter, after)
      expect(plan[0]).toMatch(new RegExp(`^SEARCH \\w+ USING (COVERING )?INDEX (sqlite_autoindex_)?${index}`))
      expect(plan.join('; ')).not.toMatch(/SCAN|TEMP B-TREE/)
    }
  },
)

/** How SQLite means to answer. */
async function queryPlan(filter: string | undefined, after: string[] | undefined): Promise<string[]> {
  const { db } = await openDatabase('sqlite::memory:')
  onTestFinished(() => db.destroy())
  let query: CompiledQuery | undefined
  const watch: KyselyPlugin = {
    transformQuery({ node, queryId }) {
      query = db.getExecutor().compileQuery(node, queryId)
      return node
    },
    transformResult: async ({ result }) => result,
  }
  const pool: UserPool = {
    id: 'us-east-1_000000000',
    name: 'test',
    settings: {},
    mfaConfig: {},
    sessionConfig: undefined,
    longestSsoMinutes: 0,
    createdAt: 0,
    updatedAt: 0,
  }
  await listUsers(db.withPlugin(watch), { pool, after, limit: 2 }, parseUserFilter(filter))
  const { rows } = await db.executeQuery<{ detail: string }>(
    CompiledQuery.raw(`explain query plan ${query?.sql}`, [...(query?.parameters ?? [])]),
  )
  return rows.map(({ detail }) => detail)
}
