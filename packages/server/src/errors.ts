/**
 * An answer of the service that says no: a name from the API model, a message for the caller, and the HTTP status.
 * What only the log needs goes into `cause`.
 */
export class ServiceError extends Error {
  override readonly name: string
  readonly status: number

  constructor(name: string, message: string, options: { status?: number; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = name
    this.status = options.status ?? 400
  }
}

const error = (name: string, message: string) => new ServiceError(name, message)

/** Each with a line break after it, the last one too. */
const lines = (reasons: readonly string[]): string => reasons.map((reason) => `${reason}\n`).join('')

/**
 * Every message of the protocol, in one place. Messages are exact to the full stop: clients compare strings. The
 * same words under two names are two situations that the service words alike.
 */
export const errors = {
  // Administrators: AWS credentials
  missingAuthenticationToken: () =>
    error('MissingAuthenticationTokenException', 'Missing Authentication Token'),
  unknownAccessKey: () =>
    error('UnrecognizedClientException', 'The security token included in the request is invalid.'),
  incompleteSignature: (message: string) => error('IncompleteSignatureException', message),
  invalidSignature: (message: string) => error('InvalidSignatureException', message),
  signatureMismatch: () =>
    error(
      'InvalidSignatureException',
      'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.',
    ),
  sameSignatureTwice: () =>
    error('ThrottlingException', 'The same request was signed twice within a second. Sign it again.'),
  tooManyRequests: () => error('TooManyRequestsException', 'Too many requests'),

  // Callers and clients
  /** @param name as asked for, where it can be repeated; the service itself has no words for any */
  unknownOperation: (name: string | undefined) =>
    error('UnknownOperationException', name === undefined ? '' : `This server has no operation ${name}.`),
  clientNotFound: (clientId: string) =>
    error('ResourceNotFoundException', `User pool client ${clientId} does not exist.`),
  userPoolNotFound: (userPoolId: string) =>
    error('ResourceNotFoundException', `User pool ${userPoolId} does not exist.`),
  secretHashNotReceived: (clientId: string) =>
    error(
      'NotAuthorizedException',
      `Client ${clientId} is configured with secret but SECRET_HASH was not received`,
    ),
  secretNotReceived: (clientId: string) =>
    error(
      'NotAuthorizedException',
      `Client ${clientId} is configured for secret but secret was not received`,
    ),
  secretHashWrong: (clientId: string) =>
    error('NotAuthorizedException', `Unable to verify secret hash for client ${clientId}`),
  deletedMeanwhile: () =>
    error('ResourceNotFoundException', 'What the request is about was deleted while it was under way.'),
  missingParameter: (name: string) =>
    error('InvalidParameterException', `Missing required parameter ${name}`),
  invalidParameter: (message: string) => error('InvalidParameterException', message),
  invalidPaginationToken: () => error('InvalidParameterException', 'Invalid pagination token given.'),
  onlyAtAws: (what: string) =>
    error('InvalidParameterException', `Only AWS can do what ${what} asks for. Remove it from the request.`),
  notSupportedYet: (what: string) =>
    error(
      'InvalidParameterException',
      `${what} is not supported by this server yet. Remove it from the request.`,
    ),

  // Access tokens
  invalidAccessToken: () => error('NotAuthorizedException', 'Invalid Access Token'),
  accessTokenSignature: () => error('NotAuthorizedException', 'Could not verify signature for Access Token'),
  accessTokenExpired: () => error('NotAuthorizedException', 'Access Token has expired'),
  accessTokenRevoked: () => error('NotAuthorizedException', 'Access Token has been revoked'),
  accessTokenScopes: () => error('NotAuthorizedException', 'Access Token does not have required scopes'),

  // Users
  userNotFound: () => error('UserNotFoundException', 'User does not exist.'),
  usernameClientNotFound: () => error('UserNotFoundException', 'Username/client id combination not found.'),
  userDisabled: () => error('NotAuthorizedException', 'User is disabled.'),
  userDisabledNoStop: () => error('NotAuthorizedException', 'User is disabled'),
  userNotConfirmed: () => error('UserNotConfirmedException', 'User is not confirmed.'),
  passwordResetRequired: () =>
    error('PasswordResetRequiredException', 'Password reset required for the user'),
  incorrectUsernameOrPassword: () => error('NotAuthorizedException', 'Incorrect username or password.'),
  passwordAttemptsExceeded: () => error('NotAuthorizedException', 'Password attempts exceeded'),
  temporaryPasswordExpired: () =>
    error('NotAuthorizedException', 'Temporary password has expired and must be reset by an administrator.'),
  usernameExists: () => error('UsernameExistsException', 'User already exists'),
  userAccountExists: () => error('UsernameExistsException', 'User account already exists'),
  accountWithAttributeExists: (attribute: string) =>
    error('UsernameExistsException', `An account with the given ${attribute} already exists.`),
  aliasExists: (attribute: string) =>
    error('AliasExistsException', `An account with the ${attribute} already exists.`),
  aliasGivenExists: (attribute: string) =>
    error('AliasExistsException', `An account with the given ${attribute} already exists.`),
  signUpNotPermitted: () => error('NotAuthorizedException', 'SignUp is not permitted for this user pool'),
  cannotBeConfirmed: (status: string) =>
    error('NotAuthorizedException', `User cannot be confirmed. Current status is ${status}`),
  alreadyConfirmed: () => error('InvalidParameterException', 'User is already confirmed.'),
  passwordCannotBeReset: () =>
    error('NotAuthorizedException', 'User password cannot be reset in the current state.'),
  passwordCannotBeChanged: () => error('NotAuthorizedException', 'User is not authorized to change password'),
  contactAdministrator: () => error('NotAuthorizedException', 'Contact administrator to reset password.'),
  noRecoveryChannel: () =>
    error(
      'InvalidParameterException',
      'Cannot reset password for the user as there is no registered/verified email or phone_number',
    ),
  resendNotPossible: (username: string) =>
    error(
      'UnsupportedUserStateException',
      `Resend not possible. ${username} status is not FORCE_CHANGE_PASSWORD`,
    ),

  // Attributes
  unauthorizedAttribute: () =>
    error('NotAuthorizedException', 'A client attempted to write unauthorized attribute'),
  attributesDoNotConform: (reasons: readonly string[]) =>
    error('InvalidParameterException', `Attributes did not conform to the schema: ${lines(reasons)}`),
  attributeNotMutable: (name: string) =>
    error('InvalidParameterException', `user.${name}: Attribute cannot be updated.\n`),
  notVerifiable: (name: string) =>
    error(
      'InvalidParameterException',
      `Invalid attribute name: ${name}. Only email and phone_number can be verified.`,
    ),
  nothingToVerify: (name: string) =>
    error('InvalidParameterException', `User does not have ${name} to verify.`),
  invalidEmail: () => error('InvalidParameterException', 'Invalid email address format.'),
  invalidPhoneNumber: () => error('InvalidParameterException', 'Invalid phone number format.'),
  usernameShouldBe: (what: string) => error('InvalidParameterException', `Username should be ${what}.`),
  usernameLooksLikeAlias: (format: string, alias: string) =>
    error(
      'InvalidParameterException',
      `Username cannot be of ${format} format, since user pool is configured for ${alias} alias.`,
    ),

  attributesNotInSchema: (reasons: readonly string[]) => error('InvalidParameterException', lines(reasons)),
  removedAttributesNotInSchema: (reasons: readonly string[]) =>
    error('InvalidParameterException', `Invalid user attributes: ${lines(reasons)}`),
  verifiedWithoutValue: (attribute: 'Email' | 'Phone number') =>
    error('InvalidParameterException', `${attribute} is required if it is to be marked as verified`),

  // Passwords. The prefix differs by operation; it is the service's own inconsistency.
  passwordPolicyAtSignUp: (reason: string) =>
    error('InvalidPasswordException', `Password did not conform with policy: ${reason}`),
  passwordPolicyAtChange: (reason: string) =>
    error('InvalidPasswordException', `Password does not conform to policy: ${reason}`),
  passwordPolicyAtCreate: (reason: string) =>
    error('InvalidPasswordException', `Password did not conform with password policy: ${reason}`),

  passwordUsedBefore: () =>
    error('PasswordHistoryPolicyViolationException', 'Password has previously been used.'),

  // Codes
  codeMismatch: () => error('CodeMismatchException', 'Invalid verification code provided, please try again.'),
  codeExpired: () => error('ExpiredCodeException', 'Invalid code provided, please request a code again.'),
  attemptLimitExceeded: () =>
    error('LimitExceededException', 'Attempt limit exceeded, please try after some time.'),
  cannotResendCodes: () =>
    error('NotAuthorizedException', 'Cannot resend codes. Auto verification not turned on.'),
  codeDeliveryFailed: (cause: unknown) =>
    new ServiceError(
      'CodeDeliveryFailureException',
      'Unable to deliver the message. Request a new code to try again.',
      {
        cause,
      },
    ),

  noDestination: (attribute: string, medium: string) =>
    error('InvalidParameterException', `No ${attribute} provided but desired delivery medium was ${medium}`),

  // Flows and sessions
  flowNotEnabled: (flow: string) =>
    error(
      'InvalidParameterException',
      flow === 'USER_PASSWORD_AUTH' || flow === 'USER_AUTH'
        ? `${flow} flow not enabled for this client`
        : flow === 'USER_SRP_AUTH' || flow === 'CUSTOM_AUTH'
          ? `${flow} is not enabled for the client.`
          : 'Auth flow not enabled for this client',
    ),
  onlyCustomFlow: () =>
    error('InvalidParameterException', 'Only custom auth (lambda driven) is enabled for this client.'),
  customAuthNotConfigured: () =>
    error('InvalidParameterException', 'Custom auth lambda trigger is not configured for the user pool.'),
  initiateAuthNotSupported: () => error('InvalidParameterException', 'Initiate Auth method not supported'),
  timestampFormat: () =>
    error('InvalidParameterException', 'TIMESTAMP format should be EEE MMM d HH:mm:ss z yyyy in english.'),
  sessionInvalid: () => error('NotAuthorizedException', 'Invalid session for the user.'),
  sessionUnknown: () => error('CodeMismatchException', 'Invalid session provided'),
  sessionExpired: () => error('NotAuthorizedException', 'Invalid session for the user, session is expired.'),
  sessionUsed: () =>
    error('NotAuthorizedException', 'Invalid session for the user, session can only be used once.'),

  // Second factors
  signInMessagesExceeded: () =>
    error('NotAuthorizedException', 'Attempt limit exceeded, please try after some time.'),
  authCodeMismatch: () => error('CodeMismatchException', 'Invalid code or auth state for the user.'),
  softwareTokenMismatch: () => error('CodeMismatchException', 'Invalid code received for user'),
  softwareTokenUsed: () => error('ExpiredCodeException', 'Your software token has already been used once.'),
  softwareTokenNotFound: () =>
    error('SoftwareTokenMFANotFoundException', 'Software Token MFA does not exist for the user.'),
  softwareTokenNotInPool: () =>
    error('SoftwareTokenMFANotFoundException', 'Software Token MFA has not been enabled by the userPool'),
  softwareTokenNotEnabled: () =>
    error('EnableSoftwareTokenMFAException', 'Code mismatch and fail enable Software Token MFA'),
  noDeliveryConfig: (factor: string) =>
    error('InvalidParameterException', `User does not have delivery config set to turn on ${factor}`),
  factorNotInPool: (factor: string) =>
    error('InvalidParameterException', `${factor} is not enabled for the user pool.`),
  preferredNotEnabled: (factor: string) =>
    error(
      'InvalidParameterException',
      `${factor} cannot be preferred, since it is not enabled for the user.`,
    ),
  severalPreferred: () => error('InvalidParameterException', 'Only one MFA method can be preferred.'),
  passkeyAlone: () =>
    error('InvalidParameterException', 'WEB_AUTHN cannot be the only MFA method. Enable another one first.'),
  lastFactor: () =>
    error(
      'InvalidParameterException',
      'The last MFA method cannot be disabled, since the user pool requires MFA.',
    ),
  factorNotOffered: (answer: string) =>
    error('InvalidParameterException', `${answer} is not one of the MFA methods that were offered.`),
  challengeNotOffered: (answer: string) =>
    error('InvalidParameterException', `${answer} is not one of the challenges that were offered.`),
  nothingSetUp: () =>
    error(
      'InvalidParameterException',
      'No MFA method was set up. Verify a software token, or send EMAIL or PHONE_NUMBER.',
    ),
  factorSetUpMeanwhile: () => error('NotAuthorizedException', 'Invalid session for the user.'),

  // Devices
  deviceNotFound: () => error('ResourceNotFoundException', 'Device does not exist.'),
  invalidDeviceKey: () => error('InvalidParameterException', 'Invalid device key given.'),
  deviceKeyExists: () => error('DeviceKeyExistsException', 'Device key already exists.'),
  devicesNotTracked: () =>
    error('InvalidUserPoolConfigurationException', 'Device tracking is not enabled for the user pool.'),
  deviceVerifierMissing: () =>
    error(
      'InvalidParameterException',
      'DeviceSecretVerifierConfig must have a Salt and a PasswordVerifier, both in base64.',
    ),

  // Passkeys
  passkeysNotEnabled: () => error('WebAuthnNotEnabledException', 'WebAuthn not enabled for this pool.'),
  relyingPartyMissing: () =>
    error(
      'WebAuthnConfigurationMissingException',
      'The user pool has no relying party ID. Set RelyingPartyId of its WebAuthnConfiguration.',
    ),
  relyingPartyReserved: () => error('InvalidParameterException', 'RelyingPartyId cannot be reserved domain'),
  relyingPartyNotDomain: () =>
    error('InvalidParameterException', 'RelyingPartyId must be a domain name in lower case.'),
  passkeyChallengeNotFound: () =>
    error(
      'WebAuthnChallengeNotFoundException',
      'The registration was not started, has expired or was completed.',
    ),
  passkeyClientMismatch: () =>
    error('WebAuthnClientMismatchException', 'The registration was started through another app client.'),
  passkeyOriginNotAllowed: () =>
    error('WebAuthnOriginNotAllowedException', 'The origin is not one of the relying party.'),
  passkeyRelyingPartyMismatch: () =>
    error('WebAuthnRelyingPartyMismatchException', 'The passkey was made for another relying party.'),
  passkeyNotSupported: (cause?: unknown) =>
    new ServiceError('WebAuthnCredentialNotSupportedException', 'The passkey is not supported.', { cause }),
  passkeyKnown: () => error('WebAuthnCredentialNotSupportedException', 'The passkey is registered already.'),
  tooManyPasskeys: (limit: number) =>
    error('LimitExceededException', `A user can have ${limit} passkeys at most.`),
  passkeyNotFound: () => error('ResourceNotFoundException', 'The passkey does not exist.'),

  // Refresh tokens
  invalidRefreshToken: () => error('NotAuthorizedException', 'Invalid Refresh Token'),
  invalidRefreshTokenStop: () => error('NotAuthorizedException', 'Invalid Refresh Token.'),
  refreshTokenExpired: () => error('NotAuthorizedException', 'Refresh Token has expired'),
  refreshTokenRevoked: () => error('NotAuthorizedException', 'Refresh Token has been revoked'),
  refreshTokenReused: () =>
    error('RefreshTokenReuseException', 'Refresh token has been invalidated by rotation'),
  refreshFlowWithRotation: () =>
    error(
      'UnsupportedOperationException',
      'Refresh token rotation is enabled for this client. Use GetTokensFromRefreshToken instead.',
    ),
  revocationNotEnabled: () =>
    error('UnsupportedOperationException', 'Token revocation is not enabled for this client.'),
  unsupportedTokenType: () => error('UnsupportedTokenTypeException', 'Unsupported token type'),
  unauthorizedClient: () => error('UnauthorizedException', 'Invalid client or client secret for this token.'),

  // Pools and clients
  deletionProtected: () =>
    error(
      'InvalidParameterException',
      'The user pool cannot be deleted because deletion protection is activated. Deletion protection must be inactivated first.',
    ),
  /** What a pool is set to have and its tier does not. */
  notInTier: (feature: string, tier: string) =>
    error(
      'FeatureUnavailableInTierException',
      `The following features need to be disabled for the ${tier} pricing tier configured: ${feature}`,
    ),
  /** What is asked for beside the settings of a pool. */
  notForTier: (feature: string, tier: string) =>
    error(
      'FeatureUnavailableInTierException',
      `The following feature is not available for the ${tier} pricing tier configured: ${feature}`,
    ),
  addOnNotEnabled: () =>
    error('UserPoolAddOnNotEnabledException', 'User pool add-ons are not enabled for this user pool.'),
  sessionsNotTracked: () =>
    error('OperationNotEnabledException', 'User session tracking is not enabled for this user pool.'),
  sessionNotFound: () => error('ResourceNotFoundException', 'Session does not exist.'),
  ownSession: () =>
    error(
      'InvalidParameterException',
      'The session of the access token cannot be revoked with it. Sign out instead.',
    ),
  noReplicas: () => error('OperationNotEnabledException', 'This server keeps no replicas of user pools.'),
  replicaNotFound: (region: string) =>
    error('ResourceNotFoundException', `The user pool has no replica in ${region}.`),
  noProvisionedLimits: () => error('ResourceNotFoundException', 'This server has no provisioned limits.'),
  aliasAndUsernameAttributes: () =>
    error(
      'InvalidParameterException',
      'Only one of the aliasAttributes or usernameAttributes can be set in a User pool.',
    ),
  provenFirstNotVerified: () =>
    error(
      'InvalidParameterException',
      'All attributes in AttributesRequireVerificationBeforeUpdate must exist in AutoVerifiedAttributes',
    ),
  passwordFactorMissing: () =>
    error(
      'InvalidParameterException',
      'Password should be configured as one of the allowed first auth factors.',
    ),
  softwareTokenAsFirstFactor: () =>
    error('InvalidParameterException', 'SOFTWARE_TOKEN is not supported as a first auth factor.'),
  temporaryPasswordDaysTwice: () =>
    error(
      'InvalidParameterException',
      'Please use TemporaryPasswordValidityDays in PasswordPolicy instead of UnusedAccountValidityDays',
    ),
  recoveryRepeated: () =>
    error(
      'InvalidParameterException',
      'Account Recovery Setting cannot have duplicate priorities or recovery mechanisms.',
    ),
  recoveryAdminOnly: () =>
    error(
      'InvalidParameterException',
      'Account Recovery Setting cannot use admin_only setting with any other recovery mechanisms.',
    ),
  attributeDataType: (value: string) =>
    error(
      'InvalidParameterException',
      `Validation error detected: Value '${value}' failed to satisfy constraint: Member must satisfy enum value set: [Boolean, Number, String, DateTime]`,
    ),
  attributeDataTypeMissing: () =>
    error(
      'InvalidParameterException',
      'Invalid AttributeDataType input, consider using the provided AttributeDataType enum.',
    ),
  requiredCustomAttribute: () =>
    error('InvalidParameterException', 'Required custom attributes are not supported currently.'),
  standardAttributeChanged: (name: string) =>
    error(
      'InvalidParameterException',
      `You can not change AttributeDataType or set developerOnlyAttribute for standard schema attribute ${name}`,
    ),
  invalidAttributeConstraints: (member: string, name: string) =>
    error('InvalidParameterException', `Invalid ${member} for schema attribute ${name}`),
  attributeTooLong: (name: string) =>
    error(
      'InvalidParameterException',
      `user.${name}: String attributes cannot have a length of more than 2048`,
    ),
  attributeLengths: (name: string) =>
    error(
      'InvalidParameterException',
      `Attribute ${name} cannot have a max length shorter than it's min length`,
    ),
  attributeValues: (name: string) =>
    error(
      'InvalidParameterException',
      `Attribute ${name} cannot have a max value smaller than it's min value`,
    ),
  tooManyAttributes: () =>
    error('InvalidParameterException', 'A user pool has 50 custom attributes at most.'),
  clientSecretNotFound: (id: string) =>
    error('ResourceNotFoundException', `Client secret ${id} does not exist.`),
  tooManyClientSecrets: () =>
    error('LimitExceededException', 'Client secrets cannot exceed limit of 2 secrets.'),
  lastClientSecret: () =>
    error('InvalidParameterException', 'The last secret of a user pool client cannot be deleted.'),
  publicClientSecret: () =>
    error(
      'InvalidParameterException',
      'A user pool client that was created without a secret cannot be given one.',
    ),
  resourceNotFound: (arn: string) => error('ResourceNotFoundException', `Resource ${arn} does not exist.`),
  attributeRepeated: (name: string) =>
    error(
      'InvalidParameterException',
      `Duplicate custom attribute names ${name} are not allowed in a user pool schema.`,
    ),
  attributeExists: (name: string) =>
    error('InvalidParameterException', `${name}: Existing attribute already has name ${name}.`),
  invalidMfaConfiguration: () =>
    error('InvalidParameterException', "[MfaConfiguration] must be one of 'ON', 'OFF', or 'OPTIONAL'."),
  mfaWithoutFactor: () =>
    error(
      'InvalidParameterException',
      "Invalid MFA configuration given, can't disable all MFAs with a required or optional configuration.",
    ),
  mfaWithPasskeysOnly: () =>
    error(
      'InvalidParameterException',
      'Invalid MFA Configuration given. SMS MFA, Email MFA, or Software Token MFA must be enabled.',
    ),
  mfaRequiredWithoutFactor: () =>
    error(
      'InvalidParameterException',
      'SMS configuration and Auto verification for phone_number are required when MFA is required/optional',
    ),
  smsMfaWithoutSms: () =>
    error(
      'InvalidParameterException',
      '[SmsConfiguration] is a required member of [SoftwareTokenMfaConfiguration].',
    ),
  mfaOffWithFactor: () =>
    error(
      'InvalidParameterException',
      "Invalid MFA configuration given, can't turn off MFA and configure an MFA together.",
    ),
  identityProviderNotFound: (name: string, userPoolId: string) =>
    error('InvalidParameterException', `The provider ${name} does not exist for User Pool ${userPoolId}.`),
  invalidSender: () => error('InvalidParameterException', 'Provided From email address is invalid'),
  invalidWriteAttributes: () =>
    error('InvalidParameterException', 'Invalid write attributes specified while creating a client'),
  invalidReadAttributes: () =>
    error('InvalidParameterException', 'Invalid read attributes specified while creating a client'),
  mixedAuthFlows: () =>
    error(
      'InvalidParameterException',
      "Auth flow name with prefix 'ALLOW' cannot be used with legacy auth flow names.",
    ),
  rotationWithRefreshFlow: () =>
    error(
      'InvalidParameterException',
      'ALLOW_REFRESH_TOKEN_AUTH cannot be enabled together with refresh token rotation.',
    ),
  secretAndGenerateSecret: () =>
    error('InvalidParameterException', 'ClientSecret cannot be given together with GenerateSecret.'),
  oauthIncomplete: () =>
    error(
      'InvalidParameterException',
      'AllowedOAuthFlows and AllowedOAuthScopes are required if user pool client is allowed to use OAuth flows.',
    ),
  clientCredentialsAlone: () =>
    error(
      'InvalidOAuthFlowException',
      'client_credentials flow can not be selected along with code flow or implicit flow.',
    ),
  clientCredentialsWithoutSecret: () =>
    error(
      'InvalidOAuthFlowException',
      'client_credentials flow can not be selected if client does not have a client secret.',
    ),
  clientCredentialsScopes: () =>
    error(
      'InvalidOAuthFlowException',
      'client_credentials flow can only be used with scopes of resource servers.',
    ),
  scopeNotFound: (scope: string) => error('ScopeDoesNotExistException', `Invalid scope requested: ${scope}`),
  scopeNeedsOpenid: (scope: string) =>
    error('InvalidParameterException', `The scope ${scope} is allowed only together with openid.`),
  redirectUriInvalid: (url: string) =>
    error('InvalidParameterException', `${url} is not an address that a browser can be sent to.`),
  redirectUriFragment: (url: string) => error('InvalidParameterException', `${url} cannot use fragment`),
  redirectUriHttp: (url: string) =>
    error('InvalidParameterException', `${url} cannot use the HTTP protocol.`),
  defaultRedirectUriUnknown: (url: string) =>
    error('InvalidParameterException', `The default redirect URI ${url} is not in the callback URIs list.`),
  callbackMissing: () =>
    error(
      'InvalidParameterException',
      'CallbackUrls can not be empty when code flow or implicit flow is selected',
    ),
  resourceServerNotFound: (identifier: string) =>
    error('ResourceNotFoundException', `Resource server ${identifier} does not exist.`),
  resourceServerExists: (identifier: string, userPoolId: string) =>
    error('InvalidParameterException', `${identifier} already exists in user pool ${userPoolId}.`),
  tooManyResourceServers: (limit: number) =>
    error('LimitExceededException', `A user pool has ${limit} resource servers at most.`),
  scopeRepeated: (name: string) =>
    error('InvalidParameterException', `The scope ${name} is given more than once.`),
  poolHasDomains: () =>
    error(
      'InvalidParameterException',
      'User pool cannot be deleted. It has a domain configured that should be deleted first.',
    ),
  domainTaken: () => error('InvalidParameterException', 'Domain already associated with another user pool.'),
  poolHasDomain: () => error('InvalidParameterException', 'User pool already has a domain configured.'),
  domainReserved: (word: string) =>
    error('InvalidParameterException', `Domain cannot contain reserved word: ${word}`),
  domainPrefixInvalid: () =>
    error(
      'InvalidParameterException',
      'The domain name contains an invalid character. Domain names can only contain lower-case letters, numbers, and hyphens.',
    ),
  customDomainInvalid: () => error('InvalidParameterException', 'Custom domain is not a valid subdomain'),
  domainNotFound: (domain: string) => error('ResourceNotFoundException', `Domain ${domain} does not exist.`),
  cssClassNotAllowed: (selector: string) =>
    error('InvalidParameterException', `The CSS class ${selector} is not in the list of allowed classes.`),
  cssNotAllowed: (what: string) =>
    error('InvalidParameterException', `The CSS is not one of a customization: ${what}`),
  imageNotSupported: () =>
    error('InvalidParameterException', 'The image is not one of the formats PNG and JPEG, or is too large.'),
  assetNotSupported: (extension: string) =>
    error('InvalidParameterException', `The asset is no image of the format ${extension}, or is too large.`),
  assetRepeated: (category: string, mode: string) =>
    error('InvalidParameterException', `The asset ${category} is given more than once for the mode ${mode}.`),
  brandingWithProvidedValues: () =>
    error(
      'InvalidParameterException',
      'useCognitoProvidedValues or settings should be specified (but not both)',
    ),
  brandingSettings: () =>
    error('InvalidParameterException', 'Settings must be a JSON object of at most 100,000 characters.'),
  brandingSetting: (path: string) =>
    error('InvalidParameterException', `Settings.${path} has a value of another type than it takes.`),
  brandingExists: (clientId: string) =>
    error(
      'ManagedLoginBrandingExistsException',
      `The client ${clientId} has a managed login branding already.`,
    ),
  brandingNotFound: () => error('ResourceNotFoundException', 'Managed login branding does not exist.'),
  termsExist: (name: string) => error('TermsExistsException', `The client has terms named ${name} already.`),
  termsNotFound: () => error('ResourceNotFoundException', 'Terms do not exist.'),
  termsWithoutDefault: () => error('InvalidParameterException', 'Links must have one for cognito:default.'),
  termsLink: (language: string) =>
    error('InvalidParameterException', `The link for ${language} is not an address of http or https.`),
  tokensOutliveRefreshToken: () =>
    error(
      'InvalidParameterException',
      'Access and Id Token expiration times must be less than or equal to refresh token expiration times.',
    ),
  invalidTokenValidity: () => error('InvalidParameterException', 'Invalid range for token validity.'),
  filterSyntax: () => error('InvalidParameterException', 'Error while parsing filter.'),
  filterAttribute: (name: string) => error('InvalidParameterException', `Invalid search attribute: ${name}`),

  // Triggers
  lambdaThrew: (trigger: string, text: string, cause: unknown) =>
    new ServiceError('UserLambdaValidationException', `${trigger} failed with error ${text}.`, { cause }),
  lambdaTimedOut: (trigger: string, cause: unknown) =>
    new ServiceError(
      'UnexpectedLambdaException',
      `${trigger} failed with error Socket timeout while invoking Lambda function.`,
      { cause },
    ),
  lambdaNotRun: (trigger: string, reason: string, cause: unknown) =>
    new ServiceError('UnexpectedLambdaException', `${trigger} invocation failed due to error ${reason}.`, {
      cause,
    }),
  invalidLambdaJson: (cause: unknown) =>
    new ServiceError('InvalidLambdaResponseException', 'Invalid lambda function output : Invalid JSON', {
      cause,
    }),
  unrecognizableLambdaOutput: (cause?: unknown) =>
    new ServiceError('InvalidLambdaResponseException', 'Unrecognizable lambda output', { cause }),
  functionNotFound: (arn: string) =>
    error(
      'InvalidParameterException',
      `Nothing runs the function ${arn}. Name one in \`functions\` or \`webhooks\` by the last part of the ARN, or set \`lambdaEndpoint\`.`,
    ),
  differentTokenFunctions: () =>
    error(
      'InvalidParameterException',
      "Cannot use PreTokenGenerationLambda and PreTokenGeneration with different Lambda function ARN's",
    ),

  // Identity providers
  providerExists: (name: string) =>
    error(
      'DuplicateProviderException',
      `A identity provider with the name ${name} already exists in this user pool.`,
    ),
  providerNotFound: (name: string) =>
    error('ResourceNotFoundException', `Identity provider ${name} does not exist.`),
  providerIdentifierNotFound: (identifier: string) =>
    error('ResourceNotFoundException', `Identity provider with identifier ${identifier} does not exist.`),
  providerIdentifierTaken: (identifier: string) =>
    error(
      'InvalidParameterException',
      `The identifier ${identifier} is one of another provider of the pool.`,
    ),
  tooManyProviders: (limit: number) =>
    error('LimitExceededException', `A user pool has ${limit} identity providers at most.`),
  providerNameOfAnotherType: (name: string, type: string) =>
    error('InvalidParameterException', `Provider ${name} cannot be of type ${type}.`),
  providerDetailsMissing: (names: string) =>
    error('InvalidParameterException', `${names} are all required idp details.`),
  providerMetadataMissing: () =>
    error('InvalidParameterException', 'At least one of the MetadataURL or MetadataFile should be provided.'),
  providerMetadataTwice: () =>
    error('InvalidParameterException', 'Only one of the MetadataURL or MetadataFile should be provided.'),
  providerDetailUnknown: (name: string, type: string) =>
    error(
      'InvalidParameterException',
      `ProviderDetails for identity provider type ${type} cannot have ${name}.`,
    ),
  providerDetailInvalid: (name: string, reason: string) =>
    error('InvalidParameterException', `ProviderDetails.${name} ${reason}`),
  mappedAttributeUnknown: (name: string) =>
    error('InvalidParameterException', `Type for attribute {${name}} could not be determined`),
  mappedAttributeReserved: (name: string) =>
    error('InvalidParameterException', `Attribute mapping is invalid: ${name} cannot be mapped.`),
  mappedUsername: (claim: string) =>
    error(
      'InvalidParameterException',
      `Attribute mapping is invalid: username is mapped from ${claim}, and from nothing else.`,
    ),
  linkSourceIsNative: () =>
    error(
      'InvalidParameterException',
      'Invalid SourceUser: Cognito users with a username/password may not be passed in as a SourceUser, only as a DestinationUser',
    ),
  linkSourceIsUser: () =>
    error(
      'InvalidParameterException',
      'Merging is not currently supported, provide a SourceUser that has not been signed up in order to link',
    ),
  linkIncomplete: (member: string) => error('InvalidParameterException', `${member} is missing.`),
  linkAttribute: (provider: string, attribute: string) =>
    error('InvalidParameterException', `Users of ${provider} are linked by ${attribute}.`),
  tooManyLinks: (limit: number) =>
    error('LimitExceededException', `A user can be linked to ${limit} identities of providers at most.`),
  federatedAttributeRequired: (name: string) =>
    error('InvalidParameterException', `Invalid user attributes: ${name}. The attribute is required.`),
  federatedAttributeInvalid: (reasons: readonly string[]) =>
    error('InvalidParameterException', `Invalid user attributes: ${reasons.join('; ')}`),
  federatedAttributeFixed: (name: string) =>
    error('InvalidParameterException', `user.${name}: Attribute cannot be updated.`),
  federatedUsernameTaken: (username: string) =>
    error('InvalidParameterException', `Already found an entry for username ${username}`),
  federatedUsernameInvalid: () =>
    error('InvalidParameterException', 'The provider has sent a subject that cannot be part of a username.'),

  // Identity pools
  identityPoolNotFound: (id: string) => error('ResourceNotFoundException', `IdentityPool '${id}' not found.`),
  identityNotFound: (id: string) => error('ResourceNotFoundException', `Identity '${id}' not found.`),
  identityForbidden: (id: string) =>
    error('NotAuthorizedException', `Access to Identity '${id}' is forbidden.`),
  noGuests: () =>
    error('NotAuthorizedException', 'Unauthenticated access is not supported for this identity pool.'),
  loginNotSupported: () =>
    error('NotAuthorizedException', 'Token is not from a supported provider of this identity pool.'),
  loginExpired: (now: number, exp: number) =>
    error('NotAuthorizedException', `Invalid login token. Token expired: ${now} >= ${exp}`),
  loginSignature: () => error('NotAuthorizedException', "Invalid login token. Couldn't verify signed token."),
  loginRefused: (cause?: unknown) =>
    new ServiceError('NotAuthorizedException', 'Invalid login token.', { cause }),
  onlyKnownToIam: (arn: string) =>
    error(
      'InvalidIdentityPoolConfigurationException',
      `AWS IAM knows what ${arn} is, and this server does not. Say it in \`iamProviders\` of the configuration.`,
    ),
  notCognitoToken: () => error('NotAuthorizedException', 'Invalid login token. Not a Cognito token.'),
  loginIssuer: () =>
    error('NotAuthorizedException', "Invalid login token. Issuer doesn't match providerName"),
  loginInactive: () => error('NotAuthorizedException', 'Token is inactive'),
  loginsDoNotMatch: () =>
    error(
      'NotAuthorizedException',
      "Logins don't match. Please include at least one valid login for this identity or identity pool.",
    ),
  loginOfAnotherIdentity: () =>
    error('ResourceConflictException', 'Login is already linked to another account.'),
  notPublicProvider: () => error('InvalidParameterException', 'Please provide a valid public provider'),
  providerUnreachable: (provider: string, cause: unknown) =>
    new ServiceError('ExternalServiceException', `The provider ${provider} could not be asked.`, { cause }),
  identityPoolWithoutRoles: () =>
    error(
      'InvalidIdentityPoolConfigurationException',
      'Invalid identity pool configuration. Check assigned IAM roles for this pool.',
    ),
  noCredentials: () =>
    error(
      'InvalidIdentityPoolConfigurationException',
      'This server has no STS endpoint that makes credentials. Set `stsEndpoint`.',
    ),
  stsUnreachable: (cause: unknown) =>
    new ServiceError('ExternalServiceException', 'The STS endpoint could not be asked.', { cause }),
  customRoleNotInToken: () =>
    error('NotAuthorizedException', 'CustomRoleArn is not one of the roles of the token.'),
  basicFlowOff: () =>
    error('InvalidParameterException', 'Basic (classic) flow is not enabled, please use enhanced flow.'),
  developerProvider: () =>
    error(
      'InvalidParameterException',
      'Logins must have the developer provider of the identity pool, and its name only once.',
    ),
  developerProviderFixed: () =>
    error('InvalidParameterException', 'DeveloperProviderName cannot be changed once it is set.'),
  developerUserRegistered: () =>
    error(
      'DeveloperUserAlreadyRegisteredException',
      'The developer user is registered with another identity already.',
    ),
  developerUserNotFound: () =>
    error('ResourceNotFoundException', 'The developer user has no identity in this identity pool.'),
  developerUserOfAnother: () =>
    error('ResourceConflictException', 'The developer user has another identity.'),

  // Groups
  groupNotFound: () => error('ResourceNotFoundException', 'Group not found.'),
  groupExists: () => error('GroupExistsException', 'A group with the name already exists.'),
  tooManyClients: () =>
    error('LimitExceededException', 'Exceeded the limit of 1000 app clients per user pool.'),
  tooManyGroups: () => error('LimitExceededException', 'Exceeded the limit of 10000 groups per user pool.'),
  tooManyGroupsOfUser: () => error('LimitExceededException', 'Exceeded the limit of 100 groups per user.'),
}
