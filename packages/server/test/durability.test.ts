import { expect, test } from 'vitest'
import { amuletDev, type RunningAmulet, temporaryFolder } from './amulet.js'
import { PASSWORD } from './start.js'

const ROUNDS = 3
const CONFIRMED_PER_ROUND = 150
const AT_ONCE = 8

interface Promised {
  /** Whose SignUp was answered. */
  readonly signedUp: string[]
  /** Whose ConfirmSignUp was answered. */
  readonly confirmed: string[]
}

/** Signs users up and confirms them, several at once, until the server is gone. */
async function signUpUntilKilled(running: RunningAmulet, round: number, promised: Promised) {
  const ClientId = running.userPoolClientId
  let confirmedNow = 0
  const worker = async (number: number) => {
    for (let i = 0; ; i++) {
      const Username = `user-${round}-${number}-${i}@example.com`
      const signedUp = await running.call('SignUp', { ClientId, Username, Password: PASSWORD })
      expect(signedUp.status).toBe(200)
      promised.signedUp.push(Username)
      const inbox = await fetch(`${running.url}/_amulet/inbox?to=${encodeURIComponent(Username)}`)
      const [message] = (await inbox.json()) as { code: string }[]
      const confirmed = await running.call('ConfirmSignUp', {
        ClientId,
        Username,
        ConfirmationCode: message?.code,
      })
      expect(confirmed.status).toBe(200)
      promised.confirmed.push(Username)
      if (++confirmedNow === CONFIRMED_PER_ROUND) running.process.kill('SIGKILL')
    }
  }
  const outcomes = await Promise.allSettled(Array.from({ length: AT_ONCE }, (_, number) => worker(number)))
  // A worker ends when its connection breaks, and by nothing else.
  for (const outcome of outcomes)
    expect(outcome).toMatchObject({
      status: 'rejected',
      reason: { name: 'TypeError', message: 'fetch failed' },
    })
}

test('what was answered survives a kill in the middle of a stream of sign-ups', {
  timeout: 120_000,
}, async () => {
  const cwd = temporaryFolder()
  const promised: Promised = { signedUp: [], confirmed: [] }
  for (let round = 0; round < ROUNDS; round++)
    await signUpUntilKilled(await amuletDev([], { cwd }), round, promised)
  expect(promised.confirmed.length).toBeGreaterThanOrEqual(ROUNDS * CONFIRMED_PER_ROUND)

  const survivor = await amuletDev([], { cwd })
  const signIn = async (USERNAME: string) => {
    const { body } = await survivor.call('InitiateAuth', {
      ClientId: survivor.userPoolClientId,
      AuthFlow: 'USER_PASSWORD_AUTH',
      AuthParameters: { USERNAME, PASSWORD },
    })
    return body
  }
  const missing: string[] = []
  for (const username of promised.confirmed)
    if (!(await signIn(username)).AuthenticationResult) missing.push(username)
  expect(missing).toEqual([])
  for (const username of promised.signedUp.filter((name) => !promised.confirmed.includes(name)))
    expect(await signIn(username)).toEqual({
      __type: 'UserNotConfirmedException',
      message: 'User is not confirmed.',
    })
})
