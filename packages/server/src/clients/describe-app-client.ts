import type { ServerContext } from '../context.js'
import { timestamp } from '../wire/timestamp.js'
import type { AppClient } from './app-client.js'
import { openClientSecrets } from './client-secret.js'
import { refreshTokenValidity } from './lifetimes.js'

/** A client on the wire, its secret included: what was set, and the defaults that the service shows. */
export function describeAppClient(context: ServerContext, client: AppClient) {
  const { SSOSession: _, ...settings } = client.settings
  return {
    UserPoolId: client.userPoolId,
    ClientName: client.name,
    ClientId: client.id,
    // Of two, the one that is about to be replaced: programs that read it here have it already.
    ClientSecret: openClientSecrets(context, client)[0],
    LastModifiedDate: timestamp(client.updatedAt),
    CreationDate: timestamp(client.createdAt),
    ...settings,
    RefreshTokenValidity: refreshTokenValidity(client),
    TokenValidityUnits: settings.TokenValidityUnits ?? {},
    AllowedOAuthFlowsUserPoolClient: settings.AllowedOAuthFlowsUserPoolClient ?? false,
    EnableTokenRevocation: settings.EnableTokenRevocation ?? true,
    EnablePropagateAdditionalUserContextData: settings.EnablePropagateAdditionalUserContextData ?? false,
    AuthSessionValidity: settings.AuthSessionValidity ?? 3,
    // The other kind registers itself, for which there is no way here.
    ClientType: 'REGULAR',
  }
}
