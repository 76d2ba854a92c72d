import { integer, string } from './shape.js'

/** What messages consist of. Their patterns ask for something in the middle of it, which is looked for separately. */
const MESSAGE = /^[\p{L}\p{M}\p{S}\p{N}\p{P}\s*]*$/u

const hasCode = (text: string): boolean => MESSAGE.test(text) && text.includes('{####}')

function hasLink(text: string): boolean {
  const begin = text.indexOf('{##')
  return begin >= 0 && text.lastIndexOf('##}') >= begin + 3 && MESSAGE.test(text)
}

/**
 * The constrained scalars of the API model, under the model's names (without the ending `Type`).
 * Lengths count UTF-16 units, as the service does.
 */
export const AccessTokenValidity = integer({ min: 1, max: 86400 })
export const AdminCreateUserUnusedAccountValidityDays = integer({ min: 0, max: 365 })
export const AttributeName = string({
  min: 1,
  max: 32,
  pattern: String.raw`[\p{L}\p{M}\p{S}\p{N}\p{P}\t\n\r ]+`,
})
export const AttributeValue = string({ max: 2048, sensitive: true })
export const AuthSessionValidity = integer({ min: 3, max: 15 })
export const ClientId = string({ min: 1, max: 128, pattern: String.raw`[\w+]+`, sensitive: true })
export const ClientName = string({ min: 1, max: 128, pattern: String.raw`[\w\s+=,.@-]+` })
export const ClientPermission = string({ min: 1, max: 2048 })
export const ClientSecretId = string({ min: 1, max: 128 })
export const ClientSecret = string({ min: 24, max: 64, pattern: String.raw`[\w+]+`, sensitive: true })
export const ConfirmationCode = string({ min: 1, max: 2048, pattern: String.raw`[\S]+` })
export const CustomAttributeName = string({
  min: 1,
  max: 20,
  pattern: String.raw`[\p{L}\p{M}\p{S}\p{N}\p{P}]+`,
})
export const DeviceKey = string({ min: 1, max: 55, pattern: String.raw`[\w-]+_[0-9a-f-]+` })
export const DeviceName = string({ min: 1, max: 1024 })
/** The model has no greatest length. This one is that of an address: RFC 3696 section 3. */
export const EmailAddress = string({
  max: 320,
  pattern: String.raw`[\p{L}\p{M}\p{S}\p{N}\p{P}]+@[\p{L}\p{M}\p{S}\p{N}\p{P}]+`,
})
export const EmailInviteMessage = string({
  min: 6,
  max: 20000,
  pattern: String.raw`[\p{L}\p{M}\p{S}\p{N}\p{P}\s*]*`,
})
export const EmailMfaMessage = string({
  min: 6,
  max: 20000,
  pattern: String.raw`[\p{L}\p{M}\p{S}\p{N}\p{P}\s*]*\{####\}[\p{L}\p{M}\p{S}\p{N}\p{P}\s*]*`,
  matches: hasCode,
})
export const EmailMfaSubject = string({ pattern: String.raw`[\p{L}\p{M}\p{S}\p{N}\p{P}\s]+` })
export const EmailNotificationSubject = string({
  min: 1,
  max: 140,
  pattern: String.raw`[\p{L}\p{M}\p{S}\p{N}\p{P}\s]+`,
})
export const EmailVerificationMessageByLink = string({
  min: 6,
  max: 20000,
  pattern: String.raw`[\p{L}\p{M}\p{S}\p{N}\p{P}\s*]*\{##[\p{L}\p{M}\p{S}\p{N}\p{P}\s*]*##\}[\p{L}\p{M}\p{S}\p{N}\p{P}\s*]*`,
  matches: hasLink,
})
export const EmailVerificationMessage = string({
  min: 6,
  max: 20000,
  pattern: String.raw`[\p{L}\p{M}\p{S}\p{N}\p{P}\s*]*\{####\}[\p{L}\p{M}\p{S}\p{N}\p{P}\s*]*`,
  matches: hasCode,
})
export const EmailVerificationSubjectByLink = string({
  min: 1,
  max: 140,
  pattern: String.raw`[\p{L}\p{M}\p{S}\p{N}\p{P}\s]+`,
})
export const EmailVerificationSubject = string({
  min: 1,
  max: 140,
  pattern: String.raw`[\p{L}\p{M}\p{S}\p{N}\p{P}\s]+`,
})
export const Description = string({ max: 2048 })
export const GroupName = string({ min: 1, max: 128, pattern: String.raw`[\p{L}\p{M}\p{S}\p{N}\p{P}]+` })
export const IdTokenValidity = integer({ min: 1, max: 86400 })
export const PaginationKey = string({ min: 1, max: 131072, pattern: String.raw`[\S]+` })
export const PasswordHistorySize = integer({ min: 0, max: 24 })
export const PasswordPolicyMinLength = integer({ min: 6, max: 99 })
// Looser than the public model, like the live service: spaces are allowed inside a password, not around it.
export const Password = string({
  max: 256,
  // The live service prints its anchors, unlike those of any other pattern; applications compare the whole message.
  pattern: String.raw`^[\S]+.*[\S]+$`,
  // The same without the repetitions, which take turns at every length there is.
  matches: (text) => /^\S.*\S$/u.test(text),
  sensitive: true,
})
export const PoolQueryLimit = integer({ min: 1, max: 60 })
export const Precedence = integer({ min: 0, max: 2_147_483_647 })
export const Priority = integer({ min: 1, max: 2 })
export const IdpIdentifier = string({ min: 1, max: 40, pattern: String.raw`[\w\s+=.@-]+` })
/** 0 means the most, as saying nothing does. */
export const ListProvidersLimit = integer({ min: 0, max: 60 })
export const NewProviderName = string({
  min: 1,
  max: 32,
  pattern: String.raw`[^_\p{Z}][\p{L}\p{M}\p{S}\p{N}\p{P}][^_\p{Z}]+`,
})
export const ProviderName = string({
  min: 1,
  max: 32,
  pattern: String.raw`[\p{L}\p{M}\p{S}\p{N}\p{P}\p{Z}]+`,
})
export const QueryLimit = integer({ min: 1, max: 60 })
export const MAX_LIMIT = 60
/** 0 means the most, as saying nothing does. */
export const ListLimit = integer({ min: 0, max: MAX_LIMIT })
export const RedirectUrl = string({ min: 1, max: 1024, pattern: String.raw`[\p{L}\p{M}\p{S}\p{N}\p{P}]+` })
export const RefreshTokenValidity = integer({ min: 0, max: 315360000 })
export const RelyingPartyId = string({ min: 1, max: 127 })
export const ResourceServerIdentifier = string({
  min: 1,
  max: 256,
  pattern: String.raw`[\x21\x23-\x5B\x5D-\x7E]+`,
})
export const ResourceServerName = string({ min: 1, max: 256, pattern: String.raw`[\w\s+=,.@-]+` })
export const ResourceServerScopeDescription = string({ min: 1, max: 256 })
export const ResourceServerScopeName = string({
  min: 1,
  max: 256,
  pattern: String.raw`[\x21\x23-\x2E\x30-\x5B\x5D-\x7E]+`,
})
export const MAX_RESOURCE_SERVERS = 50
export const ListResourceServersLimit = integer({ min: 1, max: MAX_RESOURCE_SERVERS })
export const RetryGracePeriodSeconds = integer({ min: 0, max: 60 })
export const SESConfigurationSet = string({ min: 1, max: 64, pattern: '^[a-zA-Z0-9_-]+$' })
export const Scope = string({ min: 1, max: 256, pattern: String.raw`[\x21\x23-\x5B\x5D-\x7E]+` })
export const SearchPaginationToken = string({ min: 1, pattern: String.raw`[\S]+` })
export const SecretHash = string({ min: 1, max: 128, pattern: String.raw`[\w+=/]+`, sensitive: true })
export const SoftwareTokenMFAUserCode = string({ min: 6, max: 6, pattern: '[0-9]+', sensitive: true })
export const MAX_SESSION = 2048
export const Session = string({ min: 20, max: MAX_SESSION, sensitive: true })
/** Of a user's session in a list. */
export const SessionId = string({ min: 28, max: 28, pattern: '(?:tkn|sso)[a-z0-9]{25}' })
export const SmsInviteMessage = string({ min: 6, max: 140 })
export const SmsVerificationMessage = string({ min: 6, max: 140, pattern: String.raw`.*\{####\}.*` })
export const AnyString = string({ max: 131072 })
export const TagKeys = string({ min: 1, max: 128 })
export const TagValue = string({ max: 256 })
export const TemporaryPasswordValidityDays = integer({ min: 0, max: 365 })
/** A prefix, or a whole host name. */
export const Domain = string({
  min: 1,
  max: 63,
  pattern: String.raw`[a-z0-9](?:[a-z0-9\-\.]{0,61}[a-z0-9])?`,
})
export const EventId = string({ min: 1, max: 50, pattern: String.raw`[\w+-]+` })
export const RegionName = string({ min: 5, max: 32 })
export const TokenModel = string({ pattern: '[A-Za-z0-9-_=.]+', sensitive: true })
/** WebAuthn: 1,023 bytes at most, in base64url. */
export const PasskeyId = string({ min: 1, max: 1364, pattern: '[A-Za-z0-9_-]+' })
export const MAX_PASSKEYS = 20
/** 0 means the most, as saying nothing does. */
export const WebAuthnCredentialsQueryLimit = integer({ min: 0, max: MAX_PASSKEYS })
export const UserFilter = string({ max: 256 })
export const UserPoolId = string({ min: 1, max: 55, pattern: String.raw`[\w-]+_[0-9a-zA-Z]+` })
export const UserPoolName = string({ min: 1, max: 128, pattern: String.raw`[\w\s+=,.@-]+` })
export const Username = string({
  min: 1,
  max: 128,
  pattern: String.raw`[\p{L}\p{M}\p{S}\p{N}\p{P}]+`,
  sensitive: true,
})
export const Arn = string({
  min: 20,
  max: 2048,
  pattern: String.raw`arn:[\w+=/,.@-]+:[\w+=/,.@-]+:([\w+=/,.@-]*)?:[0-9]+:[\w+=/,.@-]+(:[\w+=/,.@-]+)?(:[\w+=/,.@-]+)?`,
})

// Pages. Blobs are in base64, whose length is checked again as bytes.
const BASE64 = '[A-Za-z0-9+/]*={0,2}'
export const AssetBytes = string({ max: 1_333_336, pattern: BASE64 })
export const CSS = string({ max: 131_072 })
export const ImageFile = string({ max: 174_764, pattern: BASE64 })
export const TermsLanguage = string({
  pattern:
    'cognito:(default|dutch|english|french|spanish|german|bahasa-indonesia|italian|japanese|korean|portuguese-brazil|chinese-(simplified|traditional))',
})
export const TermsLink = string({ min: 1, max: 1024, pattern: String.raw`[\p{L}\p{M}\p{S}\p{N}\p{P}]+` })
export const MAX_TERMS = 60
export const ListTermsLimit = integer({ min: 1, max: MAX_TERMS })
const UUID_4 = '[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[4][0-9a-fA-F]{3}-[89abAB][0-9a-fA-F]{3}-[0-9a-fA-F]{12}'
export const ManagedLoginBrandingId = string({ pattern: UUID_4 })
export const TermsId = string({ pattern: UUID_4 })
export const TermsName = string({ pattern: '(terms-of-use|privacy-policy)' })
export const ResourceId = string({ min: 1, max: 40, pattern: String.raw`[\w\- ]+` })
