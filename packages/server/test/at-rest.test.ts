import { createPrivateKey } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import SqliteDatabase from 'libsql'
import { expect, test } from 'vitest'
import { createRootKey } from '../src/crypto/root-key.js'
import { privateKey, verifier } from '../src/srp/verifier.js'
import { amuletDev, temporaryFolder } from './amulet.js'
import { srpVerifier } from './srp-sign-in.js'
import { totp } from './totp.js'

const PASSWORD = 'Zyzzyva-8-Unforgettable'
const WRONG_PASSWORD = 'Quixotic-9-Mistyped'
const DEVICE_PASSWORD = 'what a device has made up'

/** RFC 4648. */
const fromBase32 = (text: string): Buffer => {
  const bits = [...text].map((c) =>
    'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(c).toString(2).padStart(5, '0'),
  )
  return Buffer.from((bits.join('').match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)))
}

/** The forms in which a secret could be lying around. */
function forms(secret: string | Uint8Array): Buffer[] {
  const bytes = Buffer.from(secret)
  const texts = [
    bytes.toString('hex'),
    bytes.toString('hex').toUpperCase(),
    bytes.toString('base64'),
    bytes.toString('base64url'),
  ]
  // Base64 of a longer text has other characters at the ends; what is in the middle shows at one of three offsets.
  const inside = [0, 1, 2].map((offset) =>
    Buffer.concat([Buffer.alloc(offset), bytes])
      .toString('base64')
      .slice(offset === 0 ? 0 : 4, -4),
  )
  return [bytes, ...[...texts, ...inside].filter((text) => text.length >= 6).map((text) => Buffer.from(text))]
}

test('no password, verifier, code, token, secret of an app or private key is in the database files or the log', async () => {
  const cwd = temporaryFolder()
  const running = await amuletDev([], { cwd })
  const ClientId = running.userPoolClientId
  const codes: string[] = []
  const tokens: string[] = []
  for (let i = 0; i < 20; i++) {
    const Username = `user${i}@example.com`
    await running.call('SignUp', { ClientId, Username, Password: PASSWORD })
    const inbox = await fetch(`${running.url}/_amulet/inbox?to=${Username}`)
    const [message] = (await inbox.json()) as { code: string }[]
    if (message) codes.push(message.code)
    // Half of the codes stay unused.
    if (i % 2 === 0) continue
    await running.call('ConfirmSignUp', { ClientId, Username, ConfirmationCode: message?.code })
    const signIn = (password: string) =>
      running.call('InitiateAuth', {
        ClientId,
        AuthFlow: 'USER_PASSWORD_AUTH',
        AuthParameters: { USERNAME: Username, PASSWORD: password },
      })
    expect((await signIn(WRONG_PASSWORD)).status).toBe(400)
    const { AuthenticationResult } = (await signIn(PASSWORD)).body
    tokens.push(
      AuthenticationResult.AccessToken,
      AuthenticationResult.IdToken,
      AuthenticationResult.RefreshToken,
    )
  }
  await running.call('SignUp', { ClientId, Username: 7, Password: PASSWORD })

  // A secret of an app that is proven, one that is not, and what a device keeps and brings.
  const { userPoolId: UserPoolId } = running
  await running.call('SetUserPoolMfaConfig', {
    UserPoolId,
    MfaConfiguration: 'OPTIONAL',
    SoftwareTokenMfaConfiguration: { Enabled: true },
  })
  await running.call('UpdateUserPool', {
    UserPoolId,
    AutoVerifiedAttributes: ['email'],
    DeviceConfiguration: { ChallengeRequiredOnNewDevice: true, DeviceOnlyRememberedOnUserPrompt: false },
  })
  const signedIn = await running.call('InitiateAuth', {
    ClientId,
    AuthFlow: 'USER_PASSWORD_AUTH',
    AuthParameters: { USERNAME: 'user1@example.com', PASSWORD },
  })
  const { AccessToken, NewDeviceMetadata } = signedIn.body.AuthenticationResult
  const { DeviceKey, DeviceGroupKey } = NewDeviceMetadata
  const DeviceSecretVerifierConfig = srpVerifier(DeviceGroupKey + DeviceKey, DEVICE_PASSWORD)
  const confirmed = await running.call('ConfirmDevice', {
    AccessToken,
    DeviceKey,
    DeviceSecretVerifierConfig,
  })
  expect(confirmed.status).toBe(200)
  const appSecret = async () =>
    String(Reflect.get((await running.call('AssociateSoftwareToken', { AccessToken })).body, 'SecretCode'))
  const proven = await appSecret()
  const UserCode = totp(proven, Date.now())
  const verified = await running.call('VerifySoftwareToken', { AccessToken, UserCode })
  expect(verified.status).toBe(200)
  const appSecrets = [proven, await appSecret()]
  await running.stop()

  const folder = join(cwd, '.amulet')
  const files = readdirSync(folder).filter((name) => name !== 'root.key')
  expect(files).toContain('amulet.db')
  const haystacks: [string, Buffer][] = [
    ...files.map((name): [string, Buffer] => [name, readFileSync(join(folder, name))]),
    ['the log', Buffer.from(running.stdout() + running.stderr())],
  ]
  const lies = (needles: readonly Buffer[]) =>
    haystacks.filter(([, bytes]) => needles.some((needle) => bytes.includes(needle))).map(([name]) => name)

  // The search finds what is there.
  expect(lies([Buffer.from('user1@example.com')])).toEqual(['amulet.db'])
  expect(running.stderr()).toContain('SignUp 200')

  expect(lies(forms(PASSWORD))).toEqual([])
  expect(lies(forms(WRONG_PASSWORD))).toEqual([])
  expect(tokens).toHaveLength(30)
  for (const token of tokens) expect(lies(forms(token))).toEqual([])
  for (const code of codes) {
    // Six digits may turn up by chance in random bytes or a longer number; as a word of their own they do not.
    const word = new RegExp(`(?<![0-9])${code}(?![0-9])`)
    expect(
      haystacks
        .filter(([name]) => name === 'the log')
        .some(([, bytes]) => word.test(bytes.toString('latin1'))),
    ).toBe(false)
  }

  for (const secret of appSecrets) {
    expect(secret).toMatch(/^[A-Z2-7]{52}$/)
    expect(lies(forms(secret))).toEqual([])
    expect(lies(forms(fromBase32(secret)))).toEqual([])
  }
  const { PasswordVerifier } = DeviceSecretVerifierConfig
  // Clients put a zero before it.
  const deviceVerifier = Buffer.from(
    Buffer.from(PasswordVerifier, 'base64').toString('hex').replace(/^00/, ''),
    'hex',
  )
  expect(lies(forms(deviceVerifier))).toEqual([])

  const rootKey = createRootKey(Buffer.from(readFileSync(join(folder, 'root.key'), 'utf8').trim(), 'hex'))
  const database = new SqliteDatabase(join(folder, 'amulet.db'))
  // better-sqlite3's interface; the columns are asked for by name.
  const users = database.prepare('SELECT username, salt FROM users').all() as {
    username: string
    salt: string
  }[]
  expect(users).toHaveLength(20)
  for (const { username, salt } of users) {
    const x = privateKey(`AmuletDev${username}`, PASSWORD, BigInt(`0x${salt}`))
    expect(lies(forms(Buffer.from(verifier(x).toString(16).padStart(768, '0'), 'hex')))).toEqual([])
    expect(lies(forms(Buffer.from(x.toString(16).padStart(64, '0'), 'hex')))).toEqual([])
  }
  const codeColumns = database.prepare('SELECT * FROM verification_codes').all()
  // Used ones are remembered too, for clients that send them again.
  expect(codeColumns).toHaveLength(20)
  for (const code of codes) expect(JSON.stringify(codeColumns)).not.toContain(`"${code}"`)

  const key = database.prepare('SELECT kid, sealed_private_key FROM signing_keys').get() as {
    kid: string
    sealed_private_key: ArrayBuffer
  }
  const der = rootKey.open('signing-key', key.kid, new Uint8Array(key.sealed_private_key))
  if (!der) throw new Error('the root key beside the database does not open its signing key')
  const { p, q, d } = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' }).export({ format: 'jwk' })
  for (const secret of [p, q, d]) expect(lies(forms(Buffer.from(String(secret), 'base64url')))).toEqual([])
  expect(lies([Buffer.from('PRIVATE KEY')])).toEqual([])
  expect(lies(forms(readFileSync(join(folder, 'root.key'), 'utf8').trim()))).toEqual([])
  database.close()
})
