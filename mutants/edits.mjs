import { accounts } from './accounts.mjs'
import { of } from './mistakes.mjs'
import { signIn } from './sign-in.mjs'
import { triggers } from './triggers.mjs'

/**
 * Mistakes that tests must notice, one edit each: `what` is missing or wrong then, and `tests` are the files that should
 * fail.
 *
 * @type {readonly (import('./mutant-plugin.js').Mutant & { what: string, tests: string[] })[]}
 */
export const edits = [
  ...of('packages/server/src/users/password-attempts.ts', ['lockout', 'wrong-guesses'], {
    'failures beyond the free ones never lock': ['const FREE_FAILURES = 5', 'const FREE_FAILURES = 50'],
    'locks are a hundredth of what they should be': ['else 1000 * (1 <<', 'else 10 * (1 <<'],
    'a right password forgives nothing': ['when excluded.failures = 0 then 0', ''],
    'a lock does not refuse': ['if (numAffectedRows === 0n) throw errors.passwordAttemptsExceeded()', ''],
  }),
  ...of('packages/server/src/flows/challenges/first-code.ts', ['first-factor-codes', 'sign-in-existence'], {
    'any code is right': ['if (isRight && destination !== undefined)', 'if (destination !== undefined)'],
    'the code has six digits': ['const DIGITS = 8', 'const DIGITS = 6'],
    'users who are disabled get codes': ['user?.enabled ? destinationOf', 'user ? destinationOf'],
    'a wrong code ends the session': ['reason, ends: false', 'reason, ends: true'],
  }),
  ...of('packages/server/src/users/first-factors.ts', ['first-factor-codes', 'sign-in-existence'], {
    'codes come first where a second factor is asked for': ['has.email && !has.secondFactor', 'has.email'],
    'codes go to what is not verified': ["=== 'true') return true", '!== undefined) return true'],
    'users who are to choose a password get codes': [
      "if (status !== 'CONFIRMED' && status !== 'UNCONFIRMED') return false",
      '',
    ],
    'users get codes where they would have got that of a sign-up': [
      "status === 'UNCONFIRMED' && autoVerified",
      'autoVerified',
    ],
  }),
  ...of('packages/server/src/flows/offer.ts', ['choice-of-unknown-users', 'sign-in-existence'], {
    'names without a user are offered nothing': ['shownProofs ? had : simulated', 'had'],
    'what is drawn does not fit a reset': ['if (attribute === resetBy) return true', ''],
    'the length of an address is in the session': ['return sharedForm(destination', 'return (destination'],
  }),
  ...of('packages/server/src/flows/decide.ts', ['first-factor-codes'], {
    'a code counts though it is withheld by now': ['return withheld(known) ?? ', 'return '],
  }),
  ...of('packages/server/src/flows/challenges/web-authn.ts', ['passkey-sign-in', 'passkey-autofill'], {
    'passkeys of all users are one': ['&& found.userId === user?.id ? found', '? found'],
    'passkeys of all relying parties are one': ['found?.relyingPartyId === rpId && ', ''],
    'passkeys are used anywhere': ['|| !isPlaceOf(pool, rpId, data)', ''],
    'a passkey may name another user': ['userHandle !== undefined && userHandle !== handleOf(user)', 'false'],
    'a name that comes along may be any': ['typed?.id === user?.id ? user', 'user ? user'],
    'a copy of a passkey is as good': ['if (!(await usePasskey(', 'if (false && !(await usePasskey('],
    'a wrong passkey may be tried again': ['  reason,\n  ends: true,', '  reason,\n  ends: false,'],
    'verification is not asked for': ['verified: offer.verified === 1', 'verified: false'],
    'names without a user have no passkeys': [': madeUp', ': []'],
    'every passkey was verified': ["used.verified ? 'VERIFIED_PASSKEY'", "true ? 'VERIFIED_PASSKEY'"],
  }),
  ...of('packages/server/src/flows/register-passkey.ts', ['passkey-registration'], {
    'a challenge is good for ever': ['registration.expiresAt > context.clock.now()', 'true'],
    'a challenge is good for every client': ['if (registration.clientId !== client.id)', 'if (false)'],
    'a challenge is used again': ['if (!(await consume(', 'if (false && !(await consume('],
    'passkeys are made anywhere': ['|| !isPlaceOf(pool, rpId, data)', ''],
    'pools without passkeys have some': [
      "if (!rulesOf(pool).firstFactors.includes('WEB_AUTHN'))",
      'if (false)',
    ],
  }),
  ...of('packages/server/src/flows/unnamed.ts', ['passkey-autofill'], {
    'one factor does where two are required': ["(mfa.mode === 'ON' && !passkeys.multiFactor)", 'false'],
    'wrong passkeys are not counted': ['await countUnnamedAttempt(', 'if (false) await countUnnamedAttempt('],
    'every address is a caller of its own': ['network(limitedAddress)', 'limitedAddress'],
  }),
  ...of('packages/server/src/pools/relying-party.ts', ['passkey-registration'], {
    'any domain that ends alike is within': ['hostname.endsWith(`.${domain}`)', 'hostname.endsWith(domain)'],
    'http will do': ["(protocol === 'http:' && isWithin(hostname, LOCAL))", "protocol === 'http:'"],
    'frames of other sites are let in': [
      'crossOrigin === true ? isOurs(topOrigin)',
      'crossOrigin === true ? true',
    ],
    'the domains of the service may be named': ['if (RESERVED.test(id))', 'if (false)'],
  }),
  ...of('packages/server/src/users/passkey.ts', ['passkey-registration', 'passkey-sign-in'], {
    'users delete those of others': [
      "    .where('user_id', '=', userId)\n    .executeTakeFirst()",
      '    .executeTakeFirst()',
    ],
    'there is room for any number': ['.length >= MAX_PASSKEYS', '.length >= 1000'],
    'a known passkey is stored over': [
      'if (numInsertedOrUpdatedRows !== 1n) throw errors.passkeyKnown()',
      '',
    ],
    'passkeys of another relying party are offered': ['passkey.relyingPartyId === rpId)', 'true)'],
  }),
  ...of('packages/server/src/flows/settle.ts', ['choice', 'first-factor-codes', 'passwordless-users'], {
    'a step is taken twice': ['if (!isOpen || !isStepOpen) throw carrier.used()', ''],
    'a choice goes on after a right proof by SRP': [
      '(right || isResult ? await take(step) : ',
      '(right || isResult ? true : ',
    ],
    'codes of first factors are not counted': ['  EMAIL: countFirstCodeAttempt,', ''],
  }),
  ...of('packages/server/src/flows/settle.ts', ['triggers/custom-auth'], {
    'a user who was signed out goes on without a forgotten device': [' && !custom?.issued', ''],
  }),
  ...of('packages/server/src/flows/answer.ts', ['choice', 'passwordless-users', 'choice-of-unknown-users'], {
    'a session is good for other clients': [
      'attempt.clientId !== client.id || !challenge ||',
      '!challenge ||',
    ],
    'a secret block needs no session': ['!(await isBeside(context, responses.session, open))', 'false'],
    'a session is good for other users': [
      'if (!(await isAbout(call, attempt.who, typedName)))\n    return refuse',
      'if (false)\n    return refuse',
    ],
    'a session does not expire': [
      'if (challenge.expiresAt <= context.clock.now()) return',
      'if (false) return',
    ],
  }),
  ...of('packages/server/src/flows/begin.ts', ['choice', 'passwordless-users', 'choice-of-unknown-users'], {
    'links are waited for with codes': [
      "if (flow === 'CHOICE' && user?.status === 'UNCONFIRMED' && ",
      'if (false && ',
    ],
  }),
  ...of('packages/server/src/flows/challenges/sign-up-session.ts', ['passwordless-users'], {
    'the session of a sign-up is used up before the user is confirmed': [
      "user?.status === 'UNCONFIRMED' ?",
      'false ?',
    ],
  }),
  ...of('packages/server/src/flows/attempt.ts', ['long-sessions'], {
    'sessions are longer than they may be': [
      'if (session.length <= MAX_SESSION) return session',
      'return session',
    ],
    'what was kept for a session stays': [
      'if (hasRows) await tx.deleteFrom',
      'if (false) await tx.deleteFrom',
    ],
  }),
  ...of('packages/server/src/users/code-attempts.ts', ['first-factor-codes'], {
    'first factors have a hundred guesses': ['limit: 20,', 'limit: 100,'],
    'first and second factors share a budget': [
      "budget: 'first factor an hour', limit: 20",
      "budget: 'second factor an hour', limit: 20",
    ],
  }),
  ...signIn,
  ...accounts,
  ...triggers,
]
