import { ServiceError } from '../errors.js'
import type { Parsed, Shape, StringShape, StructureShape } from './shape.js'

/**
 * Broken constraints that are collected. A caller who breaks more of them than a request can break by mistake would
 * have the answer grow to many times the size of the request.
 */
const MAX_VIOLATIONS = 100
/** UTF-16 units of a value that a message repeats. */
const MAX_SHOWN = 1024

/**
 * Turns untrusted JSON into the typed input of an operation, as the service does it: a wrong JSON type is a
 * `SerializationException`; broken constraints are collected and reported together in one
 * `InvalidParameterException`. Unknown members are dropped, `null` counts as absent. After 100 broken constraints,
 * nothing more of the input is looked at.
 */
export function parse<S extends Shape>(shape: S, value: unknown): Parsed<S> {
  const violations: string[] = []
  const parsed = read(shape, value, '', false, violations)
  if (violations.length > 0) throw refusal(violations)
  // Every branch of `read` has checked the value against the shape that `Parsed` is computed from.
  return parsed as Parsed<S>
}

/** Whether a value is of a shape, for callers with words of their own for one that is not. */
export function isOfShape(shape: Shape, value: unknown): boolean {
  const violations: string[] = []
  try {
    read(shape, value, '', false, violations)
    return violations.length === 0
  } catch (error) {
    if (error instanceof ServiceError) return false
    throw error
  }
}

function refusal(violations: readonly string[]): ServiceError {
  const count = violations.length === 1 ? '1 validation error' : `${violations.length} validation errors`
  return new ServiceError('InvalidParameterException', `${count} detected: ${violations.join('; ')}`)
}

function read(shape: Shape, value: unknown, path: string, hidden: boolean, violations: string[]): unknown {
  switch (shape.kind) {
    case 'string':
      if (typeof value !== 'string') throw wrongType(value, 'String')
      checkString(shape, value, path, hidden, violations)
      return value
    case 'integer':
      if (typeof value !== 'number') throw wrongType(value, 'Integer')
      if (!Number.isSafeInteger(value)) throw wrongType(value, 'Integer')
      if (shape.min !== undefined && value < shape.min)
        report(violations, path, value, `Member must have value greater than or equal to ${shape.min}`)
      if (shape.max !== undefined && value > shape.max)
        report(violations, path, value, `Member must have value less than or equal to ${shape.max}`)
      return value
    case 'boolean':
      if (typeof value !== 'boolean') throw wrongType(value, 'Boolean')
      return value
    case 'document':
      return value
    case 'list': {
      if (!Array.isArray(value)) throw wrongType(value, 'List')
      checkSize(shape, value.length, path, violations)
      return value.map((member, index) => {
        const memberPath = `${path}.${index + 1}.member`
        if (member === null || member === undefined) {
          report(violations, memberPath, null, 'Member must not be null')
          return member
        }
        return read(shape.member, member, memberPath, hidden, violations)
      })
    }
    case 'map': {
      if (!isObject(value)) throw wrongType(value, 'Map')
      const entries = Object.entries(value).filter(([, entry]) => entry !== null)
      checkSize(shape, entries.length, path, violations)
      // A null-prototype object: keys such as `__proto__` are data here, nothing else.
      const result: Record<string, unknown> = Object.create(null)
      for (const [key, entry] of entries) {
        if (shape.key) checkString(shape.key, key, `${path}.key`, hidden, violations)
        result[key] = read(
          shape.value,
          entry,
          `${path}.${shortened(key)}`,
          hidden || shape.sensitive === true,
          violations,
        )
      }
      return result
    }
    case 'structure': {
      if (!isObject(value)) throw wrongType(value, 'Structure')
      const result: Record<string, unknown> = {}
      for (const { name, printed, member, required } of membersOf(shape)) {
        const given = Object.hasOwn(value, name) ? value[name] : undefined
        const memberPath = path ? `${path}.${printed}` : printed
        if (given !== null && given !== undefined) {
          result[name] = read(member, given, memberPath, hidden, violations)
        } else if (required) {
          report(violations, memberPath, isSensitive(member) ? HIDDEN : null, 'Member must not be null')
        }
      }
      return result
    }
  }
}

function checkString(
  shape: StringShape,
  value: string,
  path: string,
  hidden: boolean,
  violations: string[],
): void {
  const shown = hidden || shape.sensitive ? HIDDEN : value
  const known = shape.values?.some((allowed) => allowed === value) ?? true
  if (!known && shape.refuse) throw shape.refuse(shortened(value))
  if (!known && shape.values)
    report(violations, path, shown, `Member must satisfy enum value set: [${shape.values.join(', ')}]`)
  // Too long a value is not matched against the pattern: some patterns backtrack.
  const tooLong = shape.max !== undefined && value.length > shape.max
  if (shape.pattern !== undefined && !tooLong && !matches(shape.pattern, shape, value))
    report(violations, path, shown, `Member must satisfy regular expression pattern: ${shape.pattern}`)
  if (shape.min !== undefined && value.length < shape.min)
    report(violations, path, shown, `Member must have length greater than or equal to ${shape.min}`)
  if (tooLong) report(violations, path, shown, `Member must have length less than or equal to ${shape.max}`)
}

function checkSize(
  shape: { min?: number; max?: number },
  size: number,
  path: string,
  violations: string[],
): void {
  if (shape.min !== undefined && size < shape.min)
    report(violations, path, HIDDEN, `Member must have length greater than or equal to ${shape.min}`)
  if (shape.max !== undefined && size > shape.max)
    report(violations, path, HIDDEN, `Member must have length less than or equal to ${shape.max}`)
}

const HIDDEN = Symbol('a value that is not echoed')

function report(
  violations: string[],
  path: string,
  value: string | number | null | typeof HIDDEN,
  constraint: string,
): void {
  const shown = value === HIDDEN ? 'Value' : value === null ? 'Value null' : `Value '${shortened(value)}'`
  violations.push(`${shown} at '${path}' failed to satisfy constraint: ${constraint}`)
  if (violations.length === MAX_VIOLATIONS) throw refusal(violations)
}

function shortened(value: string | number): string {
  const text = String(value)
  return text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}…` : text
}

function isSensitive(shape: Shape): boolean {
  return (shape.kind === 'string' || shape.kind === 'map') && shape.sensitive === true
}

const matches = (pattern: string, shape: StringShape, value: string): boolean =>
  shape.matches ? shape.matches(value) : compiled(pattern).test(value)

const patterns = new Map<string, RegExp>()
function compiled(pattern: string): RegExp {
  let regex = patterns.get(pattern)
  if (!regex) {
    regex = new RegExp(`^(?:${pattern})$`, 'u')
    patterns.set(pattern, regex)
  }
  return regex
}

function wrongType(value: unknown, wanted: string): ServiceError {
  if (isObject(value)) return serialization('Start of structure or map found where not expected.')
  if (Array.isArray(value)) return serialization('Start of list found where not expected.')
  if (wanted === 'List' || wanted === 'Map' || wanted === 'Structure')
    return serialization('Unexpected field type')
  const given =
    typeof value === 'string' ? 'String' : typeof value === 'boolean' ? 'Boolean' : javaNumber(value)
  return serialization(`class java.lang.${given} can not be converted to an ${wanted}`)
}

const javaNumber = (value: unknown) => (Number.isSafeInteger(value) ? 'Integer' : 'Double')
const serialization = (message: string) => new ServiceError('SerializationException', message)

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

interface Member {
  readonly name: string
  /** As messages call it: with a small first letter. */
  readonly printed: string
  readonly member: Shape
  readonly required: boolean
}

// Shapes are constants, and each is read at every request of its operation.
const members = new WeakMap<StructureShape, readonly Member[]>()
function membersOf(shape: StructureShape): readonly Member[] {
  let known = members.get(shape)
  if (!known) {
    known = Object.entries(shape.members).map(([name, rule]) => ({
      name,
      printed: name.charAt(0).toLowerCase() + name.slice(1),
      member: 'required' in rule ? rule.required : rule,
      required: 'required' in rule,
    }))
    members.set(shape, known)
  }
  return known
}
