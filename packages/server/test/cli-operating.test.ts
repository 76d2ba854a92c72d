import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { amulet, amuletServe, environment, temporaryFolder } from './amulet.js'
import { PASSWORD, start } from './start.js'

const page = readFileSync(new URL('../../../docs/operating.md', import.meta.url), 'utf8')
const blocks = (language: string) =>
  [...page.matchAll(new RegExp(`\`\`\`${language}\n(.*?)\`\`\``, 'gs'))].map(([, block = '']) => block)

test('the secrets from the documentation start a server, and its requests are answered as documented', async () => {
  // As in a campaign, which is told so how long to run.
  vi.stubEnv('AMULET_WALK_SEED', '1')
  const [secrets = ''] = blocks('sh')
  const output = execFileSync('bash', ['-euo', 'pipefail', '-c', `${secrets}\nenv -0`], {
    encoding: 'utf8',
    env: environment(),
  })
  const env = Object.fromEntries(
    output
      .split('\0')
      .filter((line) => line.startsWith('AMULET_'))
      .map((line) => line.split(/=(.*)/s)),
  )
  expect(Object.keys(env)).toHaveLength(3)
  const serving = await amuletServe(['--url', 'https://auth.example.com'], { env })
  for (const [, path = ''] of page.matchAll(/\| `GET (\/_amulet\/(?:health|ready))`/g))
    expect((await fetch(`${serving.url}${path}`)).status).toBe(200)
  expect((await fetch(`${serving.url}/_amulet/metrics`)).status).toBe(404)
  expect(await serving.stop()).toBe(0)
})

/** The AWS command line names operations and members as the API does, in lower case and with hyphens. */
const pascalCase = (name: string) => name.replace(/(?:^|-)(.)/g, (_, letter: string) => letter.toUpperCase())

/** `aws cognito-idp …` as the operation that it calls, and its input. */
function awsCommand(command: string) {
  const [, , name = '', ...words] = command.replaceAll('\\\n', ' ').split(/\s+/)
  const options = words
    .join(' ')
    .split('--')
    .slice(1)
    .map((option) => option.trim().split(' '))
  const isList = (option: string) => /-(attributes|flows)$/.test(option)
  const input = Object.fromEntries(
    options
      .filter(([option]) => option !== 'region' && option !== 'endpoint-url')
      .map(([option = '', ...values]) => [pascalCase(option), isList(option) ? values : values.join(' ')]),
  )
  return { operation: pascalCase(name), input }
}

test('the commands for the first pool create one that users can sign up to', async () => {
  const commands = blocks('sh').flatMap((block) => block.match(/^aws (.*\\\n)*.*$/gm) ?? [])
  const [createPool, createClient] = commands.map(awsCommand)
  const app = await start({ config: { userPools: [{ PoolName: 'Another one' }] } })
  const pool = await app.call(createPool?.operation ?? '', createPool?.input)
  const { PoolName, ...settings } = createPool?.input ?? {}
  expect(pool.body.UserPool).toMatchObject({ Name: PoolName, ...settings })
  const input = { ...createClient?.input, UserPoolId: pool.body.UserPool.Id }
  const client = await app.call(createClient?.operation ?? '', input)
  expect(client.body.UserPoolClient).toMatchObject(input)
  const ClientId = client.body.UserPoolClient.ClientId
  const account = { ClientId, Username: 'ada@example.com', Password: PASSWORD }
  expect((await app.call('SignUp', account)).body.CodeDeliveryDetails.AttributeName).toBe('email')
})

test('every option and variable on the page exists', async () => {
  const { stdout: help } = await amulet(['--help'])
  // What belongs to other programs is theirs.
  const ours = page.replaceAll(/^(aws|curl|docker|npm|sqlite3) (.*\\\n)*.*$/gm, '')
  for (const [option] of ours.matchAll(/(?<![\w-])--[a-z][a-z-]+|AMULET_[A-Z_]+/g))
    expect(help, `--help does not know ${option}`).toContain(option)
})

test('the log line in the documentation has the members of a real one', async () => {
  const example = blocks('json').find((block) => block.includes('"requestId"')) ?? '{}'
  const cwd = temporaryFolder()
  const client = {
    ClientId: 'web',
    ClientName: 'Web',
    ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH'],
    PreventUserExistenceErrors: 'ENABLED',
  }
  writeFileSync(
    join(cwd, 'config.json'),
    JSON.stringify({ userPools: [{ PoolName: 'Example', clients: [client] }] }),
  )
  const serving = await amuletServe(['--config', 'config.json'], {
    cwd,
    env: {
      AMULET_ROOT_KEY: '0'.repeat(64),
      AMULET_ADMIN_ACCESS_KEY_ID: 'operator',
      AMULET_ADMIN_SECRET_ACCESS_KEY: 'x'.repeat(40),
    },
  })
  await serving.call('InitiateAuth', {
    ClientId: 'web',
    AuthFlow: 'USER_PASSWORD_AUTH',
    AuthParameters: { USERNAME: 'ada', PASSWORD: 'Wrong-Horse-1' },
  })
  await serving.stop()
  const line = serving
    .stdout()
    .split('\n')
    .find((text) => text.includes('"operation"'))
  expect(Object.keys(JSON.parse(line ?? '{}')).sort()).toEqual(Object.keys(JSON.parse(example)).sort())
})
