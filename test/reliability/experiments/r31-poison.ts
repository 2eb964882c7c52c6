import { type Experiment, inWorld, type Setting } from '../experiment.ts';
import { jobsDone } from '../jobs.ts';
import { judge } from '../judge.ts';
import { seeded } from '../random.ts';
import { Expectations, type Outcome } from '../verdict.ts';
import { LEAD_MS, until, type World } from '../world.ts';

const SPOILT = [
  "phone_ciphertext = '\\x00'",
  "phone_ciphertext = '\\x0a6e6f737563686b6579' || phone_ciphertext",
  'phone_ciphertext = null, phone_hash = null',
];

/** Due with the deadly one, at the same moment. */
const COMPANIONS = 30;
const LATER = 50;
const CONCURRENCY = 8;
/** One in a group with others; then, each behind a try that is counted before, in a group, among a few, and alone. */
const DEATHS = 1 + 3;

/** R30 and R31: one that kills whoever prepares it, and rows that cannot be read. */
export const poison: Experiment = {
  name: 'R31',
  title: 'a reminder that kills each worker, and rows that cannot be read',
  says:
    'R30 and R31. One reminder among others that are due at the same moment kills each worker that is about to start it; three others stand in rows that were ' +
    `spoilt. The deadly one kills ${DEATHS} workers at the most, in groups, among a few and then alone, and is quarantined; those four end with a reason, and every other is sent.`,
  run: async (setting) => [await run(setting)],
};

function run(setting: Setting): Promise<Outcome> {
  return inWorld(setting, { kind: 'echoed', concurrency: CONCURRENCY }, async (world) => {
    await world.startWorker();
    await world.makeAuthority('rh');
    const due = new Date(world.now() + 4_000 + LEAD_MS);
    const made = await world.script.book('rh', COMPANIONS + 1, () => due);
    const deadly = made[Math.floor(seeded(setting.seed)() * made.length)];
    const reminder = await reminderOf(world, deadly?.reference);
    world.workers[0]?.tell({ deadly: reminder });
    const deaths = await dieOver(world, reminder);
    // What was started and had no outcome when a worker died.
    await world.advance(60_000);
    await jobsDone(world);
    await world.idle(60_000);
    const { taken, uncertain } = await judge(world, { late: false });
    const spoilt = await spoil(world);
    const later = world.now() + 4_000;
    await world.script.book('rh', LATER, () => new Date(later + LEAD_MS));
    await until(async () => world.now() > later, 'the later ones are due', 60_000, 100);
    await jobsDone(world);
    await world.idle(60_000);
    const verdict = await judge(world, { late: false });
    const { expect, failures } = new Expectations();
    expect(deaths > 1 && deaths <= DEATHS, `${DEATHS} workers die over it at the most; ${deaths} did`);
    expect(await endedAs(world, deadly?.reference, 'internal_error'), 'the deadly one is quarantined');
    expect(
      taken === COMPANIONS - verdict.uncertainNotTaken,
      `every one that was due with it is sent, unless a worker died over its call; ${taken} are`,
    );
    expect(uncertain <= DEATHS * 2 * CONCURRENCY, 'no more uncertain than may be started without an outcome');
    expect(verdict.taken === taken + LATER, 'every later one is sent');
    for (const reference of spoilt)
      expect(await endedAs(world, reference, 'internal_error', 'no_phone'), `${reference} ends with a reason`);
    return {
      part: 'one deadly among others, three spoilt',
      verdict,
      counts: { deaths, 'uncertain beside it': uncertain },
      failures,
    };
  });
}

/** Starts workers that die over it, one after another, until one lives. @returns how many died */
async function dieOver(world: World, reminder: string): Promise<number> {
  for (let deaths = 0; ; deaths++) {
    const worker = world.workers.at(-1);
    const died = await Promise.race([
      worker?.gone.then(() => true),
      until(() => isEnded(world, reminder), 'its end', 60_000, 50).then(() => false),
    ]);
    if (!died) return deaths;
    await world.startWorker({ env: { DEADLY: reminder } });
  }
}

async function isEnded({ db }: World, reminder: string): Promise<boolean> {
  const { rows } = await db.query("select from reminder where id = $1 and status <> 'planned'", [reminder]);
  return rows.length > 0;
}

async function reminderOf({ db }: World, reference: string | undefined): Promise<string> {
  const { rows } = await db.query<{ id: string }>(
    'select r.id from reminder r join appointment a on a.id = r.appointment_id where a.reference = $1',
    [reference],
  );
  return rows[0]?.id ?? '';
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
