/** `ada@example.com` as `a***@e***`: enough to recognise one's own address, not to learn it. */
export function maskEmail(email: string): string {
  const at = email.lastIndexOf('@')
  return `${email.charAt(0)}***@${email.charAt(at + 1)}***`
}

/** `+15555554444` as `+*******4444`. */
export function maskPhoneNumber(phoneNumber: string): string {
  const digits = phoneNumber.replace(/\D/g, '')
  return `+${'*'.repeat(Math.max(0, digits.length - 4))}${digits.slice(-4)}`
}
