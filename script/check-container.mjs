// Docker is not everywhere, so this does by itself what docs/docker/Dockerfile says: the folders of its images are below a
// temporary one, what its last stage starts runs as another user where there is one to run as, and its health check is asked.
//
// Usage: node script/check-container.mjs PACKED_SERVER.tgz

import assert from 'node:assert/strict'
import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import {
  chmodSync,
  copyFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
} from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { DockerfileParser } from 'dockerfile-ast'

const [packed] = process.argv.slice(2)
const files = fileURLToPath(new URL('../docs/docker/', import.meta.url))
const work = mkdtempSync(join(tmpdir(), 'amulet-container-'))
process.once('exit', () => rmSync(work, { recursive: true, force: true }))
chmodSync(work, 0o755)

/** The user that stands for `node` of the image. */
const user = otherUser()

function otherUser() {
  if (process.getuid?.() !== 0) return undefined
  const id = (kind) => Number(execFileSync('id', [kind, 'nobody'], { encoding: 'utf8' }))
  const ids = { uid: id('-u'), gid: id('-g') }
  return spawnSync(process.execPath, ['--version'], { ...ids, cwd: '/' }).status === 0 ? ids : undefined
}

// As the documentation has it done.
const context = join(work, 'context')
mkdirSync(context)
copyFileSync(packed, join(context, basename(packed)))
run('npm', ['install', '--package-lock-only', '--prefer-offline', `./${basename(packed)}`], context)

function run(command, args, cwd, env = {}) {
  execFileSync(command, args, {
    cwd,
    env: { ...process.env, npm_config_prefer_offline: 'true', npm_config_loglevel: 'error', ...env },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
}

const stages = []
for (const instruction of DockerfileParser.parse(
  readFileSync(join(files, 'Dockerfile'), 'utf8'),
).getInstructions()) {
  const keyword = instruction.getKeyword()
  const text = (instruction.getArgumentsContent() ?? '').replaceAll(/\\\n\s*/g, '')
  const stage = stages.at(-1)
  switch (keyword) {
    case 'FROM': {
      const [, , name = String(stages.length)] = text.split(/\s+/)
      const root = join(work, name)
      mkdirSync(root)
      stages.push({ name, root, cwd: '/', env: {} })
      break
    }
    case 'ENV':
      for (const [, name, value] of text.matchAll(/(\w+)=(\S+)/g)) stage.env[name] = inside(stage, value)
      break
    case 'WORKDIR':
      stage.cwd = text
      mkdirSync(join(stage.root, text), { recursive: true })
      break
    case 'RUN': {
      const owned = text.replaceAll(/--(owner|group)=node/g, user ? `--$1=${user.uid}` : '')
      const command = user ? owned.replaceAll(/--group=\d+/g, `--group=${user.gid}`) : owned
      run('sh', ['-ec', inside(stage, command)], join(stage.root, stage.cwd), stage.env)
      break
    }
    case 'COPY':
      copy(stage, instruction.getFromFlag?.()?.getValue() ?? undefined, text)
      break
    case 'HEALTHCHECK':
      stage.health = JSON.parse(text.slice(text.indexOf('[')))
      break
    case 'ENTRYPOINT':
    case 'CMD':
      stage[keyword] = JSON.parse(text).map((part) => inside(stage, part))
      break
    // A test in packages/server looks at these.
    case 'USER':
    case 'VOLUME':
    case 'EXPOSE':
      break
    default:
      throw new Error(`script/check-container.mjs does not know ${keyword}.`)
  }
}

/** The same text, with the image's folders below the stage's. */
function inside({ root }, text) {
  return text.replaceAll(/(?<![\w./@])\/(?=(data|srv)\b)/g, `${root}/`)
}

function copy(stage, from, text) {
  const paths = text.split(/\s+/)
  const to = join(stage.root, paths[0].startsWith('/') ? '' : stage.cwd, paths.pop())
  for (const path of paths) {
    if (from !== undefined) {
      const source = stages.find(({ name }) => name === from).root
      cpSync(join(source, path), to, { recursive: true, verbatimSymlinks: true })
      continue
    }
    const names = readdirSync(context).filter((name) => matches(name, path))
    assert(names.length > 0, `There is no ${path} to copy.`)
    for (const name of names) copyFileSync(join(context, name), join(to, name))
  }
}

function matches(name, pattern) {
  return new RegExp(`^${pattern.replaceAll('.', '\\.').replaceAll('*', '.*')}$`).test(name)
}

const image = stages.at(-1)
const port = await freePort()
const env = {
  ...process.env,
  ...image.env,
  AMULET_PORT: String(port),
  AMULET_ROOT_KEY: randomBytes(32).toString('hex'),
  AMULET_ADMIN_ACCESS_KEY_ID: 'AKIDOPERATOR',
  AMULET_ADMIN_SECRET_ACCESS_KEY: randomBytes(32).toString('hex'),
}
const options = { ...user, env, cwd: join(image.root, image.cwd) }
const isHealthy = () => spawnSync(image.health[0], image.health.slice(1), options).status === 0

assert(!isHealthy(), 'healthy before it was started')
const [program, ...args] = [...image.ENTRYPOINT, ...image.CMD]
// Its log says why it does not start.
const server = spawn(program, args, { ...options, stdio: ['ignore', 'inherit', 'inherit'] })
process.once('exit', () => server.kill('SIGKILL'))
const ended = once(server, 'exit')
for (let tries = 0; !isHealthy(); tries++) {
  assert(tries < 300 && server.exitCode === null, 'not healthy')
  await setTimeout(200)
}
const database = statSync(join(image.root, 'data', 'amulet.db'))
if (user) assert.equal(database.uid, user.uid)
server.kill('SIGTERM')
assert.deepEqual(await ended, [0, null])
assert(!isHealthy(), 'healthy after it was stopped')
console.log(`What the Dockerfile says works${user ? ', as another user' : ''}.`)

async function freePort() {
  const listener = createServer().listen(0, '127.0.0.1')
  await once(listener, 'listening')
  const address = listener.address()
  await new Promise((resolve) => listener.close(resolve))
  return address.port
}
