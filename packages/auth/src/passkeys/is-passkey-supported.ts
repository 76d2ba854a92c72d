/**
 * Whether this page may use passkeys: it has to be secure (https, or `localhost`), in a browser that knows them. Whether
 * the user has one, no page is told. On a server it is `false`.
 *
 * @example
 * ```ts
 * import { associateWebAuthnCredential, isPasskeySupported } from '@amulet/auth'
 *
 * if (isPasskeySupported()) await associateWebAuthnCredential()
 * ```
 */
export const isPasskeySupported = (): boolean =>
  // React Native has a `navigator` too, and Node none in some versions.
  typeof PublicKeyCredential === 'function' && isSecureContext && 'credentials' in navigator
