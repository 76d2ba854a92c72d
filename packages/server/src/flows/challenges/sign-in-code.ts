import type { ServerContext } from '../../context.js'
import { equalText } from '../../crypto/equal.js'
import type { Attempt } from '../attempt.js'

/** The hash of a code that is sent for a challenge, bound to the attempt, the challenge and the address. */
export const signInCodeMac = (
  { rootKey }: ServerContext,
  attempt: Attempt,
  name: string,
  destination: string,
  code: string,
): string => rootKey.mac('sign-in-code', codeText(attempt, name, destination, code)).toString('base64url')

/** Whether a hash is a code's. While the root key is being exchanged, codes of before are good too. */
export const isSignInCode = (
  { rootKey }: ServerContext,
  attempt: Attempt,
  name: string,
  destination: string,
  code: string,
  mac: string,
): boolean =>
  rootKey
    .macs('sign-in-code', codeText(attempt, name, destination, code))
    .some((candidate) => equalText(candidate.toString('base64url'), mac))

const codeText = ({ id }: Attempt, name: string, destination: string, code: string) =>
  JSON.stringify([id, name, destination, code])
