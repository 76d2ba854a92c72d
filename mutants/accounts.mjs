import { of } from './mistakes.mjs'

/** Mistakes that an earlier suite did not notice: second limits, other clients and pools, and what comes later. */
export const accounts = [
  ...of('packages/server/src/users/quota.ts', ['quotas', 'guesses', 'password-reset', 'sessions'], {
    'wrong reset codes are not limited': ['ConfirmForgotPassword: 15,', 'ConfirmForgotPassword: 1500,'],
    'codes of attributes are not limited': ['VerifyUserAttribute: 15,', 'VerifyUserAttribute: 1500,'],
    'the window of a quota never starts again': [
      'used: sql<number>`case when ${expired} then 1 else',
      'used: sql<number>`case when false then 1 else',
    ],
  }),
  ...of('packages/server/src/operations/verify-user-attribute.ts', ['quotas', 'guesses', 'attributes'], {
    'calls about codes of attributes are not counted': [
      "await spendQuota(context, tx, user.id, 'VerifyUserAttribute')",
      '',
    ],
    'a code of the e-mail address proves the phone number': [
      '        attribute,\n        use: true,',
      '        use: true,',
    ],
  }),
  ...of(
    'packages/server/src/flows/confirm-forgot-password.ts',
    ['quotas', 'guesses', 'password-reset', 'sessions'],
    {
      'guesses at reset codes are not counted': [
        "await spendQuota(context, tx, subject, 'ConfirmForgotPassword')",
        '',
      ],
      'sessions go on after a reset': ['await endSessions(context, tx, proven.id)', ''],
    },
  ),
  ...of('packages/server/src/users/user.ts', ['sign-in', 'admin-users', 'sessions', 'user-names'], {
    'users of other pools are found by their id': [
      "    .where('user_pool_id', '=', p.userPoolId)\n    .limit(ONE)\n",
      '    .limit(ONE)\n',
    ],
    'names of other pools are found': [".where('n.user_pool_id', '=', p.userPoolId)", ''],
  }),
  ...of('packages/server/src/tokens/token-family.ts', ['sessions', 'rotation', 'client-secrets'], {
    'tokens of other clients are good': [
      'family.clientId === client.id && family.userPoolId === client.userPoolId',
      'family.userPoolId === client.userPoolId',
    ],
    'refresh tokens live on after a sign-out everywhere': [
      "    .where('user_id', '=', userId)\n    .where('revoked_at', 'is', null)\n    .execute()\n}\n\n/** Signs a user out everywhere but",
      "    .where('user_id', '=', 'nobody')\n    .where('revoked_at', 'is', null)\n    .execute()\n}\n\n/** Signs a user out everywhere but",
    ],
    'a rotation counts two times': [".where('generation', '=', p.generation)", ''],
  }),
  ...of('packages/server/src/tokens/access-token.ts', ['sessions'], {
    'access tokens without origin_jti are good after a sign-out everywhere': [
      'findSignIn(context.db, claims.origin_jti ?? claims.event_id)',
      "findSignIn(context.db, claims.origin_jti ?? '')",
    ],
    'access tokens of users who are disabled are good': ['if (!user.enabled) throw', 'if (false) throw'],
  }),
  ...of('packages/server/src/flows/revoke.ts', ['sessions', 'client-secrets', 'rotation'], {
    'clients revoke tokens of others': [
      'if (!isSignedInThrough(client, signIn.family)) throw',
      'if (false) throw',
    ],
    'tokens are revoked where the client does not allow it': [
      'if (!revocationEnabled(client)) throw',
      'if (false) throw',
    ],
  }),
  ...of('packages/server/src/operations/kinds.ts', ['client-secrets', 'sessions', 'rotation'], {
    'tokens are refreshed and revoked without the secret': [
      'if (client.secrets.length > 0 && input.ClientSecret === undefined)',
      'if (false)',
    ],
    'tokens are refreshed and revoked with a wrong secret': [
      'if (!isClientSecret(context, client, input.ClientSecret)) throw',
      'if (false) throw',
    ],
  }),
  ...of('packages/server/src/operations/get-user-attribute-verification-code.ts', ['attributes'], {
    'a repeated code goes to the address that is to be replaced': [
      'const to = pendingValue ?? current.attributes[attribute]',
      'const to = current.attributes[attribute]',
    ],
  }),
  ...of('packages/server/src/db/tables.ts', ['expiry', 'transfer'], {
    'expired codes are forgotten at once': [
      "expires: { column: 'expires_at', after: DAY },",
      "expires: { column: 'expires_at', after: -HOUR },",
    ],
    'users cannot be searched for after an import': [
      "user_search: { sealed: {}, moves: { withUser: 'user_id' }",
      "user_search: { sealed: {}, moves: { stays: '' }",
    ],
    'earlier passwords may be chosen after an import': [
      "sealed: { sealed_verifier: ['srp-verifier', 'user_id'] },\n    moves: { withUser: 'user_id' }",
      "sealed: { sealed_verifier: ['srp-verifier', 'user_id'] },\n    moves: { stays: '' }",
    ],
    'devices are forgotten by an import': [
      "sealed: { sealed_verifier: ['device-verifier', 'key'] },\n    moves: { withUser: 'user_id' }",
      "sealed: { sealed_verifier: ['device-verifier', 'key'] },\n    moves: { stays: '' }",
    ],
  }),
  ...of('packages/server/src/users/save-password.ts', ['lockout', 'wrong-guesses', 'password-reset'], {
    'a lock outlives a reset': ['await forgivePasswordAttempts(tx, user.id)', ''],
    'reset codes outlive the password': [
      ".where('purpose', '=', 'reset-password')",
      ".where('purpose', '=', 'sign-up')",
    ],
  }),
  ...of('packages/server/src/operations/change-password.ts', ['guesses', 'quotas', 'sessions'], {
    'wrong previous passwords are not counted': [
      'await countPasswordAttempt(context, tx, user.id, right)',
      '',
    ],
    'changes of a password are not limited': [
      "await spendQuota(context, context.db, user.id, 'ChangePassword')",
      '',
    ],
    'every previous password is right': ['if (!right) return errors.incorrectUsernameOrPassword()', ''],
    'other sessions go on after a change of the password': [
      'await endSessions(context, tx, user.id, familyId)',
      '',
    ],
  }),
  ...of('packages/server/src/users/password-attempts.ts', ['lockout', 'wrong-guesses'], {
    'locks have no longest time': [
      'const LONGEST_FROM = FREE_FAILURES + 10',
      'const LONGEST_FROM = FREE_FAILURES + 20',
    ],
  }),
  ...of('packages/server/src/users/password.ts', ['password-arithmetic', 'unknown-users'], {
    'unknown users cost no exponentiation': [
      'const given = verifierOf(pool, identity, password, BigInt(`0x${salt}`))',
      'const given = exists ? verifierOf(pool, identity, password, BigInt(`0x${salt}`)) : 0n',
    ],
  }),
  ...of('packages/server/src/tokens/issue.ts', ['sessions', 'app-clients', 'sign-in'], {
    'ID tokens live as long as access tokens': [
      'exp: seconds(idTokenLifetime(client))',
      'exp: seconds(accessTokenLifetime(client))',
    ],
  }),
  ...of('packages/server/src/codes/verification-code.ts', ['wrong-guesses', 'sign-up', 'password-reset'], {
    'codes are good after any number of guesses': [
      '(row.wrong_guesses < MAX_WRONG_GUESSES && matches',
      '(matches',
    ],
    'codes are good again': ["if (found.used_at !== null) return { is: 'used' }", ''],
    'codes do not expire': ['if (found.expires_at <= now) return', 'if (false) return'],
  }),
  ...of('packages/auth/src/context/deadline.ts', ['auth:transport', 'auth:context', 'auth:refresh'], {
    'calls without a time limit fail at once': ['if (milliseconds < 2 ** 31) {', '{'],
  }),
  ...of('packages/auth/src/session/get-tokens.ts', ['auth:refresh'], {
    'tokens are not refreshed when the ID token alone has run out': [
      '![accessToken, idToken].some(',
      '![accessToken].some(',
    ],
  }),
]
