import { type ParseArgsConfig, parseArgs } from 'node:util'
import { isHostName } from '../http/allowed-hosts.js'
import { UsageError } from './usage-error.js'

type Options = NonNullable<ParseArgsConfig['options']>
type Values<O extends Options> = ReturnType<typeof parseArgs<{ args: string[]; options: O }>>['values']

/** @throws {UsageError} an option that does not exist, or lacks its value */
export const readOptions = <const O extends Options>(args: readonly string[], options: O): Values<O> =>
  parse(args, options, false).values

/**
 * For a command that takes names beside its options.
 *
 * @throws {UsageError} as `readOptions`
 */
export const readOptionsAndNames = <const O extends Options>(
  args: readonly string[],
  options: O,
): { values: Values<O>; names: readonly string[] } => {
  const { values, positionals } = parse(args, options, true)
  return { values, names: positionals }
}

function parse<const O extends Options>(args: readonly string[], options: O, allowPositionals: boolean) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals })
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
    const [, ambiguous] = /^Option '(--[\w-]+)' argument is ambiguous/.exec(error.message) ?? []
    if (ambiguous)
      throw new UsageError(
        `${ambiguous} lacks its value, or the value begins with a dash: then write ${ambiguous}=VALUE.`,
      )
    // Node's message goes on to explain its own conventions; the first sentence is the one about the option.
    throw new UsageError(`${error.message.split(/\. |\n/)[0]?.replace(/\.$/, '')}.`)
  }
}

/** An empty variable counts as unset: in a file of variables there is no other way to leave one out. */
export const variables = (env: NodeJS.ProcessEnv): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''))

/** @throws {UsageError} */
export function portNumber(text: string): number {
  if (!/^\d{1,5}$/.test(text) || Number(text) > 65535)
    throw new UsageError(`--port takes a number from 0 to 65535, not "${text}".`)
  return Number(text)
}

/** @throws {UsageError} */
export function clientUrl(text: string): string {
  if (!/^https?:\/\/[^/]/.test(text))
    throw new UsageError(
      `--url takes where clients reach the server, such as https://auth.example.com, not "${text}".`,
    )
  return text
}

/** @throws {UsageError} */
export function domainSuffix(text: string | undefined): string | undefined {
  if (text !== undefined && !isHostName(text))
    throw new UsageError(
      `--domain-suffix takes what comes after "PREFIX." in the hosts of user pools, such as auth.example.com, not "${text}".`,
    )
  return text
}
