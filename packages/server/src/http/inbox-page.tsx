import type { InboxMessage } from '../delivery/inbox.js'
import { plainText } from '../delivery/plain-text.js'
import type { MessagePurpose } from '../message.js'
import { DeveloperPage, developerHeaders } from './developer-page.js'

/** Shows messages as they come, and empties the inbox. Without it the page is there to be loaded anew. */
const SCRIPT = `{
const { newest } = document.querySelector('[data-newest]').dataset
const look = async () => {
  try {
    const answer = await fetch(location.href, { headers: { accept: 'application/json' } })
    const [message] = await answer.json()
    if ((message?.id ?? '') !== newest) return location.reload()
  } catch {}
  setTimeout(look, 2000)
}
setTimeout(look, 2000)
document.querySelector('[data-clear]')?.addEventListener('click', async () => {
  await fetch(location.pathname, { method: 'DELETE' })
  location.reload()
})
}`

export const INBOX_HEADERS = developerHeaders(SCRIPT)

const PURPOSES: { readonly [P in MessagePurpose]?: string } = {
  'sign-up': 'sign-up',
  'resend-code': 'sign-up, sent anew',
  'forgot-password': 'forgotten password',
  'update-attribute': 'changed address',
  'verify-attribute': 'address to confirm',
}

/** The messages that would have gone out, for a browser. */
export const InboxPage = ({
  messages,
  to = '',
}: {
  messages: readonly InboxMessage[]
  /** Whose messages alone these are. */
  to?: string | undefined
}) => (
  <DeveloperPage title={`Inbox (${messages.length}) · Amulet`} root="../" at="inbox" script={SCRIPT}>
    <div class="row spread" data-newest={messages[0]?.id ?? ''}>
      <h1>Inbox</h1>
      {messages.length > 0 && (
        <button type="button" class="scripted" data-clear>
          Empty the inbox
        </button>
      )}
    </div>
    <p class="lead">
      Messages that would have been sent by e-mail or SMS, the newest first. Programs get them from this
      address as JSON.
    </p>
    <form>
      <label>
        Only messages to
        <input name="to" value={to} autocomplete="off" autocapitalize="none" spellcheck={false} />
      </label>
      <button type="submit">Show</button>
      {to !== '' && <a href="?">Show all</a>}
    </form>
    {messages.length === 0 && (
      <p class="card">
        {to === '' ? 'There are no messages yet.' : `There are no messages to ${to}.`}{' '}
        <span class="scripted">They appear here as they are sent.</span>
      </p>
    )}
    {messages.map((message) => (
      <Message {...message} />
    ))}
  </DeveloperPage>
)

const Message = ({ id, to, medium, purpose, subject, body, code, link, sentAt }: InboxMessage) => (
  <article class="card" aria-labelledby={`message-${id}`}>
    <div class="row spread">
      <h2 id={`message-${id}`}>{to}</h2>
      <span class="meta">
        <time datetime={sentAt}>{sentAt.slice(0, 19).replace('T', ' ')} UTC</time>
      </span>
    </div>
    <p class="meta">
      <span class="tag">{medium === 'EMAIL' ? 'E-mail' : 'SMS'}</span>{' '}
      <span class="tag">{PURPOSES[purpose] ?? purpose.replaceAll('-', ' ')}</span> {subject}
    </p>
    {code !== '' && <p class="code">{code}</p>}
    <p class="body">{medium === 'EMAIL' ? plainText(body) : body}</p>
    {isWeb(link) && (
      <p>
        <a href={link}>{link}</a>
      </p>
    )}
  </article>
)

const isWeb = (link: string | null): link is string => link !== null && /^https?:\/\//i.test(link)
