import type { ServerContext } from '../context.js'
import type { Domain } from './domain.js'

/** A domain on the wire. */
export const describeDomain = (context: ServerContext, { domain, userPoolId, settings }: Domain) => ({
  UserPoolId: userPoolId,
  AWSAccountId: context.accountId,
  Domain: domain,
  CloudFrontDistribution: targetOfDomains(context),
  Status: 'ACTIVE',
  CustomDomainConfig: settings.CustomDomainConfig ?? {},
  ManagedLoginVersion: managedLoginVersion(settings),
})

/** 1: pages with the markup of the classic hosted UI. 2: those of managed login. */
export const managedLoginVersion = ({ ManagedLoginVersion = 1 }: Domain['settings']): number =>
  ManagedLoginVersion

/** The host that the name of a domain is to lead to: the service's is one of CloudFront. */
export const targetOfDomains = (context: ServerContext): string => new URL(context.baseUrl()).hostname
