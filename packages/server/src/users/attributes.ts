import { errors } from '../errors.js'
import { rulesOf } from '../pools/rules.js'
import { type AttributeSchema, schemaByName } from '../pools/schema.js'
import type { UserPool } from '../pools/user-pool.js'
import { isEmail, isPhoneNumber } from '../wire/address.js'

/** Name and value pairs of the wire as a record; the last of two equal names wins. */
export function attributeRecord(
  pairs: readonly { Name: string; Value?: string }[] | undefined,
): Record<string, string> {
  // A null-prototype object: `__proto__` is a name like any other.
  const record: Record<string, string> = Object.create(null)
  for (const { Name, Value } of pairs ?? []) record[Name] = Value ?? ''
  return record
}

/** Attributes as they are stored. Booleans come in any case (Python writes `True`) and are stored in one. */
export function attributesToStore(
  pool: UserPool,
  given: Readonly<Record<string, string>>,
): Record<string, string> {
  const attributes: Record<string, string> = Object.create(null)
  for (const [name, value] of Object.entries(given)) {
    const isBoolean = BOOLEAN.test(value) && schemaByName(pool).get(name)?.type === 'Boolean'
    attributes[name] = isBoolean ? value.toLowerCase() : value
  }
  return attributes
}

const BOOLEAN = /^(true|false)$/i

/** `sub` first, then the attributes as stored: how every operation lists them. */
export function attributeList(user: { id: string; attributes: Readonly<Record<string, string>> }) {
  return [
    { Name: 'sub', Value: user.id },
    ...Object.entries(user.attributes).map(([Name, Value]) => ({ Name, Value })),
  ]
}

const NOT_IN_SCHEMA = 'Attribute does not exist in the schema.'

/** A pool has 70 attributes: a request that names more that break its schema has the answer end here. */
const MAX_REASONS = 100

/**
 * Checks new values: first all that the schema asks of them, then whether addresses look like some.
 *
 * @throws InvalidParameterException
 */
export function validateAttributes(
  pool: UserPool,
  attributes: Readonly<Record<string, string>>,
  options: { requireRequired: boolean },
): void {
  const schema = schemaByName(pool)
  const reasons: string[] = []
  for (const [name, value] of Object.entries(attributes)) {
    if (reasons.length === MAX_REASONS) break
    const attribute = schema.get(name)
    if (!attribute) {
      reasons.push(`${name}: ${NOT_IN_SCHEMA}`)
      continue
    }
    const reason = value === '' ? undefined : constraintViolation(asLoginName(pool, attribute), value)
    if (reason) reasons.push(`${name}: ${reason}`)
  }
  if (options.requireRequired)
    for (const { name, required } of schema.values())
      if (required && name !== 'sub' && !attributes[name]) reasons.push(`${name}: The attribute is required`)
  if (reasons.length > 0) throw errors.attributesDoNotConform(reasons)
  if (attributes.email && !isEmail(attributes.email)) throw errors.invalidEmail()
  if (attributes.phone_number && !isPhoneNumber(attributes.phone_number)) throw errors.invalidPhoneNumber()
}

/** UTF-16 units: the most that the API takes for a username. */
const MAX_USERNAME = 128

/** A preferred username that users sign in with is a username in all but name. */
function asLoginName(pool: UserPool, attribute: AttributeSchema): AttributeSchema {
  const isAlias =
    attribute.name === 'preferred_username' && rulesOf(pool).aliasAttributes.includes('preferred_username')
  return isAlias ? { ...attribute, max: Math.min(attribute.max ?? MAX_USERNAME, MAX_USERNAME) } : attribute
}

function constraintViolation({ type, min, max }: AttributeSchema, value: string): string | undefined {
  switch (type) {
    case 'String':
      if (min !== undefined && value.length < min) return `String must be no shorter than ${min} characters`
      if (max !== undefined && value.length > max) return `String must be no longer than ${max} characters`
      return undefined
    case 'Number':
      // One beyond what a double holds could not be a number in a token.
      if (!/^-?\d+(\.\d+)?$/.test(value) || !Number.isFinite(Number(value))) return 'Value is not a number'
      if (min !== undefined && Number(value) < min) return `Number must be no less than ${min}`
      if (max !== undefined && Number(value) > max) return `Number must be no more than ${max}`
      return undefined
    case 'Boolean':
      return BOOLEAN.test(value) ? undefined : 'Value is not a boolean'
    case 'DateTime':
      return Number.isNaN(Date.parse(value)) ? 'Value is not a date' : undefined
  }
}

/**
 * What is said of attributes to change that the pool does not have; of those to create a user with, `validateAttributes`
 * says it in other words.
 *
 * @throws InvalidParameterException naming all of them
 */
export function assertInSchema(
  pool: UserPool,
  names: readonly string[],
  refuse: (reasons: readonly string[]) => Error = errors.attributesNotInSchema,
): void {
  const schema = schemaByName(pool)
  const missing = names.filter((name) => !schema.has(name)).slice(0, MAX_REASONS)
  if (missing.length > 0) throw refuse(missing.map((name) => `user.${name}: ${NOT_IN_SCHEMA}`))
}

/** The service's own: callers read them like other attributes, and write none of them. */
const NEVER_WRITTEN = ['sub', 'identities']

/** @throws InvalidParameterException */
export function assertWrittenByCallers(names: readonly string[]): void {
  for (const name of names) if (NEVER_WRITTEN.includes(name)) throw errors.attributeNotMutable(name)
}

/**
 * Administrators may mark an address as verified, but there has to be one.
 *
 * @throws InvalidParameterException
 */
export function assertVerifiable(attributes: Readonly<Record<string, string>>): void {
  if (attributes.email_verified === 'true' && !attributes.email) throw errors.verifiedWithoutValue('Email')
  if (attributes.phone_number_verified === 'true' && !attributes.phone_number)
    throw errors.verifiedWithoutValue('Phone number')
}
