/**
 * Reads the body of a request, which is not trusted to be as long as it says. What is too long is read to its end all the
 * same, and not kept, so that the connection can carry the next request.
 *
 * @param max bytes
 * @returns nothing for a body that is longer
 */
export async function readBody(request: Request, max: number): Promise<Uint8Array | undefined> {
  const announced = request.headers.get('content-length')
  if (Number(announced ?? 0) > max) {
    for await (const _ of request.body ?? []);
    return undefined
  }
  // A body that comes from a socket is as long as announced, or less; this reads it without making it a web stream.
  if (announced !== null) {
    const body = new Uint8Array(await request.arrayBuffer())
    return body.length > max ? undefined : body
  }
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of request.body ?? []) {
    size += chunk.byteLength
    if (size <= max) chunks.push(chunk)
  }
  return size > max ? undefined : Buffer.concat(chunks)
}
