import { randomBytes, randomUUID } from 'node:crypto'
import { createRootKey } from '../../packages/server/dist/crypto/root-key.js'
import { openDatabase } from '../../packages/server/dist/db/database.js'
import { prepared } from '../../packages/server/dist/db/prepared.js'

/**
 * Fills a pool with rows as sign-ups make them, a thousand to a transaction. No user signs in as these, so any
 * verifier will do: the real one takes a power of its own for each.
 */
export async function addUsers(
  { file, rootKey }: { file: string; rootKey: Buffer },
  userPoolId: string,
  count: number,
): Promise<void> {
  const { db } = await openDatabase(`sqlite:${file}`)
  const key = createRootKey(rootKey)
  const verifier = randomBytes(384)
  const now = Date.now()
  for (let done = 0; done < count; done += 1000)
    await db.transaction().execute(async (tx) => {
      for (let i = done; i < Math.min(done + 1000, count); i++) {
        const id = randomUUID()
        const email = `filler${i}@example.com`
        await insertUser(tx, {
          id,
          userPoolId,
          attributes: JSON.stringify({ email, email_verified: 'true' }),
          salt: randomBytes(16).toString('hex'),
          sealedVerifier: key.seal('srp-verifier', id, verifier),
          now,
        })
        await insertName(tx, { userPoolId, kind: 'username', name: id, id })
        await insertName(tx, { userPoolId, kind: 'email', name: email, id })
        await insertSearch(tx, { userPoolId, email, id })
      }
    })
  await db.destroy()
}

interface User {
  id: string
  userPoolId: string
  attributes: string
  salt: string
  sealedVerifier: Uint8Array
  now: number
}

const insertUser = prepared((db, p: User) =>
  db.insertInto('users').values({
    id: p.id,
    user_pool_id: p.userPoolId,
    username: p.id,
    status: 'CONFIRMED',
    enabled: 1,
    attributes: p.attributes,
    salt: p.salt,
    sealed_verifier: p.sealedVerifier,
    password_set_at: p.now,
    signed_out_at: null,
    created_at: p.now,
    updated_at: p.now,
  }),
)

interface Name {
  userPoolId: string
  kind: 'username' | 'email'
  name: string
  id: string
}

const insertName = prepared((db, p: Name) =>
  db
    .insertInto('login_names')
    .values({ user_pool_id: p.userPoolId, kind: p.kind, name: p.name, user_id: p.id }),
)

const insertSearch = prepared((db, p: { userPoolId: string; email: string; id: string }) =>
  db
    .insertInto('user_search')
    .values({ user_pool_id: p.userPoolId, attribute: 'email', value: p.email, user_id: p.id }),
)
