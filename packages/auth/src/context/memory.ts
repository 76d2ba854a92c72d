import type { AuthError } from '../errors.js'
import type {
  AWSCredentials,
  CompleteSignInWithRedirectOutput,
  SignInInput,
  SignInOutput,
} from '../models.js'

/** What a context keeps to itself from one call to the next. */
export interface Memory {
  /** Never stored: a sign-up that `autoSignIn` is to follow holds a password. */
  autoSignIn?: AutoSignIn | undefined
  /** Of the user who is signed in, or of a guest: what is held, or being fetched. Never stored. */
  credentials?: Promise<HeldCredentials> | undefined
  /** What the storage did not take, by key; an empty text is an item that it did not remove. */
  items?: Map<string, string>
  /** Stored as well, where another context may put its own in its place. */
  pending?: PendingItems | undefined
  /** Set while, and after, this page completes the sign-in by redirect that its URL is the answer to. */
  redirect?: Promise<RedirectOutcome>
}

/** What came of a sign-in by redirect. */
export type RedirectOutcome = CompleteSignInWithRedirectOutput & { error?: AuthError }

/** An identity in an identity pool, and its AWS credentials. */
export interface HeldCredentials {
  /** The identity pool and the sign-in, if there is one. */
  session: string
  /** Until when they last, in milliseconds since 1970. */
  until: number
  credentials: AWSCredentials
  identityId: string
}

/** A sign-up whose user is to be signed in once the account is confirmed. */
export interface AutoSignIn {
  input: SignInInput
  /** Set by the service at sign-up, or by `confirmSignUp`. */
  isConfirmed: boolean | undefined
  /** The account is confirmed by a link, and this page is not told when. */
  isLink: boolean
  /** Until when the code, and then `autoSignIn`, is waited for, in milliseconds since 1970. */
  until: number
  /** What the service gave for a sign-in by `USER_AUTH`, at sign-up or at the confirmation. */
  session: string | undefined
  /** The sign-in under way, shared by all calls that ask for it. */
  result?: Promise<SignInOutput> | undefined
}

/**
 * A pending sign-in as it is stored. The names are Amplify's, and two of ours: whose the sign-in is (two contexts of a
 * page share `sessionStorage`) and how it began, which Amplify forgets on a reload.
 */
export type PendingItems = Partial<
  Record<
    'username' | 'challengeName' | 'signInSession' | 'expiry' | 'clientId' | 'signInDetails',
    string | undefined
  >
>
