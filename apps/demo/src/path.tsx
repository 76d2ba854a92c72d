import type { Step } from './state.js'

const stops: { name: Step['name']; title: string; call: string }[] = [
  { name: 'sign-up', title: 'Create an account', call: 'signUp' },
  { name: 'confirm', title: 'Confirm the address', call: 'confirmSignUp' },
  { name: 'sign-in', title: 'Sign in', call: 'signIn' },
  { name: 'account', title: 'Be signed in', call: 'fetchAuthSession' },
]

/** Where on the way the person is, and which call of the library takes them on. */
export function Path({ step }: { step: Step['name'] | undefined }) {
  return (
    <ol className="path">
      {stops.map(({ name, title, call }) => (
        <li key={name} aria-current={name === step ? 'step' : undefined}>
          {title} <code>{call}()</code>
        </li>
      ))}
    </ol>
  )
}
