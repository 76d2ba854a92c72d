import {
  Alert,
  CodeField,
  Form,
  LinkForm,
  type Message,
  PasswordField,
  type PasswordRules,
  Submit,
} from './form.js'
import { NameField, type NameKind } from './name-field.js'
import { type AskedAttribute, AttributeField } from './sign-up.js'
import { Frame, isClassic, type View } from './view.js'

/** Whose password was forgotten. */
export const ForgotPassword = ({
  view,
  kind,
  username,
  message,
}: {
  view: View
  kind: NameKind
  username?: string | undefined
  message?: Message | undefined
}) => {
  const { texts } = view
  return (
    <Frame view={view} graphic="password" title={texts.forgotTitle} lead={texts.forgotLead}>
      <Alert view={view} message={message} />
      <Form view={view} path="/forgotPassword" name="forgotpasswordform">
        <NameField view={view} kind={kind} value={username} autofocus />
        <Submit view={view} name="reset_my_password">
          {isClassic(view) ? texts.resetMyPassword : texts.continue}
        </Submit>
      </Form>
      <div class="more">
        <a href={`/login${view.search}`}>{texts.back}</a>
      </div>
    </Frame>
  )
}

/** The code of a forgotten password, and a new password. */
export const ResetPassword = ({
  view,
  username,
  destination,
  rules,
  errors = {},
  message,
}: {
  view: View
  /** For password managers. */
  username: string
  /** Where the code went, masked. */
  destination: string | undefined
  rules: PasswordRules
  errors?: {
    readonly code?: string | undefined
    readonly password?: string | undefined
    readonly confirm?: string | undefined
  }
  message?: Message | undefined
}) => {
  const { texts } = view
  return (
    <Frame
      view={view}
      graphic="password"
      title={texts.resetTitle}
      lead={destination === undefined ? texts.codeSent : texts.codeSentTo(destination)}
    >
      <Alert view={view} message={message} />
      <Form view={view} path="/confirmforgotPassword" name="confirmforgotpasswordform">
        <input type="text" name="username" value={username} autocomplete="username" hidden readonly />
        <CodeField view={view} id="forgot_password_code" name="code" error={errors.code} />
        <NewPasswords view={view} rules={rules} errors={errors} />
        <Submit view={view} name="reset_password">
          {texts.changePassword}
        </Submit>
      </Form>
      <div class="more">
        <LinkForm view={view} path="/forgotPassword" fields={{ username }}>
          {texts.sendNewCode}
        </LinkForm>
        <a href={`/login${view.search}`}>{texts.back}</a>
      </div>
    </Frame>
  )
}

const NewPasswords = ({
  view,
  rules,
  errors,
  autofocus = false,
}: {
  view: View
  rules: PasswordRules
  errors: { readonly password?: string | undefined; readonly confirm?: string | undefined }
  autofocus?: boolean
}) => (
  <>
    <PasswordField
      view={view}
      id="new_password"
      name="new_password"
      label={view.texts.newPassword}
      error={errors.password}
      rules={rules}
      autofocus={autofocus}
    />
    <PasswordField
      view={view}
      id="confirm_password"
      name="confirm_password"
      label={view.texts.confirmPassword}
      error={errors.confirm}
      shows={false}
    />
  </>
)

/** Takes the place of a temporary password; attributes that are missing are filled in. */
export const NewPassword = ({
  view,
  username,
  attributes,
  rules,
  errors = {},
  message,
}: {
  view: View
  /** For password managers. */
  username: string
  attributes: readonly AskedAttribute[]
  rules: PasswordRules
  errors?: { readonly password?: string | undefined; readonly confirm?: string | undefined }
  message?: Message | undefined
}) => {
  const { texts } = view
  return (
    <Frame view={view} graphic="password" title={texts.newPasswordTitle} lead={texts.newPasswordLead}>
      <Alert view={view} message={message} />
      <Form view={view} path="/changePassword" name="changepasswordform">
        <input type="text" name="username" value={username} autocomplete="username" hidden readonly />
        <NewPasswords view={view} rules={rules} errors={errors} autofocus />
        {attributes.map((attribute) => (
          <AttributeField view={view} attribute={attribute} prefix="userAttributes" />
        ))}
        <Submit view={view} name="reset_password">
          {texts.changePassword}
        </Submit>
      </Form>
      <div class="more">
        <a href={`/login${view.search}`}>{texts.startOver}</a>
      </div>
    </Frame>
  )
}
