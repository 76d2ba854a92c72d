#!/usr/bin/env node
// Two servers belong together when somebody wants to try things out: the user pool, and the page that signs in
// to it. This starts `amulet dev` (with the arguments it is given) and the built page, tells the page where the
// pool is, prints what to open, and stops both when it is told to.
//
// The page is at port 9231, or the next free one; DEMO_PORT asks for another.

import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { preview } from 'vite'

const amulet = fileURLToPath(new URL('../../packages/server/dist/bin/amulet.js', import.meta.url))
const pool = spawn(process.execPath, [amulet, 'dev', '--json', ...process.argv.slice(2)], {
  stdio: ['ignore', 'pipe', 'inherit'],
})

/** @type {import('vite').PreviewServer | undefined} */
let page
let stopping = false
const stop = async () => {
  if (stopping) return
  stopping = true
  pool.kill('SIGTERM')
  await page?.close()
}
process.on('SIGINT', stop)
process.on('SIGTERM', stop)

// What went wrong, a port in use for example, `amulet dev` has said itself on stderr.
pool.on('exit', async (code) => {
  const asked = stopping
  await stop()
  process.exitCode = asked ? 0 : (code ?? 1)
})

const lines = createInterface({ input: pool.stdout })
lines.once('line', async (line) => {
  lines.on('line', (line) => console.log(line))
  const { url, userPoolId, userPoolClientId } = JSON.parse(line)
  const endpoint = new URL('/', url).href
  page = await preview({
    root: fileURLToPath(new URL('.', import.meta.url)),
    logLevel: 'warn',
    preview: { host: '127.0.0.1', port: Number(process.env.DEMO_PORT ?? 9231) },
    plugins: [
      {
        name: 'pool.json',
        configurePreviewServer(server) {
          server.middlewares.use('/pool.json', (_request, response) => {
            response.setHeader('content-type', 'application/json')
            response.end(JSON.stringify({ userPoolId, userPoolClientId, userPoolEndpoint: endpoint }))
          })
        },
      },
    ],
  })
  if (stopping) return page.close()
  console.log(`
  Demo        ${page.resolvedUrls?.local[0]}
  User pool   ${endpoint}
  Codes       ${endpoint}_amulet/inbox

  Pool id ${userPoolId}, app client id ${userPoolClientId}. Ctrl-C stops both.
`)
})
