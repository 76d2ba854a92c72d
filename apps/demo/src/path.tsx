import type { Step } from './state.js'

/** The steps that are one stop, the usual one first, and the call that each of them makes. */
const stops: { title: string; calls: Partial<Record<Step['name'], string>> }[] = [
  { title: 'Create an account', calls: { 'sign-up': 'signUp' } },
  { title: 'Confirm the address', calls: { confirm: 'confirmSignUp' } },
  {
    title: 'Sign in',
    calls: {
      'sign-in': 'signIn',
      'forgot-password': 'resetPassword',
      'reset-password': 'confirmResetPassword',
      'new-password': 'confirmSignIn',
      'sign-in-code': 'confirmSignIn',
      'choose-factor': 'confirmSignIn',
      'totp-setup': 'confirmSignIn',
      'email-setup': 'confirmSignIn',
      password: 'confirmSignIn',
      'custom-challenge': 'confirmSignIn',
    },
  },
  { title: 'Be signed in', calls: { account: 'fetchAuthSession' } },
]

/** Where on the way the person is, and which call of the library takes them on. */
export function Path({ step }: { step: Step['name'] | undefined }) {
  return (
    <ol className="path">
      {stops.map(({ title, calls }) => {
        const call = step && calls[step]
        return (
          <li key={title} aria-current={call ? 'step' : undefined}>
            {title} <code>{call ?? Object.values(calls)[0]}()</code>
          </li>
        )
      })}
    </ol>
  )
}
