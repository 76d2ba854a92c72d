import { fromBase64, toBase64 } from '../base64.js'
import { authError } from '../errors.js'
import { isPasskeySupported } from './is-passkey-supported.js'

/**
 * What a ceremony needs of the rest of the package. It is handed over and not imported: a bundler makes a file of its own
 * of what is loaded at once and on demand, and every page would load that one too.
 */
export const tools = { authError, fromBase64, toBase64, isPasskeySupported }

export type Tools = typeof tools
