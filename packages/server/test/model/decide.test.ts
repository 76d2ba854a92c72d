import { beforeAll, expect, test } from 'vitest'
import { errors } from '../../src/errors.js'
import type { Proof } from '../../src/flows/attempt.js'
import { type Decision, decide, FACTOR_CHALLENGE, type Verdict } from '../../src/flows/decide.js'
import type { UserPool } from '../../src/pools/user-pool.js'
import type { Device } from '../../src/users/device.js'
import { firstFactorsOf, firstProofsOf } from '../../src/users/first-factors.js'
import type { SecondFactor } from '../../src/users/mfa-settings.js'
import type { Passkey } from '../../src/users/passkey.js'
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

const settingsOf = (devices: readonly Settings['challengedOnNewDevice'][], passkeys = [false]): Settings[] =>
  (['OFF', 'OPTIONAL', 'ON'] as const).flatMap((mfa) =>
    subsets(FACTORS).flatMap((factors) =>
      devices.flatMap((challengedOnNewDevice) =>
        passkeys.map((passkeysAreTwoFactors) => ({
          mfa,
          factors,
          challengedOnNewDevice,
          passkeysAreTwoFactors,
          firstFactors: FIRST_FACTORS,
          hidesExistence: true,
        })),
      ),
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

/** Of users who are not confirmed, what they have turned on makes little of a difference. */
const choicesOf = ({ enabled, status }: (typeof STATES)[number]) =>
  enabled && status === 'CONFIRMED' ? CHOICES : [CHOICES[0], CHOICES.at(-1)].flatMap((choice) => choice ?? [])

const peopleWith = (addresses: readonly Person['email'][]): readonly Person[] =>
  STATES.flatMap((state) =>
    choicesOf(state).flatMap((choice) =>
      addresses.flatMap((email) =>
        addresses.map((phone) => ({
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

/** Whether an address is verified matters where a code went there first. */
const PEOPLE = peopleWith(['none', 'verified'])
const ALL_PEOPLE = peopleWith(['none', 'unverified', 'verified'])

type Proven = SoFar['proven'][number]

/** At most one second factor is proven in a sign-in, and a device after it. */
const attempts = (
  flow: SoFar['flow'],
  firsts: readonly (readonly Proven[])[],
  {
    verdicts = [undefined],
    proveDevice = flags,
  }: { verdicts?: SoFar['verdict'][]; proveDevice?: readonly boolean[] } = {},
): SoFar[] =>
  firsts.flatMap((first) =>
    ([[], ['SMS_MFA'], ['TOTP_MFA'], ['EMAIL_MFA']] as const).flatMap((second) =>
      (['none', 'confirmed', 'remembered'] as const).flatMap((device) =>
        // A device that was forgotten since its proof is none.
        proveDevice.flatMap((isProven) =>
          verdicts.map((verdict) => ({
            flow,
            proven: [...first, ...second, ...(isProven ? (['DEVICE'] as const) : [])],
            device,
            verdict,
          })),
        ),
      ),
    ),
  )

const TRACKED = [undefined, false, true] as const

/** What can be proven first, with all that matters then. */
const CASES: readonly {
  readonly settings: readonly Settings[]
  readonly people: readonly Person[]
  readonly attempts: readonly SoFar[]
}[] = [
  {
    settings: settingsOf(TRACKED),
    people: PEOPLE,
    attempts: attempts('SRP', [['PASSWORD'], ['PASSWORD', 'NEW_PASSWORD'], ['SIGN_UP']]),
  },
  {
    settings: settingsOf(TRACKED),
    people: ALL_PEOPLE,
    attempts: attempts('CHOICE', [['EMAIL'], ['SMS']], { proveDevice: [false] }),
  },
  {
    settings: settingsOf([undefined, true], [false, true]),
    people: PEOPLE,
    attempts: attempts('CHOICE', [['PASSKEY'], ['VERIFIED_PASSKEY']]),
  },
  {
    settings: settingsOf([undefined, true]),
    people: PEOPLE,
    attempts: attempts('CUSTOM', [[], ['PASSWORD'], ['PASSWORD', 'NEW_PASSWORD']], {
      verdicts: [undefined, 'tokens', 'failure', { challenge: 'CUSTOM_CHALLENGE' }],
    }),
  },
]

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
const poolOf = ({
  mfa,
  factors,
  firstFactors,
  challengedOnNewDevice,
  passkeysAreTwoFactors,
}: Settings): UserPool => ({
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
    WebAuthnConfiguration: {
      FactorConfiguration: passkeysAreTwoFactors ? 'MULTI_FACTOR_WITH_USER_VERIFICATION' : 'SINGLE_FACTOR',
    },
  },
  sessionConfig: undefined,
  longestSsoMinutes: 0,
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
  if (right === 'define' || 'define' in decided)
    return right === 'define' && typeof decided === 'object' && 'define' in decided
  if ('refuse' in decided || 'refuse' in right)
    return (
      'refuse' in decided &&
      'refuse' in right &&
      `${decided.refuse.name}: ${decided.refuse.message}` === right.refuse
    )
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

/** What the server makes of a function's answer. */
const verdictOf = ({ verdict }: SoFar): Verdict | undefined => {
  if (verdict === undefined) return undefined
  if (verdict === 'tokens') return 'issue'
  return verdict === 'failure'
    ? { refuse: errors.incorrectUsernameOrPassword() }
    : { ask: 'CUSTOM_CHALLENGE' }
}

test('the next step is the documented one, in every state of settings, user and attempt', () => {
  let compared = 0
  const differences: unknown[] = []
  for (const { settings: all, people, attempts } of CASES) {
    const users = people.map((person) => ({ person, user: userOf(person) }))
    const facts = attempts.map((soFar) => ({
      soFar,
      facts: {
        flow: soFar.flow,
        // The names of what was proven are the same words here and there.
        proven: soFar.proven as readonly Proof[],
        device: DEVICES[soFar.device],
        verdict: verdictOf(soFar),
        now: NOW,
      },
    }))
    for (const settings of all) {
      if (differences.length > 5) break
      const pool = poolOf(settings)
      // Without settings for devices, none is known.
      const possible = facts.filter(
        ({ soFar }) => settings.challengedOnNewDevice !== undefined || soFar.device === 'none',
      )
      for (const { person, user } of users)
        for (const { soFar, facts } of possible) {
          const decided = decide({ ...facts, pool, user })
          const right = next(settings, person, soFar)
          compared++
          if (!isSame(decided, right)) differences.push({ settings, person, soFar, decided, right })
        }
    }
  }
  console.log(`${compared} compared`)
  expect(differences).toEqual([])
  expect(compared).toBeGreaterThan(1_000_000)
})

test('functions are asked about names that do not exist, and never end in tokens', () => {
  const [settings] = settingsOf([undefined])
  if (!settings) throw new Error('There are none.')
  for (const soFar of attempts('CUSTOM', [[]], {
    verdicts: [undefined, 'tokens', 'failure', { challenge: 'CUSTOM_CHALLENGE' }],
  })) {
    const decided = decide({
      pool: poolOf(settings),
      user: undefined,
      flow: 'CUSTOM',
      proven: [],
      device: undefined,
      verdict: verdictOf(soFar),
      now: NOW,
    })
    expect(isSame(decided, next(settings, undefined, { ...soFar, proven: [] }))).toBe(true)
    expect(decided).not.toBe('done')
  }
})

/** A pool that allows others allows the password. */
const FIRST_FACTOR_SETS = subsets(['EMAIL_OTP', 'SMS_OTP', 'WEB_AUTHN'] as const).map(
  (others): Settings['firstFactors'] => ['PASSWORD', ...others],
)

test('a choice offers the documented factors, for every user and all settings', () => {
  const users = ALL_PEOPLE.flatMap((each) =>
    flags.flatMap((hasPassword) =>
      flags.map((hasPasskey) => {
        const person = { ...each, hasPassword, hasPasskey }
        return { person, user: userOf(person) }
      }),
    ),
  )
  const differences: unknown[] = []
  for (const base of settingsOf([undefined], [false, true]))
    for (const firstFactors of FIRST_FACTOR_SETS) {
      const settings = { ...base, firstFactors }
      const pool = poolOf(settings)
      for (const { person, user } of users) {
        const offered = firstFactorsOf(pool, firstProofsOf(pool, user, person.hasPasskey ? [PASSKEY] : []))
        const right = offer(settings, person)
        if (offered.join() !== right.join() && differences.length < 5)
          differences.push({ settings, person, offered, right })
      }
    }
  expect(differences).toEqual([])
})

/** Only that there is one matters. */
const PASSKEY = {} as Passkey
