import type { Certified } from './certificate-authority.js'

/** What a server shows itself with over TLS. */
export interface Certificates {
  /** @param name that the client asks for, in lower case; an address has none */
  find(name: string | undefined): Promise<Certified>
}

/** One certificate for all names. */
export const givenCertificate = (certified: Certified): Certificates => ({ find: async () => certified })
