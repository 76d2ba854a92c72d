import { afterEach, expect, onTestFinished, test, vi } from 'vitest'
import { openDatabase } from '../src/db/database.js'
import { sharedDatabase } from './fresh-database.js'
import { holdStatement } from './hold-statement.js'
import {
  createIdentityPool,
  newLogin,
  type StartedWithIdentities,
  startWithIdentities,
} from './identities.js'
import { stillClock } from './still-clock.js'

const DAY = 86_400
const MINUTE = 60_000

afterEach(() => {
  vi.useRealTimers()
})

async function startForGuests(options: Parameters<typeof startWithIdentities>[0] = {}) {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
  const app = await startWithIdentities(options)
  const IdentityPoolId = await createIdentityPool(app, { AllowUnauthenticatedIdentities: true })
  const guest = async () => (await app.identities.getId({ IdentityPoolId })).IdentityId ?? ''
  return { ...app, IdentityPoolId, guest }
}

const credentials = ({ identities }: StartedWithIdentities, IdentityId: string) =>
  identities.getCredentialsForIdentity({ IdentityId })

const listed = async ({ identities, IdentityPoolId }: StartedWithIdentities & { IdentityPoolId: string }) =>
  (await identities.listIdentities({ IdentityPoolId, MaxResults: 60 })).Identities?.map(
    ({ IdentityId }) => IdentityId,
  )

test('a client address may have a hundred new guests for each message that it may request, and an IPv6 network is one address', async () => {
  const clock = stillClock()
  const app = await startForGuests({ clock, trustProxy: true, messageLimits: { client: { perHour: 1 } } })
  const { IdentityPoolId } = app
  const from = async (address: string, operation: string, input: object) => {
    const response = await app.server.fetch(
      new Request('http://localhost/', {
        method: 'POST',
        headers: {
          'x-amz-target': `AWSCognitoIdentityService.${operation}`,
          'x-forwarded-for': address,
        },
        body: JSON.stringify(input),
      }),
    )
    return await response.json()
  }
  const become = (address: string) => from(address, 'GetId', { IdentityPoolId })
  const guests = []
  for (let i = 0; i < 100; i++) guests.push(await become(`2001:db8::${i}`))
  expect(new Set(guests.map(({ IdentityId }) => IdentityId)).size).toBe(100)
  expect(guests[99].IdentityId).toEqual(expect.any(String))
  expect(await become('2001:db8::1')).toMatchObject({ __type: 'LimitExceededException' })
  expect(await become('2001:db8:0:1::1')).toEqual({ IdentityId: expect.any(String) })
  // Those who are guests already go on, and so do users.
  const { IdentityId } = guests[0]
  expect(await from('2001:db8::1', 'GetCredentialsForIdentity', { IdentityId })).toMatchObject({ IdentityId })
  const { logins: Logins } = await newLogin(app)
  expect(await from('2001:db8::1', 'GetId', { IdentityPoolId, Logins })).toEqual({
    IdentityId: expect.any(String),
  })
  clock.advance(3600)
  expect(await become('2001:db8::1')).toEqual({ IdentityId: expect.any(String) })
})

test('a guest who stays away for a year is removed, and no other guest is', async () => {
  const app = await startForGuests()
  const { identities, server, IdentityPoolId } = app
  const [gone, back, became, later] = [
    await app.guest(),
    await app.guest(),
    await app.guest(),
    await app.guest(),
  ]
  const { logins: Logins } = await newLogin(app)
  const { IdentityId: user } = await identities.getId({ IdentityPoolId, Logins })
  const { logins } = await newLogin(app)
  await identities.getCredentialsForIdentity({ IdentityId: became, Logins: logins })
  server.clock.advance(200 * DAY)
  await credentials(app, back)
  server.clock.advance(165 * DAY - 60)
  await credentials(app, later)
  server.clock.advance(120)
  vi.advanceTimersByTime(MINUTE)
  await vi.waitFor(async () => expect(await listed(app)).not.toContain(gone), { timeout: 20_000 })
  expect((await listed(app))?.toSorted()).toEqual([back, became, later, user].toSorted())
  await expect(credentials(app, gone)).rejects.toMatchObject({ name: 'ResourceNotFoundException' })
  await credentials(app, back)
})

test('a guest who gets a login while credentials are issued is no longer a guest', async () => {
  const app = await startForGuests()
  const { identities, server } = app
  const became = await app.guest()
  const gone = await app.guest()
  server.clock.advance(2 * DAY)
  const statement = holdStatement(/^update "identities" set "guest_used_at" = /)
  const asked = credentials(app, became)
  await statement.held
  const { logins: Logins } = await newLogin(app)
  await identities.getCredentialsForIdentity({ IdentityId: became, Logins })
  statement.release()
  await asked
  server.clock.advance(366 * DAY)
  vi.advanceTimersByTime(MINUTE)
  await vi.waitFor(async () => expect(await listed(app)).not.toContain(gone), { timeout: 20_000 })
  expect(await listed(app)).toEqual([became])
})

test.each([
  ['by an option', { guestDays: 2 }],
  ['by the configuration', { config: { guestDays: 2 } }],
])('guests stay for as long as the server is configured %s', async (_, options) => {
  const app = await startForGuests(options)
  const gone = await app.guest()
  app.server.clock.advance(1.5 * DAY)
  const stays = await app.guest()
  app.server.clock.advance(DAY)
  vi.advanceTimersByTime(MINUTE)
  await vi.waitFor(async () => expect(await listed(app)).not.toContain(gone), { timeout: 20_000 })
  expect(await listed(app)).toEqual([stays])
})

test('guests are never removed where the server is configured so', async () => {
  const database = await sharedDatabase()
  const app = await startForGuests({ ...database, guestDays: 0 })
  const guest = await app.guest()
  await newLogin(app)
  const { db } = await openDatabase(database.database)
  onTestFinished(() => db.destroy())
  const signIns = () => db.selectFrom('token_families').select('id').execute()
  expect(await signIns()).toHaveLength(1)
  app.server.clock.advance(10_000 * DAY)
  vi.advanceTimersByTime(MINUTE)
  // These are removed last: once they are gone, the removal has come to its end.
  await vi.waitFor(async () => expect(await signIns()).toEqual([]), { timeout: 20_000 })
  expect((await credentials(app, guest)).IdentityId).toBe(guest)
})

test('an invalid number of days ends the start', async () => {
  await expect(startWithIdentities({ guestDays: -1 })).rejects.toThrow('guestDays')
})
