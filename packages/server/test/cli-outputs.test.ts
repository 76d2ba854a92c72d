import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseAmplifyConfig } from 'aws-amplify/utils'
import { expect, test } from 'vitest'
import { amulet, amuletDev, temporaryFolder } from './amulet.js'

const CONFIG = {
  userPools: [
    {
      UserPoolId: 'eu-west-1_First',
      PoolName: 'First',
      AliasAttributes: ['email', 'preferred_username'],
      AutoVerifiedAttributes: ['email'],
      Schema: [
        { Name: 'email', Required: true },
        { Name: 'plan', AttributeDataType: 'String' },
      ],
      Policies: { PasswordPolicy: { MinimumLength: 12, RequireNumbers: true } },
      clients: [
        { ClientId: 'confidential', ClientName: 'Confidential', GenerateSecret: true },
        { ClientId: 'web', ClientName: 'Web' },
        { ClientId: 'webmobile', ClientName: 'Mobile' },
      ],
    },
    {
      UserPoolId: 'us-east-1_Second',
      PoolName: 'Second',
      UsernameAttributes: ['email', 'phone_number'],
      clients: [{ ClientId: 'second', ClientName: 'Second' }],
    },
    { UserPoolId: 'us-east-1_Third', PoolName: 'Third', groups: [{ GroupName: 'strangers' }] },
    {
      UserPoolId: 'us-east-1_Fourth',
      PoolName: 'Fourth',
      Policies: { SignInPolicy: { AllowedFirstAuthFactors: ['PASSWORD', 'EMAIL_OTP', 'WEB_AUTHN'] } },
      WebAuthnConfiguration: { UserVerification: 'required' },
      clients: [
        { ClientId: 'chooser', ClientName: 'Chooser', ExplicitAuthFlows: ['ALLOW_USER_AUTH'] },
        { ClientId: 'typist', ClientName: 'Typist', ExplicitAuthFlows: ['ALLOW_USER_SRP_AUTH'] },
      ],
    },
  ],
}

async function running() {
  const cwd = temporaryFolder()
  writeFileSync(join(cwd, 'amulet.config.json'), JSON.stringify(CONFIG))
  const server = await amuletDev(['--config', 'amulet.config.json'], { cwd })
  return { cwd, server, outputs: (...args: string[]) => amulet(['outputs', ...args], { cwd }) }
}

test('amulet outputs prints what Amplify reads as the configuration of the first pool', async () => {
  const { server, outputs } = await running()
  for (const [GroupName, Precedence] of [
    ['editors', 7],
    ['admins', 0],
    ['others', undefined],
  ] as const) {
    const { status } = await server.call('CreateGroup', {
      UserPoolId: server.userPoolId,
      GroupName,
      Precedence,
    })
    expect(status).toBe(200)
  }
  const { code, stdout, stderr } = await outputs()
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  const printed = JSON.parse(stdout)
  expect(printed).toEqual({
    version: '1.4',
    auth: {
      user_pool_id: 'eu-west-1_First',
      aws_region: 'eu-west-1',
      user_pool_client_id: 'web',
      username_attributes: ['username', 'email'],
      standard_required_attributes: ['email'],
      user_verification_types: ['email'],
      groups: [{ admins: { precedence: 0 } }, { editors: { precedence: 7 } }, { others: {} }],
      mfa_configuration: 'NONE',
      mfa_methods: [],
      password_policy: {
        min_length: 12,
        require_lowercase: false,
        require_uppercase: false,
        require_numbers: true,
        require_symbols: false,
      },
      unauthenticated_identities_enabled: false,
    },
  })
  const config = {
    Auth: {
      Cognito: {
        userPoolId: 'eu-west-1_First',
        userPoolClientId: 'web',
        groups: printed.auth.groups,
        loginWith: { username: true, email: true, phone: false },
        userAttributes: { email: { required: true } },
        mfa: { status: 'off', smsEnabled: false, totpEnabled: false },
        passwordFormat: {
          minLength: 12,
          requireLowercase: false,
          requireUppercase: false,
          requireNumbers: true,
          requireSpecialCharacters: false,
        },
      },
    },
  }
  expect(parseAmplifyConfig(structuredClone(printed))).toEqual(config)
})

test('second factors are printed as they are configured', async () => {
  const { server, outputs } = await running()
  const { status } = await server.call('SetUserPoolMfaConfig', {
    UserPoolId: server.userPoolId,
    MfaConfiguration: 'OPTIONAL',
    SoftwareTokenMfaConfiguration: { Enabled: true },
  })
  expect(status).toBe(200)
  const printed = JSON.parse((await outputs()).stdout)
  expect(printed.auth).toMatchObject({ mfa_configuration: 'OPTIONAL', mfa_methods: ['TOTP'] })
  expect(parseAmplifyConfig(printed).Auth?.Cognito.mfa).toEqual({
    status: 'optional',
    totpEnabled: true,
    smsEnabled: false,
  })
})

test('other first factors than a password are printed for a client that lets users choose', async () => {
  const { outputs } = await running()
  const auth = async (...args: string[]) => JSON.parse((await outputs(...args)).stdout).auth
  const printed = await auth('--client', 'chooser')
  expect(printed.passwordless).toEqual({
    email_otp_enabled: true,
    sms_otp_enabled: false,
    web_authn: { relying_party_id: 'localhost', user_verification: 'required' },
  })
  expect(parseAmplifyConfig({ version: '1.4', auth: printed }).Auth?.Cognito).toMatchObject({
    passwordless: {
      emailOtpEnabled: true,
      smsOtpEnabled: false,
      webAuthn: { relyingPartyId: 'localhost', userVerification: 'required' },
    },
  })
  const elsewhere = await auth('--client', 'chooser', '--url', 'https://auth.example.com')
  expect(elsewhere.passwordless.web_authn.relying_party_id).toBe('auth.example.com')
  expect(await auth('--client', 'typist')).not.toHaveProperty('passwordless')
  expect(await auth('--client', 'second')).not.toHaveProperty('passwordless')
})

test('the pool or the client can be chosen', async () => {
  const { outputs } = await running()
  const auth = async (...args: string[]) => JSON.parse((await outputs(...args)).stdout).auth
  expect(await auth('--client', 'webmobile')).toMatchObject({
    user_pool_id: 'eu-west-1_First',
    user_pool_client_id: 'webmobile',
  })
  const second = { user_pool_id: 'us-east-1_Second', user_pool_client_id: 'second' }
  expect(await auth('--client', 'second')).toMatchObject(second)
  expect(await auth('--user-pool', 'us-east-1_Second', '--client', 'second')).toMatchObject({
    ...second,
    username_attributes: ['email', 'phone_number'],
    standard_required_attributes: [],
    password_policy: { min_length: 8, require_symbols: true },
  })
  for (const [args, sentence] of [
    [['--user-pool', 'us-east-1_None'], 'There is no user pool us-east-1_None.'],
    [['--client', 'none'], 'There is no app client none.'],
    [
      ['--user-pool', 'us-east-1_Second', '--client', 'web'],
      'There is no app client web in user pool us-east-1_Second.',
    ],
    [['--user-pool', 'us-east-1_Third'], 'User pool us-east-1_Third has no app client without a secret'],
    [['--client', 'confidential'], 'App client confidential has a secret'],
  ] as const) {
    const { code, stdout, stderr } = await outputs(...args)
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr).toContain(sentence)
  }
})

test('without a database it says so, and creates none', async () => {
  const cwd = temporaryFolder()
  const { code, stderr } = await amulet(['outputs'], { cwd })
  expect({ code, stderr }).toEqual({
    code: 1,
    stderr: expect.stringContaining('There is no database .amulet'),
  })
  expect((await amulet(['outputs', '--database', 'sqlite::memory:'], { cwd })).code).toBe(2)
  expect((await amulet(['outputs', '--data', 'a', '--database', 'sqlite:b'], { cwd })).code).toBe(2)
  expect((await amulet(['outputs', '--data', '.amulet'], { cwd })).stderr).toContain('There is no database')
})

test('amulet outputs has the OAuth of the default pool, whose client Amplify signs users in by redirect with', async () => {
  const cwd = temporaryFolder()
  const server = await amuletDev([], { cwd })
  const { stdout } = await amulet(['outputs', '--url', 'http://localhost:9876'], { cwd })
  const printed = JSON.parse(stdout)
  expect(printed.auth.user_pool_client_id).toBe('amuletdevoauthclient000000')
  expect(printed.auth.oauth).toMatchObject({
    identity_providers: [],
    domain: 'localhost:9876',
    scopes: ['phone', 'email', 'openid', 'profile', 'aws.cognito.signin.user.admin'],
    response_type: 'code',
  })
  expect(printed.auth.oauth.redirect_sign_in_uri).toContain('http://localhost:5173/')
  expect(parseAmplifyConfig(printed).Auth?.Cognito.loginWith?.oauth?.domain).toBe('localhost:9876')
  const web = await amulet(['outputs', '--client', server.userPoolClientId], { cwd })
  expect(JSON.parse(web.stdout).auth).not.toHaveProperty('oauth')
})

test('amulet outputs has the identity pool that takes the tokens of the client', async () => {
  const cwd = temporaryFolder()
  const server = await amuletDev([], { cwd })
  const printed = JSON.parse((await amulet(['outputs'], { cwd })).stdout)
  expect(printed.auth).toMatchObject({
    identity_pool_id: server.identityPoolId,
    unauthenticated_identities_enabled: true,
  })
  expect(parseAmplifyConfig(printed).Auth?.Cognito).toMatchObject({
    identityPoolId: server.identityPoolId,
    allowGuestAccess: true,
  })
})
