import type { AuthContext } from '../context/context.js'
import type { SignInOutput } from '../models.js'
import type { SignInInput } from '../sign-in/start.js'

/** A sign-up whose user is to be signed in once the account is confirmed. */
export interface AutoSignIn {
  input: SignInInput
  /** Set by the service at sign-up, or by `confirmSignUp`. */
  isConfirmed: boolean | undefined
  /** The account is confirmed by a link, which nobody tells this page about. */
  isLink: boolean
  /** Until when the code, and then `autoSignIn`, is waited for, in milliseconds since 1970. */
  until: number
  /** The sign-in under way, shared by whoever asks for it. */
  result?: Promise<SignInOutput> | undefined
}

/** How long each of the two steps after a sign-up may take, in milliseconds. */
export const patience = 180_000

/** The sign-up that is waited for, unless its time is over. A link's time begins when `autoSignIn` is called. */
export function findAutoSignIn({ memory, clock }: AuthContext): AutoSignIn | undefined {
  const { autoSignIn } = memory
  return autoSignIn && (autoSignIn.isLink || autoSignIn.until > clock()) ? autoSignIn : undefined
}
