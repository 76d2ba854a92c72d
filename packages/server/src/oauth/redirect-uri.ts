// Where browsers are sent: addresses that a client has registered, which stay as they are but for what is added.

/** As a header holds it, which takes letters of ASCII only. */
export const asLocation = (uri: string): string => uri.replace(/[^\x21-\x7e]+/g, encodeURIComponent)

/** The same with parameters behind those that it has. */
export const withQuery = (uri: string, parameters: Readonly<Record<string, string>>): string =>
  `${asLocation(uri)}${uri.includes('?') ? '&' : '?'}${new URLSearchParams(parameters)}`
