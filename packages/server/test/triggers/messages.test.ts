import type { FunctionHandler, TriggerEvent } from '@amulet/server'
import { expect, test, vi } from 'vitest'
import { PASSWORD } from '../start.js'
import {
  arn,
  CLIENT,
  handlerOf,
  handlers,
  refused,
  type StartedWithFunctions,
  startWithFunctions,
} from './start-with-functions.js'

const code = (app: StartedWithFunctions, name = 'ada') => app.server.inbox.last(`${name}@birch.example`)?.code

/** A pool whose senders are functions. */
const senders = (...names: ('CustomEmailSender' | 'CustomSMSSender')[]) => ({
  lambdaConfig: Object.fromEntries(
    names.map((name) => [name, { LambdaVersion: 'V1_0' as const, LambdaArn: arn(name) }]),
  ),
})

/** Handlers that call something take it from a function that makes them. */
async function made(file: string, ...given: unknown[]): Promise<FunctionHandler> {
  const { makeHandler } = await handlers(file)
  return (makeHandler as unknown as (...given: unknown[]) => FunctionHandler)(...given)
}

test('CustomMessage sees the purpose of a message, and each kind of message has a source of its own', async () => {
  const events: TriggerEvent[] = []
  const app = await startWithFunctions(
    {
      CustomMessage: async (event) => {
        events.push(structuredClone(event))
        return event
      },
    },
    {
      pool: {
        UserAttributeUpdateSettings: { AttributesRequireVerificationBeforeUpdate: ['email'] },
      },
    },
  )
  const { body: signedUp } = await app.signUp('ada', { ClientMetadata: { from: 'app' } })
  await app.ask('ResendConfirmationCode', { Username: 'ada' })
  await app.ask('ConfirmSignUp', { Username: 'ada', ConfirmationCode: code(app) })
  await app.ask('ForgotPassword', { Username: 'ada', ClientMetadata: { site: 'https://birch.example' } })
  const { AccessToken } = (await app.signIn('ada')).body.AuthenticationResult
  await app.call('GetUserAttributeVerificationCode', { AccessToken, AttributeName: 'email' })
  await app.call('UpdateUserAttributes', {
    AccessToken,
    UserAttributes: [{ Name: 'email', Value: 'new@birch.example' }],
    ClientMetadata: { why: 'moved' },
  })
  await app.manage('AdminCreateUser', {
    Username: 'bob',
    UserAttributes: [{ Name: 'email', Value: 'bob@birch.example' }],
    ClientMetadata: { team: 'north' },
  })
  expect(
    events.map(({ triggerSource, request }) => [
      triggerSource,
      request.usernameParameter,
      request.clientMetadata,
    ]),
  ).toEqual([
    ['CustomMessage_SignUp', null, { from: 'app' }],
    ['CustomMessage_ResendCode', null, undefined],
    ['CustomMessage_ForgotPassword', null, { site: 'https://birch.example' }],
    ['CustomMessage_VerifyUserAttribute', null, undefined],
    ['CustomMessage_UpdateUserAttribute', null, { why: 'moved' }],
    ['CustomMessage_AdminCreateUser', '{username}', { team: 'north' }],
  ])
  expect(events[0]).toMatchObject({
    callerContext: { clientId: CLIENT },
    request: {
      userAttributes: {
        sub: signedUp.UserSub,
        'cognito:user_status': 'UNCONFIRMED',
        email: 'ada@birch.example',
        email_verified: 'false',
      },
      codeParameter: '{####}',
    },
    response: { smsMessage: null, emailMessage: null, emailSubject: null },
  })
  // A function that fills in nothing leaves the words of the pool.
  expect(app.server.inbox.list().map(({ subject }) => subject)).toContain('Your verification code')
})

test('CustomMessage sees the user as changed by the request', async () => {
  const seen: unknown[] = []
  const app = await startWithFunctions({
    CustomMessage: async (event) => {
      const { email, email_verified, 'cognito:user_status': status } = event.request.userAttributes ?? {}
      seen.push([event.triggerSource, email, email_verified, status])
      return event
    },
  })
  await app.signUp('ada')
  await app.ask('ConfirmSignUp', { Username: 'ada', ConfirmationCode: code(app) })
  const { AccessToken } = (await app.signIn('ada')).body.AuthenticationResult
  const toEmail = (Value: string) => ({ UserAttributes: [{ Name: 'email', Value }] })
  await app.call('UpdateUserAttributes', { AccessToken, ...toEmail('new@birch.example') })
  await app.manage('AdminUpdateUserAttributes', { Username: 'ada', ...toEmail('newer@birch.example') })
  await app.call('VerifyUserAttribute', { AccessToken, AttributeName: 'email', Code: code(app, 'newer') })
  await app.manage('AdminResetUserPassword', { Username: 'ada' })
  expect(seen).toEqual([
    ['CustomMessage_SignUp', 'ada@birch.example', 'false', 'UNCONFIRMED'],
    ['CustomMessage_UpdateUserAttribute', 'new@birch.example', 'false', 'CONFIRMED'],
    ['CustomMessage_UpdateUserAttribute', 'newer@birch.example', 'false', 'CONFIRMED'],
    ['CustomMessage_ForgotPassword', 'newer@birch.example', 'true', 'RESET_REQUIRED'],
  ])
})

test('where a new address has to be verified first, CustomMessage sees the previous one', async () => {
  const seen: unknown[] = []
  const app = await startWithFunctions(
    {
      CustomMessage: async (event) => {
        seen.push(event.request.userAttributes?.email)
        return event
      },
    },
    { pool: { UserAttributeUpdateSettings: { AttributesRequireVerificationBeforeUpdate: ['email'] } } },
  )
  await app.signUp('ada')
  const UserAttributes = [{ Name: 'email', Value: 'new@birch.example' }]
  await app.manage('AdminUpdateUserAttributes', { Username: 'ada', UserAttributes })
  expect(seen).toEqual(['ada@birch.example', 'ada@birch.example'])
  expect(code(app, 'new')).toMatch(/^\d{6}$/)
})

test('a mail has the text of the function, with the code in its place', async () => {
  const app = await startWithFunctions({ CustomMessage: await handlerOf('23-message-link.cjs') })
  await app.signUp('ada')
  const mail = app.server.inbox.last()
  const [, blob = '', sent] =
    /^Open https:\/\/app\.birch\.example\/confirm\?d=(\S+)&code=(\d{6})$/.exec(mail?.body ?? '') ?? []
  expect(JSON.parse(Buffer.from(blob, 'base64url').toString())).toEqual({
    u: 'ada',
    r: 'us-east-1',
    c: CLIENT,
  })
  expect(mail?.subject).toBe('Please confirm')
  const confirmed = await app.ask('ConfirmSignUp', { Username: 'ada', ConfirmationCode: sent })
  expect(confirmed.status).toBe(200)
})

test('an invitation and a reset have texts of their own, and other kinds keep those of the pool', async () => {
  const app = await startWithFunctions({ CustomMessage: await handlerOf('24-message-invite-and-reset.mjs') })
  const { inbox } = app.server
  await app.manage('AdminCreateUser', {
    Username: 'ada',
    TemporaryPassword: PASSWORD,
    UserAttributes: [{ Name: 'email', Value: 'ada@birch.example' }],
  })
  expect(inbox.last()).toMatchObject({
    subject: 'You are invited',
    body: `Name ada, first password ${PASSWORD}`,
  })
  await app.manage('AdminSetUserPassword', { Username: 'ada', Password: PASSWORD, Permanent: true })
  await app.manage('AdminUpdateUserAttributes', {
    Username: 'ada',
    UserAttributes: [{ Name: 'email_verified', Value: 'true' }],
  })
  await app.ask('ForgotPassword', { Username: 'ada', ClientMetadata: { site: 'https://x.example' } })
  expect(inbox.last()).toMatchObject({
    subject: 'New password',
    body: `https://x.example/reset?code=${inbox.last()?.code}&amp;name=ada`.replace('&amp;', '&'),
  })
  await app.signUp('bob')
  expect(inbox.last()).toMatchObject({
    subject: 'Your verification code',
    body: `Your confirmation code is ${inbox.last()?.code}`,
  })
})

test('a text without a place for the code is refused', async () => {
  const app = await startWithFunctions({ CustomMessage: await handlerOf('25-message-missing-code.cjs') })
  expect(refused(await app.signUp('ada'))).toBe(
    String.raw`InvalidParameterException: 1 validation error detected: Value at 'emailBody' failed to satisfy constraint: Member must satisfy regular expression pattern: [\p{L}\p{M}\p{S}\p{N}\p{P}\s*]*\{####\}[\p{L}\p{M}\p{S}\p{N}\p{P}\s*]*`,
  )
  expect(app.server.inbox.list()).toEqual([])
})

test.each([
  ['{##Confirm##}', /<a href="[^"]*confirmUser[^"]*">Confirm<\/a>/],
  ['the code {####}', /the code \d{6}/],
])('where the pool sends links, a text with %s is accepted', async (place, body) => {
  const app = await startWithFunctions(
    {
      CustomMessage: async (event) => {
        expect(event.request.linkParameter).toBe('{##Click Here##}')
        event.response.emailMessage = `Welcome: ${place}`
        return event
      },
    },
    { pool: { VerificationMessageTemplate: { DefaultEmailOption: 'CONFIRM_WITH_LINK' } } },
  )
  expect((await app.signUp('ada')).status).toBe(200)
  expect(app.server.inbox.last()?.body).toMatch(body)
})

test('a function’s refusal of a message is reported to the sign-up', async () => {
  const app = await startWithFunctions(
    { CustomMessage: await handlerOf('26-message-refuses.cjs') },
    { pool: { Schema: [{ Name: 'state', AttributeDataType: 'String' }] } },
  )
  const UserAttributes = (state: string) => [
    { Name: 'email', Value: 'ada@birch.example' },
    { Name: 'custom:state', Value: state },
  ]
  expect(refused(await app.signUp('ada', { UserAttributes: UserAttributes('wait') }))).toBe(
    'UserLambdaValidationException: CustomMessage failed with error Waiting for approval.',
  )
  expect(app.server.inbox.list()).toEqual([])
  expect((await app.signUp('eve', { UserAttributes: UserAttributes('go') })).status).toBe(200)
})

test('a sender gets the code as it is, and nothing else is sent', async () => {
  const mailbox: { to: string; subject: string; code: string }[] = []
  const app = await startWithFunctions(
    { CustomEmailSender: await made('27-mail-sender.mjs', async (code: string) => code, mailbox) },
    senders('CustomEmailSender'),
  )
  expect((await app.signUp('ada')).body.CodeDeliveryDetails).toMatchObject({ DeliveryMedium: 'EMAIL' })
  await vi.waitFor(() => expect(mailbox).toHaveLength(1), { timeout: 20_000 })
  expect(mailbox[0]).toEqual({
    to: 'ada@birch.example',
    subject: 'Confirm',
    code: expect.stringMatching(/^\d{6}$/),
  })
  const ConfirmationCode = mailbox[0]?.code
  expect((await app.ask('ConfirmSignUp', { Username: 'ada', ConfirmationCode })).status).toBe(200)
  expect(app.server.inbox.list()).toEqual([])
  // The service escapes passwords for HTML.
  await app.manage('AdminCreateUser', {
    Username: 'bob',
    TemporaryPassword: 'A1<b>&"quoted"',
    UserAttributes: [{ Name: 'email', Value: 'bob@birch.example' }],
  })
  await vi.waitFor(() => expect(mailbox).toHaveLength(2), { timeout: 20_000 })
  expect(mailbox[1]).toMatchObject({ subject: 'Invitation', code: 'A1&lt;b&gt;&amp;&quot;quoted&quot;' })
})

test('senders get events of their own form, mail and SMS apart', async () => {
  const events: TriggerEvent[] = []
  const note: FunctionHandler = async (event) => {
    events.push(event)
  }
  const app = await startWithFunctions(
    { CustomEmailSender: note, CustomSMSSender: note },
    {
      ...senders('CustomEmailSender', 'CustomSMSSender'),
      pool: { AutoVerifiedAttributes: ['phone_number'] },
    },
  )
  await app.signUp('ada', {
    UserAttributes: [{ Name: 'phone_number', Value: '+15555550100' }],
    ClientMetadata: { from: 'app' },
  })
  await app.manage('AdminCreateUser', {
    Username: 'bob',
    UserAttributes: [{ Name: 'email', Value: 'bob@birch.example' }],
  })
  await vi.waitFor(() => expect(events).toHaveLength(2), { timeout: 20_000 })
  expect(events).toMatchObject([
    {
      version: '1',
      triggerSource: 'CustomSMSSender_SignUp',
      request: {
        type: 'customSMSSenderRequestV1',
        code: expect.stringMatching(/^\d{6}$/),
        clientMetadata: { from: 'app' },
        userAttributes: { phone_number: '+15555550100' },
      },
    },
    {
      triggerSource: 'CustomEmailSender_AdminCreateUser',
      request: { type: 'customEmailSenderRequestV1', userAttributes: { email: 'bob@birch.example' } },
    },
  ])
})

test('a sender gets the address of a message, also one that is not stored yet', async () => {
  const to: unknown[] = []
  const app = await startWithFunctions(
    {
      CustomEmailSender: async ({ triggerSource, request }) => {
        to.push([triggerSource, request.userAttributes?.email])
      },
    },
    {
      ...senders('CustomEmailSender'),
      pool: {
        UserAttributeUpdateSettings: { AttributesRequireVerificationBeforeUpdate: ['email'] },
        users: [
          {
            Username: 'ada',
            Password: PASSWORD,
            UserAttributes: [{ Name: 'email', Value: 'ada@birch.example' }],
          },
        ],
      },
    },
  )
  await app.manage('AdminUpdateUserAttributes', {
    Username: 'ada',
    UserAttributes: [{ Name: 'email', Value: 'new@birch.example' }],
  })
  await vi.waitFor(
    () => expect(to).toEqual([['CustomEmailSender_UpdateUserAttribute', 'new@birch.example']]),
    { timeout: 20_000 },
  )
})

test.each([
  ['28-sender-returns-text.cjs', undefined],
  ['29-sender-wrong-names.cjs', undefined],
  ['12-returns-nothing.mjs', undefined],
  ['14-pre-auth-done.cjs', 'CustomEmailSender failed with error name too short.'],
])('the call succeeds whatever a sender does: %s', async (file, logged) => {
  const app = await startWithFunctions(
    { CustomEmailSender: await handlerOf(file) },
    senders('CustomEmailSender'),
  )
  expect((await app.signUp('ada')).status).toBe(200)
  // Waits for what is still under way.
  await app.server.close()
  const entry = app.log.find(({ operation }) => operation === 'CustomEmailSender_SignUp')
  if (logged === undefined) expect(entry).toBeUndefined()
  else
    expect(entry).toMatchObject({
      exception: 'UserLambdaValidationException',
      subject: app.log.find(({ operation }) => operation === 'SignUp')?.subject,
    })
})
