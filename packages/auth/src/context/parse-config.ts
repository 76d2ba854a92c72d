import { authError } from '../errors.js'
import type { AmplifyOutputs, AwsExports, ResourcesConfig } from './config.js'

/** Any of the three shapes of configuration, as `{ Auth: { Cognito } }`. Categories other than Auth are left out. */
export function parseConfig(config: ResourcesConfig | AmplifyOutputs | AwsExports): ResourcesConfig {
  if (Object.keys(config).some((key) => key.startsWith('aws_'))) return parseAwsExports(config as AwsExports)
  // Only an amplify_outputs.json has a version; whatever else has one is not ours to refuse.
  const { version } = config as AmplifyOutputs
  return version?.startsWith('1') ? parseOutputs(config as AmplifyOutputs) : (config as ResourcesConfig)
}

const required = (names: string[]) =>
  Object.fromEntries(names.map((name) => [name.toLowerCase(), { required: true }]))

// The two files are generated: their values are taken over as they are, and one that is missing is found
// out by the call that needs it. That is why both results are cast.

function parseAwsExports(source: AwsExports): ResourcesConfig {
  if (!('aws_project_region' in source)) {
    throw authError(
      'InvalidParameterException',
      'Invalid config parameter.',
      'Ensure passing the config object imported from  `amplifyconfiguration.json`.',
    )
  }
  const {
    aws_cognito_identity_pool_id: identityPoolId,
    aws_user_pools_id: userPoolId,
    aws_cognito_mfa_configuration: mfa,
    aws_cognito_mfa_types: mfaTypes = [],
    aws_cognito_password_protection_settings: password,
    aws_cognito_username_attributes: usernames = [],
    aws_cognito_verification_mechanisms: verified = [],
    aws_cognito_signup_attributes: signUp = [],
    aws_cognito_social_providers: providers = [],
    oauth,
  } = source
  if (!identityPoolId && !userPoolId) return {}
  const requires = (kind: string) => !!password?.passwordPolicyCharacters?.includes(`REQUIRES_${kind}`)
  const email = usernames.includes('EMAIL')
  const phone = usernames.includes('PHONE_NUMBER')
  return {
    Auth: {
      Cognito: {
        identityPoolId,
        allowGuestAccess: source.aws_mandatory_sign_in !== 'enable',
        signUpVerificationMethod: source.aws_cognito_sign_up_verification_method,
        userPoolId,
        userPoolClientId: source.aws_user_pools_web_client_id,
        userAttributes: required([...verified, ...signUp]),
        mfa: mfa && {
          status: mfa.toLowerCase(),
          totpEnabled: mfaTypes.includes('TOTP'),
          smsEnabled: mfaTypes.includes('SMS'),
        },
        passwordFormat: password && {
          minLength: password.passwordPolicyMinLength,
          requireLowercase: requires('LOWERCASE'),
          requireUppercase: requires('UPPERCASE'),
          requireNumbers: requires('NUMBERS'),
          requireSpecialCharacters: requires('SYMBOLS'),
        },
        loginWith: {
          username: !email && !phone,
          email,
          phone,
          ...(oauth &&
            Object.keys(oauth)[0] && {
              oauth: {
                domain: oauth.domain,
                scopes: oauth.scope,
                redirectSignIn: oauth.redirectSignIn?.split(',') ?? [],
                redirectSignOut: oauth.redirectSignOut?.split(',') ?? [],
                responseType: oauth.responseType,
                ...(providers[0] && {
                  providers: providers.map((name) => name[0] + name.slice(1).toLowerCase()),
                }),
              },
            }),
        },
      },
    },
  } as unknown as ResourcesConfig
}

const mfaStatus: Record<string, string> = { OPTIONAL: 'optional', REQUIRED: 'on' }

const providerNames: Record<string, string> = {
  GOOGLE: 'Google',
  LOGIN_WITH_AMAZON: 'Amazon',
  FACEBOOK: 'Facebook',
  SIGN_IN_WITH_APPLE: 'Apple',
}

function parseOutputs({ auth }: AmplifyOutputs): ResourcesConfig {
  if (!auth) return {}
  const { identity_pool_id, password_policy, mfa_configuration, oauth, username_attributes } = auth
  const { standard_required_attributes, passwordless, unauthenticated_identities_enabled } = auth
  return {
    Auth: {
      Cognito: {
        userPoolId: auth.user_pool_id,
        userPoolClientId: auth.user_pool_client_id,
        groups: auth.groups,
        ...(identity_pool_id && { identityPoolId: identity_pool_id }),
        ...(unauthenticated_identities_enabled && { allowGuestAccess: true }),
        ...(password_policy && {
          passwordFormat: {
            minLength: password_policy.min_length ?? 6,
            requireLowercase: password_policy.require_lowercase,
            requireUppercase: password_policy.require_uppercase,
            requireNumbers: password_policy.require_numbers,
            requireSpecialCharacters: password_policy.require_symbols,
          },
        }),
        ...(mfa_configuration && {
          mfa: {
            status: mfaStatus[mfa_configuration] ?? 'off',
            smsEnabled: auth.mfa_methods?.includes('SMS'),
            totpEnabled: auth.mfa_methods?.includes('TOTP'),
          },
        }),
        ...((oauth || username_attributes) && {
          loginWith: {
            ...(oauth && {
              oauth: {
                domain: oauth.domain,
                redirectSignIn: oauth.redirect_sign_in_uri,
                redirectSignOut: oauth.redirect_sign_out_uri,
                responseType: oauth.response_type === 'token' ? 'token' : 'code',
                scopes: oauth.scopes,
                providers: (oauth.identity_providers ?? []).flatMap((name) => providerNames[name] ?? []),
              },
            }),
            ...(username_attributes && {
              email: username_attributes.includes('email'),
              phone: username_attributes.includes('phone_number'),
              username: username_attributes.includes('username'),
            }),
          },
        }),
        ...(standard_required_attributes && { userAttributes: required(standard_required_attributes) }),
        ...(passwordless && {
          passwordless: {
            emailOtpEnabled: passwordless.email_otp_enabled,
            smsOtpEnabled: passwordless.sms_otp_enabled,
            webAuthn: passwordless.web_authn && {
              relyingPartyId: passwordless.web_authn.relying_party_id,
              userVerification: passwordless.web_authn.user_verification,
            },
            preferredChallenge: passwordless.preferred_challenge,
          },
        }),
      },
    },
  } as unknown as ResourcesConfig
}
