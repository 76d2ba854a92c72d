import { configure, createMemoryStorage, fetchAuthSession, signIn } from '@amulet/auth'
import { createServer } from '@amulet/server'
import { HttpResponse, http } from 'msw'
import { setupServer } from 'msw/node'
import { afterAll, beforeAll, expect, test } from 'vitest'

// What the application is configured with.
const POOL = 'http://127.0.0.1:9230'

const amulet = createServer({
  url: POOL,
  users: [{ Username: 'ada@example.com', Password: 'Correct-horse-1' }],
})
const network = setupServer(
  // The application's own API is mocked, and its user pool is a real one.
  http.get('https://api.example.com/orders', ({ request }) =>
    request.headers.has('authorization')
      ? HttpResponse.json([{ id: 1 }])
      : HttpResponse.json({ message: 'Who are you?' }, { status: 401 }),
  ),
  http.all(`${POOL}/*`, ({ request }) => amulet.fetch(request)),
)
beforeAll(() => network.listen({ onUnhandledRequest: 'error' }))
afterAll(async () => {
  network.close()
  await amulet.close()
})

test('an application signs in and asks its API', async () => {
  const { userPoolId, userPoolClientId } = await amulet.ready
  configure(
    { Auth: { Cognito: { userPoolId, userPoolClientId, userPoolEndpoint: POOL } } },
    { storage: createMemoryStorage() },
  )
  await signIn({ username: 'ada@example.com', password: 'Correct-horse-1' })
  const { tokens } = await fetchAuthSession()
  const orders = await fetch('https://api.example.com/orders', {
    headers: { authorization: `Bearer ${tokens?.accessToken}` },
  })
  expect(await orders.json()).toEqual([{ id: 1 }])
})
