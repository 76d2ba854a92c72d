import { Amplify } from 'aws-amplify'
import { confirmSignUp, fetchAuthSession, signIn, signOut, signUp } from 'aws-amplify/auth'
import { ConsoleLogger } from 'aws-amplify/utils'
import { expect, onTestFinished, test } from 'vitest'
import { readSessionToken } from './identities.js'
import { PASSWORD, start } from './start.js'

// Stock aws-amplify against the identity pool that a server for development has from the start.

const username = 'ada@example.com'

// It warns of every endpoint that is not the service's own.
ConsoleLogger.LOG_LEVEL = 'ERROR'

test('a guest has credentials, a user has others for the same identity, and the next guest has another identity', async () => {
  const { server } = await start()
  const { url, userPoolId, userPoolClientId, identityPoolId } = await server.listen()
  const Cognito = { userPoolId, userPoolClientId, userPoolEndpoint: url }
  const identityPool = { identityPoolId, identityPoolEndpoint: url, allowGuestAccess: true }
  Amplify.configure({ Auth: { Cognito: { ...Cognito, ...identityPool } } })
  onTestFinished(() => signOut())
  const roleOf = (sessionToken = '') => readSessionToken(sessionToken).roleArn

  const guest = await fetchAuthSession()
  expect(guest.tokens).toBeUndefined()
  expect(guest.identityId).toMatch(/^us-east-1:/)
  expect(roleOf(guest.credentials?.sessionToken)).toMatch(/unauthenticated$/)
  expect(guest.credentials?.expiration?.getTime()).toBeGreaterThan(Date.now())
  expect((await fetchAuthSession({ forceRefresh: true })).identityId).toBe(guest.identityId)

  await signUp({ username, password: PASSWORD })
  const confirmationCode = server.inbox.last(username)?.code ?? ''
  await confirmSignUp({ username, confirmationCode })
  await signIn({ username, password: PASSWORD, options: { authFlowType: 'USER_PASSWORD_AUTH' } })
  const user = await fetchAuthSession()
  expect(user.identityId).toBe(guest.identityId)
  expect(roleOf(user.credentials?.sessionToken)).toMatch(/dev-authenticated$/)
  expect((await fetchAuthSession({ forceRefresh: true })).identityId).toBe(user.identityId)

  await signOut()
  const next = await fetchAuthSession()
  expect(next.identityId).not.toBe(user.identityId)
  expect(roleOf(next.credentials?.sessionToken)).toMatch(/unauthenticated$/)
})

test('where guests are refused, Amplify without a user has no credentials and no error', async () => {
  const { server } = await start()
  const { url, userPoolId, userPoolClientId, identityPoolId } = await server.listen()
  const Cognito = { userPoolId, userPoolClientId, userPoolEndpoint: url }
  Amplify.configure({ Auth: { Cognito: { ...Cognito, identityPoolId, identityPoolEndpoint: url } } })
  expect(await fetchAuthSession()).toMatchObject({ credentials: undefined, identityId: undefined })
})
