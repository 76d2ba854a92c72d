import { createDiffieHellman, createHash, createHmac, getDiffieHellman, randomBytes } from 'node:crypto'

/**
 * SRP with its powers in OpenSSL: a client cheap enough to drive a server that is to be measured, and the server's
 * side of a canned answer.
 */
const prime = getDiffieHellman('modp15').getPrime()
const N = toBigInt(prime)
const g = 2n
const k = hash(pad(N), pad(g))

export interface Verifier {
  /** Hexadecimal. */
  readonly salt: string
  readonly v: bigint
}

export function verifierOf(userPoolId: string, username: string, password: string): Verifier {
  const salt = toBigInt(randomBytes(16))
  return { salt: salt.toString(16), v: power(g, privateKey(userPoolId, username, password, salt)) }
}

export const serverPublicValue = ({ v }: Verifier): bigint => (k * v + power(g, secret())) % N

/** What a client computes for one sign-in. */
export function createClient(userPoolId: string, password: string) {
  const a = secret()
  const A = power(g, a)
  return {
    A: A.toString(16),
    /** Answers to PASSWORD_VERIFIER. */
    answer(parameters: Record<string, string>, now: number): Record<string, string> {
      const { SALT = '', SRP_B = '', SECRET_BLOCK = '', USER_ID_FOR_SRP = '' } = parameters
      const B = BigInt(`0x${SRP_B}`)
      const x = privateKey(userPoolId, USER_ID_FOR_SRP, password, BigInt(`0x${SALT}`))
      const u = hash(pad(A), pad(B))
      const base = (((B - k * power(g, x)) % N) + N) % N
      const S = power(base, a + u * x)
      const prk = createHmac('sha256', pad(u)).update(pad(S)).digest()
      const key = createHmac('sha256', prk).update('Caldera Derived Key\u0001').digest().subarray(0, 16)
      const [weekday, day, month, year, time] = new Date(now).toUTCString().split(/,? /)
      const timestamp = `${weekday} ${month} ${Number(day)} ${time} UTC ${year}`
      return {
        USERNAME: USER_ID_FOR_SRP,
        PASSWORD_CLAIM_SECRET_BLOCK: SECRET_BLOCK,
        TIMESTAMP: timestamp,
        PASSWORD_CLAIM_SIGNATURE: createHmac('sha256', key)
          .update(`${poolName(userPoolId)}${USER_ID_FOR_SRP}`)
          .update(Buffer.from(SECRET_BLOCK, 'base64'))
          .update(timestamp)
          .digest('base64'),
      }
    },
  }
}

// With the generator 2, OpenSSL 3.5 would first check what is no part of the power. With another one, it proves once that the
// modulus is a prime, which takes more than a second.
const group = createDiffieHellman(prime, 5)

/** A power in the 3072-bit group with an exponent of the size that SRP has. */
export function onePower(base: Uint8Array, exponent: Uint8Array): Buffer {
  group.setPrivateKey(exponent)
  return group.computeSecret(base)
}

const power = (base: bigint, exponent: bigint): bigint => toBigInt(onePower(pad(base), pad(exponent)))

const secret = () => toBigInt(randomBytes(32))

const poolName = (userPoolId: string) => userPoolId.slice(userPoolId.indexOf('_') + 1)

function privateKey(userPoolId: string, username: string, password: string, salt: bigint): bigint {
  const inner = createHash('sha256')
    .update(`${poolName(userPoolId)}${username}:${password}`)
    .digest()
  return hash(pad(salt), inner)
}

function hash(...parts: Uint8Array[]): bigint {
  const sha256 = createHash('sha256')
  for (const part of parts) sha256.update(part)
  return toBigInt(sha256.digest())
}

/** Big-endian, with a zero byte before a set highest bit. */
function pad(value: bigint): Buffer {
  const hex = value.toString(16)
  const even = hex.length % 2 === 1 ? `0${hex}` : hex
  return Buffer.from(even >= '8' ? `00${even}` : even, 'hex')
}

function toBigInt(bytes: Uint8Array): bigint {
  return BigInt(`0x${Buffer.from(bytes).toString('hex')}`)
}
