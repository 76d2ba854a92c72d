/**
 * @param {string} file
 * @param {string[]} tests names of test files of the server, or `auth:` and names of those of the client
 * @param {Record<string, [find: string, replace: string]>} mistakes
 */
export function of(file, tests, mistakes) {
  return Object.entries(mistakes).map(([what, [find, replace]]) => ({
    file,
    what,
    find,
    replace,
    tests: tests.map((name) =>
      name.startsWith('auth:')
        ? `packages/auth/test/${name.slice('auth:'.length)}.test.ts`
        : `packages/server/test/${name}.test.ts`,
    ),
  }))
}
