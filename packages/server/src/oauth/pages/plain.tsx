import { Frame, type View } from './view.js'

export const SignedOut = ({ view }: { view: View }) => (
  <Frame view={view} title={view.texts.signedOutTitle} lead={view.texts.signedOutLead}>
    {''}
  </Frame>
)

/** What goes wrong where there is no form to say it above. */
export const ErrorPage = ({ view, text }: { view: View; text: string }) => (
  <Frame view={view} title={view.texts.errorTitle} lead={text}>
    <p class="hint">{view.texts.errorHelp}</p>
  </Frame>
)
