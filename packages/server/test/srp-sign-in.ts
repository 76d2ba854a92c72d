import { createDiffieHellman, createHash, createHmac, getDiffieHellman, randomBytes } from 'node:crypto'
import type { Answer, Started } from './start.js'
import { PASSWORD } from './start.js'

// The client's side of SRP, written from the protocol alone so that a test can hold it between the steps, and so that
// it proves the server right by other means than the library's own.

const prime = getDiffieHellman('modp15').getPrime()
const N = BigInt(`0x${prime.toString('hex')}`)
// By a multiple of N, which OpenSSL does not know by name: from 3.5 on it would refuse numbers that are not powers of 2.
const multiple = N * (2n ** 511n + 1n)

function pad(n: bigint): Buffer {
  const hex = n.toString(16)
  const even = hex.length % 2 === 1 ? `0${hex}` : hex
  return Buffer.from(even >= '8' ? `00${even}` : even, 'hex')
}
const dh = createDiffieHellman(pad(multiple), 2)
const number = (bytes: Buffer) => BigInt(`0x${bytes.toString('hex')}`)
const hash = (...parts: (Buffer | string)[]) => {
  const sha256 = createHash('sha256')
  for (const part of parts) sha256.update(part)
  return sha256.digest()
}
const hmac = (key: Buffer, ...parts: (Buffer | string)[]) => {
  const mac = createHmac('sha256', key)
  for (const part of parts) mac.update(part)
  return mac.digest()
}
function power(base: bigint, exponent: bigint): bigint {
  dh.setPrivateKey(pad(exponent))
  return number(dh.computeSecret(pad(base))) % N
}
const k = number(hash(pad(N), pad(2n)))

/** `Tue Sep 1 07:05:09 UTC 2026` */
function claimTimestamp(milliseconds: number): string {
  const [weekday, day, month, year, time] = new Date(milliseconds).toUTCString().split(/,? /)
  return `${weekday} ${month} ${Number(day)} ${time} UTC ${year}`
}

/** The client's number, and what it sends of it. */
export function srpBegin() {
  const a = number(randomBytes(32))
  const A = power(2n, a)
  return { a, A, SRP_A: A.toString(16) }
}

/** Salt and verifier of a password, for ConfirmDevice. */
export function srpVerifier(identity: string, password: string) {
  const salt = number(randomBytes(16))
  const x = number(hash(pad(salt), hash(`${identity}:${password}`)))
  return { Salt: pad(salt).toString('base64'), PasswordVerifier: pad(power(2n, x)).toString('base64') }
}

/** Asks for an SRP challenge. */
export async function srpChallenge(
  { call, userPoolClientId }: Pick<Started, 'call' | 'userPoolClientId'>,
  username: string,
) {
  const { a, A, SRP_A } = srpBegin()
  const answer = await call('InitiateAuth', {
    ClientId: userPoolClientId,
    AuthFlow: 'USER_SRP_AUTH',
    AuthParameters: { USERNAME: username, SRP_A },
  })
  return { a, A, answer, parameters: answer.body.ChallengeParameters ?? {} }
}

/** The answer to a challenge, right if the password is. */
export async function srpResponses(
  { server, userPoolId }: { server: { clock: { now(): number } }; userPoolId: string },
  challenge: Pick<Awaited<ReturnType<typeof srpChallenge>>, 'a' | 'A' | 'parameters'>,
  password = PASSWORD,
): Promise<Record<string, string>> {
  const poolName = userPoolId.slice(userPoolId.indexOf('_') + 1)
  const username = String(challenge.parameters.USER_ID_FOR_SRP)
  return { USERNAME: username, ...srpClaim(challenge, [poolName, username], password, server.clock.now()) }
}

/** What proves a password that is mixed with two names. */
export function srpClaim(
  { a, A, parameters }: { a: bigint; A: bigint; parameters: Readonly<Record<string, string>> },
  [poolName, username]: readonly [string, string],
  password: string,
  now: number,
) {
  const text = (name: string) => String(parameters[name])
  const B = BigInt(`0x${text('SRP_B')}`)
  const u = number(hash(pad(A), pad(B)))
  const x = number(hash(pad(BigInt(`0x${text('SALT')}`)), hash(`${poolName}${username}:${password}`)))
  const base = (B - k * power(2n, x)) % N
  const S = power(base < 0n ? base + N : base, a + u * x)
  const key = hmac(hmac(pad(u), pad(S)), 'Caldera Derived Key\u0001').subarray(0, 16)
  const timestamp = claimTimestamp(now)
  const secretBlock = Buffer.from(text('SECRET_BLOCK'), 'base64')
  return {
    PASSWORD_CLAIM_SECRET_BLOCK: text('SECRET_BLOCK'),
    PASSWORD_CLAIM_SIGNATURE: hmac(key, poolName, username, secretBlock, timestamp).toString('base64'),
    TIMESTAMP: timestamp,
  }
}

export const respond = (
  { call, userPoolClientId }: Pick<Started, 'call' | 'userPoolClientId'>,
  ChallengeResponses: Record<string, string>,
): Promise<Answer> =>
  call('RespondToAuthChallenge', {
    ClientId: userPoolClientId,
    ChallengeName: 'PASSWORD_VERIFIER',
    ChallengeResponses,
  })

export async function srpSignIn(app: Started, username: string, password = PASSWORD): Promise<Answer> {
  const challenge = await srpChallenge(app, username)
  if (challenge.answer.status !== 200) return challenge.answer
  return await respond(app, await srpResponses(app, challenge, password))
}
