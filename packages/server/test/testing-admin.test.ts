import { createAdmin } from '@amulet/server/testing'
import { expect, expectTypeOf, test } from 'vitest'
import { start } from './start.js'

test('operations are called as with the SDK, on the pool of the server, without a port', async () => {
  const { server, userPoolId } = await start()
  const admin = createAdmin(server)
  const { User } = await admin.adminCreateUser({
    Username: 'ada@example.com',
    MessageAction: 'SUPPRESS',
    UserAttributes: [{ Name: 'name', Value: 'Ada' }],
  })
  expect(User?.UserStatus).toBe('FORCE_CHANGE_PASSWORD')
  expectTypeOf(User?.UserCreateDate).toEqualTypeOf<Date | undefined>()
  expect(User?.UserCreateDate?.getTime()).toBeGreaterThan(Date.now() - 60_000)
  expect((await admin.listUsers()).Users).toHaveLength(1)
  expect((await admin.describeUserPool()).UserPool?.Id).toBe(userPoolId)
  expect((await admin.listUserPools({ MaxResults: 10 })).UserPools?.map(({ Id }) => Id)).toEqual([userPoolId])
  expect(await admin.adminDeleteUser({ Username: 'ada@example.com' })).toEqual({})
})

test('a refusal has the name of the exception', async () => {
  const { server } = await start()
  const admin = createAdmin(server)
  await expect(admin.adminGetUser({ Username: 'stranger' })).rejects.toMatchObject({
    name: 'UserNotFoundException',
    message: 'User does not exist.',
  })
  // @ts-expect-error: there is no such operation
  await expect(admin.adminMakeCoffee({})).rejects.toMatchObject({ name: 'UnknownOperationException' })
  // @ts-expect-error: the input has no such member
  await expect(admin.adminGetUser({ Name: 'ada' })).rejects.toMatchObject({
    name: 'InvalidParameterException',
  })
})

test('another pool can be named once or in each call, also at a server that listens', async () => {
  const { server } = await start()
  const { url } = await server.listen()
  const admin = createAdmin(url)
  const { UserPool } = await admin.createUserPool({ PoolName: 'Staff' })
  const UserPoolId = UserPool?.Id ?? ''
  const staff = createAdmin(url, { userPoolId: UserPoolId })
  await staff.adminCreateUser({ Username: 'grace', MessageAction: 'SUPPRESS' })
  expect((await admin.listUsers({ UserPoolId })).Users?.map(({ Username }) => Username)).toEqual(['grace'])
  expect((await admin.listUsers()).Users).toEqual([])
})

test('awaiting or inspecting the object calls no operation', async () => {
  const { server } = await start()
  const admin = createAdmin(server)
  expect(await Promise.resolve(admin)).toBe(admin)
  expect(`${Object.keys(admin)}`).toBe('')
})
