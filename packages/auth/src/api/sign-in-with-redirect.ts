import { toBase64 } from '../base64.js'
import { type CallWithOptionalInput, call } from '../context/call.js'
import { orInterrupted } from '../context/deadline.js'
import type { RedirectOutcome } from '../context/memory.js'
import { authError, toAuthError } from '../errors.js'
import { tell } from '../events.js'
import type { AuthSessionOpener } from '../models.js'
import { LIFETIME, storeAttempt, waitingFor } from '../oauth/attempts.js'
import { complete } from '../oauth/complete.js'
import { encodeCustomState } from '../oauth/custom-state.js'
import { endpoint, form } from '../oauth/endpoint.js'
import { findOAuth } from '../oauth/oauth-config.js'
import { oauthError } from '../oauth/oauth-error.js'
import { openPage } from '../oauth/open-page.js'
import { redirectUri } from '../oauth/redirect-uri.js'
import { userPoolConfig } from '../service/user-pool.js'
import { withLock } from '../session/lock.js'
import { refuseSecondUser } from '../sign-in/refuse-second-user.js'
import { randomBytes, utf8 } from '../srp/bytes.js'
import { sha256 } from '../srp/hash.js'

export interface SignInWithRedirectInput {
  /** Where the user signs in at once: at a provider of the pool, by its name or by one of its identifiers. */
  provider?:
    | 'Amazon'
    | 'Apple'
    | 'Facebook'
    | 'Google'
    | { custom: string; idpIdentifier?: never }
    | { idpIdentifier: string; custom?: never }
  /** Comes back in the event `customOAuthState`. */
  customState?: string
  options?: {
    /** Shows the page of the domain, in a popup (`openPopup`) or an in-app browser; default this page. */
    authSessionOpener?: AuthSessionOpener
    /** Handed to the `authSessionOpener`. */
    preferPrivateSession?: boolean
    /** A username, e-mail address or phone number to begin with. */
    loginHint?: string
    /** Language of the pages. */
    lang?:
      | 'de'
      | 'en'
      | 'es'
      | 'fr'
      | 'id'
      | 'it'
      | 'ja'
      | 'ko'
      | 'pt-BR'
      | 'zh-CN'
      | 'zh-TW'
      | (string & NonNullable<unknown>)
    /** Has to come back in the ID token. */
    nonce?: string
    /** Whether a user who has a session at the domain is asked; with it, a user who is signed in here may sign in again. */
    prompt?: 'NONE' | 'LOGIN' | 'CONSENT' | 'SELECT_ACCOUNT'
  }
}

/** Amplify's names of providers which the service names otherwise. */
const names = { Amazon: 'LoginWithAmazon', Apple: 'SignInWithApple' }

/** So many letters and digits, for bytes of three in four letters. */
const random = (bytes: number) => toBase64(randomBytes(bytes)).replace(/\W/g, 'A')

/**
 * Signs a user in at the pages of the user pool's domain, or at a provider. The page is left, and the call has ended
 * before; `configure` of the page that the user comes back to completes the sign-in, and tells by events what came of
 * it: `customOAuthState`, `signInWithRedirect` and `signedIn`, or `signInWithRedirect_failure`. With an
 * `authSessionOpener` the page stays, and the call ends with the sign-in.
 *
 * @throws AuthError (`AuthErrorNames['signInWithRedirect']`) `OAuthNotConfigureException`;
 *   `UserAlreadyAuthenticatedException`; `InvalidOriginException` or `InvalidRedirectException` when no redirect URI fits;
 *   `OAuthSignInException`, `oauthSignInError` or `InvalidTokens` when the opener's sign-in fails;
 *   `AuthTokenConfigException`; `NetworkError`, `TimeoutError`, `AbortError`
 *
 * @example
 * ```ts
 * import { signInWithRedirect } from '@amulet/auth'
 *
 * await signInWithRedirect({ provider: 'Google', customState: '/basket' })
 * ```
 */
export const signInWithRedirect: CallWithOptionalInput<SignInWithRedirectInput, void> = call(
  'signInWithRedirect',
  async (context, { provider, customState, options }: SignInWithRedirectInput) => {
    const { userPoolClientId } = userPoolConfig(context)
    const oauth = findOAuth(context)
    if (!oauth) {
      throw authError(
        'OAuthNotConfigureException',
        'oauth param not configured.',
        'Make sure to call configure with oauth parameter in your app.',
      )
    }
    const { authSessionOpener, prompt, nonce, loginHint, lang, preferPrivateSession } = options ?? {}
    if (!prompt) await refuseSecondUser(context)
    const uri = redirectUri(oauth.redirectSignIn, authSessionOpener)
    const state = random(24) + (customState ? encodeCustomState(customState) : '')
    const verifier = oauth.responseType === 'code' ? random(96) : undefined
    await orInterrupted(
      context,
      storeAttempt(context, { state, redirectUri: uri, verifier, nonce, isOpened: !!authSessionOpener }),
    )
    // Of a name these are undefined.
    const { custom, idpIdentifier } = Object(provider) as { custom?: string; idpIdentifier?: string }
    const url = `${endpoint(oauth, 'oauth2/authorize')}?${form({
      redirect_uri: uri,
      response_type: oauth.responseType,
      client_id: userPoolClientId,
      idp_identifier: idpIdentifier,
      // Without a provider the user signs in at the pool; without being asked, by whatever session there is.
      identity_provider:
        custom ??
        names[provider as keyof typeof names] ??
        (typeof provider === 'string' ? provider : idpIdentifier || prompt === 'NONE' ? '' : 'COGNITO'),
      scope: oauth.scopes.join(' '),
      login_hint: loginHint,
      lang,
      nonce,
      prompt: prompt?.toLowerCase(),
      state,
      code_challenge: verifier && base64url(await sha256(utf8(verifier))),
      code_challenge_method: verifier && 'S256',
    })}`
    if (!authSessionOpener) return openPage(context, url, state)
    // The user has as long as the attempt.
    context.endIn?.(LIFETIME)
    let outcome: RedirectOutcome | undefined
    try {
      const open = () =>
        orInterrupted(context, authSessionOpener(url, oauth.redirectSignIn, preferPrivateSession))
      // The page that the answer arrives at looks for the lock.
      const { type, error, url: answer } = (await withLock(waitingFor(state), open)) ?? {}
      if (type === 'error') throw oauthError(`${error}`)
      if (type === 'canceled') throw oauthError(type)
      if (answer) outcome = await complete(context, answer, true)
      if (outcome && !outcome.isSignedIn && !outcome.error) {
        throw authError(
          'oauthSignInError',
          'An error occurred while validating the state.',
          'Try to initiate an OAuth flow from Amplify',
        )
      }
    } catch (thrown) {
      const error = toAuthError(thrown)
      tell(context, { event: 'signInWithRedirect_failure', data: { error } })
      throw error
    }
    if (outcome?.error) throw outcome.error
  },
)

const base64url = (bytes: Uint8Array) =>
  toBase64(bytes).replace(/\+/g, '-').replace(/\//g, '_').replace('=', '')
