import { Alert, Form, type Message, Token } from './form.js'
import { Frame, type View } from './view.js'

/** What a form needs to ask the browser for a passkey. */
export interface PasskeyRequest {
  /** `PublicKeyCredentialRequestOptionsJSON` or `PublicKeyCredentialCreationOptionsJSON`. */
  readonly options: object
  /** The sealed challenge, where it is not that of the sign-in under way. */
  readonly session?: string
}

/** Only a script can speak with an authenticator; without one the form is not shown. */
export const PasskeyForm = ({
  view,
  path,
  request,
  label,
  failed,
  autofill = false,
}: {
  view: View
  path: string
  request: PasskeyRequest
  label: string
  failed: string
  /** Whether the browser offers passkeys in the field of the username: the button is not the first of the page then. */
  autofill?: boolean
}) => (
  <form
    class="scripted"
    action={`${path}${view.search}`}
    method="post"
    data-passkey={JSON.stringify(request.options)}
    data-autofill={autofill ? '' : undefined}
  >
    <Token view={view} />
    <input type="hidden" name="credential" value="" />
    {request.session !== undefined && <input type="hidden" name="session" value={request.session} />}
    <p class="error" role="alert" data-failed hidden>
      {failed}
    </p>
    <button type="submit" class={autofill ? 'button quiet' : 'button'}>
      <PasskeyIcon />
      {label}
    </button>
  </form>
)

const PasskeyIcon = () => (
  <svg class="drawn" viewBox="0 0 24 24" aria-hidden="true">
    <circle cx="9.5" cy="7.5" r="4" />
    <path d="M3 20v-1.5a5 5 0 0 1 5-5h3.5M17.75 15.5v5.75l1.5-1.25M17.75 18h1.5" />
    <circle cx="17.75" cy="13" r="2.5" />
  </svg>
)

/** The passkey as the first factor that was chosen. */
export const UsePasskey = ({
  view,
  path,
  request,
  message,
  otherWay,
}: {
  view: View
  path: string
  request: PasskeyRequest
  message?: Message | undefined
  otherWay: string | undefined
}) => (
  <Frame view={view} graphic="passkey" title={view.texts.passkeyTitle} lead={view.texts.passkeyLead}>
    <Alert view={view} message={message} />
    <p class="unscripted">{view.texts.passkeyNeedsScript}</p>
    <PasskeyForm
      view={view}
      path={path}
      request={request}
      label={view.texts.passkeyUse}
      failed={view.texts.passkeyFailed}
    />
    <div class="more">
      {otherWay !== undefined && <a href={`${otherWay}${view.search}`}>{view.texts.tryAnotherWay}</a>}
      <a href={`/login${view.search}`}>{view.texts.startOver}</a>
    </div>
  </Frame>
)

export const ADD_PASSKEY = '/passkeys/add'

/** Adds a passkey for a user who is signed in. */
export const AddPasskey = ({
  view,
  path,
  request,
  message,
}: {
  view: View
  /** What takes the passkey, or the refusal. */
  path: string
  request: PasskeyRequest
  message?: Message | undefined
}) => (
  <Frame view={view} graphic="passkey" title={view.texts.passkeyAddTitle} lead={view.texts.passkeyAddLead}>
    <Alert view={view} message={message} />
    <div class="stack">
      <p class="unscripted">{view.texts.passkeyNeedsScript}</p>
      <PasskeyForm
        view={view}
        path={path}
        request={request}
        label={view.texts.passkeyAdd}
        failed={view.texts.passkeyNotMade}
      />
      <Form view={view} path={path}>
        <button type="submit" name="skip" value="1" class="button quiet">
          {view.texts.passkeyNotNow}
        </button>
      </Form>
    </div>
  </Frame>
)
