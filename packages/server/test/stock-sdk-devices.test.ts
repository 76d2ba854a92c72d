import { expect, test } from 'vitest'
import { devicePool, newDevice, signIn } from './device-client.js'
import { ADMIN, awsSdk, startProduction } from './production.js'

// What an application's own server does with the devices of its users, through the stock AWS SDK.

const UNKNOWN_KEY = 'us-east-1_01234567-89ab-4cde-8f01-23456789abcd'

test('an administrator sees, lists, changes and forgets the devices of a user', async () => {
  const app = await startProduction(devicePool({ ChallengeRequiredOnNewDevice: true }))
  const admin = await awsSdk(app, { credentials: ADMIN })
  const user = { UserPoolId: app.userPoolId, Username: 'ada' }
  expect((await admin.adminListDevices(user)).Devices).toEqual([])
  const keys = [(await newDevice(app)).key, (await newDevice(app)).key, (await newDevice(app)).key].toSorted()
  const [DeviceKey = ''] = keys

  const { Device } = await admin.adminGetDevice({ ...user, DeviceKey })
  expect(Device).toEqual({
    DeviceKey,
    DeviceAttributes: [
      { Name: 'device_status', Value: 'valid' },
      { Name: 'device_name', Value: 'Laptop' },
      { Name: 'dev:device_remembered_status', Value: 'remembered' },
    ],
    DeviceCreateDate: expect.any(Date),
    DeviceLastModifiedDate: expect.any(Date),
    DeviceLastAuthenticatedDate: expect.any(Date),
  })

  const first = await admin.adminListDevices({ ...user, Limit: 2 })
  const second = await admin.adminListDevices({ ...user, Limit: 2, PaginationToken: first.PaginationToken })
  expect([...(first.Devices ?? []), ...(second.Devices ?? [])].map((device) => device.DeviceKey)).toEqual(
    keys,
  )
  expect(second.PaginationToken).toBeUndefined()

  await admin.adminUpdateDeviceStatus({ ...user, DeviceKey, DeviceRememberedStatus: 'not_remembered' })
  expect((await admin.adminGetDevice({ ...user, DeviceKey })).Device?.DeviceAttributes).toContainEqual({
    Name: 'dev:device_remembered_status',
    Value: 'not_remembered',
  })

  await admin.adminForgetDevice({ ...user, DeviceKey })
  const gone = { name: 'ResourceNotFoundException', message: 'Device does not exist.' }
  await expect(admin.adminForgetDevice({ ...user, DeviceKey })).rejects.toMatchObject(gone)
  await expect(admin.adminGetDevice({ ...user, DeviceKey: UNKNOWN_KEY })).rejects.toMatchObject(gone)
  await expect(
    admin.adminUpdateDeviceStatus({ ...user, DeviceKey, DeviceRememberedStatus: 'remembered' }),
  ).rejects.toMatchObject(gone)
  expect((await signIn(app, keys[1])).body.ChallengeName).toBe('DEVICE_SRP_AUTH')

  const nobody = { ...user, Username: 'grace' }
  const unknown = { name: 'UserNotFoundException', message: 'User does not exist.' }
  await expect(admin.adminListDevices(nobody)).rejects.toMatchObject(unknown)
  await expect(admin.adminGetDevice({ ...nobody, DeviceKey: keys[1] })).rejects.toMatchObject(unknown)
})

test('a pool can be set to track devices, and is described so', async () => {
  const app = await startProduction()
  const admin = await awsSdk(app, { credentials: ADMIN })
  const DeviceConfiguration = { ChallengeRequiredOnNewDevice: true, DeviceOnlyRememberedOnUserPrompt: true }
  const { UserPool } = await admin.createUserPool({ PoolName: 'Tracking', DeviceConfiguration })
  const UserPoolId = UserPool?.Id
  expect((await admin.describeUserPool({ UserPoolId })).UserPool?.DeviceConfiguration).toEqual(
    DeviceConfiguration,
  )
  await admin.updateUserPool({ UserPoolId })
  expect((await admin.describeUserPool({ UserPoolId })).UserPool).not.toHaveProperty('DeviceConfiguration')
})
