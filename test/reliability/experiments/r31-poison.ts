import { setTimeout as sleep } from 'node:timers/promises';
import { type Experiment, inWorld, type Setting } from '../experiment.ts';
import { judge } from '../judge.ts';
import { Expectations, type Outcome } from '../verdict.ts';
import { LEAD_MS, type World } from '../world.ts';

const SPOILT = [
  "phone_ciphertext = '\\x00'",
  "phone_ciphertext = '\\x0a6e6f737563686b6579' || phone_ciphertext",
  'phone_ciphertext = null, phone_hash = null',
];

/** R30 and R31: one that kills whoever takes it, and rows that cannot be read. */
export const poison: Experiment = {
  name: 'R31',
  title: 'a reminder that kills each worker, and rows that cannot be read',
  says:
    'R30 and R31. One reminder kills the worker that claims it, three times; three others stand in rows that were spoilt. Those four end with a reason, ' +
    'and every other is sent.',
  run: async (setting) => [await run(setting)],
};

function run(setting: Setting): Promise<Outcome> {
  return inWorld(setting, { kind: 'echoed', concurrency: 8 }, async (world) => {
    await world.startWorker();
    await world.makeAuthority('rh');
    const [deadly] = await world.script.book('rh', 1, () => new Date(world.now() + 3_000 + LEAD_MS));
    for (let claim = 0; claim < 3; claim++) {
      const worker = world.workers.at(-1);
      worker?.tell({ failAt: 'after the claim' });
      await worker?.gone;
      await world.advance(60_000);
      await world.startWorker();
    }
    const spoilt = await spoil(world);
    await world.script.book('rh', 50, () => new Date(world.now() + 4_000 + LEAD_MS));
    await sleep(6_000);
    await world.idle(60_000);
    const verdict = await judge(world, { late: false });
    const { expect, failures } = new Expectations();
    expect(verdict.taken === 50, 'every other is sent');
    expect(await endedAs(world, deadly?.reference, 'internal_error'), 'the deadly one is parked after three claims');
    for (const reference of spoilt)
      expect(await endedAs(world, reference, 'internal_error', 'no_phone'), `${reference} ends with a reason`);
    return { part: 'one deadly, three spoilt', verdict, counts: {}, failures };
  });
}

async function spoil(world: World): Promise<string[]> {
  const some = await world.script.book('rh', SPOILT.length, () => new Date(world.now() + 4_000 + LEAD_MS));
  for (const [n, change] of SPOILT.entries())
    await world.db.query(`update appointment set ${change} where reference = $1`, [some[n]?.reference]);
  return some.map(({ reference }) => reference);
}

async function endedAs(world: World, reference: string | undefined, ...reasons: string[]): Promise<boolean> {
  const { rows } = await world.db.query<{ status: string; reason: string }>(
    'select r.status, r.reason from reminder r join appointment a on a.id = r.appointment_id where a.reference = $1',
    [reference],
  );
  return rows.length === 1 && rows[0]?.status === 'suppressed' && reasons.includes(rows[0].reason);
}
