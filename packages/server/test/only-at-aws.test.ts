import { expect, test } from 'vitest'
import { startWithAdmin } from './admin.js'
import { ADMIN, awsSdk, startProduction } from './production.js'

const FACTOR = 'SmsMfaConfiguration.SmsConfiguration.EumsSms'
const EumsSms = { CallerArn: 'arn:aws:iam::123456789012:role/sms' }
const SmsConfiguration = { SnsCallerArn: 'arn:aws:iam::123456789012:role/sns', EumsSms }

/** Settings of pools that only AWS can follow, by the name of the member. */
const OF_POOLS = {
  'UserPoolAddOns.AdvancedSecurityMode': { UserPoolAddOns: { AdvancedSecurityMode: 'ENFORCED' } },
  'UserPoolAddOns.AdvancedSecurityAdditionalFlows': {
    UserPoolAddOns: {
      AdvancedSecurityMode: 'OFF',
      AdvancedSecurityAdditionalFlows: { CustomAuthMode: 'AUDIT' },
    },
  },
  'EmailConfiguration.ConfigurationSet': { EmailConfiguration: { ConfigurationSet: 'events' } },
  'SmsConfiguration.EumsSms': { SmsConfiguration },
}

const OF_CLIENTS = {
  AnalyticsConfiguration: { AnalyticsConfiguration: { ApplicationId: 'x' } },
  EnablePropagateAdditionalUserContextData: { EnablePropagateAdditionalUserContextData: true },
}

const FACTORS = { MfaConfiguration: 'OPTIONAL', SmsMfaConfiguration: { SmsConfiguration } }

test('settings that only AWS can follow are accepted in development, read back, and warned of once', async () => {
  const warnings: string[] = []
  const { call } = await startWithAdmin({ warn: (sentence) => warnings.push(sentence) })
  let UserPoolId: string | undefined
  for (const settings of [...Object.values(OF_POOLS), ...Object.values(OF_POOLS)]) {
    const { body } = await call('CreateUserPool', { PoolName: 'test', ...settings })
    expect(body.UserPool).toMatchObject(settings)
    UserPoolId = body.UserPool.Id
  }
  for (const settings of Object.values(OF_CLIENTS)) {
    const { body } = await call('CreateUserPoolClient', { UserPoolId, ClientName: 'test', ...settings })
    expect(body.UserPoolClient).toMatchObject(settings)
  }
  expect((await call('SetUserPoolMfaConfig', { UserPoolId, ...FACTORS })).body).toMatchObject(FACTORS)
  const members = [...Object.keys(OF_POOLS), ...Object.keys(OF_CLIENTS), FACTOR]
  expect(warnings.map((sentence) => sentence.split(' ')[0])).toEqual(members)
  expect(warnings[0]).toBe(
    'UserPoolAddOns.AdvancedSecurityMode was taken, but only AWS can follow it: there is no threat protection, so no sign-in is found to be a risk.',
  )
})

test('in production they are refused by name, and nothing is created', async () => {
  const app = await startProduction()
  const admin = await awsSdk(app, { credentials: ADMIN })
  const { UserPool } = await admin.createUserPool({ PoolName: 'plain' })
  const UserPoolId = UserPool?.Id ?? ''
  const refused = async (member: string, request: Promise<unknown>) =>
    await expect(request).rejects.toMatchObject({
      name: 'InvalidParameterException',
      message: `Only AWS can do what ${member} asks for. Remove it from the request.`,
    })
  // Settings of the table above, each of one operation or the other.
  const pool = (settings: object) => ({ PoolName: 'test', ...settings })
  for (const [member, settings] of Object.entries(OF_POOLS)) {
    await refused(member, admin.createUserPool(pool(settings)))
    await refused(member, admin.updateUserPool({ UserPoolId, ...(settings as object) }))
  }
  for (const [member, settings] of Object.entries(OF_CLIENTS))
    await refused(member, admin.createUserPoolClient({ UserPoolId, ClientName: 'test', ...settings }))
  await refused(FACTOR, admin.setUserPoolMfaConfig({ UserPoolId, ...FACTORS, MfaConfiguration: 'OPTIONAL' }))
  expect((await admin.listUserPools({ MaxResults: 60 })).UserPools).toHaveLength(1)
  expect((await admin.listUserPoolClients({ UserPoolId })).UserPoolClients).toEqual([])
})
