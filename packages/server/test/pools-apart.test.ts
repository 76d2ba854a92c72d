import type { CognitoIdentityProvider } from '@aws-sdk/client-cognito-identity-provider'
import { expect, test } from 'vitest'
import { createPool, createUser, refusal, startWithAdmin } from './admin.js'

// Each test has two pools, or two clients of one: what is asked of one leaves the other as it was, and shows nothing of it.

async function startTwo(settings: Parameters<typeof createPool>[1] = {}) {
  const app = await startWithAdmin()
  const { admin } = app
  return { ...app, ...(await createPool(admin, settings)), other: await createPool(admin, settings) }
}

const poolOf = async (admin: CognitoIdentityProvider, UserPoolId: string) =>
  (await admin.describeUserPool({ UserPoolId })).UserPool

test('what is changed of a pool is changed of that pool only', async () => {
  const { admin, UserPoolId, other } = await startTwo({ UserPoolTags: { team: 'identity' } })
  await createUser(admin, other.UserPoolId, 'ada')
  const before = await poolOf(admin, other.UserPoolId)
  const ResourceArn = (await poolOf(admin, UserPoolId))?.Arn
  await admin.setUserPoolMfaConfig({
    UserPoolId,
    SoftwareTokenMfaConfiguration: { Enabled: true },
    MfaConfiguration: 'OPTIONAL',
  })
  await admin.updateUserPool({ UserPoolId, PoolName: 'renamed', AutoVerifiedAttributes: ['email'] })
  await admin.addCustomAttributes({
    UserPoolId,
    CustomAttributes: [{ Name: 'team', AttributeDataType: 'String' }],
  })
  await admin.tagResource({ ResourceArn, Tags: { stage: 'test' } })
  expect(await poolOf(admin, UserPoolId)).toMatchObject({ Name: 'renamed', EstimatedNumberOfUsers: 0 })
  expect(await poolOf(admin, other.UserPoolId)).toEqual({ ...before, EstimatedNumberOfUsers: 1 })
})

test('a pool has its own resource servers, whatever another has', async () => {
  const { admin, UserPoolId, other } = await startTwo()
  const make = (pool: string, Identifier: string, Name: string) =>
    admin.createResourceServer({ UserPoolId: pool, Identifier, Name })
  await make(other.UserPoolId, 'api', 'Theirs')
  await make(UserPoolId, 'api', 'Ours')
  for (const [pool, Name] of [
    [UserPoolId, 'Ours'],
    [other.UserPoolId, 'Theirs'],
  ] as const)
    expect(await admin.describeResourceServer({ UserPoolId: pool, Identifier: 'api' })).toMatchObject({
      ResourceServer: { UserPoolId: pool, Name },
    })
  await make(other.UserPoolId, 'billing', 'Billing')
  await expect(admin.describeResourceServer({ UserPoolId, Identifier: 'billing' })).rejects.toMatchObject(
    refusal('ResourceNotFoundException', 'Resource server billing does not exist.'),
  )
})

test('the terms of a client are shown for that client only', async () => {
  const { admin, UserPoolId, ClientId } = await startTwo()
  const { UserPoolClient } = await admin.createUserPoolClient({ UserPoolId, ClientName: 'second' })
  const client = { UserPoolId, ClientId: UserPoolClient?.ClientId }
  const given = { TermsName: 'terms-of-use', TermsSource: 'LINK', Enforcement: 'NONE' } as const
  const { Terms } = await admin.createTerms({ UserPoolId, ClientId, ...given })
  await expect(admin.describeTermsByClient({ ...client, TermsName: given.TermsName })).rejects.toMatchObject(
    refusal('ResourceNotFoundException', 'Terms do not exist.'),
  )
  expect(
    (await admin.describeTermsByClient({ UserPoolId, ClientId, TermsName: given.TermsName })).Terms,
  ).toEqual(Terms)
})
