import { Alert, Form, type Message, PasswordField, Submit, Token } from './form.js'
import { NameField, type NameKind } from './name-field.js'
import { PasskeyForm, type PasskeyRequest } from './passkey.js'
import { ProviderIcon, type ProviderKind } from './provider-icon.js'
import { classes, Frame, Image, isClassic, type View } from './view.js'

/** A provider that users may sign in with instead. */
export interface ShownProvider {
  /** As `identity_provider` has it. */
  readonly name: string
  readonly label: string
  readonly kind: ProviderKind
}

interface SignInProps {
  readonly view: View
  readonly kind: NameKind
  readonly username?: string | undefined
  readonly message?: Message | undefined
  readonly providers: readonly ShownProvider[]
  readonly signUp: boolean
  readonly forgot: boolean
  /** The user who is signed in already. */
  readonly signedInAs?: string | undefined
}

/** Name and password on one page: for clients that leave no choice of how to begin. */
export const SignIn = (props: SignInProps) => {
  const { view, kind, username, message, forgot } = props
  const { texts } = view
  return (
    <Frame
      view={view}
      title={texts.signIn}
      lead={isClassic(view) ? undefined : <To view={view} />}
      isInstruction
    >
      <Alert view={view} message={message} />
      <SignedIn {...props} />
      {comeFirst(view) && <Providers {...props} />}
      <Form view={view} path="/login" name="cognitoSignInForm">
        {isClassic(view) && <p class="textDescription-customizable hint">{texts.signInWith[kind]}</p>}
        <NameField
          view={view}
          id={isClassic(view) ? 'signInFormUsername' : 'username'}
          kind={kind}
          placeholder={classicPlaceholder(view, kind)}
          value={username}
          autofocus={!username}
        />
        <PasswordField
          view={view}
          id={isClassic(view) ? 'signInFormPassword' : 'password'}
          name="password"
          label={texts.password}
          autofocus={Boolean(username)}
        >
          {forgot && (
            <a class={classes(view, '', 'redirect-customizable')} href={`/forgotPassword${view.search}`}>
              {texts.forgotLink}
            </a>
          )}
        </PasswordField>
        {isClassic(view) ? (
          <>
            <input type="hidden" name="cognitoAsfData" value="" />
            {/* An `input`, and its type in this case, are what scripts look for. */}
            <input
              name="signInSubmitButton"
              type="Submit"
              value={texts.signIn}
              class="btn btn-primary submitButton-customizable button"
            />
          </>
        ) : (
          <Submit view={view}>{texts.signIn}</Submit>
        )}
      </Form>
      {!comeFirst(view) && <Providers {...props} />}
      <SignUpLink {...props} />
    </Frame>
  )
}

/** The providers alone: for clients that take no users of the pool itself. */
export const ChooseProvider = (props: SignInProps) => {
  const { view, message } = props
  return (
    <Frame view={view} title={view.texts.signIn} lead={<To view={view} />} isInstruction>
      <Alert view={view} message={message} />
      <SignedIn {...props} />
      <ProviderForms {...props} />
    </Frame>
  )
}

/** The name alone: for clients that let the user choose how to begin. */
export const BeginSignIn = (
  props: SignInProps & {
    /** Where a passkey may say who the user is. */
    readonly passkey?: PasskeyRequest | undefined
  },
) => {
  const { view, kind, username, message, passkey } = props
  const { texts } = view
  return (
    <Frame view={view} title={texts.signIn} lead={<To view={view} />} isInstruction>
      <Alert view={view} message={message} />
      <SignedIn {...props} />
      {comeFirst(view) && <Providers {...props} />}
      <Form view={view} path="/login" name="cognitoSignInForm">
        <NameField
          view={view}
          id={isClassic(view) ? 'signInFormUsername' : 'username'}
          kind={kind}
          placeholder={classicPlaceholder(view, kind)}
          value={username}
          autofocus
          passkey={passkey !== undefined}
        />
        <Submit view={view} name="signInSubmitButton">
          {texts.next}
        </Submit>
      </Form>
      {passkey !== undefined && (
        <>
          <p class="or scripted">{texts.or}</p>
          <PasskeyForm
            view={view}
            path="/login"
            request={passkey}
            label={texts.passkeySignIn}
            failed={texts.passkeyFailed}
            autofill
          />
        </>
      )}
      {!comeFirst(view) && <Providers {...props} hasOr={passkey !== undefined} />}
      <SignUpLink {...props} />
    </Frame>
  )
}

const comeFirst = ({ brand }: View): boolean => brand.providers?.comeFirst === true

const To = ({ view }: { view: View }) => <>{view.texts.toContinueTo(view.application)}</>

const classicPlaceholder = (view: View, kind: NameKind) =>
  isClassic(view) && kind === 'email' ? 'name@host.com' : undefined

const SignedIn = ({ view, signedInAs }: SignInProps) =>
  signedInAs === undefined ? null : (
    <>
      <Form view={view} path="/login">
        <button type="submit" name="continue" value={signedInAs} class="button quiet">
          {view.texts.signInAs(signedInAs)}
        </button>
      </Form>
      <p class="or">{view.texts.or}</p>
    </>
  )

const Providers = ({ hasOr = false, ...props }: SignInProps & { hasOr?: boolean }) => {
  const { view, providers } = props
  if (providers.length === 0) return null
  const or = hasOr ? (
    <p class="or unscripted">{view.texts.or}</p>
  ) : (
    <p class={classes(view, 'or', 'login-or')}>{view.texts.or}</p>
  )
  const forms = <ProviderForms {...props} apart={hasOr} />
  return comeFirst(view) ? (
    <>
      {forms}
      {or}
    </>
  ) : (
    <>
      {or}
      {forms}
    </>
  )
}

/** One form per provider, which goes to this server first: the pages' addresses have all that is needed to go on. */
const ProviderForms = ({ view, providers, apart = false }: SignInProps & { apart?: boolean }) => (
  <div class={apart ? 'stack apart' : 'stack'}>
    {inOrder(view, providers).map((provider) => (
      <form
        action={`/login${view.search}`}
        method="post"
        {...(isClassic(view) && { name: 'loginWithIdentityProvider' })}
      >
        <Token view={view} />
        <input type="hidden" name="identity_provider" value={provider.name} />
        <ProviderButton view={view} provider={provider} />
      </form>
    ))}
  </div>
)

/** As the brand has them; those that it does not name follow. */
function inOrder({ brand }: View, providers: readonly ShownProvider[]): readonly ShownProvider[] {
  const order = brand.providers?.order ?? []
  const placeOf = ({ name }: ShownProvider) => (order.includes(name) ? order.indexOf(name) : order.length)
  return providers.toSorted((a, b) => placeOf(a) - placeOf(b))
}

const IconOf = ({ view: { brand }, provider }: { view: View; provider: ShownProvider }) => {
  const { hasIcons, icons } = brand.providers ?? {}
  const own = icons?.get(provider.name)
  if (hasIcons === false) return null
  return own ? <Image image={own} alt="" className="icon" /> : <ProviderIcon kind={provider.kind} />
}

const ProviderButton = ({ view, provider }: { view: View; provider: ShownProvider }) => {
  const { name, label, kind } = provider
  // Scripts press it by its name and value, which are both the provider's.
  if (isClassic(view) && kind === 'other')
    return (
      <input
        type="submit"
        name={name}
        value={name}
        class="btn btn-info idpButton-customizable button quiet idp"
      />
    )
  return (
    <button type="submit" class={classes(view, 'button quiet idp', 'btn socialButton-customizable')}>
      <IconOf view={view} provider={provider} />
      {view.texts.continueWith(label)}
    </button>
  )
}

const SignUpLink = ({ view, signUp }: SignInProps) =>
  !signUp ? null : (
    <div class="more">
      {isClassic(view) ? (
        <p class="redirect-customizable">
          {view.texts.needAccount} <a href={`/signup${view.search}`}>{view.texts.signUp}</a>
        </p>
      ) : (
        <p>
          {view.texts.newUser} <a href={`/signup${view.search}`}>{view.texts.createAccount}</a>
        </p>
      )}
    </div>
  )
