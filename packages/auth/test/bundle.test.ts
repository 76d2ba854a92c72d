import { fileURLToPath } from 'node:url'
import { runInNewContext } from 'node:vm'
import { build } from 'esbuild'
import { describe, expect, test } from 'vitest'

const root = fileURLToPath(new URL('..', import.meta.url))

const ON_DEMAND = [
  '@noble/hashes',
  '../passkeys/use-passkey.js',
  '../session/credentials.js',
  './oauth/complete.js',
  '../oauth/log-out.js',
]

/** What an application that uses these names ships, apart from what is loaded on demand. */
async function bundle(names: `{ ${string} }` | '*', options: { format?: 'esm' | 'iife' } = {}) {
  const result = await build({
    stdin: { contents: `export ${names} from './src/index.ts'`, resolveDir: root, loader: 'ts' },
    bundle: true,
    minify: true,
    format: options.format ?? 'esm',
    globalName: 'auth',
    target: 'es2022',
    // A script has no modules to load on demand: there they come along.
    external: options.format === 'iife' ? [] : ON_DEMAND,
    absWorkingDir: root,
    metafile: true,
    write: false,
  })
  const [output] = Object.values(result.metafile.outputs)
  const files = Object.entries(output?.inputs ?? {})
    .filter(([, { bytesInOutput }]) => bytesInOutput > 0)
    .map(([file]) => file)
  return { text: result.outputFiles[0]?.text ?? '', files }
}

// Words that survive minification, and what they give away.
const srp = '1690314'
const network = 'x-amz-target'
const hashes = '@noble/hashes'
const configFiles = 'aws_project_region'
const threatProtection = 'AmazonCognitoAdvancedSecurityData'
const newPassword = 'NEW_PASSWORD_REQUIRED'
const newPasswordAnswer = 'NEW_PASSWORD:'
const codes = '_CODE`'
const association = 'AssociateSoftwareToken'
const verification = 'VerifySoftwareToken'
const revocation = 'RevokeToken'
const passkeys = 'PasskeyOperationAborted'
const listening = 'patternInfo'
const redirect = 'oauth2/'
const credentials = 'GetCredentialsForIdentity'

describe('a bundle of', () => {
  test.each<[names: string, has: string[], hasNot: string[]]>([
    [
      'signIn',
      [srp, network, threatProtection],
      [
        configFiles,
        listening,
        revocation,
        'GlobalSignOut',
        'SignUp',
        newPasswordAnswer,
        codes,
        verification,
        'IncorrectMFAMethod',
        passkeys,
      ],
    ],
    [
      'signOut',
      [network, revocation],
      [redirect, 'logout', 'redirect is coming', srp, hashes, configFiles, threatProtection, newPassword],
    ],
    [
      'getCurrentUser',
      [network],
      [srp, hashes, configFiles, threatProtection, newPassword, passkeys, 'GetUser"'],
    ],
    [
      'fetchAuthSession',
      [network],
      [srp, hashes, configFiles, threatProtection, newPassword, passkeys, `${revocation}"`, credentials],
    ],
    ['fetchUserAttributes', [network], [srp, hashes, configFiles, threatProtection, newPassword]],
    [
      'confirmSignIn',
      [network, newPassword, newPasswordAnswer, codes, verification],
      [configFiles, listening],
    ],
    ['signUp', [network, threatProtection], [srp, hashes, configFiles, 'LastAuthUser', newPassword]],
    ['confirmSignUp', [network], [srp, hashes, configFiles, 'LastAuthUser']],
    [
      'setUpTOTP',
      [network, association],
      [srp, hashes, configFiles, threatProtection, newPassword, verification],
    ],
    ['verifyTOTPSetup', [network, verification], [srp, hashes, configFiles, newPassword, association]],
    ['updateMFAPreference', [network], [srp, hashes, configFiles, newPassword, association]],
    ['fetchMFAPreference', [network], [srp, hashes, configFiles, newPassword, association]],
    [
      'associateWebAuthnCredential',
      [network, passkeys],
      [srp, hashes, configFiles, newPassword, association],
    ],
    ['listWebAuthnCredentials', [network], [srp, hashes, configFiles, newPassword, passkeys]],
    ['deleteWebAuthnCredential', [network], [srp, hashes, configFiles, newPassword, passkeys]],
    [
      'isPasskeySupported',
      ['PublicKeyCredential'],
      [passkeys, srp, hashes, network, configFiles, 'localStorage'],
    ],
    ['configure', [configFiles], [srp, hashes, network, listening, redirect, 'LastAuthUser']],
    ['signInWithRedirect', [network, redirect], [srp, configFiles, threatProtection, newPassword, passkeys]],
    ['decodeJWT', [], [srp, hashes, network, configFiles, 'localStorage']],
    ['Hub', [listening], [srp, hashes, network, configFiles, 'localStorage']],
    ['AuthError', [], [srp, hashes, network, configFiles, listening, 'localStorage']],
  ])('%s', async (names, has, hasNot) => {
    const { text } = await bundle(`{ ${names} }`)
    for (const word of has) expect(text).toContain(word)
    for (const word of hasNot) expect(text).not.toContain(word)
  })

  test('everything reads each format of configuration in one place', async () => {
    const { text } = await bundle('{ configure, createAuthContext, signIn }')
    expect(text.split(configFiles)).toHaveLength(2)
  })

  test('the listener of sign-ins by redirect stays in a bundle that imports no name of it', async () => {
    const { outputFiles } = await build({
      stdin: { contents: `import './src/enable-oauth-listener.ts'`, resolveDir: root },
      bundle: true,
      format: 'esm',
      external: ['@noble/hashes'],
      absWorkingDir: root,
      write: false,
    })
    expect(outputFiles[0]?.text).toContain('oauth2/token')
  })

  test('signIn has the prime by its formula, not by its digits', async () => {
    expect((await bundle('{ signIn }')).text).not.toMatch(/[0-9A-F]{100}/i)
  })

  test('decodeJWT takes two files', async () => {
    expect((await bundle('{ decodeJWT }')).files.sort()).toEqual([
      'src/base64.ts',
      'src/session/decode-jwt.ts',
    ])
  })
})

test('calls keep their names in a bundle whose other names are shortened', async () => {
  const { text } = await bundle('*', { format: 'iife' })
  const platform = { Error, Symbol, Object, Map, WeakMap, URL }
  const auth = runInNewContext(`${text}\n; auth`, platform)
  for (const name of ['signIn', 'signOut', 'getCurrentUser', 'fetchAuthSession', 'updateUserAttributes'])
    expect(auth[name].name).toBe(name)
})

test('loading the package uses nothing of a browser or another platform', async () => {
  const { text } = await bundle('*', { format: 'iife' })
  const language = new Set(Object.getOwnPropertyNames(runInNewContext('globalThis')))
  const touched: string[] = []
  const sandbox = new Proxy(Object.create(null) as Record<string, unknown>, {
    has: (_, name) => typeof name === 'string' && !language.has(name),
    get: (target, name) => {
      if (typeof name === 'string' && !language.has(name) && !(name in target)) touched.push(name)
      return Reflect.get(target, name)
    },
  })
  const auth = runInNewContext(`with (platform) { ${text}\n; auth }`, { platform: sandbox })
  expect(touched.filter((name) => name !== 'auth')).toEqual([])
  expect(Object.keys(auth)).toContain('signIn')
})
