import { isPasskeySupported, openPopup, signIn, signInWithPasskey, signInWithRedirect } from '@amulet/auth'
import { type ActionDispatch, useState } from 'react'
import { EmailField } from '../form/email-field.js'
import { PasswordField } from '../form/password-field.js'
import { StepForm } from '../form/step-form.js'
import type { Pool } from '../pool.js'
import { explainPasskey } from '../problem.js'
import { type ProviderName, providerLabel } from '../providers.js'
import type { Action } from '../state.js'
import { useAction } from '../use-action.js'
import { afterSignIn } from './after-sign-in.js'
import { useSuggestedPasskey } from './use-suggested-passkey.js'

interface Props {
  pool: Pool
  email: string
  dispatch: ActionDispatch<[Action]>
}

export function SignIn({
  pool: { authFlowType, domain, providers = [] },
  email: initialEmail,
  dispatch,
}: Props) {
  const [email, setEmail] = useState(initialEmail)
  const [password, setPassword] = useState('')

  // One place for what comes of each way: only the last one tried has something to say.
  const begin = () => {
    byPassword.forget()
    byChoice.forget()
    byPasskey.forget()
    byPages.forget()
    byPopup.forget()
    byProvider.forget()
    // What led here is no news any more, and must not stand beside what goes wrong now.
    dispatch({ type: 'notice', notice: undefined })
  }
  const byPassword = useAction(async () => {
    begin()
    const username = email.trim()
    const { nextStep } = await signIn({
      username,
      password,
      options: { ...(authFlowType && { authFlowType }) },
    })
    const action = afterSignIn(nextStep, username)
    if (action) dispatch(action)
  })
  const byChoice = useAction(async () => {
    begin()
    const username = email.trim()
    const { nextStep } = await signIn({ username, options: { authFlowType: 'USER_AUTH' } })
    const action = afterSignIn(nextStep, username)
    if (action) dispatch(action)
  })
  const byPasskey = useAction(async () => {
    begin()
    const { nextStep } = await signInWithPasskey()
    const action = afterSignIn(nextStep, email.trim())
    if (action) dispatch(action)
  }, explainPasskey)
  const loginHint = email.trim()
  const byPages = useAction(() => {
    begin()
    return signInWithRedirect({ options: { loginHint } })
  })
  const byPopup = useAction(
    () => {
      begin()
      return signInWithRedirect({ options: { loginHint, authSessionOpener: openPopup } })
    },
    // The event tells it as well, as it does when the user comes back to this page.
    () => ({ sentence: '' }),
  )
  const byProvider = useAction((provider: ProviderName) => {
    begin()
    return signInWithRedirect({ provider: providerLabel(provider) })
  })
  const busy = [byPassword, byChoice, byPasskey, byPages, byPopup, byProvider].some((way) => way.busy)
  useSuggestedPasskey(busy, (error) =>
    dispatch({ type: 'notice', notice: { kind: 'warning', sentence: explainPasskey(error).sentence } }),
  )

  return (
    <>
      <StepForm
        verb="Sign in"
        verbWhileBusy="Signing in…"
        busy={busy}
        problem={
          byPassword.problem ?? byChoice.problem ?? byPasskey.problem ?? byPages.problem ?? byProvider.problem
        }
        onSubmit={() => !busy && byPassword.start()}
      >
        <EmailField value={email} onChange={setEmail} offersPasskeys />
        <PasswordField value={password} onChange={setPassword} autoComplete="current-password" />
      </StepForm>
      <div className="row ways">
        {isPasskeySupported() && (
          <button
            type="button"
            className="secondary"
            aria-disabled={busy}
            onClick={() => !busy && byPasskey.start()}
          >
            Use a passkey
          </button>
        )}
        <button
          type="button"
          className="secondary"
          aria-disabled={busy}
          onClick={() => !busy && byChoice.start()}
        >
          Other ways
        </button>
      </div>
      {domain && (
        <div className="row ways">
          <button
            type="button"
            className="secondary"
            aria-disabled={busy}
            onClick={() => !busy && byPages.start()}
          >
            Managed login
          </button>
          <button
            type="button"
            className="secondary"
            aria-disabled={busy}
            onClick={() => !busy && byPopup.start()}
          >
            In a popup
          </button>
        </div>
      )}
      {domain && providers.length > 0 && (
        <fieldset className="providers">
          <legend>or continue with</legend>
          {providers.map((provider) => (
            <button
              key={provider}
              type="button"
              className="secondary"
              aria-disabled={busy}
              onClick={() => !busy && byProvider.start(provider)}
            >
              {providerLabel(provider)}
            </button>
          ))}
        </fieldset>
      )}
      <p className="aside">
        <button
          type="button"
          className="link"
          onClick={() => dispatch({ type: 'show', step: { name: 'sign-up', email } })}
        >
          Create an account
        </button>
        <button
          type="button"
          className="link"
          onClick={() => dispatch({ type: 'show', step: { name: 'forgot-password', email } })}
        >
          Forgot your password?
        </button>
      </p>
    </>
  )
}
