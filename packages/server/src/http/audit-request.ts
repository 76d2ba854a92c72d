import type { Audit, AuditEntry, AuditFacts, RequestAudit } from '../audit.js'
import type { ServerContext } from '../context.js'
import { errors } from '../errors.js'

/** Who a request is about, as the log knows it by now. */
export interface About {
  userId?: string
  isKnown?: boolean
}

/** The audit of one request. A page may do two things at once, such as a sign-up and a sign-in; each has a line. */
export function auditRequest(
  context: ServerContext,
  write: Audit,
  { requestId, clientAddress }: { readonly requestId: string; readonly clientAddress: string | undefined },
  about: About,
): RequestAudit {
  /** What holds for all that the request does. */
  let facts: AuditFacts = {}
  return {
    note(more) {
      facts = { ...facts, ...more }
    },
    async run(event, operation, work) {
      facts = { ...facts, event: undefined, challenge: undefined, exception: undefined }
      const tell = (ended: Pick<AuditEntry, 'outcome' | 'exception'>) => {
        const { userId, isKnown } = about
        const entry: AuditEntry = {
          audit: 1,
          time: new Date(context.clock.now()).toISOString(),
          requestId,
          event,
          operation,
          ...ended,
          ...(userId !== undefined && (isKnown ? { user: userId } : { unknownUser: userId })),
          ...defined(facts),
          ...(clientAddress !== undefined && { clientAddress }),
        }
        write(entry)
      }
      let result: Awaited<ReturnType<typeof work>>
      try {
        result = await work()
      } catch (error) {
        tell(endOf(context, error))
        throw error
      }
      // What fails here is the audit, and not what it tells.
      tell({ outcome: facts.exception ? 'refused' : facts.challenge ? 'challenge' : 'success' })
      return result
    },
  }
}

const defined = (facts: AuditFacts): Partial<AuditEntry> =>
  // What is left has the values that the names stand for.
  Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined)) as Partial<AuditEntry>

/** An error has a `name` for the API, and an `error` where OAuth is told; its sentence may hold what the user typed. */
function endOf(context: ServerContext, thrown: unknown): Pick<AuditEntry, 'outcome' | 'exception'> {
  const error = context.isReferenceViolation(thrown) ? errors.deletedMeanwhile() : thrown
  const failed = { outcome: 'failed', exception: 'InternalErrorException' } as const
  if (!(error instanceof Error)) return failed
  // The account of a sign-up, for example, is there although its message was not delivered.
  if (error.name === 'CodeDeliveryFailureException') return { outcome: 'failed', exception: error.name }
  if ('status' in error && typeof error.status === 'number')
    return { outcome: error.status >= 500 ? 'failed' : 'refused', exception: error.name }
  if ('error' in error && typeof error.error === 'string')
    return { outcome: 'refused', exception: error.error }
  return failed
}
