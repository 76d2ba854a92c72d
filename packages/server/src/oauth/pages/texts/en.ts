/**
 * What the pages say. Where scripts look for words of the service's own pages, these are those words to the letter. The
 * other languages have the type of this one.
 */
export const en = {
  toContinueTo: (application: string) => `to continue to ${application}`,
  language: 'Language',
  or: 'or',

  // Labels
  username: 'Username',
  email: 'Email',
  phoneNumber: 'Phone number',
  emailOrPhoneNumber: 'Email or phone number',
  password: 'Password',
  showPassword: 'Show password',
  newPassword: 'New password',
  confirmPassword: 'Confirm password',
  verificationCode: 'Verification code',
  attributes: {
    address: 'Address',
    birthdate: 'Birthdate',
    email: 'Email',
    family_name: 'Family name',
    gender: 'Gender',
    given_name: 'Given name',
    locale: 'Locale',
    middle_name: 'Middle name',
    name: 'Name',
    nickname: 'Nickname',
    phone_number: 'Phone number',
    picture: 'Picture',
    preferred_username: 'Preferred username',
    profile: 'Profile',
    website: 'Website',
    zoneinfo: 'Time zone',
  },
  phoneNumberHint: 'With the country code, such as +14155550123',
  birthdateHint: 'Year, month and day, such as 1990-12-31',

  // Buttons and links
  next: 'Next',
  continue: 'Continue',
  back: 'Back',
  startOver: 'Start over',
  sendNewCode: 'Send a new code',
  tryAnotherWay: 'Try another way',

  signIn: 'Sign in',
  signInWith: {
    username: 'Sign in with your username and password',
    email: 'Sign in with your email and password',
    phoneNumber: 'Sign in with your phone number and password',
    emailOrPhoneNumber: 'Sign in with your email or phone number and password',
  },
  forgotLink: 'Forgot your password?',
  needAccount: 'Need an account?',
  newUser: 'New user?',
  createAccount: 'Create an account',
  continueWith: (provider: string) => `Continue with ${provider}`,
  signInAs: (user: string) => `Sign In as ${user}`,

  signUp: 'Sign up',
  signUpLead: 'Sign up with a new account',
  haveAccount: 'Already have an account?',
  terms: { 'terms-of-use': 'Terms of use', 'privacy-policy': 'Privacy policy' },

  confirmTitle: 'Confirm your account',
  confirmAccount: 'Confirm Account',
  confirmByLink: 'We sent you a message with a link. Open it to confirm your account, then sign in.',

  forgotTitle: 'Forgot your password?',
  forgotLead: 'Tell us who you are, and we will send a message to reset your password.',
  resetMyPassword: 'Reset my password',
  resetTitle: 'Reset your password',
  changePassword: 'Change Password',

  newPasswordTitle: 'Choose a new password',
  newPasswordLead: 'The password that you have is a temporary one.',

  enterPasswordTitle: 'Enter your password',
  chooseTitle: 'Choose a sign-in method',
  methods: {
    PASSWORD: 'Password',
    EMAIL_OTP: 'Email one-time password',
    SMS_OTP: 'Text message one-time password',
    WEB_AUTHN: 'Passkey',
  },

  checkEmailTitle: 'Check your email',
  checkPhoneTitle: 'Check your phone',
  authenticatorTitle: 'Enter the code of your app',
  authenticatorLead: 'Open your authenticator app, and enter the code that it shows.',
  codeSentTo: (destination: string) => `We sent a code to ${destination}.`,
  codeSent: 'We sent you a code.',
  /** @param minutes at least 3 */
  codeExpires: (minutes: number) => `It expires in ${minutes} minutes.`,

  chooseFactorTitle: 'Choose how to verify that it is you',
  factors: { totp: 'Authenticator app', sms: 'Text message', email: 'Email' },

  setUpTitle: 'Set up two-step verification',
  setUpLead: 'Your account needs a second step at sign-in. Which one would you like?',
  setUpApp: 'Set up your authenticator app',
  setUpScan: 'Scan this with the app on your phone, then enter the code that it shows.',
  setUpQrCode: 'QR code for your authenticator app',
  setUpKey: 'Cannot scan it? Enter this key:',
  setUpEmail: 'Add your email address',
  setUpPhone: 'Add your phone number',
  setUpAddressLead: 'We will send a code there at each sign-in.',

  passkeySignIn: 'Sign in with a passkey',
  passkeyTitle: 'Use your passkey',
  passkeyLead: 'Your device will ask for your fingerprint, face or screen lock.',
  passkeyUse: 'Use passkey',
  passkeyAddTitle: 'Set up sign-in with a passkey',
  passkeyAddLead:
    'With a passkey you sign in by your fingerprint, face or screen lock. No password to remember, none to be stolen.',
  passkeyAdd: 'Add passkey',
  passkeyNotNow: 'Not now',
  passkeyNeedsScript: 'Passkeys need JavaScript, which is turned off in this browser.',
  passkeyFailed: 'The passkey was not used. Try again, or sign in another way.',
  passkeyNotMade: 'No passkey was made. You can try again.',

  signedOutTitle: 'You are signed out',
  signedOutLead: 'You can close this page.',

  errorTitle: 'This page cannot be shown',
  requestedPage: 'An error was encountered with the requested page.',
  errorHelp: 'Go back to the application and try again. If this keeps happening, contact its support.',

  // Above a form
  formExpired: 'This page was open for too long. Please try again.',
  signInExpired: 'This took too long. Please sign in again.',
  signInEnded: 'This sign-in has ended. Please sign in again.',
  confirmed: 'Your account is confirmed. You can sign in now.',
  passwordChanged: 'Your password is changed. You can sign in now.',
  resetRequired: 'Your password has to be reset. Enter the code that was sent to you.',
  newCodeSent: 'We sent a new code.',

  // Below a field
  missing: 'This is needed.',
  invalid: 'This is not valid.',
  passwordsDiffer: 'The passwords are not the same.',

  /** What a password needs. */
  rules: {
    length: (least: number) => `At least ${least} characters`,
    lower: 'A lower case letter',
    upper: 'An upper case letter',
    number: 'A number',
    symbol: 'A special character or space',
    spaces: 'No space at the beginning or end',
  },

  errors: {
    incorrect: 'Incorrect username or password.',
    attempts: 'Password attempts exceeded',
    limit: 'Attempt limit exceeded, please try after some time.',
    requests: 'Too many requests: You have exceeded the request limit. Please try again later',
    disabled: 'User is disabled.',
    userExists: 'An account with this name exists already.',
    aliasExists: 'This is in use by another account.',
    invalidEmail: 'Invalid email address format.',
    invalidPhoneNumber: 'Invalid phone number format.',
    nameIsEmail: 'Username should be an email.',
    nameIsPhoneNumber: 'Username should be a phone number.',
    nameIsAddress: 'Username should be either an email or a phone number.',
    nameIsNoAddress: 'The username cannot be an email address or a phone number.',
    noUser: 'Username/client id combination not found.',
    isConfirmed: 'This account is confirmed already. You can sign in.',
    wrongCode: 'Invalid verification code provided, please try again.',
    expiredCode: 'Invalid code provided, please request a code again.',
    usedCode: 'Your software token has already been used once.',
    temporaryExpired: 'Temporary password has expired and must be reset by an administrator.',
    usedPassword: 'This password was used before. Choose another one.',
    notDelivered: 'The message could not be sent. Request a new code to try again.',
    noSignUp: 'New accounts cannot be made here.',
    cannotReset: 'This password cannot be reset here. Contact an administrator.',
    passkey: 'This passkey cannot be used.',
    server: 'Something went wrong. Please try again.',
  },
}

export type Texts = typeof en
