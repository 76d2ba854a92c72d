import { isIPv4 } from 'node:net'

/**
 * Whether a page may do with a server for development what only a developer should: a page of the server itself or of
 * this machine may, and programs, which send no `Origin`. A browser sends it with every request by another method than GET
 * and with every one whose answer a page of another origin could read. What a page only loads, such as an image, comes
 * without it, but the browser says that it is for another origin.
 */
export function isAllowedOrigin(request: Request): boolean {
  const origin = request.headers.get('origin')
  if (origin === null) return !OTHER_ORIGINS.includes(request.headers.get('sec-fetch-site') ?? 'none')
  if (!URL.canParse(origin)) return false
  const page = new URL(origin)
  return page.origin === ownOrigin(request) || isLoopback(page)
}

const OTHER_ORIGINS = ['cross-site', 'same-site']

/** Whether a browser has followed a link, and shows its user what comes. */
export const isFollowedLink = ({ headers }: Request): boolean =>
  headers.get('sec-fetch-mode') === 'navigate' && headers.get('sec-fetch-dest') === 'document'

/** Scheme, host and port that the request was sent to. */
function ownOrigin(request: Request): string | undefined {
  const { protocol, host } = new URL(request.url)
  const own = `${protocol}//${request.headers.get('host') ?? host}`
  return URL.canParse(own) ? new URL(own).origin : undefined
}

/** Whether a URL leads to the machine that resolves it. */
export function isLoopback({ protocol, hostname }: URL): boolean {
  if (protocol !== 'http:' && protocol !== 'https:') return false
  return (
    hostname === 'localhost' ||
    hostname.endsWith('.localhost') ||
    hostname === '[::1]' ||
    (isIPv4(hostname) && hostname.startsWith('127.'))
  )
}
