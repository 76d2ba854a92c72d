import { hash } from 'node:crypto'
import type { ServerContext } from '../context.js'
import { randomUuid } from '../crypto/random.js'
import type { Transaction } from '../db/schema.js'
import type { ServiceError } from '../errors.js'
import { errors } from '../errors.js'
import type { Verifiable } from '../pools/rules.js'
import type { SessionEntry } from '../triggers/triggers.js'
import type { FirstFactor } from '../users/first-factors.js'
import type { SecondFactor } from '../users/mfa-settings.js'
import type { User } from '../users/user.js'
import { MAX_SESSION } from '../wire/constraints.js'

/** Who an attempt is about. All members have the same length for every user, since what they are sealed into shows its length. */
export interface Who {
  /**
   * `none`: a name that does not exist, answered like one that does. No answer is right. `unnamed`: not known yet; a
   * passkey will.
   */
  readonly is: 'user' | 'none' | 'unnamed'
  readonly id: string
  /** The name that SRP mixes into the proof. */
  readonly srpIdentity: string
  /** Of the state that ends an attempt when it changes; see `stampOf`. */
  readonly stamp: string
}

/** How an attempt began. */
export type Flow = 'SRP' | 'PASSWORD' | 'CHOICE' | 'CUSTOM' | 'PROVIDER'

/** What has been proven in an attempt. */
export type Proof = FirstFactorProof | 'NEW_PASSWORD' | SecondFactorProof | 'DEVICE'

/** First factors: a password, a code, the session of a sign-up, or a passkey. */
export type FirstFactorProof = 'PASSWORD' | 'EMAIL' | 'SMS' | 'SIGN_UP' | PasskeyProof

/** Whether the authenticator has made sure who the user is. */
export type PasskeyProof = 'PASSKEY' | 'VERIFIED_PASSKEY'

/** Second factors. */
export type SecondFactorProof = 'SMS_MFA' | 'TOTP_MFA' | 'EMAIL_MFA'

/** One try to sign in, from its first request to its tokens. It travels with the client, sealed. */
export interface Attempt {
  readonly id: string
  readonly who: Who
  readonly flow: Flow
  readonly clientId: string
  readonly userPoolId: string
  readonly proven: readonly Proof[]
  /** The device that has proven itself. */
  readonly deviceKey?: string
  /** Of an attempt of the flow CUSTOM. */
  readonly custom?: Custom
  /** Whether something of it was too long for a session. */
  readonly hasRows?: true
}

/** What an attempt remembers whose challenges are defined by a function of the pool. */
export interface Custom {
  /** What has been answered, as the functions see it. */
  readonly history: readonly SessionEntry[]
  /** The client's number of SRP, until the challenge that takes it. Hexadecimal. */
  readonly srpA?: string
  /**
   * What is shown of where an SMS goes, of a user without a number. It is made up by the name that the sign-in began with:
   * another name in an answer would show another one, and that there is no number.
   */
  readonly madeUpNumber?: string
  /** The function has said that the user gets tokens. It is not asked again. */
  readonly issued?: true
}

/** What a challenge has to remember until its answer, by name. */
export interface States {
  PASSWORD_VERIFIER: SrpState
  /** No challenge of the wire: the session of a sign-up is answered by the first request of a sign-in. */
  SIGN_UP: Record<string, never>
  SELECT_CHALLENGE: Offer
  PASSWORD: Offer
  PASSWORD_SRP: Offer
  NEW_PASSWORD_REQUIRED: Record<string, never>
  EMAIL_OTP: FirstCode | SecondCode
  SMS_OTP: FirstCode
  WEB_AUTHN: Offer
  SMS_MFA: SecondCode | NamedCode
  SOFTWARE_TOKEN_MFA: Record<string, never>
  SELECT_MFA_TYPE: { readonly of: readonly SecondFactor[] }
  MFA_SETUP: {
    readonly of: readonly SecondFactor[]
    /** A software token that is being set up. `step`: of the code that proved it. */
    readonly token?: { readonly secret: string; readonly deviceName?: string; readonly step?: number }
  }
  CUSTOM_CHALLENGE: {
    /** What the answer is compared with. */
    readonly privateParameters: Readonly<Record<string, string>>
    readonly metadata: string | null
  }
  DEVICE_SRP_AUTH: { readonly deviceKey: string }
  DEVICE_PASSWORD_VERIFIER: SrpState & { readonly deviceKey: string }
}

/** What the server has to remember between the two steps of SRP, in hexadecimal. */
export interface SrpState {
  readonly A: string
  readonly b: string
  readonly B: string
}

/**
 * First factors to choose from. Every challenge of a first factor remembers them, since its session may also be answered
 * with another choice.
 */
export interface Offer {
  readonly offered: readonly FirstFactor[]
  /** Where existence is hidden: what is shown of where codes go, whether or not there is a user. */
  readonly shown?: Readonly<Partial<Record<Verifiable, string>>>
  /** Where passkeys are offered. */
  readonly passkey?: PasskeyOffer
}

/** What an answer with a passkey is compared with. */
export interface PasskeyOffer {
  /** 1 where the authenticator has to make sure who the user is: both are of one length. */
  readonly verified: 0 | 1
  /** In base64url. It is good for one answer. */
  readonly challenge?: string
}

/**
 * The code of a first factor, as a keyed hash. Where it went is not remembered: the length of an address would tell that
 * there is one.
 */
export interface FirstCode extends Offer {
  readonly as: 'first'
  readonly mac: string
}

/** The code of a second factor, as a keyed hash. */
export interface SecondCode {
  /** `enrol`: the code proves an address or number that the user does not have yet, and turns its factor on. */
  readonly as: 'second' | 'enrol'
  readonly mac: string
  readonly sentTo: string
}

/**
 * The code of a challenge that a function named before anything was proven. Where it went is not remembered: that would
 * tell that there is a number.
 */
export interface NamedCode {
  readonly as: 'named'
  readonly mac: string
}

export type ChallengeName = keyof States
/** Challenges that users are asked. The session of a sign-up is not one. */
export type AskedName = Exclude<ChallengeName, 'SIGN_UP'>
export type Challenge<N extends ChallengeName = ChallengeName> = {
  [Name in N]: {
    readonly name: Name
    /** Random. An attempt takes each step once. */
    readonly step: string
    /**
     * Of a challenge that allows one guess, where the step goes on after a wrong one: random, and taken by any answer. The
     * step is taken by a right one.
     */
    readonly guess?: string
    readonly expiresAt: number
    readonly state: States[Name]
  }
}[N]

/** An attempt at one of its challenges: what a challenge session or an SRP secret block says. */
export interface OpenChallenge<N extends ChallengeName = ChallengeName> {
  readonly attempt: Attempt
  readonly challenge: Challenge<N>
}

/** Changes with the password, and when the user is signed out everywhere: an attempt from before has no say after. */
export const stampOf = ({ salt, signedOutAt }: Pick<User, 'salt' | 'signedOutAt'>): string =>
  hash('sha256', JSON.stringify([salt, signedOutAt]), 'base64url').slice(0, STAMP_LENGTH)
const STAMP_LENGTH = 22

// The service's sessions begin with these bytes; some tools recognize them by the "AYABe" that they spell.
const SESSION_PREFIX = Buffer.from([0x01, 0x80, 0x01, 0x78])

/** The two ways in which an open challenge travels, and what is answered about one that is no good. */
export const CARRIERS = {
  /** The state of SRP, which the client's proof covers. It says nothing of why it is refused. */
  secretBlock: {
    seal: async (context: ServerContext, open: OpenChallenge): Promise<string> =>
      seal(context, 'secret-block', open).toString('base64'),
    open: async (context: ServerContext, block: string): Promise<OpenChallenge | undefined> =>
      openOf(unseal(context, 'secret-block', Buffer.from(block, 'base64'))),
    foreign: errors.incorrectUsernameOrPassword,
    expired: errors.incorrectUsernameOrPassword,
    used: errors.incorrectUsernameOrPassword,
  },
  session: {
    seal: sealSession,
    open: openSession,
    foreign: errors.sessionInvalid,
    expired: errors.sessionExpired,
    used: errors.sessionUsed,
  },
} satisfies Record<string, Carrier>

interface Carrier {
  seal(context: ServerContext, open: OpenChallenge): Promise<string>
  /** @throws NotAuthorizedException what it said went with the attempt, which has come to its end */
  open(context: ServerContext, sealed: string): Promise<OpenChallenge | undefined>
  /** Not made by this server; of another client, user or challenge, or from before the password or the sessions of the user ended. */
  foreign(): ServiceError
  expired(): ServiceError
  used(): ServiceError
}

type Form = 'secret-block' | 'session'

const seal = (context: ServerContext, form: Form, content: object): Buffer =>
  Buffer.from(context.rootKey.seal('challenge', form, Buffer.from(JSON.stringify(content))))

/** Authenticated: this server wrote it. The version of another release may have had other members. */
function unseal(context: ServerContext, form: Form, sealed: Uint8Array): Partial<Sealed> | undefined {
  const plaintext = context.rootKey.open('challenge', form, sealed)
  return plaintext && (JSON.parse(plaintext.toString()) as Partial<Sealed>)
}

type Sealed = OpenChallenge & InRow

/** What a session says whose content is in a row. */
interface InRow {
  readonly row: string
  readonly expiresAt: number
}

const openOf = (sealed: Partial<OpenChallenge> | undefined): OpenChallenge | undefined =>
  sealed?.attempt && sealed.challenge && { attempt: sealed.attempt, challenge: sealed.challenge }

const sessionText = (context: ServerContext, content: object): string =>
  Buffer.concat([SESSION_PREFIX, seal(context, 'session', content)]).toString('base64url')

/** A session has a greatest length. What is longer, such as what a trigger has to remember, stays here. */
async function sealSession(context: ServerContext, open: OpenChallenge): Promise<string> {
  const session = sessionText(context, open)
  if (session.length <= MAX_SESSION) return session
  const row = randomUuid(context)
  const { expiresAt } = open.challenge
  const content: OpenChallenge = { ...open, attempt: { ...open.attempt, hasRows: true } }
  await context.db
    .insertInto('attempt_states')
    .values({
      id: row,
      attempt_id: open.attempt.id,
      sealed_state: context.rootKey.seal('challenge', row, Buffer.from(JSON.stringify(content))),
      expires_at: expiresAt,
    })
    .execute()
  return sessionText(context, { row, expiresAt } satisfies InRow)
}

async function openSession(context: ServerContext, session: string): Promise<OpenChallenge | undefined> {
  const bytes = Buffer.from(session, 'base64url').subarray(SESSION_PREFIX.length)
  const sealed = unseal(context, 'session', bytes)
  if (sealed?.row === undefined) return openOf(sealed)
  const { row, expiresAt = 0 } = sealed
  const found = await context.db
    .selectFrom('attempt_states')
    .select('sealed_state')
    .where('id', '=', row)
    .executeTakeFirst()
  if (!found) throw expiresAt <= context.clock.now() ? errors.sessionExpired() : errors.sessionUsed()
  const plaintext = context.rootKey.open('challenge', row, new Uint8Array(found.sealed_state))
  // As above.
  return plaintext && openOf(JSON.parse(plaintext.toString()) as Partial<OpenChallenge>)
}

/** Forgets what was too long for the sessions of an attempt, which has come to its end. */
export async function forgetRows(tx: Transaction, { id, hasRows }: Attempt): Promise<void> {
  if (hasRows) await tx.deleteFrom('attempt_states').where('attempt_id', '=', id).execute()
}
