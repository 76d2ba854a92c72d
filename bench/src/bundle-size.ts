import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'
import { kilobytes, printTable } from './table.js'

interface Purpose {
  readonly what: string
  readonly ours: string
  readonly amplify: string
  readonly identityJs: string
}

/** What a page imports for the same purpose from each of the three. */
const PURPOSES: readonly Purpose[] = [
  {
    what: 'configure + signIn',
    ours: "export { configure, signIn } from '@amulet/auth'",
    amplify: "export { Amplify } from 'aws-amplify'; export { signIn } from 'aws-amplify/auth'",
    identityJs:
      "export { AuthenticationDetails, CognitoUser, CognitoUserPool } from 'amazon-cognito-identity-js'",
  },
  {
    what: 'getCurrentUser',
    ours: "export { getCurrentUser } from '@amulet/auth'",
    amplify: "export { getCurrentUser } from 'aws-amplify/auth'",
    identityJs: "export { CognitoUserPool } from 'amazon-cognito-identity-js'",
  },
  {
    what: 'fetchAuthSession',
    ours: "export { fetchAuthSession } from '@amulet/auth'",
    amplify: "export { fetchAuthSession } from 'aws-amplify/auth'",
    identityJs: "export { CognitoUser } from 'amazon-cognito-identity-js'",
  },
  {
    what: 'all of auth',
    ours: "export * from '@amulet/auth'",
    amplify: "export * from 'aws-amplify/auth'",
    identityJs: "export * from 'amazon-cognito-identity-js'",
  },
]

/** Bytes that travel to a browser: esbuild, minified, gzip. Chunks loaded on demand are left out. */
export async function bundleSize(source: string): Promise<number> {
  const { outputFiles, metafile } = await build({
    stdin: {
      contents: source,
      resolveDir: fileURLToPath(new URL('..', import.meta.url)),
      sourcefile: 'page.js',
    },
    bundle: true,
    splitting: true,
    minify: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    outdir: 'out',
    write: false,
    metafile: true,
    logLevel: 'error',
  })
  const outputs = Object.entries(metafile.outputs)
  const entry = outputs.find(([, { entryPoint }]) => entryPoint !== undefined)?.[0]
  const loaded = new Set<string>()
  const load = (path: string) => {
    if (loaded.has(path)) return
    loaded.add(path)
    for (const { path: imported, kind } of metafile.outputs[path]?.imports ?? [])
      if (kind === 'import-statement') load(imported)
  }
  if (entry !== undefined) load(entry)
  const bytes = outputFiles
    .filter((file) => [...loaded].some((path) => file.path.endsWith(path)))
    .map((file) => gzipSync(file.contents, { level: 9 }).length)
  return bytes.reduce((sum, length) => sum + length, 0)
}

export async function benchBundleSize(): Promise<void> {
  const rows: string[][] = []
  for (const { what, ours, amplify, identityJs } of PURPOSES) {
    const [our, their, older] = await Promise.all([ours, amplify, identityJs].map(bundleSize))
    if (our === undefined || their === undefined || older === undefined) continue
    rows.push([
      what,
      kilobytes(our),
      kilobytes(their),
      kilobytes(older),
      `${((100 * our) / their).toFixed(0)} %`,
    ])
  }
  printTable(
    'Bundle size in a browser (esbuild, minified, gzip)',
    [
      'what a page imports',
      '@amulet/auth',
      'aws-amplify',
      'amazon-cognito-identity-js',
      'ours of aws-amplify',
    ],
    rows,
  )
}
