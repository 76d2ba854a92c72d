import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { rulesOf } from '../src/pools/rules.js'
import type { UserPool } from '../src/pools/user-pool.js'

const pool = (settings: UserPool['settings'], mfaConfig: UserPool['mfaConfig'] = {}): UserPool => ({
  id: 'us-east-1_000000000',
  name: 'pool',
  settings,
  mfaConfig,
  sessionConfig: undefined,
  longestSsoMinutes: 0,
  createdAt: 0,
  updatedAt: 0,
})

test('a pool without settings has the rules of the service', () => {
  expect(rulesOf(pool({}))).toEqual({
    caseSensitive: true,
    usernameAttributes: [],
    aliasAttributes: [],
    selfSignUp: true,
    autoVerified: [],
    provenFirst: [],
    password: {
      MinimumLength: 8,
      RequireUppercase: true,
      RequireLowercase: true,
      RequireNumbers: true,
      RequireSymbols: true,
    },
    passwordHistory: 0,
    temporaryPasswordDays: 7,
    srpIdentityIsSub: false,
    tier: 'ESSENTIALS',
    maxSessions: undefined,
    firstFactors: ['PASSWORD'],
    mfa: { mode: 'OFF', sms: false, totp: false, email: false },
    devices: undefined,
    recovery: { bySelf: true, attributes: ['phone_number', 'email'] },
    messages: { code: {}, link: undefined, invitation: {}, signIn: {} },
    passkeys: { relyingPartyId: undefined, origins: [], verified: false, multiFactor: false },
    passwordless: false,
    functions: {},
    senderKey: undefined,
    tokenGenerationVersion: '1',
    deletionProtected: false,
  })
})

test('a setting changes its rule, and what a policy leaves out is not required', () => {
  const rules = rulesOf(
    pool(
      {
        UsernameConfiguration: { CaseSensitive: false },
        UsernameAttributes: ['email'],
        AutoVerifiedAttributes: ['email', 'phone_number'],
        UserAttributeUpdateSettings: { AttributesRequireVerificationBeforeUpdate: ['email'] },
        Policies: { PasswordPolicy: { RequireNumbers: true, PasswordHistorySize: 3 } },
        AdminCreateUserConfig: { AllowAdminCreateUserOnly: true, UnusedAccountValidityDays: 3 },
        AccountRecoverySetting: {
          RecoveryMechanisms: [
            { Name: 'verified_phone_number', Priority: 2 },
            { Name: 'verified_email', Priority: 1 },
          ],
        },
        DeviceConfiguration: { ChallengeRequiredOnNewDevice: true },
        EmailVerificationSubject: 'older',
        VerificationMessageTemplate: { DefaultEmailOption: 'CONFIRM_WITH_LINK', EmailSubjectByLink: 'link' },
        EmailConfiguration: { SourceArn: 'arn:aws:ses:us-east-1:123456789012:identity/office@example.org' },
        DeletionProtection: 'ACTIVE',
      },
      { MfaConfiguration: 'OPTIONAL', SoftwareTokenMfaConfiguration: { Enabled: true } },
    ),
  )
  expect(rules).toMatchObject({
    caseSensitive: false,
    usernameAttributes: ['email'],
    selfSignUp: false,
    // The phone number first, however it was given.
    autoVerified: ['phone_number', 'email'],
    provenFirst: ['email'],
    password: { MinimumLength: 8, RequireUppercase: false, RequireNumbers: true, RequireSymbols: false },
    passwordHistory: 3,
    temporaryPasswordDays: 3,
    mfa: { mode: 'OPTIONAL', sms: false, totp: true, email: false },
    devices: { challenged: true, onPrompt: false },
    recovery: { bySelf: true, attributes: ['email', 'phone_number'] },
    messages: { from: 'office@example.org', code: { subject: 'older' }, link: { subject: 'link' } },
    deletionProtected: true,
  })
})

test('message texts of the template are sent, and missing ones are taken from their older names', () => {
  const older = {
    EmailVerificationSubject: 'older subject',
    EmailVerificationMessage: 'older {####}',
    SmsVerificationMessage: 'older SMS {####}',
  }
  const template = {
    EmailSubject: 'subject',
    EmailMessage: '{####}',
    SmsMessage: 'SMS {####}',
  }
  const codeWords = (settings: UserPool['settings']) => rulesOf(pool(settings)).messages.code
  expect(codeWords({ ...older, VerificationMessageTemplate: template })).toEqual({
    subject: 'subject',
    email: '{####}',
    sms: 'SMS {####}',
  })
  expect(codeWords({ ...older, VerificationMessageTemplate: { EmailSubject: 'subject' } })).toEqual({
    subject: 'subject',
    email: 'older {####}',
    sms: 'older SMS {####}',
  })
})

test.each([
  ['arn:aws:ses:us-east-1:123456789012:identity/example.org', undefined, undefined],
  [
    'arn:aws:ses:us-east-1:123456789012:identity/office@example.org',
    'Ada <a@example.org>',
    'Ada <a@example.org>',
  ],
])('an identity %s with the sender %s sends as %s', (SourceArn, From, from) => {
  expect(rulesOf(pool({ EmailConfiguration: { SourceArn, From } })).messages.from).toBe(from)
})

test('the rules of a pool are made once', () => {
  const one = pool({})
  expect(rulesOf(one)).toBe(rulesOf(one))
  expect(rulesOf(pool({}))).not.toBe(rulesOf(one))
})

test('settings of a pool are read only where its rules are made', () => {
  const source = fileURLToPath(new URL('../src', import.meta.url))
  // These read what is stored to give it back, or to store something else.
  const stored =
    /^(pools|config|transfer|db)\/|^operations\/(.*-user-pool|set-user-pool-client-session-configuration|.*-user-pools|.*tag.*|.*mfa-config|add-custom-attributes)\.ts$/
  const readers = readdirSync(source, { recursive: true, encoding: 'utf8' })
    // The pools there are identity pools.
    .filter((file) => !file.startsWith('identity-pools/'))
    .filter((file) => file.endsWith('.ts') && !stored.test(file))
    .filter((file) => /\bpool\.(settings|mfaConfig)\b/.test(readFileSync(join(source, file), 'utf8')))
  expect(readers).toEqual([])
})
