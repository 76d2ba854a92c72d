/** Bytes that the answer of another server may have, unpacked: the metadata, keys or token of a provider are far shorter. */
const MAX_ANSWER = 4_194_304

/**
 * `fetch` for servers that this one does not know: it has read the answer when it resolves, and rejects when that is too
 * long, before it fills the memory.
 */
export async function boundedFetch(url: string | URL, init?: RequestInit): Promise<Response> {
  const response = await fetch(url, init)
  const { body, status, statusText, headers } = response
  // Statuses without a body take no other.
  if (!body) return response
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of body) {
    length += chunk.byteLength
    if (length > MAX_ANSWER) throw new Error(`The answer has more than ${MAX_ANSWER} bytes.`)
    chunks.push(chunk)
  }
  return new Response(Buffer.concat(chunks), { status, statusText, headers })
}
