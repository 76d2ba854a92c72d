/** A server of `createServer()`, or the URL of `amulet dev`. */
export type DevelopmentServer = string | { fetch(request: Request): Promise<Response> }

/** A request to a server for development. */
export async function send(
  server: DevelopmentServer,
  path: string,
  {
    body,
    ...init
  }: { method?: string; headers?: Record<string, string>; body?: object; signal?: AbortSignal } = {},
): Promise<Response> {
  const base = typeof server === 'string' ? server.replace(/\/$/, '') : 'http://localhost'
  const request = new Request(`${base}${path}`, {
    ...init,
    ...(body && { method: 'POST', body: JSON.stringify(body, bytesAsBase64) }),
  })
  return await (typeof server === 'string' ? reach(base, request) : server.fetch(request))
}

/**
 * A request to a server of another process.
 *
 * @throws {TypeError} it does not answer
 */
export async function reach(base: string, request: Request): Promise<Response> {
  try {
    return await fetch(request)
  } catch (cause) {
    request.signal.throwIfAborted()
    throw new TypeError(`No server answers at ${base}. \`npx @amulet/server dev\` starts one.`, { cause })
  }
}

/** Servers for development answer JSON; others may answer a page to everything. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new Error('The server is not one for development.', { cause })
  }
}

/** As the protocol has them. */
const bytesAsBase64 = (_: string, value: unknown): unknown =>
  value instanceof Uint8Array ? Buffer.from(value).toString('base64') : value

/**
 * The same, to an endpoint that only servers for development have.
 *
 * @param failed what is to be said where the server refuses it
 * @throws {Error} it refuses, or is not for development
 */
export async function sendToDevelopment(
  server: DevelopmentServer,
  path: string,
  init: Parameters<typeof send>[2],
  failed: string,
): Promise<unknown> {
  const response = await send(server, `/_amulet${path}`, init)
  if (response.status === 404) throw new Error('The server is not one for development.')
  const text = await response.text()
  const answer = text === '' ? undefined : parsed(text)
  if (response.ok) return answer
  // What the endpoints answer that refuse something.
  throw new Error(`${failed} ${(answer as { message?: string } | undefined)?.message ?? response.status}`)
}
