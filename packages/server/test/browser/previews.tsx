/** @jsxImportSource hono/jsx */
import type { Child } from 'hono/jsx'
import { brandCss } from '../../src/oauth/pages/brand-css.js'
import { Confirm, Confirmed, NotConfirmed } from '../../src/oauth/pages/confirmation.js'
import {
  BackToChoice,
  ChooseFirstFactor,
  ChooseSecondFactor,
  ChooseSetUp,
  EnterCode,
  EnterPassword,
  OtherFirstFactors,
  SetUpAddress,
  SetUpApp,
} from '../../src/oauth/pages/factors.js'
import { type Language, textsIn } from '../../src/oauth/pages/languages.js'
import { AddPasskey, UsePasskey } from '../../src/oauth/pages/passkey.js'
import { ForgotPassword, NewPassword, ResetPassword } from '../../src/oauth/pages/password.js'
import { ErrorPage, SignedOut } from '../../src/oauth/pages/plain.js'
import { BeginSignIn, ChooseProvider, SignIn } from '../../src/oauth/pages/sign-in.js'
import { ConfirmSignUp, SignUp } from '../../src/oauth/pages/sign-up.js'
import type { View } from '../../src/oauth/pages/view.js'

/** A view as a request would have it. */
export const previewView = (
  markup: View['markup'] = 'managed',
  language: Language = 'en',
  more: Partial<View> = {},
): View => ({
  markup,
  language,
  texts: textsIn(language),
  application: 'Northwind Notes',
  brand: {},
  csrf: '6f1d3c52-9a0b-4a53-b1f5-0c64c7c1e7aa',
  search:
    '?client_id=4h57kp1i3kr0example&response_type=code&redirect_uri=https%3A%2F%2Fapp.example.com%2F&state=xyz',
  ...more,
})

const rules = { length: 8, lower: true, upper: true, number: true, symbol: true }
const options = { challenge: 'AAAA', rpId: 'localhost', allowCredentials: [], timeout: 60_000 }
const providers = [
  { name: 'Google', label: 'Google', kind: 'google' },
  { name: 'SignInWithApple', label: 'Apple', kind: 'apple' },
  { name: 'Facebook', label: 'Facebook', kind: 'facebook' },
  { name: 'LoginWithAmazon', label: 'Amazon', kind: 'amazon' },
  { name: 'Contoso', label: 'Contoso', kind: 'other' },
] as const
const incorrect = (view: View) => ({ is: 'bad', text: view.texts.errors.incorrect }) as const
const shown = { kind: 'email', providers: [], signUp: true, forgot: true } as const

const mode = (background: string, text: string, page: string, form: string) => ({
  button: { defaults: { backgroundColor: background, textColor: text } },
  page: { color: page },
  form: { backgroundColor: form, borderColor: form },
})
const lightMode = mode('1f6f54ff', 'ffffffff', 'eef4f0ff', 'ffffffff')
const darkMode = mode('7fd6b4ff', '06251aff', '0b1512ff', '13211cff')
const bar = {
  lightMode: { background: { color: '12302aff' }, borderColor: '12302aff' },
  darkMode: { background: { color: '0b1512ff' }, borderColor: '2a3f38ff' },
}
const FRAME = {
  categories: {
    form: { location: { horizontal: 'END', vertical: 'CENTER' } },
    global: { spacingDensity: 'COMPACT' },
  },
  componentClasses: {
    buttons: { borderRadius: 4 },
    input: { borderRadius: 4 },
    dropDown: {
      borderRadius: 16,
      lightMode: { match: { itemBackgroundColor: 'd7e7dfff', itemTextColor: '12302aff' } },
      darkMode: { match: { itemBackgroundColor: '1d332bff', itemTextColor: 'd7e7dfff' } },
    },
  },
  components: { pageHeader: bar, pageFooter: bar },
}
const SETTINGS = {
  componentClasses: { buttons: { borderRadius: 24 } },
  components: {
    primaryButton: { lightMode: lightMode.button, darkMode: darkMode.button },
    pageBackground: { lightMode: lightMode.page, darkMode: darkMode.page },
    form: { lightMode: lightMode.form, darkMode: darkMode.form, borderRadius: 28 },
  },
}

/** Every page, as it is shown. */
export const PREVIEWS: Readonly<Record<string, (view: View) => Child>> = {
  'sign-in': (view) => <SignIn view={view} {...shown} />,
  'sign-in-wrong': (view) => (
    <SignIn view={view} {...shown} username="ada@example.com" message={incorrect(view)} />
  ),
  'sign-in-providers': (view) => (
    <SignIn view={view} {...shown} providers={providers} signedInAs="ada@example.com" />
  ),
  'sign-in-begin': (view) => <BeginSignIn view={view} {...shown} passkey={{ options, session: 'AYABe' }} />,
  'sign-in-begin-providers': (view) => <BeginSignIn view={view} {...shown} providers={providers} />,
  'choose-provider': (view) => <ChooseProvider view={view} {...shown} providers={providers} />,
  'enter-password': (view) => <EnterPassword view={view} username="ada@example.com" canChoose forgot />,
  'choose-first': (view) => (
    <ChooseFirstFactor
      view={view}
      username="ada@example.com"
      offered={['PASSWORD', 'EMAIL_OTP', 'SMS_OTP', 'WEB_AUTHN']}
    />
  ),
  passkey: (view) => (
    <UsePasskey view={view} path="/login/factor" request={{ options }} otherWay="/login/choose" />
  ),
  'passkey-add': (view) => <AddPasskey view={view} path="/passkeys/offer" request={{ options }} />,
  'code-email': (view) => (
    <EnterCode
      view={view}
      path="/login/factor"
      by="email"
      destination="a***@e***"
      minutes={3}
      again={{ path: '/login/choose', fields: { choice: 'EMAIL_OTP' } }}
      other={<OtherFirstFactors view={view} />}
    />
  ),
  'code-sms-wrong': (view) => (
    <EnterCode
      view={view}
      path="/mfa"
      by="sms"
      destination="+*******4567"
      minutes={3}
      error={view.texts.errors.wrongCode}
      again={{ path: '/mfa', fields: { choice: 'sms' } }}
      other={<BackToChoice view={view} isSetUp={false} />}
    />
  ),
  'code-set-up': (view) => (
    <EnterCode
      view={view}
      path="/mfa"
      by="email"
      destination="a***@e***"
      minutes={3}
      message={{ is: 'good', text: view.texts.newCodeSent }}
      again={{ path: '/mfa', fields: { choice: 'email' } }}
      other={<BackToChoice view={view} isSetUp />}
    />
  ),
  'code-app': (view) => <EnterCode view={view} path="/mfa" by="totp" minutes={3} />,
  'choose-second': (view) => <ChooseSecondFactor view={view} of={['totp', 'sms', 'email']} />,
  'set-up': (view) => <ChooseSetUp view={view} of={['totp', 'sms', 'email']} />,
  'set-up-app': (view) => (
    <SetUpApp
      view={view}
      secret="JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXPJBSW"
      uri="otpauth://totp/Northwind%20Notes:ada%40example.com?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXPJBSW&issuer=Northwind%20Notes"
      canChoose
    />
  ),
  'set-up-phone': (view) => (
    <SetUpAddress view={view} by="sms" value="555" error={view.texts.invalid} canChoose />
  ),
  'set-up-email': (view) => <SetUpAddress view={view} by="email" canChoose={false} />,
  'sign-up': (view) => (
    <SignUp
      view={view}
      kind="email"
      attributes={[{ name: 'name' }, { name: 'phone_number' }]}
      rules={rules}
    />
  ),
  'sign-up-wrong': (view) => (
    <SignUp
      view={view}
      kind="username"
      username="ada"
      attributes={[{ name: 'email', value: 'ada', error: view.texts.invalid }]}
      rules={rules}
      errors={{ username: view.texts.errors.userExists, password: view.texts.rules.length(8) }}
    />
  ),
  confirm: (view) => <ConfirmSignUp view={view} destination="a***@e***" byLink={false} />,
  'confirm-link': (view) => <ConfirmSignUp view={view} destination="a***@e***" byLink />,
  forgot: (view) => <ForgotPassword view={view} kind="email" />,
  reset: (view) => (
    <ResetPassword view={view} username="ada@example.com" destination="a***@e***" rules={rules} />
  ),
  'new-password': (view) => (
    <NewPassword
      view={view}
      username="ada@example.com"
      attributes={[{ name: 'given_name' }]}
      rules={rules}
      errors={{ confirm: view.texts.passwordsDiffer }}
    />
  ),
  'link-confirm': () => <Confirm account="ada" address="ada@example.com" />,
  'link-confirmed': () => <Confirmed />,
  'link-not-confirmed': () => <NotConfirmed />,
  branded: (view) => <SignIn view={{ ...view, brand: { css: brandCss(SETTINGS) } }} {...shown} />,
  'branded-frame': (view) => (
    <SignIn
      view={{
        ...view,
        brand: {
          css: brandCss(FRAME),
          header: { logo: undefined },
          footer: { logo: undefined },
          providers: { hasIcons: true, icons: new Map(), comeFirst: true, order: ['Contoso'] },
        },
      }}
      {...shown}
      providers={providers}
    />
  ),
  'signed-out': (view) => <SignedOut view={view} />,
  error: (view) => <ErrorPage view={view} text={view.texts.requestedPage} />,
}
