import { errors } from '../errors.js'
import { schemaByName } from '../pools/schema.js'
import type { UserPool } from '../pools/user-pool.js'
import { attributesToStore, validateAttributes } from '../users/attributes.js'
import type { User } from '../users/user.js'
import type { IdentityProvider } from './identity-provider.js'
import type { Profile } from './profile.js'

/** The attributes of the pool that a provider's claims come to. What the provider does not say is left out. */
export function mapAttributes(
  pool: UserPool,
  { settings }: IdentityProvider,
  claims: Profile['claims'],
): Record<string, string> {
  const mapped: Record<string, string> = {}
  for (const [attribute, claim] of Object.entries(settings.AttributeMapping ?? {})) {
    const value = Object.hasOwn(claims, claim) ? claims[claim] : undefined
    if (attribute !== 'username' && value) mapped[attribute] = value
  }
  // What the provider has verified is the address that it says with it. The user may have another one by now.
  for (const address of ['email', 'phone_number'])
    if (mapped[address] === undefined) delete mapped[`${address}_verified`]
  return { ...attributesToStore(pool, mapped) }
}

/**
 * The attributes of a new user. An address is unverified unless a mapped attribute of the provider verifies it.
 *
 * @throws InvalidParameterException
 */
export function attributesOfNewUser(
  pool: UserPool,
  mapped: Readonly<Record<string, string>>,
): Record<string, string> {
  const missing = [...schemaByName(pool).values()].find(
    ({ name, required }) => required && name !== 'sub' && !mapped[name],
  )
  if (missing) throw errors.federatedAttributeRequired(missing.name)
  const attributes = { ...mapped }
  for (const address of ['email', 'phone_number'])
    if (attributes[address] !== undefined) attributes[`${address}_verified`] ??= 'false'
  validateAttributes(pool, attributes, { requireRequired: false })
  return attributes
}

/**
 * What a user has after another sign-in: what is mapped, anew. An attribute that cannot be changed ends the sign-in, as at
 * the service, whose first sign-in is the only one that sets it.
 *
 * @throws InvalidParameterException
 */
export function attributesOfReturningUser(
  pool: UserPool,
  user: User,
  mapped: Readonly<Record<string, string>>,
): Record<string, string> {
  const fixed = Object.keys(mapped).find((name) => schemaByName(pool).get(name)?.mutable === false)
  if (fixed !== undefined) throw errors.federatedAttributeFixed(fixed)
  const attributes = { ...user.attributes, ...mapped }
  // Another address is not proven because the one before it was.
  for (const address of ['email', 'phone_number'])
    if (attributes[address] !== user.attributes[address] && mapped[`${address}_verified`] === undefined)
      attributes[`${address}_verified`] = 'false'
  validateAttributes(pool, mapped, { requireRequired: false })
  return attributes
}
