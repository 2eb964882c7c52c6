import { type Experiment, inWorld, type Setting } from '../experiment.ts';
import { CALLBACK_TOKEN } from '../gateway-protocol.ts';
import { judge } from '../judge.ts';
import { figure } from '../metrics.ts';
import { GATEWAY_ID } from '../provable-gateway.ts';
import { seeded } from '../random.ts';
import { Expectations, type Outcome } from '../verdict.ts';
import { LEAD_MS, until, type World } from '../world.ts';

/** Every statement of the retention, and none of anybody else's. */
const PURGES = [
  'select "id", "retention_days"',
  'coalesce\\(start_at, updated_at\\) <',
  "m\\.status = 'handing_over'\\)\\s+order by r\\.id for update",
  '^\\s*delete from (?!process|hand_over_group)',
  'update opt_out set phone_ciphertext = null',
].join('|');
/** Grow old before each kill, so that there is work wherever it falls. */
const EACH = 12;
/** Never grow old; some of them are past retention but for an hour. */
const YOUNG = 60;
const NEARLY_OLD = 10;
const OLD = "interval '31 days'";
const NOT_YET_OLD = "interval '29 days 23 hours'";

/** R39: the retention, killed before each of its statements. */
export const purge: Experiment = {
  name: 'R39',
  title: 'a retention that is killed at each of its statements',
  says:
    'The worker dies before the first statement of the retention, before the second, and so on (in the short form before every third), with something that ' +
    'has just passed its retention each time. Nothing younger is touched, the next run completes it, the statistics stay, and a late receipt for what is gone is ' +
    'acknowledged and dropped.',
  run: async (setting) => [await run(setting)],
};

function run(setting: Setting): Promise<Outcome> {
  const { step, groups } = setting.form === 'long' ? { step: 1, groups: 45 } : { step: 3, groups: 15 };
  return inWorld(setting, { kind: 'echoed' }, async (world) => {
    const { expect, failures } = new Expectations();
    await world.startWorker();
    await world.makeAuthority('rh', { retentionDays: 30 });
    await world.sendReceipts();
    await world.script.book('rh', YOUNG + groups * EACH, () => new Date(world.now() + 3_000 + LEAD_MS));
    await world.accepted(YOUNG + groups * EACH, 120_000);
    await world.idle(120_000);
    const verdict = await judge(world, { late: false });
    // None that is under way may be taken for the next one.
    await purged(world);
    const statistics = await readStatistics(world);
    await grow(world, YOUNG - NEARLY_OLD, NEARLY_OLD, NOT_YET_OLD);
    const young = await fingerprint(world);

    let kills = 0;
    let grown = YOUNG;
    for (let nth = 1 + Math.floor(seeded(setting.seed)() * step); ; nth += step) {
      await grow(world, grown, EACH, OLD);
      grown += EACH;
      if (grown >= YOUNG + groups * EACH) throw new Error('there are more statements than groups');
      if (!(await diesBefore(world, nth))) break;
      kills++;
      expect((await fingerprint(world)) === young, `nothing younger is touched, killed before statement ${nth}`);
    }
    expect(kills > 3, 'several statements were met');
    expect((await left(world, grown)) === 0, 'a run that comes to its end leaves nothing old');
    expect((await fingerprint(world)) === young, 'nothing younger is touched');
    expect((await readStatistics(world)) === statistics, 'the statistics stay');
    await sendLateReceipts(world, expect);
    expect((await fingerprint(world)) === young, 'nothing younger is touched by late receipts');
    return { part: `${kills} kills`, verdict, counts: { kills, 'past retention': grown - YOUNG }, failures };
  });
}

/** Puts back some appointments and what came in about them, counted by the numbers that the script gave them. */
async function grow({ db }: World, first: number, count: number, by: string): Promise<void> {
  const references = Array.from({ length: count }, (_, n) => `A-${first + n}`);
  await db.query(
    `with aged as (update appointment set start_at = start_at - ${by} - interval '2 hours' where reference = any($1) returning id)
     update callback set received_at = received_at - ${by} where id in (
       select c.callback_id from receipt c join message m on m.id = c.message_id join reminder r on r.id = m.reminder_id
       where r.appointment_id in (select id from aged))`,
    [references],
  );
}

/** What is held of the young ones, in all its columns. */
async function fingerprint({ db }: World): Promise<string> {
  const { rows } = await db.query<{ held: string }>(
    `with young as (select a.id from appointment a where a.reference = any($1))
     select md5(string_agg(held, ' ' order by held)) || ' ' || count(*) as held from (
       select a::text as held from appointment a where a.id in (select id from young)
       union all select r::text from reminder r where r.appointment_id in (select id from young)
       union all select m::text from message m join reminder r on r.id = m.reminder_id where r.appointment_id in (select id from young)
       union all select c::text from receipt c join message m on m.id = c.message_id join reminder r on r.id = m.reminder_id
         where r.appointment_id in (select id from young)) all_held`,
    [Array.from({ length: YOUNG }, (_, n) => `A-${n}`)],
  );
  return rows[0]?.held ?? '';
}

async function left({ db }: World, grown: number): Promise<number> {
  const { rows } = await db.query<{ count: number }>(
    'select count(*)::int as count from appointment where reference = any($1)',
    [Array.from({ length: grown - YOUNG }, (_, n) => `A-${YOUNG + n}`)],
  );
  return rows[0]?.count ?? 0;
}

/**
 * Has a retention begin, as every work does when the clock jumps. @returns false when it came to its end before that
 * statement
 */
async function diesBefore(world: World, nth: number): Promise<boolean> {
  const worker = world.workers.at(-1);
  worker?.tell({ failBefore: { source: PURGES, nth } });
  let gone = false;
  void worker?.gone.then(() => {
    gone = true;
  });
  await purged(world, () => gone);
  if (gone) await world.startWorker();
  // What comes afterwards must not be counted on to the statement that was not met.
  else worker?.tell({ failBefore: null });
  return gone;
}

/** Until a retention that began from now on has come to its end, or the worker to its own. */
async function purged(world: World, gone: () => boolean = () => false): Promise<void> {
  const task = (what: 'start' | 'success') => figure(world.publicUrl, `easysms_task_${what}_age_seconds{task="purge"}`);
  const began = performance.now();
  await world.advance(2_000);
  const ended = async () => {
    const [begunAge, endedAge] = [await task('start'), await task('success')];
    return (
      begunAge !== null && endedAge !== null && begunAge * 1000 < performance.now() - began - 100 && endedAge < begunAge
    );
  };
  await until(async () => gone() || (await ended()), 'the retention ends, or dies', 60_000, 50);
}

async function readStatistics(world: World): Promise<string> {
  const year = new Date(world.now()).getUTCFullYear();
  let said = '';
  // A connection to a worker that was killed may still be taken for one to its successor.
  await until(
    async () => {
      said = JSON.stringify(
        await world.admin('GET', `/v1/authorities/rh/statistics?from=${year}-01-01&to=${year}-12-31&by=gateway`),
      );
      return true;
    },
    'the statistics',
    10_000,
    100,
  );
  return said;
}

/** A month after, for messages that nobody knows any more. */
async function sendLateReceipts(world: World, expect: Expectations['expect']): Promise<void> {
  const { rows } = await world.db.query<{ id: string }>('select id from message');
  const known = new Set(rows.map(({ id }) => id));
  const [accepted] = await world.books();
  const gone = accepted.filter(({ reference }) => !known.has(reference)).slice(0, 20);
  expect(gone.length > 0, 'messages are gone');
  for (const { reference } of gone) {
    const headers = { 'Content-Type': 'application/json', 'X-Prove-Token': CALLBACK_TOKEN };
    const body = JSON.stringify({ reference, state: 'undelivered', n: 9 });
    const post = () =>
      fetch(`${world.publicUrl}/v1/callbacks/${GATEWAY_ID}/receipts`, { method: 'POST', headers, body });
    // As a gateway does that gets no answer.
    const response = await post().catch(post);
    expect(response.ok, `a receipt for what is gone is answered 2xx: was ${response.status}`);
    await response.arrayBuffer();
  }
  await world.idle(30_000);
  const { rows: dropped } = await world.db.query<{ count: number }>(
    "select count(*)::int as count from callback where note = 'unknown_reference' and applied_at is not null",
  );
  expect((dropped[0]?.count ?? 0) === gone.length, 'each is noted as one for an unknown reference');
}
