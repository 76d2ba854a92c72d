import type { Child } from 'hono/jsx'
import { encode } from 'uqr'
import {
  Alert,
  CodeField,
  Form,
  LinkForm,
  type Message,
  Options,
  PasswordField,
  Submit,
  TextField,
} from './form.js'
import { classes, Frame, isClassic, type View } from './view.js'

/** First factors that a page asks for. */
export type PageFactor = 'PASSWORD' | 'EMAIL_OTP' | 'SMS_OTP' | 'WEB_AUTHN'
type SecondFactor = 'sms' | 'totp' | 'email'

/** Where the choice of another first factor is, and the answer to the one that is asked for. */
export const FIRST_FACTOR = '/login/factor'
export const CHOOSE_FACTOR = '/login/choose'
export const SECOND_FACTOR = '/mfa'
export const SET_UP_FACTOR = '/mfa/register'

const StartOver = ({ view }: { view: View }) => <a href={`/login${view.search}`}>{view.texts.startOver}</a>

/** The password, after the name. */
export const EnterPassword = ({
  view,
  username,
  canChoose,
  forgot,
  message,
}: {
  view: View
  username: string
  /** Whether there are other ways. */
  canChoose: boolean
  forgot: boolean
  message?: Message | undefined
}) => {
  const { texts } = view
  return (
    <Frame view={view} graphic="password" title={texts.enterPasswordTitle} lead={<strong>{username}</strong>}>
      <Alert view={view} message={message} />
      <Form view={view} path={FIRST_FACTOR} name="cognitoSignInForm">
        <input type="text" name="username" value={username} autocomplete="username" hidden readonly />
        <PasswordField
          view={view}
          id={isClassic(view) ? 'signInFormPassword' : 'password'}
          name="password"
          label={texts.password}
          autofocus
        >
          {forgot && (
            <a class={classes(view, '', 'redirect-customizable')} href={`/forgotPassword${view.search}`}>
              {texts.forgotLink}
            </a>
          )}
        </PasswordField>
        <Submit view={view} name="signInSubmitButton">
          {texts.continue}
        </Submit>
      </Form>
      <div class="more">
        {canChoose && <OtherFirstFactors view={view} />}
        <a href={`/login${view.search}`}>{texts.back}</a>
      </div>
    </Frame>
  )
}

export const ChooseFirstFactor = ({
  view,
  username,
  offered,
  message,
}: {
  view: View
  username: string
  offered: readonly PageFactor[]
  message?: Message | undefined
}) => {
  const { texts } = view
  return (
    <Frame view={view} title={texts.chooseTitle} lead={<strong>{username}</strong>}>
      <Alert view={view} message={message} />
      <Form view={view} path={CHOOSE_FACTOR}>
        <Options
          legend={texts.chooseTitle}
          options={offered.map((value) => ({ value, label: texts.methods[value] }))}
        />
        <Submit view={view}>{texts.continue}</Submit>
      </Form>
      <div class="more">
        <a href={`/login${view.search}`}>{texts.back}</a>
      </div>
    </Frame>
  )
}

/** A code, of a message or an app. */
export const EnterCode = ({
  view,
  path,
  by,
  destination,
  minutes,
  error,
  message,
  again,
  other,
}: {
  view: View
  path: string
  by: SecondFactor
  /** Where it went, masked. */
  destination?: string | undefined
  /** How long it is good for. */
  minutes: number
  error?: string | undefined
  message?: Message | undefined
  /** What is posted for another code. */
  again?: Posted | undefined
  /** What leads to another way, or back to where this one was given. */
  other?: Child
}) => {
  const { texts } = view
  const title = { totp: texts.authenticatorTitle, email: texts.checkEmailTitle, sms: texts.checkPhoneTitle }[
    by
  ]
  const sent = destination === undefined ? texts.codeSent : texts.codeSentTo(destination)
  return (
    <Frame
      view={view}
      graphic={by}
      title={title}
      lead={by === 'totp' ? texts.authenticatorLead : `${sent} ${texts.codeExpires(minutes)}`}
    >
      <Alert view={view} message={message} />
      <Form view={view} path={path}>
        <CodeField view={view} id={by === 'totp' ? 'totpCodeInput' : 'code'} name="code" error={error} />
        <Submit view={view} id="signInButton">
          {isClassic(view) ? texts.signIn : texts.continue}
        </Submit>
      </Form>
      <div class="more">
        {again && (
          <LinkForm view={view} path={again.path} fields={again.fields}>
            {texts.sendNewCode}
          </LinkForm>
        )}
        {other}
        <StartOver view={view} />
      </div>
    </Frame>
  )
}

/** What a button posts. */
interface Posted {
  readonly path: string
  readonly fields: Readonly<Record<string, string>>
}

/** Leads from a first factor to the others. */
export const OtherFirstFactors = ({ view }: { view: View }) => (
  <a href={`${CHOOSE_FACTOR}${view.search}`}>{view.texts.tryAnotherWay}</a>
)

/** Leads from a second factor back to the choice that it came of: an empty one. */
export const BackToChoice = ({ view, isSetUp }: { view: View; isSetUp: boolean }) => (
  <LinkForm view={view} path={SECOND_FACTOR} fields={{ choice: '' }}>
    {isSetUp ? view.texts.back : view.texts.tryAnotherWay}
  </LinkForm>
)

interface ChoiceProps {
  readonly view: View
  readonly of: readonly SecondFactor[]
  readonly message?: Message | undefined
}

/** One of several second factors. */
const Choice = ({
  view,
  of,
  message,
  title,
  lead,
  path,
}: ChoiceProps & { title: string; lead?: string; path: string }) => (
  <Frame view={view} title={title} lead={lead}>
    <Alert view={view} message={message} />
    <Form view={view} path={path}>
      <Options legend={title} options={of.map((value) => ({ value, label: view.texts.factors[value] }))} />
      <Submit view={view}>{view.texts.continue}</Submit>
    </Form>
    <div class="more">
      <StartOver view={view} />
    </div>
  </Frame>
)

/** Which of the factors that a user has is asked for. */
export const ChooseSecondFactor = (props: ChoiceProps) => (
  <Choice {...props} title={props.view.texts.chooseFactorTitle} path={SECOND_FACTOR} />
)

/** Which factor a user without one sets up. */
export const ChooseSetUp = (props: ChoiceProps) => (
  <Choice
    {...props}
    title={props.view.texts.setUpTitle}
    lead={props.view.texts.setUpLead}
    path={SET_UP_FACTOR}
  />
)

/** The secret of an authenticator app, and the code that proves that the app has it. */
export const SetUpApp = ({
  view,
  secret,
  uri,
  error,
  message,
  canChoose,
}: {
  view: View
  secret: string
  /** `otpauth://totp/…` */
  uri: string
  error?: string | undefined
  message?: Message | undefined
  canChoose: boolean
}) => {
  const { texts } = view
  return (
    <Frame view={view} graphic="totp" title={texts.setUpApp} lead={texts.setUpScan}>
      <Alert view={view} message={message} />
      <Form view={view} path={SET_UP_FACTOR}>
        <div>
          <QrCode text={uri} label={texts.setUpQrCode} />
          <p class="hint">{texts.setUpKey}</p>
          <p class="key">{secret.match(/.{1,4}/g)?.join(' ')}</p>
        </div>
        <CodeField view={view} id="totpCodeInput" name="code" error={error} />
        <Submit view={view} id="signInButton">
          {texts.continue}
        </Submit>
      </Form>
      <SetUpLinks view={view} canChoose={canChoose} />
    </Frame>
  )
}

/** Where the codes of a second factor will go. */
export const SetUpAddress = ({
  view,
  by,
  value,
  error,
  message,
  canChoose,
}: {
  view: View
  by: 'sms' | 'email'
  value?: string | undefined
  error?: string | undefined
  message?: Message | undefined
  canChoose: boolean
}) => {
  const { texts } = view
  return (
    <Frame
      view={view}
      graphic={by}
      title={by === 'email' ? texts.setUpEmail : texts.setUpPhone}
      lead={texts.setUpAddressLead}
    >
      <Alert view={view} message={message} />
      <Form view={view} path={SET_UP_FACTOR}>
        {by === 'email' ? (
          <TextField
            view={view}
            id="email"
            name="email"
            label={texts.email}
            inputmode="email"
            autocomplete="email"
            value={value}
            error={error}
            autofocus
          />
        ) : (
          <TextField
            view={view}
            id="phone_number"
            name="phone_number"
            label={texts.phoneNumber}
            type="tel"
            autocomplete="tel"
            hint={texts.phoneNumberHint}
            value={value}
            error={error}
            autofocus
          />
        )}
        <Submit view={view}>{texts.continue}</Submit>
      </Form>
      <SetUpLinks view={view} canChoose={canChoose} />
    </Frame>
  )
}

const SetUpLinks = ({ view, canChoose }: { view: View; canChoose: boolean }) => (
  <div class="more">
    {canChoose && (
      <LinkForm view={view} path={SET_UP_FACTOR} fields={{ choice: '' }}>
        {view.texts.tryAnotherWay}
      </LinkForm>
    )}
    <StartOver view={view} />
  </div>
)

/** Dark on white in both schemes: not every app reads it the other way round. */
const QrCode = ({ text, label }: { text: string; label: string }) => {
  const { data, size } = encode(text, { ecc: 'M', border: 0 })
  const path = data
    .flatMap((row, y) => runsOf(row).map(([x, length]) => `M${x} ${y}h${length}v1h-${length}z`))
    .join('')
  return (
    <svg
      class="qr"
      viewBox={`0 0 ${size} ${size}`}
      role="img"
      aria-label={label}
      shape-rendering="crispEdges"
    >
      <path d={path} fill="#000" />
    </svg>
  )
}

/** Where dark modules follow each other in a row: where they begin, and how many. */
function runsOf(row: readonly boolean[]): [number, number][] {
  const runs: [number, number][] = []
  row.forEach((isDark, x) => {
    const last = runs.at(-1)
    if (!isDark) return
    if (last && last[0] + last[1] === x) last[1]++
    else runs.push([x, 1])
  })
  return runs
}
