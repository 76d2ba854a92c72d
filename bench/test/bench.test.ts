import { createServer } from '@amulet/server'
import { expect, onTestFinished, test, vi } from 'vitest'
import { addUsers } from '../src/add-users.js'
import { bundleSize } from '../src/bundle-size.js'
import { refresh, repeat, signUpUsers, srpSignIn, type Target } from '../src/load.js'
import { temporaryDatabase } from '../src/measured-server.js'
import { serverPublicValue, verifierOf } from '../src/openssl.js'
import { amplifySrp, amuletSrp } from '../src/srp-work.js'
import { benchTriggers } from '../src/triggers.js'

// What is measured is what it says: the numbers themselves are for people to judge.

async function listening(options: Parameters<typeof createServer>[0] = {}): Promise<Target> {
  const server = createServer(options)
  onTestFinished(() => server.close())
  return await server.listen()
}

test('the load signs users up and in, and refreshes', async () => {
  const target = await listening()
  const users = await signUpUsers(target, 6)
  const tokens: string[] = []
  await repeat(12, async (i) => tokens.push(await srpSignIn(target, users[i % 6] ?? '')))
  expect(new Set(tokens).size).toBe(12)
  const refreshed = await refresh(target, tokens[0] ?? '')
  expect(refreshed.AuthenticationResult).toMatchObject({ TokenType: 'Bearer' })
  await expect(srpSignIn(target, 'nobody@example.com')).rejects.toThrow('Incorrect username or password.')
})

test('users that fill a pool are found in it, and those who were there still sign in', async () => {
  const database = temporaryDatabase()
  onTestFinished(database.remove)
  const url = `sqlite:${database.file}`
  const before = createServer({ database: url, rootKey: database.rootKey })
  const target = await before.listen()
  const [user = ''] = await signUpUsers(target, 1)
  await before.close()
  await addUsers(database, target.userPoolId, 1500)

  const after = await listening({ database: url, rootKey: database.rootKey })
  expect(await srpSignIn(after, user)).toBeTruthy()
  const response = await fetch(after.url, {
    method: 'POST',
    headers: { 'x-amz-target': 'AWSCognitoIdentityProviderService.ListUsers' },
    body: JSON.stringify({ UserPoolId: after.userPoolId, Filter: 'email = "filler1499@example.com"' }),
  })
  expect(await response.json()).toMatchObject({ Users: [{ UserStatus: 'CONFIRMED', Enabled: true }] })
})

test('functions of triggers are measured in place and in a thread', async () => {
  const print = vi.spyOn(console, 'log').mockImplementation(() => {})
  onTestFinished(() => print.mockRestore())
  await benchTriggers(3)
  const printed = print.mock.calls.flat().join('\n')
  expect(printed).toMatch(/^\| in place +\| +[\d.]+ ms \| +-?[\d.]+ ms \|$/m)
  expect(printed).toMatch(/^\| in a thread +\| +[\d.]+ ms \| +-?[\d.]+ ms \|$/m)
})

test('a bundle holds what is imported and nothing else', async () => {
  const [one, all] = await Promise.all([
    bundleSize("export { getCurrentUser } from '@amulet/auth'"),
    bundleSize("export * from '@amulet/auth'"),
  ])
  expect(one).toBeGreaterThan(500)
  expect(all).toBeGreaterThan(one)
})

test('the arithmetic of both libraries ends in a proof of the password', async () => {
  const verifier = verifierOf('us-east-1_Bench', 'ada', 'Correct-horse-1')
  const challenge = {
    SALT: verifier.salt,
    SECRET_BLOCK: Buffer.from('block').toString('base64'),
    SRP_B: serverPublicValue(verifier).toString(16),
    USERNAME: 'ada',
    USER_ID_FOR_SRP: 'ada',
  }
  for (const library of [amuletSrp, amplifySrp]) {
    const work = await library('us-east-1_Bench', 'Correct-horse-1', challenge)
    expect(Buffer.from(await work(), 'base64')).toHaveLength(32)
  }
})
