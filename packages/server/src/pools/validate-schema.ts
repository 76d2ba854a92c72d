import { errors } from '../errors.js'
import type { SchemaAttribute } from '../wire/user-pool-settings.js'
import { customAttribute, standardAttribute } from './schema.js'

const MAX_LENGTH = 2048

/**
 * Checks the attributes that a pool is created with: its own ones, and changes to the standard ones.
 *
 * @throws InvalidParameterException
 */
export function validateSchema(attributes: readonly SchemaAttribute[]): void {
  const seen = new Set<string>()
  for (const attribute of attributes) {
    const name = validateSchemaAttribute(attribute)
    if (seen.has(name)) throw errors.attributeRepeated(name)
    seen.add(name)
  }
}

/** @returns the full name, e.g. `custom:tenant` */
function validateSchemaAttribute(attribute: SchemaAttribute): string {
  const standard = standardAttribute(attribute.Name)
  if (!standard) return validateCustomAttribute(attribute)
  const { name, type } = standard
  if (attribute.DeveloperOnlyAttribute || (attribute.AttributeDataType ?? type) !== type)
    throw errors.standardAttributeChanged(name)
  // `sub` is the service's own: always there, never written.
  if (name === 'sub' && (attribute.Mutable === true || attribute.Required === false))
    throw errors.standardAttributeChanged(name)
  validateConstraints({ ...attribute, AttributeDataType: type }, name)
  return name
}

/** @returns the full name, e.g. `custom:tenant` */
export function validateCustomAttribute(attribute: SchemaAttribute): string {
  if (!attribute.AttributeDataType) throw errors.attributeDataTypeMissing()
  if (attribute.Required) throw errors.requiredCustomAttribute()
  const { name } = customAttribute(attribute)
  validateConstraints(attribute, name)
  return name
}

function validateConstraints(attribute: SchemaAttribute, name: string): void {
  const {
    AttributeDataType,
    StringAttributeConstraints: text,
    NumberAttributeConstraints: number,
  } = attribute
  if (AttributeDataType === 'String' && text) {
    const wrong = () => errors.invalidAttributeConstraints('StringAttributeConstraints', name)
    const min = limit(text.MinLength, /^\d+$/, wrong)
    const max = limit(text.MaxLength, /^\d+$/, wrong)
    if ((min ?? 0) > MAX_LENGTH || (max ?? 0) > MAX_LENGTH) throw errors.attributeTooLong(name)
    if (min !== undefined && max !== undefined && max < min) throw errors.attributeLengths(name)
  }
  if (AttributeDataType === 'Number' && number) {
    const wrong = () => errors.invalidAttributeConstraints('NumberAttributeConstraints', name)
    const min = limit(number.MinValue, /^-?\d+$/, wrong)
    const max = limit(number.MaxValue, /^-?\d+$/, wrong)
    if (min !== undefined && max !== undefined && max < min) throw errors.attributeValues(name)
  }
}

function limit(value: string | undefined, form: RegExp, wrong: () => Error): number | undefined {
  if (value === undefined || value === '') return undefined
  // Up to 2^1023, which a double still holds.
  if (!form.test(value) || !Number.isFinite(Number(value))) throw wrong()
  return Number(value)
}
