import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Tests that only `npm run test:full` runs: they need real servers, or many processes. */
const SLOW = [
  // Kannel, PgBouncer, Prometheus and a browser, which not every machine has.
  'test/kannel/**/*.test.ts',
  'test/database/pgbouncer.test.ts',
  'test/operations/alarms.test.ts',
  'test/**/*-in-browser.test.ts',
  // Whole processes that are killed over and over, and backups that are taken and restored.
  'test/dispatch/kill.test.ts',
  'test/operations/restore.test.ts',
  // A minute of processor time, which the checker of patterns takes; it also notes which a module builds while it loads.
  'test/architecture/regular-expressions.test.ts',
  // It takes every file of src/ apart.
  'test/architecture/functions.test.ts',
  // Passwords, each of which takes a quarter of a second to hash on purpose.
  'test/pages/people/people.test.ts',
  'test/pages/kit/kept/form.test.ts',
  'test/pages/set-up/sources/deliveries.test.ts',
  // Hundreds of bodies of each format, thousands of appointments of one number, and whole lives of appointments and of
  // reminders.
  'test/invariants/formats-leak-nothing.test.ts',
  'test/invariants/one-number-in-batches.test.ts',
  'test/http/sources/lives-laws.test.ts',
  'test/dispatch/failover-laws.test.ts',
  'test/dispatch/gateways/pace.test.ts',
  'test/simulation/regression-seeds.test.ts',
  // Every route with its path escaped and as every person, every column after an erasure, and services over several
  // sockets.
  'test/http/escaped-paths.test.ts',
  'test/pages/rights.test.ts',
  'test/pages/page-sizes.test.ts',
  'test/pages/access-matrix.test.ts',
  'test/pages/who-sees-what.test.ts',
  'test/pages/odd-forms.test.ts',
  'test/invariants/authorities-apart.test.ts',
  'test/invariants/erased-means-erased.test.ts',
  'test/intake/accept-at-once.test.ts',
  'test/stalls/longest-stall.test.ts',
  'test/mllp/service.test.ts',
  'test/receipts/look-up-uncertain.test.ts',
  'test/events/endpoint-changes.test.ts',
  'test/staff/statistics/statistics-walk.test.ts',
  'test/database/first-release.test.ts',
  'test/dispatch/failover.test.ts',
  'test/events/deliverer.test.ts',
  'test/http/sources/turns.test.ts',
  'test/replies/send-answers.test.ts',
  'test/dispatch/failures.test.ts',
  'test/dispatch/outcomes.test.ts',
  'test/database/connect.test.ts',
  'test/operations/purge.test.ts',
  'test/intake/replaced.test.ts',
  'test/http/sources/lives.test.ts',
  // Growth of readers with large inputs, documents read against the running service, and thousands of refused callers.
  'test/formats/fhir/speed.test.ts',
  'test/formats/hl7v2/mangled.test.ts',
  'test/domain/text/unicode.test.ts',
  'test/http/sources/fhir-schema.test.ts',
  'test/docs/integrators.test.ts',
  'test/http/indistinguishable.test.ts',
  'test/http/guards/failed-attempts.test.ts',
  'test/http/admin/deliveries.test.ts',
  // Connections that break, many processes or authorities, and what a crash leaves.
  'test/database/safe-client.test.ts',
  'test/dispatch/look/round-robin.test.ts',
  'test/receipts/recover-receipts.test.ts',
  'test/replies/parts.test.ts',
  'test/invariants/newest-holds.test.ts',
  'test/cli/gateway.test.ts',
  'test/service.test.ts',
  'test/main.test.ts',
  // Addresses that are refused before and behind a lookup, a provider that misbehaves, files that are imported by a
  // process, and statements over thousands of rows.
  'test/operations/fetch.test.ts',
  'test/pages/people/provider.test.ts',
  'test/cli/import.test.ts',
  'test/operations/sweep.test.ts',
  'test/dispatch/settle.test.ts',
  'test/database/emptied.test.ts',
  // The rows behind the pictures.
  'test/shots/scene.test.ts',
];
/** Tests that need a process of their own, or what costs as much as it does for people. */
const ISOLATED = [
  // It fills the line of passwords that are being checked, which costs as much as for people.
  'test/accounts/people/sign-in-busy.test.ts',
  // They replace the timers of the whole process, or its clock and its dice.
  'test/simulation/simulation.test.ts',
  'test/scheduler.test.ts',
  'test/dispatch/gateways/gateway-caller.test.ts',
  'test/store/first-start.test.ts',
  // They compare processor times, which depend on how much there is for the garbage collector to go through.
  'test/architecture/growth.test.ts',
  'test/domain/sms/sms-text.test.ts',
  'test/domain/replies/speed.test.ts',
  'test/formats/csv/laws.test.ts',
  'test/formats/json/webhook-laws.test.ts',
  'test/mllp/framing.test.ts',
];

/** The longest of them, the longest first. */
const LONGEST = [
  ...['simulation/simulation', 'architecture/regular-expressions', 'kannel/service', 'operations/alarms'],
  ...['simulation/regression-seeds', 'stalls/longest-stall', 'kannel/adapter', 'operations/restore'],
  ...['pages/every-page-in-browser', 'pages/every-form-in-browser', 'pages/odd-forms'],
  ...['pages/every-state-in-browser', 'http/sources/lives-laws', 'pages/who-sees-what'],
  ...['invariants/one-number-in-batches', 'pages/people/people', 'pages/set-up/set-up-in-browser'],
  ...['invariants/formats-leak-nothing', 'dispatch/failures'],
].map((name) => `/test/${name}.test.ts`);

/**
 * Begins with the longest, so that no worker stands still while another is at a long one. Vitest itself knows how long a
 * file took where it has run before, which it has not in a fresh clone.
 */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification) => {
      const at = LONGEST.findIndex((name) => moduleId.endsWith(name));
      return at < 0 ? LONGEST.length : at;
    };
    return (await super.sort(files)).sort((one, other) => rank(one) - rank(other));
  }
}

/**
 * A password is hashed in a thirtieth of the time: it takes long on purpose, and where that is not what a test is about,
 * it waits for nothing else. Slow and isolated tests hash as the product does.
 */
const quickHashes = {
  name: 'easysms:quick-password-hashes',
  transform(code: string, id: string) {
    if (!id.endsWith('/passwords.ts')) return;
    const quick = code.replace('log2N: 15', 'log2N: 10');
    if (quick === code) throw new Error(`${id} has no cost to lower`);
    return { code: quick, map: null };
  },
};

const project = (name: string, isolate: boolean, include: readonly string[], exclude: readonly string[] = []) => ({
  plugins: isolate ? [] : [quickHashes],
  test: {
    name,
    isolate,
    include: [...include],
    exclude: [...exclude],
    // A job that fires in another zone than UTC goes wrong when the clocks change (test/scheduler.test.ts).
    env: { TZ: 'UTC' },
    pool: 'forks' as const,
    // Limits against hanging only: a machine under heavy load takes ten times as long.
    testTimeout: 300_000,
    hookTimeout: 300_000,
    expect: { poll: { timeout: 240_000 } },
  },
  oxc: { jsx: { runtime: 'automatic' as const, importSource: 'hono/jsx' } },
});

export default defineConfig({
  test: {
    projects: [
      // Files of one worker share its modules and its embedded databases: loading them anew for each file takes three
      // times the processor time of the tests.
      project('quick', false, ['test/**/*.test.{ts,tsx}'], [...SLOW, ...ISOLATED]),
      project('isolated', true, ISOLATED),
      project('slow', true, SLOW),
      // No test: it takes the pictures of the pages (`npm run shots`).
      ...(process.env.EASYSMS_SHOTS === undefined ? [] : [project('shots', true, ['test/shots/take.ts'])]),
    ],
    // Once for all of them.
    globalSetup: ['test/support/database-server.ts'],
    sequence: { sequencer: LongestFirst },
    // What has not changed since the run before is not translated again.
    experimental: { fsModuleCache: true, fsModuleCachePath: 'node_modules/.cache/vitest' },
    // For two cores: a third of a run is waiting, for servers, browsers and clocks.
    maxWorkers: 3,
  },
});
