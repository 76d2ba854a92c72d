import { Page } from './page.js'

export const Confirmed = () => (
  <Page title="E-mail address confirmed">
    <svg class="mark good" viewBox="0 0 32 32" aria-hidden="true">
      <circle cx="16" cy="16" r="14" />
      <path d="m10 16.5 4 4 8-9" />
    </svg>
    <h1>Your e-mail address is confirmed</h1>
    <p>You can close this page and sign in.</p>
  </Page>
)

/** One page for every reason: a link says nothing about whether there is such a user, or in what state. */
export const NotConfirmed = () => (
  <Page title="This link does not work">
    <svg class="mark bad" viewBox="0 0 32 32" aria-hidden="true">
      <circle cx="16" cy="16" r="14" />
      <path d="M16 9v9m0 4.5v.5" />
    </svg>
    <h1>This link does not work</h1>
    <p>It may have been used already, or be too old.</p>
    <p>
      If you have confirmed your e-mail address before, sign in. If not, ask for a new message where you
      signed up.
    </p>
  </Page>
)
