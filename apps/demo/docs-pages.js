import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { marked } from 'marked'

const repository = fileURLToPath(new URL('../../', import.meta.url))
/** Where files are that are not pages here. */
const PUBLIC_REPOSITORY = 'https://github.com/amulet-auth/amulet/blob/main'

/** Files of the repository that are pages here, under the same path. */
const PAGE = /^\/(?:docs\/[\w-]+|README|CHANGELOG|CONTRIBUTING|SECURITY)\.md$/
const PICTURE = /^\/docs\/images\/[\w-]+\.png$/

/**
 * The documentation as pages, at /docs/client.md and so on, and the README.
 *
 * @returns {import('vite').Plugin}
 */
export function docsPages() {
  /** @type {(middlewares: import('vite').Connect.Server) => void} */
  const serve = (middlewares) => {
    middlewares.use(async (request, response, next) => {
      const path = request.url?.split('?')[0] ?? ''
      if (path === '/docs' || path === '/docs/') {
        response.writeHead(302, { location: '/docs/client.md' }).end()
        return
      }
      const isPage = PAGE.test(path)
      if (!isPage && !path.startsWith('/docs/')) return next()
      const file =
        isPage || PICTURE.test(path) ? await readFile(repository + path).catch(() => undefined) : undefined
      if (file && !isPage) {
        response.writeHead(200, { 'content-type': 'image/png' }).end(file)
        return
      }
      response
        .writeHead(file ? 200 : 404, { 'content-type': 'text/html; charset=utf-8' })
        .end(page(path, file?.toString() ?? NOT_FOUND))
    })
  }
  return {
    name: 'docs-pages',
    configureServer: ({ middlewares }) => serve(middlewares),
    configurePreviewServer: ({ middlewares }) => serve(middlewares),
  }
}

const NOT_FOUND = '# There is no such page\n\n[The README](/README.md) leads to all of them.'

/** @param {string} path @param {string} text Markdown of this repository */
function page(path, text) {
  const [, title = path] = /^# (.*)$/m.exec(text) ?? []
  const ids = new Map()
  const renderer = new marked.Renderer()
  renderer.heading = (html, level, raw) => {
    // As GitHub makes them: links within the pages are written for it.
    const slug = raw
      .toLowerCase()
      .replace(/<[^>]*>|&\w+;|[^\w\- ]/g, '')
      .replace(/ /g, '-')
    const count = ids.get(slug) ?? 0
    ids.set(slug, count + 1)
    return `<h${level} id="${count ? `${slug}-${count}` : slug}">${html}</h${level}>\n`
  }
  renderer.link = (href, _, html) => {
    const { origin, pathname } = new URL(href, `http://repository${path}`)
    const isHere = origin !== 'http://repository' || href.startsWith('#') || PAGE.test(pathname)
    return `<a href="${escaped(isHere ? href : PUBLIC_REPOSITORY + pathname)}">${html}</a>`
  }
  renderer.code = (code) => `<pre tabindex="0"><code>${escaped(code)}</code></pre>\n`
  renderer.table = (header, body) =>
    `<div class="wide" tabindex="0"><table><thead>${header}</thead><tbody>${body}</tbody></table></div>\n`
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<link rel="icon" href="/amulet.svg" type="image/svg+xml">
<link rel="stylesheet" href="/docs.css">
<title>${escaped(title)} · Amulet</title>
</head>
<body>
<header>
<a class="brand" href="/"><img src="/amulet.svg" alt="" width="32" height="32">Amulet</a>
<nav><a href="/">Demo</a> <a href="/README.md#more">All pages</a></nav>
</header>
<main>
${marked.parse(text, { renderer })}
</main>
</body>
</html>
`
}

/** @param {string} text */
const escaped = (text) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
