import { beforeAll, expect, test } from 'vitest'
import { errors } from '../../src/errors.js'
import type { Proof } from '../../src/flows/attempt.js'
import { type Decision, decide, FACTOR_CHALLENGE } from '../../src/flows/decide.js'
import type { UserPool } from '../../src/pools/user-pool.js'
import type { Device } from '../../src/users/device.js'
import { firstFactorsOf, firstProofsOf } from '../../src/users/first-factors.js'
import type { SecondFactor } from '../../src/users/mfa-settings.js'
import type { User } from '../../src/users/user.js'
import {
  FACTORS,
  type Factor,
  FIRST_FACTORS,
  type Next,
  next,
  offer,
  type Person,
  type Settings,
  type SoFar,
} from './sign-in-model.js'

// The full product of settings, users and what was proven: each of them decided by the server and by the model.

const NOW = 1_800_000_000_000
const DAY = 86_400_000

function subsets<T>(members: readonly T[]): T[][] {
  const [first, ...rest] = members
  if (first === undefined) return [[]]
  return subsets(rest).flatMap((subset) => [subset, [first, ...subset]])
}

const flags = [false, true] as const

const SETTINGS: readonly Settings[] = (['OFF', 'OPTIONAL', 'ON'] as const).flatMap((mfa) =>
  subsets(FACTORS).flatMap((factors) =>
    ([undefined, false, true] as const).map((challengedOnNewDevice) => ({
      mfa,
      factors,
      challengedOnNewDevice,
      passkeysAreTwoFactors: false,
      firstFactors: FIRST_FACTORS,
      hidesExistence: true,
    })),
  ),
)

const STATES: readonly Pick<Person, 'enabled' | 'status' | 'passwordHasExpired'>[] = [
  { enabled: true, status: 'CONFIRMED', passwordHasExpired: false },
  { enabled: true, status: 'UNCONFIRMED', passwordHasExpired: false },
  { enabled: true, status: 'RESET_REQUIRED', passwordHasExpired: false },
  { enabled: true, status: 'FORCE_CHANGE_PASSWORD', passwordHasExpired: false },
  { enabled: true, status: 'FORCE_CHANGE_PASSWORD', passwordHasExpired: true },
  // For whatever else they are.
  { enabled: false, status: 'CONFIRMED', passwordHasExpired: false },
  { enabled: false, status: 'UNCONFIRMED', passwordHasExpired: false },
]

const CHOICES: readonly Pick<Person, 'enabledFactors' | 'preferred'>[] = subsets(FACTORS).flatMap(
  (enabledFactors) => [undefined, ...enabledFactors].map((preferred) => ({ enabledFactors, preferred })),
)

const ADDRESSES = ['none', 'unverified', 'verified'] as const

const PEOPLE: readonly Person[] = STATES.flatMap((state) =>
  CHOICES.flatMap((choice) =>
    ADDRESSES.flatMap((email) =>
      ADDRESSES.map((phone) => ({
        ...state,
        ...choice,
        email,
        phone,
        hasPassword: true,
        hasPasskey: false,
      })),
    ),
  ),
)

/** At most one second factor is proven in a sign-in, and a new password where the old one was. */
const PROVEN: readonly SoFar['proven'][] = (
  [['PASSWORD'], ['PASSWORD', 'NEW_PASSWORD'], ['EMAIL'], ['SMS'], ['SIGN_UP']] as const
).flatMap((first) =>
  ([[], ['SMS_MFA'], ['TOTP_MFA'], ['EMAIL_MFA']] as const).map((second) => [...first, ...second]),
)

const SO_FAR: readonly SoFar[] = (['none', 'confirmed', 'remembered'] as const).flatMap((device) =>
  PROVEN.flatMap((proven) =>
    // A device that was forgotten since its proof is none.
    flags.map((provesDevice) => ({
      flow: 'SRP' as const,
      proven: provesDevice ? [...proven, 'DEVICE' as const] : proven,
      device,
    })),
  ),
)

/** The device of a request as the server finds it. */
const DEVICES = {
  none: undefined,
  confirmed: deviceOf(false),
  remembered: deviceOf(true),
}

function deviceOf(remembered: boolean): Device {
  return {
    key: 'us-east-1_device',
    userId: 'ada',
    name: null,
    salt: '00',
    sealedVerifier: new Uint8Array(1),
    remembered,
    lastAddress: null,
    lastUsedAt: 0,
    createdAt: 0,
    updatedAt: 0,
  }
}

const OURS = { SMS_MFA: 'sms', SOFTWARE_TOKEN_MFA: 'totp', EMAIL_OTP: 'email' } as const satisfies Record<
  Factor,
  SecondFactor
>

/** The settings as the server stores them. */
const poolOf = ({ mfa, factors, firstFactors, challengedOnNewDevice }: Settings): UserPool => ({
  id: 'us-east-1_Model',
  name: 'Model',
  settings: {
    AutoVerifiedAttributes: ['email'],
    Policies: { SignInPolicy: { AllowedFirstAuthFactors: [...firstFactors] } },
    ...(challengedOnNewDevice !== undefined && {
      DeviceConfiguration: { ChallengeRequiredOnNewDevice: challengedOnNewDevice },
    }),
  },
  mfaConfig: {
    MfaConfiguration: mfa,
    ...(factors.includes('SMS_MFA') && { SmsMfaConfiguration: {} }),
    ...(factors.includes('SOFTWARE_TOKEN_MFA') && { SoftwareTokenMfaConfiguration: { Enabled: true } }),
    ...(factors.includes('EMAIL_OTP') && { EmailMfaConfiguration: {} }),
  },
  createdAt: 0,
  updatedAt: 0,
})

const addresses = (
  name: 'email' | 'phone_number',
  value: string,
  reached: Person['email'],
): Record<string, string> =>
  reached === 'none' ? {} : { [name]: value, [`${name}_verified`]: String(reached === 'verified') }

const userOf = (person: Person): User => ({
  id: 'ada',
  userPoolId: 'us-east-1_Model',
  username: 'ada',
  status: person.status,
  enabled: person.enabled,
  attributes: {
    ...addresses('email', 'ada@example.com', person.email),
    ...addresses('phone_number', '+15555550100', person.phone),
  },
  salt: '00',
  sealedVerifier: person.hasPassword ? new Uint8Array(1) : null,
  srpIdentity: 'ada',
  mfa: {
    enabled: person.enabledFactors.map((factor) => OURS[factor]),
    preferred: person.preferred && OURS[person.preferred],
  },
  // A temporary password lasts seven days.
  passwordSetAt: NOW - 7 * DAY + (person.passwordHasExpired ? 0 : 1),
  signedOutAt: null,
  createdAt: 0,
  updatedAt: 0,
})

/** Compared as they are: texts of both would take longer than the rest. */
function isSame(decided: Decision, right: Next): boolean {
  if (decided === 'done' || right === 'tokens') return decided === 'done' && right === 'tokens'
  if ('refuse' in decided || 'refuse' in right)
    return (
      'refuse' in decided &&
      'refuse' in right &&
      `${decided.refuse.name}: ${decided.refuse.message}` === right.refuse
    )
  if ('define' in decided) return false
  const [theirs, ours] = [decided.of ?? [], right.of ?? []]
  return (
    decided.ask === right.ask &&
    theirs.length === ours.length &&
    theirs.every((factor, index) => FACTOR_CHALLENGE[factor] === ours[index])
  )
}

// Most of what is refused is refused for the state of the account, and where an error was made takes long to find out.
beforeAll(() => {
  const { stackTraceLimit } = Error
  Error.stackTraceLimit = 0
  return () => {
    Error.stackTraceLimit = stackTraceLimit
  }
})

test('what comes next is what the documentation says, in every state of settings, user and attempt', () => {
  const users = PEOPLE.map((person) => ({ person, user: userOf(person) }))
  let compared = 0
  const differences: unknown[] = []
  for (const settings of SETTINGS) {
    if (differences.length > 5) break
    const pool = poolOf(settings)
    // Without settings for devices, none is known.
    const attempts = SO_FAR.filter(
      ({ device }) => settings.challengedOnNewDevice !== undefined || device === 'none',
    )
    for (const { person, user } of users)
      for (const soFar of attempts) {
        // The names of what was proven are the same words here and there.
        const proven = soFar.proven as readonly Proof[]
        const decided = decide({ pool, user, flow: 'SRP', proven, device: DEVICES[soFar.device], now: NOW })
        const right = next(settings, person, soFar)
        compared++
        if (!isSame(decided, right)) differences.push({ settings, person, soFar, decided, right })
      }
  }
  expect(differences).toEqual([])
  console.log(`${compared} compared`)
  expect(compared).toBeGreaterThan(1_000_000)
})

/** What a function can say, in the server's words and in the model's. */
const VERDICTS = [
  [undefined, { is: 'nothing' }],
  ['issue', { is: 'tokens' }],
  [{ refuse: errors.incorrectUsernameOrPassword() }, { is: 'failure' }],
  [{ ask: 'CUSTOM_CHALLENGE' }, { is: 'challenge', name: 'CUSTOM_CHALLENGE' }],
] as const

/** With SRP first, the password is proven by now. */
const SO_FAR_OF_FUNCTIONS = (['none', 'remembered'] as const).flatMap((device) =>
  flags.flatMap((srpFirst) =>
    subsets(['SMS_MFA', 'DEVICE'] as const).flatMap((more) =>
      VERDICTS.map(([theirs, verdict]) => ({
        theirs,
        soFar: {
          flow: 'CUSTOM' as const,
          srpFirst,
          proven: srpFirst ? ['PASSWORD' as const, ...more] : more,
          device,
          verdict,
        },
      })),
    ),
  ),
)

test('what follows from the verdict of a function is what the documentation says, in every state', () => {
  const users = PEOPLE.map((person) => ({ person, user: userOf(person) }))
  const differences: unknown[] = []
  let defined = 0
  for (const settings of SETTINGS.filter(({ challengedOnNewDevice }) => challengedOnNewDevice)) {
    const pool = poolOf(settings)
    for (const { person, user } of users)
      for (const { theirs, soFar } of SO_FAR_OF_FUNCTIONS) {
        const decided = decide({
          pool,
          user,
          flow: 'CUSTOM',
          proven: soFar.proven,
          device: DEVICES[soFar.device],
          now: NOW,
          verdict: theirs,
        })
        const right = next(settings, person, soFar)
        // Where the function was not asked yet, the model has what an answer of nothing comes to.
        const isAsked = decided !== 'done' && 'define' in decided
        if (isAsked) defined++
        const isRight = isAsked ? theirs === undefined && isSame(NOTHING, right) : isSame(decided, right)
        if (!isRight && differences.length < 5) differences.push({ settings, person, soFar, decided, right })
      }
  }
  expect(differences).toEqual([])
  expect(defined).toBeGreaterThan(0)
})

const NOTHING: Decision = { refuse: errors.incorrectUsernameOrPassword() }

/** A pool that allows others allows the password. */
const FIRST_FACTOR_SETS = subsets(['EMAIL_OTP', 'SMS_OTP'] as const).map(
  (others): Settings['firstFactors'] => ['PASSWORD', ...others],
)

test('what a choice offers is what the documentation says, for every user under every settings', () => {
  const users = PEOPLE.flatMap((each) =>
    flags.map((hasPassword) => {
      const person = { ...each, hasPassword }
      return { person, user: userOf(person) }
    }),
  )
  const differences: unknown[] = []
  for (const base of SETTINGS)
    for (const firstFactors of FIRST_FACTOR_SETS) {
      const settings = { ...base, firstFactors }
      const pool = poolOf(settings)
      for (const { person, user } of users) {
        const offered = firstFactorsOf(pool, firstProofsOf(pool, user)).join()
        const right = offer(settings, person).join()
        if (offered !== right && differences.length < 5)
          differences.push({ settings, person, offered, right })
      }
    }
  expect(differences).toEqual([])
})
