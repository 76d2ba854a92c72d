import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const SRC = fileURLToPath(new URL('../src', import.meta.url))

/** From the lowest up: a folder, or a file beside them, imports only what comes before it. Types count. */
const ORDER = [
  'start-error.ts',
  'server-closed.ts',
  'errors.ts',
  'clock.ts',
  'audit.ts',
  'message.ts',
  'functions.ts',
  'assume-role.ts',
  'iam-provider.ts',
  'crypto',
  'srp',
  'db',
  'context.ts',
  'wire',
  'keys',
  'pools',
  'clients',
  'domains',
  'branding',
  'resource-servers',
  'users',
  'groups',
  'triggers',
  'delivery',
  'codes',
  'tokens',
  'flows',
  'federation',
  'operations',
  'identity-pools',
  'oauth',
  'server-info.ts',
  'tls',
  'http',
  'transfer',
  'config',
  'function-worker.ts',
  'expiry-cleanup.ts',
  'create-server.ts',
  'index.ts',
  'testing',
  'cli',
]

const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter((name) => /\.tsx?$/.test(name))

/** What each file imports of this package, types included, by path. */
const imports = new Map(
  files.map((file) => {
    const text = readFileSync(join(SRC, file), 'utf8')
    const paths = [...text.matchAll(/(?:from|import\(|import) ?'(\.[^']+)'/g)].map(([, path = '']) => {
      const target = normalize(join(dirname(file), path)).replace(/\.js$/, '')
      return files.find((name) => name === `${target}.ts` || name === `${target}.tsx`) ?? target
    })
    return [file, paths] as const
  }),
)

const unitOf = (file: string) => file.split('/')[0] ?? file

test('every folder has a place in the order', () => {
  expect(new Set(files.map(unitOf))).toEqual(new Set(ORDER))
})

test('a folder imports only from folders below it', () => {
  const upward = [...imports].flatMap(([file, targets]) =>
    targets
      .filter((target) => ORDER.indexOf(unitOf(target)) > ORDER.indexOf(unitOf(file)))
      .map((target) => `${file} imports ${target}`),
  )
  expect(upward).toEqual([])
})

test('no files import each other in a circle', () => {
  const done = new Set<string>()
  const circles: string[] = []
  const visit = (file: string, path: readonly string[]): void => {
    if (path.includes(file)) circles.push([...path.slice(path.indexOf(file)), file].join(' → '))
    if (done.has(file) || path.includes(file)) return
    for (const target of imports.get(file) ?? []) visit(target, [...path, file])
    done.add(file)
  }
  for (const file of files) visit(file, [])
  expect(circles).toEqual([])
})
