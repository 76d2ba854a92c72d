import { authError } from '../errors.js'
import { type AuthContext, isContext } from './context.js'
import { type RequestContext, type RequestOptions, withDeadline } from './deadline.js'
import { byDefault } from './default.js'

/** A call with an input, on the default context or on a given one. */
export interface Call<Input, Output> {
  (context: AuthContext, input: Input, request?: RequestOptions): Promise<Output>
  (input: Input, request?: RequestOptions): Promise<Output>
}

/** A call whose input may be left out. */
export interface CallWithOptionalInput<Input, Output> extends Call<Input, Output> {
  (context: AuthContext): Promise<Output>
  (input?: Input): Promise<Output>
}

/** A call without an input. */
export interface CallWithoutInput<Output> {
  (context: AuthContext, request?: RequestOptions): Promise<Output>
  (request?: RequestOptions): Promise<Output>
}

/**
 * Makes a public call of what it does: finds out the context, sets the deadline (of `timeout` milliseconds when
 * the caller does not say), and lets out AuthErrors only. It is a method, because those are named by an expression: the
 * `name` of the call is the same in a bundle whose own names are shortened.
 */
export const call = <Output>(
  name: string,
  run: (context: RequestContext, input: never) => Promise<Output>,
  timeout?: number,
) =>
  ({
    async [name](...args: unknown[]): Promise<Output> {
      const [first, ...later] = args
      if (later.some(isContext)) {
        throw authError(
          'InvalidAmplifyContextError',
          'AmplifyContext must be passed as the first argument. Found an AmplifyContext in a later position — check the argument order.',
        )
      }
      if (later.length && first === undefined) {
        throw authError(
          'NoAmplifyContextError',
          'Undefined AmplifyContext passed. Call configure() first or omit the parameter.',
        )
      }
      // A call without input takes its request options in the place of the input. The overloads of Call, which is how
      // every call is exported, are what makes these casts true.
      const [context, input, request = input] = (isContext(first) ? args : [byDefault.context, ...args]) as [
        AuthContext,
        RequestOptions?,
        RequestOptions?,
      ]
      return withDeadline(
        context,
        (context) => run(context, (input ?? {}) as never),
        request?.timeout ?? timeout,
        request?.signal,
      )
    },
    // It has just been put there.
  })[name] as (...args: unknown[]) => Promise<Output>
