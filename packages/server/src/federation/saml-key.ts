// The library finds its algorithms by what this adds to `Reflect`.
import 'reflect-metadata/lite'
import { webcrypto } from 'node:crypto'
import { PemConverter, X509CertificateGenerator } from '@peculiar/x509'
import type { ServerContext } from '../context.js'
import type { Queryable } from '../db/schema.js'

/** A pool signs its requests to providers of SAML with a key, and has another one for what they encrypt. */
export type SamlKeyPurpose = 'signing' | 'encryption'

export interface SamlKey {
  /** PEM. */
  readonly privateKey: string
  /** DER in base64. */
  readonly certificate: string
}

type Keys = readonly [SamlKey, ...SamlKey[]]
type Making = Pick<ServerContext, 'db' | 'clock' | 'rootKey'>

const ALGORITHM = {
  name: 'RSASSA-PKCS1-v1_5',
  hash: 'SHA-256',
  modulusLength: 2048,
  publicExponent: Uint8Array.of(1, 0, 1),
}
const DAY = 86_400_000

/**
 * The keys of a pool, the newest first: it is the one to sign with and to tell. The first is made when it is first asked
 * for, and stays until an administrator rotates it: providers are given its certificate by hand.
 */
export async function samlKeysOf(
  context: Making,
  userPoolId: string,
  purpose: SamlKeyPurpose,
): Promise<Keys> {
  const [first, ...others] = await readKeys(context, userPoolId, purpose)
  if (first) return [first, ...others]
  await insertSamlKey(context, context.db, userPoolId, purpose, {
    ...(await makeSamlKey(userPoolId, context.clock.now())),
    number: 1,
  })
  // Another request may have been first.
  const [kept, ...more] = await readKeys(context, userPoolId, purpose)
  if (!kept) throw new Error(`The user pool ${userPoolId} was deleted meanwhile.`)
  return [kept, ...more]
}

/** Writes a key, unless there is one of this number. */
export async function insertSamlKey(
  { rootKey, clock }: Making,
  db: Queryable,
  userPoolId: string,
  purpose: SamlKeyPurpose,
  { number, privateKey, certificate }: SamlKey & { readonly number: number },
): Promise<void> {
  await db
    .insertInto('saml_keys')
    .values({
      user_pool_id: userPoolId,
      purpose,
      number,
      sealed_private_key: rootKey.seal('identity-provider', userPoolId, Buffer.from(privateKey)),
      certificate,
      created_at: clock.now(),
    })
    .onConflict((conflict) => conflict.columns(['user_pool_id', 'purpose', 'number']).doNothing())
    .execute()
}

async function readKeys(
  { db, rootKey }: Making,
  userPoolId: string,
  purpose: SamlKeyPurpose,
): Promise<readonly SamlKey[]> {
  const rows = await db
    .selectFrom('saml_keys')
    .select(['sealed_private_key', 'certificate'])
    .where('user_pool_id', '=', userPoolId)
    .where('purpose', '=', purpose)
    .orderBy('number', 'desc')
    .execute()
  return rows.map(({ sealed_private_key, certificate }) => {
    const privateKey = rootKey.open('identity-provider', userPoolId, new Uint8Array(sealed_private_key))
    if (!privateKey) throw new Error(`A SAML key of the user pool ${userPoolId} is of another root key.`)
    return { privateKey: privateKey.toString(), certificate }
  })
}

export async function makeSamlKey(userPoolId: string, now: number): Promise<SamlKey> {
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
