const labels: Record<string, string> = {
  SMS: 'A code by SMS',
  SMS_OTP: 'A code by SMS',
  EMAIL: 'A code by e-mail',
  EMAIL_OTP: 'A code by e-mail',
  TOTP: 'An authenticator app',
  PASSWORD: 'A password, sent to the user pool',
  PASSWORD_SRP: 'A password, proven without being sent',
  WEB_AUTHN: 'A passkey',
}

/** What a person calls a factor, first or second. */
export const factorLabel = (factor: string): string => labels[factor] ?? factor
