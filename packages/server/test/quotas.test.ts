import { expect, test } from 'vitest'
import { type Answer, PASSWORD, passwordSignIn, type Started, start } from './start.js'
import { stillClock } from './still-clock.js'

// What may be called so many times an hour, by each user.

const EXCEEDED = {
  __type: 'LimitExceededException',
  message: 'Attempt limit exceeded, please try after some time.',
}
const HOUR = 3600

const startWithUsers = (PreventUserExistenceErrors: 'ENABLED' | 'LEGACY' = 'ENABLED') =>
  start({
    clock: stillClock(),
    config: {
      userPools: [
        {
          PoolName: 'Counting',
          AutoVerifiedAttributes: ['email', 'phone_number'],
          clients: [
            {
              ClientName: 'Web',
              ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH'],
              PreventUserExistenceErrors,
              // For an access token that is good for the whole of a test.
              AccessTokenValidity: 24,
            },
          ],
          users: ['ada', 'eve'].map((Username) => ({
            Username,
            Password: PASSWORD,
            UserAttributes: [
              { Name: 'email', Value: `${Username}@example.com` },
              { Name: 'email_verified', Value: 'true' },
              { Name: 'phone_number', Value: '+15555550100' },
            ],
          })),
        },
      ],
    },
  })

/** Makes one call of an operation as a user; it may be refused for another reason than that there were too many. */
type Call = () => Promise<Answer>

/** For a user, and for a name without one where that is not to be told. */
const byName =
  (operation: string, more: object = {}) =>
  async ({ call, userPoolClientId: ClientId }: Started, Username: string): Promise<Call> =>
  () =>
    call(operation, { ClientId, Username, ...more })

const byToken =
  (operation: string, more: object = {}) =>
  async (app: Started, Username: string): Promise<Call> => {
    const { AccessToken } = await passwordSignIn(app, Username)
    return () => app.call(operation, { AccessToken, ...more })
  }

const LIMITS: readonly [
  operation: string,
  limit: number,
  names: readonly string[],
  make: (app: Started, name: string) => Promise<Call>,
][] = [
  ['ConfirmSignUp', 15, ['ada', 'nobody'], byName('ConfirmSignUp', { ConfirmationCode: 'wrong!' })],
  ['ResendConfirmationCode', 5, ['ada', 'nobody'], byName('ResendConfirmationCode')],
  ['ForgotPassword', 5, ['ada', 'nobody'], byName('ForgotPassword')],
  [
    'ConfirmForgotPassword',
    15,
    ['ada', 'nobody'],
    byName('ConfirmForgotPassword', { ConfirmationCode: 'wrong!', Password: PASSWORD }),
  ],
  [
    'ChangePassword',
    5,
    ['ada'],
    byToken('ChangePassword', { PreviousPassword: PASSWORD, ProposedPassword: PASSWORD }),
  ],
  [
    'GetUserAttributeVerificationCode',
    5,
    ['ada'],
    byToken('GetUserAttributeVerificationCode', { AttributeName: 'email' }),
  ],
  [
    'VerifyUserAttribute',
    15,
    ['ada'],
    byToken('VerifyUserAttribute', { AttributeName: 'email', Code: 'wrong!' }),
  ],
]

const cases = LIMITS.flatMap(([operation, limit, names, make]) =>
  names.map((name) => [operation, limit, name, make] as const),
)

/** How many of so many calls are not refused for being too many. */
async function taken(calls: number, call: Call): Promise<number> {
  let count = 0
  for (let i = 0; i < calls; i++) {
    const { body } = await call()
    if (body.__type === EXCEEDED.__type) expect(body).toEqual(EXCEEDED)
    else count++
  }
  return count
}

test.each(cases)('%s is answered %i times in each hour: %s', async (_, limit, name, make) => {
  const app = await startWithUsers()
  const { clock } = app.server
  const call = await make(app, name)
  expect(await taken(1, call)).toBe(1)
  clock.advance(HOUR - 0.001)
  expect(await taken(limit + 1, call)).toBe(limit - 1)
  // The hour is over that began with the first call. The next one begins with the next call.
  clock.advance(0.001)
  expect(await taken(limit + 2, call)).toBe(limit)
  clock.advance(HOUR - 0.001)
  expect(await taken(1, call)).toBe(0)
  clock.advance(0.001)
  expect(await taken(limit + 1, call)).toBe(limit)
})

test.each(cases)(
  'too many calls of %s (%i) take nothing from others: %s',
  async (operation, limit, name, make) => {
    const app = await startWithUsers()
    const call = await make(app, name)
    expect(await taken(limit + 1, call)).toBe(limit)
    expect(await taken(1, await make(app, 'eve'))).toBe(1)
    for (const [other, , names, makeOther] of LIMITS)
      if (other !== operation && names.includes(name))
        expect(await taken(1, await makeOther(app, name)), other).toBe(1)
  },
)

test.each(cases.filter(([, , name]) => name === 'nobody'))(
  'where existence is not hidden, %s reports any number of unknown names in an hour (%i for a user)',
  async (_, limit, name, make) => {
    const app = await startWithUsers('LEGACY')
    const call = await make(app, name)
    for (let i = 0; i <= limit; i++) expect((await call()).body.__type).toBe('UserNotFoundException')
  },
)
