import { utf8 } from '../srp/bytes.js'

/** What the application wants back with the answer, as it stands behind the random part of a state. */
export const encodeCustomState = (text: string): string =>
  `-${Array.from(utf8(text), (byte) => byte.toString(16).padStart(2, '0')).join('')}`

/** What the application wanted back, or nothing. */
export const customStateOf = (state: string): string | undefined => {
  const [, hex] = state.split('-')
  const escaped = hex?.replace(/../g, '%$&')
  try {
    return escaped && decodeURIComponent(escaped)
  } catch {
    // Amplify writes a letter such as é as one byte.
    return escaped && unescape(escaped)
  }
}
