import { existsSync, readFileSync } from 'node:fs'
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

test('pages of npm link to the repository, and to files and headings in it', () => {
  const { repository, homepage } = JSON.parse(readFileSync(path('package.json'), 'utf8'))
  const home = homepage.replace(/#.*/, '')
  expect(repository.url).toBe(`git+${home}.git`)
  for (const name of ['auth', 'server']) {
    const manifest = JSON.parse(readFileSync(path(`packages/${name}/package.json`), 'utf8'))
    expect(manifest.repository).toEqual({ ...repository, directory: `packages/${name}` })
    expect(manifest.homepage).toBe(`${home}/tree/main/packages/${name}#readme`)
    expect(manifest.bugs).toEqual({ url: `${home}/issues` })
    // A relative link would lead nowhere there.
    const text = pages.find((page) => page.name === `packages/${name}/README.md`)?.text ?? ''
    const links = [...text.matchAll(/\]\(([^)]*)\)/g)].map(([, link = '']) => link)
    expect(links.length).toBeGreaterThan(3)
    for (const link of links.filter((link) => !link.startsWith('https://www.npmjs.com/'))) {
      expect(link).toMatch(new RegExp(`^${home}[/#]`))
      const [, file = 'README.md', anchor] =
        /^(?:\/blob\/main\/([^#]+))?(?:#(.+))?$/.exec(link.slice(home.length)) ?? []
      const page = pages.find((page) => page.name === file)
      expect(page, link).toBeDefined()
      if (anchor !== undefined) expect(anchorsOf(page?.text ?? ''), link).toContain(anchor)
    }
  }
})

test('every page in docs can be reached from the README', () => {
  const readme = pages.find(({ name }) => name === 'README.md')?.text ?? ''
  const docs = pages.map(({ name }) => name).filter((name) => name.startsWith('docs/'))
  expect(docs.filter((name) => !readme.includes(`](${name}`))).toEqual([])
})
