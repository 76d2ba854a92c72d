import { ALL_CLIENTS } from '../branding/ui-customization.js'
import { type AppClient, findClient } from '../clients/app-client.js'
import { openClientSecrets } from '../clients/client-secret.js'
import { insertAppClient, newClientId, newClientSecret } from '../clients/create-app-client.js'
import { validateAppClient } from '../clients/validate-app-client.js'
import type { ServerContext } from '../context.js'
import type { Transaction } from '../db/schema.js'
import { errors } from '../errors.js'
import { providerNamesOf } from '../federation/identity-provider.js'
import { addUserToGroup } from '../groups/add-user-to-group.js'
import { insertGroup } from '../groups/create-group.js'
import { generateKeyPairs } from '../keys/insert-signing-keys.js'
import { insertUserPool, newUserPoolId } from '../pools/create-user-pool.js'
import { newMfaConfig, validateMfaConfig } from '../pools/mfa-config.js'
import { passwordPolicyViolation } from '../pools/password-policy.js'
import {
  assertClientSettingsSupported,
  assertMfaConfigSupported,
  assertPoolSettingsSupported,
} from '../pools/supported-settings.js'
import { findUserPool, getUserPoolForUpdate, type UserPool, userPoolOfRow } from '../pools/user-pool.js'
import { assertFunctionsRun, hasFactor, validateUserPool } from '../pools/validate-user-pool.js'
import { customScopesOf } from '../resource-servers/resource-server.js'
import { StartError } from '../start-error.js'
import {
  assertVerifiable,
  assertWrittenByCallers,
  attributeRecord,
  attributesToStore,
  validateAttributes,
} from '../users/attributes.js'
import { insertUser, prepareUser } from '../users/create-user.js'
import { needsNoPassword } from '../users/first-factors.js'
import { findUser } from '../users/user.js'
import { differences } from './differences.js'
import { ensureBranding, ensureUiCustomization } from './ensure-branding.js'
import { ensureDomain } from './ensure-domain.js'
import { ensureIdentityProvider } from './ensure-identity-provider.js'
import { ensureResourceServer } from './ensure-resource-server.js'
import { named } from './named.js'
import type { ParsedConfig } from './parse-config.js'

type DeclaredPool = NonNullable<ParsedConfig['userPools']>[number]
type DeclaredClient = NonNullable<DeclaredPool['clients']>[number]
type DeclaredGroup = NonNullable<DeclaredPool['groups']>[number]
type DeclaredUser = NonNullable<DeclaredPool['users']>[number]

/** A declared pool and its first declared client. */
interface Applied {
  readonly userPoolId: string
  readonly userPoolClientId: string | undefined
}

/**
 * Creates what is declared and missing. Nothing that exists is changed: people have signed up to it since, and some
 * settings of a pool can never change. A difference is told to `warn` instead.
 *
 * @throws {StartError} a declaration that the API would refuse too
 */
export async function applyConfig(
  context: ServerContext,
  tx: Transaction,
  pools: readonly DeclaredPool[],
  warn: (sentence: string) => void,
): Promise<Applied[]> {
  const applied: Applied[] = []
  for (const [index, declared] of pools.entries()) {
    const path = `userPools[${index}] (${declared.PoolName})`
    const pool = await named(path, () => ensurePool(context, tx, declared, warn))
    for (const domain of [declared.domain, declared.customDomain])
      if (domain)
        await named(`The domain ${domain.Domain} of ${path}`, () =>
          ensureDomain(context, tx, pool, domain, warn),
        )
    for (const [index, server] of (declared.resourceServers ?? []).entries())
      await named(`${path}.resourceServers[${index}] (${server.Identifier})`, () =>
        ensureResourceServer(tx, pool, server, warn),
      )
    for (const [index, provider] of (declared.identityProviders ?? []).entries())
      await named(`${path}.identityProviders[${index}] (${provider.ProviderName})`, () =>
        ensureIdentityProvider(context, tx, pool, provider, warn),
      )
    const clientIds: string[] = []
    for (const [index, client] of (declared.clients ?? []).entries())
      clientIds.push(
        await named(`${path}.clients[${index}] (${client.ClientName})`, async () => {
          const id = await ensureClient(context, tx, pool, client, warn)
          await ensureBranding(context, tx, pool, id, client, warn)
          return id
        }),
      )
    const { uiCustomization } = declared
    if (uiCustomization)
      await named(`${path}.uiCustomization`, () =>
        ensureUiCustomization(context, tx, pool, ALL_CLIENTS, uiCustomization, warn),
      )
    for (const [index, group] of (declared.groups ?? []).entries())
      await named(`${path}.groups[${index}] (${group.GroupName})`, () =>
        ensureGroup(context, tx, pool, group, warn),
      )
    for (const [index, user] of (declared.users ?? []).entries())
      await named(`${path}.users[${index}] (${user.Username})`, () =>
        ensureUser(context, tx, pool, user, warn),
      )
    applied.push({ userPoolId: pool.id, userPoolClientId: clientIds[0] })
  }
  return applied
}

/** Makes what is missing of the users of the default pool, and of the groups that they name. */
export async function applyUsers(
  context: ServerContext,
  tx: Transaction,
  userPoolId: string,
  users: readonly DeclaredUser[],
  warn: (sentence: string) => void,
): Promise<void> {
  if (users.length === 0) return
  const pool = await getUserPoolForUpdate(tx, userPoolId)
  for (const GroupName of new Set(users.flatMap(({ groups }) => groups ?? [])))
    await named(`The group ${GroupName} of users`, () => ensureGroup(context, tx, pool, { GroupName }, warn))
  for (const [index, user] of users.entries())
    await named(`users[${index}] (${user.Username})`, () => ensureUser(context, tx, pool, user, warn))
}

async function ensurePool(
  context: ServerContext,
  tx: Transaction,
  declared: DeclaredPool,
  warn: (sentence: string) => void,
): Promise<UserPool> {
  const { UserPoolId, PoolName, clients: _, groups: __, users: ___, ...given } = declared
  const { domain: ____, customDomain: _____, resourceServers: ______, ...others } = given
  const { identityProviders: _______, uiCustomization: ________, ...members } = others
  const { SoftwareTokenMfaConfiguration, EmailMfaConfiguration, SmsMfaConfiguration, ...rest } = members
  const { WebAuthnConfiguration, ...settings } = rest
  const factors = {
    ...(SmsMfaConfiguration && { SmsMfaConfiguration }),
    ...(SoftwareTokenMfaConfiguration && { SoftwareTokenMfaConfiguration }),
    ...(EmailMfaConfiguration && { EmailMfaConfiguration }),
    ...(WebAuthnConfiguration && { WebAuthnConfiguration }),
  }
  const mfaConfig = newMfaConfig(settings, factors)
  const existing =
    UserPoolId === undefined ? await findPoolByName(tx, PoolName) : await findUserPool(tx, UserPoolId)
  if (existing) {
    const changed = differences(
      { PoolName, ...settings, ...mfaConfig },
      { PoolName: existing.name, ...existing.settings, ...existing.mfaConfig },
    )
    if (changed.length > 0)
      warn(
        `User pool ${existing.id} differs from its declaration in ${changed.join(', ')}; it stays as it is in the database.`,
      )
    return existing
  }
  // The API takes such a pool, since the factors may come with a second request. A declaration is all that there is.
  if (mfaConfig.MfaConfiguration !== 'OFF' && !hasFactor(mfaConfig))
    throw errors.invalidParameter(
      `MfaConfiguration is ${mfaConfig.MfaConfiguration}, and there is no factor. Add SoftwareTokenMfaConfiguration: { Enabled: true }, EmailMfaConfiguration or SmsConfiguration.`,
    )
  validateUserPool(settings, mfaConfig)
  assertPoolSettingsSupported(context, settings)
  if (Object.keys(factors).length > 0) validateMfaConfig(mfaConfig)
  assertMfaConfigSupported(context, mfaConfig)
  // At the start nothing has to be loaded for it.
  await assertFunctionsRun(context, settings)
  const id = UserPoolId ?? newUserPoolId(context)
  const keys = await generateKeyPairs(context)
  return await insertUserPool(context, tx, { id, name: PoolName, settings, mfaConfig }, keys)
}

async function findPoolByName(tx: Transaction, name: string): Promise<UserPool | undefined> {
  const row = await tx
    .selectFrom('user_pools')
    .selectAll()
    .where('name', '=', name)
    .orderBy('created_at')
    .executeTakeFirst()
  return row && userPoolOfRow(row)
}

async function ensureClient(
  context: ServerContext,
  tx: Transaction,
  pool: UserPool,
  declared: DeclaredClient,
  warn: (sentence: string) => void,
): Promise<string> {
  const { ClientId, ClientName, ClientSecret, GenerateSecret, ...given } = declared
  const { uiCustomization: _, branding: __, terms: ___, ...settings } = given
  const existing = await findDeclaredClient(tx, pool, declared)
  if (existing) {
    const changed = differences(
      { ClientName, ...settings },
      { ClientName: existing.name, ...existing.settings, SSOSession: undefined },
    )
    const secrets = openClientSecrets(context, existing)
    const sameSecret =
      ClientSecret === undefined
        ? secrets.length > 0 === (GenerateSecret ?? false)
        : secrets.includes(ClientSecret)
    if (!sameSecret) changed.push('its secret')
    if (changed.length > 0)
      warn(
        `App client ${existing.id} differs from its declaration in ${changed.join(', ')}; it stays as it is in the database.`,
      )
    return existing.id
  }
  if (GenerateSecret && ClientSecret !== undefined) throw errors.secretAndGenerateSecret()
  const secret = GenerateSecret ? newClientSecret(context) : ClientSecret
  const customScopes = await customScopesOf(tx, pool.id)
  const providers = await providerNamesOf(tx, pool.id)
  validateAppClient(pool, settings, { hasSecret: secret !== undefined, customScopes, providers })
  assertClientSettingsSupported(context, settings)
  const client = { id: ClientId ?? newClientId(context), userPoolId: pool.id, name: ClientName, settings }
  await insertAppClient(context, tx, { ...client, ...(secret !== undefined && { secret }) })
  return client.id
}

async function findDeclaredClient(
  tx: Transaction,
  pool: UserPool,
  { ClientId, ClientName }: DeclaredClient,
): Promise<AppClient | undefined> {
  if (ClientId === undefined) {
    const row = await tx
      .selectFrom('app_clients')
      .select('id')
      .where('user_pool_id', '=', pool.id)
      .where('name', '=', ClientName)
      .orderBy('created_at')
      .executeTakeFirst()
    return row && (await findClient(tx, row.id))
  }
  const client = await findClient(tx, ClientId)
  if (client && client.userPoolId !== pool.id)
    throw new StartError(
      `The app client ${ClientId} is declared in user pool ${pool.id} and is one of ${client.userPoolId} in the database. Give it another ClientId.`,
    )
  return client
}

async function ensureGroup(
  context: ServerContext,
  tx: Transaction,
  pool: UserPool,
  { GroupName: name, Description, RoleArn, Precedence }: DeclaredGroup,
  warn: (sentence: string) => void,
): Promise<void> {
  const row = await tx
    .selectFrom('groups')
    .selectAll()
    .where('user_pool_id', '=', pool.id)
    .where('name', '=', name)
    .executeTakeFirst()
  if (!row) {
    await insertGroup(context, tx, pool.id, {
      name,
      description: Description,
      roleArn: RoleArn,
      precedence: Precedence,
    })
    return
  }
  const existing = {
    Description: row.description ?? undefined,
    RoleArn: row.role_arn ?? undefined,
    Precedence: row.precedence ?? undefined,
  }
  const changed = differences({ Description, RoleArn, Precedence }, existing)
  if (changed.length > 0)
    warn(
      `Group ${name} of user pool ${pool.id} differs from its declaration in ${changed.join(', ')}; it stays as it is in the database.`,
    )
}

async function ensureUser(
  context: ServerContext,
  tx: Transaction,
  pool: UserPool,
  user: DeclaredUser,
  warn: (sentence: string) => void,
): Promise<void> {
  const existing = await findUser(tx, pool, user.Username)
  if (existing) {
    if (user.sub !== undefined && user.sub !== existing.id)
      warn(
        `User ${user.Username} of user pool ${pool.id} differs from its declaration in sub; it stays as it is in the database.`,
      )
    return
  }
  const attributes = attributesToStore(pool, attributeRecord(user.UserAttributes))
  if (user.Password === undefined && (user.Temporary || !needsNoPassword(pool, attributes)))
    throw errors.invalidParameter('There is no Password, and nothing else that signs the user in.')
  const violation = user.Password === undefined ? undefined : passwordPolicyViolation(pool, user.Password)
  if (violation) throw errors.passwordPolicyAtCreate(violation)
  await assertSubIsFree(tx, user.sub)
  assertWrittenByCallers(Object.keys(attributes))
  const prepared = prepareUser(context, pool, {
    ...(user.sub !== undefined && { id: user.sub }),
    username: user.Username,
    attributes,
    password: user.Password,
    status: user.Temporary ? 'FORCE_CHANGE_PASSWORD' : 'CONFIRMED',
  })
  validateAttributes(pool, prepared.attributes, { requireRequired: false })
  assertVerifiable(prepared.attributes)
  const created = await insertUser(context, tx, pool, prepared)
  for (const group of user.groups ?? [])
    await named(`The membership of ${user.Username} in the group ${group}`, () =>
      addUserToGroup(tx, created, group),
    )
}

async function assertSubIsFree(tx: Transaction, sub: string | undefined): Promise<void> {
  if (sub === undefined) return
  const holder = await tx.selectFrom('users').select('username').where('id', '=', sub).executeTakeFirst()
  if (holder)
    throw new StartError(`The sub ${sub} is declared for two users, or is another user's in the database.`)
}
