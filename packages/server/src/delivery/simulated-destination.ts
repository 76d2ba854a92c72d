import type { ServerContext } from '../context.js'
import type { CodePurpose } from '../db/schema.js'
import { rulesOf } from '../pools/rules.js'
import type { UserPool } from '../pools/user-pool.js'
import type { CodeDestination } from '../users/code-destination.js'
import { shownLetter } from '../users/made-up-id.js'
import { simulatedBytes, simulatedUser } from '../users/simulated-user.js'

type Attribute = CodeDestination['attribute']

/**
 * Where a code would have gone for a user who does not exist, or who gets no code: the typed name if it is an
 * address that codes go to, otherwise one made from the name, the same each time. Codes for another purpose have another
 * one: a user who gets the one kind of code gets no code of the other kind, so the address of a user who exists differs
 * between the two as well.
 *
 * @param purpose what the code would have been for
 * @param attributes what the pool sends codes for it to, the first choice first
 */
export function simulatedDestination(
  context: ServerContext,
  pool: UserPool,
  typedName: string,
  purpose: CodePurpose,
  attributes: readonly Attribute[],
): CodeDestination {
  // By the id, which is one however the name is written, and is known again when it is typed as a name.
  const { id, address } = simulatedUser(context, pool, typedName)
  // Users hardly have verified what the pool does not verify.
  const verified = attributes.filter((each) => rulesOf(pool).autoVerified.includes(each))
  const possible = verified.length > 0 ? verified : attributes
  const drawn = draw(possible, simulatedBytes(context, pool, id, `medium ${purpose}`))
  // A user who signs in with an address has it, whatever else was drawn.
  const attribute = possible.find((each) => each === drawn || each === address?.attribute) ?? 'email'
  if (address && attribute === address.attribute) return address
  const bytes = simulatedBytes(context, pool, id, `destination ${purpose}`)
  if (attribute === 'phone_number')
    return {
      attribute,
      destination: `+1555555${String(bytes.readUInt16BE() % 10_000).padStart(4, '0')}`,
    }
  const letter = (index: number) => FIRST_CHARACTERS.charAt((bytes[index] ?? 0) % FIRST_CHARACTERS.length)
  return { attribute, destination: `${letter(0)}@${letter(1)}.example` }
}

/**
 * Where a code went, or would have gone, in a form that addresses of users and made-up ones share, and that is masked as
 * they are: the letter or the length that only a real one has would tell that there is a user.
 */
export function sharedForm({ attribute, destination }: CodeDestination): CodeDestination {
  if (attribute === 'phone_number') return { attribute, destination: `+1555555${destination.slice(-4)}` }
  const letter = (index: number) => shownLetter(destination.charAt(index))
  return { attribute, destination: `${letter(0)}@${letter(destination.lastIndexOf('@') + 1)}` }
}

/** What the names of people and domains begin with: seldom a digit, but sometimes. */
const FIRST_CHARACTERS = `${'abcdefghijklmnopqrstuvwxyz'.repeat(9)}0123456789`

/** By the name alone, whatever comes first. */
const draw = (attributes: readonly Attribute[], bytes: Buffer): Attribute | undefined =>
  [...attributes].sort()[(bytes[0] ?? 0) % attributes.length]
