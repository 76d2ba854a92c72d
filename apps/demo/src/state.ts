import type { AuthUser } from '@amulet/auth'

/** What the card shows. */
export type Step =
  | { name: 'sign-in'; email: string }
  | { name: 'sign-up'; email: string }
  | { name: 'confirm'; email: string; sentTo: string | undefined }
  | { name: 'account'; user: AuthUser }

export interface State {
  /** Undefined until it is known whether somebody is signed in: a reload must not flash the sign-in form. */
  step: Step | undefined
  /** A sentence about what just happened, spoken by screen readers. */
  notice: string
}

export type Action =
  /** The person went on, or back. */
  | { type: 'show'; step: Step; notice?: string }
  /** The library, or another tab, says that somebody is signed in. */
  | { type: 'signed-in'; user: AuthUser }
  /** The library, or another tab, says that nobody is. */
  | { type: 'signed-out'; notice: string }
  | { type: 'notice'; notice: string }

export const start: State = { step: undefined, notice: '' }

export function reduce(state: State, action: Action): State {
  switch (action.type) {
    case 'show':
      return { step: action.step, notice: action.notice ?? '' }
    case 'signed-in':
      // Several sources report one sign-in; only the first of them moves the focus.
      return state.step?.name === 'account' && state.step.user.userId === action.user.userId
        ? state
        : { step: { name: 'account', user: action.user }, notice: '' }
    case 'signed-out':
      // Somebody in the middle of signing up is not interrupted by news that changes nothing for them.
      return state.step && state.step.name !== 'account'
        ? state
        : { step: { name: 'sign-in', email: '' }, notice: action.notice }
    case 'notice':
      return { ...state, notice: action.notice }
  }
}
