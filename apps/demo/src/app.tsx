import { useEffect, useReducer, useRef } from 'react'
import { Account } from './account/account.js'
import { Events } from './events.js'
import { Inspector } from './inspector/inspector.js'
import { Links } from './links.js'
import { Notice } from './notice.js'
import { Path } from './path.js'
import type { Pool } from './pool.js'
import { reduce, type Step, start } from './state.js'
import { ChooseFactor } from './steps/choose-factor.js'
import { Confirm } from './steps/confirm.js'
import { CustomChallenge } from './steps/custom-challenge.js'
import { EmailSetup } from './steps/email-setup.js'
import { ForgotPassword } from './steps/forgot-password.js'
import { NewPassword } from './steps/new-password.js'
import { Password } from './steps/password.js'
import { ResetPassword } from './steps/reset-password.js'
import { SignIn } from './steps/sign-in.js'
import { SignInCode } from './steps/sign-in-code.js'
import { SignUp } from './steps/sign-up.js'
import { TotpSetup } from './steps/totp-setup.js'
import { useSession } from './use-session.js'

const titles: Record<Step['name'], string> = {
  'sign-in': 'Sign in',
  'sign-up': 'Create an account',
  confirm: 'Check your inbox',
  'forgot-password': 'Forgot your password?',
  'reset-password': 'Reset your password',
  'new-password': 'Choose a new password',
  'sign-in-code': 'Enter your code',
  'choose-factor': 'Choose how to continue',
  'totp-setup': 'Set up an authenticator app',
  'email-setup': 'Where should codes go?',
  password: 'Enter your password',
  'custom-challenge': 'One more question',
  account: 'You are signed in',
}

export function App({ pool }: { pool: Pool }) {
  const [{ step, notice }, dispatch] = useReducer(reduce, start)
  useSession(dispatch)

  const heading = useRef<HTMLHeadingElement>(null)
  const shown = useRef<Step['name']>(undefined)
  useEffect(() => {
    if (!step) return
    document.title = `${titles[step.name]} · Amulet demo`
    // A new step is a new page to a screen reader: start reading at its heading. The first one is left
    // alone, because a page that just loaded starts at its top by itself.
    if (shown.current && shown.current !== step.name) heading.current?.focus()
    shown.current = step.name
  }, [step])

  return (
    <div className="page">
      <header>
        <p className="brand">
          <img src="/amulet.svg" alt="" width="40" height="40" />
          Amulet
        </p>
        <p className="lead">
          A user pool of your own and the library that signs people in to it, in one small page.
        </p>
        <Links pool={pool} />
        <Path step={step?.name} />
        <Events />
      </header>
      <main aria-busy={!step}>
        {step ? (
          <h1 ref={heading} tabIndex={-1}>
            {titles[step.name]}
          </h1>
        ) : (
          <p className="waiting">One moment…</p>
        )}
        <Notice notice={notice} />
        {step?.name === 'sign-in' && <SignIn pool={pool} email={step.email} dispatch={dispatch} />}
        {step?.name === 'sign-up' && <SignUp pool={pool} email={step.email} dispatch={dispatch} />}
        {step?.name === 'confirm' && (
          <Confirm pool={pool} email={step.email} sentTo={step.sentTo} dispatch={dispatch} />
        )}
        {step?.name === 'forgot-password' && <ForgotPassword email={step.email} dispatch={dispatch} />}
        {step?.name === 'reset-password' && (
          <ResetPassword pool={pool} email={step.email} sentTo={step.sentTo} dispatch={dispatch} />
        )}
        {step?.name === 'new-password' && (
          <NewPassword email={step.email} missing={step.missing} dispatch={dispatch} />
        )}
        {step?.name === 'sign-in-code' && (
          <SignInCode
            key={step.by}
            pool={pool}
            email={step.email}
            by={step.by}
            sentTo={step.sentTo}
            dispatch={dispatch}
          />
        )}
        {step?.name === 'choose-factor' && (
          <ChooseFactor
            key={step.factors.join()}
            email={step.email}
            factors={step.factors}
            dispatch={dispatch}
          />
        )}
        {step?.name === 'totp-setup' && (
          <TotpSetup email={step.email} setup={step.setup} dispatch={dispatch} />
        )}
        {step?.name === 'email-setup' && <EmailSetup email={step.email} dispatch={dispatch} />}
        {step?.name === 'password' && <Password email={step.email} dispatch={dispatch} />}
        {step?.name === 'custom-challenge' && (
          <CustomChallenge
            key={JSON.stringify(step.hints)}
            email={step.email}
            hints={step.hints}
            dispatch={dispatch}
          />
        )}
        {step?.name === 'account' && <Account key={step.user.userId} pool={pool} user={step.user} />}
      </main>
      <Inspector step={step?.name} />
      <footer>
        Pool <code>{pool.userPoolId}</code> at <code>{pool.userPoolEndpoint}</code>
      </footer>
    </div>
  )
}
