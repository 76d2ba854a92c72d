import type { Call } from '../clients/call.js'
import type { Transaction } from '../db/schema.js'
import type { ServiceError } from '../errors.js'
import type { CodeDestination } from '../users/code-destination.js'
import type { Device } from '../users/device.js'
import type { SecondFactor } from '../users/mfa-settings.js'
import type { User } from '../users/user.js'
import type {
  AskedName,
  Attempt,
  CARRIERS,
  Challenge,
  ChallengeName,
  Offer,
  Proof,
  States,
} from './attempt.js'

/** What came with a request of a sign-in. Which of it a step needs, its caller has made sure of. */
export interface Responses {
  /** The name that the request gives. */
  readonly typedName?: string
  readonly password?: string | undefined
  /** Hexadecimal. */
  readonly srpA?: string | undefined
  /** The proof of SRP, and the secret block that it covers. */
  readonly claim?:
    | { readonly block: string; readonly signature: string; readonly timestamp: string }
    | undefined
  /** The session beside the secret block, where there is one. */
  readonly session?: string | undefined
  readonly newPassword?: string | undefined
  /** Of an SMS, an e-mail or an authenticator app. */
  readonly code?: string | undefined
  /** A passkey's answer: JSON. */
  readonly credential?: string | undefined
  /** What the user chose, or answered to the challenge of a function. */
  readonly choice?: string | undefined
  /** Where the codes of a factor that is being set up go. */
  readonly email?: string | undefined
  readonly phoneNumber?: string | undefined
  readonly attributes?: Readonly<Record<string, string>> | undefined
  /** The first factor that the first request of a choice names. */
  readonly preferred?: string | undefined
  /** The device that the request says it comes from. */
  readonly deviceKey?: string | undefined
  /** The same, once it is known. */
  readonly device?: Device | undefined
}

/** What the user of a challenge is shown. */
export interface Shown {
  PASSWORD_VERIFIER: { readonly salt: string; readonly B: string; readonly srpIdentity: string }
  NEW_PASSWORD_REQUIRED: {
    readonly srpIdentity: string
    /** Names of the attributes that the pool requires and the user lacks. */
    readonly missing: readonly string[]
    /** What the client may see of the user. */
    readonly attributes: Readonly<Record<string, string>>
  }
  SIGN_UP: Record<string, never>
  SELECT_CHALLENGE: Offer & Partial<Shown['WEB_AUTHN']>
  PASSWORD: Offer
  PASSWORD_SRP: Offer
  SMS_MFA: ShownCode
  EMAIL_OTP: ShownCode
  SMS_OTP: ShownCode
  WEB_AUTHN: {
    /** `PublicKeyCredentialRequestOptionsJSON`. */
    readonly options: {
      readonly challenge: string
      readonly rpId: string
      readonly allowCredentials: readonly { readonly id: string; readonly type: string }[]
      readonly userVerification: string
      readonly timeout: number
    }
  }
  SOFTWARE_TOKEN_MFA: { readonly srpIdentity: string; readonly deviceName: string | undefined }
  SELECT_MFA_TYPE: { readonly of: readonly SecondFactor[] }
  MFA_SETUP: { readonly of: readonly SecondFactor[] }
  CUSTOM_CHALLENGE: {
    readonly srpIdentity: string
    readonly publicParameters: Readonly<Record<string, string>>
  }
  DEVICE_SRP_AUTH: Record<string, never>
  DEVICE_PASSWORD_VERIFIER: Shown['PASSWORD_VERIFIER'] & { readonly deviceKey: string }
}

interface ShownCode {
  /** Not masked. */
  readonly to: CodeDestination
  /** Absent for a first factor: it would tell the name behind an address. */
  readonly srpIdentity?: string
}

/** A challenge that is put to the user. */
export interface Asked<N extends ChallengeName> {
  readonly state: States[N]
  readonly show: Shown[N]
  /** A message to the user, sent before the challenge is shown. */
  readonly send?: SentCode
  readonly sendFirst?: SentFirstCode
}

export interface SentCode {
  readonly to: CodeDestination
  readonly code: string
}

/** The code of a first factor, which may only seem to be sent. */
export interface SentFirstCode {
  readonly attribute: CodeDestination['attribute']
  readonly to: CodeDestination | { readonly simulatedFor: string }
  readonly code: string
}

/** What an answer comes to. A step writes nothing: `settle` makes it count. */
export type Answered =
  | {
      readonly right: Proof
      /** The user that the answer names, where nothing else has. */
      readonly names?: User
      readonly save?: (tx: Transaction, user: User) => Promise<User>
      /** Of a proof of the device that a sign-in comes from. */
      readonly saveDevice?: (tx: Transaction) => Promise<Device>
    }
  /** `reason` is for the developer. */
  | {
      readonly wrong: ServiceError
      readonly of: Proof
      readonly reason: string
      /** Whether the challenge allows one guess. If not, the user tries again with the same session. */
      readonly ends: boolean
    }
  /**
   * What a function made of an answer, or that there is nothing left to prove: the device was forgotten. It uses the
   * challenge up and proves nothing; what follows from it is decided as after any answer.
   */
  | { readonly result: boolean; readonly metadata: string | null }
  /** A choice, which uses and counts nothing: the machine goes on with what was chosen. */
  | { readonly chosen: AskedName; readonly responses?: Responses }
  /** Uses and counts nothing: the user tries again. */
  | { readonly refused: ServiceError; readonly reason?: string }

/** What a challenge is made of, besides the attempt. */
export interface ToAsk {
  /** Absent for a simulated one. */
  readonly user: User | undefined
  readonly responses: Responses
  /** The second factors to choose from. */
  readonly of: readonly SecondFactor[]
  /** The first factors among which this one was chosen, or is to be. */
  readonly offer: Offer | undefined
}

/** A kind of challenge. */
export interface Step<N extends ChallengeName> {
  readonly name: N
  readonly carrier: keyof typeof CARRIERS
  /** What is answered about a session that this server did not make, where the service has words of its own for it. */
  readonly unknownSession?: () => ServiceError
  /** Whether the answer came along when the challenge was chosen. Default: it does not. */
  readonly isIn?: (responses: Responses, offer: Offer) => boolean
  /** Whether each challenge allows one guess. After it, one that was chosen may be chosen again. Default: it does not. */
  readonly oneGuess?: boolean
  /** What an answer uses up whatever it says, where the challenge itself names it. */
  readonly guessOf?: (state: States[N]) => string | undefined
  /** Whether a function judges the answer, which is to see each one once. Default: the server does. */
  readonly isJudgedByFunction?: true
  /** Whether the answer is a password that a function can compare with another directory. Default: it is not. */
  readonly mayMigrate?: true
  /** What becomes of a device key in the answer that is of no device of the user; see `offeredDevice`. Default: it is ignored. */
  readonly unknownDevice?: 'refused' | 'read by the step'
  ask(call: Call, attempt: Attempt, given: ToAsk): Asked<N> | Promise<Asked<N>>
  /** @param user as read before the answer is settled; absent for a simulated one */
  answer(
    call: Call,
    open: { readonly attempt: Attempt; readonly challenge: Challenge<N> },
    user: User | undefined,
    responses: Responses,
  ): Answered | Promise<Answered>
}
