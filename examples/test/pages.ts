import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

// Not by a `URL`, which is another class under jsdom.
const root = join(dirname(fileURLToPath(import.meta.url)), '../..')

/** A file of the repository by its path from the root. */
export const path = (name: string): string => join(root, name)

/** A fenced block of code. */
interface Block {
  readonly language: string
  readonly code: string
  /** A name that no other block has, without an extension. */
  readonly name: string
}

interface Page {
  /** Path from the root. */
  readonly name: string
  readonly text: string
  readonly blocks: readonly Block[]
}

/** Everything there is to read. */
export const pages: readonly Page[] = [
  ...['README.md', 'CHANGELOG.md', 'CONTRIBUTING.md', 'SECURITY.md'],
  ...readdirSync(path('docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
  ...readdirSync(path('packages')).map((name) => `packages/${name}/README.md`),
].map((name) => {
  const text = readFileSync(path(name), 'utf8')
  const blocks = [...text.matchAll(/^```(\w*)\n(.*?)^```$/gms)].map(
    ([, language = '', code = ''], index) => ({
      language,
      code,
      name: `${name.replace(/\.md$/, '').replace(/\W+/g, '-').toLowerCase()}-${index + 1}`,
    }),
  )
  return { name, text, blocks }
})

/** The blocks in one language, of all pages or of one. */
export const blocksIn = (language: string, page?: string): readonly Block[] =>
  pages
    .filter(({ name }) => page === undefined || name === page)
    .flatMap(({ blocks }) => blocks.filter((block) => block.language === language))

/** What Amplify's tools write beside an application; a block may import it. */
export const amplifyOutputs: string = JSON.stringify({
  version: '1.4',
  auth: {
    aws_region: 'us-east-1',
    user_pool_id: 'us-east-1_AmuletDev',
    user_pool_client_id: 'amuletdevwebclient00000000',
  },
})
