/**
 * Sampled mistakes that change nothing that anything outside could tell, each with its reason.
 *
 * @type {readonly { file: string, what: string, code: string, reason: string }[]}
 */
export const harmless = [
  {
    file: 'tokens/user-sessions.ts',
    what: 'no where',
    code: "tx.deleteFrom('sso_sessions').where('user_id', '=', userId)",
    reason: 'The hash that is left is that of one session, which was found among those of the user.',
  },
  {
    file: 'tokens/user-sessions.ts',
    what: 'no where',
    code: `tx
    .deleteFrom('authorization_codes')
    .where('user_id', '=', userId)`,
    reason: 'The same. The user is what the index finds codes by.',
  },
  {
    file: 'tokens/forget-device.ts',
    what: 'no where',
    code: `tx
    .updateTable('token_families')
    .set({ device_key: FORGOTTEN_DEVICE })
    .where('user_id', '=', userId)`,
    reason: 'The key that is left is random, and of one device.',
  },
  {
    file: 'federation/federated-identity.ts',
    what: 'no where',
    code: `db
    .selectFrom('federated_identities')
    .select(['attribute', 'subject', 'user_id'])
    .where('user_pool_id', '=', userPoolId)
    .where('provider', '=', name)
    .where('attribute', '!=', SUBJECT)
    .where('subject', 'in', values)`,
    reason: 'Of what is found, each is compared with the claims after that. It is about speed.',
  },
  {
    file: 'federation/identity-provider.ts',
    what: 'no where',
    code: `context.db
    .selectFrom('identity_providers')
    .selectAll()
    .where('id', '=', id)
    .where('user_pool_id', '=', userPoolId)`,
    reason:
      'An id is of one provider, and it comes with the pool from what this server has sealed. It is a second look.',
  },
  {
    file: 'users/device.ts',
    what: 'no where',
    code: `db
    .updateTable('devices')
    .set({ last_used_at: p.now, last_address: p.address })
    .where('user_id', '=', p.userId)`,
    reason:
      'The key that is left is random, and of one device. The user is what the primary key begins with.',
  },
  {
    file: 'users/passkey.ts',
    what: 'no where',
    code: `tx
    .deleteFrom('passkeys')
    .where('user_pool_id', '=', userPoolId)`,
    reason: 'The user that is left is of one pool. The pool is what the primary key begins with.',
  },
  {
    file: 'http/app.ts',
    what: 'always',
    code: 'second !== date.second',
    reason: 'The date of the same second is written once more, as the same text.',
  },
  {
    file: 'oauth/go-to-provider.ts',
    what: 'another number',
    code: '32',
    reason: 'A secret of one byte more. It is only compared.',
  },
  {
    file: 'oauth/sign-in-outcome.ts',
    what: 'only the right',
    code: 'choice && { choice }',
    reason: 'Without a choice the member is undefined, and JSON leaves it out.',
  },
  {
    file: 'oauth/sign-in-outcome.ts',
    what: 'always',
    code: "'options' in show",
    reason: 'Without the member there is nothing to show either way; the look is for the types.',
  },
  {
    file: 'tokens/access-token.ts',
    what: 'only the left',
    code: "typeof claims === 'object' && claims !== null && 'iss' in claims",
    reason: 'What is missing is no string, which is looked at next; the look is for the types.',
  },
  {
    file: 'tokens/sso-session.ts',
    what: 'another number',
    code: '32',
    reason: 'A secret of one byte more. It is hashed and compared.',
  },
  {
    file: 'tokens/token-overrides.ts',
    what: 'only the right',
    code: "preferredRole && { 'cognito:preferred_role': preferredRole }",
    reason: 'Without a role the claim is undefined, and JSON leaves it out.',
  },
  {
    file: 'keys/open-root-key.ts',
    what: 'no filter',
    code: "kept.filter(({ purpose }) => purpose === 'refresh-token')",
    reason: 'One more key to try a token with, under which none was ever made.',
  },
  {
    file: 'transfer/exchange-root-key.ts',
    what: 'another number',
    code: '200',
    reason: 'Rows of a page: all are read, with one statement more or less.',
  },
  {
    file: 'transfer/export-data.ts',
    what: 'another number',
    code: '500',
    reason: 'Users of a page: all are written, with one statement more or less.',
  },
  {
    file: 'oauth/shown-providers.ts',
    what: 'never',
    code: "names.every((name) => name === 'COGNITO')",
    reason:
      'The database is asked for providers, and what it has is not shown either way. It is about speed.',
  },
  {
    file: 'oauth/with-redirects.ts',
    what: 'never',
    code: '!(error instanceof ErrorPage || error instanceof RedirectError)',
    reason:
      'A fault has no address to be sent to, so it becomes another fault, and the answer is 500 as before.',
  },
  {
    file: 'oauth/posted-answer.ts',
    what: 'another number',
    code: '262_144',
    reason: 'No form is long enough to come to it: their own limit is a quarter.',
  },
  {
    file: 'oauth/pages/texts/en.ts',
    what: 'another number',
    code: '1',
    reason: 'A challenge lives for three minutes at least, so nothing expires in one or two.',
  },
  {
    file: 'branding/settings.ts',
    what: 'only the right',
    code: "Array.isArray(value) && value.every((each: unknown) => (at(each, 'enforcement') ?? 'NONE') === 'NONE')",
    reason: 'What is no list has been refused before. The compiler does not know that.',
  },
  {
    file: 'branding/settings.ts',
    what: 'no slice',
    code: 'keys.slice(1)',
    reason:
      'A setting would be a group as well, and is found among the settings before the groups are looked at.',
  },
  {
    file: 'identity-pools/verify-logins.ts',
    what: 'only the left',
    code: `signIn &&
    found &&
    isSignedInThrough(found.client, signIn.family) &&
    signIn.user.id === claims.sub &&
    signIn.user.enabled`,
    reason: 'A user who is disabled is signed out in the same transaction.',
  },
  {
    file: 'auth/src/oauth/complete.ts',
    what: 'another number',
    code: '0',
    reason: 'A later task is a later task, a millisecond more or less.',
  },
  {
    file: 'auth/src/oauth/custom-state.ts',
    what: 'only the right',
    code: 'escaped && unescape(escaped)',
    reason: 'Only what is there can fail to be decoded. It is about types.',
  },
  {
    file: 'auth/src/sign-in/choice-flow.ts',
    what: 'never',
    code: '!preferred',
    reason: 'Without a preference its parameter has no value, and JSON leaves it out.',
  },
  {
    file: 'auth/src/srp/power.ts',
    what: 'another number',
    code: '4608',
    reason: 'What is not folded down is divided, with the same remainder. It is about speed.',
  },
  {
    file: 'auth/src/srp/power.ts',
    what: 'another number',
    code: '32',
    reason: 'A table may have an entry more than there are digits. Other than that, the number is noticed.',
  },
  {
    file: 'flows/proceed.ts',
    what: 'always',
    code: 'answered.reason',
    reason: 'What is refused without a reason was explained by nothing before, and is explained by nothing.',
  },
  {
    file: 'flows/proceed.ts',
    what: 'always',
    code: 'refused',
    reason: 'A verdict other than to issue tokens asks or refuses, so that nothing else is decided there.',
  },
  {
    file: 'flows/srp.ts',
    what: 'another number',
    code: '768',
    reason: 'Secret blocks are of one length either way, and no client reads what is in one.',
  },
  {
    file: 'users/verify-passkey.ts',
    what: 'always',
    code: 'error instanceof Error',
    reason: 'The library throws nothing but errors.',
  },
  {
    file: 'flows/register-passkey.ts',
    what: 'always',
    code: 'error instanceof Error',
    reason: 'The library throws nothing but errors.',
  },
  {
    file: 'flows/offer.ts',
    what: 'another number',
    code: '4',
    reason: 'One random byte of a name is drawn from as well as another.',
  },
  {
    file: 'flows/proceed.ts',
    what: 'never',
    code: '!challenge',
    reason: 'The compiler asks for it: what comes with a first request chooses nothing.',
  },
  {
    file: 'groups/group-claims.ts',
    what: 'another number',
    code: '1',
    reason: 'It orders by its sign alone.',
  },
  {
    file: 'flows/offer.ts',
    what: '<=',
    code: 'bytes.readUInt8(index) < of256',
    reason: 'One name of 256 is drawn otherwise, and no name tells how it was drawn.',
  },
  {
    file: 'flows/settle.ts',
    what: 'always',
    code: '!isResult',
    reason: 'The compiler asks for it: what a function made of an answer is of no proof that is counted.',
  },
  {
    file: 'flows/srp.ts',
    what: 'another number',
    code: '64',
    reason: 'Secret blocks are of one length either way, and no client reads what is in one.',
  },
  {
    file: 'federation/provider-request.ts',
    what: 'always',
    code: "request && 'answerUrl' in request",
    reason: 'A sign-in has no address for the answer to a sign-out, so that no such answer would be right.',
  },
  {
    file: 'flows/answer.ts',
    what: 'always',
    code: "'right' in answered",
    reason: 'The compiler asks for it: what is not right names no user.',
  },
  {
    file: 'flows/offer.ts',
    what: 'only the right',
    code: 'state.shown && { shown: state.shown }',
    reason: 'What is undefined is not sealed, and is read like what is not there.',
  },
  {
    file: 'oauth/revoke.ts',
    what: 'always',
    code: 'error instanceof ServiceError',
    reason: 'What is looked up is used for errors of that class only.',
  },
  {
    file: 'flows/offer.ts',
    what: 'another number',
    code: '96',
    reason: 'One name of 256 is drawn otherwise, and no name tells how it was drawn.',
  },
  {
    file: 'flows/offer.ts',
    what: 'another number',
    code: '32',
    reason: 'One name of 256 is drawn otherwise, and no name tells how it was drawn.',
  },
  {
    file: 'flows/offer.ts',
    what: 'another number',
    code: '128',
    reason: 'One name of 256 is drawn otherwise, and no name tells how it was drawn.',
  },
  {
    file: 'flows/offer.ts',
    what: 'another number',
    code: '192',
    reason: 'One name of 256 is drawn otherwise, and no name tells how it was drawn.',
  },
  {
    file: 'flows/srp.ts',
    what: 'only the right',
    code: 'expected !== undefined && equalText(expected, signature)',
    reason: 'No client can find a number that leads to no key: it would have to invert a hash.',
  },
  {
    file: 'flows/custom.ts',
    what: 'always',
    code: "'CUSTOM_CHALLENGE'",
    reason: 'The compiler asks for it: a switch without a case that fits ends with nothing as well.',
  },
  {
    file: 'flows/device-after-code.ts',
    what: 'only the right',
    code: "challenge.name === 'SMS_MFA' && challenge.state.as === 'named'",
    reason: 'The compiler asks for it: functions name no codes but those by SMS.',
  },
  {
    file: 'flows/decide.ts',
    what: 'another number',
    code: '0',
    reason: 'A temporary password without a time is of 1970, a millisecond more or less: too old.',
  },
  {
    file: 'flows/proceed.ts',
    what: 'only the right',
    code: 'reason !== undefined && { reason }',
    reason: 'A reason that is undefined is read like one that is not there.',
  },
]
