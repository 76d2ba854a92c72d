// The library finds its algorithms by what this adds to `Reflect`.
import 'reflect-metadata/lite'
import { webcrypto } from 'node:crypto'
import { PemConverter, X509CertificateGenerator } from '@peculiar/x509'
import type { ServerContext } from '../context.js'

/** What a pool's requests to providers of SAML are signed with. */
export interface SamlKey {
  /** PEM. */
  readonly privateKey: string
  /** DER in base64. */
  readonly certificate: string
}

const ALGORITHM = {
  name: 'RSASSA-PKCS1-v1_5',
  hash: 'SHA-256',
  modulusLength: 2048,
  publicExponent: Uint8Array.of(1, 0, 1),
}
const DAY = 86_400_000

/** The key of a pool, which is made when it is first asked for, and stays: providers are given its certificate by hand. */
export async function samlKeyOf(context: ServerContext, userPoolId: string): Promise<SamlKey> {
  const known = await findKey(context, userPoolId)
  if (known) return known
  const { privateKey, certificate } = await makeKey(userPoolId, context.clock.now())
  const sealed = context.rootKey.seal('identity-provider', userPoolId, Buffer.from(privateKey))
  await context.db
    .insertInto('saml_keys')
    .values({
      user_pool_id: userPoolId,
      sealed_private_key: sealed,
      certificate,
      created_at: context.clock.now(),
    })
    .onConflict((conflict) => conflict.column('user_pool_id').doNothing())
    .execute()
  // Another request may have been first.
  const kept = await findKey(context, userPoolId)
  if (!kept) throw new Error(`The user pool ${userPoolId} was deleted meanwhile.`)
  return kept
}

async function findKey({ db, rootKey }: ServerContext, userPoolId: string): Promise<SamlKey | undefined> {
  const row = await db
    .selectFrom('saml_keys')
    .selectAll()
    .where('user_pool_id', '=', userPoolId)
    .executeTakeFirst()
  if (!row) return undefined
  const privateKey = rootKey.open('identity-provider', userPoolId, row.sealed_private_key)
  if (!privateKey) throw new Error(`The key of the user pool ${userPoolId} is of another root key.`)
  return { privateKey: privateKey.toString(), certificate: row.certificate }
}

async function makeKey(userPoolId: string, now: number): Promise<SamlKey> {
  const keys = await webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify'])
  const certificate = await X509CertificateGenerator.createSelfSigned({
    name: `CN=${userPoolId}`,
    notBefore: new Date(now - DAY),
    notAfter: new Date(now + 3650 * DAY),
    signingAlgorithm: ALGORITHM,
    keys,
  })
  const pkcs8 = await webcrypto.subtle.exportKey('pkcs8', keys.privateKey)
  return {
    privateKey: PemConverter.encode(pkcs8, 'PRIVATE KEY'),
    certificate: Buffer.from(certificate.rawData).toString('base64'),
  }
}
