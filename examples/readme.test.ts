import { readFile } from 'node:fs/promises'
import * as auth from '@amulet/auth'
import { createServer } from '@amulet/server'
import * as sdk from '@aws-sdk/client-cognito-identity-provider'
import { afterAll, beforeAll, expect, test } from 'vitest'

// A table of what works is worth something only while it is true.

const readme = await readFile(new URL('../README.md', import.meta.url), 'utf8')

/** The names in the table of one package that are there today, or not yet. */
function names(packageName: string, today: 'yes' | 'not yet', pattern: RegExp): string[] {
  const start = readme.indexOf(`| \`${packageName}\``)
  const rows = readme.slice(start, readme.indexOf('\n\n', start)).split('\n')
  return rows
    .filter((row) => new RegExp(`\\| ${today} +\\|$`).test(row))
    .flatMap((row) => [...row.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name))
    .filter((name) => pattern.test(name))
}

const calls = (today: 'yes' | 'not yet') => names('@amulet/auth', today, /^[a-z]\w+$/)

const server = createServer()
beforeAll(() => server.ready)
afterAll(() => server.close())

test('the README names every call of the client that there is', () => {
  const notCalls = ['AuthError', 'Hub', 'configure', 'isAuthError']
  const exported = Object.keys(auth).filter((name) => !name.startsWith('create') && !notCalls.includes(name))
  expect(calls('yes').sort()).toEqual(exported.sort())
})

test('the README calls nothing missing that is there', () => {
  const missing = calls('not yet')
  expect(missing).toContain('signInWithRedirect')
  expect(missing.filter((name) => name in auth)).toEqual([])
})

const call = async (operation: string) => {
  const response = await server.fetch(
    new Request('http://localhost/', {
      method: 'POST',
      headers: {
        'content-type': 'application/x-amz-json-1.1',
        'x-amz-target': `AWSCognitoIdentityProviderService.${operation}`,
      },
      body: '{}',
    }),
  )
  return await response.text()
}

test('the README names every operation of the server that there is', async () => {
  const known = []
  for (const name of Object.keys(sdk)) {
    const operation = /^([A-Z].*)Command$/.exec(name)?.[1]
    if (operation && !(await call(operation)).includes('UnknownOperationException')) known.push(operation)
  }
  expect(names('@amulet/server', 'yes', /^[A-Z]\w+$/).sort()).toEqual(known.sort())
})
