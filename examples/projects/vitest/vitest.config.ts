import { defineConfig } from 'vitest/config'

// The same tests in each environment that applications are tested in.
export default defineConfig({
  test: {
    // The first test of a file has to wait for what it imports, and other work may keep the processors.
    testTimeout: 60_000,
    projects: ['node', 'jsdom', 'happy-dom'].map((environment) => ({
      extends: true as const,
      test: { name: environment, environment, include: ['*.test.ts'] },
    })),
  },
})
