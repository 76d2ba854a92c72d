/** Decodes standard and URL-safe base64, padded or not, to a text with one character per byte. */
export const fromBase64ToText = (text: string): string => atob(text.replace(/-/g, '+').replace(/_/g, '/'))

/** Decodes standard and URL-safe base64, padded or not. */
export const fromBase64 = (text: string): Uint8Array<ArrayBuffer> => {
  return Uint8Array.from(fromBase64ToText(text), (char) => char.charCodeAt(0))
}

export const toBase64 = (bytes: Uint8Array): string => {
  return btoa(String.fromCharCode(...bytes))
}
