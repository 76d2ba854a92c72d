import { fromBase64ToText } from '../base64.js'
import type { JWT } from '../models.js'

/**
 * Decodes the payload of a token. Neither header nor signature are looked at: this tells what a token says,
 * not whether it is true.
 *
 * @throws Error `Invalid token` unless there are three parts, `Invalid token payload` when the second one is
 *   not base64url of a JSON object (RFC 7519)
 *
 * @example
 * ```ts
 * import { decodeJWT } from '@amulet/auth'
 *
 * const { payload } = decodeJWT('eyJhbGciOiJub25lIn0.eyJzdWIiOiJhZGEifQ.')
 * console.log(payload.sub)
 * ```
 */
export const decodeJWT = (token: string): JWT => {
  const parts = token.split('.')
  if (parts.length !== 3) throw new Error('Invalid token')
  try {
    // UTF-8 without a TextDecoder, which React Native has not had before 0.85; what is not UTF-8 is refused.
    const text = decodeURIComponent(escape(fromBase64ToText(parts[1] ?? '')))
    // JSON that begins so is an object; claims are found in nothing else.
    if (!/^\s*{/.test(text)) throw 0
    return { payload: JSON.parse(text), toString: () => token }
  } catch {
    throw new Error('Invalid token payload')
  }
}
