import { readFileSync, statSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { type Bytes, bytesOf } from './bundle-bytes.js'
import { type Status, verdictOf } from './entry-points.js'
import { optionsOf } from './options.js'
import { sourceFiles } from './source-files.js'
import { UnreadableFile, type Use, usesIn } from './uses.js'

/** One thing that an application uses, and what becomes of it. */
export interface Finding {
  readonly status: Status
  readonly module: string
  readonly name: string
  /** What to write, or to know. */
  readonly note?: string
  /** A page of the documentation. */
  readonly link?: string
  /** Options that calls are given. */
  readonly options?: readonly string[]
  /** `src/login.tsx:12`, each. */
  readonly places: readonly string[]
}

export interface Report {
  /** Version of `aws-amplify` that the application asks for. */
  readonly amplify: string | null
  readonly files: number
  /** Whether everything that belongs to this package is covered. */
  readonly isCovered: boolean
  readonly findings: readonly Finding[]
  /** Pages on what behaves differently in the calls that are used. */
  readonly differences: readonly string[]
  readonly bytes: Bytes | null
  /** Files that could not be read as JavaScript or TypeScript. */
  readonly unreadable: readonly string[]
}

/** Where the pages of the documentation are. */
const DOCS = 'https://github.com/amulet-auth/amulet/blob/main/docs/'

/** Which part of the differences is about which calls. */
const DIFFERENCES: readonly (readonly [part: string, calls: RegExp])[] = [
  ['signing-up-and-signing-in-automatically', /^(?:signUp|confirmSignUp|resendSignUpCode|autoSignIn)$/],
  ['signing-in', /^(?:signIn|confirmSignIn|setUpTOTP|verifyTOTPSetup|\w+WebAuthnCredentials?)$/],
  ['signing-in-by-redirect', /^signInWithRedirect$/],
  ['sessions', /^(?:fetchAuthSession|getCurrentUser|signOut|decodeJWT|deleteUser|\w+Devices?)$/],
  ['configuration-and-contexts', /^(?:Amplify|createAmplifyContext|default)$/],
]

/**
 * Reads the sources of an application and says what becomes of its uses of Amplify.
 *
 * @param folder of the application
 * @param own the module of this package, for its bytes
 */
export async function report(folder: string, own?: string): Promise<Report> {
  const uses: (Use & { file: string })[] = []
  const unreadable: string[] = []
  const files = sourceFiles(folder)
  for (const path of files) {
    const file = relative(folder, path).replaceAll('\\', '/')
    try {
      for (const use of usesIn(path, textOf(path))) uses.push({ ...use, file })
    } catch (error) {
      if (!(error instanceof UnreadableFile)) throw error
      unreadable.push(file)
    }
  }

  // Of an object the calls say more than its import does.
  const owners = new Set(uses.flatMap(({ file, name, method }) => (method ? [`${file} ${name}`] : [])))
  const findings = new Map<string, Finding & { places: string[]; options: string[] }>()
  const add = (finding: Omit<Finding, 'places'>, place: string) => {
    const { module, name, status, note = '' } = finding
    const key = [status, module, name, note].join(' ')
    const known = findings.get(key) ?? { ...finding, options: [], places: [] }
    if (!known.places.includes(place)) known.places.push(place)
    for (const option of finding.options ?? [])
      if (!known.options.includes(option)) known.options.push(option)
    findings.set(key, known)
  }
  for (const use of uses) {
    if (!use.method && owners.has(`${use.file} ${use.name}`)) continue
    const place = `${use.file}:${use.line}`
    const { page, ...verdict } = verdictOf(use)
    const name = [use.name, use.method].filter(Boolean).join('.')
    const { known, unknown } = optionsOf(name, use.members)
    add({ ...verdict, module: use.module, name, ...(page && { link: DOCS + page }), options: known }, place)
    for (const option of unknown) {
      add(
        {
          status: 'changes',
          module: use.module,
          name,
          note: `${option} is no option of Amplify 6: it is not read`,
        },
        place,
      )
    }
  }

  const list = [...findings.values()].map(({ options, ...finding }) => ({
    ...finding,
    ...(options.length > 0 && { options }),
  }))
  const isOurs = (use: Use) => ['covered', 'changes'].includes(verdictOf(use).status)
  const names = [...new Set(uses.filter(isOurs).map(({ name }) => name))]
  return {
    amplify: versionOf(folder),
    files: files.length,
    isCovered: list.every(({ status }) => status !== 'missing'),
    findings: list,
    differences: [
      ...DIFFERENCES.filter(([, calls]) => names.some((name) => calls.test(name))).map(([part]) => part),
      ...(names.length > 0 ? ['requests-and-errors'] : []),
    ].map((part) => `${DOCS}amplify-differences.md#${part}`),
    bytes: (await bytesOf(folder, names, own)) ?? null,
    unreadable,
  }
}

/** Bytes of a file that is read. What is larger was not written by hand, and would keep a processor for long. */
const LARGEST_FILE = 10_000_000

/** @throws {UnreadableFile} */
function textOf(path: string): string {
  try {
    if (statSync(path).size <= LARGEST_FILE) return readFileSync(path, 'utf8')
  } catch (cause) {
    throw new UnreadableFile(path, { cause })
  }
  throw new UnreadableFile(path)
}

/** Of the nearest package that asks for it: a folder of sources is in one, and that one may be part of a workspace. */
function versionOf(folder: string): string | null {
  const version = versionIn(join(folder, 'package.json'))
  const parent = dirname(folder)
  return version ?? (parent === folder ? null : versionOf(parent))
}

/** @returns nothing where there is no manifest, or one that is no JSON */
function versionIn(path: string): string | undefined {
  try {
    const manifest: Record<string, Record<string, string> | undefined> = JSON.parse(
      readFileSync(path, 'utf8'),
    )
    return manifest.dependencies?.['aws-amplify'] ?? manifest.devDependencies?.['aws-amplify']
  } catch {
    return undefined
  }
}
