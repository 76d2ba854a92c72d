import type { AuthContext } from '../context/context.js'
import { readItems, writeItems } from '../session/items.js'
import { withLock } from '../session/lock.js'
import { keyOf } from '../session/token-store.js'

/** A sign-in that has gone to the domain, as it is stored until it comes back. */
export interface OAuthAttempt {
  state: string
  redirectUri?: string | undefined
  /** Proves at the token endpoint that the code is of this attempt (RFC 7636). */
  verifier?: string | undefined
  /** What the ID token has to repeat. */
  nonce?: string | undefined
  /** A function of the caller's has opened the page: the one that began it may wait for an answer that arrives at another. */
  isOpened?: boolean | undefined
  /** Its answer has arrived: a code is sent once. */
  isClaimed?: boolean
  until: number
}

/** How long a user may take at the domain, in milliseconds: to sign up, for example, and to wait for a code by mail. */
export const LIFETIME = 3_600_000

/** Changes the list of attempts while no other tab does. Those whose time is over are dropped when this has seen them. */
const update = <Value>(
  context: AuthContext,
  change: (known: OAuthAttempt[]) => [attempts: OAuthAttempt[], value: Value],
): Promise<Value> => {
  const key = keyOf(context, 'oauthAttempts')
  return withLock(key, async () => {
    let known: OAuthAttempt[] = []
    try {
      const stored = JSON.parse((await context.storage.getItem(key)) ?? '[]') as OAuthAttempt[]
      known = stored.filter(({ until }) => until)
    } catch {
      // What cannot be read is no attempt.
    }
    const [attempts, value] = change(known)
    const open = attempts.filter(({ until }) => until > context.clock())
    await context.storage.setItem(key, JSON.stringify(open))
    return value
  })
}

export const storeAttempt = (context: AuthContext, attempt: Omit<OAuthAttempt, 'until'>): Promise<void> =>
  update(context, (known) => [[...known, { ...attempt, until: context.clock() + LIFETIME }], undefined])

/** Whether no answer to the attempt has arrived yet. */
export const isOpen = (context: AuthContext, state: string): Promise<boolean> =>
  update(context, (known) => [known, known.some((attempt) => attempt.state === state && !attempt.isClaimed)])

/** Name of the lock that a page holds while it waits for the answer of what it has opened. */
export const waitingFor = (state: string): string => `amulet.opened.${state}`

/** What Amplify stores of its last attempt. */
const stock = ['oauthState', 'oauthPKCE', 'inflightOAuth', 'inflightOAuthDeadline'] as const

/**
 * The attempt with this state, as it was, and claims it: from now on it is known as one whose answer has arrived.
 *
 * @param isWaitedFor whether the page that opened it waits, which then gets the answer
 */
export const claimAttempt = async (
  context: AuthContext,
  state: string,
  isWaitedFor: boolean | undefined,
): Promise<OAuthAttempt | undefined> => {
  const attempt = await update(context, (known) => [
    known.map((attempt) =>
      attempt.state !== state || (attempt.isOpened && isWaitedFor)
        ? attempt
        : { state, isClaimed: true, until: attempt.until },
    ),
    known.find((attempt) => attempt.state === state),
  ])
  if (attempt) return attempt
  const prefix = keyOf(context, '')
  const { oauthState, oauthPKCE } = await readItems(context, prefix, stock)
  if (oauthState !== state) return undefined
  await writeItems(context, prefix, stock)
  return { state, verifier: oauthPKCE, until: Infinity }
}
