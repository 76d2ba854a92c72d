import type { TriggerEvent } from '@amulet/server'
import { expect, test } from 'vitest'
import { signInUpstream, startFederated, tokensOf } from './federation.js'

const arn = (name: string) => `arn:aws:lambda:us-east-1:000000000000:function:${name}`
const TRIGGERS = [
  'PreSignUp',
  'PostConfirmation',
  'PreAuthentication',
  'PostAuthentication',
  'PreTokenGeneration',
]

async function startWatched(extra: Record<string, (event: TriggerEvent) => unknown> = {}) {
  const events: TriggerEvent[] = []
  const app = await startFederated({
    pool: {
      LambdaConfig: {
        ...Object.fromEntries(TRIGGERS.map((name) => [name, arn('watch')])),
        InboundFederation: { LambdaVersion: 'V1_0', LambdaArn: arn('inbound') },
      },
    },
    functions: {
      async watch(event) {
        events.push(structuredClone(event))
        extra[event.triggerSource]?.(event)
        return event
      },
      async inbound(event) {
        events.push(structuredClone(event))
        extra[event.triggerSource]?.(event)
        return event
      },
    },
  })
  // The user that the pool has from the start.
  events.length = 0
  const sources = () => events.splice(0).map(({ triggerSource }) => triggerSource)
  return { ...app, events, sources }
}

test('the functions of a pool run in the order of the service, at the first sign-in and at later ones', async () => {
  const app = await startWatched()
  await tokensOf(app, await signInUpstream(app, 'grace'))
  const [inbound, preSignUp, postConfirmation] = app.events
  expect(app.sources()).toEqual([
    'InboundFederation_ExternalProvider',
    'PreSignUp_ExternalProvider',
    'PostConfirmation_ConfirmSignUp',
    'PostAuthentication_Authentication',
    'TokenGeneration_HostedAuth',
  ])
  expect(inbound).toMatchObject({
    userName: 'grace',
    request: {
      providerName: 'Upstream',
      providerType: 'OIDC',
      attributes: {
        tokenResponse: { token_type: 'bearer' },
        idToken: { sub: 'grace', aud: 'amulet' },
        userInfo: { sub: 'grace', email: 'grace@example.com' },
      },
    },
  })
  expect(preSignUp).toMatchObject({
    userName: 'Upstream_grace',
    callerContext: { clientId: app.clientId },
    request: {
      userAttributes: {
        email: 'grace@example.com',
        'cognito:email_alias': '',
        'cognito:phone_number_alias': '',
      },
      validationData: null,
    },
  })
  expect(postConfirmation).toMatchObject({
    userName: 'Upstream_grace',
    request: { userAttributes: { 'cognito:user_status': 'EXTERNAL_PROVIDER', sub: expect.any(String) } },
  })
  await tokensOf(app, await signInUpstream(app, 'grace'))
  expect(app.sources()).toEqual([
    'InboundFederation_ExternalProvider',
    'PreAuthentication_Authentication',
    'PostAuthentication_Authentication',
    'TokenGeneration_HostedAuth',
  ])
})

test.each([
  ['PreSignUp_ExternalProvider', 'PreSignUp failed with error not here.'],
  ['PostAuthentication_Authentication', 'PostAuthentication failed with error not here.'],
  ['InboundFederation_ExternalProvider', 'InboundFederation failed with error not here.'],
])('a refusal of %s is passed to the application, and signs no user in', async (source, description) => {
  const app = await startWatched({
    [source]() {
      throw new Error('not here')
    },
  })
  const user = await signInUpstream(app, 'grace')
  expect(user.left?.searchParams.get('error')).toBe('invalid_request')
  expect(user.left?.searchParams.get('error_description')).toBe(description)
  expect(user.browser.jar.has('cognito')).toBe(false)
})

test('the answer of the inbound function replaces all of the provider’s attributes, but not the subject', async () => {
  const app = await startWatched({
    InboundFederation_ExternalProvider(event) {
      Object.assign(event.response, { userAttributesToMap: { sub: 'admin', name: 'By the function' } })
    },
  })
  const { id } = await tokensOf(app, await signInUpstream(app, 'grace'))
  expect(id).toMatchObject({ 'cognito:username': 'Upstream_grace', name: 'By the function' })
  expect(id).not.toHaveProperty('email')
})

test('only an address that the sign-up function verifies is verified', async () => {
  const app = await startFederated({
    provider: { AttributeMapping: { email: 'email' } },
    pool: { LambdaConfig: { PreSignUp: arn('pre') } },
    functions: {
      async pre(event) {
        Object.assign(event.response, { autoVerifyEmail: event.userName === 'Upstream_grace' })
        return event
      },
    },
  })
  expect((await tokensOf(app, await signInUpstream(app, 'grace'))).id.email_verified).toBe(true)
  expect((await tokensOf(app, await signInUpstream(app, 'hopper'))).id.email_verified).toBe(false)
})
