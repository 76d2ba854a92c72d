import type { AmuletServer } from '@amulet/server'
import { createPasskey, type Passkey } from '@amulet/server/testing'
import { expect } from 'vitest'
import { respond, signIn as wireSignIn } from '../device-client.js'
import { srpChallenge } from '../srp-sign-in.js'
import { type Answer, call, type Started } from '../start.js'
import { totp } from '../totp.js'
import { allPairs, product, type Row } from './all-pairs.js'
import { LAMBDA_CONFIG, RIGHT } from './functions.js'
import { seeded } from './random.js'
import {
  afterRight,
  FACTORS,
  type Factor,
  next,
  offer,
  type Person,
  type Settings,
  type SoFar,
} from './sign-in-model.js'
import { type Account, appCode, createAccount, createPool, finishPool, type Pool } from './world.js'

// The table of challenge, answer and settings: each row is a user in a pool who signs in with a client, answers one of
// the challenges as the row says and all others right, and is told at every step what the model says.

const COLUMNS = {
  flow: [
    'SRP',
    'PASSWORD',
    'CHOICE',
    'CHOICE PASSWORD',
    'CHOICE PASSWORD_SRP',
    'CHOICE EMAIL_OTP',
    'CHOICE SMS_OTP',
    'CHOICE WEB_AUTHN',
    'CUSTOM',
    'CUSTOM SRP',
  ],
  mfa: ['OFF', 'OPTIONAL', 'ON'],
  factors: ['none', 'SMS', 'TOTP', 'EMAIL', 'SMS TOTP', 'TOTP EMAIL', 'SMS TOTP EMAIL'],
  enabled: ['none', 'SMS', 'TOTP', 'EMAIL', 'TOTP EMAIL', 'SMS TOTP EMAIL'],
  preferred: ['none', 'one'],
  addresses: ['none', 'email', 'phone', 'both'],
  status: ['CONFIRMED', 'FORCE_CHANGE_PASSWORD'],
  device: ['untracked', 'new', 'remembered', 'remembered, challenged if new'],
  existence: ['hidden', 'told'],
  passkey: ['none', 'one factor', 'two factors'],
} as const

type SettingsRow = Row<typeof COLUMNS>

/** How a step of a sign-in is answered. */
const ANSWERS = ['right', 'wrong', 'replayed', 'foreign']

export type TableRow = SettingsRow & {
  /** The challenge that is answered as the row says, and how. */
  readonly answer: string
}

const BY_NAME = { SMS: 'SMS_MFA', TOTP: 'SOFTWARE_TOKEN_MFA', EMAIL: 'EMAIL_OTP' } as const
const named = (text: string): Factor[] =>
  FACTORS.filter((factor) =>
    text.split(' ').some((name) => name in BY_NAME && BY_NAME[name as 'SMS'] === factor),
  )

const settingsOf = ({ mfa, factors, device, existence, passkey }: SettingsRow): Settings => ({
  mfa,
  factors: named(factors),
  firstFactors: ['PASSWORD', 'EMAIL_OTP', 'SMS_OTP', ...(passkey === 'none' ? [] : ['WEB_AUTHN' as const])],
  passkeysAreTwoFactors: passkey === 'two factors',
  challengedOnNewDevice: device === 'untracked' ? undefined : device !== 'remembered',
  hidesExistence: existence === 'hidden',
})

const personOf = ({ status, addresses, enabled, preferred, passkey }: SettingsRow): Person => ({
  enabled: true,
  status,
  passwordHasExpired: false,
  hasPassword: true,
  email: addresses === 'email' || addresses === 'both' ? 'verified' : 'none',
  phone: addresses === 'phone' || addresses === 'both' ? 'verified' : 'none',
  enabledFactors: named(enabled),
  preferred: preferred === 'one' ? named(enabled)[0] : undefined,
  hasPasskey: passkey !== 'none',
})

/** A step that the user of a client sees, and the challenge behind it. */
interface Step {
  readonly challenge: string
  readonly signInStep: string
  /** What is chosen, or whose address is given. */
  readonly chooses?: string
}

const STEP_OF: Readonly<Record<string, string>> = {
  NEW_PASSWORD_REQUIRED: 'CONFIRM_SIGN_IN_WITH_NEW_PASSWORD_REQUIRED',
  SMS_MFA: 'CONFIRM_SIGN_IN_WITH_SMS_CODE',
  SMS_OTP: 'CONFIRM_SIGN_IN_WITH_SMS_CODE',
  EMAIL_OTP: 'CONFIRM_SIGN_IN_WITH_EMAIL_CODE',
  SOFTWARE_TOKEN_MFA: 'CONFIRM_SIGN_IN_WITH_TOTP_CODE',
  SELECT_MFA_TYPE: 'CONTINUE_SIGN_IN_WITH_MFA_SELECTION',
  SELECT_CHALLENGE: 'CONTINUE_SIGN_IN_WITH_FIRST_FACTOR_SELECTION',
  PASSWORD: 'CONFIRM_SIGN_IN_WITH_PASSWORD',
  CUSTOM_CHALLENGE: 'CONFIRM_SIGN_IN_WITH_CUSTOM_CHALLENGE',
}

const AS_CLIENTS_SAY = { SMS_MFA: 'SMS', SOFTWARE_TOKEN_MFA: 'TOTP', EMAIL_OTP: 'EMAIL' } as const

/** What the user sees of a sign-in in which all goes well; nothing where it cannot be finished with a client. */
function stepsOf(row: SettingsRow): Step[] | undefined {
  const settings = settingsOf(row)
  const [flow = 'SRP', preferred] = row.flow.split(' ') as ['SRP' | 'PASSWORD' | 'CHOICE' | 'CUSTOM', string?]
  let person = personOf(row)
  const steps: Step[] = []
  const see = (challenge: string, chooses?: string) =>
    steps.push({ challenge, signInStep: STEP_OF[challenge] ?? '', ...(chooses && { chooses }) })
  const offered = offer(settings, person)
  if (flow === 'CHOICE' && preferred && !offered.includes(preferred)) return undefined
  const first = flow === 'CHOICE' ? (preferred ?? offered.at(-1) ?? '') : 'PASSWORD'
  if (flow === 'CHOICE' && !preferred) see('SELECT_CHALLENGE', first)
  const isBySrp = flow !== 'CUSTOM' || preferred === 'SRP'
  if (isBySrp) see(first === 'PASSWORD_SRP' ? 'PASSWORD' : first)
  let proven: SoFar['proven'] = isBySrp ? [afterRight(person, first, { isSecond: false }).proven] : []
  // Of the functions, which ask one question.
  let isAnswered = false
  const device = row.device.startsWith('remembered') ? 'remembered' : 'none'
  for (;;) {
    const verdict = isAnswered ? 'tokens' : ({ challenge: 'CUSTOM_CHALLENGE' } as const)
    const after = next(settings, person, { flow, proven, device, verdict })
    if (after === 'tokens') return steps
    if (after === 'define' || 'refuse' in after) return undefined
    // Of it the user sees nothing.
    if (after.ask === 'DEVICE_SRP_AUTH') return steps
    let { ask } = after
    const { of = [] } = after
    if (ask === 'CUSTOM_CHALLENGE') {
      see(ask)
      isAnswered = true
      continue
    }
    let setsUp = false
    if (ask === 'SELECT_MFA_TYPE') {
      const factor = of.at(-1) ?? 'SMS_MFA'
      see(ask, AS_CLIENTS_SAY[factor])
      ask = factor
    }
    if (ask === 'MFA_SETUP') {
      // Clients set up nothing else.
      const settable = of.filter((factor) => factor !== 'SMS_MFA')
      const factor = row.existence === 'hidden' ? settable.at(-1) : settable[0]
      if (!factor) return undefined
      const name = AS_CLIENTS_SAY[factor]
      if (settable.length > 1)
        steps.push({
          challenge: 'MFA_SETUP_SELECTION',
          signInStep: 'CONTINUE_SIGN_IN_WITH_MFA_SETUP_SELECTION',
          chooses: name,
        })
      steps.push({ challenge: ask, signInStep: `CONTINUE_SIGN_IN_WITH_${name}_SETUP`, chooses: name })
      setsUp = true
      if (factor === 'EMAIL_OTP') ask = factor
    }
    if (ask !== 'MFA_SETUP') see(ask)
    const right = afterRight(person, ask, { setsUp })
    person = right.person
    proven = [...proven, right.proven]
  }
}

const answerOf = ({ answer }: TableRow) => {
  const [challenge = '', how = ''] = answer.split(' ')
  return { challenge, how }
}

function isPossible(row: SettingsRow): boolean {
  const { mfa, factors, enabled, addresses, preferred } = row
  if ((mfa === 'OFF') !== (factors === 'none')) return false
  if (enabled.includes('SMS') && addresses !== 'phone' && addresses !== 'both') return false
  if (enabled.includes('EMAIL') && addresses !== 'email' && addresses !== 'both') return false
  return preferred === 'none' || enabled !== 'none'
}

// Flows that offer no choice have no use for a passkey.
const POSSIBLE: readonly SettingsRow[] = [
  ...product({ ...COLUMNS, passkey: ['none'] as const }),
  ...product({
    ...COLUMNS,
    flow: ['CHOICE', 'CHOICE WEB_AUTHN'] as const,
    passkey: ['one factor', 'two factors'] as const,
  }),
].filter(isPossible)

/** The rows that there are for some settings. */
function rowsOf(row: SettingsRow): TableRow[] {
  const steps = stepsOf(row) ?? []
  // Clients cannot go on with a device after these; see the documentation of differences.
  const isLost = row.status !== 'CONFIRMED' || steps.some(({ chooses }) => chooses)
  if (row.device.startsWith('remembered') && isLost) return []
  return steps.flatMap((step) =>
    ANSWERS.filter((how) => canBeAnswered(row, step, how)).map((how) => ({
      ...row,
      answer: `${step.challenge} ${how}`,
    })),
  )
}

/** Whether a step of a row can be answered so. */
function canBeAnswered({ flow }: SettingsRow, { challenge, chooses }: Step, how: string): boolean {
  if (how === 'right' || how === 'wrong') return true
  // Between the client and its user alone: a password is sent with its choice.
  if (challenge === 'MFA_SETUP_SELECTION' || chooses === 'PASSWORD') return false
  // A password that comes with the first request has no session.
  return challenge !== 'PASSWORD' || (flow !== 'PASSWORD' && flow !== 'CHOICE PASSWORD')
}

/** @param isMissing settings that a client does not have yet */
export const tableRows = (seed: number, isMissing: (row: SettingsRow) => boolean = () => false): TableRow[] =>
  allPairs(POSSIBLE.filter((row) => !isMissing(row)).flatMap(rowsOf), seeded(seed))

interface Output {
  readonly isSignedIn: boolean
  readonly nextStep: { readonly signInStep: string }
}

/** A client library with storage of its own. */
export interface Client {
  signIn(input: {
    username: string
    password?: string
    options: {
      authFlowType: (typeof FLOW_TYPE)[keyof typeof FLOW_TYPE]
      preferredChallenge?: never
    }
  }): Promise<Output>
  confirmSignIn(input: { challengeResponse: string }): Promise<Output>
  /** The access token's claims. */
  claims(): Promise<Readonly<Record<string, unknown>>>
  signOut(): Promise<unknown>
  /** Whose passkey the user has at hand. */
  readonly passkeys?: { passkey: Passkey }
}

/** The way of a client to the server, on which an answer may be sent again, or with the session of another user. */
export class Wire {
  readonly server: AmuletServer
  private readonly answered: { readonly input: Record<string, unknown>; readonly challenge: string }[] = []
  /** Of another user, for the next answer, or the next one to a challenge of this name. */
  private swapped: { Session?: string | undefined; block?: string; at?: string } | undefined

  constructor(server: AmuletServer) {
    this.server = server
  }

  readonly fetch = async (request: Request): Promise<Response> => {
    const operation = (request.headers.get('x-amz-target') ?? '').split('.').at(-1)
    if (operation !== 'RespondToAuthChallenge') return await this.server.fetch(request)
    const input = (await request.clone().json()) as Record<string, unknown>
    this.answered.push({ input, challenge: String(input.ChallengeName) })
    if (!this.swapped || (this.swapped.at ?? input.ChallengeName) !== input.ChallengeName)
      return await this.server.fetch(request)
    const { Session, block } = this.swapped
    this.swapped = undefined
    const responses = input.ChallengeResponses as Record<string, string>
    const body = JSON.stringify({
      ...input,
      ...(Session && { Session }),
      ...(block && { ChallengeResponses: { ...responses, PASSWORD_CLAIM_SECRET_BLOCK: block } }),
    })
    return await this.server.fetch(
      new Request(request.url, { method: 'POST', headers: request.headers, body }),
    )
  }

  swap(other: NonNullable<Wire['swapped']>): void {
    this.swapped = other
  }

  /** The answers to a challenge so far, the last one first. */
  sent = (challenge: string): Record<string, unknown>[] =>
    this.answered
      .filter((each) => each.challenge === challenge)
      .map(({ input }) => input)
      .toReversed()
}

interface Prepared {
  readonly row: TableRow
  readonly account: Account
  /** Another user like the first, whose session is foreign. */
  readonly twin: Account | undefined
  readonly client: Client
  readonly wire: Wire
}

const poolKey = ({ mfa, factors, device, existence, passkey }: TableRow) =>
  JSON.stringify([
    mfa,
    factors,
    device === 'untracked' ? device : device !== 'remembered',
    existence,
    passkey,
  ])

/**
 * @param newClient of a pool
 * @param run one row, by a name for messages
 */
export async function runTable(
  app: Started,
  rows: readonly TableRow[],
  newClient: (pool: Pool, wire: Wire) => Promise<Client> | Client,
): Promise<void> {
  for (const key of new Set(rows.map(poolKey))) {
    const group = rows.filter((row) => poolKey(row) === key)
    const [first] = group
    if (!first) continue
    const pool = await createPool(app, settingsOf(first), { LambdaConfig: LAMBDA_CONFIG })
    const prepared: Prepared[] = []
    for (const row of group) prepared.push(await prepare(app, pool, row, newClient))
    await finishPool(app, pool)
    for (const each of prepared)
      await runRow(app, each, newClient).catch((error) => {
        throw new Error(
          `${JSON.stringify(each.row)} ${stepsOf(each.row)?.map(({ challenge }) => challenge)}`,
          { cause: error },
        )
      })
  }
}

async function prepare(
  app: Started,
  pool: Pool,
  row: TableRow,
  newClient: (pool: Pool, wire: Wire) => Promise<Client> | Client,
): Promise<Prepared> {
  const wire = new Wire(app.server)
  const client = await newClient(pool, wire)
  const twin = answerOf(row).how === 'foreign' ? await createAccount(app, pool, personOf(row)) : undefined
  const account = await createAccount(app, pool, personOf(row), {
    async use({ name, password }) {
      if (!row.device.startsWith('remembered')) return
      // The client confirms its device at once.
      const options = { authFlowType: 'USER_SRP_AUTH' } as const
      expect((await client.signIn({ username: name, password, options })).isSignedIn).toBe(true)
      await client.signOut()
    },
  })
  return { row, account, twin, client, wire }
}

async function runRow(
  app: Started,
  prepared: Prepared,
  newClient: (pool: Pool, wire: Wire) => Promise<Client> | Client,
) {
  const { row, account, twin, wire } = prepared
  // One that keeps what all of its users share is told which pool it is about.
  const client = row.device.startsWith('remembered') ? prepared.client : await newClient(account.pool, wire)
  const { challenge, how } = answerOf(row)
  const steps = stepsOf(row) ?? []
  const begin = (password = account.password) => beginSignIn(client, row, account, password)
  const { passkeys } = client
  const hold = (passkey: Passkey | undefined) => {
    if (passkeys && passkey) passkeys.passkey = passkey
  }
  hold(account.passkey)
  let output: Output | undefined
  for (const [index, step] of steps.entries()) {
    // Of a passkey the client shows no step: it comes with what asks for it.
    if (step.challenge === 'WEB_AUTHN' && output) continue
    const usesPasskey = step.challenge === 'WEB_AUTHN' || steps[index + 1]?.challenge === 'WEB_AUTHN'
    if (usesPasskey && challenge === 'WEB_AUTHN') {
      const use = async () => {
        const begun = await begin()
        return step.chooses ? await client.confirmSignIn({ challengeResponse: step.chooses }) : begun
      }
      if (how === 'wrong') {
        hold(createPasskey({ origin: 'http://localhost:5173' }))
        await expect(use()).rejects.toMatchObject(INCORRECT)
        hold(account.passkey)
      }
      if (how === 'foreign' && twin) {
        wire.swap({ ...(await foreign(app, twin, challenge, true)), at: challenge })
        await expect(use()).rejects.toMatchObject(FOREIGN)
      }
      output = await use()
      continue
    }
    if (step.challenge === 'WEB_AUTHN') {
      output = await begin()
      continue
    }
    const isTarget = step.challenge === challenge
    const expected = step.signInStep
    const isFirst = step === steps[0] || (row.flow === 'CHOICE' && step === steps[1])
    // What begins the sign-in: its password comes along, or is asked for after the choice.
    if (!output && step.challenge === 'PASSWORD') {
      if (isTarget && how === 'wrong')
        await expect(begin('Wrong-Password-1')).rejects.toMatchObject(INCORRECT)
      if (isTarget && how === 'foreign' && twin) {
        wire.swap(await foreign(app, twin, step.challenge))
        await expect(begin()).rejects.toMatchObject(INCORRECT)
      }
      output = await begin()
      continue
    }
    output ??= await begin()
    expect(output.nextStep.signInStep).toBe(expected)
    const answers = () => rightAnswer(app, account, step, output)
    const answer = (challengeResponse: string) => client.confirmSignIn({ challengeResponse })
    if (isTarget && how === 'wrong') {
      const wrong = answer(wrongAnswer(app, account, step, output))
      // The functions ask again.
      if (challenge === 'CUSTOM_CHALLENGE') expect((await wrong).nextStep.signInStep).toBe(expected)
      else await expect(wrong).rejects.toMatchObject(WRONG[step.challenge] ?? {})
    }
    if (isTarget && how === 'foreign' && twin) {
      wire.swap(await foreign(app, twin, step.challenge, isFirst))
      await expect(answer(answers())).rejects.toMatchObject(step.challenge === 'PASSWORD' ? {} : FOREIGN)
      // The app is proven by then, which is noted in a session that was swapped.
      if (step.chooses === 'TOTP' && step.challenge === 'MFA_SETUP') return
    }
    output = await answer(answers())
    if (step.challenge === 'NEW_PASSWORD_REQUIRED') account.password = NEW_PASSWORD
  }
  expect(output).toEqual({ isSignedIn: true, nextStep: { signInStep: 'DONE' } })
  const claims = await client.claims()
  expect(claims).toMatchObject({ username: account.name, client_id: account.pool.clients[0] })
  expect('device_key' in claims).toBe(row.device !== 'untracked')
  if (how === 'replayed') {
    const names =
      challenge === 'PASSWORD' ? ['PASSWORD_VERIFIER', 'PASSWORD', 'SELECT_CHALLENGE'] : [challenge]
    const [input] = names.flatMap((name) => wire.sent(name))
    expect(input).toBeDefined()
    const again = await call(app.server, 'RespondToAuthChallenge', input)
    expect(again.status).toBe(400)
    expect(again.body.__type).toBe('NotAuthorizedException')
  }
  await client.signOut()
}

const INCORRECT = { name: 'NotAuthorizedException', message: 'Incorrect username or password.' }
const FOREIGN = { name: 'NotAuthorizedException', message: 'Invalid session for the user.' }
const CODE_MISMATCH = { name: 'CodeMismatchException' }
const WRONG: Readonly<Record<string, object>> = {
  PASSWORD: INCORRECT,
  NEW_PASSWORD_REQUIRED: { name: 'InvalidPasswordException' },
  SMS_MFA: CODE_MISMATCH,
  SMS_OTP: CODE_MISMATCH,
  EMAIL_OTP: CODE_MISMATCH,
  SOFTWARE_TOKEN_MFA: CODE_MISMATCH,
}

const FLOW_TYPE = {
  SRP: 'USER_SRP_AUTH',
  PASSWORD: 'USER_PASSWORD_AUTH',
  CHOICE: 'USER_AUTH',
  CUSTOM: 'CUSTOM_WITHOUT_SRP',
  'CUSTOM SRP': 'CUSTOM_WITH_SRP',
} as const

function beginSignIn(
  client: Client,
  { flow }: TableRow,
  { name }: Account,
  password: string,
): Promise<Output> {
  const [kind, preferred] = flow.startsWith('CHOICE ')
    ? (['CHOICE', flow.slice('CHOICE '.length)] as const)
    : // Of the other flows the names are keys.
      [flow as keyof typeof FLOW_TYPE]
  const sendsPassword = kind === 'CHOICE' ? preferred?.startsWith('PASSWORD') === true : kind !== 'CUSTOM'
  return client.signIn({
    username: name,
    ...(sendsPassword && { password }),
    options: {
      authFlowType: FLOW_TYPE[kind],
      // Which of them there are is checked by what comes of it.
      ...(preferred && { preferredChallenge: preferred as never }),
    },
  })
}

const NEW_PASSWORD = 'Another-Password-1'

function rightAnswer(app: Started, account: Account, step: Step, output: Output | undefined): string {
  const { challenge, chooses } = step
  const code = (to: string) => app.server.inbox.last(to)?.code ?? ''
  switch (challenge) {
    case 'PASSWORD':
      return account.password
    case 'NEW_PASSWORD_REQUIRED':
      return NEW_PASSWORD
    case 'CUSTOM_CHALLENGE':
      return RIGHT
    case 'SMS_MFA':
    case 'SMS_OTP':
      return code(account.phone)
    case 'EMAIL_OTP':
      return code(account.email)
    case 'SOFTWARE_TOKEN_MFA':
      // Each code works once.
      app.server.clock.advance(30)
      return appCode(app, account)
    case 'MFA_SETUP':
      return chooses === 'EMAIL' ? account.email : totp(sharedSecret(output), app.server.clock.now())
    default:
      return chooses ?? ''
  }
}

function sharedSecret(output: Output | undefined): string {
  // The step has it; which steps there are was compared before.
  const step = output?.nextStep as { totpSetupDetails?: { sharedSecret: string } } | undefined
  return step?.totpSetupDetails?.sharedSecret ?? ''
}

function wrongAnswer(app: Started, account: Account, step: Step, output: Output | undefined): string {
  const { challenge, chooses } = step
  if (challenge === 'NEW_PASSWORD_REQUIRED') return 'short'
  if (challenge === 'PASSWORD') return 'Wrong-Password-1'
  if (challenge === 'CUSTOM_CHALLENGE') return 'gold'
  if (challenge === 'MFA_SETUP' && chooses === 'EMAIL') return 'no address'
  if (chooses && challenge !== 'MFA_SETUP') return 'by pigeon'
  const right = rightAnswer(app, account, step, output)
  return right.startsWith('0') ? `1${right.slice(1)}` : `0${right.slice(1)}`
}

/** The session or secret block of another user at the same challenge. */
async function foreign(
  app: Started,
  { name, password, pool, email }: Account,
  challenge: string,
  isFirst = false,
): Promise<{ Session?: string | undefined; block?: string }> {
  const client = { ...app, userPoolId: pool.UserPoolId, userPoolClientId: pool.clients[0] ?? '' }
  const begin = (more: object) =>
    app.call('InitiateAuth', {
      ClientId: client.userPoolClientId,
      AuthFlow: 'USER_AUTH',
      AuthParameters: { USERNAME: name, ...more },
    })
  if (challenge === 'SELECT_CHALLENGE') return { Session: (await begin({})).body.Session }
  if (challenge === 'CUSTOM_CHALLENGE') {
    const { body } = await app.call('InitiateAuth', {
      ClientId: client.userPoolClientId,
      AuthFlow: 'CUSTOM_AUTH',
      AuthParameters: { USERNAME: name },
    })
    return { Session: body.Session }
  }
  if (challenge === 'PASSWORD' && !isFirst)
    return { block: String((await srpChallenge(client, name)).parameters.SECRET_BLOCK) }
  if (isFirst) return { Session: (await begin({ PREFERRED_CHALLENGE: challenge })).body.Session }
  let answer: Answer = await wireSignIn(client, undefined, name, password)
  const go = async (responses: object) => {
    const { ChallengeName, Session } = answer.body
    answer = await respond(client, ChallengeName, Session, { USERNAME: name, ...responses })
  }
  while (answer.body.ChallengeName !== challenge) {
    expect(answer.status, answer.text).toBe(200)
    const list = answer.body.ChallengeParameters.MFAS_CAN_CHOOSE ?? '[]'
    switch (answer.body.ChallengeName) {
      case 'NEW_PASSWORD_REQUIRED':
        await go({ NEW_PASSWORD })
        break
      case 'SELECT_MFA_TYPE':
        await go({ ANSWER: (JSON.parse(list) as string[]).at(-1) })
        break
      case 'MFA_SETUP':
        await go({ EMAIL: email })
        break
      default:
        throw new Error(`${challenge} does not come after ${answer.body.ChallengeName}.`)
    }
  }
  return { Session: answer.body.Session }
}
