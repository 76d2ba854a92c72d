import type { AuthTOTPSetupDetails, AuthUser } from '@amulet/auth'

/** What the card shows. */
export type Step =
  | { name: 'sign-in'; email: string }
  | { name: 'sign-up'; email: string }
  | { name: 'confirm'; email: string; sentTo: string | undefined }
  /** Asks for a code, which `reset-password` takes together with another password. */
  | { name: 'forgot-password'; email: string }
  | { name: 'reset-password'; email: string; sentTo: string | undefined }
  /** The temporary password was right, and another one takes its place; `missing` are attributes that have no value yet. */
  | { name: 'new-password'; email: string; missing: readonly string[] }
  /** A second factor, or a code in the place of a password. */
  | { name: 'sign-in-code'; email: string; by: 'SMS' | 'EMAIL' | 'TOTP'; sentTo: string | undefined }
  /** Of several ways to go on, named as `confirmSignIn` takes them. */
  | { name: 'choose-factor'; email: string; factors: readonly string[] }
  | { name: 'totp-setup'; email: string; setup: AuthTOTPSetupDetails }
  /** Asks for an address that codes go to. */
  | { name: 'email-setup'; email: string }
  /** The password, where it was chosen of several first factors. */
  | { name: 'password'; email: string }
  /** What functions of the pool ask for, and what they say about it. */
  | { name: 'custom-challenge'; email: string; hints: Readonly<Record<string, string>> }
  | { name: 'account'; user: AuthUser }

/** A sentence about what just happened, spoken by screen readers. */
export interface Notice {
  /** Whether it went as the person wanted, or they should know that it did not. */
  kind: 'success' | 'warning'
  sentence: string
}

export interface State {
  /** Undefined until it is known whether a user is signed in: a reload must not flash the sign-in form. */
  step: Step | undefined
  notice: Notice | undefined
}

export type Action =
  /** The person went on, or back. */
  | { type: 'show'; step: Step; notice?: Notice }
  /** The library, or another tab, says that a user is signed in. */
  | { type: 'signed-in'; user: AuthUser }
  /** The library, or another tab, says that no user is signed in. */
  | { type: 'signed-out'; notice: Notice | undefined }
  | { type: 'notice'; notice: Notice | undefined }

export const start: State = { step: undefined, notice: undefined }

export function reduce(state: State, action: Action): State {
  switch (action.type) {
    case 'show':
      return { step: action.step, notice: action.notice }
    case 'signed-in':
      // Several sources report one sign-in; only the first of them moves the focus.
      return state.step?.name === 'account' && state.step.user.userId === action.user.userId
        ? state
        : { step: { name: 'account', user: action.user }, notice: undefined }
    case 'signed-out':
      // A user in the middle of signing up is not interrupted by news that changes nothing for them.
      return state.step && state.step.name !== 'account'
        ? state
        : {
            step: { name: 'sign-in', email: '' },
            // At the start, a sign-in by redirect may have failed already.
            notice: action.notice ?? (state.step ? undefined : state.notice),
          }
    case 'notice':
      return { ...state, notice: action.notice }
  }
}
