import type { ServerContext } from '../context.js'
import type { ProviderType, Queryable, Transaction } from '../db/schema.js'
import { findUserById, type User } from '../users/user.js'
import type { IdentityProvider } from './identity-provider.js'
import type { Profile } from './profile.js'

/** The part of a provider's answer that identifies a user, unless an administrator has chosen another. */
export const SUBJECT = 'Cognito_Subject'

/** An entry of the user attribute `identities`. */
export interface FederatedIdentity {
  readonly userId: string
  readonly providerName: string
  readonly providerType: ProviderType
  readonly issuer: string | null
  /** Whether the user came of it; a linked one is `false`. */
  readonly primary: boolean
  /** Milliseconds. */
  readonly dateCreated: number
}

/** What a user's identity is found by. */
export interface IdentityKey {
  readonly userPoolId: string
  readonly provider: string
  readonly attribute: string
  readonly subject: string
}

export const identityOf = (
  { name, type }: IdentityProvider,
  userId: string,
  { primary, dateCreated, issuer = null }: { primary: boolean; dateCreated: number; issuer?: string | null },
): FederatedIdentity => ({ userId, providerName: name, providerType: type, issuer, primary, dateCreated })

/** The identities that a user's attributes tell of. */
export const identitiesOf = ({ attributes }: Pick<User, 'attributes'>): readonly FederatedIdentity[] =>
  // Written by this server.
  attributes.identities === undefined ? [] : (JSON.parse(attributes.identities) as FederatedIdentity[])

/** The same attribute with other identities; without any there is none. */
export function withIdentities(
  attributes: Readonly<Record<string, string>>,
  identities: readonly FederatedIdentity[],
): Readonly<Record<string, string>> {
  const { identities: _, ...others } = attributes
  return identities.length === 0 ? others : { ...others, identities: JSON.stringify(identities) }
}

export async function insertIdentity(
  tx: Transaction,
  { userPoolId, provider, attribute, subject }: IdentityKey,
  { userId, isOwn, now }: { userId: string; isOwn: boolean; now: number },
): Promise<void> {
  await tx
    .insertInto('federated_identities')
    .values({
      user_pool_id: userPoolId,
      provider,
      attribute,
      subject,
      user_id: userId,
      is_own: isOwn ? 1 : 0,
      created_at: now,
    })
    .execute()
}

export async function findIdentity(
  db: Queryable,
  { userPoolId, provider, attribute, subject }: IdentityKey,
): Promise<{ readonly userId: string; readonly isOwn: boolean } | undefined> {
  const row = await db
    .selectFrom('federated_identities')
    .select(['user_id', 'is_own'])
    .where('user_pool_id', '=', userPoolId)
    .where('provider', '=', provider)
    .where('attribute', '=', attribute)
    .where('subject', '=', subject)
    .executeTakeFirst()
  return row && { userId: row.user_id, isOwn: row.is_own === 1 }
}

/**
 * The user of a provider's answer: by the provider and the subject only, or by another attribute of this provider if an
 * administrator has linked a user by it. Names and addresses do not matter.
 */
export async function findFederatedUser(
  { db }: ServerContext,
  provider: IdentityProvider,
  { subject, claims }: Profile,
  mapped: Readonly<Record<string, string>>,
): Promise<User | undefined> {
  const { userPoolId, name } = provider
  const key = { userPoolId, provider: name, attribute: SUBJECT, subject }
  const found =
    (await findIdentity(db, key)) ??
    (await findByAttribute(db, provider, provider.type === 'SAML' ? claims : mapped))
  return found && (await findUserById(db, userPoolId, found.userId))
}

/** Administrators name an attribute of the assertion where there is one, and otherwise one that is mapped. */
async function findByAttribute(
  db: Queryable,
  { userPoolId, name, type }: IdentityProvider,
  claims: Profile['claims'],
): Promise<{ readonly userId: string } | undefined> {
  if (!hasNamedAttributes(type)) return undefined
  const values = [...new Set(Object.values(claims))]
  if (values.length === 0) return undefined
  const rows = await db
    .selectFrom('federated_identities')
    .select(['attribute', 'subject', 'user_id'])
    .where('user_pool_id', '=', userPoolId)
    .where('provider', '=', name)
    .where('attribute', '!=', SUBJECT)
    .where('subject', 'in', values)
    .execute()
  const row = rows.find(({ attribute, subject }) => claims[attribute] === subject)
  return row && { userId: row.user_id }
}

/** Whether users of a provider can be linked by another attribute than the subject. */
export const hasNamedAttributes = (type: ProviderType): boolean => type === 'SAML' || type === 'OIDC'
