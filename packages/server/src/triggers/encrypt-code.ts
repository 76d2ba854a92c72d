import { createCipheriv, hkdfSync, randomBytes } from 'node:crypto'
import type { AwsEndpointOptions } from './aws-endpoint-options.js'
import { signAwsRequest } from './aws-request.js'
import { parseObject } from './function-error.js'
import { postEvent } from './post-event.js'

/**
 * Encrypts what a sender is handed under a key of a KMS, in the format of the AWS Encryption SDK, in base64: what
 * handlers decrypt that were written for the service.
 *
 * @param key ARN
 * @param context what the KMS is told the key is used for; a handler is told it too
 * @throws the KMS makes no data key
 */
export async function encryptCode(
  endpoint: AwsEndpointOptions,
  key: string,
  context: Readonly<Record<string, string>>,
  code: string,
): Promise<string> {
  const dataKey = await generateDataKey(endpoint, key, context)
  return sealMessage(dataKey, context, Buffer.from(code)).toString('base64')
}

interface DataKey {
  readonly keyId: string
  readonly plaintext: Buffer
  readonly encrypted: Buffer
}

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_GenerateDataKey.html */
async function generateDataKey(
  endpoint: AwsEndpointOptions,
  key: string,
  context: Readonly<Record<string, string>>,
): Promise<DataKey> {
  const body = JSON.stringify({ KeyId: key, KeySpec: 'AES_256', EncryptionContext: context })
  const [, , , region = 'us-east-1'] = key.split(':')
  const { url, headers } = await signAwsRequest(endpoint, {
    service: 'kms',
    region,
    path: '/',
    headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': 'TrentService.GenerateDataKey' },
    body,
  })
  const posted = await postEvent(url, headers, body)
  if (posted.is !== 'answered')
    throw new Error('The KMS did not answer.', 'cause' in posted ? { cause: posted.cause } : {})
  const { Plaintext, CiphertextBlob, KeyId } = parseObject(posted.text)
  const plaintext = Buffer.from(String(Plaintext ?? ''), 'base64')
  const encrypted = Buffer.from(String(CiphertextBlob ?? ''), 'base64')
  if (posted.status !== 200 || plaintext.length !== 32 || encrypted.length === 0)
    throw new Error(`The KMS answered ${posted.status}, and no data key.`)
  return { keyId: typeof KeyId === 'string' ? KeyId : key, plaintext, encrypted }
}

/** AES-256-GCM with HKDF-SHA512 and a commitment to the key, without a signature: all versions of the SDK read it. */
const SUITE = uint16(0x0478)
const FRAME_LENGTH = 4096

/**
 * A message of one frame. A code is shorter than a frame.
 * https://docs.aws.amazon.com/encryption-sdk/latest/developer-guide/message-format.html
 */
function sealMessage(
  { keyId, plaintext: dataKey, encrypted }: DataKey,
  context: Readonly<Record<string, string>>,
  text: Buffer,
): Buffer {
  const messageId = randomBytes(32)
  const derive = (info: Buffer) => Buffer.from(hkdfSync('sha512', dataKey, messageId, info, 32))
  const key = derive(Buffer.concat([SUITE, Buffer.from('DERIVEKEY')]))
  const commitment = derive(Buffer.from('COMMITKEY'))
  const pairs = Object.entries(context).toSorted(([a], [b]) => (a < b ? -1 : 1))
  const header = Buffer.concat([
    Buffer.from([2]),
    SUITE,
    messageId,
    sized(Buffer.concat([uint16(pairs.length), ...pairs.flat().map((part) => sized(Buffer.from(part)))])),
    uint16(1),
    ...[Buffer.from('aws-kms'), Buffer.from(keyId), encrypted].map(sized),
    // Framed.
    Buffer.from([2]),
    uint32(FRAME_LENGTH),
    commitment,
  ])
  const { tag: headerTag } = encrypt(key, Buffer.alloc(12), header, Buffer.alloc(0))
  const number = uint32(1)
  const iv = Buffer.concat([Buffer.alloc(8), number])
  const length = Buffer.concat([uint32(0), uint32(text.length)])
  const aad = Buffer.concat([messageId, Buffer.from('AWSKMSEncryptionClient Final Frame'), number, length])
  const { sealed, tag } = encrypt(key, iv, aad, text)
  const frame = [uint32(0xffffffff), number, iv, uint32(text.length), sealed, tag]
  return Buffer.concat([header, headerTag, ...frame])
}

function encrypt(key: Buffer, iv: Buffer, aad: Buffer, text: Buffer): { sealed: Buffer; tag: Buffer } {
  const cipher = createCipheriv('aes-256-gcm', key, iv)
  cipher.setAAD(aad)
  const sealed = Buffer.concat([cipher.update(text), cipher.final()])
  return { sealed, tag: cipher.getAuthTag() }
}

const sized = (bytes: Buffer): Buffer => Buffer.concat([uint16(bytes.length), bytes])

function uint16(value: number): Buffer {
  const bytes = Buffer.alloc(2)
  bytes.writeUInt16BE(value)
  return bytes
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}
