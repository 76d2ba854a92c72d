import { type AmplifyOutputs, type AwsExports, createAuthContext, type ResourcesConfig } from '@amulet/auth'
import { parseAmplifyConfig } from 'aws-amplify/utils'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

const exportsMinimum = {
  aws_project_region: 'us-east-1',
  aws_user_pools_id: 'us-east-1_x',
  aws_user_pools_web_client_id: 'client',
}

const awsExports: Record<string, AwsExports> = {
  'the least': { ...exportsMinimum, oauth: {} },
  everything: {
    ...exportsMinimum,
    aws_cognito_identity_pool_id: 'us-east-1:1',
    aws_mandatory_sign_in: 'enable',
    aws_cognito_sign_up_verification_method: 'link',
    aws_cognito_mfa_configuration: 'OPTIONAL',
    aws_cognito_mfa_types: ['SMS', 'TOTP'],
    aws_cognito_password_protection_settings: {
      passwordPolicyMinLength: 12,
      passwordPolicyCharacters: ['REQUIRES_LOWERCASE', 'REQUIRES_SYMBOLS'],
    },
    aws_cognito_verification_mechanisms: ['EMAIL'],
    aws_cognito_signup_attributes: ['EMAIL', 'FAMILY_NAME'],
    aws_cognito_username_attributes: ['EMAIL'],
    aws_cognito_social_providers: ['GOOGLE', 'FACEBOOK', 'AMAZON', 'APPLE'],
    oauth: {
      domain: 'pool.auth.us-east-1.amazoncognito.com',
      scope: ['email', 'openid'],
      redirectSignIn: 'https://a/,https://b/',
      redirectSignOut: 'https://a/',
      responseType: 'code',
    },
  },
  'an identity pool only, with odds and ends': {
    aws_project_region: 'us-east-1',
    aws_cognito_identity_pool_id: 'us-east-1:1',
    aws_cognito_mfa_configuration: 'OFF',
    aws_cognito_password_protection_settings: {},
    aws_cognito_username_attributes: ['PHONE_NUMBER'],
    oauth: { domain: 'd', redirectSignIn: '' },
  },
  'an oauth without a domain': { ...exportsMinimum, oauth: { domain: '', redirectSignIn: 'https://a/' } },
  'an oauth without a domain’s name': { ...exportsMinimum, oauth: { scope: ['openid'] } },
  'no authentication': { aws_project_region: 'us-east-1' },
}

const ids = { user_pool_id: 'us-east-1_x', user_pool_client_id: 'client' }

const outputs: Record<string, AmplifyOutputs> = {
  'the least': { version: '1', auth: ids },
  everything: {
    version: '1.4',
    auth: {
      ...ids,
      identity_pool_id: 'us-east-1:1',
      unauthenticated_identities_enabled: true,
      password_policy: {
        min_length: 9,
        require_lowercase: true,
        require_uppercase: false,
        require_numbers: true,
        require_symbols: true,
      },
      mfa_configuration: 'REQUIRED',
      mfa_methods: ['TOTP'],
      oauth: {
        identity_providers: ['GOOGLE', 'LOGIN_WITH_AMAZON', 'FACEBOOK', 'SIGN_IN_WITH_APPLE', 'SOMEBODY'],
        domain: 'pool.auth.us-east-1.amazoncognito.com',
        scopes: ['openid', 'profile'],
        redirect_sign_in_uri: ['https://a/', 'https://b/'],
        redirect_sign_out_uri: ['https://a/'],
        response_type: 'token',
      },
      username_attributes: ['email', 'phone_number'],
      standard_required_attributes: ['email', 'family_name'],
      groups: [{ my_admins: { precedence: 0 } }],
      passwordless: {
        email_otp_enabled: true,
        sms_otp_enabled: false,
        web_authn: { relying_party_id: 'example.com', user_verification: 'required' },
        preferred_challenge: 'WEB_AUTHN',
      },
    },
  },
  'odds and ends': {
    version: '1.1',
    auth: {
      ...ids,
      unauthenticated_identities_enabled: false,
      password_policy: {},
      mfa_configuration: 'NONE',
      oauth: {
        identity_providers: [],
        domain: 'd',
        scopes: [],
        redirect_sign_in_uri: [],
        redirect_sign_out_uri: [],
        response_type: 'whatever',
      },
      passwordless: { email_otp_enabled: true },
    },
  },
  'optional second factors and usernames': {
    version: '1',
    auth: { ...ids, mfa_configuration: 'OPTIONAL', mfa_methods: ['SMS'], username_attributes: ['username'] },
  },
  'an oauth without a domain': {
    version: '1',
    auth: {
      ...ids,
      oauth: {
        domain: '',
        scopes: ['openid'],
        redirect_sign_in_uri: [],
        redirect_sign_out_uri: [],
        response_type: 'code',
      },
    },
  },
  'no authentication': { version: '1' },
}

const configured = (config: ResourcesConfig | AmplifyOutputs | AwsExports) => createAuthContext(config).config

describe.each([
  ['aws-exports', awsExports],
  ['amplify_outputs.json', outputs],
])('%s', (_, examples) => {
  test.each(Object.entries(examples))('with %s means what it means to Amplify', (_, example) => {
    // Amplify's declaration wants the literal types of its own examples; the files are plain JSON.
    expect(configured(example).Auth).toEqual(parseAmplifyConfig(example as never).Auth)
  })
})

test('aws-exports without a region rejects with InvalidParameterException', () => {
  expect(() => configured({ aws_user_pools_id: 'x' } as unknown as AwsExports)).toThrow(
    expect.objectContaining({
      name: 'InvalidParameterException',
      message: 'Invalid config parameter.',
      recoverySuggestion: 'Ensure passing the config object imported from  `amplifyconfiguration.json`.',
    }),
  )
})

test('anything else is taken as it is', () => {
  const config = { Auth: { Cognito: { userPoolId: 'us-east-1_x', userPoolClientId: 'client' } } }
  expect(configured(config)).toBe(config)
})

describe('whatever is in it, and whatever is left out,', () => {
  const optional = { requiredKeys: [] }
  const some = (...values: string[]) => fc.subarray(values)
  const url = 'https://a/'

  const anyOutputs = fc.record(
    {
      version: fc.constantFrom('1', '1.4'),
      auth: fc.record(
        {
          user_pool_id: fc.constant('us-east-1_x'),
          user_pool_client_id: fc.constant('client'),
          identity_pool_id: fc.constant('us-east-1:1'),
          aws_region: fc.constant('us-east-1'),
          unauthenticated_identities_enabled: fc.boolean(),
          password_policy: fc.record(
            {
              min_length: fc.nat(9),
              require_lowercase: fc.boolean(),
              require_uppercase: fc.boolean(),
              require_numbers: fc.boolean(),
              require_symbols: fc.boolean(),
            },
            optional,
          ),
          mfa_configuration: fc.constantFrom('NONE', 'OPTIONAL', 'REQUIRED'),
          mfa_methods: some('SMS', 'TOTP', 'EMAIL'),
          oauth: fc.record({
            identity_providers: some(
              'GOOGLE',
              'FACEBOOK',
              'LOGIN_WITH_AMAZON',
              'SIGN_IN_WITH_APPLE',
              'google',
              'OTHER',
            ),
            domain: fc.constant('d'),
            scopes: some('email', 'openid'),
            redirect_sign_in_uri: some(url),
            redirect_sign_out_uri: some(url),
            response_type: fc.constantFrom('code', 'token'),
          }),
          username_attributes: some('email', 'phone_number', 'username'),
          standard_required_attributes: some('email', 'family_name'),
          groups: fc.constant<Record<string, Record<string, number>>[]>([{ my_admins: { precedence: 0 } }]),
          passwordless: fc.record(
            {
              email_otp_enabled: fc.boolean(),
              sms_otp_enabled: fc.boolean(),
              web_authn: fc.record(
                { relying_party_id: fc.constant('r'), user_verification: fc.constant('required') },
                optional,
              ),
              preferred_challenge: fc.constantFrom('EMAIL_OTP', 'WEB_AUTHN'),
            },
            optional,
          ),
        },
        { requiredKeys: ['user_pool_id', 'user_pool_client_id'] },
      ),
    },
    { requiredKeys: ['version'] },
  )

  const anyExports = fc.record(
    {
      aws_project_region: fc.constant('us-east-1'),
      aws_cognito_region: fc.constant('us-east-1'),
      aws_cognito_identity_pool_id: fc.constant('us-east-1:1'),
      aws_mandatory_sign_in: fc.constantFrom('enable', 'disable'),
      aws_cognito_sign_up_verification_method: fc.constantFrom('code', 'link'),
      aws_user_pools_id: fc.constant('us-east-1_x'),
      aws_user_pools_web_client_id: fc.constant('client'),
      aws_cognito_mfa_configuration: fc.constantFrom('OFF', 'ON', 'OPTIONAL'),
      aws_cognito_mfa_types: some('SMS', 'TOTP'),
      aws_cognito_password_protection_settings: fc.record(
        {
          passwordPolicyMinLength: fc.nat(9),
          passwordPolicyCharacters: some(
            'REQUIRES_LOWERCASE',
            'REQUIRES_UPPERCASE',
            'REQUIRES_NUMBERS',
            'REQUIRES_SYMBOLS',
          ),
        },
        optional,
      ),
      aws_cognito_verification_mechanisms: some('EMAIL', 'PHONE_NUMBER'),
      aws_cognito_signup_attributes: some('EMAIL', 'FAMILY_NAME'),
      aws_cognito_username_attributes: some('EMAIL', 'PHONE_NUMBER'),
      aws_cognito_social_providers: some('GOOGLE', 'facebook', 'AMAZON', 'APPLE'),
      oauth: fc.record(
        {
          domain: fc.constant('d'),
          scope: some('email', 'openid'),
          redirectSignIn: fc.constantFrom('', url, `${url},${url}`),
          redirectSignOut: fc.constantFrom('', url),
          responseType: fc.constantFrom('code', 'token'),
        },
        { requiredKeys: ['domain'] },
      ),
    },
    { requiredKeys: ['aws_project_region'] },
  )

  /** The same with `null` in the place of some members, and members of members. */
  const withNulls = <Config extends object>(config: fc.Arbitrary<Config>) =>
    fc.tuple(config, fc.array(fc.nat(40))).map(([config, places]) => {
      const holders = [config, ...Object.values(config)].flatMap((value) =>
        [value, ...Object.values(Object(value))].filter((inner) => inner && typeof inner === 'object'),
      )
      const members = holders.flatMap((holder) =>
        Array.isArray(holder) ? [] : Object.keys(holder).map((name) => ({ holder, name })),
      )
      for (const place of places) {
        const { holder, name } = members[place % members.length] ?? {}
        if (holder && name && !['version', 'aws_project_region'].includes(name)) holder[name] = null
      }
      return config
    })

  /** What Amplify makes of it, unless it fails at it. */
  function stock(config: AmplifyOutputs | AwsExports) {
    try {
      return parseAmplifyConfig(structuredClone(config) as never)
    } catch {
      return undefined
    }
  }

  test.each<[string, fc.Arbitrary<AmplifyOutputs | AwsExports>]>([
    ['amplify_outputs.json', withNulls(anyOutputs)],
    ['aws-exports', withNulls(anyExports)],
  ])('%s with nulls means what it means to Amplify', (_, anything) => {
    let compared = 0
    fc.assert(
      fc.property(anything, (config) => {
        const theirs = stock(config)
        const { Cognito } = theirs?.Auth ?? {}
        // Without any pool there is nothing to ask, and Amplify has settings of none.
        if (!theirs || (Cognito && !Cognito.userPoolId && !Cognito.identityPoolId)) return
        compared++
        expect(configured(config).Auth).toEqual(theirs.Auth)
      }),
      { numRuns: 2000 },
    )
    expect(compared).toBeGreaterThan(500)
  })

  test.each<[string, fc.Arbitrary<AmplifyOutputs | AwsExports>]>([
    ['amplify_outputs.json', anyOutputs],
    ['aws-exports', anyExports],
  ])('%s means what it means to Amplify', (_, anything) => {
    fc.assert(
      fc.property(anything, (config) => {
        expect(configured(config).Auth).toEqual(parseAmplifyConfig(structuredClone(config) as never).Auth)
      }),
      { numRuns: 1000 },
    )
  })
})
