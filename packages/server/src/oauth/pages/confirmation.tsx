import { Page } from './page.js'

/** What a link shows: whose sign-up it confirms, and a button that does it. */
export const Confirm = ({ account, address }: { account: string | undefined; address: string }) => (
  <Page title="Confirm your e-mail address">
    <h1>Confirm your e-mail address</h1>
    <p>Someone signed up with this address. If it was you, confirm it.</p>
    <dl>
      {account !== undefined && (
        <>
          <dt>Account</dt>
          <dd>{account}</dd>
        </>
      )}
      <dt>E-mail address</dt>
      <dd>{address}</dd>
    </dl>
    {/* Without an action, the form goes to the address of this page, which has the code. */}
    <form method="post">
      <button type="submit" class="button">
        Confirm
      </button>
    </form>
    <p>If you did not sign up, close this page. Nothing is confirmed then.</p>
  </Page>
)

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
