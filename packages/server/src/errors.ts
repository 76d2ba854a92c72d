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

const error = (name: string, message: string) => new ServiceError(`${name}Exception`, message)

/**
 * Every message of the protocol, in one place. Messages are exact to the full stop: clients compare strings. The
 * same words under two names are two situations that the service words alike.
 */
export const errors = {
  // Administrators: AWS credentials
  missingAuthenticationToken: () => error('MissingAuthenticationToken', 'Missing Authentication Token'),
  unknownAccessKey: () =>
    error('UnrecognizedClient', 'The security token included in the request is invalid.'),
  incompleteSignature: (message: string) => error('IncompleteSignature', message),
  invalidSignature: (message: string) => error('InvalidSignature', message),
  signatureMismatch: () =>
    error(
      'InvalidSignature',
      'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.',
    ),
  sameSignatureTwice: () =>
    error('Throttling', 'The same request was signed twice within a second. Sign it again.'),
  tooManyRequests: () => error('TooManyRequests', 'Too many requests'),

  // Callers and clients
  clientNotFound: (clientId: string) =>
    error('ResourceNotFound', `User pool client ${clientId} does not exist.`),
  userPoolNotFound: (userPoolId: string) =>
    error('ResourceNotFound', `User pool ${userPoolId} does not exist.`),
  secretHashNotReceived: (clientId: string) =>
    error('NotAuthorized', `Client ${clientId} is configured with secret but SECRET_HASH was not received`),
  secretNotReceived: (clientId: string) =>
    error('NotAuthorized', `Client ${clientId} is configured for secret but secret was not received`),
  secretHashWrong: (clientId: string) =>
    error('NotAuthorized', `Unable to verify secret hash for client ${clientId}`),
  deletedMeanwhile: () =>
    error('ResourceNotFound', 'What the request is about was deleted while it was under way.'),
  missingParameter: (name: string) => error('InvalidParameter', `Missing required parameter ${name}`),
  invalidParameter: (message: string) => error('InvalidParameter', message),
  invalidPaginationToken: () => error('InvalidParameter', 'Invalid pagination token given.'),
  notSupportedYet: (what: string) =>
    error('InvalidParameter', `${what} is not supported by this server yet. Remove it from the request.`),

  // Access tokens
  invalidAccessToken: () => error('NotAuthorized', 'Invalid Access Token'),
  accessTokenSignature: () => error('NotAuthorized', 'Could not verify signature for Access Token'),
  accessTokenExpired: () => error('NotAuthorized', 'Access Token has expired'),
  accessTokenRevoked: () => error('NotAuthorized', 'Access Token has been revoked'),
  accessTokenScopes: () => error('NotAuthorized', 'Access Token does not have required scopes'),

  // Users
  userNotFound: () => error('UserNotFound', 'User does not exist.'),
  usernameClientNotFound: () => error('UserNotFound', 'Username/client id combination not found.'),
  userDisabled: () => error('NotAuthorized', 'User is disabled.'),
  userDisabledNoStop: () => error('NotAuthorized', 'User is disabled'),
  userNotConfirmed: () => error('UserNotConfirmed', 'User is not confirmed.'),
  passwordResetRequired: () => error('PasswordResetRequired', 'Password reset required for the user'),
  incorrectUsernameOrPassword: () => error('NotAuthorized', 'Incorrect username or password.'),
  passwordAttemptsExceeded: () => error('NotAuthorized', 'Password attempts exceeded'),
  temporaryPasswordExpired: () =>
    error('NotAuthorized', 'Temporary password has expired and must be reset by an administrator.'),
  usernameExists: () => error('UsernameExists', 'User already exists'),
  userAccountExists: () => error('UsernameExists', 'User account already exists'),
  accountWithAttributeExists: (attribute: string) =>
    error('UsernameExists', `An account with the given ${attribute} already exists.`),
  aliasExists: (attribute: string) =>
    error('AliasExists', `An account with the ${attribute} already exists.`),
  aliasGivenExists: (attribute: string) =>
    error('AliasExists', `An account with the given ${attribute} already exists.`),
  signUpNotPermitted: () => error('NotAuthorized', 'SignUp is not permitted for this user pool'),
  cannotBeConfirmed: (status: string) =>
    error('NotAuthorized', `User cannot be confirmed. Current status is ${status}`),
  alreadyConfirmed: () => error('InvalidParameter', 'User is already confirmed.'),
  passwordCannotBeReset: () => error('NotAuthorized', 'User password cannot be reset in the current state.'),
  contactAdministrator: () => error('NotAuthorized', 'Contact administrator to reset password.'),
  noRecoveryChannel: () =>
    error(
      'InvalidParameter',
      'Cannot reset password for the user as there is no registered/verified email or phone_number',
    ),
  resendNotPossible: (username: string) =>
    error('UnsupportedUserState', `Resend not possible. ${username} status is not FORCE_CHANGE_PASSWORD`),

  // Attributes
  unauthorizedAttribute: () => error('NotAuthorized', 'A client attempted to write unauthorized attribute'),
  attributesDoNotConform: (reasons: readonly string[]) =>
    error(
      'InvalidParameter',
      `Attributes did not conform to the schema: ${reasons.map((reason) => `${reason}\n`).join('')}`,
    ),
  attributeNotMutable: (name: string) =>
    error('InvalidParameter', `user.${name}: Attribute cannot be updated.\n`),
  notVerifiable: (name: string) =>
    error(
      'InvalidParameter',
      `Invalid attribute name: ${name}. Only email and phone_number can be verified.`,
    ),
  nothingToVerify: (name: string) => error('InvalidParameter', `User does not have ${name} to verify.`),
  invalidEmail: () => error('InvalidParameter', 'Invalid email address format.'),
  invalidPhoneNumber: () => error('InvalidParameter', 'Invalid phone number format.'),
  usernameShouldBe: (what: string) => error('InvalidParameter', `Username should be ${what}.`),
  usernameLooksLikeAlias: (format: string, alias: string) =>
    error(
      'InvalidParameter',
      `Username cannot be of ${format} format, since user pool is configured for ${alias} alias.`,
    ),

  attributeNotInSchema: (name: string) =>
    error(
      'InvalidParameter',
      `Invalid user attributes: user.${name}: Attribute does not exist in the schema.`,
    ),
  verifiedWithoutValue: (attribute: 'Email' | 'Phone number') =>
    error('InvalidParameter', `${attribute} is required if it is to be marked as verified`),

  // Passwords. The prefix differs by operation; it is the service's own inconsistency.
  passwordPolicyAtSignUp: (reason: string) =>
    error('InvalidPassword', `Password did not conform with policy: ${reason}`),
  passwordPolicyAtChange: (reason: string) =>
    error('InvalidPassword', `Password does not conform to policy: ${reason}`),
  passwordPolicyAtCreate: (reason: string) =>
    error('InvalidPassword', `Password did not conform with password policy: ${reason}`),

  passwordUsedBefore: () => error('PasswordHistoryPolicyViolation', 'Password has previously been used.'),

  // Codes
  codeMismatch: () => error('CodeMismatch', 'Invalid verification code provided, please try again.'),
  codeExpired: () => error('ExpiredCode', 'Invalid code provided, please request a code again.'),
  attemptLimitExceeded: () => error('LimitExceeded', 'Attempt limit exceeded, please try after some time.'),
  cannotResendCodes: () => error('NotAuthorized', 'Cannot resend codes. Auto verification not turned on.'),
  codeDeliveryFailed: (cause: unknown) =>
    new ServiceError(
      'CodeDeliveryFailureException',
      'Unable to deliver the message. Request a new code to try again.',
      {
        cause,
      },
    ),

  noDestination: (attribute: string, medium: string) =>
    error('InvalidParameter', `No ${attribute} provided but desired delivery medium was ${medium}`),

  // Flows and sessions
  flowNotEnabled: (flow: string) =>
    error(
      'InvalidParameter',
      flow === 'USER_PASSWORD_AUTH' || flow === 'USER_AUTH'
        ? `${flow} flow not enabled for this client`
        : flow === 'USER_SRP_AUTH'
          ? 'USER_SRP_AUTH is not enabled for the client.'
          : 'Auth flow not enabled for this client',
    ),
  initiateAuthNotSupported: () => error('InvalidParameter', 'Initiate Auth method not supported'),
  timestampFormat: () =>
    error('InvalidParameter', 'TIMESTAMP format should be EEE MMM d HH:mm:ss z yyyy in english.'),
  sessionInvalid: () => error('NotAuthorized', 'Invalid session for the user.'),
  sessionUnknown: () => error('CodeMismatch', 'Invalid session provided'),
  sessionExpired: () => error('NotAuthorized', 'Invalid session for the user, session is expired.'),
  sessionUsed: () => error('NotAuthorized', 'Invalid session for the user, session can only be used once.'),

  // Refresh tokens
  invalidRefreshToken: () => error('NotAuthorized', 'Invalid Refresh Token'),
  invalidRefreshTokenStop: () => error('NotAuthorized', 'Invalid Refresh Token.'),
  refreshTokenExpired: () => error('NotAuthorized', 'Refresh Token has expired'),
  refreshTokenRevoked: () => error('NotAuthorized', 'Refresh Token has been revoked'),
  refreshTokenReused: () => error('RefreshTokenReuse', 'Refresh token has been invalidated by rotation'),
  refreshFlowWithRotation: () =>
    error(
      'UnsupportedOperation',
      'Refresh token rotation is enabled for this client. Use GetTokensFromRefreshToken instead.',
    ),
  revocationNotEnabled: () =>
    error('UnsupportedOperation', 'Token revocation is not enabled for this client.'),
  unsupportedTokenType: () => error('UnsupportedTokenType', 'Unsupported token type'),
  unauthorizedClient: () => error('Unauthorized', 'Invalid client or client secret for this token.'),

  // Pools and clients
  deletionProtected: () =>
    error(
      'InvalidParameter',
      'The user pool cannot be deleted because deletion protection is activated. Deletion protection must be inactivated first.',
    ),
  notInTier: (feature: string, tier: string) =>
    error('FeatureUnavailableInTier', `${feature} is not available in the ${tier} tier.`),
  aliasAndUsernameAttributes: () =>
    error(
      'InvalidParameter',
      'Only one of the aliasAttributes or usernameAttributes can be set in a user pool.',
    ),
  provenFirstNotVerified: (attribute: string) =>
    error(
      'InvalidParameter',
      `Attributes that require verification before update must be auto-verified; ${attribute} is not in AutoVerifiedAttributes.`,
    ),
  passwordFactorMissing: () =>
    error('InvalidParameter', 'PASSWORD must be one of the allowed first auth factors.'),
  recoveryPriorities: () => error('InvalidParameter', 'Recovery mechanisms cannot have the same priority.'),
  recoveryNames: () => error('InvalidParameter', 'A recovery mechanism can be named once.'),
  recoveryAdminOnly: () =>
    error('InvalidParameter', 'admin_only cannot be combined with other recovery mechanisms.'),
  attributeDataType: (value: string) =>
    error(
      'InvalidParameter',
      `Validation error detected: Value '${value}' failed to satisfy constraint: Member must satisfy enum value set: [Boolean, Number, String, DateTime]`,
    ),
  attributeDataTypeMissing: () =>
    error(
      'InvalidParameter',
      'Invalid AttributeDataType input, consider using the provided AttributeDataType enum.',
    ),
  requiredCustomAttribute: () =>
    error('InvalidParameter', 'Required custom attributes are not supported currently.'),
  standardAttributeChanged: (name: string) =>
    error(
      'InvalidParameter',
      `You can not change AttributeDataType or set developerOnlyAttribute for standard schema attribute ${name}`,
    ),
  invalidAttributeConstraints: (member: string, name: string) =>
    error('InvalidParameter', `Invalid ${member} for schema attribute ${name}`),
  attributeTooLong: (name: string) =>
    error('InvalidParameter', `user.${name}: String attributes cannot have a length of more than 2048`),
  attributeLengths: (name: string) =>
    error('InvalidParameter', `user.${name}: Max length cannot be less than min length.`),
  attributeValues: (name: string) =>
    error('InvalidParameter', `user.${name}: Max value cannot be less than min value.`),
  tooManyAttributes: () => error('InvalidParameter', 'A user pool has 50 custom attributes at most.'),
  clientSecretNotFound: (id: string) => error('ResourceNotFound', `Client secret ${id} does not exist.`),
  tooManyClientSecrets: () => error('LimitExceeded', 'Client secrets cannot exceed limit of 2 secrets.'),
  lastClientSecret: () =>
    error('InvalidParameter', 'The last secret of a user pool client cannot be deleted.'),
  publicClientSecret: () =>
    error('InvalidParameter', 'A user pool client that was created without a secret cannot be given one.'),
  resourceNotFound: (arn: string) => error('ResourceNotFound', `Resource ${arn} does not exist.`),
  attributeExists: (name: string) =>
    error('InvalidParameter', `${name}: Existing attribute already has name ${name}.`),
  invalidMfaConfiguration: () =>
    error('InvalidParameter', "[MfaConfiguration] must be one of 'ON', 'OFF', or 'OPTIONAL'."),
  mfaWithoutFactor: () =>
    error(
      'InvalidParameter',
      'At least one of [SmsMfaConfiguration] or [SoftwareTokenMfaConfiguration] must be provided.',
    ),
  smsMfaWithoutSms: () =>
    error('InvalidParameter', '[SmsConfiguration] is a required member of [SoftwareTokenMfaConfiguration].'),
  mfaOffWithFactor: () =>
    error(
      'InvalidParameter',
      "Invalid MFA configuration given, can't turn off MFA and configure an MFA together.",
    ),
  identityProviderNotFound: (name: string, userPoolId: string) =>
    error('InvalidParameter', `The provider ${name} does not exist for User Pool ${userPoolId}.`),
  invalidSender: () =>
    error(
      'InvalidParameter',
      'EmailConfiguration.From must be an address, such as no-reply@example.com or Example <no-reply@example.com>.',
    ),
  invalidWriteAttributes: () =>
    error('InvalidParameter', 'Invalid write attributes specified while creating a client'),
  invalidReadAttributes: () =>
    error('InvalidParameter', 'Invalid read attributes specified while creating a client'),
  mixedAuthFlows: () =>
    error(
      'InvalidParameter',
      'ExplicitAuthFlows that begin with ALLOW_ cannot be combined with those that do not.',
    ),
  rotationWithRefreshFlow: () =>
    error(
      'InvalidParameter',
      'ALLOW_REFRESH_TOKEN_AUTH cannot be enabled together with refresh token rotation.',
    ),
  secretAndGenerateSecret: () =>
    error('InvalidParameter', 'ClientSecret cannot be given together with GenerateSecret.'),
  invalidTokenValidity: () => error('InvalidParameter', 'Invalid range for token validity.'),
  filterSyntax: () => error('InvalidParameter', 'Error while parsing filter'),
  filterAttribute: (name: string) => error('InvalidParameter', `Invalid search attribute: ${name}`),

  // Groups
  groupNotFound: () => error('ResourceNotFound', 'Group not found.'),
  groupExists: () => error('GroupExists', 'A group with the name already exists.'),
  tooManyClients: () => error('LimitExceeded', 'Exceeded the limit of 1000 app clients per user pool.'),
  tooManyGroups: () => error('LimitExceeded', 'Exceeded the limit of 10000 groups per user pool.'),
  tooManyGroupsOfUser: () => error('LimitExceeded', 'Exceeded the limit of 100 groups per user.'),
}
