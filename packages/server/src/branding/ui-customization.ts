import type { ServerContext } from '../context.js'
import type { Queryable } from '../db/schema.js'
import { errors } from '../errors.js'
import { timestamp } from '../wire/timestamp.js'
import { assertCustomizationCss } from './customization-css.js'
import { formatOf } from './image.js'

/** All clients of a pool that have none of their own. */
export const ALL_CLIENTS = 'ALL'

/** Bytes. */
const MAX_IMAGE = 131_072

/** How the classic pages look. */
export interface UiCustomization {
  readonly userPoolId: string
  /** `ALL`, or the id of a client. */
  readonly scope: string
  readonly css: string | undefined
  /** Base64. */
  readonly image: string | undefined
  readonly createdAt: number
  readonly updatedAt: number
}

/** The client's own, or else that of all clients. */
export async function findUiCustomization(
  db: Queryable,
  userPoolId: string,
  clientId: string,
): Promise<UiCustomization | undefined> {
  const rows = await db
    .selectFrom('ui_customizations')
    .selectAll()
    .where('user_pool_id', '=', userPoolId)
    .where('scope', 'in', [clientId, ALL_CLIENTS])
    .execute()
  const row = rows.find(({ scope }) => scope === clientId) ?? rows[0]
  return (
    row && {
      userPoolId: row.user_pool_id,
      scope: row.scope,
      css: row.css ?? undefined,
      image: row.image ?? undefined,
      createdAt: row.created_at,
      updatedAt: row.updated_at,
    }
  )
}

/**
 * Takes the place of what was set before; without CSS and image, there is none any more.
 *
 * @throws InvalidParameterException
 */
export async function setUiCustomization(
  { clock }: Pick<ServerContext, 'clock'>,
  db: Queryable,
  userPoolId: string,
  scope: string,
  { css, image }: { readonly css: string | undefined; readonly image: string | undefined },
): Promise<void> {
  if (css !== undefined) assertCustomizationCss(css)
  if (image !== undefined) {
    const bytes = Buffer.from(image, 'base64')
    if (bytes.length > MAX_IMAGE || !formatOf(bytes, ['PNG', 'JPEG'])) throw errors.imageNotSupported()
  }
  if (!css && image === undefined) {
    await db
      .deleteFrom('ui_customizations')
      .where('user_pool_id', '=', userPoolId)
      .where('scope', '=', scope)
      .execute()
    return
  }
  const now = clock.now()
  const values = { css: css || null, image: image ?? null, updated_at: now }
  await db
    .insertInto('ui_customizations')
    .values({
      user_pool_id: userPoolId,
      scope,
      client_id: scope === ALL_CLIENTS ? null : scope,
      created_at: now,
      ...values,
    })
    .onConflict((conflict) => conflict.columns(['user_pool_id', 'scope']).doUpdateSet(values))
    .execute()
}

/** On the wire: empty where there is none. */
export const describeUiCustomization = (context: ServerContext, found: UiCustomization | undefined) =>
  found
    ? {
        UserPoolId: found.userPoolId,
        ClientId: found.scope,
        ...(found.image !== undefined && {
          ImageUrl: `${context.baseUrl()}${customImagePath(found)}`,
        }),
        CSS: found.css,
        CSSVersion: versionOf(found.updatedAt),
        LastModifiedDate: timestamp(found.updatedAt),
        CreationDate: timestamp(found.createdAt),
      }
    : {}

/** A time as the service writes versions: `20190128172214`. */
const versionOf = (time: number): string => new Date(time).toISOString().replace(/\D/g, '').slice(0, 14)

/** Where the image is. Another one has another address, so that browsers may keep each. */
export const customImagePath = ({
  userPoolId,
  scope,
  updatedAt,
}: Pick<UiCustomization, 'userPoolId' | 'scope' | 'updatedAt'>): string =>
  `/branding/${userPoolId}/${scope}/${updatedAt}`
