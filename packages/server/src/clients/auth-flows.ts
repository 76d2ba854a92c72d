import { errors } from '../errors.js'
import type { AppClient } from './app-client.js'

/** What a client that says nothing may do. */
const DEFAULT_FLOWS: readonly string[] = [
  'ALLOW_REFRESH_TOKEN_AUTH',
  'ALLOW_USER_SRP_AUTH',
  'ALLOW_CUSTOM_AUTH',
]

/** What allows a flow, where it is not `ALLOW_` and the name of the flow. */
const ALLOWED_BY: Readonly<Record<string, string>> = {
  REFRESH_TOKEN: 'ALLOW_REFRESH_TOKEN_AUTH',
  ADMIN_NO_SRP_AUTH: 'ALLOW_ADMIN_USER_PASSWORD_AUTH',
}

const REFRESH_FLOWS = ['REFRESH_TOKEN_AUTH', 'REFRESH_TOKEN']
const ADMIN_FLOWS = ['ADMIN_USER_PASSWORD_AUTH', 'ADMIN_NO_SRP_AUTH']

/**
 * @param caller `USER_PASSWORD_AUTH` is for applications, the `ADMIN_` flows for administrators
 * @throws InvalidParameterException, UnsupportedOperationException
 */
export function assertFlowEnabled(client: AppClient, flow: string, caller: 'client' | 'admin'): void {
  if (caller === 'client' ? ADMIN_FLOWS.includes(flow) : flow === 'USER_PASSWORD_AUTH')
    throw errors.initiateAuthNotSupported()
  if (REFRESH_FLOWS.includes(flow) && client.settings.RefreshTokenRotation?.Feature === 'ENABLED')
    throw errors.refreshFlowWithRotation()
  if (isFlowEnabled(client, flow)) return
  const onlyCustom = client.settings.ExplicitAuthFlows?.includes('CUSTOM_AUTH_FLOW_ONLY')
  throw onlyCustom && flow === 'USER_SRP_AUTH' ? errors.onlyCustomFlow() : errors.flowNotEnabled(flow)
}

/** Whether a client may use a flow. */
export function isFlowEnabled({ settings }: AppClient, flow: string): boolean {
  const given: readonly string[] = settings.ExplicitAuthFlows ?? []
  if (!given.some((name) => !name.startsWith('ALLOW_')))
    return (given.length > 0 ? given : DEFAULT_FLOWS).includes(ALLOWED_BY[flow] ?? `ALLOW_${flow}`)
  // The older names add to what every client could do at the time: sign in by SRP and refresh.
  if (REFRESH_FLOWS.includes(flow)) return true
  if (flow === 'USER_SRP_AUTH') return !given.includes('CUSTOM_AUTH_FLOW_ONLY')
  if (flow === 'CUSTOM_AUTH') return given.includes('CUSTOM_AUTH_FLOW_ONLY')
  return given.includes(ADMIN_FLOWS.includes(flow) ? 'ADMIN_NO_SRP_AUTH' : flow)
}
