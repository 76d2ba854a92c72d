import { authError } from '../errors.js'

/**
 * The configured URI that is this page, or else the first with this origin. An app with its own opener gets the answer from
 * the opener, so there any other URI works, and one with the app's scheme is preferred.
 */
export const redirectUri = (uris: string[], hasOpener: unknown): string => {
  // Programs without pages have no location.
  const { origin, pathname } = globalThis.location ?? {}
  const ofOrigin = uris.filter((uri) => `${uri}/`.startsWith(`${origin}/`))
  const isWeb = (uri: string) => /^https?:/.test(uri)
  const uri =
    ofOrigin.find((uri) => new URL(uri).pathname === pathname) ??
    ofOrigin[0] ??
    (hasOpener ? (uris.find((uri) => !isWeb(uri)) ?? uris[0]) : undefined)
  if (uri) return uri
  throw uris.some(isWeb)
    ? authError(
        'InvalidOriginException',
        'redirect is coming from a different origin. The oauth flow needs to be initiated from the same origin',
        'Please call signInWithRedirect from the same origin.',
      )
    : authError(
        'InvalidRedirectException',
        'signInRedirect or signOutRedirect had an invalid format or was not found.',
        'Please make sure the signIn/Out redirect in your oauth config is valid.',
      )
}
