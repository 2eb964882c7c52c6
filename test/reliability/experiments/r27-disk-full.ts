import { statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createPglite } from '../../../src/database/pglite.ts';
import { type Experiment, inWorld, type Setting } from '../experiment.ts';
import { Intake } from '../intake.ts';
import { jobsDone, nothingCalled } from '../jobs.ts';
import { judge } from '../judge.ts';
import { figure } from '../metrics.ts';
import { openNode } from '../one-node.ts';
import type { PostgresNode } from '../postgres-node.ts';
import { SmallDisk } from '../small-disk.ts';
import { Expectations, type Outcome } from '../verdict.ts';
import { LEAD_MS, until, World } from '../world.ts';

/** Due one after another while the disk is full. */
const SPREAD = 200;
const CONCURRENCY = 8;
/** What was posted while the disk was full is due only after it has been taken. */
const ROOM_TO_TAKE_MS = 25_000;
/** What the last page of a file may still take when no other is to be had. */
const PAGE = 4_096;

/** R27: no room left for the tables, for the WAL, for the embedded database, for the log. */
export const diskFull: Experiment = {
  name: 'R27',
  title: 'a disk that is full',
  says:
    'A small file system is filled to the last byte while appointments come in and reminders go out, and emptied again: the one under PostgreSQL’s tables, the ' +
    'one under its WAL (upon which it stops, and is started again once there is room), the one under the folder of the embedded database, and the one under the ' +
    'log. Posts get 503 with Retry-After meanwhile, only a full log refuses none; nothing is sent that is not recorded, nothing acknowledged is lost, ' +
    'and everything goes on by itself once there is room.',
  missing: () =>
    SmallDisk.missing() ??
    (process.env.DATABASE_URL ? 'DATABASE_URL names a server whose disks are not ours to fill' : null),
  run: async (setting) => {
    const outcomes: Outcome[] = [];
    for (const part of [tables, wal, embedded, log]) outcomes.push(await part(setting));
    return outcomes;
  },
};

/** What makes the disk full, or free again, with what comes of it by nature; it resolves when that has come. */
interface Fault {
  readonly fill: () => Promise<void> | void;
  readonly empty: () => Promise<void> | void;
}

async function tables(setting: Setting): Promise<Outcome> {
  const disk = new SmallDisk(60, 'postgres');
  try {
    const databaseUrl = await setting.databases.create(disk.folder);
    return await inWorld(setting, { kind: 'echoed', databaseUrl, concurrency: CONCURRENCY }, async (world) => {
      await world.startWorker();
      const course = await live(world, setting, { fill: () => disk.fill(), empty: () => disk.empty() });
      await world.idle(120_000);
      return outcome('under the tables', world, course, await judge(world, { late: false }));
    });
  } finally {
    // PostgreSQL has it open until its database goes.
    await setting.databases.drop(disk.folder);
    disk.remove();
  }
}

async function wal(setting: Setting): Promise<Outcome> {
  const disk = new SmallDisk(200, 'postgres');
  const { node, url: databaseUrl, close } = await openNode(disk.folder);
  const fault: Fault = {
    fill: async () => {
      disk.fill();
      await until(() => stopsForWal(node), 'PostgreSQL stopped for want of room', 60_000, 50);
    },
    empty: async () => {
      disk.empty();
      // As whoever looks after a server does.
      await node.stop('immediate');
      await node.start();
    },
  };
  try {
    return await inWorld(setting, { kind: 'echoed', databaseUrl, concurrency: CONCURRENCY }, async (world) => {
      await world.startWorker();
      const course = await live(world, setting, fault);
      await world.idle(120_000);
      const { expect, failures } = new Expectations();
      expect(course.takenWhileFull === 0, 'nothing is sent while nothing can be recorded');
      const found = outcome('under the WAL', world, course, await judge(world, { late: false }));
      return { ...found, failures: [...found.failures, ...failures] };
    });
  } finally {
    await close();
    disk.remove();
  }
}

/** Every segment but the first one needs room. */
async function stopsForWal(node: PostgresNode): Promise<boolean> {
  const goesOn = async () =>
    (await node.query("select pg_switch_wal(), pg_logical_emit_message(false, 'prove', 'x')")).length > 0;
  return !(await goesOn().catch(() => false));
}

async function embedded(setting: Setting): Promise<Outcome> {
  const disk = new SmallDisk(250, 'this');
  const options = {
    databaseUrl: null,
    dataDir: disk.folder,
    kind: 'echoed',
    seed: setting.seed,
    concurrency: CONCURRENCY,
  } as const;
  const world = await World.open(options);
  try {
    const worker = await world.startWorker();
    const course = await live(world, setting, { fill: () => disk.fill(), empty: () => disk.empty() });
    await quiet(world);
    await worker.kill('SIGTERM');
    const db = await createPglite({ dataDir: join(disk.folder, 'database') });
    const verdict = await judge(world, { late: false, db });
    await db.close();
    return outcome('under the embedded database', world, course, verdict);
  } finally {
    await world.close();
    disk.remove();
  }
}

async function log(setting: Setting): Promise<Outcome> {
  const disk = new SmallDisk(2, 'this');
  const logFile = join(disk.folder, 'log');
  try {
    return await inWorld(setting, { kind: 'echoed', concurrency: CONCURRENCY }, async (world) => {
      await world.startWorker({ logFile, env: { LOG_LEVEL: 'debug' } });
      const bytes = () => statSync(logFile).size;
      let before = 0;
      const { expect, failures } = new Expectations();
      const fault: Fault = {
        fill: () => {
          disk.fill();
          before = bytes();
        },
        empty: () => {
          expect(bytes() - before < PAGE, `no line finds room: ${bytes() - before} bytes more`);
          before = bytes();
          disk.empty();
        },
      };
      const course = await live(world, setting, fault);
      await world.idle(120_000);
      expect(bytes() > before, 'the log goes on');
      expect(world.script.refusals.size === 0, `no post is refused: ${[...world.script.refusals]}`);
      const found = outcome('under the log', world, course, await judge(world, { late: false }), false);
      return { ...found, failures: [...found.failures, ...failures] };
    });
  } finally {
    disk.remove();
  }
}

interface Course {
  readonly goesOnAfterMs: number;
  /** SMS from a moment after the disk was full until it was emptied. */
  readonly takenWhileFull: number;
}

async function live(world: World, { form }: Setting, fault: Fault): Promise<Course> {
  const fullMs = form === 'long' ? 60_000 : 10_000;
  await world.makeAuthority('rh');
  await world.sendReceipts();
  const due = world.now() + 3_000;
  await world.script.book('rh', SPREAD, (n) => new Date(due + (n * fullMs) / SPREAD + LEAD_MS));
  const intake = new Intake(world, {
    authority: 'rh',
    connections: 4,
    everyMs: 20,
    dueAfterMs: fullMs + ROOM_TO_TAKE_MS,
  });
  await until(
    async () => (await world.counts()).accepted > 0 && intake.attempts.length > 20,
    'some posts and SMS',
    60_000,
    20,
  );
  await fault.fill();
  // What was on its way.
  await nothingCalled(world);
  const { accepted } = await world.counts();
  await sleep(fullMs);
  const takenWhileFull = (await world.counts()).accepted - accepted;
  await fault.empty();
  const emptied = performance.now();
  await until(async () => intake.firstAfter(emptied) !== null, 'a post acknowledged once there is room', 60_000, 20);
  await intake.stop();
  await world.accepted(world.script.appointments.size, fullMs + 120_000);
  return { goesOnAfterMs: (intake.firstAfter(emptied) ?? 0) - emptied, takenWhileFull };
}

function outcome(
  part: string,
  { script }: World,
  course: Course,
  verdict: NonNullable<Outcome['verdict']>,
  refuses = true,
): Outcome {
  const { expect, failures } = new Expectations();
  const { 503: unavailable = 0, ...others } = Object.fromEntries(script.refusals);
  expect(!refuses || unavailable > 0, 'posts are refused while the disk is full');
  expect(
    Object.keys(others).length === 0,
    `posts are refused by 503 with Retry-After only; also: ${JSON.stringify(others)}`,
  );
  expect(verdict.taken === script.appointments.size, 'each is sent once');
  expect(verdict.uncertain === 0, 'none uncertain');
  expect(verdict.quarantined === 0, 'none quarantined');
  const counts = {
    'posts answered 503': unavailable,
    'SMS while it was full': course.takenWhileFull,
    'posts are taken again after, s': (course.goesOnAfterMs / 1000).toFixed(1),
  };
  return { part, verdict, counts, failures };
}

/**
 * Nobody else can look into the embedded database: waits until the receipts are in and applied, and nothing is called
 * any more.
 */
async function quiet(world: World): Promise<void> {
  const busy = async () => JSON.stringify(await world.counts());
  for (let before = '', now = await busy(); now !== before; now = await busy()) {
    before = now;
    await jobsDone(world, ['dispatch']);
  }
  // What there was no room to apply waits for a sweep.
  await jobsDone(world, ['sweep']);
  const waiting = () => figure(world.publicUrl, 'easysms_callbacks_waiting_oldest_seconds');
  await until(async () => (await waiting()) === 0, 'receipts applied', 120_000, 500);
}
