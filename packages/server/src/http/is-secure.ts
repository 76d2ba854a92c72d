/**
 * Whether the address that a browser has for this server is one of https: the connection itself is, or a proxy in front
 * says that its own was, or clients were told so by `url`.
 */
export function isSecure(request: Request, trustProxy: boolean, url: string): boolean {
  const forwarded = trustProxy && request.headers.get('x-forwarded-proto')?.split(',').at(-1)?.trim()
  if (forwarded) return forwarded.toLowerCase() === 'https'
  return request.url.startsWith('https:') || url.startsWith('https:')
}
