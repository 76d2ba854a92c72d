import { authError } from '../errors.js'
import type { AmplifyOutputs, AwsExports, ResourcesConfig } from './config.js'

type Joined<Name> = Name extends `${infer Word}_${infer Rest}` ? `${Word}${Capitalize<Joined<Rest>>}` : Name

type CamelName<Name> = Joined<
  Name extends `aws_${infer Rest}` ? (Rest extends `cognito_${infer Last}` ? Last : Rest) : Name
>

type CamelCase<Source> = Source extends unknown[]
  ? Source
  : Source extends object
    ? { [Name in keyof Source as CamelName<Name>]?: CamelCase<Source[Name]> }
    : Source

/**
 * The same values under `camelCase` names at every depth, without the `aws_` or `aws_cognito_` in front. What is
 * in a list stays as it is: there the names are the pool's own.
 */
const camelCase = <Source>(source: Source): CamelCase<Source> =>
  (Object(source) !== source || Array.isArray(source)
    ? source
    : Object.fromEntries(
        Object.entries(source as object).map(([name, value]) => [
          name.replace(/^aws_(?:cognito_)?|_(.)/g, (_, letter = '') => letter.toUpperCase()),
          camelCase(value),
        ]),
      )) as CamelCase<Source> // What the replacement does to the names is what CamelCase does to their types.

/**
 * Any of the three shapes of configuration, as `{ Auth: { Cognito } }`; other categories are left out.
 *
 * aws-exports and amplify_outputs.json hold the same things under names that differ little, so both are read
 * by the same lines. They are generated: values are taken over as they are, and one that is missing is found
 * out by the call that needs it. That is why the result is cast.
 */
export function parseConfig(config: ResourcesConfig | AmplifyOutputs | AwsExports): ResourcesConfig {
  const isExports = Object.keys(config).some((key) => key.startsWith('aws_'))
  // Whatever else has a version is not ours to refuse.
  if (!isExports && !(config as AmplifyOutputs).version?.startsWith('1')) return config as ResourcesConfig
  if (isExports && !('aws_project_region' in config)) {
    throw authError(
      'InvalidParameterException',
      'Invalid config parameter.',
      'Ensure passing the config object imported from  `amplifyconfiguration.json`.',
    )
  }
  const source = camelCase<Partial<AwsExports & NonNullable<AmplifyOutputs['auth']>>>(
    (isExports ? config : ((config as AmplifyOutputs).auth ?? {})) as never,
  )
  const { userPoolId = source.userPoolsId, identityPoolId, mfaConfiguration, passwordPolicy, oauth } = source
  if (!userPoolId && !identityPoolId) return {}
  // Without a list aws-exports means "no", and amplify_outputs.json does not say.
  const none = isExports ? [] : undefined
  const { verificationMechanisms = [], signupAttributes = [], passwordProtectionSettings: old } = source
  const mfaMethods = source.mfaMethods ?? source.mfaTypes ?? none
  const usernames = (source.usernameAttributes ?? none)?.map((name) => name.toLowerCase())
  const email = usernames?.includes('email')
  const phone = usernames?.includes('phone_number')
  const requires = (kind: 'Lowercase' | 'Uppercase' | 'Numbers' | 'Symbols') =>
    passwordPolicy
      ? passwordPolicy[`require${kind}`]
      : !!old?.passwordPolicyCharacters?.includes(`REQUIRES_${kind.toUpperCase()}`)
  const required = isExports
    ? [...verificationMechanisms, ...signupAttributes]
    : source.standardRequiredAttributes
  // Amplify's tool writes an empty list where there are none, and Amplify reads nothing then.
  const social = source.socialProviders?.length ? source.socialProviders : undefined
  const providers = isExports ? social : (oauth?.identityProviders ?? [])
  return {
    Auth: {
      Cognito: {
        userPoolId,
        userPoolClientId: source.userPoolClientId ?? source.userPoolsWebClientId,
        identityPoolId,
        groups: source.groups,
        allowGuestAccess: isExports
          ? source.mandatorySignIn !== 'enable'
          : source.unauthenticatedIdentitiesEnabled || undefined,
        signUpVerificationMethod: source.signUpVerificationMethod,
        userAttributes:
          required && Object.fromEntries(required.map((name) => [name.toLowerCase(), { required: true }])),
        mfa: mfaConfiguration && {
          status: { REQUIRED: 'on', NONE: 'off' }[mfaConfiguration] ?? mfaConfiguration.toLowerCase(),
          totpEnabled: mfaMethods?.includes('TOTP'),
          smsEnabled: mfaMethods?.includes('SMS'),
        },
        passwordFormat: (passwordPolicy ?? old) && {
          minLength: passwordPolicy ? (passwordPolicy.minLength ?? 6) : old?.passwordPolicyMinLength,
          requireLowercase: requires('Lowercase'),
          requireUppercase: requires('Uppercase'),
          requireNumbers: requires('Numbers'),
          requireSpecialCharacters: requires('Symbols'),
        },
        loginWith: (usernames || oauth) && {
          username: isExports ? !email && !phone : usernames?.includes('username'),
          email,
          phone,
          oauth: oauth?.domain && {
            domain: oauth.domain,
            scopes: oauth.scopes ?? oauth.scope,
            redirectSignIn: oauth.redirectSignInUri ?? oauth.redirectSignIn?.split(',') ?? [],
            redirectSignOut: oauth.redirectSignOutUri ?? oauth.redirectSignOut?.split(',') ?? [],
            responseType: isExports || oauth.responseType === 'token' ? oauth.responseType : 'code',
            // Of LOGIN_WITH_AMAZON and SIGN_IN_WITH_APPLE the last word; amplify_outputs.json may name others.
            providers: providers
              ?.map((name) => name.replace(/.*_/, '').replace(/\B./g, (letter) => letter.toLowerCase()))
              .filter((name) => isExports || /^(Google|Facebook|Amazon|Apple)$/.test(name)),
          },
        },
        passwordless: source.passwordless,
      },
    },
  } as unknown as ResourcesConfig
}
