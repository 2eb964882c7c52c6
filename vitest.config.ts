import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.{ts,tsx}'],
    // A job that fires in another zone than UTC goes wrong when the clocks change (test/scheduler.test.ts).
    env: { TZ: 'UTC' },
    globalSetup: ['test/support/database-server.ts'],
    pool: 'forks',
    // Much of a run is waiting: for servers, browsers and clocks.
    maxWorkers: 2,
    testTimeout: 20_000,
    hookTimeout: 60_000,
  },
  oxc: { jsx: { runtime: 'automatic', importSource: 'hono/jsx' } },
});
