import type { Clock } from '../clock.js'
import type { FunctionHandler, Functions, Invocation } from '../functions.js'
import type { AwsEndpointOptions } from './aws-endpoint-options.js'
import { functionName } from './function-name.js'
import type { FunctionThreads } from './function-threads.js'
import { type FunctionWebhookOptions, openFunctionWebhook } from './function-webhook.js'
import { RUN_TIME, runHandler } from './run-handler.js'

/** Where the functions of triggers are. Of those that have one name, the first of these runs. */
export interface FunctionOptions {
  /** Run in the thread of the server. */
  readonly functions?: Readonly<Record<string, FunctionHandler>> | undefined
  /** A configuration file whose functions run in threads, and the module that those run. */
  readonly file?: { readonly path: string; readonly module: URL; readonly reloads: boolean } | undefined
  readonly webhooks?: Readonly<Record<string, FunctionWebhookOptions>> | undefined
  /** Has all others. */
  readonly lambdaEndpoint?: AwsEndpointOptions | undefined
  /** Encrypts what senders get. */
  readonly kmsEndpoint?: AwsEndpointOptions | undefined
}

/** @throws {StartError} a configuration does not load, or a URL or a secret is malformed */
export async function openFunctions(
  { functions = {}, file, webhooks = {}, lambdaEndpoint, kmsEndpoint }: FunctionOptions,
  clock: Clock,
): Promise<Functions & { close(): Promise<void> }> {
  const handlers = new Map(Object.entries(functions))
  const hooks = new Map(
    Object.entries(webhooks).map(([name, options]) => [name, openFunctionWebhook(name, options, clock)]),
  )
  const endpoint = lambdaEndpoint && (await openEndpoint(lambdaEndpoint))
  const threads = file && (await openThreads(file))
  return {
    async canInvoke(arn) {
      const name = functionName(arn)
      return (
        handlers.has(name) ||
        hooks.has(name) ||
        endpoint !== undefined ||
        ((await threads?.has(name)) ?? false)
      )
    },
    async invoke(arn, event) {
      const name = functionName(arn)
      const handler = handlers.get(name)
      if (handler) return await inTime(runHandler(handler, arn, event))
      const invocation = await threads?.invoke(arn, event)
      if (invocation && !isMissing(invocation)) return invocation
      const hook = hooks.get(name)
      if (hook) return await hook(event)
      return (await endpoint?.(arn, event)) ?? MISSING
    },
    async encryptCode(key, userPoolId, code) {
      if (!kmsEndpoint || key === undefined) return code
      const { encryptCode } = await import('./encrypt-code.js')
      return await encryptCode(kmsEndpoint, key, { 'userpool-id': userPoolId }, code)
    },
    close: async () => await threads?.close(),
  }
}

/** Nothing has a function of this name any more. */
const MISSING = { is: 'failed', error: 'ResourceNotFoundException', mayRetry: false } as const
const isMissing = (invocation: Invocation): boolean =>
  invocation.is === 'failed' && invocation.error === MISSING.error

// Threads, and the library that signs, are loaded by who uses them.
async function openEndpoint(options: AwsEndpointOptions) {
  const { openLambdaEndpoint } = await import('./lambda-endpoint.js')
  return openLambdaEndpoint(options)
}

async function openThreads({
  path,
  module,
  reloads,
}: NonNullable<FunctionOptions['file']>): Promise<FunctionThreads> {
  const { openFunctionThreads } = await import('./function-threads.js')
  return await openFunctionThreads({ file: path, module, reloads })
}

/** A handler cannot be stopped in the thread of the server: its answer is no longer waited for. */
function inTime(run: Promise<Invocation>): Promise<Invocation> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<Invocation>((resolve) => {
    timer = setTimeout(resolve, RUN_TIME, { is: 'timed out' })
  })
  return Promise.race([run, late]).finally(() => clearTimeout(timer))
}
