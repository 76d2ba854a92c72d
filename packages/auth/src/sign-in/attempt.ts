import type { AuthFactorType, ClientMetadata, SignInDetails } from '../models.js'
import type { AuthResponse, UserPoolOperations } from '../service/user-pool.js'
import type { Device } from '../session/device-store.js'

/** What is known of a sign-in from one request to the next, within one call. */
export interface Attempt {
  /** As the service names the user, once it has; what was typed before. */
  username: string
  /** Of the call that is under way. */
  options?: { clientMetadata?: ClientMetadata; preferredChallenge?: AuthFactorType } | undefined
  signInDetails?: SignInDetails | undefined
  /** What the user has proven in a sign-up; only `USER_AUTH` takes it. */
  session?: string | undefined
  /** This device, where it is remembered for the user. */
  device?: Device | undefined
  /** A passkey was asked for: whatever comes of it, `confirmSignIn` can go on from there. */
  isOpen?: boolean
  /** Proves the password, once, after `SRP_A` was sent. */
  prove?: ((challenge: AuthResponse) => Promise<Answer>) | undefined
}

type Fields = UserPoolOperations['RespondToAuthChallenge'][0]

/** What to send. Name and session are the challenge's, and other fields the client's, unless they are given; `USERNAME` is added. */
export type Answer = Pick<Fields, 'ChallengeResponses'> & Partial<Omit<Fields, 'ChallengeResponses'>>
