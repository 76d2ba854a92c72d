/** What the input of each call may have. A member of `options` is written with it. */
export const MEMBERS: Readonly<Record<string, readonly string[]>> = {
  confirmResetPassword: ['username', 'newPassword', 'confirmationCode', 'options.clientMetadata'],
  confirmSignIn: [
    'challengeResponse',
    'options.userAttributes',
    'options.clientMetadata',
    'options.friendlyDeviceName',
  ],
  confirmSignUp: ['username', 'confirmationCode', 'options.clientMetadata', 'options.forceAliasCreation'],
  confirmUserAttribute: ['userAttributeKey', 'confirmationCode'],
  deleteUserAttributes: ['userAttributeKeys'],
  deleteWebAuthnCredential: ['credentialId'],
  fetchAuthSession: ['forceRefresh', 'clientMetadata'],
  forgetDevice: ['device'],
  listWebAuthnCredentials: ['pageSize', 'nextToken'],
  resendSignUpCode: ['username', 'options.clientMetadata'],
  resetPassword: ['username', 'options.clientMetadata'],
  sendUserAttributeVerificationCode: ['userAttributeKey', 'options.clientMetadata'],
  signIn: [
    'username',
    'password',
    'options.authFlowType',
    'options.clientMetadata',
    'options.preferredChallenge',
  ],
  signInWithRedirect: [
    'provider',
    'customState',
    'options.authSessionOpener',
    'options.lang',
    'options.loginHint',
    'options.nonce',
    'options.preferPrivateSession',
    'options.prompt',
  ],
  signOut: ['global', 'oauth'],
  signUp: [
    'username',
    'password',
    'options.userAttributes',
    'options.validationData',
    'options.clientMetadata',
    'options.autoSignIn',
  ],
  updateMFAPreference: ['sms', 'totp', 'email'],
  updatePassword: ['oldPassword', 'newPassword'],
  updateUserAttribute: ['userAttribute', 'options.clientMetadata'],
  updateUserAttributes: ['userAttributes', 'options.clientMetadata'],
  verifyTOTPSetup: ['code', 'options.friendlyDeviceName'],
}

/** The options among the members of a call's input, and those that Amplify 6 and this package do not have. */
export function optionsOf(call: string, members: readonly string[]): { known: string[]; unknown: string[] } {
  const known = MEMBERS[call]
  if (!known) return { known: [], unknown: [] }
  // What is within a known member is a value, such as an attribute.
  const given = members.filter(
    (member) => member !== 'options' && !known.some((name) => member.startsWith(`${name}.`)),
  )
  return {
    known: given.filter((member) => member.startsWith('options.') && known.includes(member)),
    unknown: given.filter((member) => !known.includes(member)),
  }
}
