import type { ServerContext } from '../context.js'
import { equalText } from '../crypto/equal.js'
import { uuidOf } from '../crypto/uuid.js'
import type { UserPool } from '../pools/user-pool.js'
import type { CodeDestination } from './code-destination.js'

// The id of a user who does not exist is handed out, as that of a user is, and may be typed as a name then. A user is found
// by it, and the answers are those to the name that it came of. So a made-up id is known again, and says how the address or
// number that it was made from is shown. Only this server reads it: to all others it is a random UUID.

/** Of its 16 bytes these are random, apart from version and variant. The others are read. */
const RANDOM = 12
/** Of those that are read these, at the end, say that the id is made up. */
const CHECK = 2

type Pool = Pick<UserPool, 'id'>

const bytesFor = ({ rootKey }: ServerContext, pool: Pool, what: string, text: string): Buffer =>
  rootKey.mac('simulated-user', JSON.stringify([pool.id, text, `id ${what}`]))

/** @param address that the name is, if it is one */
export function makeUpId(
  context: ServerContext,
  pool: Pool,
  name: string,
  address: CodeDestination | undefined,
): string {
  const bytes = Buffer.from(
    uuidOf(bytesFor(context, pool, 'random', name)).replaceAll('-', ''),
    'hex',
  ).subarray(0, RANDOM)
  const shown = Buffer.alloc(2)
  shown.writeUInt16BE(address ? toNumber(address) : NO_ADDRESS)
  const random = bytes.toString('hex')
  const read = Buffer.concat([shown, checkOf(context, pool, random, shown)])
  const pad = bytesFor(context, pool, 'pad', random)
  return uuidOf(Buffer.concat([bytes, read.map((byte, index) => byte ^ (pad[index] ?? 0))]))
}

/** What a made-up id says; nothing of an id that is not made up. */
export function readMadeUpId(
  context: ServerContext,
  pool: Pool,
  id: string,
): { readonly address: CodeDestination | undefined } | undefined {
  const bytes = Buffer.from(id.replaceAll('-', ''), 'hex')
  const random = bytes.subarray(0, RANDOM).toString('hex')
  const pad = bytesFor(context, pool, 'pad', random)
  const read = Buffer.from(bytes.subarray(RANDOM).map((byte, index) => byte ^ (pad[index] ?? 0)))
  const shown = read.subarray(0, 2)
  const check = checkOf(context, pool, random, shown)
  if (!equalText(check.toString('hex'), read.subarray(2).toString('hex'))) return undefined
  return { address: toAddress(shown.readUInt16BE()) }
}

const checkOf = (context: ServerContext, pool: Pool, random: string, shown: Buffer): Buffer =>
  bytesFor(context, pool, 'check', random + shown.toString('hex')).subarray(0, CHECK)

const LETTERS = 'abcdefghijklmnopqrstuvwxyz0123456789'
/** The numbers of e-mail addresses come before those of phone numbers, and after them is the one for neither. */
const PHONE = LETTERS.length ** 2
const NO_ADDRESS = PHONE + 10_000

/** The letter of an address that is shown, in a form that real and made-up addresses share. */
export const shownLetter = (letter: string): string =>
  letter
    .charAt(0)
    .toLowerCase()
    .replace(/[^a-z0-9]/, 'x')

function toNumber({ attribute, destination }: CodeDestination): number {
  if (attribute === 'phone_number') return PHONE + Number(destination.slice(-4).replace(/\D/g, ''))
  const index = (at: number) => LETTERS.indexOf(shownLetter(destination.charAt(at)))
  return index(0) * LETTERS.length + index(destination.lastIndexOf('@') + 1)
}

/** An address or number that is shown as the one that the number stands for. */
function toAddress(number: number): CodeDestination | undefined {
  if (number >= NO_ADDRESS) return undefined
  if (number >= PHONE)
    return { attribute: 'phone_number', destination: `+1555555${String(number - PHONE).padStart(4, '0')}` }
  const letter = (index: number) => LETTERS.charAt(index)
  const [first, second] = [letter(Math.floor(number / LETTERS.length)), letter(number % LETTERS.length)]
  return { attribute: 'email', destination: `${first}@${second}.example` }
}
