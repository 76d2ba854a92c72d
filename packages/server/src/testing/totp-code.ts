import { Secret, TOTP } from 'otpauth'

/**
 * The code that an authenticator app shows at the time of a clock. Each is good once, so a test that signs in again moves
 * the clock first.
 *
 * @param secret in base 32: `sharedSecret` of `setUpTOTP`, or `SecretCode` of `AssociateSoftwareToken`
 * @param clock that of the server. Default: this machine's, which `amulet dev` has too until its clock is moved.
 *
 * @example
 * ```ts
 * import { createServer } from '@amulet/server'
 * import { totpCode } from '@amulet/server/testing'
 *
 * const server = createServer()
 * console.log(totpCode('JBSWY3DPEHPK3PXP', server.clock))
 * ```
 */
export const totpCode = (secret: string, clock: { now(): number } = Date): string =>
  new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: clock.now() })
