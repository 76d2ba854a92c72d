import { defineConfig } from 'vitest/config'

// The same tests in each environment that applications are tested in.
export default defineConfig({
  test: {
    projects: ['node', 'jsdom', 'happy-dom'].map((environment) => ({
      extends: true as const,
      test: { name: environment, environment, include: ['*.test.ts'] },
    })),
  },
})
