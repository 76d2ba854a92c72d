import { createHash, createHmac, randomBytes } from 'node:crypto'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { pad, toBigInt, utf8 } from '../src/srp/bytes.js'
import { claimTimestamp, createKeyPair, privateKey, sharedKey, signClaim } from '../src/srp/client.js'
import { createDeviceVerifier } from '../src/srp/device.js'
import { N } from '../src/srp/group.js'
import { hmac, sha256 } from '../src/srp/hash.js'
import { power, powerOfTwo } from '../src/srp/power.js'

const sha = (algorithm: string, data: string | Uint8Array) => createHash(algorithm).update(data).digest('hex')
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')

const identity = 'AbCdEf123user-1'
const password = 'P@ssw0rd!é'
const salt = 0xd1b2c3d4e5f60718293a4b5c6d7e8f90n
const keyPair = createKeyPair(Buffer.from(sha('sha512', 'spec-a') + sha('sha512', 'spec-a2'), 'hex'))

// As the service has it, and as the vector was made with.
const k = 0x538282c4354742d7cbbde2359fcf67f9f5b3a6b08791e5011b43b8a5b66d9ee6n

async function serverB() {
  const b = BigInt(`0x${sha('sha512', 'spec-b')}`)
  const v = powerOfTwo(await privateKey(identity, password, salt))
  return (k * v + powerOfTwo(b)) % N()
}

/** Square and multiply, bit by bit: the textbook's way, to compare with. */
function plainPower(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let result = 1n
  for (const bit of exponent.toString(2)) {
    result = (result * result) % modulus
    if (bit === '1') result = (result * base) % modulus
  }
  return result
}

describe('the group', () => {
  test('is the 3072-bit MODP group of RFC 3526, digit for digit', () => {
    expect(N().toString(16).toUpperCase()).toBe(
      'FFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD129024E088A67CC74020BBEA63B139B22514A08798E3404DDEF9519B3CD3A431B302B0A6DF25F14374FE1356D6D51C245E485B576625E7EC6F44C42E9A637ED6B0BFF5CB6F406B7EDEE386BFB5A899FA5AE9F24117C4B1FE649286651ECE45B3DC2007CB8A163BF0598DA48361C55D39A69163FA8FD24CF5F83655D23DCA3AD961C62F356208552BB9ED529077096966D670C354E4ABC9804F1746C08CA18217C32905E462E36CE3BE39E772C180E86039B2783A2EC07A28FB5C55DF06F4C52C9DE2BCBF6955817183995497CEA956AE515D2261898FA051015728E5A8AAAC42DAD33170D04507A33A85521ABDF1CBA64ECFB850458DBEF0A8AEA71575D060C7DB3970F85A6E1E4C7ABF5AE8CDB0933D71E8C94E04A25619DCEE3D2261AD2EE6BF12FFA06D98A0864D87602733EC86A64521F2B18177B200CBBE117577A615D6C770988C0BAD946E208E24FA074E5AB3143DB5BFCE0FD108E4B82D120A93AD2CAFFFFFFFFFFFFFFFF',
    )
  })
})

describe('powers', () => {
  test('agree with square and multiply, edges included', () => {
    const exponents = [
      0n,
      1n,
      2n,
      31n,
      32n,
      33n,
      2n ** 255n,
      toBigInt(randomBytes(32)),
      toBigInt(randomBytes(64)),
      N() - 1n,
    ]
    for (const exponent of exponents) {
      expect(powerOfTwo(exponent)).toBe(plainPower(2n, exponent, N()))
      for (const base of [toBigInt(randomBytes(384)) % N(), 0n, 1n, N() - 1n])
        expect(power(base, exponent)).toBe(plainPower(base, exponent, N()))
    }
  })
})

test.each([
  [0x14n, '14'],
  [0xecn, '00ec'],
  [0xc8n, '00c8'],
  [0x1n, '01'],
  [0x100n, '0100'],
  [0x7fn, '7f'],
  [0x80n, '0080'],
])('PAD of %s is %s', (number, padded) => {
  expect(hex(pad(number))).toBe(padded)
})

describe('a sign-in', () => {
  test('arrives at the values of the published vector', async () => {
    expect(sha('sha256', keyPair.A.toString(16))).toBe(
      'c151a05daf20070c1a97dbef56911f8af776140c580d3e53c75c052318c5a3b4',
    )
    expect((await privateKey(identity, password, salt)).toString(16)).toBe(
      'd6bac5f5521cc46e571467b798926739826ad37feb73c8c8fc8e03296a1b1493',
    )
    const B = await serverB()
    const key = await sharedKey(keyPair, identity, password, salt, B)
    expect(hex(key)).toBe('184992b58b9c5eb34ba859c0c8abb25c')
    const claim = await signClaim(key, identity, utf8('secret-block-bytes'), 'Tue Sep 5 07:08:09 UTC 2023')
    expect(Buffer.from(claim).toString('base64')).toBe('sOsbO6A7vD8ZzNK9r7rrXYKzwUhLi0dkK9Gxa9JtWu0=')
  })

  test('is refused when B is a multiple of N, which an impostor would send', async () => {
    for (const B of [0n, N(), 2n * N()]) {
      await expect(sharedKey(keyPair, identity, password, salt, B)).rejects.toThrow('B cannot be zero.')
    }
  })

  test('is refused when u is zero', async () => {
    vi.spyOn(crypto.subtle, 'digest').mockResolvedValue(new ArrayBuffer(32))
    await expect(sharedKey(keyPair, identity, password, salt, 5n)).rejects.toThrow('U cannot be zero.')
  })

  test('uses 256 random bits of the platform, others each time', () => {
    const first = createKeyPair()
    expect(first.a).not.toBe(createKeyPair().a)
    expect(first.A).toBe(powerOfTwo(first.a))
    vi.spyOn(crypto, 'getRandomValues').mockImplementation((bytes) => {
      if (bytes instanceof Uint8Array) bytes.fill(0xff)
      return bytes
    })
    expect(createKeyPair().a).toBe(2n ** 256n - 1n)
  })
})

afterEach(() => {
  vi.restoreAllMocks()
  vi.unstubAllGlobals()
})

test('the timestamp is in UTC, in English, the day without a leading zero', () => {
  expect(claimTimestamp(Date.UTC(2023, 8, 5, 7, 8, 9))).toBe('Tue Sep 5 07:08:09 UTC 2023')
  expect(claimTimestamp(Date.UTC(2024, 11, 31, 23, 59, 59, 999))).toBe('Tue Dec 31 23:59:59 UTC 2024')
})

test('the verifier of a device agrees with the published vector', async () => {
  const { salt, verifier } = await createDeviceVerifier(
    '-GROUPkeyus-east-1_dev1',
    'cmFuZG9tcHc=',
    Buffer.from('90c3d4e5f60718293a4b5c6d7e8f90aa', 'hex'),
  )
  expect(Buffer.from(salt).toString('base64')).toBe('AJDD1OX2BxgpOktcbX6PkKo=')
  expect(sha('sha256', Buffer.from(verifier).toString('base64'))).toBe(
    '427bec70265b735c8c1e0fe849d73c2204f8dc3cbf5b133efba7ffe7ea952051',
  )
})

describe.each(['crypto.subtle', 'no crypto.subtle'])('with %s', (platform) => {
  test('hashes and HMACs are those of the platform', async () => {
    if (platform === 'no crypto.subtle') vi.stubGlobal('crypto', {})
    const data = utf8('the data')
    expect(hex(await sha256(data))).toBe(sha('sha256', data))
    for (const size of [1, 16, 32, 33, 64]) {
      const key = new Uint8Array(randomBytes(size))
      expect(hex(await hmac(key, data))).toBe(createHmac('sha256', key).update(data).digest('hex'))
    }
  })
})
