import { expect, test } from 'vitest'
import { createPool, refusal, startWithAdmin } from './admin.js'

// What only AWS keeps of a pool: this server says that it does not, in words of the API.

test('operations on sign-in events and feedback answer as below the Plus tier', async () => {
  const { admin } = await startWithAdmin()
  const { UserPoolId } = await createPool(admin)
  await admin.adminCreateUser({ UserPoolId, Username: 'ada', MessageAction: 'SUPPRESS' })
  const about = { UserPoolId, Username: 'ada' }
  const feedback = { ...about, EventId: 'event-1', FeedbackValue: 'Valid' } as const
  const notEnabled = refusal(
    'UserPoolAddOnNotEnabledException',
    'User pool add-ons are not enabled for this user pool.',
  )
  await expect(admin.adminListUserAuthEvents(about)).rejects.toMatchObject(notEnabled)
  await expect(admin.adminUpdateAuthEventFeedback(feedback)).rejects.toMatchObject(notEnabled)
  await expect(admin.updateAuthEventFeedback({ ...feedback, FeedbackToken: 'token' })).rejects.toMatchObject(
    notEnabled,
  )
  await expect(admin.adminListUserAuthEvents({ ...about, Username: 'eve' })).rejects.toMatchObject({
    name: 'UserNotFoundException',
  })
  await expect(
    admin.updateAuthEventFeedback({ ...feedback, UserPoolId: 'us-east-1_none', FeedbackToken: 'token' }),
  ).rejects.toMatchObject({ name: 'ResourceNotFoundException' })
})

test('a pool has no replicas, and creating one is refused', async () => {
  const { admin } = await startWithAdmin()
  const { UserPoolId } = await createPool(admin)
  const RegionName = 'eu-central-1'
  expect((await admin.listUserPoolReplicas({ UserPoolId })).UserPoolReplicas).toEqual([])
  await expect(admin.createUserPoolReplica({ UserPoolId, RegionName })).rejects.toMatchObject({
    name: 'OperationNotEnabledException',
  })
  const none = refusal('ResourceNotFoundException', 'The user pool has no replica in eu-central-1.')
  await expect(
    admin.updateUserPoolReplica({ UserPoolId, RegionName, Status: 'ACTIVE' }),
  ).rejects.toMatchObject(none)
  await expect(admin.deleteUserPoolReplica({ UserPoolId, RegionName })).rejects.toMatchObject(none)
})

test('provisioned limits do not exist', async () => {
  const { admin } = await startWithAdmin()
  const LimitDefinition = {
    LimitClass: 'API_CATEGORY',
    Attributes: { Category: 'UserAuthentication' },
  } as const
  const none = refusal('ResourceNotFoundException', 'This server has no provisioned limits.')
  await expect(admin.getProvisionedLimit({ LimitDefinition })).rejects.toMatchObject(none)
  await expect(
    admin.updateProvisionedLimit({ LimitDefinition, RequestedLimitValue: 100 }),
  ).rejects.toMatchObject(none)
})
