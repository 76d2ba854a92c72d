import {
  configure,
  confirmSignUp,
  createAuthContext,
  createMemoryStorage,
  getCurrentUser,
  signIn,
  signUp,
} from '@amulet/auth'
import { parseAmplifyConfig } from 'aws-amplify/utils'
import { afterEach, expect, test } from 'vitest'
import { amulet, amuletDev, temporaryFolder } from '../../server/test/amulet.js'
import { PASSWORD } from './start.js'

afterEach(() => configure({}, {}))

test('what amulet outputs prints is read as by Amplify, and signs users in where endpoint points', async () => {
  const cwd = temporaryFolder()
  const server = await amuletDev([], { cwd })
  const outputs = JSON.parse((await amulet(['outputs'], { cwd })).stdout)
  expect(createAuthContext(outputs).config).toEqual(parseAmplifyConfig(structuredClone(outputs)))
  configure(outputs, { endpoint: server.url, storage: createMemoryStorage() })
  const username = 'ada@example.com'
  await signUp({ username, password: PASSWORD })
  // The inbox of dev, the newest message first.
  const [mail] = (await (await fetch(`${server.url}/_amulet/inbox?to=${username}`)).json()) as [
    { code: string },
  ]
  await confirmSignUp({ username, confirmationCode: mail.code })
  expect(await signIn({ username, password: PASSWORD })).toMatchObject({ isSignedIn: true })
  expect(await getCurrentUser()).toMatchObject({ signInDetails: { loginId: username } })
})
