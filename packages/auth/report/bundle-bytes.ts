import { createRequire } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { gzipSync } from 'node:zlib'
import { MEASURED_SIZES } from './measured-sizes.js'
import { VALUES } from './names.js'

/** Bytes that travel to a browser for what an application imports. */
export interface Bytes {
  readonly before: number
  readonly after: number
  /** `esbuild VERSION` of the application, or `table`. */
  readonly by: string
}

/** That of the application, which is loaded where it is. */
type Esbuild = Pick<typeof import('esbuild'), 'build' | 'version'>

/** Names of Amplify's other entry points, with those that take their place. */
const OTHERS: Readonly<Record<string, { module: string; ours: string }>> = {
  Hub: { module: 'aws-amplify/utils', ours: 'Hub' },
  sessionStorage: { module: 'aws-amplify/utils', ours: 'createSessionStorage' },
  sharedInMemoryStorage: { module: 'aws-amplify/utils', ours: 'createMemoryStorage' },
}

/**
 * Measures a page that has these names: with the esbuild and the `aws-amplify` of the application if both are there, and else
 * by the smallest page in the table that has them all.
 *
 * @param folder of the application
 * @param names that it uses, as Amplify calls them; `configure` comes with each
 * @param own the module of this package
 */
export async function bytesOf(
  folder: string,
  names: readonly string[],
  own: string = fileURLToPath(new URL('../index.js', import.meta.url)),
): Promise<Bytes | undefined> {
  const calls = names.filter((name) => VALUES.includes(name) && !(name in OTHERS))
  const others = names.flatMap((name) => OTHERS[name] ?? [])
  if (calls.length + others.length === 0) return undefined
  const esbuild = await findEsbuild(folder)
  if (esbuild) {
    const list = (each: readonly string[]) => `{ ${[...new Set(each)].join(', ')} }`
    const amplify = [
      "export { Amplify } from 'aws-amplify'",
      ...(calls.length > 0 ? [`export ${list(calls)} from 'aws-amplify/auth'`] : []),
      ...names.flatMap((name) =>
        name in OTHERS ? [`export { ${name} } from '${OTHERS[name]?.module}'`] : [],
      ),
    ].join('\n')
    const ours = `export ${list(['configure', ...calls, ...others.map((other) => other.ours)])} from ${JSON.stringify(own)}`
    try {
      return {
        before: await bundleBytes(esbuild, folder, amplify),
        after: await bundleBytes(esbuild, folder, ours),
        by: `esbuild ${esbuild.version}`,
      }
    } catch {
      // The application is not installed, or has a version of Amplify without one of the names.
    }
  }
  const row =
    MEASURED_SIZES.find(({ names: measured }) => calls.every((name) => measured.includes(name))) ??
    MEASURED_SIZES.at(-1)
  return row && { before: row.before, after: row.after, by: 'table' }
}

async function findEsbuild(folder: string): Promise<Esbuild | undefined> {
  const require = createRequire(join(folder, 'package.json'))
  // One of its own, or that of Vite.
  for (const from of ['esbuild', 'vite']) {
    try {
      const found = require.resolve(from)
      const path = from === 'esbuild' ? found : createRequire(found).resolve('esbuild')
      const { default: esbuild } = (await import(pathToFileURL(path).href)) as { default: Esbuild }
      return esbuild
    } catch {
      // Not there.
    }
  }
  return undefined
}

/** Minified and compressed by gzip, as ES modules; what is loaded on demand is left out. */
export async function bundleBytes(esbuild: Esbuild, resolveDir: string, contents: string): Promise<number> {
  const { outputFiles, metafile } = await esbuild.build({
    stdin: { contents, resolveDir, sourcefile: 'page.js' },
    bundle: true,
    splitting: true,
    minify: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    outdir: 'out',
    write: false,
    metafile: true,
    logLevel: 'silent',
  })
  const entry = Object.entries(metafile.outputs).find(([, { entryPoint }]) => entryPoint)?.[0]
  const loaded = new Set<string>()
  const load = (path: string) => {
    if (loaded.has(path)) return
    loaded.add(path)
    for (const { path: imported, kind } of metafile.outputs[path]?.imports ?? [])
      if (kind === 'import-statement') load(imported)
  }
  if (entry) load(entry)
  return outputFiles
    .filter(({ path }) => [...loaded].some((name) => path.replaceAll('\\', '/').endsWith(name)))
    .reduce((sum, { contents: file }) => sum + gzipSync(file, { level: 9 }).length, 0)
}
