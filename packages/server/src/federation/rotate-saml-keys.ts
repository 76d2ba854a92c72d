import type { ServerContext } from '../context.js'
import { lockPool } from '../keys/lock-pool.js'
import { insertSamlKey, makeSamlKey } from './saml-key.js'

/**
 * Gives a pool new keys for providers of SAML in place of those that it has. Requests are signed with the new one at once,
 * and both certificates are to be given to the providers; what they still encrypt for an old one is read.
 *
 * @param atOnce for keys that have leaked: what is encrypted for the old ones is read no longer
 * @returns the new certificates by purpose: none where no provider needed a key yet; `undefined` if there is no such pool
 */
export async function rotateSamlKeys(
  context: Pick<ServerContext, 'db' | 'clock' | 'rootKey'>,
  userPoolId: string,
  { atOnce = false } = {},
): Promise<ReadonlyMap<string, string> | undefined> {
  return await context.db.transaction().execute(async (tx) => {
    if (!(await lockPool(tx, userPoolId))) return undefined
    const newest = await tx
      .selectFrom('saml_keys')
      .select(({ fn }) => ['purpose', fn.max('number').as('number')])
      .where('user_pool_id', '=', userPoolId)
      .groupBy('purpose')
      .execute()
    if (atOnce) await tx.deleteFrom('saml_keys').where('user_pool_id', '=', userPoolId).execute()
    const certificates = new Map<string, string>()
    for (const { purpose, number } of newest) {
      const key = await makeSamlKey(userPoolId, context.clock.now())
      await insertSamlKey(context, tx, userPoolId, purpose, { ...key, number: Number(number) + 1 })
      certificates.set(purpose, key.certificate)
    }
    return certificates
  })
}
