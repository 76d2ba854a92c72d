import {
  associateWebAuthnCredential,
  configure,
  createMemoryStorage,
  signIn,
  signInWithPasskey,
  signOut,
} from '@amulet/auth'
import { createServer } from '@amulet/server'
import { addPasskey, createPasskey, installAuthenticator } from '@amulet/server/testing'
import { afterAll, expect, test } from 'vitest'

const origin = 'http://localhost:5173'
const password = 'Correct-Horse-1'
const server = createServer({
  config: {
    userPools: [
      {
        PoolName: 'Passkeys',
        Policies: { SignInPolicy: { AllowedFirstAuthFactors: ['PASSWORD', 'WEB_AUTHN'] } },
        clients: [{ ClientName: 'Web', ExplicitAuthFlows: ['ALLOW_USER_SRP_AUTH', 'ALLOW_USER_AUTH'] }],
        users: [
          { Username: 'ada', Password: password },
          { Username: 'grace', Password: password },
        ],
      },
    ],
  },
})
const { userPoolId, userPoolClientId } = await server.ready
configure(
  { Auth: { Cognito: { userPoolId, userPoolClientId } } },
  { fetch: server.fetch, clock: server.clock.now, storage: createMemoryStorage() },
)
afterAll(() => server.close())

test('Ada signs in with a passkey that she has', async () => {
  const passkey = createPasskey({ origin })
  await addPasskey(server, 'ada', passkey)
  const authenticator = installAuthenticator({ origin, passkeys: [passkey] })
  const { isSignedIn } = await signIn({
    username: 'ada',
    options: { authFlowType: 'USER_AUTH', preferredChallenge: 'WEB_AUTHN' },
  })
  expect(isSignedIn).toBe(true)
  await signOut()
  authenticator.uninstall()
})

test('Grace registers a passkey, and signs in with it, without her name', async () => {
  const authenticator = installAuthenticator({ origin })
  await signIn({ username: 'grace', password })
  await associateWebAuthnCredential()
  expect(authenticator.passkeys).toHaveLength(1)
  await signOut()
  expect((await signInWithPasskey()).isSignedIn).toBe(true)
  await signOut()
  authenticator.uninstall()
})
