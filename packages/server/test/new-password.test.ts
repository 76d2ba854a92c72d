import type { CognitoIdentityProvider } from '@aws-sdk/client-cognito-identity-provider'
import { expect, test } from 'vitest'
import { attributesOf, createPool, createUser, refusal, signIn, startWithAdmin } from './admin.js'

const TEMPORARY = 'Temporary-1'
const OWN = 'My-Own-Choice-1'

type Pool = Awaited<ReturnType<typeof createPool>>

/** A user with a temporary password, and what it takes to replace it. */
async function invited(
  admin: CognitoIdentityProvider,
  { UserPoolId, ClientId }: Pool,
  attributes: Record<string, string> = {},
) {
  await admin.adminCreateUser({
    UserPoolId,
    Username: 'ada',
    UserAttributes: Object.entries(attributes).map(([Name, Value]) => ({ Name, Value })),
    TemporaryPassword: TEMPORARY,
    MessageAction: 'SUPPRESS',
  })
  return {
    challenge: async () => await signIn(admin, ClientId, 'ada', TEMPORARY),
    answer: async (Session: string | undefined, NEW_PASSWORD: string, more: Record<string, string> = {}) =>
      await admin.respondToAuthChallenge({
        ClientId,
        ChallengeName: 'NEW_PASSWORD_REQUIRED',
        Session,
        ChallengeResponses: { USERNAME: 'ada', NEW_PASSWORD, ...more },
      }),
  }
}

test('a password that breaks the policy leaves the session for another try, and a valid one uses it up', async () => {
  const { admin } = await startWithAdmin()
  const ada = await invited(admin, await createPool(admin))
  const { Session } = await ada.challenge()
  await expect(ada.answer(Session, 'weakweak')).rejects.toMatchObject(
    refusal(
      'InvalidPasswordException',
      'Password does not conform to policy: Password must have uppercase characters',
    ),
  )
  expect((await ada.answer(Session, OWN)).AuthenticationResult?.IdToken).toBeTypeOf('string')
  // Also where the password would not do.
  for (const password of ['Another-Choice-2', 'weakweak'])
    await expect(ada.answer(Session, password)).rejects.toMatchObject(
      refusal('NotAuthorizedException', 'Invalid session for the user, session can only be used once.'),
    )
})

test('a session ends with the temporary password that it came from', async () => {
  const { admin } = await startWithAdmin()
  const pool = await createPool(admin)
  const ada = await invited(admin, pool)
  const stale = refusal('NotAuthorizedException', 'Invalid session for the user.')

  // Replaced by an administrator, because another person had seen it.
  const before = await ada.challenge()
  const Password = 'Temporary-2'
  await admin.adminSetUserPassword({ UserPoolId: pool.UserPoolId, Username: 'ada', Password })
  await expect(ada.answer(before.Session, OWN)).rejects.toMatchObject(stale)

  // Replaced by the user, while another person who had seen it was asked for a new one too.
  const theirs = await signIn(admin, pool.ClientId, 'ada', Password)
  const mine = await signIn(admin, pool.ClientId, 'ada', Password)
  await ada.answer(mine.Session, OWN)
  await expect(ada.answer(theirs.Session, 'Their-Choice-1')).rejects.toMatchObject(stale)
  expect((await signIn(admin, pool.ClientId, 'ada', OWN)).AuthenticationResult).toBeTruthy()
})

test('a new password or attribute that other operations would refuse is refused, and the session stays', async () => {
  const { admin } = await startWithAdmin()
  const ada = await invited(admin, await createPool(admin))
  const { Session } = await ada.challenge()
  for (const password of [` ${OWN}`, `${OWN} `])
    await expect(ada.answer(Session, password)).rejects.toMatchObject(
      refusal(
        'InvalidPasswordException',
        String.raw`Password does not conform to policy: Password must satisfy regular expression pattern: ^\S.*\S$`,
      ),
    )
  await expect(ada.answer(Session, OWN.padEnd(257, 'x'))).rejects.toMatchObject({
    name: 'InvalidParameterException',
  })
  await expect(ada.answer(Session, OWN, { 'userAttributes.email': 'no-address' })).rejects.toMatchObject(
    refusal('InvalidParameterException', 'Invalid email address format.'),
  )
  expect((await ada.answer(Session, OWN)).AuthenticationResult?.AccessToken).toBeTypeOf('string')
})

test('a session is valid for three minutes, and only for its client and user', async () => {
  const { admin, server } = await startWithAdmin()
  const pool = await createPool(admin)
  const ada = await invited(admin, pool)
  const { Session } = await ada.challenge()
  await expect(ada.answer(undefined, OWN)).rejects.toMatchObject(
    refusal('InvalidParameterException', 'Missing required parameter Session'),
  )
  await expect(ada.answer('x'.repeat(20), OWN)).rejects.toMatchObject(
    refusal('CodeMismatchException', 'Invalid session provided'),
  )
  const invalid = refusal('NotAuthorizedException', 'Invalid session for the user.')
  await expect(ada.answer(Session, OWN, { USERNAME: 'eve' })).rejects.toMatchObject(invalid)
  const { UserPoolClient } = await admin.createUserPoolClient({ ...pool, ClientName: 'other' })
  await expect(
    admin.respondToAuthChallenge({
      ClientId: UserPoolClient?.ClientId,
      ChallengeName: 'NEW_PASSWORD_REQUIRED',
      Session,
      ChallengeResponses: { USERNAME: 'ada', NEW_PASSWORD: OWN },
    }),
  ).rejects.toMatchObject(invalid)
  server.clock.advance(180)
  await expect(ada.answer(Session, OWN)).rejects.toMatchObject(
    refusal('NotAuthorizedException', 'Invalid session for the user, session is expired.'),
  )
})

test('a session can be answered under any name of its user', async () => {
  const { admin } = await startWithAdmin()
  const aliases = { email: 'ada@example.com', email_verified: 'true', preferred_username: 'countess' }
  const answer = async (pool: Pool, typed: string, USERNAME: string) =>
    await admin.respondToAuthChallenge({
      ClientId: pool.ClientId,
      ChallengeName: 'NEW_PASSWORD_REQUIRED',
      Session: (await signIn(admin, pool.ClientId, typed, TEMPORARY)).Session,
      ChallengeResponses: { USERNAME, NEW_PASSWORD: OWN },
    })
  for (const by of ['ada', 'ada@example.com', 'countess', 'sub']) {
    const pool = await createPool(admin, { AliasAttributes: ['email', 'preferred_username'] })
    await invited(admin, pool, aliases)
    const eve = await createUser(admin, pool.UserPoolId, 'eve')
    const ada = await attributesOf(admin, pool.UserPoolId, 'ada')
    for (const other of ['eve', eve, 'nobody'])
      await expect(answer(pool, 'ada@example.com', other)).rejects.toMatchObject(
        refusal('NotAuthorizedException', 'Invalid session for the user.'),
      )
    const { AuthenticationResult } = await answer(pool, 'countess', by === 'sub' ? String(ada.sub) : by)
    expect((await admin.getUser({ AccessToken: AuthenticationResult?.AccessToken })).Username).toBe('ada')
  }
})

test('missing required attributes are asked for, and no others can be changed', async () => {
  const { admin } = await startWithAdmin()
  const pool = await createPool(admin, {
    Schema: [
      { Name: 'given_name', Required: true },
      { Name: 'nickname', Required: true },
    ],
  })
  const ada = await invited(admin, pool, { given_name: 'Ada' })
  const { Session, ChallengeParameters } = await ada.challenge()
  expect(ChallengeParameters).toEqual({
    USER_ID_FOR_SRP: 'ada',
    requiredAttributes: '["userAttributes.nickname"]',
    userAttributes: '{"given_name":"Ada"}',
  })
  const nickname = { 'userAttributes.nickname': 'Countess' }
  await expect(ada.answer(Session, OWN)).rejects.toMatchObject(
    refusal('InvalidParameterException', 'Invalid attributes given, nickname is missing'),
  )
  await expect(
    ada.answer(Session, OWN, { ...nickname, 'userAttributes.given_name': 'Eve' }),
  ).rejects.toMatchObject(
    refusal('InvalidParameterException', 'Cannot modify an already provided given_name'),
  )
  await expect(
    ada.answer(Session, OWN, { ...nickname, 'userAttributes.email_verified': 'true' }),
  ).rejects.toMatchObject(
    refusal('NotAuthorizedException', 'A client attempted to write unauthorized attribute'),
  )
  await ada.answer(Session, OWN, nickname)
  const { UserAttributes } = await admin.adminGetUser({ UserPoolId: pool.UserPoolId, Username: 'ada' })
  expect(UserAttributes).toContainEqual({ Name: 'nickname', Value: 'Countess' })
})

test('a new password and attributes have the usual limits, and a refusal leaves the session for another try', async () => {
  const { admin } = await startWithAdmin()
  const pool = await createPool(admin, {
    Schema: [{ Name: 'note', AttributeDataType: 'String' }],
  })
  const ada = await invited(admin, pool)
  const { Session } = await ada.challenge()
  const violation = (name: string, constraint: string) =>
    refusal(
      'InvalidParameterException',
      `1 validation error detected: Value at 'challengeResponses.${name}' failed to satisfy constraint: Member must ${constraint}`,
    )
  await expect(ada.answer(Session, OWN.padEnd(257, 'x'))).rejects.toMatchObject(
    violation('NEW_PASSWORD', 'have length less than or equal to 256'),
  )
  await expect(ada.answer(Session, `${OWN}\n${OWN}`)).rejects.toMatchObject(
    violation('NEW_PASSWORD', String.raw`satisfy regular expression pattern: ^[\S]+.*[\S]+$`),
  )
  const note = (length: number) => ({ 'userAttributes.custom:note': 'x'.repeat(length) })
  await expect(ada.answer(Session, OWN, note(2049))).rejects.toMatchObject(
    violation('userAttributes.custom:note', 'have length less than or equal to 2048'),
  )
  const longest = OWN.padEnd(256, 'x')
  const { AuthenticationResult } = await ada.answer(Session, longest, note(2048))
  await admin.changePassword({
    AccessToken: AuthenticationResult?.AccessToken,
    PreviousPassword: longest,
    ProposedPassword: OWN,
  })
})

test('a client is shown the attributes that it may read, before the sign-in as after it', async () => {
  const { admin } = await startWithAdmin()
  const pool = await createPool(admin, {
    Schema: [
      { Name: 'note', AttributeDataType: 'String' },
      { Name: 'score', AttributeDataType: 'String', DeveloperOnlyAttribute: true },
    ],
  })
  const attributes = { given_name: 'Ada', nickname: 'Countess', 'custom:note': 'n', 'dev:custom:score': 's' }
  const shown = async (ReadAttributes?: string[]) => {
    const { UserPoolClient } = await admin.createUserPoolClient({
      UserPoolId: pool.UserPoolId,
      ClientName: 'reader',
      ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH'],
      ReadAttributes,
    })
    const { ChallengeParameters } = await signIn(admin, UserPoolClient?.ClientId ?? '', 'ada', TEMPORARY)
    return JSON.parse(ChallengeParameters?.userAttributes ?? '')
  }
  await invited(admin, pool, attributes)
  expect(await shown()).toEqual({ given_name: 'Ada', nickname: 'Countess', 'custom:note': 'n' })
  expect(await shown(['nickname', 'email'])).toEqual({ nickname: 'Countess' })
})
