import { authError } from '../errors.js'
import type { AmplifyOutputs, AwsExports, ResourcesConfig } from './config.js'

type Joined<Name> = Name extends `${infer Word}_${infer Rest}` ? `${Word}${Capitalize<Joined<Rest>>}` : Name

type CamelName<Name> = Joined<
  Name extends `aws_${infer Rest}`
    ? Rest extends `cognito_${infer Last}`
      ? Last
      : Rest
    : Name extends `${infer Rest}_uri`
      ? Rest
      : Name
>

type CamelCase<Source> = Source extends unknown[]
  ? Source
  : Source extends object
    ? { [Name in keyof Source as CamelName<Name>]?: CamelCase<Source[Name]> }
    : Source

const capital = (_: string, letter = '') => letter.toUpperCase()

/**
 * The same values under `camelCase` names at every depth, without `aws_` or `aws_cognito_` in front and `_uri` behind. In
 * the text of a JSON object a quote and a colon after a word end a name, and nothing else. What the replacement does to
 * the names is what CamelCase does to their types.
 */
const camelCase = <Source>(source: Source): CamelCase<Source> =>
  JSON.parse(JSON.stringify(source).replace(/(?:aws_(?:cognito_)?|_uri|_(.))(?=\w*":)/g, capital))

/** What either file may hold. */
type File = Partial<AwsExports & NonNullable<AmplifyOutputs['auth']>>

/** A password policy of either file: each has members of its own. */
type Policy = NonNullable<AwsExports['aws_cognito_password_protection_settings']> &
  CamelCase<NonNullable<File['password_policy']>>

type Source = CamelCase<File> & { passwordPolicy?: Policy; passwordProtectionSettings?: Policy }

/**
 * Any of the three shapes of configuration, as `{ Auth: { Cognito } }`; other categories are left out.
 *
 * aws-exports and amplify_outputs.json hold the same things under names that differ little, so both are read
 * by the same lines. They are generated: values are taken over as they are, `null` where Amplify does so, and one that
 * is missing is found out by the call that needs it. That is why the result is cast.
 */
export const parseConfig = (
  config: Partial<ResourcesConfig & AmplifyOutputs & AwsExports>,
): ResourcesConfig => {
  // What is tested is made a text: that is what the casts in here stand for.
  const isExports = /(^|,)aws_/.test(Object.keys(config) as never)
  // Whatever else has a version is not ours to refuse.
  const file = (isExports ? config : /^1/.test(config.version as never) && (config.auth ?? {})) as
    | File
    | false
  // What aws-exports does not list is not so; amplify_outputs.json does not say.
  const none = isExports ? [] : undefined
  const source: Source = camelCase<File>(file || {})
  const {
    userPoolId = source.userPoolsId,
    userPoolClientId = source.userPoolsWebClientId,
    identityPoolId,
    mfaConfiguration,
    mfaMethods = source.mfaTypes,
    usernameAttributes: usernames = none,
    passwordPolicy: policy = source.passwordProtectionSettings,
    oauth,
    socialProviders: providers = oauth?.identityProviders ?? [],
    passwordless,
  } = source
  const hasPool = userPoolId || identityPoolId
  // Amplify v5 had beside `Auth`, or in it, what is in `Cognito` now.
  const isOld = !hasPool && /pool/i.test(Object.keys(config.Auth ?? none ?? config) as never)
  if (isOld || (isExports && !('aws_project_region' in config))) {
    throw authError(
      'InvalidParameterException',
      'Invalid config parameter.',
      isOld
        ? 'Amplify v5 had this shape. Make sure to call configure in your app with userPoolId and userPoolClientId in { Auth: { Cognito } }.'
        : 'Ensure passing the config object imported from  `amplifyconfiguration.json`.',
    )
  }
  if (!hasPool) return file ? {} : config
  const has = (list: readonly string[] | null | undefined, name: string) =>
    (list ?? none)?.includes(isExports ? name.toUpperCase() : name)
  const email = has(usernames, 'email')
  const phone = has(usernames, 'phone_number')
  const requires = (kind: 'Lowercase' | 'Uppercase' | 'Numbers' | 'Symbols') =>
    has(policy?.passwordPolicyCharacters, `requires_${kind}`) ?? policy?.[`require${kind}`]
  const required = (source.standardRequiredAttributes ?? none)?.concat(
    source.verificationMechanisms ?? [],
    source.signupAttributes ?? [],
  )
  // One text in aws-exports, a list in amplify_outputs.json.
  const urls = (given: string | string[] | undefined) =>
    isExports ? ((given as string | undefined)?.split(',') ?? none) : given
  return {
    Auth: {
      Cognito: {
        userPoolId,
        userPoolClientId,
        identityPoolId: isExports || identityPoolId ? identityPoolId : undefined,
        // Names in here are the pool's own. What has a pool is a file.
        groups: (file as File).groups,
        allowGuestAccess: isExports
          ? source.mandatorySignIn !== 'enable'
          : source.unauthenticatedIdentitiesEnabled || undefined,
        signUpVerificationMethod: source.signUpVerificationMethod,
        userAttributes:
          required && Object.fromEntries(required.map((name) => [name.toLowerCase(), { required: true }])),
        mfa: mfaConfiguration
          ? {
              status: { REQUIRED: 'on', NONE: 'off' }[mfaConfiguration] ?? mfaConfiguration.toLowerCase(),
              totpEnabled: has(mfaMethods, 'TOTP'),
              smsEnabled: has(mfaMethods, 'SMS'),
            }
          : undefined,
        passwordFormat: policy
          ? {
              minLength: isExports ? policy.passwordPolicyMinLength : (policy.minLength ?? 6),
              requireLowercase: requires('Lowercase'),
              requireUppercase: requires('Uppercase'),
              requireNumbers: requires('Numbers'),
              requireSpecialCharacters: requires('Symbols'),
            }
          : undefined,
        loginWith:
          usernames || oauth || isExports
            ? {
                username: isExports ? !email && !phone : has(usernames, 'username'),
                email,
                phone,
                // Amplify's tools write an empty object, or an empty list below, where there is nothing.
                oauth:
                  oauth && `${Object.keys(oauth)}`
                    ? {
                        domain: oauth.domain,
                        scopes: isExports ? oauth.scope : oauth.scopes,
                        redirectSignIn: urls(oauth.redirectSignIn),
                        redirectSignOut: urls(oauth.redirectSignOut),
                        responseType:
                          isExports || oauth.responseType === 'token' ? oauth.responseType : 'code',
                        // Of LOGIN_WITH_AMAZON and SIGN_IN_WITH_APPLE the last word; amplify_outputs.json may name others.
                        providers:
                          isExports && !providers?.[0]
                            ? undefined
                            : providers
                                .filter((name) => isExports || /(GOOGLE|FACEBOOK|AMAZON|APPLE)$/.test(name))
                                .map((name) => name.toLowerCase().replace(/(?:.*_)?(.)/, capital)),
                      }
                    : undefined,
              }
            : undefined,
        passwordless: passwordless
          ? { ...passwordless, webAuthn: passwordless.webAuthn ?? undefined }
          : undefined,
      },
    },
  } as unknown as ResourcesConfig
}
