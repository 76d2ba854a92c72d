import { expect, test } from 'vitest'
import { sharedDatabase } from './fresh-database.js'
import { PASSWORD, passwordSignIn, type Started, signUpAndConfirm, start } from './start.js'

// A code of six digits is void after ten wrong guesses, whatever it is for.

const NEW = 'Another-Horse-2'
const MISMATCH = 'CodeMismatchException'

interface Kind {
  /** Prepares a user who is sent the first code. */
  begin(app: Started): Promise<Asker>
}
interface Asker {
  guess(code: string): Promise<string>
  again(): Promise<void>
}

const codeOf = (app: Started) => app.server.inbox.last()?.code ?? ''
const ok = ({ status }: { status: number }) => expect(status).toBe(200)
const toldBy = ({ body }: { body: { __type?: string } }) => body.__type ?? 'accepted'

const KINDS: Record<string, Kind> = {
  'a sign-up': {
    async begin({ call, userPoolClientId: ClientId }) {
      const Username = 'ada@example.com'
      ok(await call('SignUp', { ClientId, Username, Password: PASSWORD }))
      return {
        guess: async (ConfirmationCode) =>
          toldBy(await call('ConfirmSignUp', { ClientId, Username, ConfirmationCode })),
        again: async () => ok(await call('ResendConfirmationCode', { ClientId, Username })),
      }
    },
  },
  'a new password': {
    async begin(app) {
      const { call, userPoolClientId: ClientId } = app
      const { email: Username } = await signUpAndConfirm(app)
      const again = async () => ok(await call('ForgotPassword', { ClientId, Username }))
      await again()
      return {
        guess: async (ConfirmationCode) =>
          toldBy(
            await call('ConfirmForgotPassword', { ClientId, Username, ConfirmationCode, Password: NEW }),
          ),
        again,
      }
    },
  },
  'an address': {
    async begin(app) {
      await signUpAndConfirm(app)
      const { AccessToken } = await passwordSignIn(app)
      const user = { AccessToken, AttributeName: 'email' }
      const again = async () => ok(await app.call('GetUserAttributeVerificationCode', user))
      await again()
      return {
        guess: async (Code) => toldBy(await app.call('VerifyUserAttribute', { ...user, Code })),
        again,
      }
    },
  },
}

/** A client that hides who exists, and one that does not. */
const CLIENTS = ['ENABLED', 'LEGACY'] as const

async function begin(kind: string, hides: (typeof CLIENTS)[number]) {
  const app = await start()
  const { userPoolId: UserPoolId, userPoolClientId: ClientId } = app
  ok(
    await app.call('UpdateUserPoolClient', {
      UserPoolId,
      ClientId,
      ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
      PreventUserExistenceErrors: hides,
    }),
  )
  return { app, asker: await (KINDS[kind] ?? expect.fail()).begin(app) }
}

const cases = Object.keys(KINDS).flatMap((kind) => CLIENTS.map((hides) => [kind, hides] as const))

test.each(cases)('a code for %s is valid after nine wrong guesses (%s)', async (kind, hides) => {
  const { app, asker } = await begin(kind, hides)
  for (let i = 0; i < 9; i++) expect(await asker.guess('wrong!')).toBe(MISMATCH)
  expect(await asker.guess(codeOf(app))).toBe('accepted')
})

test.each(cases)(
  'a code for %s is void after ten wrong guesses, and another one is valid (%s)',
  async (kind, hides) => {
    const { app, asker } = await begin(kind, hides)
    for (let i = 0; i < 10; i++) expect(await asker.guess('wrong!')).toBe(MISMATCH)
    // The right one is told what a wrong one is told: guessing goes on without an end to see.
    const right = await asker.guess(codeOf(app))
    expect(right).not.toBe('accepted')
    expect(await asker.guess('wrong!')).toBe(right)
    await asker.again()
    expect(await asker.guess('wrong!')).toBe(MISMATCH)
    expect(await asker.guess(codeOf(app))).toBe('accepted')
  },
)

test('wrong guesses at a code do not void codes for other purposes or of other users', async () => {
  const app = await start()
  const { call, userPoolClientId: ClientId } = app
  const lastCode = (to: string) => app.server.inbox.last(to)?.code
  await signUpAndConfirm(app)
  await signUpAndConfirm(app, 'bob@example.com')
  const { AccessToken } = await passwordSignIn(app)
  const attribute = { AccessToken, AttributeName: 'email' }
  ok(await call('GetUserAttributeVerificationCode', attribute))
  const Code = lastCode('ada@example.com')
  for (const Username of ['ada@example.com', 'bob@example.com'])
    ok(await call('ForgotPassword', { ClientId, Username }))
  const reset = (Username: string, ConfirmationCode = lastCode(Username)) =>
    call('ConfirmForgotPassword', { ClientId, Username, ConfirmationCode, Password: NEW })
  for (let i = 0; i < 10; i++) expect(toldBy(await reset('ada@example.com', 'wrong!'))).toBe(MISMATCH)
  ok(await call('VerifyUserAttribute', { ...attribute, Code }))
  ok(await reset('bob@example.com'))
})

test('using a code does not void codes for other purposes or of other users', async () => {
  const app = await start()
  const { call, userPoolClientId: ClientId } = app
  const codes = new Map<string, string | undefined>()
  for (const Username of ['ada@example.com', 'bob@example.com']) {
    ok(await call('SignUp', { ClientId, Username, Password: PASSWORD }))
    codes.set(Username, app.server.inbox.last(Username)?.code)
  }
  const confirm = (Username: string) =>
    call('ConfirmSignUp', { ClientId, Username, ConfirmationCode: codes.get(Username) })
  ok(await confirm('ada@example.com'))
  const { AccessToken } = await passwordSignIn(app)
  const attribute = { AccessToken, AttributeName: 'email' }
  ok(await call('ForgotPassword', { ClientId, Username: 'ada@example.com' }))
  const ConfirmationCode = codeOf(app)
  ok(await call('GetUserAttributeVerificationCode', attribute))
  ok(await call('VerifyUserAttribute', { ...attribute, Code: codeOf(app) }))
  ok(
    await call('ConfirmForgotPassword', {
      ClientId,
      Username: 'ada@example.com',
      ConfirmationCode,
      Password: NEW,
    }),
  )
  ok(await confirm('bob@example.com'))
})

test('guesses at the same moment, at two servers, are all counted', async () => {
  const database = await sharedDatabase()
  const one = await start(database)
  const two = await start(database)
  const { userPoolClientId: ClientId } = one
  const Username = 'ada@example.com'
  ok(await one.call('SignUp', { ClientId, Username, Password: PASSWORD }))
  const guess = async ({ call }: Started, ConfirmationCode: string) =>
    toldBy(await call('ConfirmSignUp', { ClientId, Username, ConfirmationCode }))
  const guesses = Array.from({ length: 10 }, (_, index) => guess(index % 2 ? one : two, 'wrong!'))
  expect(await Promise.all(guesses)).toEqual(guesses.map(() => MISMATCH))
  expect(await guess(one, codeOf(one))).toBe(MISMATCH)
})

test('of simultaneous uses of a right code one is accepted, and the others learn that the user is confirmed', async () => {
  const app = await start()
  const { userPoolClientId: ClientId } = app
  const Username = 'ada@example.com'
  ok(await app.call('SignUp', { ClientId, Username, Password: PASSWORD }))
  const ConfirmationCode = codeOf(app)
  const confirm = () => app.call('ConfirmSignUp', { ClientId, Username, ConfirmationCode })
  const answers = await Promise.all([confirm(), confirm(), confirm()])
  expect(answers.map(({ body }) => body.message ?? 'accepted').sort()).toEqual([
    'User cannot be confirmed. Current status is CONFIRMED',
    'User cannot be confirmed. Current status is CONFIRMED',
    'accepted',
  ])
})
