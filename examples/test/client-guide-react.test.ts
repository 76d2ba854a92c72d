// @vitest-environment jsdom
import {
  type AuthUser,
  configure,
  createMemoryStorage,
  getCurrentUser,
  signOut,
  updateMFAPreference,
} from '@amulet/auth'
import { type AmuletServer, createServer, defineConfig } from '@amulet/server'
import { createAdmin } from '@amulet/server/testing'
import { createElement, type FunctionComponent, type ReactNode } from 'react'
import { createRoot } from 'react-dom/client'
import { expect, onTestFinished, test, vi } from 'vitest'
import { blocksIn } from './pages.js'
import { blockRunner } from './run-block.js'

// The components of the guide to the client, in a page, against a server.

const PAGE = 'docs/client.md'
const username = 'ada@example.com'

const { run, ran } = blockRunner()

/** A server whose user has a temporary password and no name, which the pool requires. */
async function startWithInvitedUser(): Promise<AmuletServer> {
  const config = defineConfig({
    userPools: [
      {
        PoolName: 'Guide',
        UsernameAttributes: ['email'],
        AutoVerifiedAttributes: ['email'],
        Schema: [{ Name: 'name', Required: true, Mutable: true }],
        MfaConfiguration: 'OPTIONAL',
        SoftwareTokenMfaConfiguration: { Enabled: true },
        EmailMfaConfiguration: { Subject: 'Your code', Message: 'Your code is {####}.' },
        clients: [{ ClientName: 'Web', ExplicitAuthFlows: ['ALLOW_USER_SRP_AUTH'] }],
      },
    ],
  })
  const server = createServer({ config })
  onTestFinished(() => server.close())
  const { userPoolId, userPoolClientId } = await server.ready
  configure(
    { Auth: { Cognito: { userPoolId, userPoolClientId } } },
    { fetch: server.fetch, clock: server.clock.now, storage: createMemoryStorage() },
  )
  await server.fetch(
    new Request('http://localhost/', {
      method: 'POST',
      headers: { 'x-amz-target': 'AWSCognitoIdentityProviderService.AdminCreateUser' },
      body: JSON.stringify({
        UserPoolId: userPoolId,
        Username: username,
        UserAttributes: [
          { Name: 'email', Value: username },
          { Name: 'email_verified', Value: 'true' },
        ],
        DesiredDeliveryMediums: ['EMAIL'],
      }),
    }),
  )
  return server
}

async function render(element: ReactNode) {
  const container = document.body.appendChild(document.createElement('div'))
  const root = createRoot(container)
  root.render(element)
  await vi.waitFor(() => expect(container.childNodes).not.toHaveLength(0), { timeout: 20_000 })
  onTestFinished(() => {
    root.unmount()
    container.remove()
  })
  const labels = () => [...container.querySelectorAll('label')].map((label) => label.textContent?.trim())
  return {
    container,
    labels,
    /** Fills in the fields of the form by their labels, presses the button, and waits for what the labels are then. */
    async submit(values: Record<string, string>, next: () => boolean) {
      for (const [label, value] of Object.entries(values)) {
        const field = [...container.querySelectorAll('label')].find((each) =>
          each.textContent?.startsWith(label),
        )
        const input = field?.querySelector('input')
        if (!input) throw new Error(`There is no field ${label} among ${labels()}.`)
        input.value = value
      }
      container.querySelector('button')?.click()
      await vi.waitFor(() => expect(next()).toBe(true), { timeout: 20_000 })
    },
  }
}

test('the component goes from a temporary password to a session, and asks for a code at the next sign-in', async () => {
  const server = await startWithInvitedUser()
  const { SignIn } = await run(PAGE, 'export function SignIn', '')
  const page = await render(createElement(SignIn as FunctionComponent))
  const text = () => page.container.textContent ?? ''
  expect(page.labels()).toEqual(['E-mail', 'Password'])

  const temporary = server.inbox.last(username)?.code ?? ''
  await page.submit({ 'E-mail': username, Password: 'Wrong-horse-1' }, () => text().includes('Incorrect'))
  await page.submit({ 'E-mail': username, Password: temporary }, () => page.labels().includes('New password'))
  expect(page.labels()).toEqual(['New password', 'name'])
  await page.submit({ 'New password': 'short', name: 'Ada' }, () => text().includes('not long enough'))
  await page.submit(
    { 'New password': 'Battery-staple-2', name: 'Ada' },
    () => text() === 'You are signed in.',
  )

  await updateMFAPreference({ email: 'PREFERRED' })
  await signOut()
  const again = await render(createElement(SignIn as FunctionComponent))
  await again.submit({ 'E-mail': username, Password: 'Battery-staple-2' }, () =>
    again.labels().includes('The code sent to a***@e***'),
  )
  // A sign-in that has ended goes back to its beginning, and says why; a wrong code does not end it.
  await again.submit(
    { 'The code': '000' },
    () => again.container.textContent?.includes('Invalid code') ?? false,
  )
  await createAdmin(server).adminUserGlobalSignOut({ Username: username })
  const late = server.inbox.last(username)?.code ?? ''
  await again.submit({ 'The code': late }, () => again.labels().includes('Password'))
  expect(again.container.textContent).toContain('Invalid session')
  await again.submit({ 'E-mail': username, Password: 'Battery-staple-2' }, () =>
    again.labels().includes('The code sent to a***@e***'),
  )
  const code = server.inbox.last(username)?.code ?? ''
  await again.submit({ 'The code': code }, () => again.container.textContent === 'You are signed in.')
  expect(await getCurrentUser()).toMatchObject({ signInDetails: { loginId: username } })
})

/** Shows what the hook knows. */
function WhoAmI({ useUser }: { useUser: () => AuthUser | null | undefined }) {
  return createElement('p', {}, useUser()?.signInDetails?.loginId ?? 'no user')
}

test('the hook knows the user from the start, and hears of the end of the session', async () => {
  const server = await startWithInvitedUser()
  const { useUser } = await run(PAGE, 'export function useUser', '')
  const { SignIn } = await run(PAGE, 'export function SignIn', '')
  const who = await render(createElement(WhoAmI, { useUser }))
  expect(who.container.textContent).toBe('no user')

  const page = await render(createElement(SignIn as FunctionComponent))
  const temporary = server.inbox.last(username)?.code ?? ''
  await page.submit({ 'E-mail': username, Password: temporary }, () => page.labels().includes('name'))
  await page.submit(
    { 'New password': 'Battery-staple-2', name: 'Ada' },
    () => page.container.textContent === 'You are signed in.',
  )
  const reloaded = await render(createElement(WhoAmI, { useUser }))
  const shows = (text: string) =>
    vi.waitFor(
      () => expect([who, reloaded].map(({ container }) => container.textContent)).toEqual([text, text]),
      { timeout: 20_000 },
    )
  await shows(username)
  await signOut()
  await shows('no user')
})

test('every component of the guide has run', () => {
  expect(blocksIn('tsx', PAGE).filter(({ name }) => !ran.has(name))).toEqual([])
})
