/** Bytes of a form. The longest has the parameters of an authorization request. */
const MAX_FORM = 65_536

/** The fields of a form that was sent, or the status that refuses it. */
export type Form =
  | { readonly fields: URLSearchParams; readonly refused?: undefined }
  /** 405: a body of another type, as the service answers it. */
  | { readonly refused: 405 | 413 }

export async function readForm(request: Request): Promise<Form> {
  const chunks: Uint8Array[] = []
  let size = 0
  // Read to its end all the same, so that the connection can carry the next request.
  for await (const chunk of request.body ?? []) {
    size += chunk.byteLength
    if (size <= MAX_FORM) chunks.push(chunk)
  }
  const type = request.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase()
  if (type !== 'application/x-www-form-urlencoded') return { refused: 405 }
  if (size > MAX_FORM) return { refused: 413 }
  return { fields: new URLSearchParams(Buffer.concat(chunks).toString()) }
}

/** The code that a user has entered, as it was sent: people type blanks into it. */
export const codeOf = (fields: URLSearchParams): string => (fields.get('code') ?? '').replace(/\s/g, '')
