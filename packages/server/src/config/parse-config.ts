import { ServiceError } from '../errors.js'
import type { FunctionHandler } from '../functions.js'
import { StartError } from '../start-error.js'
import { type AwsEndpointOptions, parseAwsEndpoint } from '../triggers/aws-endpoint-options.js'
import { unknownMember } from '../wire/known-members.js'
import { parse } from '../wire/parse.js'
import type { Parsed, Shape } from '../wire/shape.js'
import { Config } from './config.js'
import { wrongIamProviders } from './iam-providers.js'

export type ParsedConfig = Omit<Parsed<typeof Config>, 'functions' | 'lambdaEndpoint' | 'kmsEndpoint'> & {
  functions?: Record<string, FunctionHandler>
  lambdaEndpoint?: AwsEndpointOptions
  kmsEndpoint?: AwsEndpointOptions
}

/**
 * Reads an untrusted configuration. On the wire an unknown member is ignored; here it is a typing mistake, and
 * ignoring it would make a pool that is not the one that was asked for.
 *
 * @param source what it came from, for messages
 * @throws {StartError} names every unknown and wrongly typed member by its path
 */
export function parseConfig(config: unknown, source: string): ParsedConfig {
  const problems = [...mismatches(Config, config, ''), ...notFunctions(config)]
  if (problems.length > 0) throw new StartError(`${source} cannot be used. ${problems.join(' ')}`)
  try {
    // `notFunctions` has looked at what the shape says nothing of.
    const { functions, lambdaEndpoint, kmsEndpoint, ...parsed } = parse(Config, config)
    const wrong = [...wrongIamProviders(parsed.iamProviders ?? {})]
    if (wrong.length > 0) throw new StartError(`${source} cannot be used. ${wrong.join(' ')}`)
    return {
      ...parsed,
      ...(functions && { functions: functions as Record<string, FunctionHandler> }),
      ...(isGiven(lambdaEndpoint) && {
        lambdaEndpoint: parseAwsEndpoint('lambdaEndpoint', lambdaEndpoint),
      }),
      ...(isGiven(kmsEndpoint) && { kmsEndpoint: parseAwsEndpoint('kmsEndpoint', kmsEndpoint) }),
    }
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error
    // The rule for ARNs does not say how one is made up.
    const hint = /\.lambdaConfig\..*pattern: arn:/.test(error.message)
      ? ' Functions are named by ARNs: arn:aws:lambda:us-east-1:000000000000:function:NAME'
      : ''
    throw new StartError(`${source} cannot be used. ${error.message}${hint}`)
  }
}

function* notFunctions(config: unknown): Generator<string> {
  const functions = isObject(config) && isObject(config.functions) ? config.functions : {}
  for (const [name, handler] of Object.entries(functions))
    if (typeof handler !== 'function') yield `functions.${name} must be a function, not ${kindOf(handler)}.`
}

function* mismatches(shape: Shape, value: unknown, path: string): Generator<string> {
  const here = path || 'The configuration'
  switch (shape.kind) {
    case 'string':
    case 'boolean':
      if (typeof value !== shape.kind) yield `${here} must be a ${shape.kind}, not ${kindOf(value)}.`
      return
    case 'integer':
      if (!Number.isSafeInteger(value)) yield `${here} must be a whole number, not ${kindOf(value)}.`
      return
    case 'document':
      return
    case 'list':
      if (!Array.isArray(value)) return yield `${here} must be an array, not ${kindOf(value)}.`
      for (const [index, member] of value.entries())
        yield* mismatches(shape.member, member, `${path}[${index}]`)
      return
    case 'map':
      if (!isObject(value)) return yield `${here} must be an object, not ${kindOf(value)}.`
      for (const [key, member] of Object.entries(value))
        if (isGiven(member)) yield* mismatches(shape.value, member, `${path}.${key}`)
      return
    case 'structure':
      if (!isObject(value)) return yield `${here} must be an object, not ${kindOf(value)}.`
      for (const [name, member] of Object.entries(value)) {
        const memberPath = path ? `${path}.${name}` : name
        const rule = Object.hasOwn(shape.members, name) ? shape.members[name] : undefined
        if (rule === undefined) yield unknownMember(memberPath, Object.keys(shape.members))
        else if (isGiven(member))
          yield* mismatches('required' in rule ? rule.required : rule, member, memberPath)
      }
      for (const [name, rule] of Object.entries(shape.members))
        if ('required' in rule && !(Object.hasOwn(value, name) && isGiven(value[name])))
          yield `${path ? `${path}.${name}` : name} is missing.`
  }
}

/** `undefined` and `null` count as left out, as on the wire. */
const isGiven = (value: unknown): boolean => value !== undefined && value !== null

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

function kindOf(value: unknown): string {
  if (value === null || value === undefined) return String(value)
  if (Array.isArray(value)) return 'an array'
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`
}
