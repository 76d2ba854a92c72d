import { type AmuletFixtures, type AmuletWorkerFixtures, amuletFixtures } from '@amulet/server/testing'
import { test as base } from '@playwright/test'

export const username = 'ada@example.com'
export const password = 'Correct-horse-1'

export const test = base.extend<AmuletFixtures, AmuletWorkerFixtures>(
  amuletFixtures({
    users: [
      {
        Username: username,
        Password: password,
        UserAttributes: [{ Name: 'email_verified', Value: 'true' }],
      },
    ],
  }),
)
