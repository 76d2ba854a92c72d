const EMAIL = ['email', 'email_verified']
const PHONE = ['phone_number', 'phone_number_verified']

/**
 * Whether scopes let a token or an answer of userInfo tell an attribute: `email` and `phone` select two each, and
 * `profile` all others. Where none of the three was asked for, nothing is left out.
 */
export function isSelected(name: string, scopes: readonly string[]): boolean {
  if (!['email', 'phone', 'profile'].some((scope) => scopes.includes(scope))) return true
  if (EMAIL.includes(name)) return scopes.includes('email')
  if (PHONE.includes(name)) return scopes.includes('phone')
  return scopes.includes('profile')
}
