import type { FunctionHandler } from '@amulet/server'
import { expect, test } from 'vitest'
import { answerChoice, choose, told } from '../choice.js'
import { CLIENT, startWithFunctions } from './start-with-functions.js'

// A user of another directory signs in with the password as the first factor that was chosen.

const WRONG = 'NotAuthorizedException: Incorrect username or password.'
const OLD = 'Old-Pass-2'
const USERNAME = 'bo@birch.example'

/** A directory that knows Bo, and a function that counts how often it was asked. */
function directory(userAttributes: Record<string, string> = {}) {
  const asked: unknown[][] = []
  const UserMigration: FunctionHandler = async (event) => {
    const { password, clientMetadata } = event.request
    asked.push([event.triggerSource, event.userName, password, clientMetadata?.n])
    if (event.userName !== USERNAME || password !== OLD) return event
    return {
      ...event,
      response: {
        userAttributes: { email: USERNAME, email_verified: 'true', ...userAttributes },
        finalUserStatus: 'CONFIRMED',
        enableSMSMFA: userAttributes.phone_number !== undefined,
      },
    }
  }
  return { asked, UserMigration }
}

async function startChoice(functions: Record<string, FunctionHandler>, client: object = {}) {
  const app = await startWithFunctions(functions, {
    pool: {
      UsernameAttributes: ['email'],
      Policies: { SignInPolicy: { AllowedFirstAuthFactors: ['PASSWORD', 'EMAIL_OTP'] } },
    },
    client: { ExplicitAuthFlows: ['ALLOW_USER_AUTH'], PreventUserExistenceErrors: 'ENABLED', ...client },
  })
  const as = { ...app, userPoolClientId: CLIENT }
  return {
    ...app,
    begin: (name = USERNAME, preferred?: string, more: Record<string, string> = {}) =>
      choose(as, preferred, { USERNAME: name, ...more }),
    answer: (challenge: string, session: string, responses: Record<string, string>) =>
      answerChoice(as, challenge, session, { USERNAME, ...responses }),
  }
}

type App = Awaited<ReturnType<typeof startChoice>>

/** Answers with a password, in the ways in which clients do. */
const WAYS: Record<string, (app: App, session: string, password: string) => ReturnType<App['answer']>> = {
  'with the choice': (app, session, PASSWORD) =>
    app.answer('SELECT_CHALLENGE', session, { ANSWER: 'PASSWORD', PASSWORD }),
  'after the choice': async (app, session, PASSWORD) => {
    const chosen = await app.answer('SELECT_CHALLENGE', session, { ANSWER: 'PASSWORD' })
    expect(told(chosen)).toBe('PASSWORD')
    return await app.answer('PASSWORD', chosen.body.Session, { PASSWORD })
  },
}

test.each(Object.keys(WAYS))('a user comes with a password that is sent %s', async (way) => {
  const { asked, UserMigration } = directory()
  const app = await startChoice({ UserMigration })
  const send = WAYS[way] ?? expect.fail()
  const first = await app.begin()
  expect(told(first)).toBe('SELECT_CHALLENGE')
  expect(first.body.AvailableChallenges).toEqual(expect.arrayContaining(['PASSWORD_SRP', 'PASSWORD']))
  expect(asked).toEqual([])
  // A wrong one leaves the session as it leaves that of a user.
  expect(told(await send(app, first.body.Session, 'Wrong-1'))).toBe(WRONG)
  expect(app.log.at(-1)?.reason).toBe('There is no user of that name, and UserMigration knows none.')
  const done = await send(app, first.body.Session, OLD)
  expect(told(done)).toBe('tokens')
  expect(asked.map(([source]) => source)).toEqual(Array(2).fill('UserMigration_Authentication'))
  expect((await app.manage('AdminGetUser', { Username: USERNAME })).body).toMatchObject({
    UserStatus: 'CONFIRMED',
  })
  const again = await app.begin()
  expect(told(await send(app, again.body.Session, OLD))).toBe('tokens')
  expect(asked).toHaveLength(2)
})

test('a preferred password that is sent later migrates the user as well', async () => {
  const { asked, UserMigration } = directory()
  const app = await startChoice({ UserMigration })
  const first = await app.begin(USERNAME, 'PASSWORD')
  expect(told(first)).toBe('PASSWORD')
  expect(told(await app.answer('PASSWORD', first.body.Session, { PASSWORD: OLD }))).toBe('tokens')
  expect(asked).toHaveLength(1)
})

test('a password that is sent with another choice is not passed to a function', async () => {
  const { asked, UserMigration } = directory()
  const app = await startChoice({ UserMigration })
  for (const preferred of [undefined, 'EMAIL_OTP', 'PASSWORD_SRP', 'WEB_AUTHN'])
    expect((await app.begin(USERNAME, preferred, { PASSWORD: OLD })).status).toBe(200)
  expect(asked).toEqual([])
})

test('a function gets no password from SRP, so none is asked', async () => {
  const { asked, UserMigration } = directory()
  const app = await startChoice({ UserMigration })
  const { Session } = (await app.begin()).body
  const SRP_A = '2'.repeat(64)
  const chosen = await app.answer('SELECT_CHALLENGE', Session, { ANSWER: 'PASSWORD_SRP', SRP_A })
  expect(told(chosen)).toBe('PASSWORD_VERIFIER')
  expect(asked).toEqual([])
  // The choice is still open.
  const password = { ANSWER: 'PASSWORD', PASSWORD: OLD }
  expect(told(await app.answer('SELECT_CHALLENGE', Session, password))).toBe('tokens')
})

test('guesses are counted once each, in any session', async () => {
  const { asked, UserMigration } = directory()
  const app = await startChoice({ UserMigration })
  const ways = Object.values(WAYS)
  const guess = async (index: number, password: string) => {
    const { Session } = (await app.begin()).body
    return told((await ways[index % ways.length]?.(app, Session, password)) ?? expect.fail())
  }
  for (let index = 0; index < 5; index++) expect(await guess(index, 'Wrong-1')).toBe(WRONG)
  for (const password of ['Wrong-1', OLD])
    expect(await guess(0, password)).toBe('NotAuthorizedException: Password attempts exceeded')
  expect(asked).toHaveLength(5)
  app.server.clock.advance(60_000)
  expect(await guess(0, OLD)).toBe('tokens')
})

test('of two simultaneous answers to one session, one gets tokens, and one user is created', async () => {
  const { UserMigration } = directory()
  const app = await startChoice({ UserMigration })
  const { Session } = (await app.begin()).body
  const password = { ANSWER: 'PASSWORD', PASSWORD: OLD }
  const answers = await Promise.all([1, 2].map(() => app.answer('SELECT_CHALLENGE', Session, password)))
  // The other one comes too late for the session, or for the name: the user has taken the place of a name without one.
  expect(answers.map(told).sort()).toEqual([
    expect.stringMatching(/^NotAuthorizedException: Invalid session for the user/),
    'tokens',
  ])
  expect((await app.manage('ListUsers')).body.Users).toHaveLength(1)
})

test('functions before a sign-in see the migrated user, and challenges after the password are asked', async () => {
  const { UserMigration } = directory({ phone_number: '+15555550100' })
  const seen: unknown[] = []
  const PreAuthentication: FunctionHandler = async (event) => {
    const { userAttributes, userNotFound } = event.request
    seen.push([userAttributes?.email, userNotFound])
    return event
  }
  const app = await startChoice({ UserMigration, PreAuthentication })
  await app.manage('SetUserPoolMfaConfig', {
    MfaConfiguration: 'OPTIONAL',
    SmsMfaConfiguration: { SmsConfiguration: { SnsCallerArn: 'arn:aws:iam::123456789012:role/sms' } },
  })
  const { Session } = (await app.begin()).body
  const password = { ANSWER: 'PASSWORD', PASSWORD: OLD }
  const asked = await app.answer('SELECT_CHALLENGE', Session, password)
  expect(told(asked)).toBe('SMS_MFA')
  expect(seen).toEqual([
    [undefined, true],
    [USERNAME, undefined],
  ])
  const SMS_MFA_CODE = app.server.inbox.last('+15555550100')?.code ?? ''
  expect(told(await app.answer('SMS_MFA', asked.body.Session, { SMS_MFA_CODE }))).toBe('tokens')
  expect((await app.manage('AdminGetUser', { Username: USERNAME })).body).toMatchObject({
    UserMFASettingList: ['SMS_MFA'],
  })
})

test('where existence is not hidden, an unknown name is reported before a password is asked for', async () => {
  const { asked, UserMigration } = directory()
  const app = await startChoice({ UserMigration }, { PreventUserExistenceErrors: 'LEGACY' })
  expect(told(await app.begin())).toBe('UserNotFoundException: User does not exist.')
  expect(asked).toEqual([])
  expect(told(await app.begin(USERNAME, 'PASSWORD', { PASSWORD: OLD }))).toBe('tokens')
})
