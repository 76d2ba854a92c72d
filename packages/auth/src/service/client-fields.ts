import type { AuthContext } from '../context/context.js'
import type { ClientMetadata } from '../models.js'
import { type ClientFields, userPoolConfig } from './user-pool.js'

interface ThreatProtection {
  /** Set by Amazon's script for threat protection, if the page has loaded it. */
  AmazonCognitoAdvancedSecurityData?: {
    getData(username: string, userPoolId: string, clientId: string): string | undefined
  }
}

/** The members every request before there is a session has in common. */
export const clientFields = (
  context: AuthContext,
  username: string,
  options?: { clientMetadata?: ClientMetadata },
): ClientFields => {
  const { userPoolId, userPoolClientId } = userPoolConfig(context)
  const EncodedData = (globalThis as ThreatProtection).AmazonCognitoAdvancedSecurityData?.getData(
    username,
    userPoolId,
    userPoolClientId,
  )
  return {
    ClientId: userPoolClientId,
    ClientMetadata: options?.clientMetadata,
    UserContextData: EncodedData ? { EncodedData } : undefined,
  }
}
