import * as identitySdk from '@aws-sdk/client-cognito-identity'
import * as sdk from '@aws-sdk/client-cognito-identity-provider'
import { expect, test } from 'vitest'
import { identityPoolOperations } from '../src/identity-pools/operations/index.js'
import { userPoolOperations } from '../src/operations/index.js'

/** What an operation that is there does not do yet. */
const MISSING: Readonly<Record<string, string>> = {
  CreateUserPool: '[what only AWS can do](configuration.md#what-only-aws-can-do)',
  CreateUserPoolClient: '[what only AWS can do](configuration.md#what-only-aws-can-do)',
  UpdateUserPool: 'as CreateUserPool',
  UpdateUserPoolClient: 'as CreateUserPoolClient',
}

const implemented = new Set(userPoolOperations.map(({ name }) => name))

const operationsOf = (module: object): readonly string[] =>
  Object.keys(module)
    .filter((name) => name.endsWith('Command') && name !== '$Command')
    .map((name) => name.slice(0, -'Command'.length))
    .sort()
const operations = operationsOf(sdk)

test('the coverage page lists every operation of the AWS SDK and what is missing of each', async () => {
  const rows = operations.map((name) => {
    const missing = MISSING[name]
    const state = !implemented.has(name) ? 'no' : missing ? 'in part' : 'yes'
    return `| ${name} | ${state} | ${state === 'in part' ? missing : ''} |`
  })
  const page = `# Operations

Of the ${operations.length} operations of Amazon Cognito user pools that the AWS SDK knows, the server answers ${implemented.size}. The others answer
\`UnknownOperationException\`, as Cognito does; the message names the operation that was asked for.

This page is written by a test from the SDK and the server's own table
(\`npx vitest run --project node packages/server/test/coverage.test.ts -u\`).

| Operation | Answered | Missing |
|---|---|---|
${rows.join('\n')}

Of the ${operationsOf(identitySdk).length} operations of identity pools, it answers ${identityPoolOperations.length}; [Identity pools](identity-pools.md) says what is missing of them.
`
  await expect(page).toMatchFileSnapshot('../../../docs/operations.md')
})

test('every operation of identity pools is answered', () => {
  const names = identityPoolOperations.map(({ name }) => name)
  expect(names.toSorted()).toEqual(operationsOf(identitySdk))
})

test('the server has no operation that the AWS SDK does not know', () => {
  expect([...implemented].filter((name) => !operations.includes(name))).toEqual([])
})

test('no two operations have one name', () => {
  expect(implemented.size).toBe(userPoolOperations.length)
})

test('only operations that exist in the SDK are listed as missing', () => {
  expect(Object.keys(MISSING).filter((name) => !operations.includes(name))).toEqual([])
})
