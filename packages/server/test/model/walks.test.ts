import type { RequestOptions } from '@amulet/server/testing'
import { expect, test } from 'vitest'
import type { KnownDevice } from '../device-client.js'
import { srpBegin, srpClaim } from '../srp-sign-in.js'
import { type Answer, type Started, start } from '../start.js'
import { stillClock } from '../still-clock.js'
import { totp } from '../totp.js'
import { FUNCTIONS, LAMBDA_CONFIG, RIGHT } from './functions.js'
import { type Random, seeded } from './random.js'
import {
  afterRight,
  type DeviceState,
  FACTORS,
  type Factor,
  next,
  offer,
  type Person,
  reaches,
  type Settings,
  type SoFar,
  usableFactors,
} from './sign-in-model.js'
import {
  type Account,
  appCode,
  ask,
  createAccount,
  createPool,
  finishPool,
  type Pool,
  PREFERENCE,
} from './world.js'

// Random walks over the sign-in: any answer to any session, by any user and client of any pool and by administrators, again,
// late and out of turn, while users sign up, change, lose their factors and are deleted. What has truly been proven is noted beside the server, and every answer is compared with the model: tokens
// never come without the proofs that the settings ask for, no session is accepted after it was used, nothing breaks,
// and a right proof leads on. Each walk has a seed of its own:
// AMULET_WALK_SEED=… AMULET_WALK_RUNS=1 is the way back to one that failed.

const RUNS = Number(process.env.AMULET_WALK_RUNS ?? 12)
const SEED = Number(process.env.AMULET_WALK_SEED ?? 1)
const STEPS = 120

const SESSION_USED = 'NotAuthorizedException: Invalid session for the user, session can only be used once.'
const INCORRECT = 'NotAuthorizedException: Incorrect username or password.'

/** Seconds that a session lasts. */
const SESSION = 180

/** A challenge that was put to a user, and what its answer is worth. */
interface Held {
  readonly account: Account
  readonly client: string
  readonly challenge: string
  readonly session: string | undefined
  readonly soFar: Pick<SoFar, 'flow' | 'proven'> & {
    /** What became of the challenges of functions. */
    readonly results: readonly boolean[]
    readonly srpFirst: boolean
  }
  /** As many times as the user's sessions had ended when it was put. */
  readonly epoch: number
  /** One for all challenges that came of a choice. */
  readonly step: { taken: boolean; perhaps?: boolean }
  /** Of a challenge that allows one guess. */
  readonly guess: { taken: boolean } | undefined
  readonly expiresAt: number
  /** First factors among which another may still be chosen. */
  readonly offered: readonly string[]
  readonly of: readonly Factor[]
  /** What a passkey signs. */
  readonly options?: RequestOptions
  /** The sign-in began without a name: the account is the one whose passkey will say who the user is. */
  readonly isUnnamed?: boolean
  /** A code that was sent, and where to. */
  readonly code?: string
  readonly sentTo?: string
  /** Whether that code, or the app, turns a factor on. */
  readonly setsUp?: boolean
  readonly srp?: {
    readonly a: bigint
    readonly A: bigint
    readonly parameters: Readonly<Record<string, string>>
  }
  /** An app that is being set up, and the step of time whose code has proven it. */
  readonly app?: { readonly secret: string; readonly step?: number }
  readonly deviceKey?: string
  /** What led to the proof of a device: amazon-cognito-identity-js answers with the session of the code. */
  readonly after?: Held
}

/** An answer, and what it is worth if nothing else stands against it. */
interface Reply {
  readonly responses: Record<string, string>
  readonly is: 'right' | 'wrong' | 'choice'
  /** What follows a choice. */
  readonly chooses?: Partial<Held> & { readonly challenge: string }
  /** Applied when a right answer counts. */
  readonly counts?: () => void
  /** Which challenge is answered, where a session may be answered as another. */
  readonly as?: string
}

/** A user who has just come to be. */
const NEWCOMER: Person = {
  enabled: true,
  status: 'CONFIRMED',
  passwordHasExpired: false,
  hasPassword: true,
  email: 'none',
  phone: 'none',
  enabledFactors: [],
  preferred: undefined,
  hasPasskey: false,
}

const without = (person: Person, factor: Factor): Person => ({
  ...person,
  enabledFactors: person.enabledFactors.filter((one) => one !== factor),
  preferred: person.preferred === factor ? undefined : person.preferred,
})

/** What `define` says, by the model. */
function verdictOf({ flow, results, srpFirst, proven }: Held['soFar']): SoFar['verdict'] {
  if (flow !== 'CUSTOM') return undefined
  if (srpFirst && !proven.includes('PASSWORD')) return { challenge: 'PASSWORD_VERIFIER' }
  if (results.includes(true)) return 'tokens'
  return results.length === 3 ? 'failure' : { challenge: 'CUSTOM_CHALLENGE' }
}

/** Who sends a request. An administrator's server signs users in too, from no device. */
type By = 'client' | 'admin'

/** Each pool goes on with at least some of the users that it began with. */
const FEWEST = 4
const MOST = 14

class Walk {
  readonly seen = new Map<string, number>()
  private readonly accounts: Account[] = []
  private readonly held: Held[] = []
  private readonly epochs = new Map<Account, number>()
  private readonly wrong = new Map<Account, number>()
  private readonly deleted = new Set<Account>()
  private readonly tokens = new Map<Account, { readonly AccessToken: string; readonly epoch: number }>()
  private readonly log: string[] = []

  private readonly app: Started
  private readonly random: Random
  private readonly startedAt: number

  constructor(app: Started, random: Random) {
    this.app = app
    this.random = random
    this.startedAt = app.server.clock.now()
  }

  async run(): Promise<void> {
    const { random } = this
    const pools = await Promise.all([0, 1].map(() => this.newPool()))
    for (const pool of pools) {
      for (let number = 0; number < 3; number++) this.accounts.push(await this.newAccount(pool))
      await finishPool(this.app, pool)
    }
    try {
      for (let step = 0; step < STEPS; step++) {
        const roll = random()
        if (roll < 0.02) await this.signUp()
        else if (this.held.length === 0 || roll < 0.2) await this.begin()
        else if (roll < 0.22) await this.beginUnnamed()
        else if (roll < 0.28) await this.interfere()
        else if (roll < 0.31) this.pass(random.pick([31, 31, 61, SESSION, 4000, 90_000]))
        else await this.answerOne()
      }
    } catch (error) {
      const accounts = this.accounts.map(({ name, person, pool: { settings } }) =>
        JSON.stringify({ name, person, settings }),
      )
      console.error([...this.log.slice(-40), ...accounts].join('\n'))
      throw error
    }
  }

  private async newPool(): Promise<Pool> {
    const { random } = this
    const mfa = random.pick(['OFF', 'OPTIONAL', 'ON'] as const)
    const some = random.some(FACTORS)
    const settings: Settings = {
      mfa,
      factors: mfa === 'OFF' ? [] : some.length > 0 ? some : [random.pick(FACTORS)],
      firstFactors: ['PASSWORD', ...random.some(['EMAIL_OTP', 'SMS_OTP', 'WEB_AUTHN'] as const)],
      passkeysAreTwoFactors: random.chance(0.5),
      challengedOnNewDevice: random.pick([undefined, false, true]),
      rememberedOnPrompt: random.chance(0.5),
      hidesExistence: random.chance(0.7),
    }
    return await createPool(this.app, settings, { clients: 2, LambdaConfig: LAMBDA_CONFIG })
  }

  private async newAccount(pool: Pool): Promise<Account> {
    const { random } = this
    const [email, phone] = [0, 1].map(() => random.pick(['none', 'unverified', 'verified'] as const))
    const status = this.someStatus(email ?? 'none')
    // What a code has not proven yet.
    const of = (state: Person['email'] = 'none') =>
      state === 'verified' && status === 'UNCONFIRMED' ? 'unverified' : state
    const canHave = {
      SMS_MFA: phone !== 'none',
      EMAIL_OTP: email !== 'none',
      // It takes a sign-in to set one up.
      SOFTWARE_TOKEN_MFA: status !== 'UNCONFIRMED',
    }
    const enabledFactors = random.some(FACTORS).filter((factor) => canHave[factor])
    const person: Person = {
      enabled: random.chance(0.95),
      status,
      passwordHasExpired: false,
      hasPassword: true,
      email: of(email),
      phone: of(phone),
      enabledFactors,
      preferred: random.chance(0.5) && enabledFactors.length > 0 ? random.pick(enabledFactors) : undefined,
      hasPasskey:
        status !== 'UNCONFIRMED' && pool.settings.firstFactors.includes('WEB_AUTHN') && random.chance(0.7),
    }
    const device = random.pick(['none', 'confirmed', 'remembered'] as const)
    return await createAccount(this.app, pool, person, { device })
  }

  private async signUp(): Promise<void> {
    const { random, accounts } = this
    if (accounts.length >= MOST) return
    const { pool } = random.pick(accounts)
    const { firstFactors, mfa, factors } = pool.settings
    // Where nothing else than the address could be the second factor, a password is required.
    const isRequired =
      firstFactors.length === 1 || (mfa === 'ON' && factors.every((factor) => factor === 'EMAIL_OTP'))
    const hasPassword = isRequired || random.chance(0.5)
    const account = await createAccount(this.app, pool, {
      ...NEWCOMER,
      status: 'UNCONFIRMED',
      hasPassword,
      email: 'unverified',
    })
    this.log.push(`${account.name} signs up${hasPassword ? '' : ' without a password'}`)
    accounts.push(account)
    this.holdSignUp(account, pool.clients[0] ?? '', account.signUpSession)
  }

  /** The code of the sign-up confirms the user, and brings a session for a sign-in. */
  private async confirmSignUp(account: Account): Promise<void> {
    const { app, random } = this
    const client = random.pick(account.pool.clients)
    const messages = app.server.inbox.list(account.email)
    const answer = await app.call('ConfirmSignUp', {
      ClientId: client,
      Username: account.name,
      ConfirmationCode: messages.find(({ purpose }) => purpose === 'sign-up')?.code ?? '000000',
      ...(account.signUpSession && random.chance(0.3) && { Session: account.signUpSession }),
    })
    this.note(`${account.name} confirms the sign-up`, answer)
    if (answer.status !== 200) return
    account.person = { ...account.person, status: 'CONFIRMED', email: 'verified' }
    this.holdSignUp(account, client, answer.body.Session)
  }

  private holdSignUp(account: Account, client: string, session: string | undefined): void {
    if (session === undefined) return
    this.held.push({
      account,
      client,
      challenge: 'SIGN_UP',
      session,
      soFar: { flow: 'CHOICE', proven: [], results: [], srpFirst: false },
      epoch: this.epochOf(account),
      step: { taken: false },
      guess: undefined,
      expiresAt: this.app.server.clock.now() + SESSION * 1000,
      offered: [],
      of: [],
    })
  }

  private someStatus(email: Person['email']): Person['status'] {
    const { random } = this
    if (random.chance(0.6)) return 'CONFIRMED'
    // A reset needs an address that its code can go to.
    const others = ['UNCONFIRMED', 'FORCE_CHANGE_PASSWORD', 'RESET_REQUIRED'] as const
    return random.pick(others.filter((status) => status !== 'RESET_REQUIRED' || email === 'verified'))
  }

  private pass(seconds: number): void {
    this.log.push(`${seconds} seconds pass`)
    this.app.server.clock.advance(seconds)
    for (const { person } of this.accounts)
      if (person.status === 'FORCE_CHANGE_PASSWORD' && seconds >= 90_000) this.watchExpiry()
    // Locks and quotas are over.
    if (seconds >= 90_000) this.wrong.clear()
  }

  private watchExpiry(): void {
    for (const account of this.accounts) {
      const since = this.app.server.clock.now() - (this.passwordSetAt.get(account) ?? this.startedAt)
      account.person = { ...account.person, passwordHasExpired: since >= 7 * 86_400_000 }
    }
  }
  private readonly passwordSetAt = new Map<Account, number>()

  private epochOf = (account: Account) => this.epochs.get(account) ?? 0
  private endSessions(account: Account): void {
    this.epochs.set(account, this.epochOf(account) + 1)
  }

  /** Something happens to a user from elsewhere. */
  private async interfere(): Promise<void> {
    const { app, random } = this
    const account = random.pick(this.accounts)
    const about = { UserPoolId: account.pool.UserPoolId, Username: account.name }
    const unconfirmed = this.accounts.filter(({ person }) => person.status === 'UNCONFIRMED')
    if (unconfirmed.length > 0 && random.chance(0.3))
      return await this.confirmSignUp(random.pick(unconfirmed))
    const what = random.pick([
      'sign out',
      'set password',
      'disable',
      'enable',
      'forget device',
      'prefer',
      'delete',
      'confirm',
      'change e-mail address',
      'remove address',
      'remove app',
      'remove passkey',
      'turn factor off',
    ])
    this.log.push(`${account.name}: ${what}`)
    const { person } = account
    switch (what) {
      case 'delete': {
        if (this.accounts.length <= FEWEST) return
        await ask(app, 'AdminDeleteUser', about)
        this.accounts.splice(this.accounts.indexOf(account), 1)
        this.deleted.add(account)
        this.count('deleted')
        // Another user who gets the name has nothing to do with the one before.
        if (random.chance(0.5)) {
          const { name, pool } = account
          this.accounts.push(await createAccount(app, pool, NEWCOMER, { name }))
        }
        return
      }
      case 'confirm':
        if (person.status !== 'UNCONFIRMED') return
        await ask(app, 'AdminConfirmSignUp', about)
        account.person = { ...person, status: 'CONFIRMED' }
        return
      case 'change e-mail address': {
        const email = `other${random.below(1e9)}@example.com`
        const UserAttributes = [
          { Name: 'email', Value: email },
          { Name: 'email_verified', Value: 'true' },
        ]
        await ask(app, 'AdminUpdateUserAttributes', { ...about, UserAttributes })
        account.email = email
        account.person = { ...person, email: 'verified' }
        return
      }
      case 'remove address': {
        const [attribute, member] = random.pick([
          ['email', 'email'],
          ['phone_number', 'phone'],
        ] as const)
        if (person[member] === 'none') return
        await ask(app, 'AdminDeleteUserAttributes', { ...about, UserAttributeNames: [attribute] })
        account.person = { ...person, [member]: 'none' }
        return
      }
      case 'remove app':
        if (!account.appSecret) return
        await ask(app, 'AdminDeleteSoftwareToken', about)
        account.appSecret = undefined
        account.appStep = 0
        account.person = without(person, 'SOFTWARE_TOKEN_MFA')
        return
      case 'remove passkey': {
        const { AccessToken, epoch } = this.tokens.get(account) ?? {}
        if (!person.hasPasskey || epoch !== this.epochOf(account)) return
        const CredentialId = account.passkey?.id
        const answer = await app.call('DeleteWebAuthnCredential', { AccessToken, CredentialId })
        // An hour is over since the sign-in, or it was from a device that is forgotten.
        if (answer.status !== 200) return
        account.person = { ...person, hasPasskey: false }
        this.count('passkey removed')
        return
      }
      case 'turn factor off': {
        if (person.enabledFactors.length === 0) return
        const factor = random.pick(person.enabledFactors)
        const answer = await app.call('AdminSetUserMFAPreference', {
          ...about,
          [PREFERENCE[factor]]: { Enabled: false },
        })
        // The last one stays where one is required.
        if (answer.status === 200) account.person = without(person, factor)
        return
      }
      case 'sign out':
        await ask(app, 'AdminUserGlobalSignOut', about)
        return this.endSessions(account)
      case 'set password': {
        const Permanent = random.chance(0.5)
        account.password = `Other-Password-${random.below(1e9)}`
        await ask(app, 'AdminSetUserPassword', { ...about, Password: account.password, Permanent })
        const status = Permanent ? 'CONFIRMED' : 'FORCE_CHANGE_PASSWORD'
        account.person = { ...person, status, passwordHasExpired: false, hasPassword: true }
        this.passwordSetAt.set(account, app.server.clock.now())
        return this.endSessions(account)
      }
      case 'disable':
        await ask(app, 'AdminDisableUser', about)
        account.person = { ...person, enabled: false }
        return this.endSessions(account)
      case 'enable':
        await ask(app, 'AdminEnableUser', about)
        account.person = { ...person, enabled: true }
        return
      case 'forget device':
        if (!account.device) return
        await ask(app, 'AdminForgetDevice', { ...about, DeviceKey: account.device.key })
        account.device = undefined
        return
      case 'prefer': {
        // Of what is turned on and the pool has.
        const { factors, mfa } = account.pool.settings
        const usable = person.enabledFactors.filter((factor) => mfa !== 'OFF' && factors.includes(factor))
        if (usable.length === 0) return
        const preferred = random.pick(usable)
        const input = { ...about, [PREFERENCE[preferred]]: { Enabled: true, PreferredMfa: true } }
        const answer = await app.call('AdminSetUserMFAPreference', input)
        // The address that its codes would go to is gone.
        if (!reaches(person, preferred)) return this.expectRefusal(answer)
        expect(answer.status, answer.text).toBe(200)
        account.person = { ...person, preferred }
      }
    }
  }

  /** The device that a request says it comes from: the user's own, another user's, or none. */
  private someDevice(account: Account): KnownDevice | undefined {
    if (this.random.chance(0.5)) return undefined
    return this.random.chance(0.85) ? account.device : this.random.pick(this.accounts).device
  }

  private deviceState(account: Account, key: string | undefined): DeviceState | 'unknown' {
    if (key === undefined || account.pool.settings.challengedOnNewDevice === undefined) return 'none'
    if (account.device?.key !== key) return 'unknown'
    return account.device.remembered ? 'remembered' : 'confirmed'
  }

  private async begin(): Promise<void> {
    const { random } = this
    const account = random.pick(this.accounts)
    const client = random.pick(account.pool.clients)
    const named = this.someDevice(account)
    const by = this.someone()
    const flow = random.pick(['SRP', 'PASSWORD', 'CHOICE', 'CHOICE', 'CUSTOM'] as const)
    const srpFirst = flow === 'CUSTOM' && random.chance(0.5)
    const isRight = random.chance(0.85) && account.person.hasPassword
    const password = isRight ? account.password : 'Wrong-Password-1'
    const device = by === 'admin' ? undefined : named
    const srp = srpBegin()
    const preferred =
      flow === 'CHOICE'
        ? random.pick([undefined, 'PASSWORD', 'PASSWORD_SRP', 'EMAIL_OTP', 'SMS_OTP', 'WEB_AUTHN'])
        : undefined
    const inline = flow === 'CHOICE' ? random.chance(0.5) : true
    const sends = {
      password: flow === 'PASSWORD' || (preferred === 'PASSWORD' && inline),
      srp: flow === 'SRP' || srpFirst || (preferred === 'PASSWORD_SRP' && inline),
    }
    const answer = await this.call(by, 'InitiateAuth', account.pool, {
      ClientId: client,
      AuthFlow: {
        SRP: 'USER_SRP_AUTH',
        PASSWORD: by === 'admin' ? 'ADMIN_USER_PASSWORD_AUTH' : 'USER_PASSWORD_AUTH',
        CHOICE: 'USER_AUTH',
        CUSTOM: 'CUSTOM_AUTH',
      }[flow],
      AuthParameters: {
        USERNAME: account.name,
        ...(sends.password && { PASSWORD: password }),
        ...(sends.srp && { SRP_A: srp.SRP_A }),
        ...(srpFirst && { CHALLENGE_NAME: 'SRP_A' }),
        ...(preferred && { PREFERRED_CHALLENGE: preferred }),
        ...(named && { DEVICE_KEY: named.key }),
      },
    })
    this.note(
      `${account.name} begins ${by === 'admin' ? 'by an administrator ' : ''}${flow} ${preferred ?? ''} ${isRight ? 'right' : 'wrong'}`,
      answer,
    )
    const from: Held = {
      account,
      client,
      challenge: 'START',
      session: undefined,
      soFar: { flow, proven: [], results: [], srpFirst },
      epoch: this.epochOf(account),
      step: { taken: false },
      guess: undefined,
      expiresAt: Number.POSITIVE_INFINITY,
      offered: flow === 'CHOICE' ? offer(account.pool.settings, account.person) : [],
      of: [],
    }
    if (this.isToldAtOnce(account, flow, by)) return this.expectRefusal(answer)
    if (!sends.srp && this.deviceState(account, device?.key) === 'unknown')
      return this.expectRefusal(answer, 'ResourceNotFoundException: Device does not exist.')
    // A user who has nothing to begin with is answered like a name that does not exist.
    if (flow === 'CHOICE' && from.offered.length === 0) return expect(told(answer)).not.toBe('tokens')
    const isChosen = preferred === undefined || from.offered.includes(preferred)
    if (sends.password && isChosen) {
      if (!isRight) return this.expectWrong(from, answer)
      return this.expectNext(from, answer, 'PASSWORD', device)
    }
    if (sends.srp && isChosen)
      return this.expectAsked(from, answer, {
        challenge: 'PASSWORD_VERIFIER',
        offered: [],
        srp: { ...srp, parameters: answer.body.ChallengeParameters },
      })
    if (flow === 'CUSTOM') return this.expectNext(from, answer, undefined, device)
    const asked = preferred && from.offered.includes(preferred) ? preferred : 'SELECT_CHALLENGE'
    return this.expectAsked(from, answer, { challenge: asked, offered: from.offered })
  }

  /** Where it is not hidden who exists, and administrators: the state of the account is told before anything is proven. */
  private isToldAtOnce({ person, pool }: Account, flow: SoFar['flow'], by: By): boolean {
    if (pool.settings.hidesExistence && by === 'client') return false
    return (
      !person.enabled ||
      (person.status === 'RESET_REQUIRED' && (flow !== 'PASSWORD' || !person.hasPassword)) ||
      (person.status === 'UNCONFIRMED' && (flow === 'CHOICE' || flow === 'CUSTOM'))
    )
  }

  /** A passkey says who the user is, if the pool takes passkeys alone. */
  private async beginUnnamed(): Promise<void> {
    const { random } = this
    const have = this.accounts.filter(({ passkey }) => passkey)
    const account = random.pick(have.length > 0 && random.chance(0.8) ? have : this.accounts)
    const { pool } = account
    const { firstFactors, mfa, passkeysAreTwoFactors } = pool.settings
    const client = random.pick(pool.clients)
    const answer = await this.call(this.someone(), 'InitiateAuth', pool, {
      ClientId: client,
      AuthFlow: 'USER_AUTH',
      AuthParameters: { PREFERRED_CHALLENGE: 'WEB_AUTHN' },
    })
    this.note(`${account.name} begins without a name`, answer)
    if (!firstFactors.includes('WEB_AUTHN') || (mfa === 'ON' && !passkeysAreTwoFactors))
      return this.expectRefusal(answer, 'InvalidParameterException: Missing required parameter USERNAME')
    const from: Held = {
      account,
      client,
      challenge: 'START',
      session: undefined,
      soFar: { flow: 'CHOICE', proven: [], results: [], srpFirst: false },
      epoch: this.epochOf(account),
      step: { taken: false },
      guess: undefined,
      expiresAt: Number.POSITIVE_INFINITY,
      offered: [],
      of: [],
      isUnnamed: true,
    }
    this.expectAsked(from, answer, { challenge: 'WEB_AUTHN' })
  }

  private someone = (): By => (this.random.chance(0.15) ? 'admin' : 'client')

  private call(by: By, operation: string, { UserPoolId }: Pool, input: object): Promise<Answer> {
    if (by === 'client') return this.app.call(operation, input)
    this.count('by an administrator')
    return this.app.call(`Admin${operation}`, { UserPoolId, ...input })
  }

  private async answerOne(): Promise<void> {
    const { random, held } = this
    const open = random.chance(0.75)
      ? (held.at(-1 - random.below(Math.min(4, held.length))) ?? held[0])
      : random.pick(held)
    if (!open) return
    if (open.challenge === 'MFA_SETUP' && random.chance(0.6)) return await this.setUpApp(open)
    const roll = random()
    if (roll < 0.62) return await this.send(open, this.rightReply(open))
    if (roll < 0.75) return await this.send(open, this.wrongReply(open))
    if (roll < 0.82 && open.offered.length > 0 && open.session)
      return await this.send(open, this.chooseAgain(open))
    if (roll < 0.87) return await this.twiceAtOnce(open)
    return await this.misuse(open)
  }

  /** What the user would answer. */
  private rightReply(open: Held): Reply {
    const { account, challenge } = open
    const { app, random } = this
    const right = (responses: Record<string, string>, counts?: () => void): Reply => ({
      responses,
      is: 'right',
      ...(counts && { counts }),
    })
    const ifPassword = (responses: Record<string, string>): Reply =>
      account.person.hasPassword ? right(responses) : { responses, is: 'wrong' }
    switch (challenge) {
      case 'SIGN_UP':
        return right({})
      case 'PASSWORD_VERIFIER':
        return ifPassword(this.claim(open, account.password))
      case 'DEVICE_PASSWORD_VERIFIER':
        return this.deviceReply(open, account.device?.password)
      case 'SELECT_CHALLENGE':
        return this.chooseAgain(open)
      case 'PASSWORD':
        return ifPassword({ PASSWORD: account.password })
      case 'PASSWORD_SRP':
        return this.srpReply({})
      case 'NEW_PASSWORD_REQUIRED': {
        const password = `New-Password-${random.below(1e9)}`
        return right({ NEW_PASSWORD: password }, () => {
          account.password = password
        })
      }
      case 'SMS_MFA':
        return this.codeReply(open)
      case 'EMAIL_OTP':
        return this.codeReply(open)
      case 'SMS_OTP':
        return this.codeReply(open)
      case 'WEB_AUTHN': {
        const { passkey } = account
        const { options } = open
        if (!passkey || !options) return { responses: { CREDENTIAL: '{}' }, is: 'wrong' }
        const responses = { CREDENTIAL: JSON.stringify(passkey.get(options)) }
        return account.person.hasPasskey ? right(responses) : { responses, is: 'wrong' }
      }
      case 'CUSTOM_CHALLENGE':
        return right({ ANSWER: RIGHT })
      case 'SOFTWARE_TOKEN_MFA': {
        const step = Math.floor(app.server.clock.now() / 30_000)
        const responses = { SOFTWARE_TOKEN_MFA_CODE: account.appSecret ? appCode(app, account) : '123456' }
        // Each code works once.
        if (!account.appSecret || step <= account.appStep) return { responses, is: 'wrong' }
        return right(responses, () => {
          account.appStep = step
        })
      }
      case 'SELECT_MFA_TYPE': {
        const factor = random.pick(open.of)
        return { responses: { ANSWER: factor }, is: 'choice', chooses: { challenge: factor } }
      }
      case 'MFA_SETUP': {
        const { app: token } = open
        if (token?.step !== undefined) {
          const { secret, step } = token
          return right({}, () => {
            account.appSecret = secret
            account.appStep = step
          })
        }
        const chosen = open.of.filter((factor) => factor !== 'SOFTWARE_TOKEN_MFA')
        if (chosen.length === 0) return { responses: {}, is: 'wrong' }
        const factor = random.pick(chosen)
        return {
          responses: factor === 'EMAIL_OTP' ? { EMAIL: account.email } : { PHONE_NUMBER: account.phone },
          is: 'choice',
          chooses: { challenge: factor, setsUp: true },
        }
      }
      case 'DEVICE_SRP_AUTH': {
        const srp = srpBegin()
        const key = account.device?.key
        return {
          responses: { SRP_A: srp.SRP_A, DEVICE_KEY: open.deviceKey ?? '' },
          // Forgotten since.
          is: key !== undefined && key === open.deviceKey ? 'choice' : 'wrong',
          chooses: {
            challenge: 'DEVICE_PASSWORD_VERIFIER',
            srp: { ...srp, parameters: {} },
            ...(key && { deviceKey: key }),
          },
        }
      }
      default:
        throw new Error(`The walk has no answer to ${challenge}.`)
    }
  }

  /** A code is right while the address that it went to is the user's, and of a first factor while the factor is too. */
  private codeReply({ account, challenge, code, sentTo, setsUp, offered }: Held): Reply {
    const { person, pool } = account
    const isFirst = offered.length > 0
    const [state, address] = challenge.startsWith('SMS')
      ? [person.phone, account.phone]
      : [person.email, account.email]
    const isUsers =
      (setsUp || (state !== 'none' && sentTo === address)) &&
      (!isFirst || offer(pool.settings, person).includes(challenge))
    return {
      responses: { [`${challenge}_CODE`]: code ?? '00000000' },
      is: code !== undefined && isUsers ? 'right' : 'wrong',
      counts() {
        if (challenge === 'EMAIL_OTP' && setsUp && sentTo !== undefined) account.email = sentTo
      },
    }
  }

  private claim({ account, srp }: Held, password: string): Record<string, string> {
    if (!srp) throw new Error('There is no exchange.')
    const { UserPoolId } = account.pool
    const poolName = UserPoolId.slice(UserPoolId.indexOf('_') + 1)
    return srpClaim(srp, [poolName, account.name], password, this.app.server.clock.now())
  }

  private deviceReply({ account, srp, deviceKey }: Held, password: string | undefined): Reply {
    const { device } = account
    if (!srp) throw new Error('There is no exchange.')
    const [key, groupKey] = [deviceKey ?? '', device?.groupKey ?? '']
    const responses = {
      DEVICE_KEY: key,
      ...srpClaim(srp, [groupKey, key], password ?? '', this.app.server.clock.now()),
    }
    const isRight = device !== undefined && device.key === key && password === device.password
    return { responses, is: isRight ? 'right' : 'wrong' }
  }

  private srpReply(responses: Record<string, string>, as?: string): Reply {
    const srp = srpBegin()
    return {
      responses: { ...responses, SRP_A: srp.SRP_A },
      is: 'choice',
      chooses: { challenge: 'PASSWORD_VERIFIER', offered: [], srp: { ...srp, parameters: {} } },
      ...(as && { as }),
    }
  }

  /** Another first factor, with its answer or without. */
  private chooseAgain(open: Held): Reply {
    const { random } = this
    const { account, offered } = open
    const as = 'SELECT_CHALLENGE'
    const ANSWER = random.pick(offered)
    if (ANSWER === 'PASSWORD' && random.chance(0.5)) {
      const is = account.person.hasPassword ? 'right' : 'wrong'
      return { responses: { ANSWER, PASSWORD: account.password }, is, as }
    }
    if (ANSWER === 'PASSWORD_SRP' && random.chance(0.5)) return this.srpReply({ ANSWER }, as)
    return { responses: { ANSWER }, is: 'choice', chooses: { challenge: ANSWER, offered }, as }
  }

  private wrongReply(open: Held): Reply {
    const { account, challenge } = open
    const other = this.random.pick(this.accounts.filter((one) => one !== account))
    const wrong = (responses: Record<string, string>): Reply => ({ responses, is: 'wrong' })
    const code = () => {
      // Of another session, or made up.
      const others = this.held.flatMap(({ code }) => (code && code !== open.code ? [code] : []))
      if (others.length > 0 && this.random.chance(0.5)) return this.random.pick(others)
      return open.code === '000000' ? '111111' : '000000'
    }
    switch (challenge) {
      case 'SIGN_UP':
        return this.rightReply(open)
      case 'PASSWORD_VERIFIER':
        return wrong(this.claim(open, other.password))
      case 'DEVICE_PASSWORD_VERIFIER':
        return this.deviceReply(open, 'another password')
      case 'SELECT_CHALLENGE':
        return { ...wrong({ ANSWER: 'PASSWORD', PASSWORD: other.password }), as: 'SELECT_CHALLENGE' }
      case 'PASSWORD':
        return wrong({ PASSWORD: other.password })
      case 'PASSWORD_SRP':
        return wrong({ SRP_A: '0' })
      case 'WEB_AUTHN': {
        // Another challenge is signed, or by the passkey of another user.
        const signs = { rpId: 'localhost', challenge: 'AAAAAAAAAAAAAAAAAAAAAA' }
        // Where none is named, that one signs in with it.
        const isTheirs = !open.isUnnamed || other.pool !== account.pool
        const others = isTheirs ? other.passkey?.get(open.options ?? signs) : undefined
        const credential = others ?? account.passkey?.get(signs) ?? {}
        return wrong({ CREDENTIAL: JSON.stringify(credential) })
      }
      case 'CUSTOM_CHALLENGE':
        return wrong({ ANSWER: 'gold' })
      case 'NEW_PASSWORD_REQUIRED':
        return wrong({ NEW_PASSWORD: 'short' })
      case 'SMS_MFA':
        return wrong({ SMS_MFA_CODE: code() })
      case 'EMAIL_OTP':
      case 'SMS_OTP':
        return wrong({ [`${challenge}_CODE`]: code() })
      case 'SOFTWARE_TOKEN_MFA': {
        const now = this.app.server.clock.now()
        const late = account.appSecret ? totp(account.appSecret, now - 300_000) : '123456'
        return wrong({ SOFTWARE_TOKEN_MFA_CODE: late })
      }
      case 'SELECT_MFA_TYPE':
        return wrong({ ANSWER: 'WEB_AUTHN' })
      case 'MFA_SETUP':
        return open.app?.step === undefined ? wrong({}) : { ...this.rightReply(open) }
      case 'DEVICE_SRP_AUTH':
        return wrong({ SRP_A: '0', DEVICE_KEY: open.deviceKey ?? '' })
      default:
        throw new Error(`The walk has no answer to ${challenge}.`)
    }
  }

  private request(
    { account, client: ClientId, challenge, session: Session, isUnnamed }: Held,
    { responses, as }: Pick<Reply, 'responses' | 'as'>,
    more: object = {},
    by = this.someone(),
  ): Promise<Answer> {
    const isNamed = !isUnnamed || this.random.chance(0.3)
    const given = { ...(isNamed && { USERNAME: account.name }), ...responses }
    // The session of a sign-up begins a sign-in.
    if (challenge === 'SIGN_UP' && as === undefined) {
      const input = { ClientId, AuthFlow: 'USER_AUTH', AuthParameters: given, Session, ...more }
      return this.call(by, 'InitiateAuth', account.pool, input)
    }
    return this.call(by, 'RespondToAuthChallenge', account.pool, {
      ClientId,
      ChallengeName: as ?? challenge,
      Session,
      ChallengeResponses: given,
      ...more,
    })
  }

  private withDevice(open: Held, reply: Reply): { reply: Reply; device: KnownDevice | undefined } {
    if (open.challenge.startsWith('DEVICE_')) return { reply, device: undefined }
    const device = this.someDevice(open.account)
    if (!device) return { reply, device }
    return { reply: { ...reply, responses: { ...reply.responses, DEVICE_KEY: device.key } }, device }
  }

  private async send(latest: Held, plain: Reply): Promise<void> {
    const { after } = latest
    const isAfterCode =
      after?.session &&
      after.offered.length === 0 &&
      /_(MFA|OTP)$/.test(after.challenge) &&
      this.random.chance(0.3)
    const open = isAfterCode ? { ...latest, session: after.session, expiresAt: after.expiresAt } : latest
    const { reply, device } = this.withDevice(open, plain)
    const by = this.someone()
    const answer = await this.request(open, reply, {}, by)
    const { account, challenge } = open
    const as = `${reply.as ? ` as ${reply.as}` : ''}${by === 'admin' ? ' by an administrator' : ''}`
    this.note(`${account.name} answers ${challenge}${as} ${reply.is}`, answer)
    this.judge(open, reply, by === 'admin' ? undefined : device, answer, by)
  }

  private isOpen(
    { step, guess, expiresAt, epoch, account, soFar, offered, challenge, isUnnamed }: Held,
    reply: Reply,
  ): boolean {
    // Another choice is made from a challenge whose one guess was wrong.
    const isGuessed = guess?.taken && reply.as === undefined
    if (step.taken || isGuessed || expiresAt <= this.app.server.clock.now()) return false
    // Before the first proof there is nothing that a choice could go on from.
    const isFirstChoice = reply.is === 'choice' && soFar.proven.length === 0 && offered.length > 0
    // Nor is there an attempt of anyone yet.
    if (isUnnamed) return true
    if (isFirstChoice || (challenge === 'CUSTOM_CHALLENGE' && soFar.proven.length === 0)) return true
    return epoch === this.epochOf(account) && (account.person.enabled || soFar.proven.length === 0)
  }

  private judge(open: Held, reply: Reply, device: KnownDevice | undefined, answer: Answer, by: By) {
    const { account, challenge } = open
    if (this.deleted.has(account)) return this.expectNothing(open, reply, answer)
    const isRefusedKey =
      ['PASSWORD_VERIFIER', 'CUSTOM_CHALLENGE', 'SIGN_UP'].includes(challenge) &&
      this.deviceState(account, device?.key) === 'unknown'
    if (challenge === 'SIGN_UP' && this.isToldAtOnce(account, 'CHOICE', by)) return this.expectRefusal(answer)
    if (!this.isOpen(open, reply)) {
      // A guess is judged by when it comes, not by what it says.
      if (reply.is === 'wrong') this.countWrong(open)
      // Right of an attempt that is over: whether it was used up matters to another choice and to a set-up only.
      else open.step.perhaps = true
      return this.expectRefusal(answer)
    }
    if (open.step.perhaps && reply.is === 'choice' && answer.status === 400) return
    if (isRefusedKey) return this.expectRefusal(answer, 'ResourceNotFoundException: Device does not exist.')
    // It is good once the user is confirmed.
    if (challenge === 'SIGN_UP' && account.person.status === 'UNCONFIRMED')
      return this.expectRefusal(answer, 'UserNotConfirmedException: User is not confirmed.')
    if (challenge === 'CUSTOM_CHALLENGE') {
      open.step.taken = true
      const results = [...open.soFar.results, reply.is === 'right']
      return this.expectNext({ ...open, soFar: { ...open.soFar, results } }, answer, undefined, device)
    }
    if (reply.is === 'wrong') return this.expectWrong(open, answer)
    if (reply.is === 'choice' && reply.chooses) {
      const { srp } = reply.chooses
      const parameters = answer.body.ChallengeParameters ?? {}
      return this.expectAsked(open, answer, {
        ...reply.chooses,
        ...(srp && { srp: { ...srp, parameters } }),
      })
    }
    if (this.isRefusedForLocks(account, answer)) return
    const isSetUpMeanwhile =
      (open.setsUp || challenge === 'MFA_SETUP') &&
      usableFactors(account.pool.settings, account.person).length > 0
    if (isSetUpMeanwhile) return this.expectRefusal(answer)
    const proves = reply.as === 'SELECT_CHALLENGE' ? 'PASSWORD' : challenge
    open.step.taken = true
    if (open.guess) open.guess.taken = true
    reply.counts?.()
    const after = afterRight(account.person, proves, {
      setsUp: open.setsUp === true || challenge === 'MFA_SETUP',
      isSecond: open.offered.length === 0,
    })
    account.person = after.person
    if (challenge === 'NEW_PASSWORD_REQUIRED') this.endSessions(account)
    const proved = challenge === 'DEVICE_PASSWORD_VERIFIER' ? account.device : device
    if (answer.body.AuthenticationResult && (open.isUnnamed || challenge === 'SIGN_UP'))
      this.count(open.isUnnamed ? 'tokens without a name' : 'tokens by a sign-up')
    this.expectNext({ ...open, epoch: this.epochOf(account) }, answer, after.proven, proved)
  }

  /** The user was deleted: what goes on before the first proof is the same for all names, and ends in nothing. */
  private expectNothing({ challenge, soFar }: Held, { is }: Reply, answer: Answer) {
    if (is !== 'choice' && challenge !== 'CUSTOM_CHALLENGE') return this.expectRefusal(answer)
    if (soFar.proven.length > 0) return this.expectRefusal(answer)
    expect(told(answer)).not.toBe('tokens')
  }

  /** A right answer has counted: what follows is what the model says. */
  private expectNext(
    open: Held,
    answer: Answer,
    proven: SoFar['proven'][number] | undefined,
    offered: KnownDevice | undefined,
  ) {
    const { account, soFar, client } = open
    if (this.isRefusedForLocks(account, answer)) return
    const state = this.deviceState(account, offered?.key)
    const device = state === 'unknown' ? 'none' : state
    const now = { ...soFar, proven: proven ? [...soFar.proven, proven] : soFar.proven }
    const expected = next(account.pool.settings, account.person, { ...now, device, verdict: verdictOf(now) })
    // What functions ask is the same for all names, until it would come to tokens.
    const isOver = open.epoch !== this.epochOf(account)
    if (isOver && !(typeof expected === 'object' && 'ask' in expected && expected.ask === 'CUSTOM_CHALLENGE'))
      return this.expectRefusal(answer)
    if (expected === 'tokens') {
      expect(told(answer)).toBe('tokens')
      const claims = JSON.parse(
        Buffer.from(answer.body.AuthenticationResult.AccessToken.split('.')[1] ?? '', 'base64url').toString(),
      )
      expect(claims).toMatchObject({ username: account.name, client_id: client })
      const { AccessToken } = answer.body.AuthenticationResult
      this.tokens.set(account, { AccessToken, epoch: this.epochOf(account) })
      return
    }
    if (expected === 'define') throw new Error('The functions have an answer to everything.')
    if ('refuse' in expected) return this.expectRefusal(answer, expected.refuse)
    const { parameters } = { parameters: answer.body.ChallengeParameters ?? {} }
    const list = parameters.MFAS_CAN_CHOOSE ?? parameters.MFAS_CAN_SETUP
    expect(list && JSON.parse(list)).toEqual(expected.of)
    this.expectAsked(
      { ...open, soFar: now, step: { taken: false }, guess: undefined, offered: [], of: [] },
      answer,
      {
        challenge: expected.ask,
        of: expected.of ?? [],
        ...(expected.ask === 'DEVICE_SRP_AUTH' && { after: open }),
        ...(offered && { deviceKey: offered.key }),
      },
      { isNew: true },
    )
  }

  /** A challenge is put, which proves nothing. */
  private expectAsked(
    open: Held,
    answer: Answer,
    asked: Partial<Held> & { readonly challenge: string },
    { isNew = open.challenge === 'START' } = {},
  ): void {
    const { challenge } = asked
    expect(told(answer)).toBe(challenge)
    const isGuess = challenge === 'WEB_AUTHN' || (challenge.endsWith('PASSWORD_VERIFIER') && !isNew)
    const { account } = open
    const to = { SMS_MFA: account.phone, SMS_OTP: account.phone, EMAIL_OTP: account.email }[challenge]
    const { person, pool } = account
    const isFirst = (asked.offered ?? open.offered).length > 0
    // To users who have no such factor nothing is sent, and nothing is told.
    const isSent = !isFirst || (person.enabled && offer(pool.settings, person).includes(challenge))
    const code = to && isSent ? this.app.server.inbox.last(to)?.code : undefined
    const isUnnamed = challenge === 'WEB_AUTHN' && open.isUnnamed === true
    const options = answer.body.ChallengeParameters?.CREDENTIAL_REQUEST_OPTIONS
    const { account: _account, client, soFar, epoch, step, offered, of, deviceKey, expiresAt: _ } = open
    this.held.push({
      account,
      client,
      soFar,
      epoch,
      step,
      offered,
      of,
      ...(deviceKey !== undefined && { deviceKey }),
      isUnnamed,
      session: answer.body.Session,
      expiresAt: this.app.server.clock.now() + SESSION * 1000,
      ...asked,
      guess: isGuess ? { taken: false } : undefined,
      ...(code !== undefined && to !== undefined && { code, sentTo: to }),
      ...(options && { options: JSON.parse(options) as RequestOptions }),
    })
    if (this.held.length > 40) this.held.shift()
  }

  private expectRefusal(answer: Answer, words?: string): void {
    expect(answer.status).toBe(400)
    if (words !== undefined && !told(answer).includes('attempts exceeded')) expect(told(answer)).toBe(words)
  }

  private countWrong({ account, guess, challenge, step }: Held): void {
    this.wrong.set(account, (this.wrong.get(account) ?? 0) + 1)
    if (guess) guess.taken = true
    else if (challenge === 'PASSWORD_VERIFIER') step.taken = true
  }

  private expectWrong(open: Held, answer: Answer): void {
    this.countWrong(open)
    this.expectRefusal(answer)
  }

  /** Wrong guesses before it have locked the user, right answers included. */
  private isRefusedForLocks(account: Account, answer: Answer): boolean {
    const isLocked = told(answer) === 'NotAuthorizedException: Password attempts exceeded'
    return isLocked && (this.wrong.get(account) ?? 0) >= 5
  }

  /** The same right answer two times at the same moment counts once. */
  private async twiceAtOnce(open: Held): Promise<void> {
    const reply = this.rightReply(open)
    if (reply.is !== 'right') return await this.send(open, reply)
    const by = this.someone()
    const answers = await Promise.all([this.request(open, reply, {}, by), this.request(open, reply, {}, by)])
    for (const answer of answers) this.note(`${open.account.name} answers ${open.challenge} twice`, answer)
    const [one, two] = answers
    // Requests may change places on their way.
    const isUsed = (answer: Answer) =>
      [SESSION_USED, INCORRECT].includes(told(answer)) || told(answer).endsWith('attempts exceeded')
    const [first, second] = isUsed(one) ? [two, one] : [one, two]
    this.expectRefusal(second)
    this.judge(open, reply, undefined, first, by)
  }

  /** A session is answered by another user or client, as another challenge, or is not what was handed out. */
  private async misuse(open: Held): Promise<void> {
    const { random, accounts } = this
    const reply = this.rightReply(open)
    const { account, session, client } = open
    const another = <T>(members: readonly T[], one: T) =>
      random.pick(members.filter((member) => member !== one))
    const what = random.pick(['user', 'client', 'challenge', 'cut', 'session', 'flow'])
    const input = { responses: reply.responses, ...(reply.as && { as: reply.as }) }
    const more: Record<string, unknown> = {}
    switch (what) {
      case 'user': {
        const USERNAME = another(accounts, account).name
        // Of a user who was deleted, and of one who got the name.
        if (USERNAME === account.name) return
        input.responses = { ...reply.responses, USERNAME }
        // A passkey that names another user is a guess.
        if (open.guess && open.isUnnamed) open.guess.taken = true
        break
      }
      case 'flow': {
        // A sign-up alone brings sessions that begin a sign-in.
        if (open.challenge === 'SIGN_UP' || !session) return
        const answer = await this.call(this.someone(), 'InitiateAuth', account.pool, {
          ClientId: client,
          AuthFlow: 'USER_AUTH',
          AuthParameters: { USERNAME: account.name, ...reply.responses },
          Session: session,
        })
        this.note(`${account.name} begins with the session of ${open.challenge}`, answer)
        return this.expectRefusal(answer)
      }
      case 'client':
        more.ClientId = another(account.pool.clients, client)
        break
      case 'challenge': {
        const others = this.held.map(({ challenge }) => challenge)
        const name = random.pick([
          ...['NEW_PASSWORD_REQUIRED', 'SMS_MFA', 'MFA_SETUP', 'DEVICE_SRP_AUTH', 'SELECT_CHALLENGE'],
          ...others,
        ])
        if (name === open.challenge || (name === 'SELECT_CHALLENGE' && open.offered.length > 0)) return
        if (name === 'DEVICE_SRP_AUTH' && this.held.some(({ after }) => after?.session === open.session))
          return
        // Secret blocks are not looked for in a session.
        if (name.endsWith('VERIFIER') || open.challenge.endsWith('VERIFIER')) return
        input.as = name
        input.responses = {
          ...reply.responses,
          NEW_PASSWORD: 'New-Password-1',
          ANSWER: 'PASSWORD',
          PASSWORD: account.password,
          SRP_A: srpBegin().SRP_A,
          DEVICE_KEY: account.device?.key ?? 'us-east-1_00000000-0000-0000-0000-000000000000',
          SMS_MFA_CODE: open.code ?? '123456',
          EMAIL_OTP_CODE: open.code ?? '123456',
          SOFTWARE_TOKEN_MFA_CODE: account.appSecret ? appCode(this.app, account) : '123456',
        }
        break
      }
      case 'cut':
        if (!session) return
        more.Session = random.chance(0.5)
          ? session.slice(0, -8)
          : `${session.slice(0, 40)}${session[40] === 'A' ? 'B' : 'A'}${session.slice(41)}x`
        break
      default: {
        // A session of another attempt of the same challenge is no better.
        // One without a name would be judged, and used up, by what it is given.
        const others = this.held.filter(
          (one) => one.challenge === open.challenge && one.account.name !== account.name && !one.isUnnamed,
        )
        if (others.length === 0 || !session) return
        more.Session = random.pick(others).session
      }
    }
    const answer = await this.request(open, input, more)
    this.note(`${account.name}: ${open.challenge} of another ${what}`, answer)
    this.expectRefusal(answer)
  }

  /** AssociateSoftwareToken and VerifySoftwareToken, which use nothing up and change the session. */
  private async setUpApp(open: Held): Promise<void> {
    const { app, random } = this
    const { account, session: Session } = open
    const isOpen = !open.step.taken && open.expiresAt > app.server.clock.now() && !this.deleted.has(account)
    if (!open.app || random.chance(0.3)) {
      const answer = await app.call('AssociateSoftwareToken', { Session })
      this.note(`${account.name} begins to set up an app`, answer)
      if (!isOpen || !open.of.includes('SOFTWARE_TOKEN_MFA')) return this.expectRefusal(answer)
      if (open.step.perhaps && answer.status === 400) return
      const { SecretCode: secret, Session: session } = answer.body as unknown as Record<string, string>
      expect(answer.status).toBe(200)
      this.held.push({ ...open, session, app: { secret: secret ?? '' } })
      return
    }
    const now = app.server.clock.now()
    const isRight = random.chance(0.8)
    const UserCode = totp(open.app.secret, isRight ? now : now - 300_000)
    const answer = await app.call('VerifySoftwareToken', { Session, UserCode })
    this.note(`${account.name} proves an app ${isRight ? 'right' : 'wrong'}`, answer)
    if (!isOpen) return this.expectRefusal(answer)
    if (open.step.perhaps && answer.status === 400) return
    if (!isRight) return this.expectWrong(open, answer)
    if (this.isRefusedForLocks(account, answer)) return
    expect(answer.status).toBe(200)
    const { secret } = open.app
    this.held.push({ ...open, session: answer.body.Session, app: { secret, step: Math.floor(now / 30_000) } })
  }

  private count(what: string): void {
    this.seen.set(what, (this.seen.get(what) ?? 0) + 1)
  }

  private note(what: string, answer: Answer): void {
    this.log.push(`${what}: ${told(answer)}`)
    this.count(answer.status === 200 ? told(answer) : 'refused')
    expect(answer.status, answer.text).toBeLessThan(500)
  }
}

const told = ({ status, body }: Answer): string => {
  if (status !== 200) return `${body.__type}: ${body.message}`
  return body.ChallengeName ?? (body.AuthenticationResult ? 'tokens' : 'done')
}

test(
  `${RUNS} random walks never get tokens without the proofs, and never use a session twice`,
  async () => {
    console.log(`AMULET_WALK_SEED=${SEED} AMULET_WALK_RUNS=${RUNS}`)
    const app = await start({ clock: stillClock(), functions: FUNCTIONS })
    const seen = new Map<string, number>()
    for (let seed = SEED; seed < SEED + RUNS; seed++) {
      const walk = new Walk(app, seeded(seed))
      await walk.run().catch((error) => {
        throw new Error(`AMULET_WALK_SEED=${seed} AMULET_WALK_RUNS=1`, { cause: error })
      })
      for (const [what, times] of walk.seen) seen.set(what, (seen.get(what) ?? 0) + times)
    }
    console.log(Object.fromEntries(seen))
    // Nothing of what these walks are about was left out.
    for (const what of [
      'tokens',
      'deleted',
      'by an administrator',
      ...(RUNS >= 100 ? ['tokens without a name', 'tokens by a sign-up', 'passkey removed'] : []),
    ])
      expect(seen.get(what), what).toBeGreaterThan(0)
  },
  60_000 + 5000 * RUNS,
)
