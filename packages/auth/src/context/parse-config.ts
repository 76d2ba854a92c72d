import { authError } from '../errors.js'
import type { AmplifyOutputs, AwsExports, ResourcesConfig } from './config.js'

type Joined<Name> = Name extends `${infer Word}_${infer Rest}` ? `${Word}${Capitalize<Joined<Rest>>}` : Name

type CamelCase<Name> = Joined<
  Name extends `aws_${infer Rest}` ? (Rest extends `cognito_${infer Last}` ? Last : Rest) : Name
>

/** The same values under `camelCase` names, without the `aws_` or `aws_cognito_` in front. */
const camelCase = <Source extends object>(source: Source | undefined) =>
  Object.fromEntries(
    Object.entries(source ?? {}).map(([name, value]) => [
      name.replace(/^aws_(cognito_)?/, '').replace(/_(.)/g, (_, letter: string) => letter.toUpperCase()),
      value,
    ]),
    // What the replacements do to the names is what CamelCase does to their types.
  ) as { [Name in keyof Source as CamelCase<Name>]?: Source[Name] }

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
  const source = camelCase<AwsExports & NonNullable<AmplifyOutputs['auth']>>(
    (isExports ? config : (config as AmplifyOutputs).auth) as never,
  )
  const { userPoolId = source.userPoolsId, identityPoolId, mfaConfiguration, oauth, passwordless } = source
  if (!userPoolId && !identityPoolId) return {}
  // Without a list aws-exports means "no", and amplify_outputs.json does not say.
  const has = (list: string[] | undefined, name: string) =>
    list?.includes(name) ?? (isExports ? false : undefined)
  const usernames = source.usernameAttributes?.map((name) => name.toLowerCase())
  const email = has(usernames, 'email')
  const phone = has(usernames, 'phone_number')
  const { requireSymbols, minLength = 6, ...policy } = camelCase(source.passwordPolicy)
  const old = source.passwordProtectionSettings
  const requires = (kind: string) => has(old?.passwordPolicyCharacters, `REQUIRES_${kind}`)
  const mfaTypes = source.mfaMethods ?? source.mfaTypes
  const { verificationMechanisms = [], signupAttributes = [] } = source
  const required = isExports
    ? [...verificationMechanisms, ...signupAttributes]
    : source.standardRequiredAttributes
  const login = camelCase(oauth)
  const redirects = (old: string | undefined, uris: string[] | undefined) => uris ?? old?.split(',') ?? []
  const providers = isExports ? source.socialProviders : (login.identityProviders ?? [])
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
          totpEnabled: has(mfaTypes, 'TOTP'),
          smsEnabled: has(mfaTypes, 'SMS'),
        },
        passwordFormat: source.passwordPolicy
          ? { ...policy, minLength, requireSpecialCharacters: requireSymbols }
          : old && {
              minLength: old.passwordPolicyMinLength,
              requireLowercase: requires('LOWERCASE'),
              requireUppercase: requires('UPPERCASE'),
              requireNumbers: requires('NUMBERS'),
              requireSpecialCharacters: requires('SYMBOLS'),
            },
        loginWith: (isExports || usernames || oauth) && {
          username: isExports ? !email && !phone : has(usernames, 'username'),
          email,
          phone,
          oauth: login.domain && {
            domain: login.domain,
            scopes: login.scopes ?? login.scope,
            redirectSignIn: redirects(login.redirectSignIn, login.redirectSignInUri),
            redirectSignOut: redirects(login.redirectSignOut, login.redirectSignOutUri),
            responseType: isExports || login.responseType === 'token' ? login.responseType : 'code',
            // Of LOGIN_WITH_AMAZON and SIGN_IN_WITH_APPLE the last word; amplify_outputs.json may name others.
            providers: providers
              ?.map((name) => name.replace(/.*_/, '').replace(/\B./g, (letter) => letter.toLowerCase()))
              .filter((name) => isExports || /^(Google|Facebook|Amazon|Apple)$/.test(name)),
          },
        },
        passwordless: passwordless && {
          ...camelCase(passwordless),
          webAuthn: passwordless.web_authn && camelCase(passwordless.web_authn),
        },
      },
    },
  } as unknown as ResourcesConfig
}
