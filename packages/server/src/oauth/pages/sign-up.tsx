import {
  Alert,
  CodeField,
  Form,
  LinkForm,
  type Message,
  PasswordField,
  type PasswordRules,
  Submit,
  TextField,
} from './form.js'
import { NameField, type NameKind } from './name-field.js'
import type { Texts } from './texts/en.js'
import { classes, Frame, isClassic, type View } from './view.js'

type StandardAttribute = keyof Texts['attributes']

/** An attribute that has to be filled in. */
export interface AskedAttribute {
  /** With `custom:` where it is one of the pool's own. */
  readonly name: string
  readonly value?: string | undefined
  readonly error?: string | undefined
}

/** How a browser knows each attribute: tokens of the HTML standard. */
const AUTOCOMPLETE: { readonly [A in StandardAttribute]?: string } = {
  address: 'street-address',
  birthdate: 'bday',
  email: 'email',
  family_name: 'family-name',
  gender: 'sex',
  given_name: 'given-name',
  locale: 'language',
  middle_name: 'additional-name',
  name: 'name',
  nickname: 'nickname',
  phone_number: 'tel',
  picture: 'photo',
  website: 'url',
}

const isStandard = (texts: Texts, name: string): name is StandardAttribute =>
  Object.hasOwn(texts.attributes, name)

export const AttributeField = ({
  view,
  attribute: { name, value, error },
  prefix,
}: {
  view: View
  attribute: AskedAttribute
  prefix: 'requiredAttributes' | 'userAttributes'
}) => {
  const { texts } = view
  const known = isStandard(texts, name) ? name : undefined
  return (
    <TextField
      view={view}
      id={`attribute-${name.replace(/\W/g, '-')}`}
      name={`${prefix}[${name}]`}
      label={known ? texts.attributes[known] : name.replace(/^custom:/, '')}
      type={name === 'phone_number' ? 'tel' : 'text'}
      {...(name === 'email' && { inputmode: 'email' })}
      autocomplete={(known && AUTOCOMPLETE[known]) ?? 'off'}
      value={value}
      error={error}
      hint={
        name === 'phone_number'
          ? texts.phoneNumberHint
          : name === 'birthdate'
            ? texts.birthdateHint
            : undefined
      }
    />
  )
}

/** What a user agrees to, and where it is. */
export interface ShownTerms {
  readonly name: 'terms-of-use' | 'privacy-policy'
  readonly link: string
}

export const SignUp = ({
  view,
  kind,
  username,
  attributes,
  rules,
  terms = [],
  errors = {},
  message,
}: {
  view: View
  kind: NameKind
  username?: string | undefined
  attributes: readonly AskedAttribute[]
  terms?: readonly ShownTerms[]
  rules: PasswordRules
  errors?: { readonly username?: string | undefined; readonly password?: string | undefined }
  message?: Message | undefined
}) => {
  const { texts } = view
  return (
    <Frame view={view} title={texts.signUp} lead={texts.signUpLead} isInstruction>
      <Alert view={view} message={message} />
      <Form view={view} path="/signup" name="signupform">
        <NameField
          view={view}
          kind={kind}
          value={username}
          hint={kind === 'phoneNumber' ? texts.phoneNumberHint : undefined}
          error={errors.username}
          autofocus
        />
        {attributes.map((attribute) => (
          <AttributeField view={view} attribute={attribute} prefix="requiredAttributes" />
        ))}
        <PasswordField
          view={view}
          id="password"
          name="password"
          label={texts.password}
          error={errors.password}
          rules={rules}
        />
        <Submit view={view} name="signUpButton">
          {texts.signUp}
        </Submit>
      </Form>
      <div class="more">
        <p class={classes(view, '', 'redirect-customizable')}>
          {texts.haveAccount} <a href={`/login${view.search}`}>{texts.signIn}</a>
        </p>
        {terms.length > 0 && (
          <p class={classes(view, '', 'legalText-customizable')}>
            {terms.map(({ name, link }, index) => (
              <>
                {index > 0 && ' · '}
                <a href={link} rel="noopener">
                  {texts.terms[name]}
                </a>
              </>
            ))}
          </p>
        )}
      </div>
    </Frame>
  )
}

/** The code that confirms a sign-up. */
export const ConfirmSignUp = ({
  view,
  destination,
  byLink,
  error,
  message,
}: {
  view: View
  /** Where the code went, masked; not known after a sign-in. */
  destination: string | undefined
  byLink: boolean
  error?: string | undefined
  message?: Message | undefined
}) => {
  const { texts } = view
  const sent = destination === undefined ? texts.codeSent : texts.codeSentTo(destination)
  // What could not be sent is not told to have been.
  const isSent = destination !== undefined || message?.is !== 'bad'
  const lead = byLink ? texts.confirmByLink : sent
  return (
    <Frame view={view} title={texts.confirmTitle} lead={isSent ? lead : undefined}>
      <Alert view={view} message={message} />
      {byLink ? (
        <a class="button" href={`/login${view.search}`}>
          {texts.signIn}
        </a>
      ) : (
        <Form view={view} path="/confirm" name="confirmform">
          <CodeOfSignUp view={view} error={error} />
          <Submit view={view} name="confirm">
            {texts.confirmAccount}
          </Submit>
        </Form>
      )}
      <div class="more">
        <LinkToResend view={view} />
        <a href={`/login${view.search}`}>{texts.startOver}</a>
      </div>
    </Frame>
  )
}

const CodeOfSignUp = ({ view, error }: { view: View; error: string | undefined }) => (
  <CodeField view={view} id={isClassic(view) ? 'verification_code' : 'code'} name="code" error={error} />
)

const LinkToResend = ({ view }: { view: View }) => (
  <LinkForm view={view} path="/resendcode">
    {view.texts.sendNewCode}
  </LinkForm>
)
