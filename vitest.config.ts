import { defineConfig } from 'vitest/config'

/** Tests that need no database; `npm run verify` runs these alone. */
const pure = [
  'test/model/**/*.test.ts',
  'test/sync/core/**/*.test.ts',
  'test/sync/providers/**/*.test.ts',
  'test/bot/**/*.view.test.ts',
  'test/architecture.test.ts',
  'test/config.test.ts',
  'test/log.test.ts',
  'test/db/secrets.test.ts',
  'test/pure/**/*.test.ts',
]

export default defineConfig({
  test: {
    testTimeout: 30_000,
    hookTimeout: 60_000,
    maxWorkers: 2,
    projects: [
      { extends: true, test: { name: 'pure', include: pure } },
      {
        extends: true,
        test: {
          name: 'whole',
          include: ['test/**/*.test.ts'],
          exclude: pure,
          globalSetup: ['test/support/postgres.ts'],
          // Real processes, kills and a browser on a busy shared machine: there a second try is reported, never silent.
          retry: process.env['CI'] ? 1 : 0,
        },
      },
    ],
  },
})
