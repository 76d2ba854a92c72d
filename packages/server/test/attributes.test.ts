import { expect, test } from 'vitest'
import { passwordSignIn, type Started, signUpAndConfirm, start } from './start.js'

async function signedIn(app: Started, email = 'ada@example.com') {
  await signUpAndConfirm(app, email)
  const { AccessToken } = await passwordSignIn(app, email)
  return {
    AccessToken,
    update: (attributes: Record<string, string>) =>
      app.call('UpdateUserAttributes', {
        AccessToken,
        UserAttributes: Object.entries(attributes).map(([Name, Value]) => ({ Name, Value })),
      }),
    attributes: async () => {
      const { body } = await app.call('GetUser', { AccessToken })
      return Object.fromEntries(body.UserAttributes.map(({ Name, Value }) => [Name, Value]))
    },
    verify: (Code: string | undefined, AttributeName = 'email') =>
      app.call('VerifyUserAttribute', { AccessToken, AttributeName, Code }),
  }
}

test('attributes are set, changed and removed by an empty value or by name', async () => {
  const app = await start()
  const ada = await signedIn(app)
  expect((await ada.update({ name: 'Ada', nickname: 'A', website: 'https://ada.example' })).body).toEqual({
    CodeDeliveryDetailsList: [],
  })
  await ada.update({ name: 'Ada L.', nickname: '' })
  const removed = await app.call('DeleteUserAttributes', {
    AccessToken: ada.AccessToken,
    UserAttributeNames: ['website'],
  })
  expect(removed.text).toBe('{}')
  expect(await ada.attributes()).toEqual({
    sub: expect.any(String),
    email: 'ada@example.com',
    email_verified: 'true',
    name: 'Ada L.',
  })
})

test('a new address is unverified until its code comes back, and is what one signs in with', async () => {
  const app = await start()
  const ada = await signedIn(app)
  const { body } = await ada.update({ email: 'lovelace@example.org' })
  expect(body.CodeDeliveryDetailsList).toEqual([
    { AttributeName: 'email', DeliveryMedium: 'EMAIL', Destination: 'l***@e***' },
  ])
  expect(await ada.attributes()).toMatchObject({ email: 'lovelace@example.org', email_verified: 'false' })
  const code = app.server.inbox.last('lovelace@example.org')?.code
  expect((await ada.verify('nonsense')).body.__type).toBe('CodeMismatchException')
  expect((await ada.verify(code)).text).toBe('{}')
  expect((await ada.verify(code)).body.__type).toBe('ExpiredCodeException')
  expect(await ada.attributes()).toMatchObject({ email: 'lovelace@example.org', email_verified: 'true' })
  expect((await passwordSignIn(app, 'lovelace@example.org')).AccessToken).toBeTruthy()
})

test('a code can be asked for again, and only the last one counts', async () => {
  const app = await start()
  const ada = await signedIn(app)
  await ada.update({ email: 'lovelace@example.org' })
  const first = app.server.inbox.last('lovelace@example.org')?.code
  const again = await app.call('GetUserAttributeVerificationCode', {
    AccessToken: ada.AccessToken,
    AttributeName: 'email',
  })
  expect(again.body.CodeDeliveryDetails.Destination).toBe('l***@e***')
  const second = app.server.inbox.last('lovelace@example.org')?.code
  if (first !== second) expect((await ada.verify(first)).body.__type).toBe('CodeMismatchException')
  expect((await ada.verify(second)).status).toBe(200)
})

test('an address that another user signs in with cannot be taken', async () => {
  const app = await start()
  await signUpAndConfirm(app, 'eve@example.com')
  const ada = await signedIn(app)
  expect((await ada.update({ email: 'EVE@example.com' })).body).toEqual({
    __type: 'AliasExistsException',
    message: 'An account with the given email already exists.',
  })
  expect(await ada.attributes()).toMatchObject({ email: 'ada@example.com', email_verified: 'true' })
})

test.each([
  [
    { email_verified: 'true' },
    'NotAuthorizedException',
    'A client attempted to write unauthorized attribute',
  ],
  [{ sub: 'x' }, 'NotAuthorizedException', 'A client attempted to write unauthorized attribute'],
  [
    { 'custom:none': 'x' },
    'InvalidParameterException',
    'Attributes did not conform to the schema: Type for attribute {custom:none} could not be determined\n',
  ],
  [{ email: 'no-address' }, 'InvalidParameterException', 'Invalid email address format.'],
  [{ phone_number: '12' }, 'InvalidParameterException', 'Invalid phone number format.'],
  [
    { birthdate: 'yesterday!' + '!' },
    'InvalidParameterException',
    'Attributes did not conform to the schema: birthdate: String must be no longer than 10 characters\n',
  ],
  [
    { email: '' },
    'InvalidParameterException',
    'Attributes did not conform to the schema: email: The attribute is required\n',
  ],
])(
  'an attribute that may not be so is refused and nothing changes: %j',
  async (attributes, type, message) => {
    const app = await start()
    const ada = await signedIn(app)
    const before = await ada.attributes()
    expect((await ada.update({ name: 'Ada', ...attributes })).body).toEqual({ __type: type, message })
    expect(await ada.attributes()).toEqual(before)
  },
)
