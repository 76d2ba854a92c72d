import type { CognitoIdentityProvider } from '@aws-sdk/client-cognito-identity-provider'
import { decodeJwt } from 'jose'
import { expect, onTestFinished, test } from 'vitest'
import { openDatabase } from '../src/db/database.js'
import { createPool, createUser, refusal, signIn, startWithAdmin } from './admin.js'
import { sharedDatabase } from './fresh-database.js'

const role = (name: string) => `arn:aws:iam::123456789012:role/${name}`
const groupNotFound = refusal('ResourceNotFoundException', 'Group not found.')
const userNotFound = refusal('UserNotFoundException', 'User does not exist.')

test('a group is created, read, changed and deleted', async () => {
  const { admin, call, server } = await startWithAdmin()
  const { UserPoolId } = await createPool(admin)
  const { Group } = await admin.createGroup({
    UserPoolId,
    GroupName: 'editors',
    Description: 'Who may edit',
    RoleArn: role('editor'),
    Precedence: 5,
  })
  expect(Group).toEqual({
    UserPoolId,
    GroupName: 'editors',
    Description: 'Who may edit',
    RoleArn: role('editor'),
    Precedence: 5,
    CreationDate: expect.any(Date),
    LastModifiedDate: expect.any(Date),
  })
  expect((await admin.getGroup({ UserPoolId, GroupName: 'editors' })).Group).toEqual(Group)
  server.clock.advance(10)
  const updated = await admin.updateGroup({ UserPoolId, GroupName: 'editors', Precedence: 0 })
  expect(updated.Group).toEqual({
    ...Group,
    Precedence: 0,
    LastModifiedDate: expect.any(Date),
  })
  const moved = Number(updated.Group?.LastModifiedDate) - Number(Group?.LastModifiedDate)
  expect(moved).toBeGreaterThanOrEqual(10_000)
  const deleted = await call('DeleteGroup', { UserPoolId, GroupName: 'editors' })
  expect([deleted.status, deleted.text]).toEqual([200, ''])
  await expect(admin.getGroup({ UserPoolId, GroupName: 'editors' })).rejects.toMatchObject(groupNotFound)
})

test('a description with U+0000 in it is kept to its end', async () => {
  const { admin, userPoolId: UserPoolId } = await startWithAdmin()
  await admin.createGroup({ UserPoolId, GroupName: 'admins', Description: 'before\0after' })
  const { Group } = await admin.getGroup({ UserPoolId, GroupName: 'admins' })
  expect(Group?.Description).toBe('before\ufffdafter')
})

test('a group is identified by its name in its pool', async () => {
  const { admin } = await startWithAdmin()
  const { UserPoolId } = await createPool(admin)
  const other = await createPool(admin)
  await admin.createGroup({ UserPoolId, GroupName: 'editors' })
  await admin.createGroup({ UserPoolId: other.UserPoolId, GroupName: 'editors' })
  await expect(admin.createGroup({ UserPoolId, GroupName: 'editors' })).rejects.toMatchObject(
    refusal('GroupExistsException', 'A group with the name already exists.'),
  )
})

test('an operation on a group does not affect a group of the same name in another pool', async () => {
  const { admin } = await startWithAdmin()
  const [one, other] = [await createPool(admin), await createPool(admin)]
  for (const { UserPoolId } of [one, other]) {
    await admin.createGroup({ UserPoolId, GroupName: 'editors', Description: 'Who may edit', Precedence: 3 })
    await createUser(admin, UserPoolId, 'ada')
    await admin.adminAddUserToGroup({ UserPoolId, Username: 'ada', GroupName: 'editors' })
  }
  const otherGroup = { UserPoolId: other.UserPoolId, GroupName: 'editors' }
  const { Group: before } = await admin.getGroup(otherGroup)
  const { Users: members } = await admin.listUsersInGroup(otherGroup)
  expect(members).toHaveLength(1)
  await admin.updateGroup({ ...otherGroup, UserPoolId: one.UserPoolId, Description: 'Others', Precedence: 0 })
  expect((await admin.getGroup(otherGroup)).Group).toEqual(before)
  await admin.deleteGroup({ ...otherGroup, UserPoolId: one.UserPoolId })
  expect((await admin.getGroup(otherGroup)).Group).toEqual(before)
  expect((await admin.listUsersInGroup(otherGroup)).Users).toEqual(members)
  await expect(
    admin.adminAddUserToGroup({ ...otherGroup, UserPoolId: one.UserPoolId, Username: 'ada' }),
  ).rejects.toMatchObject(groupNotFound)
  const { AuthenticationResult: inOther } = await signIn(admin, other.ClientId, 'ada')
  expect(decodeJwt(inOther?.IdToken ?? '')['cognito:groups']).toEqual(['editors'])
  const { AuthenticationResult: inOne } = await signIn(admin, one.ClientId, 'ada')
  expect(decodeJwt(inOne?.IdToken ?? '')['cognito:groups']).toBeUndefined()
})

test('a pagination token of one group, user or pool is refused for another', async () => {
  const { admin } = await startWithAdmin()
  const [one, other] = [await createPool(admin), await createPool(admin)]
  for (const { UserPoolId } of [one, other])
    for (const GroupName of ['authors', 'editors']) {
      await admin.createGroup({ UserPoolId, GroupName })
      for (const Username of ['ada', 'eve']) {
        if (GroupName === 'authors') await createUser(admin, UserPoolId, Username)
        await admin.adminAddUserToGroup({ UserPoolId, Username, GroupName })
      }
    }
  const { UserPoolId } = one
  const invalid = { name: 'InvalidParameterException' }
  const inGroup = await admin.listUsersInGroup({ UserPoolId, GroupName: 'authors', Limit: 1 })
  const ofUser = await admin.adminListGroupsForUser({ UserPoolId, Username: 'ada', Limit: 1 })
  const ofPool = await admin.listGroups({ UserPoolId, Limit: 1 })
  for (const { NextToken } of [inGroup, ofUser, ofPool]) expect(NextToken).toBeTypeOf('string')
  for (const attempt of [
    () => admin.listUsersInGroup({ UserPoolId, GroupName: 'editors', NextToken: inGroup.NextToken }),
    () => admin.listUsersInGroup({ ...other, GroupName: 'authors', NextToken: inGroup.NextToken }),
    () => admin.adminListGroupsForUser({ UserPoolId, Username: 'eve', NextToken: ofUser.NextToken }),
    () => admin.listGroups({ UserPoolId: other.UserPoolId, NextToken: ofPool.NextToken }),
    () => admin.listGroups({ UserPoolId, NextToken: ofUser.NextToken }),
  ])
    await expect(attempt()).rejects.toMatchObject(invalid)
  const rest = await admin.listUsersInGroup({
    UserPoolId,
    GroupName: 'authors',
    NextToken: inGroup.NextToken,
  })
  expect(rest.Users).toHaveLength(1)
})

test('an unknown group or user is named as such by every operation', async () => {
  const { admin } = await startWithAdmin()
  const { UserPoolId } = await createPool(admin)
  await createUser(admin, UserPoolId, 'ada')
  await admin.createGroup({ UserPoolId, GroupName: 'editors' })
  const nothing = { UserPoolId, GroupName: 'nothing' }
  const nobody = { UserPoolId, Username: 'nobody' }
  for (const attempt of [
    () => admin.getGroup(nothing),
    () => admin.updateGroup(nothing),
    () => admin.deleteGroup(nothing),
    () => admin.listUsersInGroup(nothing),
    () => admin.adminAddUserToGroup({ ...nothing, Username: 'ada' }),
    () => admin.adminRemoveUserFromGroup({ ...nothing, Username: 'ada' }),
  ])
    await expect(attempt()).rejects.toMatchObject(groupNotFound)
  for (const attempt of [
    () => admin.adminAddUserToGroup({ ...nobody, GroupName: 'editors' }),
    () => admin.adminRemoveUserFromGroup({ ...nobody, GroupName: 'editors' }),
    () => admin.adminListGroupsForUser(nobody),
  ])
    await expect(attempt()).rejects.toMatchObject(userNotFound)
})

test('users are added and removed any number of times', async () => {
  const { admin, call } = await startWithAdmin()
  const { UserPoolId } = await createPool(admin)
  await createUser(admin, UserPoolId, 'ada')
  await admin.createGroup({ UserPoolId, GroupName: 'editors' })
  const member = { UserPoolId, Username: 'ada', GroupName: 'editors' }
  const members = async () =>
    (await admin.listUsersInGroup({ UserPoolId, GroupName: 'editors' })).Users?.map(
      ({ Username }) => Username,
    )
  for (let twice = 0; twice < 2; twice++) expect((await call('AdminAddUserToGroup', member)).text).toBe('')
  expect(await members()).toEqual(['ada'])
  for (let twice = 0; twice < 2; twice++)
    expect((await call('AdminRemoveUserFromGroup', member)).text).toBe('')
  expect(await members()).toEqual([])
  await admin.adminAddUserToGroup(member)
  await admin.adminDeleteUser({ UserPoolId, Username: 'ada' })
  expect(await members()).toEqual([])
})

async function pages<Item>(
  next: (NextToken?: string) => Promise<{ items?: Item[]; NextToken?: string }>,
): Promise<Item[]> {
  const all: Item[] = []
  let NextToken: string | undefined
  do {
    const page = await next(NextToken)
    expect(page.items?.length).toBeLessThanOrEqual(2)
    all.push(...(page.items ?? []))
    NextToken = page.NextToken
  } while (NextToken)
  return all
}

test('groups, a user’s groups and a group’s users are listed page by page', async () => {
  const { admin } = await startWithAdmin()
  const { UserPoolId } = await createPool(admin)
  const names = ['a', 'b', 'c', 'd', 'e']
  for (const name of names) {
    await admin.createGroup({ UserPoolId, GroupName: name })
    await createUser(admin, UserPoolId, name)
    await admin.adminAddUserToGroup({ UserPoolId, GroupName: name, Username: 'a' })
    if (name !== 'a') await admin.adminAddUserToGroup({ UserPoolId, GroupName: 'a', Username: name })
  }
  const groups = await pages(async (NextToken) => {
    const page = await admin.listGroups({ UserPoolId, Limit: 2, NextToken })
    return { items: page.Groups, NextToken: page.NextToken }
  })
  expect(groups.map(({ GroupName }) => GroupName)).toEqual(names)
  const ofUser = await pages(async (NextToken) => {
    const page = await admin.adminListGroupsForUser({ UserPoolId, Username: 'a', Limit: 2, NextToken })
    return { items: page.Groups, NextToken: page.NextToken }
  })
  expect(ofUser.map(({ GroupName }) => GroupName)).toEqual(names)
  const users = await pages(async (NextToken) => {
    const page = await admin.listUsersInGroup({ UserPoolId, GroupName: 'a', Limit: 2, NextToken })
    return { items: page.Users, NextToken: page.NextToken }
  })
  expect(users.map(({ Username }) => Username).sort()).toEqual(names)
  expect(users[0]).toEqual({
    Username: expect.any(String),
    Attributes: [{ Name: 'sub', Value: expect.any(String) }],
    UserCreateDate: expect.any(Date),
    UserLastModifiedDate: expect.any(Date),
    Enabled: true,
    UserStatus: 'CONFIRMED',
  })
})

async function inGroups(
  admin: CognitoIdentityProvider,
  groups: readonly { name: string; precedence?: number; role?: string }[],
) {
  const { UserPoolId, ClientId } = await createPool(admin)
  await createUser(admin, UserPoolId, 'ada')
  for (const { name, precedence, role: RoleArn } of groups) {
    await admin.createGroup({ UserPoolId, GroupName: name, Precedence: precedence, RoleArn })
    await admin.adminAddUserToGroup({ UserPoolId, GroupName: name, Username: 'ada' })
  }
  const claims = async () => {
    const { AuthenticationResult } = await signIn(admin, ClientId, 'ada')
    return {
      id: decodeJwt(AuthenticationResult?.IdToken ?? ''),
      access: decodeJwt(AuthenticationResult?.AccessToken ?? ''),
      refreshToken: AuthenticationResult?.RefreshToken ?? '',
    }
  }
  return { UserPoolId, ClientId, claims }
}

test('tokens have the groups by precedence, the roles, and the preferred role', async () => {
  const { admin } = await startWithAdmin()
  const { claims } = await inGroups(admin, [
    { name: 'zebras' },
    { name: 'ants' },
    { name: 'editors', precedence: 10, role: role('editor') },
    { name: 'owners', precedence: 1, role: role('owner') },
    { name: 'readers', precedence: 0 },
  ])
  const { id, access } = await claims()
  const groups = ['readers', 'owners', 'editors', 'ants', 'zebras']
  expect(id).toMatchObject({
    'cognito:groups': groups,
    'cognito:roles': [role('owner'), role('editor')],
    'cognito:preferred_role': role('owner'),
  })
  expect(access['cognito:groups']).toEqual(groups)
  expect(access).not.toHaveProperty('cognito:roles')
  expect(access).not.toHaveProperty('cognito:preferred_role')
})

test('two different roles of the same precedence leave none preferred', async () => {
  const { admin } = await startWithAdmin()
  const tied = await inGroups(admin, [
    { name: 'a', precedence: 1, role: role('a') },
    { name: 'b', precedence: 1, role: role('b') },
  ])
  expect((await tied.claims()).id).not.toHaveProperty('cognito:preferred_role')
  const same = await inGroups(admin, [
    { name: 'a', precedence: 1, role: role('a') },
    { name: 'b', precedence: 1, role: role('a') },
  ])
  expect((await same.claims()).id).toMatchObject({
    'cognito:roles': [role('a')],
    'cognito:preferred_role': role('a'),
  })
})

test('tokens of users without groups have no claims of groups', async () => {
  const { admin } = await startWithAdmin()
  const { claims } = await inGroups(admin, [])
  const { id, access } = await claims()
  for (const token of [id, access]) expect(Object.keys(token).join()).not.toMatch(/groups|role/)
})

test('tokens of users in groups without roles have no claims of roles', async () => {
  const { admin } = await startWithAdmin()
  const { claims } = await inGroups(admin, [{ name: 'readers', precedence: 0 }])
  const { id } = await claims()
  expect(id['cognito:groups']).toEqual(['readers'])
  expect(Object.keys(id).join()).not.toMatch(/role/)
})

test('refreshed tokens have the present groups', async () => {
  const { admin } = await startWithAdmin()
  const { UserPoolId, ClientId, claims } = await inGroups(admin, [{ name: 'editors' }])
  const { refreshToken } = await claims()
  await admin.deleteGroup({ UserPoolId, GroupName: 'editors' })
  await admin.createGroup({ UserPoolId, GroupName: 'owners' })
  await admin.adminAddUserToGroup({ UserPoolId, GroupName: 'owners', Username: 'ada' })
  const { AuthenticationResult } = await admin.initiateAuth({
    ClientId,
    AuthFlow: 'REFRESH_TOKEN_AUTH',
    AuthParameters: { REFRESH_TOKEN: refreshToken },
  })
  expect(decodeJwt(AuthenticationResult?.IdToken ?? '')['cognito:groups']).toEqual(['owners'])
})

test('a user can be in at most a hundred groups', async () => {
  const { admin } = await startWithAdmin()
  const { UserPoolId } = await inGroups(
    admin,
    Array.from({ length: 100 }, (_, index) => ({ name: `group${index}` })),
  )
  await admin.createGroup({ UserPoolId, GroupName: 'one-more' })
  await expect(
    admin.adminAddUserToGroup({ UserPoolId, GroupName: 'one-more', Username: 'ada' }),
  ).rejects.toMatchObject({ name: 'LimitExceededException' })
})

test('a pool can have at most ten thousand groups', async () => {
  const database = await sharedDatabase()
  const { admin } = await startWithAdmin(database)
  const { UserPoolId } = await createPool(admin)
  const { db } = await openDatabase(database.database)
  onTestFinished(() => db.destroy())
  const times = { created_at: 0, updated_at: 0 }
  const rows = Array.from({ length: 9999 }, (_, index) => ({
    user_pool_id: UserPoolId,
    name: `group${index}`,
    ...times,
  }))
  for (let first = 0; first < rows.length; first += 1000)
    await db
      .insertInto('groups')
      .values(rows.slice(first, first + 1000))
      .execute()
  await admin.createGroup({ UserPoolId, GroupName: 'the-last' })
  await expect(admin.createGroup({ UserPoolId, GroupName: 'one-more' })).rejects.toMatchObject({
    name: 'LimitExceededException',
  })
  const other = await createPool(admin)
  await admin.createGroup({ UserPoolId: other.UserPoolId, GroupName: 'one-more' })
})

test('names, precedence and roles are validated', async () => {
  const { call, userPoolId: UserPoolId } = await startWithAdmin()
  const { body } = await call('CreateGroup', {
    UserPoolId,
    GroupName: 'two words',
    Precedence: -1,
    RoleArn: 'x',
  })
  expect(body.__type).toBe('InvalidParameterException')
  expect(body.message).toMatch(/^4 validation errors detected: Value 'two words' at 'groupName' failed/)
  expect(body.message).toContain(
    "Value '-1' at 'precedence' failed to satisfy constraint: Member must have value greater than or equal to 0",
  )
})
