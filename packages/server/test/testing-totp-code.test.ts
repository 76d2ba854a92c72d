import { totpCode } from '@amulet/server/testing'
import { expect, onTestFinished, test, vi } from 'vitest'
import { PASSWORD, signUpAndConfirm, start } from './start.js'
import { totp } from './totp.js'

// RFC 6238, Appendix B, for SHA-1; the last six of its eight digits.
const SECRET = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ'
test.each([
  [59, '287082'],
  [1111111109, '081804'],
  [20000000000, '353130'],
])('the code at %d s is that of the specification', (seconds, code) => {
  expect(totpCode(SECRET, { now: () => seconds * 1000 })).toBe(code)
})

test('without a clock the code is that of this machine’s clock', () => {
  vi.useFakeTimers({ now: 1_111_111_109_000 })
  onTestFinished(() => void vi.useRealTimers())
  expect(totpCode(SECRET)).toBe('081804')
})

test('with a server’s clock the code is that of the server’s time', async () => {
  const app = await start()
  await app.call('SetUserPoolMfaConfig', {
    UserPoolId: app.userPoolId,
    MfaConfiguration: 'OPTIONAL',
    SoftwareTokenMfaConfiguration: { Enabled: true },
  })
  const { email } = await signUpAndConfirm(app)
  const { AuthenticationResult } = (
    await app.call('InitiateAuth', {
      ClientId: app.userPoolClientId,
      AuthFlow: 'USER_PASSWORD_AUTH',
      AuthParameters: { USERNAME: email, PASSWORD },
    })
  ).body
  const { AccessToken } = AuthenticationResult
  const { text } = await app.call('AssociateSoftwareToken', { AccessToken })
  const { SecretCode } = JSON.parse(text)
  const before = totpCode(SecretCode, app.server.clock)
  app.server.clock.advance(50 * 60)
  expect((await app.call('VerifySoftwareToken', { AccessToken, UserCode: before })).status).toBe(400)
  const UserCode = totpCode(SecretCode, app.server.clock)
  expect(UserCode).toBe(totp(SecretCode, app.server.clock.now()))
  expect((await app.call('VerifySoftwareToken', { AccessToken, UserCode })).status).toBe(200)
})
