import { Amplify } from 'aws-amplify'
import { confirmSignIn, fetchAuthSession, signIn, signOut } from 'aws-amplify/auth'
import { ConsoleLogger } from 'aws-amplify/utils'
import { expect, onTestFinished, test, vi } from 'vitest'
import { FUNCTIONS } from './model/functions.js'
import { type Client, runTable, tableRows, type Wire } from './model/table.js'
import type { Pool } from './model/world.js'
import { start } from './start.js'

// Stock aws-amplify through the table of sign-ins: fewer settings than the client of this project goes through.

ConsoleLogger.LOG_LEVEL = 'NONE'

const VALUES = {
  flow: ['SRP', 'CHOICE', 'CHOICE EMAIL_OTP', 'CUSTOM'],
  factors: ['none', 'SMS TOTP EMAIL'],
  enabled: ['none', 'SMS TOTP EMAIL'],
  addresses: ['none', 'both'],
  device: ['untracked'],
  existence: ['hidden'],
  // Amplify uses passkeys in a browser only, and has tests of its own there.
  passkey: ['none'],
} as const

const rows = tableRows(2, (row) =>
  // The names of columns.
  (Object.keys(VALUES) as (keyof typeof VALUES)[]).some(
    (name) => !(VALUES[name] as readonly string[]).includes(row[name]),
  ),
)

/** A sign-in takes a fifth of a second, and more on a machine that has other work. */
const ROWS_MS = 600_000

test(
  `Amplify signs in ${rows.length} times in all pairs of settings, whatever the answers are`,
  async () => {
    expect(rows.length).toBeLessThanOrEqual(120)
    // Client and server share the date.
    vi.useFakeTimers({ toFake: ['Date'] })
    const { fetch } = globalThis
    onTestFinished(() => {
      vi.useRealTimers()
      globalThis.fetch = fetch
    })
    const advance = (seconds: number) => void vi.setSystemTime(Date.now() + seconds * 1000)
    const app = await start({ functions: FUNCTIONS, clock: { now: () => Date.now(), advance } })
    await runTable(app, rows, newClient)
  },
  ROWS_MS,
)

/** Amplify has one user per process: each client takes the place of the one before. */
function newClient({ UserPoolId, clients }: Pool, wire: Wire): Client {
  globalThis.fetch = (input, init) => wire.fetch(new Request(input, init))
  Amplify.configure({
    Auth: {
      Cognito: {
        userPoolId: UserPoolId,
        userPoolClientId: clients[0] ?? '',
        userPoolEndpoint: 'http://localhost/',
      },
    },
  })
  return {
    signIn,
    confirmSignIn,
    claims: async () => ({ ...(await fetchAuthSession()).tokens?.accessToken.payload }),
    signOut,
  }
}
