import { of } from './mistakes.mjs'

const MODEL = ['model/decide']
const WALKS = ['model/walks']

/** What a sign-in asks for, what an answer has to be, and what it uses up. */
export const signIn = [
  ...of('packages/server/src/flows/decide.ts', MODEL, {
    'users who are disabled sign in': ['if (!user.enabled) return { refuse: errors.userDisabled() }', ''],
    'users who are not confirmed sign in': [
      "case 'UNCONFIRMED':\n      return { refuse: errors.userNotConfirmed() }",
      '',
    ],
    'users whose password was reset sign in': [
      "case 'RESET_REQUIRED':\n      return { refuse: errors.passwordResetRequired() }",
      '',
    ],
    'temporary passwords do not expire': ['age >= rulesOf(pool).temporaryPasswordDays * DAY', 'false'],
    'temporary passwords last a moment longer': ['age >= rulesOf', 'age > rulesOf'],
    'temporary passwords are kept': ["{ ask: 'NEW_PASSWORD_REQUIRED' }", "'done'"],
    'no second factor is asked for': ['secondFactor(known) ?? defined', 'defined'],
    'functions are not asked after a password': ['defined(known) ?? device', 'device'],
    'functions are asked before a password is proven only': ["verdict === 'issue'", 'verdict'],
    'a second factor is asked for where functions do without a password': [
      "if (flow === 'CUSTOM' && !proven.includes('PASSWORD')) return undefined",
      '',
    ],
    'functions end in tokens for names that do not exist': [
      'if (!user) return { refuse: errors.incorrectUsernameOrPassword() }',
      "if (!user) return 'done'",
    ],
    'the state of the account comes before the challenges of functions': [
      "flow === 'CUSTOM' && !proven.includes('PASSWORD') ? defined(facts)",
      'false ? defined(facts)',
    ],
    'devices spare the second factor beside functions': [" && flow !== 'CUSTOM')\n\n", ')\n\n'],
    'passkeys spare the second factor though nothing was verified': [
      "proven.includes('VERIFIED_PASSKEY')",
      'proven.some((proof) => PASSKEY_PROOFS.includes(proof))',
    ],
    'a passkey counts though it is withheld by now': [" && !factors.includes('WEB_AUTHN')", ' && false'],
    'known devices are not asked to prove themselves': ["device(known) ?? 'done'", "'done'"],
    'the device comes before the second factor': [
      'withheld(known) ?? secondFactor(known) ?? defined(known) ?? device(known)',
      'withheld(known) ?? device(known) ?? secondFactor(known) ?? defined(known)',
    ],
    'a code by SMS as first factor is not withheld': ["proven.includes('SMS') && ", 'false && '],
    'a code by e-mail as first factor is not withheld': ["proven.includes('EMAIL') && ", 'false && '],
    'the mailbox of a sign-up counts twice': [
      'bySignUp ? besideSignUp(pool, user.attributes, usable)',
      'false ? besideSignUp(pool, user.attributes, usable)',
    ],
    'an SMS code is asked for again': [
      'proven.includes(FACTOR_PROOF[factor])',
      "factor !== 'sms' && proven.includes(FACTOR_PROOF[factor])",
    ],
    'a code of an app is asked for again': [
      'proven.includes(FACTOR_PROOF[factor])',
      "factor !== 'totp' && proven.includes(FACTOR_PROOF[factor])",
    ],
    'an e-mail code is asked for again': [
      'proven.includes(FACTOR_PROOF[factor])',
      "factor !== 'email' && proven.includes(FACTOR_PROOF[factor])",
    ],
    'a password counts as a second factor': [
      'proven.includes(FACTOR_PROOF[factor])',
      "['PASSWORD', FACTOR_PROOF[factor]].some((proof) => proven.includes(proof))",
    ],
    'a new password counts as a second factor': [
      'proven.includes(FACTOR_PROOF[factor])',
      "['NEW_PASSWORD', FACTOR_PROOF[factor]].some((proof) => proven.includes(proof))",
    ],
    'a factor that was turned off meanwhile counts': [
      'usable.some((factor) =>',
      'poolFactors(pool).some((factor) =>',
    ],
    'the proof of a device spares what is asked for since': [
      'if (sparesSecondFactor(facts)) return undefined',
      "if (sparesSecondFactor(facts) || proven.includes('DEVICE')) return undefined",
    ],
    'something is asked for after the proof of a device': [
      "if (next && proven.includes('DEVICE') && flow !== 'CUSTOM')",
      'if (false)',
    ],
    'devices without trust spare the second factor': ['device?.remembered === true', 'device !== undefined'],
    'devices spare the second factor in every pool': [' && rulesOf(pool).devices?.challenged === true', ''],
    'no device spares the second factor': ['if (sparesSecondFactor(facts)) return undefined', ''],
    'a device is asked to prove itself again': [" && !proven.includes('DEVICE')", ''],
    'one of several factors is asked for': [' && factors.length === 1', ''],
    'no factor is preferred': ['if (preferred && factors.includes(preferred))', 'if (false)'],
    'a factor is preferred that cannot be asked for': [' && factors.includes(preferred)', ''],
    'nothing is set up where a factor is required': [
      "if (mode !== 'ON') return undefined",
      'return undefined',
    ],
    'a factor is set up where none is required': ["if (mode !== 'ON') return undefined", ''],
  }),
  ...of('packages/server/src/users/second-factors.ts', MODEL, {
    'factors are asked for in pools without any': ["mfa.mode === 'OFF' ? [] :", ''],
    'factors that the pool has no more are asked for': ['.filter((factor) => mfa[factor])', ''],
    'codes go to users who have no address': [
      "factor === 'totp' || Boolean(user.attributes[FACTOR_ATTRIBUTE[factor]])",
      'true',
    ],
    'factors that are turned off are asked for': ['user.mfa.enabled.includes(factor) && ', ''],
    'codes are sent unasked where no factor is required': ["rulesOf(pool).mfa.mode !== 'ON'", 'false'],
    'users who have no app are asked for its code': ["factor !== 'totp' && ", ''],
    'users who have turned nothing on choose among their addresses': ['.slice(0, 1)', ''],
  }),
  ...of('packages/server/src/users/first-factors.ts', MODEL, {
    'codes by SMS come first where a second factor is asked for': [
      'has.phone_number && !has.secondFactor',
      'has.phone_number',
    ],
    'first factors are offered that the pool does not allow': [
      'rulesOf(pool).firstFactors.includes(allowedBy) && ',
      '',
    ],
    'users without a password are offered it': ['password: user.sealedVerifier !== null', 'password: true'],
    'codes come first where every user needs a second factor': ["rulesOf(pool).mfa.mode === 'ON' || ", ''],
  }),
  ...of('packages/server/src/flows/settle.ts', WALKS, {
    'a right answer is good again': ['answered.ends ? await take(guess ?? step)', 'answered.ends ? true'],
    'a wrong proof leaves the secret block': ['right || isResult || answered.ends ?', 'right || isResult ?'],
    'an attempt goes on after the user was signed out everywhere': [
      'if (stampOf(user) !== who.stamp)',
      'if (false)',
    ],
    'what a right answer brings is not stored': ['(await answered.save?.(tx, user)) ?? user', 'user'],
    'what was wrong is right': [
      'if (!right && !isResult) return { failure: answered.wrong, reason: answered.reason }',
      'if (!right && !isResult) return { proven: answered.of, user: user as User }',
    ],
  }),
  ...of(
    'packages/server/src/flows/settle.ts',
    ['lockout', 'second-factors', 'devices', 'first-factor-codes'],
    {
      'wrong passwords are not counted': ['  PASSWORD: countPasswordAttempt,', ''],
      'wrong first codes by SMS are not counted': ['  SMS: countFirstCodeAttempt,', ''],
      'wrong second codes by SMS are not counted': ['  SMS_MFA: countCodeAttempt,', ''],
      'wrong codes of apps are not counted': ['  TOTP_MFA: countCodeAttempt,', ''],
      'wrong second codes by e-mail are not counted': ['  EMAIL_MFA: countCodeAttempt,', ''],
      'wrong proofs of devices are not counted': [
        'DEVICE: (context, tx, subject, right) =>',
        'NEW_PASSWORD: (context, tx, subject, right) =>',
      ],
      'wrong proofs of devices lock the password': ['`device of ${subject}`', 'subject'],
      'wrong answers are not counted': ['if (!isResult) await COUNT', 'if (right) await COUNT'],
    },
  ),
  ...of('packages/server/src/flows/settle.ts', ['choice', 'second-factors', 'expiry'], {
    'a step is forgotten while another choice of it lives on': [
      'isOfSession ? now + LONGEST_SESSION : expiresAt',
      'expiresAt',
    ],
  }),
  ...of('packages/server/src/flows/answer.ts', ['choice', ...WALKS], {
    'a session is good as another challenge': [
      'if (challenge.name === name) return challenge',
      'if (name) return { ...challenge, name } as Challenge',
    ],
    'every session is good as a choice of first factors': [
      "if (name !== 'SELECT_CHALLENGE' || !offer) return undefined",
      "if (name !== 'SELECT_CHALLENGE') return undefined",
    ],
    'a choice is good again after a right answer': [
      'if (carrier === CARRIERS.session && (await isTaken(context.db, challenge))) throw carrier.used()',
      '',
    ],
    'a secret block is good with the session of another attempt': [
      'beside?.attempt.id === attempt.id && beside.challenge.step === step && beside.challenge.guess === guess',
      'beside !== undefined',
    ],
  }),
  ...of('packages/server/src/flows/proceed.ts', ['devices', ...WALKS], {
    'a choice is made after the user was signed out everywhere': [
      'if (!offerIn(challenge) && (!user?.enabled || stampOf(user) !== attempt.who.stamp))',
      'if (false)',
    ],
    'what was proven before is forgotten': ['[...attempt.proven, proven]', '[proven]'],
    'what was proven last is forgotten': ['[...attempt.proven, proven]', '[...attempt.proven]'],
    'an attempt ends with what its own answer changed': [
      'stamp: stampOf(user) },',
      'stamp: attempt.who.stamp },',
    ],
    'a device that has proven itself is none': [
      'device = offered } = settled',
      'device: _, ...rest } = settled; const device = offered',
    ],
  }),
  ...of('packages/server/src/flows/set-up.ts', ['second-factors', ...WALKS], {
    'apps are set up with a session that was used': [
      'if (await isTaken(call.context.db, challenge)) throw carrier.used()',
      '',
    ],
    'apps are set up with a session that has expired': [
      'if (challenge.expiresAt <= call.context.clock.now()) throw carrier.expired()',
      '',
    ],
    'guesses at an app that is set up in a sign-in are not counted': [
      'await countCodeAttempt(context, tx, attempt.who.id, step !== undefined)',
      '',
    ],
    'a session stays proven with another secret': [
      'token: { secret } })',
      'token: { secret, ...(state.token?.step !== undefined && { step: state.token.step }) } })',
    ],
    'apps are set up with every session': [
      "if (open?.challenge.name !== 'MFA_SETUP') throw errors.sessionInvalid()",
      'if (!open) throw errors.sessionInvalid()',
    ],
  }),
  ...of('packages/server/src/flows/offered-device.ts', ['model/walks', 'devices'], {
    'device keys of other users are good': [
      "if (device || unknown === 'ignored') return device",
      'if (true) return device',
    ],
    'administrators sign in from devices': [" || by !== 'client'", ''],
    'pools that track no devices ask for them': [' || !rulesOf(pool).devices', ''],
  }),
  ...of('packages/server/src/flows/device-after-code.ts', ['devices', 'stock-identity-js-devices'], {
    'the session of every code is good for a device': [
      "if (!isLast && !(await isLedBy('function'))) return undefined",
      '',
    ],
    'the session of a code is good for no device': ['if (!proof) return undefined', 'return undefined'],
  }),
  ...of('packages/server/src/flows/challenges/second-code.ts', ['second-factors', 'model/walks'], {
    'every second code is right': [
      'if (!isSignInCode(call.context, attempt, name, sentTo, code, mac))',
      'if (false)',
    ],
    'a code proves an address that has taken the place of its own': [
      "if (as === 'second' && user?.attributes[attribute] !== sentTo)",
      'if (false)',
    ],
    'a code turns no factor on': ["return as === 'enrol' ?", 'return false ?'],
    'a factor is set up next to another': [
      'if (enabledFactorsOf(pool, user).length > 0) throw errors.factorSetUpMeanwhile()',
      '',
    ],
    'a factor that the pool has no more stands in the way of all': [
      'enabledFactorsOf(pool, user).length > 0',
      'user.mfa.enabled.length > 0',
    ],
    'a wrong second code ends the session': [
      "'The code is wrong.', ends: false",
      "'The code is wrong.', ends: true",
    ],
    'the second code has eight digits': ['const DIGITS = 6', 'const DIGITS = 8'],
    'a code proves no address': ["`${attribute}_verified`]: 'true'", "`${attribute}_verified`]: 'false'"],
  }),
  ...of('packages/server/src/flows/challenges/mfa-setup.ts', ['second-factors', 'model/walks'], {
    'an app is set up without a code': ['if (token?.step !== undefined) {', 'if (token) {'],
    'a factor is set up that the pool does not have': ["if (email && may('email'))", 'if (email)'],
    'the code that proved an app is good again': [
      '{ secret, deviceName }, step)',
      '{ secret, deviceName }, 0)',
    ],
    'an app that is set up is not turned on': [
      "await saveMfa(tx, current, withFactor(current.mfa, 'totp'))",
      'current',
    ],
  }),
  ...of('packages/server/src/flows/challenges/select-mfa-type.ts', ['second-factors', 'model/walks'], {
    'the first factor is taken, whatever is chosen': [
      ".find((name) => name === (choice === 'EMAIL_MFA' ? 'EMAIL_OTP' : choice))",
      '.find(() => true)',
    ],
  }),
  ...of('packages/server/src/flows/challenges/select-challenge.ts', ['choice', 'model/walks'], {
    'what is not offered may be chosen': [
      'challenge.state.offered.find((name) => name === choice)',
      "(choice || undefined) as 'PASSWORD' | undefined",
    ],
  }),
  ...of('packages/server/src/flows/challenges/software-token-mfa.ts', ['second-factors', 'model/walks'], {
    'codes of apps are good again': ['await useSoftwareTokenStep(tx, current.id, step)', ''],
    'a wrong code of an app ends the session': ['ends: false', 'ends: true'],
  }),
  ...of('packages/server/src/users/software-token.ts', ['second-factors', 'model/walks'], {
    'codes of apps are good for minutes': ['const DRIFT = 1', 'const DRIFT = 10'],
    'codes of apps are good for their own step alone': ['const DRIFT = 1', 'const DRIFT = 0'],
    'earlier codes of apps are good after later ones': [
      "e('last_step', '<', step)",
      "e('last_step', '!=', step)",
    ],
  }),
  ...of('packages/server/src/operations/verify-software-token.ts', ['second-factors', 'model/walks'], {
    'guesses at an app that is set up by a token are not counted': [
      'await countCodeAttempt(context, tx, user.id, step !== undefined)',
      '',
    ],
    'a secret is proven that another has taken the place of': [
      'if (pending?.secret !== token.secret)',
      'if (false)',
    ],
  }),
  ...of('packages/server/src/operations/associate-software-token.ts', ['second-factors', 'model/walks'], {
    'apps are set up where the pool has none': [
      "if (!poolFactors(pool).includes('totp')) throw",
      'if (false) throw',
    ],
  }),
  ...of('packages/server/src/users/code-attempts.ts', ['second-factors'], {
    'second factors have a hundred guesses an hour': ['limit: 10,', 'limit: 100,'],
    'second factors have a hundred guesses a day': ['limit: 30,', 'limit: 300,'],
    'guesses are never forgiven': [
      'case when ${over} then excluded.used else',
      'case when false then excluded.used else',
    ],
    'a right code forgives wrong ones': ['used: right ? 0 : 1,', 'used: right ? -10 : 1,'],
    'right codes are not refused when the budget is used up': [
      'if (numInsertedOrUpdatedRows !== BigInt(budgets.length)) throw',
      'if (!right && numInsertedOrUpdatedRows !== BigInt(budgets.length)) throw',
    ],
  }),
  ...of('packages/server/src/users/mfa-preference.ts', ['second-factors'], {
    'factors are turned on that the pool does not have': [
      'if (!poolFactors(pool).includes(factor)) throw',
      'if (false) throw',
    ],
    'factors are turned on that users do not have': [
      'if (!(await isReady(context, tx, user, factor))) throw',
      'if (false) throw',
    ],
    'several factors are preferred': ['length > 1) throw', 'length > 9) throw'],
    'factors are preferred that are turned off': [
      'if (!mfa.enabled.includes(factor)) throw',
      'if (false) throw',
    ],
    'the last factor is turned off where one is required': ['if (required && ', 'if (false && '],
  }),
  ...of('packages/server/src/flows/challenges/new-password-required.ts', ['new-password', 'model/walks'], {
    'new passwords need not conform to the policy': ['if (violation) return', 'if (false) return'],
    'required attributes may be left out': ['if (missing)\n', 'if (false)\n'],
    'attributes that are there are replaced': ['if (user.attributes[name]) throw', 'if (false) throw'],
    'clients write what they may not': ['if (!canWrite(pool, client, name)) throw', 'if (false) throw'],
    'new passwords may be too long': [
      'parse(Passwords, { ChallengeResponses: { NEW_PASSWORD: newPassword } })',
      '',
    ],
  }),
  ...of('packages/server/src/flows/srp.ts', ['sign-in', 'devices'], {
    'clocks may be off by a day': ['const CLOCK_SKEW = 300_000', 'const CLOCK_SKEW = 86_400_000'],
    'A may be a multiple of N': [' || mod(BigInt(`0x${A}`)) === 0n', ''],
    'every claim is right': [
      'return expected !== undefined && equalText(expected, signature)',
      'return true',
    ],
  }),
  ...of('packages/server/src/flows/password.ts', ['choice', 'model/walks'], {
    'a wrong password ends the choice': ['{ ends: false }', '{ ends: true }'],
  }),
  ...of('packages/server/src/flows/challenges/device-srp-auth.ts', ['devices', 'model/walks'], {
    'another device may prove itself': ['if (deviceKey !== challenge.state.deviceKey)', 'if (false)'],
  }),
  ...of('packages/server/src/flows/challenges/answer-without-device.ts', ['devices'], {
    'a device that exists need not be named': [
      "const isForgotten = deviceKey !== '' && !(await findDevice(db, who.id, deviceKey))",
      'const isForgotten = true',
    ],
  }),
  ...of('packages/server/src/flows/challenges/device-password-verifier.ts', ['devices', 'model/walks'], {
    'a device proves another one': ['if (right && deviceKey === device.key)', 'if (right)'],
    'every proof of a device is right': [
      'if (right && deviceKey === device.key)',
      'if (deviceKey === device.key)',
    ],
    'a wrong proof leaves the secret block of a device': ['ends: true', 'ends: false'],
  }),
  ...of('packages/server/src/operations/confirm-device.ts', ['devices'], {
    'a key is good for another sign-in': [
      'if (signIn?.family.deviceKey !== DeviceKey) throw',
      'if (false) throw',
    ],
    'verifiers are good whose powers can be guessed': ['verifier <= 1n || verifier >= N - 1n', 'false'],
    'devices are remembered unasked': ['remembered: !onPrompt', 'remembered: true'],
  }),
  ...of('packages/server/src/flows/refresh.ts', ['devices', 'rotation', 'sessions'], {
    'tokens are refreshed on other devices': [': given !== bound', ': false'],
    'tokens are refreshed on devices that were not confirmed': [
      '!(await findDevice(context.db, userId, bound)) &&',
      'false &&',
    ],
    'tokens are refreshed on devices that were forgotten': ['bound === FORGOTTEN_DEVICE', 'false'],
    'refresh tokens of other clients are good': [
      'if (!isSignedInThrough(client, family)) throw invalid()',
      '',
    ],
    'refresh tokens that were revoked are good': [
      'if (family.revokedAt !== null) throw errors.refreshTokenRevoked()\n  if',
      'if',
    ],
    'refresh tokens do not expire': [
      'if (family.expiresAt <= context.clock.now()) throw',
      'if (false) throw',
    ],
    'users who are disabled refresh their tokens': ['if (!user.enabled) throw errors.userDisabled()', ''],
    'replaced refresh tokens live again without rotation': [
      'if (generation !== family.generation) throw errors.refreshTokenReused()\n    const',
      'const',
    ],
    'a stolen refresh token does not end the sign-in': ['if (age > grace + RACE) await', 'if (false) await'],
  }),
  ...of('packages/server/src/flows/claim.ts', ['triggers/custom-auth'], {
    'an answer is judged two times': [
      'if (!(await db.transaction().execute((tx) => consume(tx, id, expiresAt)))) throw',
      'if (false) throw',
    ],
    'a function that fails uses the session up': [
      "await db.deleteFrom('consumed_challenges').where('id', '=', id).execute()",
      '',
    ],
  }),
  ...of('packages/server/src/flows/custom.ts', ['triggers/custom-auth'], {
    'a function keeps an attempt alive for ever': ['if (session.length >= MAX_ANSWERS)', 'if (false)'],
    'what a function ends goes on': ['if (failAuthentication) return', 'if (false) return'],
    'SRP_A is good for many challenges': [
      'const { srpA, ...rest } = custom',
      'const { srpA } = custom; const rest = custom',
    ],
  }),
]
