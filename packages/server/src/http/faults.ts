import { randomUUID } from 'node:crypto'
import { errors, ServiceError } from '../errors.js'
import { findUnknownMember } from '../wire/known-members.js'
import { parse } from '../wire/parse.js'
import { integer, required, string, structure } from '../wire/shape.js'
import { isOperation } from './protocol.js'

const Fault = structure({
  operation: required(string()),
  error: required(string({ pattern: '[A-Za-z][A-Za-z0-9]{0,127}' })),
  message: string({ max: 1024 }),
  status: integer({ min: 400, max: 599 }),
  times: integer({ min: 1, max: 1_000_000 }),
})

/** What a test has operations fail with. */
export interface Faults {
  /**
   * @returns its id
   * @throws InvalidParameterException, SerializationException
   */
  add(given: unknown): string
  /** @param id Default: all of them. */
  remove(id: string | undefined): void
  /** What a call of an operation fails with now, if it does. */
  take(operation: string): ServiceError | undefined
}

export function createFaults(): Faults {
  const faults = new Map<string, { readonly operation: string; readonly error: ServiceError; left: number }>()
  return {
    add(given) {
      if (typeof given !== 'object' || given === null) throw errors.invalidParameter('Send a JSON object.')
      const unknown = findUnknownMember(Fault, given)
      if (unknown !== undefined) throw errors.invalidParameter(unknown)
      const { operation, error, message, times, status } = parse(Fault, given)
      // A fault that never happens is a typing mistake.
      if (!isOperation(operation))
        throw errors.invalidParameter(
          `There is no operation ${operation}. They are named as on the wire, such as InitiateAuth.`,
        )
      const id = randomUUID()
      faults.set(id, {
        operation,
        error: new ServiceError(error, message ?? DEFAULT_MESSAGE, { status: status ?? statusOf(error) }),
        left: times ?? Number.POSITIVE_INFINITY,
      })
      return id
    },
    remove(id) {
      if (id === undefined) faults.clear()
      else faults.delete(id)
    },
    take(operation) {
      // The latest wins, so that a test can put one in front of another.
      const found = [...faults].findLast(([, fault]) => fault.operation === operation)
      if (!found) return undefined
      const [id, fault] = found
      fault.left--
      if (fault.left <= 0) faults.delete(id)
      return fault.error
    },
  }
}

const DEFAULT_MESSAGE = 'A test wanted this to fail.'

const statusOf = (error: string): number => (error === 'InternalErrorException' ? 500 : 400)
