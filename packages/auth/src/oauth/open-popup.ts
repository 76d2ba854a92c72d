import type { AuthSessionOpener } from '../models.js'
import { HANDOVER } from './hand-over.js'

/**
 * Opens the domain's page in a window of its own: an `authSessionOpener` for `signInWithRedirect`, called right after a click.
 * The page of the application at the redirect URI, which has to be of this origin, calls `configure` as every page does;
 * it hands the answer over and is closed.
 *
 * Where this page is cross-origin isolated, or has another `Cross-Origin-Opener-Policy` that separates it from the window,
 * it cannot see that the user closes the window. There the call ends by its `signal` or `timeout`.
 *
 * @example
 * ```ts
 * import { openPopup, signInWithRedirect } from '@amulet/auth'
 *
 * await signInWithRedirect({ options: { authSessionOpener: openPopup } })
 * ```
 */
export const openPopup: AuthSessionOpener = (url) =>
  new Promise((resolve) => {
    const popup = window.open(url, '_blank', 'popup,width=480,height=720')
    if (!popup) return resolve({ type: 'error', error: 'The browser has blocked the popup.' })
    const state = new URL(url).searchParams.get('state') ?? ''
    const channel = new BroadcastChannel(HANDOVER)
    const listening = new AbortController()
    const end = (result: Awaited<ReturnType<AuthSessionOpener>>) => {
      clearInterval(timer)
      listening.abort()
      channel.close()
      popup.close()
      resolve(result)
    }
    // Other pages of this origin, and other sign-ins of this one, have messages of their own.
    const hear = ({ origin, data }: MessageEvent) => {
      if (origin === location.origin && typeof data === 'string' && data.includes(state))
        end({ type: 'success', url: data })
    }
    addEventListener('message', hear, { signal: listening.signal })
    channel.addEventListener('message', hear)
    const timer = setInterval(() => {
      if (popup.closed && !crossOriginIsolated) end({ type: 'canceled' })
    }, 500)
  })
