// The smallest server of an application's files there is.
import { existsSync, readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { dirname, extname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const here = fileURLToPath(new URL('.', import.meta.url))
const types = { '.html': 'text/html', '.js': 'text/javascript' }

/** Packages are in a folder above. */
function find(path, folder = here) {
  const file = join(folder, path)
  if (existsSync(file)) return file
  return folder === dirname(folder) ? undefined : find(path, dirname(folder))
}

createServer(({ url }, response) => {
  const { pathname } = new URL(url, 'http://localhost')
  const path = extname(pathname) ? pathname : 'index.html'
  const file = find(path)
  response.writeHead(file ? 200 : 404, { 'content-type': types[extname(path)] ?? 'text/plain' })
  response.end(file && readFileSync(file))
}).listen(5173, 'localhost')
