import type { AppClient } from '../clients/app-client.js'
import { errors } from '../errors.js'
import type { UserPool } from '../pools/user-pool.js'
import type { SchemaAttribute } from '../wire/user-pool-settings.js'

/** One attribute of a pool's schema, with the defaults of the standard attributes filled in. */
export interface AttributeSchema {
  readonly name: string
  readonly type: 'String' | 'Number' | 'DateTime' | 'Boolean'
  readonly mutable: boolean
  readonly required: boolean
  readonly developerOnly: boolean
  /** Lengths of a String, values of a Number. */
  readonly min?: number
  readonly max?: number
}

const string = (name: string, min = 0, max = 2048): AttributeSchema => ({
  name,
  type: 'String',
  mutable: true,
  required: false,
  developerOnly: false,
  min,
  max,
})
const other = (name: string, type: 'Boolean' | 'Number'): AttributeSchema => ({
  name,
  type,
  mutable: true,
  required: false,
  developerOnly: false,
  ...(type === 'Number' && { min: 0 }),
})

/** OpenID Connect Core section 5.1, in the order in which the service lists them. */
const STANDARD: readonly AttributeSchema[] = [
  { ...string('sub', 1), mutable: false, required: true },
  string('name'),
  string('given_name'),
  string('family_name'),
  string('middle_name'),
  string('nickname'),
  string('preferred_username'),
  string('profile'),
  string('picture'),
  string('website'),
  string('email'),
  other('email_verified', 'Boolean'),
  string('gender'),
  string('birthdate', 10, 10),
  string('zoneinfo'),
  string('locale'),
  string('phone_number'),
  other('phone_number_verified', 'Boolean'),
  string('address'),
  other('updated_at', 'Number'),
]

export const standardAttribute = (name: string | undefined): AttributeSchema | undefined =>
  STANDARD.find((attribute) => attribute.name === name)

/** The attributes that the pool was given, by their full names: changed standard ones and its own. */
export function givenAttributes({ settings }: UserPool): Map<string, SchemaAttribute> {
  const fullName = (attribute: SchemaAttribute) =>
    standardAttribute(attribute.Name)?.name ?? customAttribute(attribute).name
  return new Map([
    ...(settings.Schema ?? []).map((attribute) => [fullName(attribute), attribute] as const),
    // What is added later is the pool's own, whatever its name.
    ...(settings.CustomAttributes ?? []).map(
      (attribute) => [customAttribute(attribute).name, attribute] as const,
    ),
  ])
}

/** The pool's whole schema: the standard attributes as the pool changed them, then its own. */
export const poolSchema = (pool: UserPool): AttributeSchema[] => [...schemaByName(pool).values()]

// Asked for every attribute of a request. A pool that is changed is read as another object.
const schemas = new WeakMap<UserPool, ReadonlyMap<string, AttributeSchema>>()

function schemaByName(pool: UserPool): ReadonlyMap<string, AttributeSchema> {
  let schema = schemas.get(pool)
  if (!schema) {
    const given = givenAttributes(pool)
    const standard = STANDARD.map((attribute) => {
      const changed = given.get(attribute.name)
      given.delete(attribute.name)
      return changed ? { ...attribute, ...rulesOf(changed, attribute) } : attribute
    })
    const own = [...given.values()].map(customAttribute)
    schema = new Map([...standard, ...own].map((attribute) => [attribute.name, attribute]))
    schemas.set(pool, schema)
  }
  return schema
}

export function customAttribute(attribute: SchemaAttribute): AttributeSchema {
  const developerOnly = attribute.DeveloperOnlyAttribute ?? false
  const type = attribute.AttributeDataType ?? 'String'
  return {
    name: `${developerOnly ? 'dev:' : ''}custom:${attribute.Name}`,
    type,
    mutable: attribute.Mutable ?? true,
    required: false,
    developerOnly,
    ...rulesOf(attribute, { type }),
  }
}

function rulesOf(given: SchemaAttribute, defaults: Pick<AttributeSchema, 'type' | 'min' | 'max'>) {
  const text = defaults.type === 'String' ? given.StringAttributeConstraints : undefined
  const number = defaults.type === 'Number' ? given.NumberAttributeConstraints : undefined
  // An empty limit is none.
  const min = text?.MinLength || number?.MinValue
  const max = text?.MaxLength || number?.MaxValue
  return {
    ...(given.Mutable !== undefined && { mutable: given.Mutable }),
    ...(given.Required !== undefined && { required: given.Required }),
    min: min ? Number(min) : defaults.min,
    max: max ? Number(max) : defaults.max,
  }
}

/** Name and value pairs of the wire as a record; the last of two equal names wins. */
export function attributeRecord(
  pairs: readonly { Name: string; Value?: string }[] | undefined,
): Record<string, string> {
  // A null-prototype object: `__proto__` is a name like any other.
  const record: Record<string, string> = Object.create(null)
  for (const { Name, Value } of pairs ?? []) record[Name] = Value ?? ''
  return record
}

/** `sub` first, then the attributes as stored: how every operation lists them. */
export function attributeList(user: { id: string; attributes: Readonly<Record<string, string>> }) {
  return [
    { Name: 'sub', Value: user.id },
    ...Object.entries(user.attributes).map(([Name, Value]) => ({ Name, Value })),
  ]
}

/** A pool has 70 attributes; who names more that break its schema has the answer end here. */
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
      reasons.push(`Type for attribute {${name}} could not be determined`)
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
function asLoginName({ settings }: UserPool, attribute: AttributeSchema): AttributeSchema {
  const isAlias =
    attribute.name === 'preferred_username' && settings.AliasAttributes?.includes('preferred_username')
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
      return value === 'true' || value === 'false' ? undefined : 'Value is not a boolean'
    case 'DateTime':
      return Number.isNaN(Date.parse(value)) ? 'Value is not a date' : undefined
  }
}

/** Characters that are no white space, an @, and a domain. Deliverability shows when a code arrives. */
export const isEmail = (text: string): boolean =>
  // First of all the length: at every @ there is, the pattern begins anew.
  text.length <= 320 &&
  text.indexOf('@') === text.lastIndexOf('@') &&
  /^[\p{L}\p{M}\p{S}\p{N}\p{P}]+@[\p{L}\p{M}\p{S}\p{N}\p{P}]+$/u.test(text)

/** E.164: a plus sign and up to 15 digits. */
export const isPhoneNumber = (text: string): boolean => /^\+[1-9]\d{1,14}$/.test(text)

const NEVER_WRITABLE = ['sub', 'email_verified', 'phone_number_verified', 'identities']

/**
 * Whether the client may write an attribute. A client without a list may write everything that is not the
 * service's own.
 */
export function canWrite(pool: UserPool, client: AppClient, name: string): boolean {
  if (NEVER_WRITABLE.includes(name)) return false
  if (schemaByName(pool).get(name)?.developerOnly) return false
  return client.settings.WriteAttributes?.includes(name) ?? true
}

/** Whether the client may see an attribute. Without a list it sees everything but what is for developers only. */
export function canRead(client: AppClient, name: string): boolean {
  if (name.startsWith('dev:')) return false
  return name === 'sub' || (client.settings.ReadAttributes?.includes(name) ?? true)
}

/**
 * What administrators are told of attributes that the pool does not have; its users are told in other words.
 *
 * @throws InvalidParameterException
 */
export function assertInSchema(pool: UserPool, names: readonly string[]): void {
  const schema = schemaByName(pool)
  for (const name of names) if (!schema.has(name)) throw errors.attributeNotInSchema(name)
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

/** @throws NotAuthorizedException */
export function assertWritable(pool: UserPool, client: AppClient, names: readonly string[]): void {
  if (names.some((name) => !canWrite(pool, client, name))) throw errors.unauthorizedAttribute()
}
