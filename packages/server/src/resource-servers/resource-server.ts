import { prepared } from '../db/prepared.js'
import type { Queryable } from '../db/schema.js'
import { errors } from '../errors.js'
import type { ResourceServerScope } from '../wire/resource-server-members.js'

/** An API whose scopes a client's access tokens can have. */
export interface ResourceServer {
  readonly userPoolId: string
  readonly identifier: string
  readonly name: string
  readonly scopes: readonly ResourceServerScope[]
}

export const resourceServerOfRow = (row: {
  user_pool_id: string
  identifier: string
  name: string
  scopes: string
}): ResourceServer => ({
  userPoolId: row.user_pool_id,
  identifier: row.identifier,
  name: row.name,
  // Written by this server from a parsed CreateResourceServer.
  scopes: JSON.parse(row.scopes) as ResourceServerScope[],
})

export async function findResourceServer(
  db: Queryable,
  userPoolId: string,
  identifier: string,
): Promise<ResourceServer | undefined> {
  const row = await db
    .selectFrom('resource_servers')
    .selectAll()
    .where('user_pool_id', '=', userPoolId)
    .where('identifier', '=', identifier)
    .executeTakeFirst()
  return row && resourceServerOfRow(row)
}

/** @throws ResourceNotFoundException */
export async function getResourceServer(
  db: Queryable,
  userPoolId: string,
  identifier: string,
): Promise<ResourceServer> {
  const server = await findResourceServer(db, userPoolId, identifier)
  if (!server) throw errors.resourceServerNotFound(identifier)
  return server
}

/** A resource server on the wire. */
export const describeResourceServer = ({ userPoolId, identifier, name, scopes }: ResourceServer) => ({
  UserPoolId: userPoolId,
  Identifier: identifier,
  Name: name,
  Scopes: scopes,
})

const serversOfPool = prepared((db, p: { userPoolId: string }) =>
  db.selectFrom('resource_servers').selectAll().where('user_pool_id', '=', p.userPoolId),
)

/** Every scope of a pool's resource servers, as clients and tokens have them. */
export async function customScopesOf(db: Queryable, userPoolId: string): Promise<readonly string[]> {
  const { rows } = await serversOfPool(db, { userPoolId })
  return rows
    .map(resourceServerOfRow)
    .flatMap(({ identifier, scopes }) => scopes.map(({ ScopeName }) => `${identifier}/${ScopeName}`))
}
