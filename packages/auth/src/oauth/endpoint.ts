import type { OAuthConfig } from '../context/config.js'

/** Parameters as a form or a query has them, in the order of the object; one without a value is left out. */
export const form = (params: Record<string, string | null | undefined>): string =>
  `${new URLSearchParams(Object.entries(params).filter((param): param is [string, string] => !!param[1]))}`

/** Where an endpoint of the user pool's domain is: at https, unless the domain says otherwise. */
export const endpoint = ({ domain }: OAuthConfig, path: string): string =>
  `${/^https?:/.test(domain) ? '' : 'https://'}${domain}/${path}`
