import { Hono } from 'hono'
import { formatOf, type ImageFormat, mediaTypeOf } from '../branding/image.js'
import type { ManagedLoginBranding } from '../branding/managed-login-branding.js'
import type { ServerContext } from '../context.js'
import type { OAuthEnv } from './oauth-request.js'

/** Where an asset is. Another one has another address, so that browsers may keep each. */
export const assetPath = ({ id, updatedAt }: ManagedLoginBranding, position: number): string =>
  `/branding/assets/${id}/${position}/${updatedAt}`

/** An image can be a document with scripts, where it is opened by itself: it may not do anything. */
const IMAGE_HEADERS = {
  'cache-control': 'public, max-age=31536000, immutable',
  'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; sandbox",
  'cross-origin-resource-policy': 'same-origin',
  'x-content-type-options': 'nosniff',
}

/** The images that pages show of a brand. They are no secret: a page shows them before a user signs in. */
export function brandingImages({ db }: ServerContext): Hono<OAuthEnv> {
  const app = new Hono<OAuthEnv>()
  const respond = (base64: string | null | undefined, format?: ImageFormat): Response => {
    const bytes = Buffer.from(base64 ?? '', 'base64')
    const known = format ?? formatOf(bytes, ['PNG', 'JPEG'])
    if (bytes.length === 0 || !known) return new Response(null, { status: 404 })
    return new Response(bytes, { headers: { 'content-type': mediaTypeOf(known), ...IMAGE_HEADERS } })
  }
  app.get('/branding/assets/:id/:position/:version', async (c) => {
    const { id, position, version } = c.req.param()
    const row = await db
      .selectFrom('managed_login_assets as a')
      .innerJoin('managed_login_brandings as b', 'b.id', 'a.branding_id')
      .select(['a.bytes', 'a.extension'])
      .where('b.id', '=', id)
      .where('b.updated_at', '=', numberIn(version))
      .where('a.position', '=', numberIn(position))
      .executeTakeFirst()
    // Stored by this server from a parsed asset.
    return respond(row?.bytes, row && (row.extension as ImageFormat))
  })
  app.get('/branding/:userPoolId/:scope/:version', async (c) => {
    const { userPoolId, scope, version } = c.req.param()
    const row = await db
      .selectFrom('ui_customizations')
      .select('image')
      .where('user_pool_id', '=', userPoolId)
      .where('scope', '=', scope)
      .where('updated_at', '=', numberIn(version))
      .executeTakeFirst()
    return respond(row?.image)
  })
  return app
}

/** -1, which nothing is, for a text that is no number. */
const numberIn = (text: string): number => (/^\d{1,15}$/.test(text) ? Number(text) : -1)
