import { expect, test } from 'vitest'
import { onPostgres } from './fresh-database.js'
import { PASSWORD, start } from './start.js'

test('a pool that is deleted while people sign up in it is gone for them, in these words', async () => {
  const app = await start()
  const { userPoolClientId: ClientId, userPoolId: UserPoolId } = app
  // The second looks its pool up before the deletion, and stores its user after it.
  const signUps = ['ada', 'eve', 'joe', 'kim', 'lea'].map((name) =>
    app.call('SignUp', { ClientId, Username: `${name}@example.com`, Password: PASSWORD }),
  )
  const deleted = await app.call('DeleteUserPool', { UserPoolId })
  expect(deleted.status).toBe(200)
  const answers = await Promise.all(signUps)
  const kinds = new Set(answers.map(({ status, body }) => (status === 200 ? 'signed up' : body.__type)))
  kinds.delete('signed up')
  // On PostgreSQL all of them may have been quicker than the deletion.
  if (!onPostgres || kinds.size > 0) expect([...kinds]).toEqual(['ResourceNotFoundException'])
  expect(
    (await app.call('SignUp', { ClientId, Username: 'late@example.com', Password: PASSWORD })).body,
  ).toEqual({
    __type: 'ResourceNotFoundException',
    message: `User pool client ${ClientId} does not exist.`,
  })
})
