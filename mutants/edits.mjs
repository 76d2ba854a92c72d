/**
 * Mistakes that tests must notice, one edit each: `what` is missing or wrong then, and `tests` are the files that should
 * fail.
 *
 * @type {readonly (import('./mutant-plugin.js').Mutant & { what: string, tests: string[] })[]}
 */
export const edits = [
  ...of('packages/server/src/users/password-attempts.ts', ['lockout', 'wrong-guesses'], {
    'failures beyond the free ones never lock': ['const FREE_FAILURES = 5', 'const FREE_FAILURES = 50'],
    'locks are a hundredth of what they should be': ['else 1000 * (1 <<', 'else 10 * (1 <<'],
    'a right password forgives nothing': ['when excluded.failures = 0 then 0', ''],
    'a lock does not refuse': ['if (numAffectedRows === 0n) throw errors.passwordAttemptsExceeded()', ''],
  }),
]

/**
 * @param {string} file
 * @param {string[]} tests names of test files of the server
 * @param {Record<string, [find: string, replace: string]>} mistakes
 */
function of(file, tests, mistakes) {
  return Object.entries(mistakes).map(([what, [find, replace]]) => ({
    file,
    what,
    find,
    replace,
    tests: tests.map((name) => `packages/server/test/${name}.test.ts`),
  }))
}
