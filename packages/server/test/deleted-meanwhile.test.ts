import { expect, test } from 'vitest'
import { sharedDatabase } from './fresh-database.js'
import { PASSWORD, start } from './start.js'
import { stillClock } from './still-clock.js'

test('a sign-up in a pool that is deleted meanwhile is refused, in these words', async () => {
  const options = { ...(await sharedDatabase()), clock: stillClock() }
  const app = await start(options)
  const other = await start(options)
  const { userPoolClientId: ClientId, userPoolId: UserPoolId } = app
  const signUp = (name: string) =>
    app.call('SignUp', { ClientId, Username: `${name}@example.com`, Password: PASSWORD })
  // A server remembers a pool for a second after it looked it up, and the clock stands still.
  expect((await signUp('ada')).status).toBe(200)
  await other.call('DeleteUserPoolDomain', { UserPoolId, Domain: 'amulet-dev' })
  expect((await other.call('DeleteUserPool', { UserPoolId })).status).toBe(200)
  expect((await signUp('eve')).body).toEqual({
    __type: 'ResourceNotFoundException',
    message: 'What the request is about was deleted while it was under way.',
  })
  app.server.clock.advance(1)
  expect((await signUp('late')).body).toEqual({
    __type: 'ResourceNotFoundException',
    message: `User pool client ${ClientId} does not exist.`,
  })
})
