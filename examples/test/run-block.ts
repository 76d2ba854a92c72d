import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { afterAll, beforeAll, expect } from 'vitest'
import { amplifyOutputs, blocksIn, path } from './pages.js'

/** Where the blocks of the pages expect a server: `amulet dev` has an address that can be written down. */
const POOL = 'http://127.0.0.1:9230'

/** Blocks of React are compiled as a project with React compiles them; the rest of the repository has another JSX. */
export const source = (language: string, code: string): string =>
  language === 'tsx' ? `/** @jsxImportSource react */\n${code}` : code

/** Runs blocks of the documentation in a folder inside the repository, so that they find what a reader would have installed. */
export function blockRunner() {
  const ran = new Set<string>()
  let folder = ''
  beforeAll(() => {
    mkdirSync(path('examples/.cache'), { recursive: true })
    folder = mkdtempSync(path('examples/.cache/run-'))
    writeFileSync(`${folder}/amplify_outputs.json`, amplifyOutputs)
  })
  afterAll(() => rmSync(folder, { recursive: true }))

  return {
    /** Names of the blocks that were run. */
    ran,
    /**
     * Runs the block of a page that has these words in it, as it is but for the address of the server.
     *
     * @param names what a test looks at though the block does not export it
     */
    async run(page: string, words: string, url: string, ...names: string[]) {
      const blocks = ['ts', 'tsx']
        .flatMap((language) => blocksIn(language, page))
        .filter(({ code }) => code.includes(words))
      expect(blocks).toHaveLength(1)
      const [{ name, code, language } = { name: '', code: '', language: '' }] = blocks
      ran.add(name)
      const file = `${folder}/${name}.${language}`
      const exports = names.length > 0 ? `\nexport { ${names} }\n` : ''
      const here = code.replaceAll(POOL, url).replaceAll(`port: ${new URL(POOL).port}`, 'port: 0')
      writeFileSync(file, source(language, here) + exports)
      return await import(/* @vite-ignore */ file)
    },
  }
}
