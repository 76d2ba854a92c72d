import { afterAll, expect, vi } from 'vitest'

// Runs before each test file. A process runs many of them and loads each package once, as loading the AWS SDK, Amplify
// and Kysely takes longer than the tests of most files. The sources are loaded anew for each file, so that no file
// finds what another one has left in their memory.
vi.resetModules()

// Node's own globals are shared. A fake timer that a file does not put back would be noticed by some later file only,
// and not in every order.
const names = Object.getOwnPropertyNames(globalThis).filter(
  // The HTTP adapter of the server replaces `Request` and `Response` for good when a server first listens, and each copy
  // of tslib sets its functions, such as `__extends`.
  (name) => name !== 'Request' && name !== 'Response' && !name.startsWith('__'),
)
const globals = () => Object.fromEntries(names.map((name) => [name, Reflect.get(globalThis, name)]))
const before = globals()
// Hooks run last to first: what the file itself puts back in a hook of its own is back by then.
afterAll(() => {
  const after = globals()
  expect(names.filter((name) => !Object.is(before[name], after[name]))).toEqual([])
})
