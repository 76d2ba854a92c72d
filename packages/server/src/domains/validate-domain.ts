import type { DomainKind } from '../db/schema.js'
import { errors } from '../errors.js'
import { rulesOf } from '../pools/rules.js'
import type { UserPool } from '../pools/user-pool.js'
import type { DomainSettings } from '../wire/domain-settings.js'

/** Words that the service keeps for itself. They are part of longer words. */
const RESERVED = ['aws', 'amazon', 'cognito']

/**
 * Checks a domain that a pool is given, beyond the form of each member.
 *
 * @throws InvalidParameterException, FeatureUnavailableInTierException
 */
export function validateDomain(pool: UserPool, domain: string, settings: DomainSettings): DomainKind {
  const { CustomDomainConfig, ManagedLoginVersion, Routing } = settings
  if (Routing !== undefined) throw errors.notSupportedYet('Routing')
  const { tier } = rulesOf(pool)
  if (ManagedLoginVersion === 2 && tier === 'LITE') throw errors.notForTier('Managed Login Version 2', tier)
  const kind = CustomDomainConfig ? 'custom' : 'prefix'
  if (kind === 'custom' && !CUSTOM.test(domain)) throw errors.customDomainInvalid()
  if (kind === 'prefix' && !PREFIX.test(domain)) throw errors.domainPrefixInvalid()
  const reserved = kind === 'prefix' && domain.split('-').find((word) => RESERVED.includes(word))
  if (reserved) throw errors.domainReserved(reserved)
  return kind
}

const PREFIX = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/
const CUSTOM = /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)+$/
