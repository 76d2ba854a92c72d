import type { ServerContext } from '../context.js'
import { randomUuid } from '../crypto/random.js'
import type { Queryable, Transaction } from '../db/schema.js'
import { errors } from '../errors.js'
import type { Asset } from '../wire/branding-members.js'
import { timestamp } from '../wire/timestamp.js'
import { isImage } from './image.js'
import { assertBrandingSettings } from './settings.js'

/** How the managed pages of a client look. */
export interface ManagedLoginBranding {
  readonly id: string
  readonly userPoolId: string
  readonly clientId: string
  readonly providedValues: boolean
  /** As given. */
  readonly settings: unknown
  readonly createdAt: number
  readonly updatedAt: number
}

/** What a branding is made of. */
export interface BrandingGiven {
  readonly UseCognitoProvidedValues?: boolean | undefined
  readonly Settings?: unknown
  readonly Assets?: readonly Asset[] | undefined
}

/** Bytes of an asset. */
const MAX_ASSET = 1_000_000
/** Characters of the settings. */
const MAX_SETTINGS = 100_000

/** @throws InvalidParameterException */
function assertBranding(
  context: ServerContext,
  { UseCognitoProvidedValues, Settings, Assets = [] }: BrandingGiven,
): void {
  if (UseCognitoProvidedValues && Settings !== undefined) throw errors.brandingWithProvidedValues()
  const isObject = typeof Settings === 'object' && Settings !== null && !Array.isArray(Settings)
  if (Settings !== undefined && (!isObject || JSON.stringify(Settings).length > MAX_SETTINGS))
    throw errors.brandingSettings()
  assertBrandingSettings(context, Settings)
  const seen = new Set<string>()
  for (const { Category, ColorMode, Extension, Bytes, ResourceId } of Assets) {
    // Each provider has an icon of its own.
    const key = `${Category} ${ColorMode}${Category === 'IDP_BUTTON_ICON' ? ` ${ResourceId}` : ''}`
    if (seen.has(key)) throw errors.assetRepeated(Category, ColorMode)
    seen.add(key)
    const bytes = Buffer.from(Bytes ?? '', 'base64')
    if (Bytes !== undefined && (bytes.length > MAX_ASSET || !isImage(Extension, bytes)))
      throw errors.assetNotSupported(Extension)
  }
}

/** @throws ManagedLoginBrandingExistsException, InvalidParameterException */
export async function createBranding(
  context: ServerContext,
  userPoolId: string,
  clientId: string,
  given: BrandingGiven,
): Promise<ManagedLoginBranding> {
  try {
    return await context.db
      .transaction()
      .execute((tx) => insertBranding(context, tx, userPoolId, clientId, given))
  } catch (error) {
    if (context.isUniqueViolation(error)) throw errors.brandingExists(clientId)
    throw error
  }
}

/** @throws InvalidParameterException */
export async function insertBranding(
  context: ServerContext,
  tx: Transaction,
  userPoolId: string,
  clientId: string,
  given: BrandingGiven,
): Promise<ManagedLoginBranding> {
  assertBranding(context, given)
  const id = randomUuid(context)
  const now = context.clock.now()
  await tx
    .insertInto('managed_login_brandings')
    .values({
      id,
      user_pool_id: userPoolId,
      client_id: clientId,
      created_at: now,
      ...valuesOf(given, now),
    })
    .execute()
  await insertAssets(tx, id, given.Assets ?? [])
  return await getBranding(tx, userPoolId, { id })
}

/**
 * What is given takes the place of what was there; what is not given stays.
 *
 * @throws ResourceNotFoundException, InvalidParameterException
 */
export async function updateBranding(
  context: ServerContext,
  userPoolId: string,
  id: string,
  given: BrandingGiven,
): Promise<ManagedLoginBranding> {
  const { db, clock } = context
  assertBranding(context, given)
  await db.transaction().execute(async (tx) => {
    const before = await getBranding(tx, userPoolId, { id })
    const settings = given.UseCognitoProvidedValues ? undefined : (given.Settings ?? before.settings)
    await tx
      .updateTable('managed_login_brandings')
      .set(valuesOf({ ...given, Settings: settings }, clock.now()))
      .where('id', '=', id)
      .execute()
    if (!given.Assets && !given.UseCognitoProvidedValues) return
    await tx.deleteFrom('managed_login_assets').where('branding_id', '=', id).execute()
    await insertAssets(tx, id, given.Assets ?? [])
  })
  return await getBranding(db, userPoolId, { id })
}

const valuesOf = ({ UseCognitoProvidedValues, Settings }: BrandingGiven, now: number) =>
  ({
    provided_values: UseCognitoProvidedValues ? 1 : 0,
    settings: Settings === undefined ? null : JSON.stringify(Settings),
    updated_at: now,
  }) as const

async function insertAssets(tx: Transaction, id: string, assets: readonly Asset[]): Promise<void> {
  if (assets.length === 0) return
  await tx
    .insertInto('managed_login_assets')
    .values(
      assets.map(({ Category, ColorMode, Extension, Bytes, ResourceId }, position) => ({
        branding_id: id,
        position,
        category: Category,
        color_mode: ColorMode,
        extension: Extension,
        bytes: Bytes ?? null,
        resource_id: ResourceId ?? null,
      })),
    )
    .execute()
}

/** @throws ResourceNotFoundException */
export async function deleteBranding(db: Queryable, userPoolId: string, id: string): Promise<void> {
  const { numDeletedRows } = await db
    .deleteFrom('managed_login_brandings')
    .where('user_pool_id', '=', userPoolId)
    .where('id', '=', id)
    .executeTakeFirst()
  if (numDeletedRows === 0n) throw errors.brandingNotFound()
}

type Which = { readonly id: string } | { readonly clientId: string }

export async function findBranding(
  db: Queryable,
  userPoolId: string,
  which: Which,
): Promise<ManagedLoginBranding | undefined> {
  const row = await db
    .selectFrom('managed_login_brandings')
    .selectAll()
    .where('user_pool_id', '=', userPoolId)
    .where('id' in which ? 'id' : 'client_id', '=', 'id' in which ? which.id : which.clientId)
    .executeTakeFirst()
  return (
    row && {
      id: row.id,
      userPoolId: row.user_pool_id,
      clientId: row.client_id,
      providedValues: row.provided_values === 1,
      settings: row.settings === null ? undefined : JSON.parse(row.settings),
      createdAt: row.created_at,
      updatedAt: row.updated_at,
    }
  )
}

/** @throws ResourceNotFoundException */
export async function getBranding(
  db: Queryable,
  userPoolId: string,
  which: Which,
): Promise<ManagedLoginBranding> {
  const found = await findBranding(db, userPoolId, which)
  if (!found) throw errors.brandingNotFound()
  return found
}

/** A branding on the wire, with its assets. */
export async function describeBranding(db: Queryable, branding: ManagedLoginBranding) {
  const assets = await db
    .selectFrom('managed_login_assets')
    .selectAll()
    .where('branding_id', '=', branding.id)
    .orderBy('position')
    .execute()
  return {
    ManagedLoginBrandingId: branding.id,
    UserPoolId: branding.userPoolId,
    UseCognitoProvidedValues: branding.providedValues,
    Settings: branding.settings,
    Assets: assets.map((asset) => ({
      Category: asset.category,
      ColorMode: asset.color_mode,
      Extension: asset.extension,
      Bytes: asset.bytes ?? undefined,
      ResourceId: asset.resource_id ?? undefined,
    })),
    CreationDate: timestamp(branding.createdAt),
    LastModifiedDate: timestamp(branding.updatedAt),
  }
}
