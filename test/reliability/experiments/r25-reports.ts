import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { type Experiment, inWorld, type Setting } from '../experiment.ts';
import { Intake } from '../intake.ts';
import { judge } from '../judge.ts';
import type { Attempt } from '../script.ts';
import { Expectations, type Outcome } from '../verdict.ts';
import { LEAD_MS, until, type World } from '../world.ts';

const REPORTS = 200;
const AIM_MS = 500;
/** Other load on the machine slows everything: what counts then is how it went before. */
const TIMES_BEFORE = 3;

/** R25: administrators ask for more than the database can answer. */
export const reports: Experiment = {
  name: 'R25',
  title: 'two hundred slow reports at once',
  says:
    `${REPORTS} administrators search at the same time, and the database responds to none of them for as long as a query may take (the table that their look is ` +
    'recorded in is locked). They are told to try later; meanwhile appointments come in and reminders go out as before.',
  run: async (setting) => [await inWorld(setting, { kind: 'echoed' }, (world) => run(world, setting))],
};

async function run(world: World, { form }: Setting): Promise<Outcome> {
  const quietMs = 10_000;
  const slowMs = form === 'long' ? 120_000 : 15_000;
  await world.startWorker();
  await world.makeAuthority('rh');
  await world.sendReceipts();
  const due = world.now() + 1_000;
  await world.script.book('rh', 500, (n) => new Date(due + (n * (quietMs + slowMs)) / 500 + LEAD_MS));
  const intake = new Intake(world, { authority: 'rh', connections: 4, everyMs: 40, dueAfterMs: 60_000 });
  await sleep(quietMs);
  const slow = performance.now();
  const answers = await searchAll(world, slowMs);
  const end = performance.now();
  await intake.stop();
  const late = await latest(world, due, (quietMs + slowMs) / 500);
  await world.advance(60_000);
  await world.idle(120_000);
  const verdict = await judge(world, { late: false });
  const before = p99(intake.attempts.filter(({ at }) => at < slow));
  const during = p99(intake.attempts.filter(({ at }) => at >= slow && at <= end));
  const { expect, failures } = new Expectations();
  expect(Object.keys(intake.refusals()).length === 0, `no post refused; also: ${JSON.stringify(intake.refusals())}`);
  expect(during <= Math.max(AIM_MS, TIMES_BEFORE * before), `posts as fast as before, or within ${AIM_MS} ms`);
  expect(
    !answers.some((status) => status !== 200 && status !== 503),
    `reports answered 200 or 503: ${[...new Set(answers)].join(', ')}`,
  );
  expect(verdict.uncertain === 0 && verdict.expired === 0, 'nothing uncertain or expired');
  const counts = {
    'reports answered 503': answers.filter((status) => status === 503).length,
    'p99 of posts before, ms': Math.round(before),
    'and meanwhile, ms': Math.round(during),
    'SMS meanwhile late by, s': (late / 1000).toFixed(1),
  };
  return { part: `${REPORTS} searches`, verdict, counts, failures };
}

/** @returns the status of each search */
async function searchAll(world: World, slowMs: number): Promise<number[]> {
  const holder = new pg.Client({ connectionString: world.databaseUrl ?? '' });
  await holder.connect();
  try {
    await holder.query('begin');
    await holder.query('lock table audit in access exclusive mode');
    const searching = Promise.all(Array.from({ length: REPORTS }, () => search(world)));
    await until(() => someWait(world), 'searches that wait for the lock', 60_000, 100);
    await sleep(slowMs);
    await holder.query('rollback');
    return await searching;
  } finally {
    await holder.end();
  }
}

async function someWait({ db }: World): Promise<boolean> {
  const { rows } = await db.query(
    "select from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()",
  );
  return rows.length > 1;
}

function search(world: World): Promise<number> {
  return world.admin('POST', '/v1/authorities/rh/messages/search', { phone: '+4525100000' }).then(
    () => 200,
    (error: unknown) => Number(/was answered (\d+)/.exec(String(error))?.[1] ?? 0),
  );
}

/** By how much the SMS that were booked beforehand, one each `everyMs` from `due` on, were late at most. */
async function latest(world: World, due: number, everyMs: number): Promise<number> {
  const [accepted] = await world.books();
  const places = new Map([...world.script.appointments.values()].slice(0, 500).map(({ phones }, n) => [phones[0], n]));
  return accepted.reduce((most, { to, at }) => {
    const n = places.get(to);
    return n === undefined ? most : Math.max(most, at - due - n * everyMs);
  }, 0);
}

function p99(attempts: readonly Attempt[]): number {
  const times = attempts.map(({ tookMs }) => tookMs).sort((a, b) => a - b);
  return times[Math.floor(times.length * 0.99)] ?? 0;
}
