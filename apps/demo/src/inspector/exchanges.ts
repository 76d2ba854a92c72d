/** A request of the library, and the answer to it. */
export interface Exchange {
  id: number
  /** The operation of the user pool, or the path. */
  name: string
  sent: string
  /** Nothing while it is under way. */
  status: number | undefined
  received: string
  milliseconds: number | undefined
}

const KEPT = 12

let exchanges: readonly Exchange[] = []
let lastId = 0
const listeners = new Set<() => void>()

function change(next: readonly Exchange[]) {
  exchanges = next.slice(0, KEPT)
  for (const listener of listeners) listener()
}

/** The newest first. */
export const listExchanges = (): readonly Exchange[] => exchanges

export function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

export const clearExchanges = () => change([])

/** What the library is configured with in the place of `fetch`: it notes what goes by. */
export async function observedFetch(request: Request): Promise<Response> {
  const started = performance.now()
  const operation = request.headers.get('x-amz-target')?.split('.').pop()
  const entry: Exchange = {
    id: ++lastId,
    name: operation ?? new URL(request.url).pathname,
    sent: readable(await request.clone().text()),
    status: undefined,
    received: '',
    milliseconds: undefined,
  }
  change([entry, ...exchanges])
  const settle = (known: Partial<Exchange>) =>
    change(exchanges.map((each) => (each.id === entry.id ? { ...each, ...known } : each)))
  try {
    const response = await fetch(request)
    const milliseconds = Math.round(performance.now() - started)
    settle({ status: response.status, milliseconds, received: readable(await response.clone().text()) })
    return response
  } catch (error) {
    settle({ received: 'no answer', milliseconds: Math.round(performance.now() - started) })
    throw error
  }
}

/** A body as a person reads it. Passwords are not shown, and what is long is cut. */
function readable(body: string): string {
  if (body === '') return ''
  try {
    return JSON.stringify(JSON.parse(body), shortened, 2)
  } catch {
    const form = new URLSearchParams(body)
    return JSON.stringify(Object.fromEntries(form), shortened, 2)
  }
}

function shortened(name: string, value: unknown): unknown {
  if (typeof value !== 'string') return value
  if (/password/i.test(name) && !/verifier|claim/i.test(name)) return '••••••••'
  return value.length > 48 ? `${value.slice(0, 24)}… (${value.length} characters)` : value
}
