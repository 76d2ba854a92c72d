import { defineConfig } from '@playwright/test'

export default defineConfig({
  testDir: 'tests',
  fullyParallel: true,
  workers: 2,
  use: {
    baseURL: 'http://localhost:5173',
    launchOptions: {
      // A browser that is there already, in place of Playwright's own.
      executablePath: process.env.CHROMIUM,
      args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
    },
  },
  webServer: [
    { command: 'node app/serve.js', url: 'http://localhost:5173' },
    // For the tests that share a server. It is ready once GET / is answered.
    {
      command: 'amulet dev --port 9239 --database sqlite::memory:',
      url: 'http://127.0.0.1:9239',
    },
  ],
})
