import { setTimeout as sleep } from 'node:timers/promises';
import { type Experiment, inWorld, type Setting } from '../experiment.ts';
import { jobsDone } from '../jobs.ts';
import { judge } from '../judge.ts';
import { seeded } from '../random.ts';
import { Expectations, type Outcome } from '../verdict.ts';
import { LEAD_MS, until, type World } from '../world.ts';

const EACH = 40;

/** R10: PostgreSQL that ends its sessions, or crashes and recovers, under a service that goes on. */
export const databaseCrashes: Experiment = {
  name: 'R10',
  title: 'PostgreSQL ends every session, or crashes and recovers',
  says:
    'By turns all sessions are ended, as a fast restart does, and a server process is killed, upon which PostgreSQL ends the others and goes through crash ' +
    'recovery, as after an immediate shutdown; while appointments come in and reminders go out. The service does not exit, and goes on by itself.',
  missing: () => (process.env.DATABASE_URL ? 'DATABASE_URL names a server whose processes are not ours to kill' : null),
  run: async (setting) => [await run(setting)],
};

function run(setting: Setting): Promise<Outcome> {
  const crashes = setting.form === 'long' ? 20 : 4;
  return inWorld(setting, { kind: 'echoed', concurrency: 8 }, async (world) => {
    const random = seeded(setting.seed);
    const worker = await world.startWorker();
    await world.makeAuthority('rh');
    await world.sendReceipts();
    const gaps: number[] = [];
    for (let crash = 0; crash < crashes; crash++) {
      const due = world.now() + 2_000;
      await world.script.book('rh', EACH, (n) => new Date(due + n * 50 + LEAD_MS));
      await sleep(due - world.now() + random() * 1_500);
      const sessions = await sessionsOf(world);
      const began = performance.now();
      await (crash % 2 === 0 ? endSessions(world) : killOne(world));
      // While a session of before is left the service still looks ready.
      await until(() => answers(world, sessions), 'database and service ready', 60_000, 50);
      gaps.push((performance.now() - began) / 1000);
    }
    await world.advance(60_000);
    await jobsDone(world);
    await world.idle(120_000);
    const verdict = await judge(world, { late: false });
    const { expect, failures } = new Expectations();
    expect(world.workers.length === 1 && (await isAlive(worker.pid)), 'the service goes on');
    expect(verdict.quarantined === 0, 'none quarantined');
    const counts = {
      crashes,
      'longest until ready, s': Math.max(...gaps).toFixed(1),
      'posts repeated': refusals(world),
    };
    return { part: `${crashes} crashes`, verdict, counts, failures };
  });
}

async function endSessions({ db }: World): Promise<void> {
  await db.query(`select pg_terminate_backend(pid) from pg_stat_activity
    where datname = current_database() and pid <> pg_backend_pid() and application_name = 'easysms'`);
}

async function killOne({ db }: World): Promise<void> {
  const { rows } = await db.query<{ pid: number }>(
    "select pid from pg_stat_activity where datname = current_database() and application_name = 'easysms' limit 1",
  );
  if (rows[0]) process.kill(rows[0].pid, 'SIGKILL');
}

/** @returns the process ids of the service's sessions */
async function sessionsOf({ db }: World): Promise<number[]> {
  const { rows } = await db.query<{ pid: number }>(
    "select pid from pg_stat_activity where datname = current_database() and application_name = 'easysms'",
  );
  return rows.map(({ pid }) => pid);
}

async function answers(world: World, before: readonly number[]): Promise<boolean> {
  const sessions = await sessionsOf(world);
  return !sessions.some((pid) => before.includes(pid)) && (await fetch(`${world.publicUrl}/readyz`)).ok;
}

async function isAlive(pid: number): Promise<boolean> {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

function refusals({ script }: World): number {
  return [...script.refusals.values()].reduce((sum, count) => sum + count, 0);
}
