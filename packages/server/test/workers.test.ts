import { writeFileSync } from 'node:fs'
import { Agent, request } from 'node:http'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { amulet, amuletServe, type ServingAmulet, temporaryFolder } from './amulet.js'
import { sharedDatabase } from './fresh-database.js'
import { PASSWORD } from './start.js'

// `amulet serve --workers`, on the database that this run is on.

const METRICS_TOKEN = 'a-token-for-the-metrics'
const SECRETS = {
  AMULET_ADMIN_ACCESS_KEY_ID: 'AKIDOPERATOR',
  AMULET_ADMIN_SECRET_ACCESS_KEY: 'the-secret-of-the-operator-0123456789',
  AMULET_METRICS_TOKEN: METRICS_TOKEN,
}
const USERS = Array.from({ length: 8 }, (_, index) => `user${index}`)
const CONFIG = {
  userPools: [
    {
      PoolName: 'Workers',
      clients: [{ ClientId: 'web', ClientName: 'Web', ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH'] }],
      users: USERS.map((Username) => ({ Username, Password: PASSWORD })),
    },
  ],
}

async function serveByTwo(args: readonly string[] = []): Promise<ServingAmulet> {
  const cwd = temporaryFolder()
  writeFileSync(join(cwd, 'config.json'), JSON.stringify(CONFIG))
  const { database, rootKey } = await sharedDatabase()
  const options = ['--workers', '2', '--config', 'config.json', '--url', 'https://auth.example.com']
  return await amuletServe([...options, '--database', database, ...args], {
    cwd,
    env: { ...SECRETS, AMULET_ROOT_KEY: rootKey.toString('hex') },
  })
}

/** Calls an operation on a connection of its own: each may lead to another worker. */
function call(url: string, operation: string, input: object): Promise<{ status: number; type: unknown }> {
  return new Promise((resolve, reject) => {
    const headers = { 'x-amz-target': `AWSCognitoIdentityProviderService.${operation}` }
    const sent = request(url, { method: 'POST', agent: new Agent(), headers }, (response) => {
      let text = ''
      response.setEncoding('utf8').on('data', (chunk) => {
        text += chunk
      })
      response.once('end', () => resolve({ status: response.statusCode ?? 0, type: JSON.parse(text).__type }))
    })
    sent.once('error', reject)
    sent.end(JSON.stringify(input))
  })
}

const signIn = ({ url }: ServingAmulet, USERNAME: string, password = PASSWORD) =>
  call(url, 'InitiateAuth', {
    ClientId: 'web',
    AuthFlow: 'USER_PASSWORD_AUTH',
    AuthParameters: { USERNAME, PASSWORD: password },
  })

const linesOf = (serving: ServingAmulet): Record<string, unknown>[] =>
  serving
    .stdout()
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line))

/** The workers that became ready, as the log tells them. */
const readyWorkers = (serving: ServingAmulet) =>
  linesOf(serving).flatMap(({ msg, worker, pid }) =>
    msg === 'worker ready' ? [{ worker, pid: Number(pid) }] : [],
  )

test('two workers share a port and a database, and each reports the metrics of both', async () => {
  const serving = await serveByTwo()
  const answers = await Promise.all(
    Array.from({ length: 5 }, () => USERS.map((name) => signIn(serving, name))).flat(),
  )
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]))
  // Wrong guesses are counted together: the sixth is refused wherever it comes to.
  for (let guess = 0; guess < 5; guess++) await signIn(serving, 'user0', 'Wrong-Horse-1')
  const locked = await Promise.all(Array.from({ length: 4 }, () => signIn(serving, 'user0')))
  expect(new Set(locked.map(({ type }) => type))).toEqual(new Set(['NotAuthorizedException']))
  const metrics = await fetch(`${serving.url}/_amulet/metrics`, {
    headers: { authorization: `Bearer ${METRICS_TOKEN}` },
  })
  const text = await metrics.text()
  const signedIn = [
    ...text.matchAll(
      /^amulet_requests_total\{worker="(\d)",operation="InitiateAuth",status="200",.*\} (\d+)$/gm,
    ),
  ]
  expect(signedIn.map(([, worker]) => worker).sort()).toEqual(['1', '2'])
  expect(signedIn.reduce((sum, [, , count]) => sum + Number(count), 0)).toBe(answers.length)
  expect(text.match(/^# HELP process_cpu_seconds_total /gm)).toHaveLength(1)
  expect(await serving.stop()).toBe(0)
  // Each says the same, and it is told once.
  expect(linesOf(serving).filter(({ level }) => level === 'warn')).toHaveLength(1)
})

test('a worker that is killed is replaced, and the other one answers meanwhile', async () => {
  const serving = await serveByTwo()
  const [first] = readyWorkers(serving)
  process.kill(first?.pid ?? 0, 'SIGKILL')
  await expect
    .poll(() => linesOf(serving))
    .toContainEqual(
      expect.objectContaining({ level: 'error', msg: 'worker ended', worker: 1, signal: 'SIGKILL' }),
    )
  expect((await signIn(serving, 'user1')).status).toBe(200)
  await expect.poll(() => readyWorkers(serving).length).toBe(3)
  const [, , third] = readyWorkers(serving)
  expect(third?.worker).toBe(1)
  expect(third?.pid).not.toBe(first?.pid)
  expect((await Promise.all(USERS.map((name) => signIn(serving, name)))).map(({ status }) => status)).toEqual(
    USERS.map(() => 200),
  )
  expect(await serving.stop()).toBe(0)
})

test('workers that are asked to stop report that they are not ready, and end in an orderly way', async () => {
  const serving = await serveByTwo(['--drain', '1'])
  const stopped = serving.stop()
  const ready = async () =>
    (await fetch(`${serving.url}/_amulet/ready`, { headers: { connection: 'close' } })).status
  await expect.poll(async () => [await ready(), await ready()]).toEqual([503, 503])
  expect(await stopped).toBe(0)
  expect(linesOf(serving).at(-1)).toMatchObject({ level: 'info', msg: 'stopped' })
  expect(linesOf(serving).filter(({ msg }) => msg === 'worker ended')).toEqual([])
  for (const { pid } of readyWorkers(serving)) expect(() => process.kill(pid, 0)).toThrow('ESRCH')
})

test('workers do not outlive the process that started them', async () => {
  const serving = await serveByTwo()
  const workers = readyWorkers(serving)
  await serving.stop('SIGKILL')
  for (const { pid } of workers) await expect.poll(() => isRunning(pid)).toBe(false)
})

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

test('an error that keeps a worker from starting ends all, and is reported once', async () => {
  const env = { ...SECRETS, AMULET_ROOT_KEY: '0'.repeat(64) }
  const database = `sqlite:${join(temporaryFolder(), 'missing', 'amulet.db')}`
  const args = ['serve', '--port', '0', '--workers', '2', '--database', database]
  const { code, stdout, stderr } = await amulet(args, { env })
  expect(code).toBe(1)
  expect(stderr.trim().split('\n')).toEqual([expect.stringContaining('does not exist')])
  const [fatal, ...others] = stdout.trim().split('\n')
  expect(fatal).toContain('"level":"fatal"')
  expect(others).toEqual([expect.stringContaining('"worker ended"')])
})

test.each(['0', '65', 'two', '1.5', '-1'])('%s workers are refused', async (workers) => {
  const { code, stderr } = await amulet(['serve', `--workers=${workers}`], { env: SECRETS })
  expect([code, stderr]).toEqual([
    2,
    expect.stringContaining('--workers takes a number of processes from 1 to 64'),
  ])
})
