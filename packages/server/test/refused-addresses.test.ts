import { expect, test } from 'vitest'
import { attributesOf, createPool, createUser, refusal, signIn, startWithAdmin } from './admin.js'
import { PASSWORD, start } from './start.js'

const NO_ADDRESSES = [
  ['an angle bracket', '<ada@example.com'],
  ['angle brackets around it', '<ada@example.com>'],
  ['a tag', '<img/src=x>@example.com'],
  ['an angle bracket at the end', 'ada@example.com>'],
  ['a space', 'ada lovelace@example.com'],
  ['a space before it', ' ada@example.com'],
  ['a no-break space', 'ada\u00a0@example.com'],
  ['an ideographic space', 'ada@example\u3000.com'],
  ['a tab', 'ada\t@example.com'],
  ['a line break', 'ada@example.com\r\nBcc:eve'],
  ['an escape character', 'ada\u001b[2J@example.com'],
  ['U+0000', 'ada\0@example.com'],
  ['a C1 control character', 'ada\u0085@example.com'],
  ['a line separator', 'ada\u2028@example.com'],
  ['a paragraph separator', 'ada@example\u2029.com'],
  ['a right-to-left override', 'ada\u202e@example.com'],
  ['a left-to-right isolate', 'ada@\u2066example.com'],
  ['a zero-width space', 'ada\u200b@example.com'],
  ['a byte order mark', '\ufeffada@example.com'],
  ['a letter that shows as nothing', 'ada\u3164@example.com'],
  ['a blank pattern of Braille', 'ada\u2800@example.com'],
] as const

test.each(NO_ADDRESSES)('an address with %s is refused, wherever it comes from', async (_, Value) => {
  const { admin, userPoolId, userPoolClientId } = await startWithAdmin()
  const { UserPoolId, ClientId } = await createPool(admin)
  const UserAttributes = [{ Name: 'email', Value }]
  const invalid = refusal('InvalidParameterException', 'Invalid email address format.')
  await createUser(admin, UserPoolId, 'ada', { email: 'ada@example.com' })
  const { AuthenticationResult } = await signIn(admin, ClientId, 'ada')
  for (const refused of [
    () => admin.signUp({ ClientId, Username: 'eve', Password: PASSWORD, UserAttributes }),
    () => admin.adminCreateUser({ UserPoolId, Username: 'eve', UserAttributes }),
    () => admin.adminUpdateUserAttributes({ UserPoolId, Username: 'ada', UserAttributes }),
    () => admin.updateUserAttributes({ AccessToken: AuthenticationResult?.AccessToken, UserAttributes }),
  ])
    await expect(refused()).rejects.toMatchObject(invalid)
  expect(await attributesOf(admin, UserPoolId, 'ada')).toMatchObject({ email: 'ada@example.com' })
  // As a username it breaks the form of all usernames, or that of an address.
  for (const refused of [
    () => admin.signUp({ ClientId: userPoolClientId, Username: Value, Password: PASSWORD }),
    () => admin.adminCreateUser({ UserPoolId: userPoolId, Username: Value }),
  ])
    await expect(refused()).rejects.toMatchObject({
      name: 'InvalidParameterException',
      message: expect.stringMatching(
        /^Username should be an email\.$|Member must satisfy regular expression/,
      ),
    })
  await expect(
    createPool(admin, { EmailConfiguration: { ReplyToEmailAddress: Value } }),
  ).rejects.toMatchObject({ name: 'InvalidParameterException' })
  await expect(
    start({
      config: {
        userPools: [
          { PoolName: 'Declared', users: [{ Username: 'eve', Password: PASSWORD, UserAttributes }] },
        ],
      },
    }),
  ).rejects.toMatchObject({ name: 'StartError' })
})

test.each([
  'ada+tag@example.com',
  "o'hara@example.com",
  'ada.lovelace-1815_x@mail.example.co.uk',
  'ada@localhost',
  'ada@[192.0.2.1]',
  '用户@例子.广告',
  'jos\u00e9@example.com',
  'jose\u0301@example.com',
  '{ada}|$=~^`!#%&*/?@example.com',
])('%s is an address', async (email) => {
  const { admin, userPoolId, userPoolClientId } = await startWithAdmin()
  const { UserSub } = await admin.signUp({ ClientId: userPoolClientId, Username: email, Password: PASSWORD })
  expect(UserSub).toBeTruthy()
  expect(await attributesOf(admin, userPoolId, email)).toMatchObject({ email })
  const { UserPoolId } = await createPool(admin, { EmailConfiguration: { ReplyToEmailAddress: email } })
  await createUser(admin, UserPoolId, 'ada', { email })
  expect(await attributesOf(admin, UserPoolId, 'ada')).toMatchObject({ email })
})
