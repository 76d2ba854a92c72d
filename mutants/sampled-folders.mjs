import { readdirSync } from 'node:fs'

const named = (folder) => (names) => names.split(' ').map((name) => `packages/${folder}/test/${name}.test.ts`)
const server = named('server')
const client = named('auth')

/** Folders of sources, and the test files that are about them: the quick ones first. */
export const FOLDERS = {
  'packages/server/src/domains': server('domains oauth-endpoints'),
  'packages/server/src/resource-servers': server('pools-apart oauth-clients oauth-token'),
  'packages/server/src/tls': server('tls'),
  'packages/server/src/branding': server('pools-apart branding branding-rules'),
  'packages/server/src/identity-pools': server(
    'identity-links identity-rules identity-pools identity-roles developer-identities identity-logins foreign-token guests rotated-keys moved-identities declared-identity-pools stock-sdk-identity-pools audit query-plans',
  ),
  'packages/server/src/federation': server(
    'pools-apart federation-rules identity-providers federated-sign-in federation-attacks federation-triggers linked-users saml saml-idp-initiated saml-sign-out saml-encryption social-providers sso-providers apple-client-secret rotated-keys identity-logins audit',
  ),
  'packages/server/src/oauth': server(
    'managed-login-details managed-login-steps oauth-code oauth-token oauth-endpoints oauth-clients rfc9700-codes rfc9700-redirects rfc9700-tokens managed-login managed-login-guards managed-login-contract branding federated-sign-in sso-providers saml saml-idp-initiated saml-sign-out confirmation-link added-passkeys audit',
  ),
  'packages/server/src/clients': server(
    'app-clients client-secrets secret-hash client-providers oauth-clients attributes admin-auth sessions two-servers statements update-user-pool oauth-endpoints sign-in-existence',
  ),
  'packages/server/src/groups': server('groups triggers/tokens'),
  'packages/server/src/keys': server(
    'pool-keys statements signing-keys rotated-keys root-key-exchange start-together',
  ),
  'packages/server/src/codes': server(
    'sign-up wrong-guesses password-reset attributes confirmation-link quotas existence unknown-users message-limits',
  ),
  'packages/server/src/tokens': server(
    'device-type sessions rotation log-subjects user-sessions devices client-secrets app-clients oauth-code oauth-token sso-providers rfc9700-tokens saml-sign-out oauth-endpoints managed-login-guards triggers/tokens',
  ),
  'packages/server/src/users': server(
    'sign-up attributes user-pool-schema admin-users user-names admin-create-user list-users quotas lockout password-history password-reset choice first-factor-codes passwordless-users devices passkey-registration passkey-sign-in added-passkeys passkey-autofill second-factors unknown-users choice-of-unknown-users linked-users federated-sign-in deleted-meanwhile password-arithmetic statements query-plans disk-full sign-in-existence',
  ),
  'packages/server/src/flows': [
    ...server(
      'model/decide sign-in sign-up password-reset new-password attributes choice first-factor-codes second-factors devices lockout sessions rotation expiry sign-in-existence passkey-registration passkey-sign-in passwordless-users confirmation-link quotas admin-users user-pool-schema triggers/sign-in triggers/sign-up triggers/migration-by-choice triggers/tokens triggers/custom-auth long-sessions statements device-type passkey-autofill choice-of-unknown-users unknown-users secret-hash user-sessions log-subjects audit managed-login oauth-token existence model/walks',
    ),
    ...client('made-sessions'),
  ],
  'packages/server/src/http': server(
    'protocol odd-requests development injected-faults next-message health limits message-limits failures foreign-pages log-subjects social-providers identity-logins identity-roles oauth-endpoints admin-credentials addresses disk-full added-passkeys deleted-meanwhile operation-kinds tls audit existence',
  ),
  'packages/server/src/transfer': server('transfer root-key-exchange moved-identities'),
  'packages/server/src/operations': server(
    'pools-apart operation-kinds groups user-pools app-clients client-secrets admin-users admin-create-user list-users devices sessions user-sessions attributes update-user-pool identity-providers linked-users domains branding branding-rules second-factors choice passwordless-users passkey-autofill admin-auth protocol stock-sdk-mfa pool-rules triggers/sign-up triggers/custom-auth',
  ),
  'packages/server/src/pools': server(
    'pools-apart user-pools update-user-pool pool-rules signing-keys oauth-endpoints',
  ),
  'packages/server/src/delivery': server('query-plans message-limits delivery attributes failures'),
  'packages/server/src/config': server('config development declared-identity-pools start-together cli-serve'),
  'packages/server/src/cli': server('cli-outputs cli cli-operating rotated-keys'),
  'packages/server/src/expiry-cleanup.ts': server('expiry guests'),
  'packages/auth/src': client(
    'sign-in sign-up sign-out password user-attributes delete-user confirm-sign-in second-factors choice custom-sign-in devices passkeys passkey-sign-in auto-sign-in config context credentials redirect redirect-wire redirect-loading popup refresh other-tabs tabs events transport wire storage-keys full-storage srp decode-jwt steps platform',
  ),
}

/** The sources of a folder, or one that is in none. */
export function filesOf(folder) {
  if (folder.endsWith('.ts')) return [folder]
  return readdirSync(folder, { recursive: true })
    .filter((name) => /\.tsx?$/.test(name))
    .sort()
    .map((name) => `${folder}/${name}`)
}
