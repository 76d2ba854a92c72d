import { type AmplifyOutputs, type AwsExports, createAuthContext, type ResourcesConfig } from '@amulet/auth'
import { parseAmplifyConfig } from 'aws-amplify/utils'
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

test('aws-exports without a region is InvalidParameterException', () => {
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
