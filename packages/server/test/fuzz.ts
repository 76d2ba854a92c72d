import fc from 'fast-check'
import type { MapShape, Shape, StringShape, StructureShape } from '../src/wire/shape.js'

/** How long tests with random input look. `AMULET_FUZZ_RUNS=5000` looks longer. */
export const RUNS = Number(process.env.AMULET_FUZZ_RUNS ?? 100)
/** The same input each time; `script/campaign fuzz` tries other seeds. A failure prints the one that leads back to it. */
export const SEED = Number(process.env.AMULET_FUZZ_SEED ?? 1)

/** Stands for a value that is only known once there is a server: a user pool's id, a token that is good. */
export interface Known {
  readonly known: keyof World
}

/** What a caller who knows the way around could send. */
export interface World {
  userPoolId: string
  poolArn: string
  clientId: string
  confidentialClientId: string
  clientSecret: string
  secretHash: string
  username: string
  email: string
  phoneNumber: string
  sub: string
  newcomer: string
  unconfirmed: string
  password: string
  accessToken: string
  idToken: string
  refreshToken: string
  session: string
  secretBlock: string
  srpA: string
  signUpCode: string
  resetCode: string
  attributeCode: string
  secretId: string
  group: string
  paginationToken: string
  identityPoolId: string
  identityPoolArn: string
  identityId: string
  guestId: string
  developerUser: string
  openIdToken: string
  /** What a pool has for sign-ins by redirect. */
  domain: string
  freeDomain: string
  resourceServer: string
  providerName: string
  providerIdentifier: string
  brandingId: string
  termsId: string
  /** Of the branding and the terms. */
  styledClientId: string
  poolWithoutDomain: string
  federatedUser: string
  sessionId: string
  /** A pool that requires a second factor. */
  strictPoolId: string
  strictClientId: string
  /** Users with second factors, with none where one is required, and who has signed up just now. */
  guarded: string
  novice: string
  signedUp: string
  signUpSession: string
  factorsSession: string
  smsSession: string
  smsCode: string
  mailSession: string
  mailCode: string
  appSession: string
  appCode: string
  pendingCode: string
  setUpSession: string
  provenSession: string
  choiceSession: string
  codeSession: string
  codeOfChoice: string
  customSession: string
  passkeyId: string
  passkeySession: string
  assertion: string
  registration: object
  deviceKey: string
  /** For a refresh on that device. */
  tokenOfDevice: string
  freshDeviceKey: string
  freshToken: string
  deviceSession: string
  deviceBlock: string
  deviceSignature: string
  timestamp: string
}

/** Providers of logins: the user pools of this server by an issuer, its identity pools, and a developer's own. */
export const OWN_POOLS = 'cognito-idp.us-east-1.amazonaws.com/us-east-1_AmuletDev'
const IDENTITY_POOLS = 'cognito-identity.amazonaws.com'
export const DEVELOPER = 'login.example'

/** By the name of a member or of a key: what a sensible caller puts there. */
const SENSIBLE = new Map<string, readonly (keyof World)[]>(
  Object.entries({
    UserPoolId: ['userPoolId'],
    ResourceArn: ['poolArn', 'identityPoolArn'],
    IdentityPoolId: ['identityPoolId'],
    IdentityId: ['identityId', 'identityId', 'guestId'],
    IdentityIdsToDelete: ['identityId', 'guestId'],
    DeveloperUserIdentifier: ['developerUser'],
    SourceUserIdentifier: ['developerUser'],
    DestinationUserIdentifier: ['developerUser'],
    [OWN_POOLS]: ['idToken', 'idToken', 'accessToken'],
    [IDENTITY_POOLS]: ['openIdToken'],
    [DEVELOPER]: ['developerUser'],
    ClientId: ['clientId', 'clientId', 'confidentialClientId', 'styledClientId'],
    ClientSecret: ['clientSecret'],
    ClientSecretId: ['secretId'],
    SecretHash: ['secretHash'],
    SECRET_HASH: ['secretHash'],
    Username: ['username', 'username', 'newcomer', 'unconfirmed', 'email', 'sub', 'guarded'],
    USERNAME: ['username', 'username', 'newcomer', 'email', 'sub', 'guarded'],
    Password: ['password'],
    PASSWORD: ['password'],
    NEW_PASSWORD: ['password'],
    ProposedPassword: ['password'],
    PreviousPassword: ['password'],
    TemporaryPassword: ['password'],
    AccessToken: ['accessToken', 'accessToken', 'accessToken', 'freshToken', 'idToken'],
    RefreshToken: ['refreshToken'],
    REFRESH_TOKEN: ['refreshToken'],
    Token: ['refreshToken', 'accessToken'],
    Session: ['session', 'setUpSession', 'setUpSession', 'signUpSession'],
    DeviceKey: ['deviceKey', 'deviceKey', 'freshDeviceKey'],
    DEVICE_KEY: ['deviceKey', 'deviceKey', 'freshDeviceKey'],
    UserCode: ['pendingCode'],
    Domain: ['domain', 'domain', 'freeDomain'],
    Identifier: ['resourceServer'],
    ProviderName: ['providerName'],
    IdpIdentifier: ['providerIdentifier'],
    ManagedLoginBrandingId: ['brandingId'],
    TermsId: ['termsId'],
    ProviderAttributeValue: ['username', 'federatedUser'],
    SessionId: ['sessionId'],
    Secret: ['clientSecret'],
    CredentialId: ['passkeyId'],
    CREDENTIAL: ['assertion'],
    EMAIL: ['email'],
    PHONE_NUMBER: ['phoneNumber'],
    SMS_MFA_CODE: ['smsCode'],
    SMS_OTP_CODE: ['codeOfChoice'],
    EMAIL_OTP_CODE: ['codeOfChoice', 'mailCode'],
    SOFTWARE_TOKEN_MFA_CODE: ['appCode'],
    PASSWORD_CLAIM_SECRET_BLOCK: ['secretBlock'],
    PASSWORD_CLAIM_SIGNATURE: ['secretHash'],
    SRP_A: ['srpA'],
    ConfirmationCode: ['signUpCode', 'resetCode'],
    Code: ['attributeCode'],
    GroupName: ['group'],
    NextToken: ['paginationToken'],
    PaginationToken: ['paginationToken'],
    Value: ['email', 'phoneNumber'],
  }),
)

/** An image of one pixel. */
const PNG = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='

/** Words of the protocol that no shape lists. */
const WORDS = new Map<string, readonly string[]>(
  Object.entries({
    Name: [
      'email',
      'phone_number',
      'email_verified',
      'name',
      'sub',
      'custom:level',
      'birthdate',
      'Level',
      'dev:x',
    ],
    AttributeName: ['email', 'phone_number', 'name'],
    Value: ['true', 'false', '7', '1815-12-10', 'de', 'Ada'],
    Filter: [
      'email = "ada@example.com"',
      'username ^= "a"',
      'status="Enabled"',
      'cognito:user_status = "CONFIRMED"',
      'sub = "x',
      'name = "%_\\"\\\\"',
    ],
    ChallengeName: ['NEW_PASSWORD_REQUIRED', 'NEW_PASSWORD_REQUIRED', 'PASSWORD_VERIFIER'],
    AuthFlow: [
      'USER_PASSWORD_AUTH',
      'ADMIN_USER_PASSWORD_AUTH',
      'USER_SRP_AUTH',
      'REFRESH_TOKEN_AUTH',
      'USER_AUTH',
      'USER_AUTH',
      'CUSTOM_AUTH',
    ],
    ANSWER: ['PASSWORD', 'PASSWORD_SRP', 'EMAIL_OTP', 'WEB_AUTHN', 'SMS_MFA', 'SOFTWARE_TOKEN_MFA', 'silver'],
    PREFERRED_CHALLENGE: ['PASSWORD', 'PASSWORD_SRP', 'EMAIL_OTP', 'SMS_OTP', 'WEB_AUTHN'],
    CHALLENGE_NAME: ['SRP_A'],
    DeviceName: ['Laptop'],
    FriendlyDeviceName: ['Phone'],
    client_id: ['amulet'],
    authorize_scopes: ['openid', 'openid email'],
    attributes_request_method: ['GET', 'POST'],
    oidc_issuer: ['https://issuer.example.com', 'http://issuer.example.com', 'https://'],
    MetadataURL: ['https://issuer.example.com/metadata'],
    MetadataFile: ['<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata"/>'],
    email: ['email', 'mail'],
    username: ['sub', 'email'],
    'cognito:default': ['https://example.com/', 'javascript:alert(1)'],
    'cognito:de': ['https://example.com/de'],
    TIMESTAMP: ['Tue Nov 23 02:50:07 UTC 2027', 'Tue Nov 3 2:50:7 UTC 2027', 'yesterday'],
    DeveloperProviderName: [DEVELOPER],
    IdentityProviderName: [OWN_POOLS, 'accounts.google.com'],
    LoginsToRemove: [OWN_POOLS, DEVELOPER],
    ProviderName: [OWN_POOLS, 'Cognito', 'Google', 'Other'],
    ProviderAttributeName: ['Cognito_Subject', 'email'],
    IdpIdentifiers: ['example.com', 'other.example'],
    Scopes: ['api/read', 'openid'],
    ScopeName: ['read', 'write'],
    TermsName: ['terms-of-use', 'privacy-policy'],
    CSS: [
      '.submitButton-customizable { color: red; }',
      '.submitButton-customizable { background: url(//x) }',
    ],
    ImageFile: [PNG],
    Bytes: [PNG, 'PHN2Zy8+'],
    OpenIdConnectProviderARNs: ['arn:aws:iam::123456789012:oidc-provider/example.com'],
    CustomRoleArn: ['arn:aws:iam::123456789012:role/admin'],
    RoleArn: ['arn:aws:iam::123456789012:role/admin'],
    MinValue: ['0', '-1', '1e3'],
    MaxValue: ['10', 'x'],
    MinLength: ['0', '1'],
    MaxLength: ['5', '2048', '99999'],
  }),
)

/** Keys that belong together in AuthParameters and ChallengeResponses. */
const KEYS = [
  ['USERNAME', 'PASSWORD'],
  ['USERNAME', 'SRP_A'],
  ['USERNAME', 'NEW_PASSWORD'],
  ['USERNAME', 'PASSWORD_CLAIM_SECRET_BLOCK', 'PASSWORD_CLAIM_SIGNATURE', 'TIMESTAMP'],
  ['REFRESH_TOKEN'],
  ['USERNAME', 'PREFERRED_CHALLENGE', 'PASSWORD', 'SRP_A'],
  ['PREFERRED_CHALLENGE'],
  ['USERNAME', 'CHALLENGE_NAME', 'SRP_A'],
  ['USERNAME', 'PASSWORD', 'DEVICE_KEY'],
]
/** Some that are usual, and some that no server expects. */
const MORE_KEYS = [
  ['SECRET_HASH', 'DEVICE_KEY', 'ANSWER', 'userAttributes.email', 'userAttributes.custom:level'],
  ['CREDENTIAL', 'EMAIL', 'PHONE_NUMBER', 'SMS_MFA_CODE', 'EMAIL_OTP_CODE', 'SOFTWARE_TOKEN_MFA_CODE'],
  ['__proto__', 'constructor', ''],
]

/** The same of providers. */
const PROVIDER_KEYS = [
  ['client_id', 'client_secret', 'authorize_scopes'],
  ['client_id', 'client_secret', 'authorize_scopes', 'oidc_issuer', 'attributes_request_method'],
  ['MetadataURL'],
  ['MetadataFile'],
]
const MORE_PROVIDER_KEYS = [
  ['team_id', 'key_id', 'private_key', 'api_version', 'jwks_uri', 'IDPInit'],
  ['email', 'username', 'custom:level', '__proto__'],
]

/** The same in the maps of identity pools. */
const IDENTITY_KEYS = [
  [OWN_POOLS],
  [DEVELOPER],
  [IDENTITY_POOLS],
  ['authenticated', 'unauthenticated'],
  ['authenticated'],
]
const MORE_IDENTITY_KEYS = [['accounts.google.com', 'localhost:1/x', '__proto__', 'constructor']]

/** Answers to challenges that are right, or would be if they were not answered yet. */
const RIGHT_ANSWERS: readonly {
  readonly ChallengeName: string
  readonly Session?: keyof World
  readonly ClientId?: keyof World
  readonly USERNAME: keyof World
  readonly known?: Readonly<Record<string, keyof World>>
  readonly words?: Readonly<Record<string, string>>
}[] = [
  {
    ChallengeName: 'NEW_PASSWORD_REQUIRED',
    Session: 'session',
    USERNAME: 'newcomer',
    known: { NEW_PASSWORD: 'password' },
  },
  ...['PASSWORD', 'PASSWORD_SRP', 'EMAIL_OTP', 'SMS_OTP', 'WEB_AUTHN'].map((ANSWER) => ({
    ChallengeName: 'SELECT_CHALLENGE',
    Session: 'choiceSession' as const,
    USERNAME: 'username' as const,
    known: { PASSWORD: 'password', SRP_A: 'srpA' } as const,
    words: { ANSWER },
  })),
  {
    ChallengeName: 'EMAIL_OTP',
    Session: 'codeSession',
    USERNAME: 'username',
    known: { EMAIL_OTP_CODE: 'codeOfChoice' },
  },
  {
    ChallengeName: 'WEB_AUTHN',
    Session: 'passkeySession',
    USERNAME: 'username',
    known: { CREDENTIAL: 'assertion' },
  },
  ...['SMS_MFA', 'SOFTWARE_TOKEN_MFA', 'EMAIL_OTP'].map((ANSWER) => ({
    ChallengeName: 'SELECT_MFA_TYPE',
    Session: 'factorsSession' as const,
    USERNAME: 'guarded' as const,
    words: { ANSWER },
  })),
  {
    ChallengeName: 'SMS_MFA',
    Session: 'smsSession',
    USERNAME: 'guarded',
    known: { SMS_MFA_CODE: 'smsCode' },
  },
  {
    ChallengeName: 'EMAIL_OTP',
    Session: 'mailSession',
    USERNAME: 'guarded',
    known: { EMAIL_OTP_CODE: 'mailCode' },
  },
  {
    ChallengeName: 'SOFTWARE_TOKEN_MFA',
    Session: 'appSession',
    USERNAME: 'guarded',
    known: { SOFTWARE_TOKEN_MFA_CODE: 'appCode' },
  },
  {
    ChallengeName: 'MFA_SETUP',
    ClientId: 'strictClientId',
    Session: 'provenSession',
    USERNAME: 'novice',
  },
  {
    ChallengeName: 'MFA_SETUP',
    ClientId: 'strictClientId',
    Session: 'setUpSession',
    USERNAME: 'novice',
    known: { EMAIL: 'email' },
  },
  {
    ChallengeName: 'CUSTOM_CHALLENGE',
    Session: 'customSession',
    USERNAME: 'username',
    words: { ANSWER: 'silver' },
  },
  {
    ChallengeName: 'DEVICE_SRP_AUTH',
    Session: 'deviceSession',
    USERNAME: 'username',
    known: { DEVICE_KEY: 'deviceKey', SRP_A: 'srpA' },
  },
  {
    ChallengeName: 'DEVICE_PASSWORD_VERIFIER',
    Session: 'deviceSession',
    USERNAME: 'username',
    known: {
      DEVICE_KEY: 'deviceKey',
      PASSWORD_CLAIM_SECRET_BLOCK: 'deviceBlock',
      PASSWORD_CLAIM_SIGNATURE: 'deviceSignature',
      TIMESTAMP: 'timestamp',
    },
  },
]

/** What has broken other people's servers. */
export const NASTY = [
  '',
  ' ',
  '\u0000',
  'a\u0000b',
  '\ud800',
  '\udfff\ud800',
  '\ufeff',
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  "'; DROP TABLE users; --",
  '%',
  '_',
  '\\',
  '"',
  '$&',
  '{####}',
  '<script>',
  '\r\nX-Injected: 1',
  '../../etc/passwd',
  'İ',
  'ß',
  'e\u0301',
  '👩‍💻',
  '\u202e',
  '0',
  '-1',
  '1e309',
  'NaN',
  'null',
  'a@b',
  '@',
  '+1',
  '+15555550100',
  'AAAA.BBBB.CCCC',
  'ey..',
  'x'.repeat(3000),
  '٣'.repeat(20),
] as const

const known = (names: readonly (keyof World)[]): fc.Arbitrary<Known> =>
  fc.constantFrom(...names).map((name) => ({ known: name }))

const ANYTHING = [
  { weight: 2, arbitrary: fc.constantFrom(...NASTY) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 40 }) },
  { weight: 2, arbitrary: fc.stringMatching(/^[a-z0-9_]{1,20}$/) },
]

function text(shape: StringShape, name: string): fc.Arbitrary<unknown> {
  const sensible = SENSIBLE.get(name)
  const words = [...(shape.values ?? []), ...(WORDS.get(name) ?? [])]
  const lengths = [shape.min, shape.max].filter((length) => length !== undefined && length <= 4096)
  return fc.oneof(
    ...(sensible ? [{ weight: 30, arbitrary: known(sensible) }] : []),
    ...(words.length > 0 ? [{ weight: 30, arbitrary: fc.constantFrom(...words) }] : []),
    ...(lengths.length > 0
      ? [{ weight: 1, arbitrary: fc.constantFrom(...lengths).map((length) => 'a'.repeat(length ?? 0)) }]
      : []),
    ...ANYTHING,
  )
}

function structureOf({ members }: StructureShape): fc.Arbitrary<Record<string, unknown>> {
  const arbitraries: Record<string, fc.Arbitrary<unknown>> = {}
  const sometimes: string[] = []
  for (const [name, rule] of Object.entries(members)) {
    arbitraries[name] = sensibly('required' in rule ? rule.required : rule, name)
    if (!('required' in rule)) sometimes.push(name)
  }
  const required = Object.keys(members).filter((name) => !sometimes.includes(name))
  const structure = fc
    .tuple(fc.record(arbitraries), fc.subarray(sometimes), fc.subarray(sometimes))
    .map(([record, some, others]) => {
      // Two draws: an input with half of fifty settings is refused for one of them nearly always.
      const kept = [...required, ...(some.length < others.length ? some : others)]
      return Object.fromEntries(Object.entries(record).filter(([name]) => kept.includes(name)))
    })
  if ('ChallengeResponses' in members) return fc.oneof(structure, withRightAnswer(structure))
  const right = RIGHT_INPUTS.filter((input) => Object.keys(input).every((name) => name in members))
  if (right.length === 0) return structure
  return fc.oneof(
    structure,
    fc.tuple(structure, fc.constantFrom(...right)).map(([rest, input]) => ({ ...rest, ...input })),
  )
}

const OIDC_DETAILS = {
  client_id: 'amulet',
  client_secret: 'a secret',
  authorize_scopes: 'openid',
  attributes_request_method: 'GET',
  oidc_issuer: 'https://issuer.example.com',
}
const PROVIDERS: readonly Readonly<Record<string, unknown>>[] = [
  { ProviderName: 'Other', ProviderType: 'OIDC', ProviderDetails: OIDC_DETAILS },
  {
    ProviderName: 'Google',
    ProviderType: 'Google',
    ProviderDetails: { client_id: 'amulet', client_secret: 'a secret', authorize_scopes: 'openid' },
  },
  {
    ProviderName: 'Saml',
    ProviderType: 'SAML',
    ProviderDetails: { MetadataURL: 'https://issuer.example.com/metadata' },
  },
]

const it = (name: keyof World): Known => ({ known: name })
const named = { USERNAME: it('username') }

/** Members that are right together. An operation that has all of them is sent them often. */
const RIGHT_INPUTS: readonly Readonly<Record<string, unknown>>[] = [
  ...['USER_PASSWORD_AUTH', 'ADMIN_USER_PASSWORD_AUTH'].map((AuthFlow) => ({
    AuthFlow,
    AuthParameters: { ...named, PASSWORD: it('password') },
  })),
  { AuthFlow: 'USER_PASSWORD_AUTH', AuthParameters: { USERNAME: it('guarded'), PASSWORD: it('password') } },
  {
    AuthFlow: 'USER_PASSWORD_AUTH',
    AuthParameters: { ...named, PASSWORD: it('password'), DEVICE_KEY: it('deviceKey') },
  },
  { AuthFlow: 'USER_SRP_AUTH', AuthParameters: { ...named, SRP_A: it('srpA') } },
  {
    AuthFlow: 'REFRESH_TOKEN_AUTH',
    AuthParameters: { REFRESH_TOKEN: it('tokenOfDevice'), DEVICE_KEY: it('deviceKey') },
  },
  { AuthFlow: 'CUSTOM_AUTH', AuthParameters: named },
  {
    AuthFlow: 'CUSTOM_AUTH',
    AuthParameters: { ...named, CHALLENGE_NAME: 'SRP_A', SRP_A: it('srpA') },
  },
  ...['PASSWORD', 'PASSWORD_SRP', 'EMAIL_OTP', 'SMS_OTP', 'WEB_AUTHN'].map((PREFERRED_CHALLENGE) => ({
    AuthFlow: 'USER_AUTH',
    AuthParameters: { ...named, PREFERRED_CHALLENGE, PASSWORD: it('password'), SRP_A: it('srpA') },
  })),
  { AuthFlow: 'USER_AUTH', AuthParameters: { PREFERRED_CHALLENGE: 'WEB_AUTHN' } },
  { AuthFlow: 'USER_AUTH', AuthParameters: { USERNAME: it('signedUp') }, Session: it('signUpSession') },
  {
    AccessToken: it('freshToken'),
    DeviceKey: it('freshDeviceKey'),
    DeviceSecretVerifierConfig: { Salt: 'c2FsdA==', PasswordVerifier: 'EjRWeJA=' },
  },
  { AccessToken: it('accessToken'), DeviceKey: it('deviceKey') },
  { ClientId: it('clientId'), RefreshToken: it('tokenOfDevice'), DeviceKey: it('deviceKey') },
  { UserPoolId: it('userPoolId'), Username: it('username'), DeviceKey: it('deviceKey') },
  { AccessToken: it('accessToken'), Credential: it('registration') },
  { AccessToken: it('accessToken'), CredentialId: it('passkeyId') },
  { AccessToken: it('accessToken'), UserCode: it('pendingCode') },
  { UserPoolId: it('poolWithoutDomain'), Domain: it('freeDomain') },
  { UserPoolId: it('userPoolId'), Domain: it('domain') },
  ...PROVIDERS.map((provider) => ({ UserPoolId: it('userPoolId'), ...provider })),
  { UserPoolId: it('userPoolId'), ProviderName: it('providerName'), ProviderDetails: OIDC_DETAILS },
  {
    UserPoolId: it('userPoolId'),
    DestinationUser: { ProviderName: 'Cognito', ProviderAttributeValue: it('username') },
    SourceUser: {
      ProviderName: it('providerName'),
      ProviderAttributeName: 'Cognito_Subject',
      ProviderAttributeValue: it('newcomer'),
    },
  },
  {
    UserPoolId: it('userPoolId'),
    User: {
      ProviderName: it('providerName'),
      ProviderAttributeName: 'Cognito_Subject',
      ProviderAttributeValue: it('federatedUser'),
    },
  },
  {
    UserPoolId: it('userPoolId'),
    ClientId: it('clientId'),
    Assets: [{ Category: 'FORM_LOGO', ColorMode: 'LIGHT', Extension: 'PNG', Bytes: PNG }],
    Settings: {},
  },
  ...['terms-of-use', 'privacy-policy'].map((TermsName) => ({
    UserPoolId: it('userPoolId'),
    ClientId: it('clientId'),
    TermsName,
    TermsSource: 'LINK',
    Links: { 'cognito:default': 'https://example.com/' },
  })),
]

/** What answers a challenge, with what belongs to that challenge. */
const withRightAnswer = (
  structure: fc.Arbitrary<Record<string, unknown>>,
): fc.Arbitrary<Record<string, unknown>> =>
  fc
    .tuple(structure, fc.constantFrom(...RIGHT_ANSWERS))
    .map(([rest, { ChallengeName, Session, ClientId = 'clientId', USERNAME, known = {}, words = {} }]) => ({
      ...rest,
      ChallengeName,
      ClientId: { known: ClientId },
      ...(rest.UserPoolId !== undefined && {
        UserPoolId: { known: ClientId === 'strictClientId' ? 'strictPoolId' : 'userPoolId' },
      }),
      ...(Session && { Session: { known: Session } }),
      ChallengeResponses: {
        USERNAME: { known: USERNAME },
        ...Object.fromEntries(Object.entries(known).map(([name, value]) => [name, { known: value }])),
        ...words,
      },
    }))

/** What the model says of the keys of `Logins`, roles and role mappings. */
const isOfIdentityPools = ({ key }: MapShape): boolean => key?.max === 128 && key.min === 1

function keysOf(shape: MapShape, name: string) {
  switch (name) {
    case 'ProviderDetails':
      return [PROVIDER_KEYS, MORE_PROVIDER_KEYS] as const
    case 'AttributeMapping':
      return [[['email'], ['email', 'name'], ['username']], [['custom:level', 'sub', '__proto__']]] as const
    case 'Links':
      return [
        [['cognito:default'], ['cognito:default', 'cognito:de']],
        [['cognito:xx', '__proto__']],
      ] as const
    default:
      return isOfIdentityPools(shape)
        ? ([IDENTITY_KEYS, MORE_IDENTITY_KEYS] as const)
        : ([KEYS, MORE_KEYS] as const)
  }
}

function mapOf(shape: MapShape, name: string): fc.Arbitrary<Record<string, unknown>> {
  const groupsOf = (lists: readonly (readonly string[])[]) =>
    lists.map((keys) =>
      fc.tuple(...keys.map((key) => fc.tuple(fc.constant(key), sensibly(shape.value, key)))),
    )
  const [keys, more] = keysOf(shape, name)
  const groups = groupsOf(keys)
  const usual = fc.oneof(...groups)
  const unusual = fc.tuple(...groups, ...groupsOf(more)).chain((all) => fc.subarray(all.flat()))
  return fc
    .oneof({ weight: 3, arbitrary: usual }, { weight: 1, arbitrary: unusual })
    .map((entries) => Object.fromEntries(entries))
}

/** Values of a shape, or nearly. */
function sensibly(shape: Shape, name: string): fc.Arbitrary<unknown> {
  switch (shape.kind) {
    case 'string':
      return text(shape, name)
    case 'integer':
      return fc.oneof(
        { weight: 6, arbitrary: fc.integer({ min: shape.min ?? 0, max: shape.max ?? 100_000 }) },
        {
          weight: 1,
          arbitrary: fc.constantFrom(-1, 0, (shape.max ?? 60) + 1, 1.5, 2 ** 53, -(2 ** 63), 1e308),
        },
      )
    case 'boolean':
      return fc.boolean()
    case 'document':
      // The only document that an operation takes is what a passkey answers to a registration.
      return fc.oneof(known(['registration']), fc.jsonValue({ maxDepth: 3 }))
    case 'list':
      return fc.array(sensibly(shape.member, name), {
        maxLength: Math.min(shape.max ?? 3, 3),
      })
    case 'map':
      return mapOf(shape, name)
    case 'structure':
      return structureOf(shape)
  }
}

/** Puts something where it does not belong, at a random place. */
const broken = (input: unknown): fc.Arbitrary<unknown> =>
  fc.tuple(fc.infiniteStream(fc.nat()), fc.jsonValue({ maxDepth: 2 })).map(([numbers, wrong]) => {
    const next = () => Number(numbers.next().value)
    const copy = structuredClone(input)
    let place = copy
    for (;;) {
      if (typeof place !== 'object' || place === null || 'known' in place) return wrong
      // Some object or array of the input.
      const container = place as Record<string, unknown>
      const names = Object.keys(container)
      const name = names[next() % Math.max(1, names.length)]
      if (name === undefined) return wrong
      const inside = container[name]
      if (typeof inside === 'object' && inside !== null && !('known' in inside) && next() % 2 === 0) {
        place = inside
        continue
      }
      if (next() % 4 === 0) delete container[name]
      else container[name] = wrong
      return copy
    }
  })

/** Inputs of an operation: most nearly right, some broken, a few that are no JSON. */
export function inputs(shape: Shape): fc.Arbitrary<unknown> {
  const nearly = sensibly(shape, '')
  return fc.oneof(
    { weight: 14, arbitrary: nearly },
    { weight: 5, arbitrary: nearly.chain(broken) },
    { weight: 1, arbitrary: fc.jsonValue() },
  )
}

export const noJson: fc.Arbitrary<string> = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom(
    '{',
    '[]',
    '"',
    '1e999',
    '{"a":1,}',
    '\u0000',
    `${'['.repeat(10_000)}`,
    `{"a":${'9'.repeat(500)}}`,
  ),
)

/** The input as it is sent. */
export function filledIn(input: unknown, world: World): unknown {
  if (typeof input !== 'object' || input === null) return input
  if (Array.isArray(input)) return input.map((member) => filledIn(member, world))
  // `known` is the only member of what stands for a value.
  if ('known' in input) return world[(input as Known).known]
  // Entries and not assignments: `__proto__` is a key like any other here.
  return Object.fromEntries(Object.entries(input).map(([name, member]) => [name, filledIn(member, world)]))
}
