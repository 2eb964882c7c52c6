import '../src/utc.ts';
import { execFileSync } from 'node:child_process';
import { cpus, loadavg, totalmem } from 'node:os';
import { parseArgs } from 'node:util';
import { startPostgres } from '../test/support/postgres-server.ts';
import { benchCost } from './cost.ts';
import { benchDispatch, benchFailover } from './dispatch.ts';
import { benchEmbedded } from './embedded.ts';
import { benchEvents, benchHanging } from './events.ts';
import { benchGrowth } from './growth.ts';
import { benchFormats, benchIngest, benchPeers } from './ingest.ts';
import { benchLateness } from './lateness.ts';
import { benchLimits } from './limits.ts';
import { benchListening } from './listening.ts';
import { benchPages } from './pages.ts';
import { benchProcesses } from './processes.ts';
import { benchReceipts } from './receipts.ts';
import { say } from './report.ts';
import { withClient } from './service.ts';
import { benchSnapshot } from './snapshot.ts';
import { benchStalls } from './stalls.ts';
import { benchStart } from './start.ts';
import { benchStatistics } from './statistics.ts';

/**
 * The service against what this machine can do at all, against job queues, and against itself under more; each
 * comparison in one run, in turns. Rates on a busy machine say little; the ratios hold. `npm run bench` runs all, `npm
 * run bench -- cost` one, `--full` with ten million reminders where one million would do, `--rounds 3` fewer rounds. Job
 * queues are compared where `npm --prefix bench ci` has installed them.
 */
interface Sizes {
  readonly rounds: number;
  /** Reminders that wait. */
  readonly waiting: readonly number[];
  /** Handed over by each of those that are compared, in each round. */
  readonly drained: number;
  /** Handed over under an old snapshot. */
  readonly handedOver: number;
  /** Reminders of the year whose statistics are read. */
  readonly year: number;
  /** For each process that hands over. */
  readonly each: number;
  /** How long reminders come due evenly, in seconds. */
  readonly steady: number;
  /** Due all at once. */
  readonly burst: number;
}

const USUAL: Sizes = {
  ...{ rounds: 5, waiting: [10_000, 100_000, 1_000_000], handedOver: 200_000, year: 1_000_000 },
  ...{ drained: 10_000, each: 6_000, steady: 60, burst: 50_000 },
};
const FULL: Sizes = { ...USUAL, waiting: [...USUAL.waiting, 10_000_000], year: 10_000_000, burst: 500_000 };
/** Only to see whether it all works. */
const SMALL: Sizes = {
  ...{ rounds: 1, waiting: [1_000, 20_000], handedOver: 20_000, year: 20_000 },
  ...{ drained: 1_000, each: 1_000, steady: 5, burst: 12_000 },
};

const PARTS: Readonly<Record<string, (serverUrl: string, sizes: Sizes) => Promise<void>>> = {
  cost: (url, { rounds, each, waiting, steady }) =>
    benchCost(url, { rounds, each, waiting: waiting.filter((count) => count !== 100_000), steady: steady / 3 }),
  ingest: (url, { rounds }) => benchIngest(url, rounds),
  limits: (url, { rounds }) => benchLimits(url, rounds),
  peers: (url, { rounds }) => benchPeers(url, rounds),
  embedded: (url, { rounds }) => benchEmbedded(url, rounds),
  formats: (url, { rounds }) => benchFormats(url, rounds),
  dispatch: (url, { rounds, drained }) => benchDispatch(url, rounds, drained),
  events: (url, { rounds, drained }) => benchEvents(url, rounds, drained),
  hanging: (url, { rounds, drained }) => benchHanging(url, rounds, drained),
  receipts: (url, { rounds, drained }) => benchReceipts(url, rounds, drained),
  listening: (url, { rounds, each }) => benchListening(url, rounds, each),
  failover: (url, { rounds, drained }) => benchFailover(url, rounds, drained),
  growth: (url, { rounds, waiting }) => benchGrowth(url, rounds, waiting),
  snapshot: (url, { rounds, handedOver }) => benchSnapshot(url, rounds, handedOver),
  processes: (url, { rounds, each }) => benchProcesses(url, rounds, each),
  statistics: (url, { rounds, year }) => benchStatistics(url, rounds, year),
  pages: (url, { rounds, year }) => benchPages(url, rounds, year),
  lateness: (url, { rounds, steady, burst }) => benchLateness(url, rounds, steady, burst),
  stalls: (url, { rounds }) => benchStalls(url, rounds),
  start: (url, { rounds }) => benchStart(url, rounds),
};

/** Load of the machine below which figures may be held against aims. */
const QUIET = 1;

/** As in production, a commit is on the disk. What statements cost the server is asked of pg_stat_statements. */
const SETTINGS = [
  ...['shared_buffers=512MB', 'max_wal_size=4GB'],
  ...['shared_preload_libraries=pg_stat_statements', 'pg_stat_statements.track_planning=on'],
];

async function main(): Promise<void> {
  const flag = { type: 'boolean', default: false } as const;
  const options = { full: flag, small: flag, rounds: { type: 'string' } } as const;
  const { values, positionals } = parseArgs({ options, allowPositionals: true });
  const asked = positionals.filter((name) => name !== 'all');
  const unknown = asked.filter((name) => !(name in PARTS));
  if (unknown.length > 0)
    throw new Error(`there is no part ${unknown.join(', ')}; there are ${Object.keys(PARTS).join(', ')}`);
  const usual = values.full ? FULL : values.small ? SMALL : USUAL;
  const sizes = { ...usual, rounds: Number(values.rounds ?? usual.rounds) };
  const load = loadavg()[0] ?? 0;
  const postgres = await startPostgres(SETTINGS);
  try {
    say(await describeMachine(postgres.url));
    say(`${sizes.rounds} rounds, median (least–most)`);
    sayBusy(load);
    for (const [name, part] of Object.entries(PARTS)) {
      if (asked.length > 0 && !asked.includes(name)) continue;
      const began = performance.now();
      say(`\n${name}`);
      const before = loadavg()[0]?.toFixed(1);
      await part(postgres.url, sizes).catch((error: unknown) => {
        // Now: once the server is stopped, what is still connected to it ends this process.
        say(String(error instanceof Error ? error.stack : error));
        throw error;
      });
      const seconds = Math.round((performance.now() - began) / 1000);
      say(`     took ${seconds} s, load of the machine ${before} before, ${loadavg()[0]?.toFixed(1)} at the end`);
    }
    sayBusy(load);
  } finally {
    await postgres.stop();
  }
}

/** Whatever else works takes caches and turns from what is measured. */
function sayBusy(load: number): void {
  if (load < QUIET) return;
  say(
    `\n!!   BUSY: the load was ${load.toFixed(1)} before it began. No figure of this run proves anything about an aim.`,
  );
}

async function describeMachine(serverUrl: string): Promise<string> {
  const { rows } = await withClient(serverUrl, (client) =>
    client.query<{ version: string }>("select split_part(version(), ' ', 2) as version"),
  );
  const commit = execFileSync('git', ['log', '-1', '--format=%h %cs'], { encoding: 'utf8' }).trim();
  const [first] = cpus();
  const memory = Math.round(totalmem() / 2 ** 30);
  const parts = [
    `${cpus().length} × ${first?.model}`,
    `${memory} GB`,
    `Node ${process.version}`,
    `PostgreSQL ${rows[0]?.version}`,
  ];
  return `${parts.join(', ')}, commit ${commit}, load before it began ${loadavg()[0]?.toFixed(1)}`;
}

// Processes that were started end with this one.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));
await main();
