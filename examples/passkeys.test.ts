import { createServer } from '@amulet/server'
import { addPasskey, createPasskey } from '@amulet/server/testing'
import { expect, test } from 'vitest'

const pool = {
  PoolName: 'Passkeys',
  Policies: { SignInPolicy: { AllowedFirstAuthFactors: ['PASSWORD' as const, 'WEB_AUTHN' as const] } },
  clients: [{ ClientId: 'web', ClientName: 'Web', ExplicitAuthFlows: ['ALLOW_USER_AUTH' as const] }],
  users: [{ Username: 'ada', Password: 'Correct-Horse-1' }],
}

test('Ada signs in with a passkey', async () => {
  const server = createServer({ config: { userPools: [pool] } })
  const call = async (operation: string, input: object) => {
    const response = await server.fetch(
      new Request('http://localhost/', {
        method: 'POST',
        headers: { 'x-amz-target': `AWSCognitoIdentityProviderService.${operation}` },
        body: JSON.stringify(input),
      }),
    )
    return await response.json()
  }
  const passkey = createPasskey({ origin: 'http://localhost:5173' })
  await addPasskey(server, 'ada', passkey)

  const asked = await call('InitiateAuth', {
    ClientId: 'web',
    AuthFlow: 'USER_AUTH',
    AuthParameters: { USERNAME: 'ada', PREFERRED_CHALLENGE: 'WEB_AUTHN' },
  })
  const options = JSON.parse(asked.ChallengeParameters.CREDENTIAL_REQUEST_OPTIONS)
  const { AuthenticationResult } = await call('RespondToAuthChallenge', {
    ClientId: 'web',
    ChallengeName: 'WEB_AUTHN',
    Session: asked.Session,
    ChallengeResponses: { USERNAME: 'ada', CREDENTIAL: JSON.stringify(passkey.get(options)) },
  })
  expect(AuthenticationResult.AccessToken).toBeDefined()
  await server.close()
})
