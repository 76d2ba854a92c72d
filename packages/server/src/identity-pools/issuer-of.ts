import { decodeJwt } from 'jose/jwt/decode'

/** What a token says, before anything is proven. */
export function issuerOf(token: string): string {
  try {
    const { iss } = decodeJwt(token)
    return typeof iss === 'string' ? iss : ''
  } catch {
    return ''
  }
}
