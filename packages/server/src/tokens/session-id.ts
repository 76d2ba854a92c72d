// The service's form: 28 letters and digits. 25 of them hold 128 bits.

/** The id of a sign-in, as lists of sessions have it. */
export const tokenSessionId = (familyId: string): string => `tkn${letters(familyId.replaceAll('-', ''))}`

/** The id of an SSO session: of the hash of its secret, which is longer. Nothing is signed in with it. */
export const ssoSessionId = (hash: string): string =>
  `sso${letters(Buffer.from(hash, 'base64url').subarray(0, 16).toString('hex'))}`

const letters = (hex: string): string => BigInt(`0x${hex}`).toString(36).padStart(25, '0')
