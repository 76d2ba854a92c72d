import { createHmac } from 'node:crypto'
import { expect, test } from 'vitest'
import { createPool, createUser, refusal, startWithAdmin } from './admin.js'
import { PASSWORD } from './start.js'

async function startWithSecret() {
  const app = await startWithAdmin()
  const { UserPoolId } = await createPool(app.admin)
  const { UserPoolClient } = await app.admin.createUserPoolClient({
    UserPoolId,
    ClientName: 'confidential',
    GenerateSecret: true,
    ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH'],
    RefreshTokenRotation: { Feature: 'ENABLED' },
  })
  const { ClientId = '', ClientSecret = '' } = UserPoolClient ?? {}
  await createUser(app.admin, UserPoolId, 'ada')
  const signInWith = async (secret: string) => {
    const { AuthenticationResult } = await app.admin.initiateAuth({
      ClientId,
      AuthFlow: 'USER_PASSWORD_AUTH',
      AuthParameters: {
        USERNAME: 'ada',
        PASSWORD,
        SECRET_HASH: createHmac('sha256', secret).update(`ada${ClientId}`).digest('base64'),
      },
    })
    return AuthenticationResult
  }
  return { ...app, UserPoolId, ClientId, ClientSecret, signInWith }
}

test('a secret is replaced without a moment in which neither is accepted', async () => {
  const { admin, UserPoolId, ClientId, ClientSecret, signInWith } = await startWithSecret()
  const client = { UserPoolId, ClientId }
  const [first] = (await admin.listUserPoolClientSecrets(client)).ClientSecrets ?? []
  expect(first).toEqual({
    ClientSecretId: expect.stringMatching(new RegExp(`^${ClientId}--\\d+$`)),
    ClientSecretCreateDate: expect.any(Date),
  })
  const { ClientSecretDescriptor: second } = await admin.addUserPoolClientSecret(client)
  const added = second?.ClientSecretValue ?? ''
  expect(added).toMatch(/^[0-9a-z]{51}$/)
  for (const secret of [ClientSecret, added]) {
    const tokens = await signInWith(secret)
    const refreshed = await admin.getTokensFromRefreshToken({
      ClientId,
      ClientSecret: secret,
      RefreshToken: tokens?.RefreshToken,
    })
    await admin.revokeToken({
      ClientId,
      ClientSecret: secret,
      Token: refreshed.AuthenticationResult?.RefreshToken,
    })
  }
  const { ClientSecrets } = await admin.listUserPoolClientSecrets(client)
  expect(ClientSecrets?.map(({ ClientSecretId }) => ClientSecretId)).toEqual([
    first?.ClientSecretId,
    second?.ClientSecretId,
  ])
  expect(JSON.stringify(ClientSecrets)).not.toContain('ClientSecretValue')

  await admin.deleteUserPoolClientSecret({ ...client, ClientSecretId: first?.ClientSecretId })
  await signInWith(added)
  await expect(signInWith(ClientSecret)).rejects.toMatchObject(
    refusal('NotAuthorizedException', `Unable to verify secret hash for client ${ClientId}`),
  )
  expect((await admin.describeUserPoolClient(client)).UserPoolClient?.ClientSecret).toBe(added)
})

test('a secret that the caller chose is not returned', async () => {
  const { admin, UserPoolId, ClientId, signInWith } = await startWithSecret()
  const ClientSecret = 'abcdefghijklmnopqrstuvwxyz'
  const { ClientSecretDescriptor } = await admin.addUserPoolClientSecret({
    UserPoolId,
    ClientId,
    ClientSecret,
  })
  expect(ClientSecretDescriptor).not.toHaveProperty('ClientSecretValue')
  expect((await signInWith(ClientSecret))?.AccessToken).toBeTypeOf('string')
})

test('a client has one or two secrets, and a public client none', async () => {
  const { admin, UserPoolId, ClientId } = await startWithSecret()
  const client = { UserPoolId, ClientId }
  await admin.addUserPoolClientSecret(client)
  await expect(admin.addUserPoolClientSecret(client)).rejects.toMatchObject(
    refusal('LimitExceededException', 'Client secrets cannot exceed limit of 2 secrets.'),
  )
  const [first, second] = (await admin.listUserPoolClientSecrets(client)).ClientSecrets ?? []
  await admin.deleteUserPoolClientSecret({ ...client, ClientSecretId: second?.ClientSecretId })
  await expect(
    admin.deleteUserPoolClientSecret({ ...client, ClientSecretId: second?.ClientSecretId }),
  ).rejects.toMatchObject({ name: 'ResourceNotFoundException' })
  await expect(
    admin.deleteUserPoolClientSecret({ ...client, ClientSecretId: first?.ClientSecretId }),
  ).rejects.toMatchObject({ name: 'InvalidParameterException' })
  const open = await createPool(admin)
  expect((await admin.listUserPoolClientSecrets(open)).ClientSecrets).toEqual([])
  await expect(admin.addUserPoolClientSecret(open)).rejects.toMatchObject({
    name: 'InvalidParameterException',
  })
})

test('an update of a client replaces what it names, resets the rest, and keeps the secret', async () => {
  const { admin, UserPoolId, ClientId, ClientSecret } = await startWithSecret()
  const { UserPoolClient } = await admin.updateUserPoolClient({
    UserPoolId,
    ClientId,
    ClientName: 'renamed',
    ReadAttributes: ['email'],
  })
  expect(UserPoolClient).toMatchObject({
    ClientName: 'renamed',
    ReadAttributes: ['email'],
    ClientSecret,
    AuthSessionValidity: 3,
  })
  expect(UserPoolClient).not.toHaveProperty('ExplicitAuthFlows')
  expect(UserPoolClient).not.toHaveProperty('RefreshTokenRotation')
  const described = await admin.describeUserPoolClient({ UserPoolId, ClientId })
  expect(described.UserPoolClient).toEqual(UserPoolClient)
  await expect(
    admin.initiateAuth({
      ClientId,
      AuthFlow: 'USER_PASSWORD_AUTH',
      AuthParameters: { USERNAME: 'ada', PASSWORD },
    }),
  ).rejects.toMatchObject(
    refusal('InvalidParameterException', 'USER_PASSWORD_AUTH flow not enabled for this client'),
  )
})

test('an update of a client is checked like a new one', async () => {
  const { admin, UserPoolId, ClientId } = await startWithSecret()
  await expect(
    admin.updateUserPoolClient({ UserPoolId, ClientId, AccessTokenValidity: 25 }),
  ).rejects.toMatchObject(refusal('InvalidParameterException', 'Invalid range for token validity.'))
  await expect(admin.updateUserPoolClient({ UserPoolId, ClientId: 'nothing' })).rejects.toMatchObject(
    refusal('ResourceNotFoundException', 'User pool client nothing does not exist.'),
  )
})
