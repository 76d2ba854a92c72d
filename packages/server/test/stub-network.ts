import { onTestFinished, vi } from 'vitest'

interface Told {
  readonly method: string
  readonly bearer: string | undefined
  /** The fields of a form that was sent. */
  readonly form: URLSearchParams
}

/** Answers requests to other servers, in the place of the network. What gets no answer is sent. */
export function stubNetwork(
  answer: (url: URL, told: Told) => MaybePromise<{ status?: number; body: unknown } | undefined>,
): void {
  const real = globalThis.fetch
  vi.stubGlobal('fetch', async (input: string | URL, init?: RequestInit) => {
    const url = new URL(String(input))
    const bearer = new Headers(init?.headers).get('authorization')?.replace('Bearer ', '')
    const told = await answer(url, {
      method: init?.method ?? 'GET',
      bearer,
      form: new URLSearchParams(String(init?.body ?? '')),
    })
    if (!told) return await real(input, init)
    return Response.json(told.body, { status: told.status ?? 200 })
  })
  onTestFinished(() => void vi.unstubAllGlobals())
}

type MaybePromise<T> = T | Promise<T>
