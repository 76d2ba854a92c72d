import { type AppClient, verifySecretHash } from '../clients/app-client.js'
import { getClientAndPool } from '../clients/known-clients.js'
import type { ServerContext } from '../context.js'
import { errors } from '../errors.js'
import { familyOfRefreshToken, refreshTokens } from '../flows/refresh.js'
import { signInWithPassword } from '../flows/user-password-auth.js'
import { startSrp } from '../flows/user-srp-auth.js'
import { findUser } from '../users/user.js'
import * as c from '../wire/constraints.js'
import { map, oneOf, required, structure } from '../wire/shape.js'
import { AnalyticsMetadata, ClientMetadata, operation, UserContextData } from './operation.js'

export const AuthFlow = oneOf(
  'USER_SRP_AUTH',
  'REFRESH_TOKEN_AUTH',
  'REFRESH_TOKEN',
  'CUSTOM_AUTH',
  'ADMIN_NO_SRP_AUTH',
  'USER_PASSWORD_AUTH',
  'ADMIN_USER_PASSWORD_AUTH',
  'USER_AUTH',
)

export const initiateAuth = operation({
  caller: 'client',
  input: structure({
    AuthFlow: required(AuthFlow),
    AuthParameters: map(c.AnyString, { sensitive: true }),
    ClientMetadata,
    ClientId: required(c.ClientId),
    AnalyticsMetadata,
    UserContextData,
    Session: c.Session,
  }),
  async run(context, input) {
    const { client, pool } = await getClientAndPool(context, input.ClientId)
    const parameters = input.AuthParameters ?? {}
    const parameter = (name: string) => {
      const value = parameters[name]
      if (!value) throw errors.missingParameter(name)
      return value
    }
    assertFlowEnabled(client, input.AuthFlow)

    if (input.AuthFlow === 'REFRESH_TOKEN_AUTH' || input.AuthFlow === 'REFRESH_TOKEN') {
      const token = parameter('REFRESH_TOKEN')
      await verifyRefreshSecretHash(context, client, token, parameters.SECRET_HASH)
      return { AuthenticationResult: await refreshTokens(context, client, token), ChallengeParameters: {} }
    }

    const typedName = parameter('USERNAME')
    verifySecretHash(context, client, parameters.SECRET_HASH, [typedName], errors.secretHashNotReceived)
    if (input.AuthFlow === 'USER_SRP_AUTH') {
      const A = parameter('SRP_A')
      const user = await findUser(context.db, pool, typedName)
      return await startSrp(context, { pool, client, user, typedName }, A)
    }
    const password = parameter('PASSWORD')
    const user = await findUser(context.db, pool, typedName)
    return await signInWithPassword(context, { pool, client, user, typedName }, password)
  },
})

/** What a client that says nothing may do. */
const DEFAULT_FLOWS = ['ALLOW_REFRESH_TOKEN_AUTH', 'ALLOW_USER_SRP_AUTH', 'ALLOW_CUSTOM_AUTH']
const REFRESH_FLOWS = ['REFRESH_TOKEN_AUTH', 'REFRESH_TOKEN']

function assertFlowEnabled(client: AppClient, flow: string): void {
  const enabled: readonly string[] = client.settings.ExplicitAuthFlows ?? DEFAULT_FLOWS
  if (flow.startsWith('ADMIN_')) throw errors.initiateAuthNotSupported()
  if (REFRESH_FLOWS.includes(flow)) {
    if (client.settings.RefreshTokenRotation?.Feature === 'ENABLED') throw errors.refreshFlowWithRotation()
    // Clients configured with the older flow names refresh without naming it.
    const legacy = enabled.some((name) => !name.startsWith('ALLOW_'))
    if (!legacy && !enabled.includes('ALLOW_REFRESH_TOKEN_AUTH')) throw errors.flowNotEnabled(flow)
    return
  }
  if (flow !== 'USER_SRP_AUTH' && flow !== 'USER_PASSWORD_AUTH') {
    if (enabled.includes(`ALLOW_${flow}`)) throw errors.notSupportedYet(`The ${flow} flow`)
    throw errors.flowNotEnabled(flow)
  }
  if (!enabled.includes(`ALLOW_${flow}`) && !enabled.includes(flow)) throw errors.flowNotEnabled(flow)
}

async function verifyRefreshSecretHash(
  context: ServerContext,
  client: AppClient,
  token: string,
  hash: string | undefined,
): Promise<void> {
  if (client.sealedSecret === null && hash === undefined) return
  const { user } = await familyOfRefreshToken(context, client, token, errors.invalidRefreshToken)
  const names = [user.username, user.id, user.attributes.email ?? '', user.attributes.phone_number ?? '']
  verifySecretHash(context, client, hash, names.filter(Boolean), errors.secretHashNotReceived)
}
