import { readBody } from '../wire/read-body.js'

/** Bytes of a form. The longest has the parameters of an authorization request. */
const MAX_FORM = 65_536

/** The fields of a form that was sent, or the status that refuses it. */
export type Form =
  | { readonly fields: URLSearchParams; readonly refused?: undefined }
  /** 400: the connection ended before the form did. 405: a body of another type, as the service answers it. */
  | { readonly refused: 400 | 405 | 413 }

export async function readForm(request: Request): Promise<Form> {
  let body: Uint8Array | undefined
  try {
    body = await readBody(request, MAX_FORM)
  } catch {
    // If the client closes the connection or is too slow, the server is not at fault and need not report it.
    return { refused: 400 }
  }
  const type = request.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase()
  if (type !== 'application/x-www-form-urlencoded') return { refused: 405 }
  if (!body) return { refused: 413 }
  return { fields: new URLSearchParams(Buffer.from(body).toString()) }
}

/** The code that a user has entered, as it was sent: people type blanks into it. */
export const codeOf = (fields: URLSearchParams): string => (fields.get('code') ?? '').replace(/\s/g, '')
