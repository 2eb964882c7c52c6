import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createPglite } from '../../../src/database/pglite.ts';
import type { Experiment, Setting } from '../experiment.ts';
import { jobsDone, nothingCalled } from '../jobs.ts';
import { judge } from '../judge.ts';
import { seeded } from '../random.ts';
import { Expectations, type Outcome } from '../verdict.ts';
import { LEAD_MS, until, World } from '../world.ts';

/** A part is due so long after it was posted: while the next one comes in. */
const DUE_MS = 6_000;

/** R32: the embedded database, which is one process's alone. */
export const embedded: Experiment = {
  name: 'R32',
  title: 'the embedded database, killed again and again',
  says:
    'SIGKILL while appointments come in and reminders go out. No acknowledged appointment is lost and nothing is sent twice, a second process on the ' +
    'same folder is refused with a sentence that names it, the lock of a dead one is taken over, and a copy of the folder holds everything and sends nothing.',
  run: async (setting) => [await run(setting)],
};

async function run(setting: Setting): Promise<Outcome> {
  const { kills, each } = setting.form === 'long' ? { kills: 100, each: 40 } : { kills: 3, each: 20 };
  const folder = mkdtempSync(join(tmpdir(), 'easysms-prove-data-'));
  const world = await World.open({
    databaseUrl: null,
    dataDir: folder,
    kind: 'echoed',
    seed: setting.seed,
    concurrency: 8,
  });
  const random = seeded(setting.seed);
  const { expect, failures } = new Expectations();
  try {
    await world.startWorker();
    await world.makeAuthority('rh');
    for (let kill = 0; kill < kills; kill++) {
      // A part is due while the next part comes in, and the kill falls into both.
      const booking = world.script.book('rh', each, () => new Date(world.now() + DUE_MS + LEAD_MS));
      await sleep(500 + random() * 3_000);
      await world.workers.at(-1)?.kill();
      await world.startWorker();
      await booking;
    }
    const refusal = await world.startWorker({ beside: true }).then(
      () => 'it started',
      (error: Error) => error.message,
    );
    expect(refusal.includes(folder), 'a second process is refused by name of the folder');
    await quiet(world);
    await world.workers.at(-1)?.kill();
    const copy = await copyHolds(world, folder);
    expect(copy.held, 'a copy under another address sends nothing');
    const db = await createPglite({ dataDir: join(folder, 'database') });
    const verdict = await judge(world, { late: false, db });
    await db.close();
    return {
      part: `${kills} kills`,
      verdict,
      counts: { kills, 'appointments in the copy': copy.appointments },
      failures,
    };
  } finally {
    await world.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A cold copy, opened under another address, as one does who tries a backup. */
async function copyHolds(world: World, folder: string): Promise<{ held: boolean; appointments: number }> {
  const copy = `${folder}-copy`;
  cpSync(folder, copy, { recursive: true });
  try {
    const worker = await world.startWorker({ beside: true, env: { DATA_DIR: copy, PUBLIC_URL: 'http://127.0.0.1:9' } });
    const metrics = await (await fetch(`${worker.url}/metrics`)).text();
    await worker.kill();
    const db = await createPglite({ dataDir: join(copy, 'database') });
    const { rows } = await db.query<{ count: number }>('select count(*)::int as count from appointment');
    await db.close();
    return { held: /^easysms_sending_held 1$/m.test(metrics), appointments: rows[0]?.count ?? 0 };
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

/**
 * Waits until the last is due and a round of all jobs calls for nothing more: nobody else can look into the database.
 */
async function quiet(world: World): Promise<void> {
  const starts = [...world.script.appointments.values()].flatMap((each) => each.starts.map((start) => start.getTime()));
  const lastDue = Math.max(...starts) - LEAD_MS;
  await until(async () => world.now() >= lastDue, 'the last is due', 2 * DUE_MS, 20);
  for (let before = -1, { calls } = await world.counts(); calls !== before; { calls } = await world.counts()) {
    before = calls;
    await jobsDone(world);
    await nothingCalled(world);
  }
}
