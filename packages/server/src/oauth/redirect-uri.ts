// Redirect URIs as clients have registered them. Parameters are added; nothing else changes.

/** For a header, which takes only ASCII. */
export const asLocation = (uri: string): string => uri.replace(/[^\x21-\x7e]+/g, encodeURIComponent)

/** The same with parameters behind those that it has. */
export const withQuery = (uri: string, parameters: Readonly<Record<string, string>>): string =>
  `${asLocation(uri)}${uri.includes('?') ? '&' : '?'}${new URLSearchParams(parameters)}`
