import { readFileSync } from 'node:fs'
import type { AmuletConfig } from '@amulet/server'
import type { CognitoIdentity } from '@aws-sdk/client-cognito-identity'
import type { CognitoIdentityProvider } from '@aws-sdk/client-cognito-identity-provider'
import { describe, expect, test } from 'vitest'
import { startWithAdmin } from './admin.js'
import { awsName, startWithIdentities } from './identities.js'

// Definitions of user pools from public projects, with names, addresses and ids replaced by invented ones.

type Admin = CognitoIdentityProvider
type Input<Name extends keyof Admin> = Admin[Name] extends (input: infer I) => Promise<unknown> ? I : never

interface Branding {
  readonly ClientId: string
  readonly UseCognitoProvidedValues?: boolean
  readonly Settings?: Readonly<Record<string, string>>
  readonly Assets?: readonly {
    readonly Category: 'FAVICON_SVG'
    readonly ColorMode: 'DYNAMIC'
    readonly Extension: 'SVG'
    readonly Bytes: string
  }[]
}

interface Definition {
  readonly name: string
  readonly createUserPool: Parameters<Admin['createUserPool']>[0]
  readonly setUserPoolMfaConfig?: object
  readonly domain?: { readonly Domain: string }
  readonly resourceServers: readonly { readonly Identifier: string; readonly Name: string }[]
  readonly identityProviders: readonly { readonly ProviderName: string; readonly ProviderType: string }[]
  readonly clients: readonly (Omit<Parameters<Admin['createUserPoolClient']>[0], 'UserPoolId'> & {
    readonly ClientName: string
  })[]
  readonly groups: readonly { readonly GroupName: string }[]
  readonly branding?: readonly Branding[]
  readonly uiCustomization?: { readonly ClientId: string; readonly CSS: string }
  readonly identityPool?: {
    readonly createIdentityPool: Parameters<CognitoIdentity['createIdentityPool']>[0]
    readonly setIdentityPoolRoles?: Omit<
      Parameters<CognitoIdentity['setIdentityPoolRoles']>[0],
      'IdentityPoolId'
    >
  }
  readonly describe?: {
    readonly UserPool?: Readonly<Record<string, unknown>>
    readonly UserPoolClient?: object
    readonly GetUserPoolMfaConfig?: object
    readonly DomainDescription?: { readonly ManagedLoginVersion?: number; readonly Status?: string }
  }
}

const definitions: readonly Definition[] = JSON.parse(
  readFileSync(new URL('real-pools.json', import.meta.url), 'utf8'),
)

/** Stands for the functions that pools name, which are other projects' own. */
const functions = Object.fromEntries(
  [...JSON.stringify(definitions).matchAll(/:function:([\w-]+)/g)].map(([, name = '']) => [
    name,
    (event: unknown) => event,
  ]),
)

/** Fills in `${client:NAME}` and `${providerName}`. */
function filledIn<T>(value: T, userPoolId: string, clients: ReadonlyMap<string, string>): T {
  const text = JSON.stringify(value)
    .replace(/\$\{providerName\}/g, awsName(userPoolId))
    .replace(/\$\{client:([\w-]+)\}/g, (_, name: string) => clients.get(name) ?? '')
  return JSON.parse(text)
}

describe('a pool of a public project is accepted as a whole and read back:', () => {
  test.each(definitions.map((definition) => [definition.name, definition] as const))(
    '%s',
    async (_, definition) => {
      const app = await startWithIdentities({ functions, warn: () => {} })
      const { admin, identities } = app
      const { UserPool } = await admin.createUserPool(definition.createUserPool)
      const UserPoolId = UserPool?.Id ?? ''
      if (definition.setUserPoolMfaConfig)
        await admin.setUserPoolMfaConfig({ UserPoolId, ...definition.setUserPoolMfaConfig })
      if (definition.domain) await admin.createUserPoolDomain({ UserPoolId, ...definition.domain })
      for (const server of definition.resourceServers)
        await admin.createResourceServer({ UserPoolId, ...server })
      for (const group of definition.groups) await admin.createGroup({ UserPoolId, ...group })
      for (const provider of definition.identityProviders)
        await admin.createIdentityProvider({ UserPoolId, ...provider } as Input<'createIdentityProvider'>)
      for (const provider of definition.identityProviders) {
        const { ProviderName } = provider
        const { IdentityProvider } = await admin.describeIdentityProvider({ UserPoolId, ProviderName })
        expect(IdentityProvider).toMatchObject(provider)
        const isSaml = provider.ProviderType === 'SAML'
        expect(IdentityProvider?.ProviderDetails?.ActiveEncryptionCertificate !== undefined).toBe(isSaml)
      }
      const clients = new Map<string, string>()
      for (const client of definition.clients) {
        const { UserPoolClient } = await admin.createUserPoolClient({ UserPoolId, ...client })
        const ClientId = UserPoolClient?.ClientId ?? ''
        clients.set(client.ClientName, ClientId)
        const read = await admin.describeUserPoolClient({ UserPoolId, ClientId })
        const { GenerateSecret: __, SupportedIdentityProviders, ...given } = client
        expect(read.UserPoolClient).toMatchObject(given)
        expect(read.UserPoolClient?.SupportedIdentityProviders?.toSorted()).toEqual(
          SupportedIdentityProviders?.toSorted(),
        )
        const { SupportedIdentityProviders: ___, ...described } = Object(definition.describe?.UserPoolClient)
        expect(read.UserPoolClient).toMatchObject(described)
      }

      const { Schema, ...settings } = definition.createUserPool
      const { PoolName, ...members } = settings
      const read = await admin.describeUserPool({ UserPoolId })
      // The mode is that of the factors, where they were set.
      const { MfaConfiguration } = { ...members, ...definition.setUserPoolMfaConfig }
      expect(read.UserPool).toMatchObject({
        ...members,
        Name: PoolName,
        ...(MfaConfiguration !== undefined && { MfaConfiguration }),
      })
      for (const attribute of Schema ?? []) {
        const names = [attribute.Name, `custom:${attribute.Name}`, `dev:custom:${attribute.Name}`]
        const found = read.UserPool?.SchemaAttributes?.find(({ Name = '' }) => names.includes(Name))
        const { Name: ____, ...rules } = attribute
        expect(found).toMatchObject(rules)
      }
      const { 'Schema(identities)': _____, ...described } = definition.describe?.UserPool ?? {}
      expect(read.UserPool).toMatchObject(described)
      const factors = await admin.getUserPoolMfaConfig({ UserPoolId })
      expect(factors).toMatchObject({
        ...definition.setUserPoolMfaConfig,
        ...definition.describe?.GetUserPoolMfaConfig,
      })
      for (const server of definition.resourceServers) {
        const { Identifier } = server
        expect((await admin.describeResourceServer({ UserPoolId, Identifier })).ResourceServer).toMatchObject(
          server,
        )
      }
      for (const group of definition.groups) {
        const { GroupName } = group
        expect((await admin.getGroup({ UserPoolId, GroupName })).Group).toMatchObject(group)
      }
      for (const branding of filledIn(definition.branding ?? [], UserPoolId, clients)) {
        const { ClientId, Assets, ...given } = branding
        const assets = Assets?.map((asset) => ({
          ...asset,
          Bytes: new Uint8Array(Buffer.from(asset.Bytes, 'base64')),
        }))
        const input = { ...given, ...(assets && { Assets: assets }) }
        await admin.createManagedLoginBranding({ UserPoolId, ClientId, ...input })
        const made = await admin.describeManagedLoginBrandingByClient({ UserPoolId, ClientId })
        expect(made.ManagedLoginBranding).toMatchObject(input)
      }
      if (definition.uiCustomization) {
        await admin.setUICustomization({ UserPoolId, ...definition.uiCustomization })
        const { UICustomization } = await admin.getUICustomization({ UserPoolId })
        expect(UICustomization).toMatchObject(definition.uiCustomization)
      }
      if (definition.domain) {
        const { Domain } = definition.domain
        const { DomainDescription } = await admin.describeUserPoolDomain({ Domain })
        const { ManagedLoginVersion, Status } = definition.describe?.DomainDescription ?? {}
        expect(DomainDescription).toMatchObject({
          UserPoolId,
          ...definition.domain,
          Status: Status ?? 'ACTIVE',
          ...(ManagedLoginVersion !== undefined && { ManagedLoginVersion }),
        })
      }
      if (definition.identityPool) {
        const { createIdentityPool, setIdentityPoolRoles } = filledIn(
          definition.identityPool,
          UserPoolId,
          clients,
        )
        const { IdentityPoolId = '' } = await identities.createIdentityPool(createIdentityPool)
        if (setIdentityPoolRoles)
          await identities.setIdentityPoolRoles({ IdentityPoolId, ...setIdentityPoolRoles })
        expect(await identities.describeIdentityPool({ IdentityPoolId })).toMatchObject(createIdentityPool)
        expect(await identities.getIdentityPoolRoles({ IdentityPoolId })).toMatchObject(
          setIdentityPoolRoles ?? {},
        )
      }
    },
  )
})

test('the pools of public projects are accepted as a whole in a configuration', async () => {
  const userPools = definitions.map((definition, index) => {
    const { Domain, ...domain } = { Domain: undefined, ...definition.domain }
    const brandingOf = (clientName: string) => {
      const found = definition.branding?.find(({ ClientId }) => ClientId === `\${client:${clientName}}`)
      const { ClientId: _, ...branding } = found ?? {}
      return found && { branding }
    }
    const { CSS } = definition.uiCustomization ?? {}
    return {
      UserPoolId: `us-east-1_Real${String(index).padStart(5, '0')}`,
      ...definition.createUserPool,
      PoolName: `${index} ${definition.createUserPool.PoolName}`,
      ...definition.setUserPoolMfaConfig,
      clients: definition.clients.map((client) => ({ ...client, ...brandingOf(client.ClientName) })),
      ...(CSS !== undefined && { uiCustomization: { CSS } }),
      identityProviders: definition.identityProviders,
      groups: definition.groups,
      resourceServers: definition.resourceServers,
      ...(Domain !== undefined && {
        [Object.hasOwn(domain, 'CustomDomainConfig') ? 'customDomain' : 'domain']: { Domain, ...domain },
      }),
    }
  })
  // What an editor would check: the definitions are data.
  const config = { userPools, functions } as unknown as AmuletConfig
  const { server, admin } = await startWithAdmin({ config, warn: () => {} })
  expect(await server.ready).toMatchObject({ userPoolId: 'us-east-1_Real00000' })
  for (const { UserPoolId, clients, identityProviders, groups } of userPools) {
    const pool = { UserPoolId, MaxResults: 60 }
    for (const provider of identityProviders) {
      const { ProviderName } = provider
      const read = await admin.describeIdentityProvider({ UserPoolId, ProviderName })
      expect(read.IdentityProvider).toMatchObject(provider)
    }
    expect((await admin.listIdentityProviders(pool)).Providers).toHaveLength(identityProviders.length)
    expect((await admin.listUserPoolClients(pool)).UserPoolClients).toHaveLength(clients.length)
    const made = (await admin.listGroups({ UserPoolId })).Groups ?? []
    expect(made.map(({ GroupName }) => GroupName)).toEqual(
      expect.arrayContaining(groups.map(({ GroupName }) => GroupName)),
    )
  }
})
