import type { SchemaAttribute } from '../wire/user-pool-settings.js'
import type { UserPool } from './user-pool.js'

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
  // Where a federated user comes from; the service's own, and of no length that it would tell.
  { name: 'identities', type: 'String', mutable: true, required: false, developerOnly: false },
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

export function schemaByName(pool: UserPool): ReadonlyMap<string, AttributeSchema> {
  let schema = schemas.get(pool)
  if (!schema) {
    const given = givenAttributes(pool)
    const standard = STANDARD.map((attribute) => {
      const changed = given.get(attribute.name)
      given.delete(attribute.name)
      return changed ? { ...attribute, ...limitsOf(changed, attribute) } : attribute
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
    ...limitsOf(attribute, { type }),
  }
}

function limitsOf(given: SchemaAttribute, defaults: Pick<AttributeSchema, 'type' | 'min' | 'max'>) {
  const text = defaults.type === 'String' ? given.StringAttributeConstraints : undefined
  const number = defaults.type === 'Number' ? given.NumberAttributeConstraints : undefined
  // An empty text sets no limit.
  const min = text?.MinLength || number?.MinValue
  const max = text?.MaxLength || number?.MaxValue
  return {
    ...(given.Mutable !== undefined && { mutable: given.Mutable }),
    ...(given.Required !== undefined && { required: given.Required }),
    min: min ? Number(min) : defaults.min,
    max: max ? Number(max) : defaults.max,
  }
}
