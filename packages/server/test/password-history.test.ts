import { expect, test } from 'vitest'
import { createPool, createUser, refusal, signIn, startWithAdmin } from './admin.js'

const used = refusal('PasswordHistoryPolicyViolationException', 'Password has previously been used.')
const password = (number: number) => `Correct-Horse-${number}`

async function startWithHistory(PasswordHistorySize: number) {
  const app = await startWithAdmin()
  const { admin } = app
  const { UserPoolId, ClientId } = await createPool(admin, {
    Policies: { PasswordPolicy: { MinimumLength: 8, PasswordHistorySize } },
  })
  await createUser(
    admin,
    UserPoolId,
    'ada',
    { email: 'ada@example.com', email_verified: 'true' },
    password(1),
  )
  const set = (Password: string) =>
    admin.adminSetUserPassword({ UserPoolId, Username: 'ada', Password, Permanent: true })
  return { ...app, UserPoolId, ClientId, set }
}

test('the last passwords, as many as the pool says, cannot be chosen again, and older ones can', async () => {
  const { set } = await startWithHistory(3)
  await set(password(2))
  await set(password(3))
  for (const number of [1, 2, 3]) await expect(set(password(number))).rejects.toMatchObject(used)
  await set(password(4))
  await set(password(1))
  for (const number of [1, 3, 4]) await expect(set(password(number))).rejects.toMatchObject(used)
  await set(password(2))
})

test('a longer history does not bring back passwords that a shorter one has forgotten', async () => {
  const { admin, set, UserPoolId } = await startWithHistory(2)
  await set(password(2))
  await set(password(3))
  const Policies = { PasswordPolicy: { MinimumLength: 8, PasswordHistorySize: 5 } }
  await admin.updateUserPool({ UserPoolId, Policies })
  for (const number of [2, 3]) await expect(set(password(number))).rejects.toMatchObject(used)
  await set(password(1))
})

test('a history of one is the current password', async () => {
  const { set } = await startWithHistory(1)
  await expect(set(password(1))).rejects.toMatchObject(used)
  await set(password(2))
  await set(password(1))
})

test('without a history any password may be chosen again', async () => {
  const { set } = await startWithHistory(0)
  await set(password(1))
})

test('the history counts where users change, reset or first choose a password', async () => {
  const { admin, server, set, UserPoolId, ClientId } = await startWithHistory(5)
  await set(password(2))
  const { AuthenticationResult } = await signIn(admin, ClientId, 'ada', password(2))
  await expect(
    admin.changePassword({
      AccessToken: AuthenticationResult?.AccessToken,
      PreviousPassword: password(2),
      ProposedPassword: password(1),
    }),
  ).rejects.toMatchObject(used)

  await admin.forgotPassword({ ClientId, Username: 'ada' })
  const ConfirmationCode = server.inbox.last()?.code ?? ''
  const reset = (Password: string, code = ConfirmationCode) =>
    admin.confirmForgotPassword({ ClientId, Username: 'ada', ConfirmationCode: code, Password })
  // Without the code, no answer tells what the passwords were.
  const wrong = ConfirmationCode === '000000' ? '000001' : '000000'
  await expect(reset(password(1), wrong)).rejects.toMatchObject({ name: 'CodeMismatchException' })
  await expect(reset(password(1))).rejects.toMatchObject(used)
  // The code was not used up by a password that could not be had.
  await reset(password(3))

  await admin.adminSetUserPassword({ UserPoolId, Username: 'ada', Password: 'Temporary-1' })
  const { Session } = await signIn(admin, ClientId, 'ada', 'Temporary-1')
  const choose = (NEW_PASSWORD: string) =>
    admin.respondToAuthChallenge({
      ClientId,
      ChallengeName: 'NEW_PASSWORD_REQUIRED',
      Session,
      ChallengeResponses: { USERNAME: 'ada', NEW_PASSWORD },
    })
  for (const before of ['Temporary-1', password(1), password(3)])
    await expect(choose(before)).rejects.toMatchObject(used)
  expect((await choose(password(4))).AuthenticationResult).toBeDefined()
})

test('the lite tier has no password history', async () => {
  const { admin } = await startWithAdmin()
  await expect(
    createPool(admin, { UserPoolTier: 'LITE', Policies: { PasswordPolicy: { PasswordHistorySize: 1 } } }),
  ).rejects.toMatchObject(
    refusal(
      'FeatureUnavailableInTierException',
      'The following features need to be disabled for the LITE pricing tier configured: PasswordHistorySize',
    ),
  )
})

test('a password that another user had can be chosen, and that user’s history stays', async () => {
  const { admin, UserPoolId, set } = await startWithHistory(3)
  await createUser(admin, UserPoolId, 'eve', {}, password(5))
  const setOfEve = (Password: string) =>
    admin.adminSetUserPassword({ UserPoolId, Username: 'eve', Password, Permanent: true })
  await set(password(2))
  await setOfEve(password(6))
  await setOfEve(password(1))
  await set(password(5))
  for (const number of [1, 2, 5]) await expect(set(password(number))).rejects.toMatchObject(used)
  for (const number of [5, 6, 1]) await expect(setOfEve(password(number))).rejects.toMatchObject(used)
})
