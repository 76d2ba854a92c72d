import { readFileSync } from 'node:fs'
import { DockerfileParser, type Instruction } from 'dockerfile-ast'
import { expect, test } from 'vitest'
import { parseDocument } from 'yaml'
import { amulet } from './amulet.js'

// What can be said of the files in docs/docker without Docker. `script/check-packages` does what the Dockerfile says.

const read = (name: string) => readFileSync(new URL(`../../../docs/docker/${name}`, import.meta.url), 'utf8')
const dockerfile = DockerfileParser.parse(read('Dockerfile'))
const instructions = (keyword: string) =>
  dockerfile.getInstructions().filter((instruction) => instruction.getKeyword() === keyword)
const argumentsOf = (instruction: Instruction | undefined) =>
  instruction?.getArguments().map((argument) => argument.getValue()) ?? []

test('the last stage of the image runs as a user of its own, who owns the volume, and has a health check', () => {
  const last = instructions('FROM').at(-1)
  const from = last?.getRange()?.start.line ?? 0
  const ofLast = (keyword: string) =>
    instructions(keyword).filter((each) => (each.getRange()?.start.line ?? 0) > from)
  expect(ofLast('USER').map(argumentsOf)).toEqual([['node']])
  const [volume] = argumentsOf(ofLast('VOLUME')[0])
  const made = ofLast('RUN').map((each) => each.getArgumentsContent() ?? '')
  expect(made).toEqual([expect.stringMatching(new RegExp(`--owner=node .* ${volume}$`))])
  expect(ofLast('HEALTHCHECK')).toHaveLength(1)
  expect(argumentsOf(ofLast('EXPOSE')[0])).toEqual(['9230'])
  // As lists, so that no shell stands between the server and SIGTERM.
  for (const keyword of ['ENTRYPOINT', 'CMD'])
    expect(JSON.parse(ofLast(keyword)[0]?.getArgumentsContent() ?? '')).toEqual(expect.any(Array))
  expect(instructions('ADD')).toEqual([])
  const images = instructions('FROM').map((each) => argumentsOf(each)[0])
  expect(new Set(images)).toEqual(new Set(['node:24-slim']))
})

interface Service {
  readonly environment: Readonly<Record<string, string>>
  readonly volumes: readonly string[]
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>
  readonly healthcheck?: object
  readonly image?: string
  readonly build?: string
}

test('the compose file names services and volumes that it has, and variables that the server reads', async () => {
  const document = parseDocument(read('compose.yaml'), { strict: true })
  expect([document.errors, document.warnings]).toEqual([[], []])
  const { services, volumes } = document.toJS() as {
    services: Readonly<Record<string, Service>>
    volumes: object
  }
  for (const [name, service] of Object.entries(services)) {
    expect(service.image ?? service.build, name).toBeDefined()
    for (const volume of service.volumes) expect(volumes).toHaveProperty([volume.split(':')[0] ?? ''])
    for (const [other, { condition }] of Object.entries(service.depends_on ?? {}))
      expect([condition, services[other]?.healthcheck]).toEqual(['service_healthy', expect.any(Object)])
  }
  const { stdout: help } = await amulet(['--help'])
  const environment: Readonly<Record<string, string>> = services.amulet?.environment ?? {}
  for (const name of Object.keys(environment)) expect(help).toContain(name)
  const database = new URL(String(environment.AMULET_DATABASE).replace(/\$\{[^}]*\}/, 'password'))
  expect(services).toHaveProperty([database.hostname])
  expect(database.pathname).toBe(`/${services.postgres?.environment.POSTGRES_DB}`)
  // Each of the variables that it takes is in the file that the documentation has people make, and is never left empty.
  const page = readFileSync(new URL('../../../docs/operating.md', import.meta.url), 'utf8')
  const [, file = ''] = /<<END\n(.*?)\nEND/s.exec(page) ?? []
  const made = file.split('\n').map((line) => line.split('=')[0])
  const taken = [...read('compose.yaml').matchAll(/\$\{(\w+)(:\?[^}]*)?\}/g)]
  expect(new Set(taken.map(([, name]) => name))).toEqual(new Set(made))
  for (const [variable, , required] of taken) expect(required, variable).toBeDefined()
})
