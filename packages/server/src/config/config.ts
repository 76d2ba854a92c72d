import type { DeliveryOptions } from '../delivery/open-delivery.js'
import type { FunctionHandler } from '../functions.js'
import type { AwsEndpointOptions } from '../triggers/aws-endpoint-options.js'
import type { FunctionWebhookOptions } from '../triggers/function-webhook.js'
import { brandingMembers } from '../wire/branding-members.js'
import * as c from '../wire/constraints.js'
import { mutableDomainMembers } from '../wire/domain-settings.js'
import { CreateIdentityPoolInput, IdentityPoolId, roleMembers } from '../wire/identity-pool-settings.js'
import { CreateIdentityProviderInput } from '../wire/identity-provider-settings.js'
import { resourceServerMembers } from '../wire/resource-server-members.js'
import {
  boolean,
  document,
  integer,
  list,
  map,
  type Parsed,
  required,
  string,
  structure,
} from '../wire/shape.js'
import { Attribute } from '../wire/shared-members.js'
import { termsMembers } from '../wire/terms-members.js'
import {
  CreateUserPoolClientInput,
  CreateUserPoolInput,
  mfaConfigMembers,
} from '../wire/user-pool-settings.js'

const UserConfig = structure({
  Username: required(c.Username),
  Password: c.Password,
  Temporary: boolean,
  UserAttributes: list(Attribute),
  sub: string({ pattern: '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}' }),
  groups: list(c.GroupName),
})

const GroupConfig = structure({
  GroupName: required(c.GroupName),
  Description: c.Description,
  RoleArn: c.Arn,
  Precedence: c.Precedence,
})

// The client's pool is the one it is declared in.
const { UserPoolId: _, ...clientMembers } = CreateUserPoolClientInput.members
const UiCustomizationConfig = structure({ CSS: c.CSS, ImageFile: c.ImageFile })
const TermsConfig = structure({
  TermsName: required(c.TermsName),
  TermsSource: required(termsMembers.TermsSource),
  Enforcement: required(termsMembers.Enforcement),
  Links: termsMembers.Links,
})
const ClientConfig = structure({
  ClientId: c.ClientId,
  ...clientMembers,
  uiCustomization: UiCustomizationConfig,
  branding: structure(brandingMembers),
  terms: list(TermsConfig),
})

const DomainConfig = structure({ Domain: required(c.Domain), ...mutableDomainMembers })
const ResourceServerConfig = structure(resourceServerMembers)

// The provider's pool is the one it is declared in.
const { UserPoolId: __, ...providerMembers } = CreateIdentityProviderInput.members
const IdentityProviderConfig = structure(providerMembers)

const UserPoolConfig = structure({
  UserPoolId: c.UserPoolId,
  ...CreateUserPoolInput.members,
  ...mfaConfigMembers,
  domain: DomainConfig,
  customDomain: DomainConfig,
  resourceServers: list(ResourceServerConfig),
  identityProviders: list(IdentityProviderConfig),
  uiCustomization: UiCustomizationConfig,
  clients: list(ClientConfig),
  groups: list(GroupConfig),
  users: list(UserConfig),
})

const IdentityPoolConfig = structure({
  IdentityPoolId,
  ...CreateIdentityPoolInput.members,
  Roles: roleMembers.Roles.required,
  RoleMappings: roleMembers.RoleMappings,
})

export const Config = structure({
  region: string({ pattern: '[a-z0-9-]+' }),
  url: string({ pattern: 'https?://.+' }),
  issuer: string({ pattern: 'https?://.+' }),
  keepSessionsOnPasswordChange: boolean,
  guestDays: integer({ min: 0, max: 36_500 }),
  delivery: structure({
    smtp: structure({ url: required(string()), from: required(string()) }),
    webhook: structure({ url: required(string()), secret: required(string()) }),
    timeoutSeconds: integer({ min: 1, max: 60 }),
  }),
  functions: map(document),
  webhooks: map(structure({ url: required(string()), secret: required(string()) })),
  lambdaEndpoint: document,
  kmsEndpoint: document,
  stsEndpoint: string({ pattern: 'https?://.+' }),
  iamProviders: map(structure({ ClientIDList: list(string()), SAMLMetadataDocument: string() })),
  userPools: list(UserPoolConfig),
  users: list(UserConfig),
  identityPools: list(IdentityPoolConfig),
})

/** A provider as AWS IAM has it: the one member for OpenID Connect, the other for SAML. */
export interface IamProviderConfig {
  /** The applications whose tokens count: `ClientIDList` of `CreateOpenIDConnectProvider`. */
  ClientIDList?: string[]
  /** `SAMLMetadataDocument` of `CreateSAMLProvider`. */
  SAMLMetadataDocument?: string
}

/** How the classic pages look: the members of `SetUICustomization`. */
export interface UiCustomizationConfig extends Parsed<typeof UiCustomizationConfig> {}

/** An app client of a declared user pool: `CreateUserPoolClient`'s members, a fixed id, and what its pages look like. */
export interface ClientConfig extends Parsed<typeof ClientConfig> {}

/** A user who is there from the start. */
export interface UserConfig extends Parsed<typeof UserConfig> {
  /** May be left out where something else signs the user in: codes to an address that is verified. */
  Password?: string
  /** Default `false`: the user is confirmed and keeps the password. With `true` the first sign-in asks for a new one. */
  Temporary?: boolean
  /** The user's id, a UUID in lower case. Default: a random one. */
  sub?: string
  /** Names of groups of the pool. */
  groups?: string[]
}

/** A group of a declared user pool: `CreateGroup`'s members. */
export interface GroupConfig extends Parsed<typeof GroupConfig> {}

/** A domain of a declared user pool: `CreateUserPoolDomain`'s members. */
export interface DomainConfig extends Parsed<typeof DomainConfig> {}

/** An API of a declared user pool: `CreateResourceServer`'s members. */
export interface ResourceServerConfig extends Parsed<typeof ResourceServerConfig> {}

/** An identity provider of a declared user pool: `CreateIdentityProvider`'s members. */
export interface IdentityProviderConfig extends Parsed<typeof IdentityProviderConfig> {}

/**
 * A declared user pool: the members of `CreateUserPool` and of `SetUserPoolMfaConfig`, a fixed id, its domains, resource
 * servers, app clients, groups and users.
 */
export interface UserPoolConfig
  extends Omit<
    Parsed<typeof UserPoolConfig>,
    | 'domain'
    | 'customDomain'
    | 'resourceServers'
    | 'identityProviders'
    | 'uiCustomization'
    | 'clients'
    | 'groups'
    | 'users'
  > {
  /** Where the pages and endpoints of OAuth are, by a prefix. Default: on the server's own host only. */
  domain?: DomainConfig
  /** The same by a host name of your own, with `CustomDomainConfig`. Default: there is none. */
  customDomain?: DomainConfig
  /** Default: there are none, and clients have no scopes of their own. */
  resourceServers?: ResourceServerConfig[]
  /** Default: there are none, and users sign in with what the pool itself has of them. */
  identityProviders?: IdentityProviderConfig[]
  /** Of all clients that have none of their own. Default: the pages are as they come. */
  uiCustomization?: UiCustomizationConfig
  clients?: ClientConfig[]
  groups?: GroupConfig[]
  users?: UserConfig[]
}

/** A declared identity pool: the members of `CreateIdentityPool` and of `SetIdentityPoolRoles`, and a fixed id. */
export interface IdentityPoolConfig extends Parsed<typeof IdentityPoolConfig> {}

/**
 * What `amulet.config.ts` (`.js`, `.mjs`, `.json`) declares, and what `createServer({ config })` takes. At each start
 * what is missing is created: a user pool by its `UserPoolId` (without one, by its name), a client by its `ClientId`
 * (or name), a group by its name, a user by the username, an identity pool by its `IdentityPoolId` (or name). What is there already is left as it is; a pool or client that differs from its
 * declaration is named in a warning.
 */
export interface AmuletConfig {
  /** First part of the ids of new user pools. Default: `us-east-1`. */
  region?: string
  /** Where clients reach the server. Default: where it listens. */
  url?: string
  /** What the issuers of tokens begin with, before `/` and the pool's id. Default: `url`. */
  issuer?: string
  /** Whether sessions go on when the password is replaced or reset. Default: `false`. */
  keepSessionsOnPasswordChange?: boolean
  /**
   * Days after which a guest of an identity pool who has not come back is removed; 0 for never. Default: 365.
   */
  guestDays?: number
  /** A mail server and a webhook that deliver messages to users. Default: the inbox of `amulet dev`. */
  delivery?: DeliveryOptions
  /** Handlers of triggers by name, as they are written for AWS Lambda. Default: there are none. */
  functions?: Record<string, FunctionHandler>
  /** Endpoints of yours that are functions of triggers, by name. Default: there are none. */
  webhooks?: Record<string, FunctionWebhookOptions>
  /**
   * Runs the functions that are in neither `functions` nor `webhooks`, by the API of AWS Lambda: a URL, or one with
   * credentials. Default: nothing runs them.
   */
  lambdaEndpoint?: string | AwsEndpointOptions
  /**
   * Encrypts the codes that custom senders get, by the API of AWS KMS, under the `KMSKeyID` of a pool that has one: a URL, or
   * one with credentials. Default: senders get them as they are.
   */
  kmsEndpoint?: string | AwsEndpointOptions
  /**
   * Where AWS credentials for identities come from, by the API of AWS STS: `https://sts.eu-west-1.amazonaws.com`, or something
   * that speaks it. Default: in `dev`, credentials that look like AWS's and are worth nothing there; in `serve`, none.
   */
  stsEndpoint?: string
  /**
   * What AWS IAM would know of the providers that identity pools name in `OpenIdConnectProviderARNs` and `SamlProviderARNs`,
   * by ARN. Default: nothing is known, and logins at them are refused.
   */
  iamProviders?: Record<string, IamProviderConfig>
  /** Default: one pool that users sign up to with their e-mail address, with one app client. `[]` declares none. */
  userPools?: UserPoolConfig[]
  /** Users of the default pool; groups that they are in are made as well. Default: there are none. */
  users?: UserConfig[]
  /**
   * Pools of identities, which get AWS credentials. Default: one for the default user pool, guests included. `[]` declares
   * none.
   */
  identityPools?: IdentityPoolConfig[]
}

/**
 * Gives a configuration its types in an editor; it returns what it is given.
 *
 * @example
 * ```ts
 * import { defineConfig } from '@amulet/server'
 *
 * export default defineConfig({
 *   userPools: [
 *     {
 *       UserPoolId: 'us-east-1_Example01',
 *       PoolName: 'Example',
 *       UsernameAttributes: ['email'],
 *       AutoVerifiedAttributes: ['email'],
 *       clients: [{ ClientId: 'web', ClientName: 'Web', ExplicitAuthFlows: ['ALLOW_USER_SRP_AUTH'] }],
 *       users: [{ Username: 'ada@example.com', Password: 'Correct-horse-1' }],
 *     },
 *   ],
 * })
 * ```
 */
export const defineConfig = (config: AmuletConfig): AmuletConfig => config
