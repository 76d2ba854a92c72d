import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { marked } from 'marked'

const docs = fileURLToPath(new URL('../../docs/', import.meta.url))

/**
 * The documentation as pages, at /docs/client.md and so on.
 *
 * @returns {import('vite').Plugin}
 */
export function docsPages() {
  /** @type {(middlewares: import('vite').Connect.Server) => void} */
  const serve = (middlewares) => {
    middlewares.use('/docs', async (request, response, next) => {
      const [, name = ''] = /^\/([\w-]+)\.md$/.exec(request.url?.split('?')[0] ?? '') ?? []
      if (name === '') return next()
      const text = await readFile(`${docs}${name}.md`, 'utf8').catch(() => undefined)
      if (text === undefined) return next()
      response.setHeader('content-type', 'text/html; charset=utf-8')
      response.end(page(name, text))
    })
  }
  return {
    name: 'docs-pages',
    configureServer: ({ middlewares }) => serve(middlewares),
    configurePreviewServer: ({ middlewares }) => serve(middlewares),
  }
}

/** @param {string} name @param {string} text Markdown of this repository */
function page(name, text) {
  const [, title = name] = /^# (.*)$/m.exec(text) ?? []
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
<header><a class="brand" href="/"><img src="/amulet.svg" alt="" width="32" height="32">Amulet</a></header>
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
