/** Who a provider says that a person is, once its answer has passed all checks. */
export interface Profile {
  /** Good for ever at this provider: `sub` of OpenID Connect, the NameID of SAML. Case counts. */
  readonly subject: string
  /** Where the type of provider has one that applications are told: SAML's entity. */
  readonly issuer: string | null
  /** When the person signed in there, in milliseconds, if the provider says so. */
  readonly authTime: number | undefined
  /** What else it says, by its own names. */
  readonly claims: Readonly<Record<string, string>>
  /** The answer as the pool's function sees it. */
  readonly answer: object
  /** What the provider calls the sign-in, to be signed out there. */
  readonly session?: ProviderSession
  /** Of SAML: what the provider said it in. */
  readonly assertion?: { readonly id: string }
}

/** A sign-in as a provider of SAML knows it: SAML 2.0 Core section 3.7.1. */
export interface ProviderSession {
  readonly nameId: string
  readonly format?: string
  readonly qualifier?: string
  readonly spQualifier?: string
  readonly index?: string
}

/** Claims of JSON as attributes have them. What is `null` or missing is left out. */
export function textClaims(claims: Readonly<Record<string, unknown>>): Record<string, string> {
  // A null-prototype object: `__proto__` is a name like any other.
  const texts: Record<string, string> = Object.create(null)
  for (const [name, value] of Object.entries(claims)) {
    if (value === null || value === undefined) continue
    texts[name] = typeof value === 'string' ? value : JSON.stringify(value)
  }
  return texts
}
