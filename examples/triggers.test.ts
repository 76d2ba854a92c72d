import { configure, createMemoryStorage, fetchAuthSession, signIn, signUp } from '@amulet/auth'
import { type AmuletServer, createServer, type FunctionHandler } from '@amulet/server'
import { afterEach, beforeEach, expect, test } from 'vitest'

const password = 'Correct-horse-1'
const arn = (name: string) => `arn:aws:lambda:us-east-1:000000000000:function:${name}`

// In an application: import { handler as preSignUp } from '../functions/pre-sign-up.js'
const preSignUp: FunctionHandler = async (event) => {
  if (event.userName === 'eve') throw new Error('Not Eve')
  event.response.autoConfirmUser = true
  return event
}
const preTokenGeneration: FunctionHandler = async (event) => {
  event.response.claimsOverrideDetails = { claimsToAddOrOverride: { plan: 'free' } }
  return event
}

let server: AmuletServer
beforeEach(async () => {
  server = createServer({
    functions: { 'pre-sign-up': preSignUp, 'pre-token-generation': preTokenGeneration },
    config: {
      userPools: [
        {
          PoolName: 'Example',
          LambdaConfig: {
            PreSignUp: arn('pre-sign-up'),
            PreTokenGeneration: arn('pre-token-generation'),
          },
          clients: [{ ClientName: 'Web', ExplicitAuthFlows: ['ALLOW_USER_SRP_AUTH'] }],
        },
      ],
    },
  })
  const { userPoolId, userPoolClientId } = await server.ready
  configure(
    { Auth: { Cognito: { userPoolId, userPoolClientId } } },
    { fetch: server.fetch, clock: server.clock.now, storage: createMemoryStorage() },
  )
})
afterEach(() => server.close())

test('a new user is confirmed at once, and has a plan in the token', async () => {
  expect((await signUp({ username: 'ada', password })).isSignUpComplete).toBe(true)
  await signIn({ username: 'ada', password })
  expect((await fetchAuthSession()).tokens?.idToken?.payload.plan).toBe('free')
})

test('a refusal says why', async () => {
  await expect(signUp({ username: 'eve', password })).rejects.toMatchObject({
    name: 'UserLambdaValidationException',
    message: 'PreSignUp failed with error Not Eve.',
  })
})
