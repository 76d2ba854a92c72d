import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { build } from 'esbuild'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { format } from '../report/format.js'
import { report } from '../report/report.js'

const own = fileURLToPath(new URL('../src/index.ts', import.meta.url))
const here = fileURLToPath(new URL('..', import.meta.url))

/** An application of these files. */
function application(files: Record<string, string>, within: string = tmpdir()): string {
  mkdirSync(within, { recursive: true })
  const folder = mkdtempSync(join(within, 'amulet-report-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), text)
  }
  return folder
}

const manifest = JSON.stringify({ dependencies: { 'aws-amplify': '^6.22.1' } })

/** What the report says of each name. */
const findingsOf = async (files: Record<string, string>) => {
  const { findings } = await report(application(files), own)
  return Object.fromEntries(findings.map((finding) => [finding.name || finding.module, finding]))
}

describe('an application in React with an own sign-in', () => {
  const files = {
    'package.json': manifest,
    'src/main.tsx': `
import { Amplify } from 'aws-amplify'
import { Hub, sessionStorage } from 'aws-amplify/utils'
import { cognitoUserPoolsTokenProvider } from 'aws-amplify/auth/cognito'
import outputs from '../amplify_outputs.json'

Amplify.configure(outputs)
cognitoUserPoolsTokenProvider.setKeyValueStorage(sessionStorage)
Hub.listen('auth', ({ payload }) => console.log(payload.event))
`,
    'src/login.tsx': `
import { confirmSignIn, signIn, type SignInInput } from 'aws-amplify/auth'

export const Login = ({ username, password }: SignInInput) => (
  <button onClick={() => signIn({ username, password, options: { authFlowType: 'USER_AUTH' } })}>Sign in</button>
)
export const code = (challengeResponse: string) => confirmSignIn({ challengeResponse })
`,
    'src/session.ts': `
import * as auth from 'aws-amplify/auth'
export const token = async () => (await auth.fetchAuthSession({ forceRefresh: true })).tokens?.idToken
export const leave = <T,>(value: T) => auth.signOut().then(() => value)
`,
    'node_modules/other/index.js': "import { uploadData } from 'aws-amplify/storage'",
    'dist/main.js': "import { Amplify } from 'aws-amplify'; Amplify.getConfig()",
  }

  test('is covered, and each place is listed', async () => {
    const result = await report(application(files), own)
    expect(result).toMatchObject({ amplify: '^6.22.1', files: 3, isCovered: true, unreadable: [] })
    expect(result.findings.filter(({ status }) => status === 'covered').map(({ name }) => name)).toEqual(
      expect.arrayContaining(['signIn', 'confirmSignIn', 'SignInInput', 'fetchAuthSession', 'signOut']),
    )
    expect(result.findings).toContainEqual({
      status: 'covered',
      module: 'aws-amplify/auth',
      name: 'signIn',
      options: ['options.authFlowType'],
      places: ['src/login.tsx:2', 'src/login.tsx:5'],
    })
    expect(result.findings).toContainEqual({
      status: 'changes',
      module: 'aws-amplify',
      name: 'Amplify.configure',
      note: 'configure(config)',
      link: expect.stringMatching(/moving-from-amplify\.md#the-change$/),
      places: ['src/main.tsx:7'],
    })
    expect(result.findings.map(({ name }) => name)).toEqual(
      expect.arrayContaining([
        'sessionStorage',
        'cognitoUserPoolsTokenProvider.setKeyValueStorage',
        'Hub.listen',
      ]),
    )
  })

  test('gets links to what behaves differently in its calls', async () => {
    const { differences } = await report(application(files), own)
    expect(differences.map((link) => link.replace(/.*#/, ''))).toEqual([
      'signing-in',
      'sessions',
      'configuration-and-contexts',
      'requests-and-errors',
    ])
  })

  test('gets measured bytes where it has esbuild, and those of the table where it has none', async () => {
    const { bytes } = await report(application(files), own)
    expect(bytes).toMatchObject({ by: 'table' })
    // Within the repository, which has esbuild and aws-amplify.
    const measured = await report(application(files, join(here, '.cache')), own)
    expect(measured.bytes?.by).toMatch(/^esbuild \d/)
    for (const { before = 0, after = 0 } of [bytes ?? {}, measured.bytes ?? {}]) {
      expect(before).toBeGreaterThan(35_000)
      expect(after).toBeGreaterThan(9_000)
      expect(after).toBeLessThan(before / 2)
    }
  })

  test('has a report to read', async () => {
    const text = format(await report(application(files), own))
    expect(text).toContain('aws-amplify ^6.22.1; 3 source files read')
    expect(text).toContain(
      '  signIn  (aws-amplify/auth)\n    src/login.tsx:2, src/login.tsx:5\n    options.authFlowType',
    )
    expect(text).toMatch(/Bytes to a browser: [\d.]+ kB before, [\d.]+ kB after/)
    expect(text).toMatch(/Everything that is about signing in is covered\.$/)
  })
})

test.each([
  [
    'server rendering',
    "import { createServerRunner } from '@aws-amplify/adapter-nextjs'",
    'createServerRunner',
  ],
  ['calls of the server', "import { getCurrentUser } from 'aws-amplify/auth/server'", 'getCurrentUser'],
  ['ssr', "import { Amplify } from 'aws-amplify'\nAmplify.configure({}, { ssr: true })", 'Amplify.configure'],
  [
    'ssr among options that have a name',
    "import { Amplify } from 'aws-amplify'\nconst options = { ssr: true }\nAmplify.configure({}, { ...options })",
    'Amplify.configure',
  ],
  [
    'a token provider',
    "import { Amplify } from 'aws-amplify'\nAmplify.configure({}, { Auth: { tokenProvider: {} } })",
    'Amplify.configure',
  ],
  ['getConfig', "import { Amplify } from 'aws-amplify'\nAmplify.getConfig()", 'Amplify.getConfig'],
  ['cookies', "import { CookieStorage } from 'aws-amplify/utils'\nnew CookieStorage()", 'CookieStorage'],
  ["Amplify UI's Authenticator", "import { Authenticator } from '@aws-amplify/ui-react'", 'Authenticator'],
  ['version 5', "import { Auth } from 'aws-amplify'\nAuth.signIn('ada', 'secret')", 'Auth.signIn'],
  ['the older library', "import { CognitoUser } from 'amazon-cognito-identity-js'", 'CognitoUser'],
  ['a name that is new', "import { signInTwice } from 'aws-amplify/auth'", 'signInTwice'],
])('%s is not covered', async (_, source, name) => {
  const folder = application({ 'app.js': source })
  const { findings, isCovered } = await report(folder, own)
  expect(isCovered).toBe(false)
  expect(findings).toContainEqual(expect.objectContaining({ name, status: 'missing' }))
})

test.each([
  ['ssr: false', "import { Amplify } from 'aws-amplify'\nAmplify.configure({}, { ssr: false })"],
  ['another category', "import { uploadData } from 'aws-amplify/storage'"],
  [
    'a channel of another category',
    "import { Hub } from 'aws-amplify/utils'\nHub.listen('datastore', () => {})",
  ],
  ["the type of Amplify's configuration", "import type { AmplifyOutputs } from 'aws-amplify/adapter-core'"],
  ['a backend', "import { defineAuth } from '@aws-amplify/backend'"],
  ['components of Amplify UI', "import { Button } from '@aws-amplify/ui-react'"],
  ['the listener', "import 'aws-amplify/auth/enable-oauth-listener'"],
])('%s does not count as missing', async (_, source) => {
  const { isCovered, findings } = await report(application({ 'app.js': source }), own)
  expect(findings).toHaveLength(1)
  expect(isCovered).toBe(true)
})

test('an option that Amplify 6 does not have is reported', async () => {
  const { signIn } = await findingsOf({
    'app.ts': "import { signIn } from 'aws-amplify/auth'\nsignIn({ username: 'ada', validationData: {} })",
  })
  expect(signIn).toMatchObject({
    status: 'changes',
    note: 'validationData is no option of Amplify 6: it is not read',
  })
})

test('values within an option, such as attributes, do not count as options', async () => {
  const { findings } = await report(
    application({
      'app.ts': `import { signUp } from 'aws-amplify/auth'
signUp({ username: 'ada', password: '', options: { userAttributes: { email: '', 'custom:team': '' }, autoSignIn: true } })`,
    }),
    own,
  )
  expect(findings).toMatchObject([{ options: ['options.userAttributes', 'options.autoSignIn'] }])
})

test.each([
  ['require', "const { signIn } = require('aws-amplify/auth')\nsignIn({})"],
  ['require of all', "const auth = require('aws-amplify/auth')\nauth.signIn({})"],
  [
    'import()',
    "async function run() {\n  const { signIn } = await import('aws-amplify/auth')\n  signIn({})\n}",
  ],
  [
    'import() of all',
    "async function run() {\n  const auth = await import('aws-amplify/auth')\n  auth.signIn({})\n}",
  ],
  ['a member of import()', "const run = async () => (await import('aws-amplify/auth')).signIn({})"],
  ['a member of require', "require('aws-amplify/auth').signIn({})"],
  ['names in then()', "import('aws-amplify/auth').then(({ signIn }) => signIn({}))"],
  ['a module in then()', "import('aws-amplify/auth').then((auth) => auth.signIn({}))"],
  ['a text in backticks', 'const { signIn } = require(`aws-amplify/auth`)\nsignIn({})'],
  ['another name', "import { signIn as enter } from 'aws-amplify/auth'\nenter({})"],
  ['export', "export { signIn } from 'aws-amplify/auth'"],
])('uses by %s are found', async (_, source) => {
  expect(await findingsOf({ 'app.js': source })).toMatchObject({ signIn: { status: 'covered' } })
})

test('each place that loads the module is listed with what it uses', async () => {
  const found = await findingsOf({
    'app.tsx': `import type { SignInOutput } from 'aws-amplify/auth'
type SignOut = typeof import('aws-amplify/auth').signOut
const submit = async (): Promise<SignInOutput> => {
  const { signIn, confirmSignIn: confirm } = await import('aws-amplify/auth')
  await signIn({ username: 'ada', options: { authFlowType: 'USER_AUTH' } })
  return await confirm({ challengeResponse: '1' })
}
const session = async () => (await import('aws-amplify/auth')).fetchAuthSession({ forceRefresh: true })
export const page = <button onClick={() => import('aws-amplify/auth').then(({ deleteUser }) => deleteUser())} />`,
  })
  expect(Object.fromEntries(Object.entries(found).map(([name, { places }]) => [name, places]))).toEqual({
    SignInOutput: ['app.tsx:1'],
    signOut: ['app.tsx:2'],
    signIn: ['app.tsx:4', 'app.tsx:5'],
    confirmSignIn: ['app.tsx:4', 'app.tsx:6'],
    fetchAuthSession: ['app.tsx:8'],
    deleteUser: ['app.tsx:9'],
  })
  expect(found.signIn).toMatchObject({ options: ['options.authFlowType'] })
})

test.each(['vi', 'jest'])(
  'a mock of the module in a test with %s is reported, because the module is no longer used',
  async (runner) => {
    const found = await findingsOf({
      'app.test.ts': `${runner}.mock('aws-amplify/auth', () => ({ signIn: () => {} }))\n${runner}.mock('./other')`,
      'app.ts': "import { signIn } from 'aws-amplify/auth'",
    })
    expect(Object.keys(found)).toEqual([`${runner}.mock`, 'signIn'])
    expect(found[`${runner}.mock`]).toMatchObject({
      status: 'changes',
      note: 'name @amulet/auth there: it is not mocked otherwise',
      places: ['app.test.ts:1'],
    })
  },
)

test.each([
  ['vue', '<template>\n<p>{{ a < b }}</p>\n</template>\n<script setup lang="ts">\nCODE\n</script>\n', 5],
  ['svelte', '<script lang="ts">\nCODE\n</script>\n<p>Hello</p>\n', 2],
  ['astro', '---\nCODE\n---\n<p>Hello</p>\n', 2],
])('the scripts of .%s files are read, with their lines', async (extension, markup, line) => {
  const name = `app.${extension}`
  const source = markup.replace('CODE', "import { signIn } from 'aws-amplify/auth'; const a: number = 1")
  expect(await findingsOf({ [name]: source })).toMatchObject({ signIn: { places: [`${name}:${line}`] } })
})

test('the version is that of the package that a folder is in, or of its workspace', async () => {
  const files = {
    'packages/shop/src/app.ts': "import { signIn } from 'aws-amplify/auth'",
    'package.json': manifest,
  }
  const within = join(
    application({ ...files, 'packages/shop/package.json': '{ "name": "shop" }' }),
    'packages/shop/src',
  )
  expect(format(await report(within, own))).toMatch(/^aws-amplify \^6\.22\.1; 1 source file read$/m)
  const nearer = application({ ...files, 'packages/shop/package.json': manifest.replace('22', '16') })
  expect((await report(join(nearer, 'packages/shop'), own)).amplify).toBe('^6.16.1')
  expect((await report(application({ 'app.ts': '' }), own)).amplify).toBe(null)
})

test('a file that cannot be read is named, and the others are read', async () => {
  const { unreadable, findings } = await report(
    application({ 'a.ts': 'const = {{{', 'b.ts': "import { signIn } from 'aws-amplify/auth'" }),
    own,
  )
  expect(unreadable).toEqual(['a.ts'])
  expect(findings).toHaveLength(1)
})

test('a chain of very many calls is read to its end', async () => {
  const chain = `all${'.and()'.repeat(8000)}`
  const { findings, unreadable } = await report(
    application({ 'a.js': `import { signIn } from 'aws-amplify/auth'\n${chain}\nsignIn()` }),
    own,
  )
  expect(unreadable).toEqual([])
  expect(findings).toMatchObject([{ name: 'signIn', places: ['a.js:1', 'a.js:3'] }])
})

test('unreadable files and invalid manifests do not keep the rest from being reported', async () => {
  const folder = application({
    'package.json': '{"dependencies":',
    'a.js': "import { signIn } from 'aws-amplify/auth'",
    'huge.js': '',
  })
  // More than a text can hold, and no byte on the disk.
  truncateSync(join(folder, 'huge.js'), 1_000_000_000)
  symlinkSync(folder, join(folder, 'again'))
  const { amplify, findings, unreadable } = await report(folder, own)
  expect([amplify, unreadable]).toEqual([null, ['huge.js']])
  expect(findings).toMatchObject([{ name: 'signIn', places: ['a.js:1'] }])
})

test('names in the sources cannot control the terminal', async () => {
  const found = await report(
    application({ 'a.js': String.raw`import '@aws-amplify/\x1b]0;title\x07\x9b2J'` }),
    own,
  )
  expect(format(found)).toContain('@aws-amplify/')
  expect(format(found)).not.toMatch(/[^\P{Cc}\n]/u)
})

describe('the command', () => {
  let program = ''
  beforeAll(async () => {
    const folder = mkdtempSync(join(tmpdir(), 'amulet-report-program-'))
    program = join(folder, 'bin/amulet-auth.mjs')
    await build({
      entryPoints: [join(here, 'report/main.ts')],
      outfile: program,
      bundle: true,
      format: 'esm',
      platform: 'node',
      logLevel: 'error',
    })
  })
  afterAll(() => rmSync(dirname(dirname(program)), { recursive: true }))

  const run = async (...args: string[]) => {
    const done = await promisify(execFile)(process.execPath, [program, ...args]).catch((error) => error)
    return { code: Number(done.code ?? 0), stdout: String(done.stdout), stderr: String(done.stderr) }
  }

  test('ends with 0 where all is covered, with 1 where something is not, and with 2 where nothing is found', async () => {
    const covers = application({ 'app.js': "import { signIn } from 'aws-amplify/auth'" })
    const lacks = application({ 'app.js': "import { Authenticator } from '@aws-amplify/ui-react'" })
    const other = application({ 'app.js': "import { signIn } from './auth.js'" })
    expect(await run('report', covers)).toMatchObject({ code: 0, stdout: expect.stringContaining('signIn') })
    expect(await run('report', lacks)).toMatchObject({ code: 1 })
    expect(await run('report', other)).toMatchObject({
      code: 2,
      stdout: expect.stringContaining('Nothing of Amplify is used here.'),
    })
  })

  test('prints JSON', async () => {
    const folder = application({
      'app.js': "import { signIn } from 'aws-amplify/auth'",
      'package.json': manifest,
    })
    const { stdout } = await run('report', folder, '--json')
    expect(JSON.parse(stdout)).toMatchObject({
      amplify: '^6.22.1',
      isCovered: true,
      findings: [{ name: 'signIn', status: 'covered', places: ['app.js:1'] }],
      bytes: { by: 'table' },
    })
  })

  test.each([
    [[], 'Name a command: report.'],
    [['reports'], '"reports" is not a command of amulet-auth.'],
    [['report', 'a', 'b'], 'report takes one folder.'],
    [['report', '--what'], "Unknown option '--what'."],
  ])('given %j says what is wrong with it, and how it is used', async (args, what) => {
    const { code, stderr } = await run(...args)
    expect(code).toBe(2)
    expect(stderr.startsWith(`${what}\n\nUsage: amulet-auth report`), stderr).toBe(true)
  })

  test('names a folder that does not exist', async () => {
    expect(await run('report', '/nowhere/at/all')).toMatchObject({
      code: 2,
      stderr: '/nowhere/at/all is not a folder.\n',
    })
  })
})
