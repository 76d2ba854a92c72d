import type { ServerContext } from '../context.js'
import { randomUuid } from '../crypto/random.js'
import type { Queryable } from '../db/schema.js'
import { errors } from '../errors.js'
import { type Parsed, structure } from '../wire/shape.js'
import { termsMembers } from '../wire/terms-members.js'
import { timestamp } from '../wire/timestamp.js'

const TermsSettings = structure(termsMembers)
export type TermsSettings = Parsed<typeof TermsSettings>

/** A link of a client to what its users agree to. */
export interface Terms {
  readonly id: string
  readonly userPoolId: string
  readonly clientId: string
  readonly name: string
  /** As given. */
  readonly settings: TermsSettings
  readonly createdAt: number
  readonly updatedAt: number
}

const DEFAULT = 'cognito:default'

/** @throws InvalidParameterException */
export function assertLinks({ Links }: Pick<TermsSettings, 'Links'>): void {
  if (Links === undefined) return
  if (Links[DEFAULT] === undefined) throw errors.termsWithoutDefault()
  for (const [language, link] of Object.entries(Links)) {
    const protocol = URL.canParse(link) ? new URL(link).protocol : ''
    if (protocol !== 'https:' && protocol !== 'http:') throw errors.termsLink(language)
  }
}

/** The link of some terms in a language, as the service names languages. */
export const linkOf = ({ settings: { Links = {} } }: Terms, language: string): string | undefined =>
  Links[`cognito:${language}`] ?? Links[DEFAULT]

/** @throws TermsExistsException */
export async function insertTerms(
  context: ServerContext,
  db: Queryable,
  { userPoolId, clientId, name, settings }: Pick<Terms, 'userPoolId' | 'clientId' | 'name' | 'settings'>,
): Promise<Terms> {
  const id = randomUuid(context)
  const now = context.clock.now()
  const row = {
    id,
    user_pool_id: userPoolId,
    client_id: clientId,
    name,
    settings: JSON.stringify(settings),
    created_at: now,
    updated_at: now,
  }
  try {
    await db.insertInto('terms').values(row).execute()
  } catch (error) {
    if (context.isUniqueViolation(error)) throw errors.termsExist(name)
    throw error
  }
  return termsOfRow(row)
}

/**
 * What is not given stays.
 *
 * @throws ResourceNotFoundException, TermsExistsException
 */
export async function updateTerms(
  context: ServerContext,
  userPoolId: string,
  id: string,
  { name, settings }: { readonly name: string | undefined; readonly settings: TermsSettings },
): Promise<Terms> {
  const before = await getTerms(context.db, userPoolId, id)
  const changed = { ...before.settings, ...settings }
  try {
    await context.db
      .updateTable('terms')
      .set({
        name: name ?? before.name,
        settings: JSON.stringify(changed),
        updated_at: context.clock.now(),
      })
      .where('id', '=', id)
      .execute()
  } catch (error) {
    if (context.isUniqueViolation(error)) throw errors.termsExist(name ?? before.name)
    throw error
  }
  return await getTerms(context.db, userPoolId, id)
}

/** @throws ResourceNotFoundException */
export async function getTerms(db: Queryable, userPoolId: string, id: string): Promise<Terms> {
  const row = await db
    .selectFrom('terms')
    .selectAll()
    .where('user_pool_id', '=', userPoolId)
    .where('id', '=', id)
    .executeTakeFirst()
  if (!row) throw errors.termsNotFound()
  return termsOfRow(row)
}

export async function termsOfClient(db: Queryable, clientId: string): Promise<readonly Terms[]> {
  const rows = await db
    .selectFrom('terms')
    .selectAll()
    .where('client_id', '=', clientId)
    .orderBy('name', 'desc')
    .execute()
  return rows.map(termsOfRow)
}

export const termsOfRow = (row: {
  id: string
  user_pool_id: string
  client_id: string
  name: string
  settings: string
  created_at: number
  updated_at: number
}): Terms => ({
  id: row.id,
  userPoolId: row.user_pool_id,
  clientId: row.client_id,
  name: row.name,
  // Written by this server from parsed members.
  settings: JSON.parse(row.settings) as TermsSettings,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
})

/** Terms on the wire. */
export const describeTerms = ({ id, userPoolId, clientId, name, settings, createdAt, updatedAt }: Terms) => ({
  TermsId: id,
  UserPoolId: userPoolId,
  ClientId: clientId,
  TermsName: name,
  TermsSource: settings.TermsSource,
  Enforcement: settings.Enforcement,
  Links: settings.Links ?? {},
  CreationDate: timestamp(createdAt),
  LastModifiedDate: timestamp(updatedAt),
})
