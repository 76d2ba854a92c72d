import type { AskedName } from '../flows/attempt.js'
import type { SecondFactor } from '../users/mfa-settings.js'
import { deleteOwnCookie, readOwnCookie, setOwnCookie } from './cookies.js'
import type { PageRequest } from './page-request.js'
import type { PageFactor } from './pages/factors.js'
import type { Message } from './pages/form.js'
import type { Texts } from './pages/texts/en.js'

/** Where a browser is between two pages. */
export type PageStep =
  /** A challenge of the sign-in machine. */
  | {
      readonly is: 'challenge'
      readonly name: AskedName
      readonly session: string
      /** As it was typed. */
      readonly username: string
      /** First factors to choose from, where it is one that was asked for. */
      readonly offered?: readonly PageFactor[] | undefined
      /** Where a code went, masked. */
      readonly destination?: string | undefined
      /** Second factors to choose from. */
      readonly of?: readonly SecondFactor[] | undefined
      /** The choice that a second factor came of, to which the user can go back. */
      readonly choice?: 'SELECT_MFA_TYPE' | 'MFA_SETUP' | undefined
      /** The one that is being set up. */
      readonly setsUp?: SecondFactor | undefined
      /** Attributes to be filled in with a new password. */
      readonly missing?: readonly string[] | undefined
    }
  /** A sign-up that is to be confirmed. `own`: this browser signed up, and is signed in next. */
  | {
      readonly is: 'sign-up'
      readonly username: string
      readonly destination?: string | undefined
      readonly own: boolean
    }
  /** A password that is to be reset. */
  | { readonly is: 'reset'; readonly username: string; readonly destination?: string | undefined }
  /** Nothing but what is said on the next page. */
  | { readonly is: 'told'; readonly username?: string | undefined }

export type KeptStep = PageStep & {
  /** What is said on the page that comes next. */
  readonly told?: Told | undefined
}

/** Texts that may be said on another page than where they came up. */
/** What a user has done before the sign-in. */
export type Done = 'confirmed' | 'passwordChanged'

type Told = Done | 'signInExpired' | 'signInEnded' | 'resetRequired' | 'newCodeSent' | 'notDelivered'

/** Milliseconds. A message may take its time; what is in a challenge ends sooner by itself. */
const LIFETIME = 3_600_000

/** On the server's own host, which all pools share, each has one of its own. */
const cookieName = ({ oauth, pool }: PageRequest): string =>
  oauth.domain ? 'cognito-step' : `cognito-step-${pool.id}`

/** What the cookie is sealed for: the page of another client cannot read it. */
const boundTo = ({ pool, client }: PageRequest): string => JSON.stringify([pool.id, client.id])

interface Sealed {
  readonly step: KeptStep
  readonly expiresAt: number
}

export function keepStep(page: PageRequest, step: KeptStep): void {
  const { c, oauth } = page
  const { rootKey, clock } = oauth.context
  const content: Sealed = { step, expiresAt: clock.now() + LIFETIME }
  const sealed = rootKey.seal('page-step', boundTo(page), Buffer.from(JSON.stringify(content)))
  setOwnCookie(c, oauth, cookieName(page), Buffer.from(sealed).toString('base64url'))
}

export function readStep(page: PageRequest): KeptStep | undefined {
  const { c, oauth } = page
  const { rootKey, clock } = oauth.context
  const cookie = readOwnCookie(c, oauth, cookieName(page))
  const opened = cookie && rootKey.open('page-step', boundTo(page), Buffer.from(cookie, 'base64url'))
  if (!opened) return undefined
  // Authenticated: this server wrote it.
  const { step, expiresAt } = JSON.parse(opened.toString()) as Sealed
  return expiresAt > clock.now() ? step : { is: 'told', username: step.username, told: 'signInExpired' }
}

export function forgetStep(page: PageRequest): void {
  const { c, oauth } = page
  if (readOwnCookie(c, oauth, cookieName(page)) !== undefined) deleteOwnCookie(c, oauth, cookieName(page))
}

const GOOD: readonly Told[] = ['confirmed', 'passwordChanged', 'newCodeSent']

/** What a step says on the page that comes next. */
export function toldBy(texts: Texts, { told }: KeptStep): Message | undefined {
  if (!told) return undefined
  if (told === 'notDelivered') return { is: 'bad', text: texts.errors.notDelivered }
  return { is: GOOD.includes(told) ? 'good' : 'late', text: texts[told] }
}
