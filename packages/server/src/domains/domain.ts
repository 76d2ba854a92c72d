import { ONE, prepared } from '../db/prepared.js'
import type { DomainKind, Queryable } from '../db/schema.js'
import type { DomainSettings } from '../wire/domain-settings.js'

/** Where the pages and endpoints of OAuth of a pool are, beside the server's own host. */
export interface Domain {
  /** A prefix, or a whole host name. */
  readonly domain: string
  readonly userPoolId: string
  readonly kind: DomainKind
  readonly settings: DomainSettings
}

const domainByName = prepared((db, p: { domain: string }) =>
  db.selectFrom('domains').selectAll().where('domain', '=', p.domain).limit(ONE),
)

/** A prefix has no dot, and a custom host name has one: no two domains have the same name. */
export async function findDomain(db: Queryable, domain: string): Promise<Domain | undefined> {
  const { rows } = await domainByName(db, { domain })
  return rows[0] && domainOfRow(rows[0])
}

/** At most one of each kind; the custom one first, which applications use where there is one. */
export async function domainsOfPool(db: Queryable, userPoolId: string): Promise<readonly Domain[]> {
  const rows = await db
    .selectFrom('domains')
    .selectAll()
    .where('user_pool_id', '=', userPoolId)
    .orderBy('kind')
    .execute()
  return rows.map(domainOfRow)
}

const domainOfRow = (row: {
  domain: string
  user_pool_id: string
  kind: DomainKind
  settings: string
}): Domain => ({
  domain: row.domain,
  userPoolId: row.user_pool_id,
  kind: row.kind,
  // Written by this server from a parsed CreateUserPoolDomain.
  settings: JSON.parse(row.settings) as DomainSettings,
})
