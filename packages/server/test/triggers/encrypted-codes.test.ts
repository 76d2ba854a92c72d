import { randomBytes } from 'node:crypto'
import { buildClient, CommitmentPolicy, getClient, KMS, KmsKeyringNode } from '@aws-crypto/client-node'
import { expect, test, vi } from 'vitest'
import { listening, type ReceivedRequest } from './lambda-emulator.js'
import { arn, POOL, startWithFunctions } from './start-with-functions.js'

const KEY = 'arn:aws:kms:eu-west-1:111122223333:key/11111111-2222-4333-8444-555555555555'

/** A KMS: keys that are kept here, with what they are used for. */
async function keyManagement() {
  const requests: ReceivedRequest[] = []
  const keys = new Map<string, { plaintext: string; context: unknown }>()
  const url = await listening((request) => {
    requests.push(request)
    const { CiphertextBlob, EncryptionContext } = JSON.parse(request.body)
    if (request.headers['x-amz-target'] === 'TrentService.GenerateDataKey') {
      const plaintext = randomBytes(32).toString('base64')
      const blob = randomBytes(64).toString('base64')
      keys.set(blob, { plaintext, context: EncryptionContext })
      return { body: JSON.stringify({ KeyId: KEY, Plaintext: plaintext, CiphertextBlob: blob }) }
    }
    const key = keys.get(CiphertextBlob)
    const isRight = JSON.stringify(key?.context) === JSON.stringify(EncryptionContext)
    return key && isRight
      ? { body: JSON.stringify({ KeyId: KEY, Plaintext: key.plaintext }) }
      : { status: 400, body: '{"__type":"InvalidCiphertextException"}' }
  })
  return { url, requests }
}

/** As handlers do it that were written for the service. */
const decryptedBy = (policy: CommitmentPolicy, endpoint: string) => {
  const { decrypt } = buildClient(policy)
  const credentials = { accessKeyId: 'anybody', secretAccessKey: 'anything' }
  const clientProvider = getClient(KMS, { endpoint, credentials })
  const keyring = new KmsKeyringNode({ keyIds: [KEY], clientProvider })
  return async (code: string) => (await decrypt(keyring, Buffer.from(code, 'base64'))).plaintext.toString()
}

const sender = { CustomEmailSender: { LambdaVersion: 'V1_0' as const, LambdaArn: arn('CustomEmailSender') } }

test.each([
  'FORBID_ENCRYPT_ALLOW_DECRYPT',
  'REQUIRE_ENCRYPT_ALLOW_DECRYPT',
  'REQUIRE_ENCRYPT_REQUIRE_DECRYPT',
] as const)('a handler decrypts the code by the AWS Encryption SDK, with the policy %s', async (policy) => {
  const { url, requests } = await keyManagement()
  const codes: string[] = []
  const app = await startWithFunctions(
    {
      CustomEmailSender: async ({ request }) => {
        codes.push(request.code ?? '')
      },
    },
    { lambdaConfig: { ...sender, KMSKeyID: KEY }, elsewhere: { kmsEndpoint: url } },
  )
  await app.signUp('ada')
  await vi.waitFor(() => expect(codes).toHaveLength(1), { timeout: 20_000 })
  const decrypt = decryptedBy(CommitmentPolicy[policy], url)
  const ConfirmationCode = await decrypt(codes[0] ?? '')
  expect(ConfirmationCode).toMatch(/^\d{6}$/)
  expect((await app.ask('ConfirmSignUp', { Username: 'ada', ConfirmationCode })).status).toBe(200)
  expect(JSON.parse(requests[0]?.body ?? '')).toEqual({
    KeyId: KEY,
    KeySpec: 'AES_256',
    EncryptionContext: { 'userpool-id': POOL },
  })
  expect(requests[0]?.headers.authorization).toContain('/eu-west-1/kms/aws4_request')
})

test.each([
  ['there is no KMS', { KMSKeyID: KEY }, false],
  ['the pool has no key', {}, true],
])('a sender gets the code as it is where %s', async (_, more, hasKms) => {
  const { url } = await keyManagement()
  const codes: unknown[] = []
  const app = await startWithFunctions(
    {
      CustomEmailSender: async ({ request }) => {
        codes.push(request.code)
      },
    },
    { lambdaConfig: { ...sender, ...more }, ...(hasKms && { elsewhere: { kmsEndpoint: url } }) },
  )
  await app.signUp('ada')
  await vi.waitFor(() => expect(codes).toEqual([expect.stringMatching(/^\d{6}$/)]), { timeout: 20_000 })
})

test('a KMS that fails is in the log, and no code leaves the server', async () => {
  const codes: unknown[] = []
  const url = await listening(() => ({ status: 400, body: '{"__type":"NotFoundException"}' }))
  const app = await startWithFunctions(
    {
      CustomEmailSender: async ({ request }) => {
        codes.push(request.code)
      },
    },
    { lambdaConfig: { ...sender, KMSKeyID: KEY }, elsewhere: { kmsEndpoint: url } },
  )
  expect((await app.signUp('ada')).status).toBe(200)
  await app.server.close()
  expect(codes).toEqual([])
  expect(app.log).toContainEqual(
    expect.objectContaining({
      operation: 'CustomEmailSender_SignUp',
      cause: expect.objectContaining({ message: 'The KMS answered 400, and no data key.' }),
    }),
  )
})
