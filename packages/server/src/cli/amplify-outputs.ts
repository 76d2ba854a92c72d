import { type AppClient, isForRedirects } from '../clients/app-client.js'
import { isFlowEnabled } from '../clients/auth-flows.js'
import type { Queryable } from '../db/schema.js'
import { identityPoolOfRow } from '../identity-pools/identity-pool.js'
import { type PoolRules, rulesOf } from '../pools/rules.js'
import { poolSchema } from '../pools/schema.js'
import type { UserPool } from '../pools/user-pool.js'

/** How the file calls what the API calls `MfaConfiguration`. */
const MFA_CONFIGURATION = { OFF: 'NONE', ON: 'REQUIRED', OPTIONAL: 'OPTIONAL' }

interface Places {
  /** Where the pages and endpoints of OAuth are: a host, with its port. */
  readonly domain: string
  /** The domain that passkeys are for, where there is one. */
  readonly relyingPartyId: string | undefined
}

/** A pool and an app client as an `amplify_outputs.json` describes them. What this server does not have is left out. */
export async function amplifyOutputs(
  db: Queryable,
  pool: UserPool,
  client: AppClient,
  { domain, relyingPartyId }: Places,
) {
  const userPoolClientId = client.id
  const rules = rulesOf(pool)
  const { mfa, password } = rules
  const identityPool = await findIdentityPoolOf(db, pool.id, userPoolClientId)
  const groups = await db
    .selectFrom('groups')
    .select(['name', 'precedence'])
    .where('user_pool_id', '=', pool.id)
    .orderBy('name')
    .execute()
  return {
    auth: {
      user_pool_id: pool.id,
      aws_region: pool.id.slice(0, pool.id.indexOf('_')),
      user_pool_client_id: userPoolClientId,
      ...(identityPool && { identity_pool_id: identityPool.id }),
      mfa_methods: [
        ...(mfa.sms ? ['SMS'] : []),
        ...(mfa.totp ? ['TOTP'] : []),
        ...(mfa.email ? ['EMAIL'] : []),
      ],
      standard_required_attributes: poolSchema(pool)
        .filter(({ name, required }) => required && name !== 'sub' && !name.includes(':'))
        .map(({ name }) => name),
      username_attributes: loginNames(rules),
      user_verification_types: rules.autoVerified,
      // The lowest number first, then what has none, as they count.
      groups: groups
        .sort((a, b) => (a.precedence ?? Number.MAX_SAFE_INTEGER) - (b.precedence ?? Number.MAX_SAFE_INTEGER))
        .map(({ name, precedence }) => ({ [name]: precedence === null ? {} : { precedence } })),
      mfa_configuration: MFA_CONFIGURATION[mfa.mode],
      password_policy: {
        min_length: password.MinimumLength,
        require_lowercase: password.RequireLowercase,
        require_numbers: password.RequireNumbers,
        require_symbols: password.RequireSymbols,
        require_uppercase: password.RequireUppercase,
      },
      ...(isForRedirects(client) && { oauth: oauthOutputs(client, domain) }),
      ...(rules.passwordless &&
        isFlowEnabled(client, 'USER_AUTH') && { passwordless: passwordlessOutputs(rules, relyingPartyId) }),
      unauthenticated_identities_enabled: identityPool?.settings.AllowUnauthenticatedIdentities ?? false,
    },
    version: '1.4',
  }
}

/** How the file calls providers, beside those that a pool names itself. */
const PROVIDERS: Readonly<Record<string, string>> = {
  Google: 'GOOGLE',
  Facebook: 'FACEBOOK',
  LoginWithAmazon: 'LOGIN_WITH_AMAZON',
  SignInWithApple: 'SIGN_IN_WITH_APPLE',
}

const oauthOutputs = ({ settings }: AppClient, domain: string) => ({
  identity_providers: (settings.SupportedIdentityProviders ?? []).flatMap((name) => PROVIDERS[name] ?? []),
  domain,
  scopes: settings.AllowedOAuthScopes ?? [],
  redirect_sign_in_uri: settings.CallbackURLs ?? [],
  redirect_sign_out_uri: settings.LogoutURLs ?? [],
  response_type: settings.AllowedOAuthFlows?.includes('code') ? 'code' : 'token',
})

/** What a user may begin a sign-in with beside a password. Amplify UI offers what is said here, and nothing else. */
const passwordlessOutputs = ({ firstFactors, passkeys }: PoolRules, relyingPartyId: string | undefined) => ({
  email_otp_enabled: firstFactors.includes('EMAIL_OTP'),
  sms_otp_enabled: firstFactors.includes('SMS_OTP'),
  ...(firstFactors.includes('WEB_AUTHN') &&
    relyingPartyId !== undefined && {
      web_authn: {
        relying_party_id: relyingPartyId,
        user_verification: passkeys.verified ? 'required' : 'preferred',
      },
    }),
})

/** The oldest identity pool that takes the client's tokens. */
async function findIdentityPoolOf(db: Queryable, userPoolId: string, clientId: string) {
  const rows = await db.selectFrom('identity_pools').selectAll().orderBy('created_at').orderBy('id').execute()
  return rows
    .map(identityPoolOfRow)
    .find(({ settings }) =>
      settings.CognitoIdentityProviders?.some(
        ({ ProviderName, ClientId }) => ProviderName?.endsWith(`/${userPoolId}`) && ClientId === clientId,
      ),
    )
}

/** What users sign in with: addresses in the place of a username, or a username and its aliases. */
const loginNames = ({ usernameAttributes, aliasAttributes }: PoolRules): readonly string[] =>
  usernameAttributes.length > 0
    ? usernameAttributes
    : // The file has no word for a preferred username, which is typed where the username is.
      ['username', ...aliasAttributes.filter((name) => name !== 'preferred_username')]
