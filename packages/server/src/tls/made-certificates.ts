import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Certified } from './certificate-authority.js'
import type { Certificates } from './certificates.js'

const THIS_MACHINE = ['localhost', '127.0.0.1', '::1']

/** The authority's file within its folder: what is to be trusted. */
export const AUTHORITY_FILE = 'ca.pem'

/**
 * Certificates that this machine makes for itself, when they are first asked for, and keeps: a browser that was told to go on
 * with one would ask again about another.
 *
 * @param folder where they are kept; without one, as long as the process
 * @param isName whether a name below `localhost` is one of this server
 */
export function madeCertificates(
  folder: string | undefined,
  isName: (name: string) => Promise<boolean>,
): Certificates {
  let authority: Promise<Certified> | undefined
  const made = new Map<string, Promise<Certified>>()

  function authorityOf(): Promise<Certified> {
    if (!authority) {
      authority = keep('ca', ({ makeAuthority }, now) => makeAuthority(now))
      // What failed is tried again.
      authority.catch(() => {
        authority = undefined
      })
    }
    return authority
  }

  function certificateOf(names: readonly [string, ...string[]]): Promise<Certified> {
    const [name] = names
    let known = made.get(name)
    if (!known) {
      known = keep(name, async ({ makeCertificate }, now) => makeCertificate(await authorityOf(), names, now))
      made.set(name, known)
      // What failed is tried again.
      known.catch(() => made.delete(name))
    }
    return known
  }

  async function keep(
    name: string,
    make: (library: typeof import('./certificate-authority.js'), now: number) => Promise<Certified>,
  ): Promise<Certified> {
    // Loaded by who uses it: most starts for developing see no connection of TLS.
    const library = await import('./certificate-authority.js')
    const now = Date.now()
    const kept = folder === undefined ? undefined : read(folder, name)
    if (kept && library.isFresh(kept, now)) return kept
    const certified = await make(library, now)
    if (folder !== undefined) write(folder, name, certified)
    return certified
  }

  return {
    // Names are listed one by one: browsers take no `*.localhost`.
    find: async (name) =>
      name?.endsWith('.localhost') && (await isName(name))
        ? await certificateOf([name])
        : await certificateOf(['localhost', ...THIS_MACHINE.slice(1)]),
  }
}

function read(folder: string, name: string): Certified | undefined {
  try {
    return {
      cert: readFileSync(join(folder, `${name}.pem`), 'utf8'),
      key: readFileSync(join(folder, `${name}-key.pem`), 'utf8'),
    }
  } catch {
    return undefined
  }
}

/** The key first: a certificate whose key is missing is made again. */
function write(folder: string, name: string, { cert, key }: Certified): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  for (const [file, text] of [
    [`${name}-key.pem`, key],
    [`${name}.pem`, cert],
  ] as const) {
    const unnamed = join(folder, `${file}.${process.pid}`)
    writeFileSync(unnamed, text, { mode: 0o600 })
    renameSync(unnamed, join(folder, file))
  }
}
