#!/usr/bin/env node
// Two servers belong together for trying things out: the user pool, and the page that signs in
// to it. This starts the built page and `amulet dev` (with the arguments it is given), tells the page where the
// pool is, prints what to open, and stops both when it is told to.
//
// The pool is that of `amulet.config.ts`, unless another configuration is named.
//
// DEMO_AUTH_FLOW=CUSTOM_WITH_SRP has the functions of the pool ask for more than the password.
//
// The page is at port 9231, or the next free one; DEMO_PORT asks for another, and takes no other instead.

import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { preview } from 'vite'

const port = process.env.DEMO_PORT || '9231'
const authFlowType = process.env.DEMO_AUTH_FLOW || undefined

/** What the page fetches as /pool.json, once the pool is there. */
let poolJson = ''

// The page comes first: where it cannot be served, no pool has to be stopped again.
const page = await preview({
  root: fileURLToPath(new URL('.', import.meta.url)),
  logLevel: 'warn',
  preview: { host: '127.0.0.1', port: Number(port), strictPort: Boolean(process.env.DEMO_PORT) },
  plugins: [
    {
      name: 'pool.json',
      configurePreviewServer(server) {
        server.middlewares.use('/pool.json', (_request, response) => {
          response.statusCode = poolJson ? 200 : 503
          response.setHeader('content-type', 'application/json')
          response.end(poolJson)
        })
      },
    },
  ],
}).catch((error) => {
  console.error(
    `The demo cannot be served at port ${port}: ${error.message}. Set DEMO_PORT to a free port, or to 0 for any.`,
  )
  process.exit(1)
})
// Vite ends the process on SIGTERM when the page is closed, at a time when the pool may still be stopping.
process.removeAllListeners('SIGTERM')

const amulet = fileURLToPath(new URL('../../packages/server/dist/bin/amulet.js', import.meta.url))
const config = fileURLToPath(new URL('amulet.config.ts', import.meta.url))
const args = process.argv.slice(2)
const isOwnConfig = !args.some((arg) => arg.split('=')[0] === '--config')
if (isOwnConfig) args.unshift('--config', config)
// By its name: browsers make passkeys for names only.
const address = page.resolvedUrls?.local[0]?.replace('127.0.0.1', 'localhost') ?? ''
const pool = spawn(process.execPath, [amulet, 'dev', '--json', ...args], {
  stdio: ['ignore', 'pipe', 'inherit'],
  env: { ...process.env, DEMO_PAGE: address },
})

/** @type {number | undefined} */
let exitCode
/** Ends both servers; this process ends when the pool has. @param {number} code */
const stop = (code) => {
  exitCode ??= code
  pool.kill('SIGTERM')
  page.close()
}
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => stop(0))
process.on('uncaughtException', (error) => {
  console.error('The demo stops, because something unexpected went wrong:', error)
  stop(1)
})
// What went wrong, a port in use for example, `amulet dev` has said itself on stderr.
pool.on('close', (code) => process.exit(exitCode ?? code ?? 1))

createInterface({ input: pool.stdout }).on('line', (line) => {
  // One line is for programs. `--help` comes without it.
  if (poolJson || !line.startsWith('{')) return console.log(line)
  const { url, userPoolId, userPoolClientId, oauthClientId, domain: host } = JSON.parse(line)
  if (!userPoolClientId) {
    console.error(
      `The user pool ${userPoolId} has no app client to sign in through. Declare one in the configuration.`,
    )
    return stop(1)
  }
  const userPoolEndpoint = new URL('/', url).href
  // Another configuration may not send users back to this page.
  const hasPages = isOwnConfig && host && oauthClientId === userPoolClientId
  const domain = hasPages ? `${new URL(url).protocol}//${host}` : undefined
  const providers = hasPages ? ['Google', 'SignInWithApple', 'LoginWithAmazon', 'Facebook'] : undefined
  poolJson = JSON.stringify({
    userPoolId,
    userPoolClientId,
    userPoolEndpoint,
    authFlowType,
    domain,
    providers,
  })
  console.log(`
  Demo        ${address}
  User pool   ${userPoolEndpoint}
  Codes       ${userPoolEndpoint}_amulet/inbox

  Pool id ${userPoolId}, app client id ${userPoolClientId}. Ctrl-C stops both.
`)
})
