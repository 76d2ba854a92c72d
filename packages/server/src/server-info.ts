/** What a client needs to know to use the server. */
export interface ServerInfo {
  readonly url: string
  readonly issuer: string
  readonly region: string
  readonly userPoolId: string
  readonly userPoolClientId: string
  /** Of the same pool, for pages that sign users in by redirect. */
  readonly oauthClientId: string
  /** Where the pages and endpoints of OAuth are: a host, with its port. */
  readonly domain: string
  readonly identityPoolId: string
}
