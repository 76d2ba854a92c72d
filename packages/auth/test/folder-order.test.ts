import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const SRC = fileURLToPath(new URL('../src', import.meta.url))

/** From the lowest up: a folder, or a file beside them, imports only what comes before it. Types count. */
const ORDER = [
  'version.ts',
  'base64.ts',
  'srp',
  'exceptions.ts',
  'error-names.ts',
  'errors.ts',
  'models.ts',
  'events.ts',
  'storage',
  'context',
  'service',
  'mfa',
  'passkeys',
  'session',
  'hub.ts',
  'create-auth-context.ts',
  'oauth',
  'configure.ts',
  'sign-in',
  'sign-up',
  'sign-out',
  'user-attributes',
  'api',
  'enable-oauth-listener.ts',
  'index.ts',
]

const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'))

/** What each file imports of this package, types included, by path. */
const imports = new Map(
  files.map((file) => {
    const text = readFileSync(join(SRC, file), 'utf8')
    const paths = [...text.matchAll(/(?:from|import\(|import) ?'(\.[^']+)'/g)].map(([, path = '']) =>
      normalize(join(dirname(file), path)).replace(/\.js$/, '.ts'),
    )
    return [file, paths] as const
  }),
)

const unitOf = (file: string) => file.split('/')[0] ?? file

test('every folder has a place in the order', () => {
  expect(new Set(files.map(unitOf))).toEqual(new Set(ORDER))
})

test('a folder imports only from folders below it, and no call imports another one', () => {
  const upward = [...imports].flatMap(([file, targets]) =>
    targets
      .filter((target) => {
        const below = ORDER.indexOf(unitOf(file)) - ORDER.indexOf(unitOf(target))
        return below < 0 || (below === 0 && unitOf(file) === 'api')
      })
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
