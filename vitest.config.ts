import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'
import { mutantPlugin } from './mutants/mutant-plugin.js'
import { sampledPlugin } from './mutants/sampled-plugin.js'

const source = (path: string) => fileURLToPath(new URL(path, import.meta.url))

// Tests run against the sources, so a change is seen without a build; the packed packages are checked
// by `script/test` in a step of their own.
export default defineConfig({
  plugins: [mutantPlugin(), sampledPlugin()],
  resolve: {
    alias: [
      { find: /^@amulet\/auth$/, replacement: source('packages/auth/src/index.ts') },
      { find: /^@amulet\/server\/testing$/, replacement: source('packages/server/src/testing/index.ts') },
      { find: /^@amulet\/server$/, replacement: source('packages/server/src/index.ts') },
    ],
  },
  test: {
    // Against hangs only: how long something may take is asserted where it matters.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 15_000 } },
    // A process runs many files: packages such as the AWS SDK and Amplify take longer to load than the tests of most files
    // do to run. `file-by-file.ts` keeps files apart otherwise.
    isolate: false,
    setupFiles: ['packages/server/test/file-by-file.ts'],
    ...(process.env.AMULET_MUTANTS && { runner: source('mutants/sampled-runner.ts') }),
    restoreMocks: true,
    unstubGlobals: true,
    unstubEnvs: true,
    // One more than there are processors: some tests wait, for a timeout or for a process to stop.
    maxWorkers: availableParallelism() + 1,
    projects: [
      {
        extends: true,
        test: {
          name: 'node',
          globalSetup: ['packages/server/test/build.ts', 'packages/server/test/key-pair.ts'],
          include: ['packages/*/test/**/*.test.ts', 'bench/test/**/*.test.ts', 'examples/**/*.test.ts'],
          // The projects are run by `script/check-projects`, each with its own test runner.
          exclude: [
            'packages/server/test/postgres/**',
            'packages/*/test/browser/**',
            'examples/projects/**',
            '**/node_modules/**',
          ],
        },
      },
      {
        // The server's tests once more, on PostgreSQL. What is about SQLite's files and plans, and the commands, runs once.
        extends: true,
        test: {
          name: 'postgres',
          globalSetup: [
            'packages/server/test/build.ts',
            'packages/server/test/key-pair.ts',
            'packages/server/test/postgres/global-setup.ts',
          ],
          include: ['packages/server/test/**/*.test.ts'],
          exclude: [
            'packages/server/test/{at-rest,cli*,query-plans}.test.ts',
            'packages/server/test/model/decide.test.ts',
            'packages/server/test/browser/**',
          ],
        },
      },
      {
        extends: true,
        test: {
          name: 'browser',
          globalSetup: ['packages/server/test/key-pair.ts'],
          include: ['apps/*/test/**/*.test.ts', 'packages/*/test/browser/**/*.test.ts'],
          fileParallelism: false,
          // A number of processes of its own needs a turn of its own.
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
})
