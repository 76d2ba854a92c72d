import { existsSync } from 'node:fs'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { expect, test } from 'vitest'
import { pages, path } from './pages.js'

/** As the usual renderers of Markdown name headings. */
const anchorsOf = (text: string) =>
  [...text.matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\w\- ]/g, '')
      .replaceAll(' ', '-'),
  )

test('every link within the documentation leads to a file, and to a heading of it', () => {
  const links = pages.flatMap(({ name, text }) =>
    [...text.matchAll(/\]\((?!https?:)([^)#]*)(?:#([^)]*))?\)/g)].map(([link, target = '', anchor]) => ({
      link: `${name} ${link}`,
      file: target === '' ? path(name) : fileURLToPath(new URL(target, pathToFileURL(path(name)))),
      anchor,
    })),
  )
  expect(links.length).toBeGreaterThan(20)
  for (const { link, file, anchor } of links) {
    expect(existsSync(file), link).toBe(true)
    const page = pages.find(({ name }) => path(name) === file)
    if (anchor !== undefined) expect(anchorsOf(page?.text ?? ''), link).toContain(anchor)
  }
})

test('every page in docs can be reached from the README', () => {
  const readme = pages.find(({ name }) => name === 'README.md')?.text ?? ''
  const docs = pages.map(({ name }) => name).filter((name) => name.startsWith('docs/'))
  expect(docs.filter((name) => !readme.includes(`](${name}`))).toEqual([])
})
