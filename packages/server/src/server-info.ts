/** What a client needs to know to use the server. */
export interface ServerInfo {
  readonly url: string
  readonly issuer: string
  readonly region: string
  readonly userPoolId: string
  readonly userPoolClientId: string
  readonly identityPoolId: string
}
