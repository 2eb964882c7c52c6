import { type Experiment, inWorld, type Setting } from '../experiment.ts';
import { FakedClock } from '../faked-clock.ts';
import { NO_FAULTS } from '../gateway-protocol.ts';
import { jobsDone, nothingCalled } from '../jobs.ts';
import { judge } from '../judge.ts';
import { figure } from '../metrics.ts';
import type { Scripted } from '../script.ts';
import { Expectations, type Outcome } from '../verdict.ts';
import { LEAD_MS, until, type World } from '../world.ts';
import { setWorldClock } from '../world-clock.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Due while the clocks are apart, and an hour and a day later: what a clock that is ahead would send too early. */
const NOW = 6;
const LATER = 4;
const WITHIN_MS = 60_000;

interface Step {
  readonly of: 'process' | 'database';
  readonly name: string;
  readonly ms: () => number;
}

const to = (instant: string) => () => Date.parse(instant) - Date.now();
const STEPS: readonly Step[] = [
  { of: 'process', name: '+2 h', ms: () => 2 * HOUR_MS },
  { of: 'process', name: '-2 h', ms: () => -2 * HOUR_MS },
  { of: 'process', name: '+1 day', ms: () => DAY_MS },
  { of: 'process', name: '-1 day', ms: () => -DAY_MS },
  { of: 'process', name: '1970', ms: to('1970-01-02T00:00:00Z') },
  { of: 'process', name: '2038', ms: to('2038-01-20T00:00:00Z') },
  { of: 'database', name: '+2 h', ms: () => 2 * HOUR_MS },
  { of: 'database', name: '-2 h', ms: () => -2 * HOUR_MS },
];

/** R22: the clock of the process, or that of the database, is set while reminders go out, and set right again. */
export const clockSteps: Experiment = {
  name: 'R22',
  title: 'a clock that is set while reminders go out',
  says:
    'Under libfaketime the clock of the process is set two hours or a day ahead or back, to 1970 and to 2038, and the clock of the database two hours ahead or ' +
    'back; while calls that the gateway will turn away are open. Nothing goes out early or twice, nothing planned is lost or erased, the metrics tell of it, ' +
    'and within 60 s of the clocks agreeing again everything due goes out.',
  missing: () => FakedClock.missing(),
  run: (setting) => Promise.all((['process', 'database'] as const).map((of) => run(setting, of))),
};

interface Seen {
  readonly toldAfter: number[];
  readonly goesOnAfter: number[];
}

async function run(setting: Setting, of: Step['of']): Promise<Outcome> {
  const clock = new FakedClock();
  const rounds = setting.form === 'long' ? 3 : 1;
  try {
    return await inWorld(setting, { kind: 'echoed', concurrency: 8 }, async (world) => {
      await world.startWorker({ env: clock.env });
      await world.makeAuthority('rh');
      await world.sendReceipts();
      const { expect, failures } = new Expectations();
      const seen: Seen = { toldAfter: [], goesOnAfter: [] };
      const now: Scripted[] = [];
      const later: Scripted[] = [];
      for (let round = 0; round < rounds; round++) {
        for (const step of STEPS.filter((each) => each.of === of)) {
          const set = (ms: number) => (of === 'process' ? clock.set(ms) : setWorldClock(world.databaseUrl ?? '', ms));
          await stepAndBack(world, step, { now, later, seen, set, expect });
          setting.say(
            `  ${of} ${step.name}: told after ${seen.toldAfter.at(-1)} s, goes on after ${seen.goesOnAfter.at(-1)} s`,
          );
        }
      }
      await world.idle(60_000);
      const verdict = await judge(world, { late: false });
      expect((await early(world)) === 0, 'nothing goes out before it is due');
      expect(verdict.taken + verdict.uncertainNotTaken === now.length, 'what was due is sent once');
      expect((await planned(world)) === later.length, 'what is due later is planned as it was');
      const counts = {
        steps: seen.toldAfter.length,
        'metrics tell after, s': Math.max(...seen.toldAfter),
        'goes on after, s': Math.max(...seen.goesOnAfter),
      };
      return { part: `the clock of the ${of}`, verdict, counts, failures };
    });
  } finally {
    clock.close();
  }
}

interface Course {
  readonly now: Scripted[];
  readonly later: Scripted[];
  readonly seen: Seen;
  readonly set: (ms: number) => Promise<void> | void;
  readonly expect: Expectations['expect'];
}

/**
 * Some calls are open while the clock is set, and are turned away: their next try must not be reckoned by the wrong
 * clock.
 */
async function stepAndBack(world: World, step: Step, { now, later, seen, set, expect }: Course): Promise<void> {
  const tellsOf = `${step.of} ${step.name}`;
  later.push(
    ...(await world.script.book(
      'rh',
      LATER,
      (n) => new Date(world.now() + (n % 2 === 0 ? HOUR_MS : DAY_MS) + LEAD_MS),
    )),
  );
  const due = world.now() + 2_000;
  const { calls, accepted } = await world.counts();
  await world.behave({ faults: { ...NO_FAULTS, throttle: 1 }, delayMs: 2_000 });
  now.push(...(await world.script.book('rh', NOW, (n) => new Date(due + (n < NOW / 2 ? 0 : 3_000) + LEAD_MS))));
  await until(async () => (await world.counts()).calls > calls, 'a call was made', 20_000, 5);
  await set(step.ms());
  const began = performance.now();
  await until(() => toldApart(world), `${tellsOf}: the metrics tell of it`, WITHIN_MS, 200);
  seen.toldAfter.push(since(began));
  // Those that are open have been answered.
  await nothingCalled(world);
  await world.behave({ faults: NO_FAULTS, delayMs: 5 });
  const before = (await world.counts()).accepted;
  for (let tick = 0; tick < 4; tick++) await jobsDone(world, ['dispatch']);
  expect((await world.counts()).accepted === before, `${tellsOf}: nothing is handed over while the clocks are apart`);
  await set(0);
  const again = performance.now();
  await until(
    async () => (await world.counts()).accepted >= accepted + NOW,
    `${tellsOf}: what was due goes out`,
    WITHIN_MS,
    50,
  );
  seen.goesOnAfter.push(since(again));
}

/** What the alert on clocks that are apart asks, and the one on a hand-over that is held. */
async function toldApart({ publicUrl }: World): Promise<boolean> {
  const apart = Math.abs((await figure(publicUrl, 'easysms_clock_difference_seconds')) ?? 0);
  return apart > 5 && (await figure(publicUrl, 'easysms_sending_held')) === 1;
}

function since(began: number): number {
  return Math.round((performance.now() - began) / 100) / 10;
}

/** How many SMS were asked for before their time, by this machine's clock. */
async function early(world: World): Promise<number> {
  const due = new Map(
    [...world.script.appointments.values()].map(({ phones, starts }) => [
      phones[0],
      (starts[0]?.getTime() ?? 0) - LEAD_MS,
    ]),
  );
  const [accepted] = await world.books();
  return accepted.filter(({ to: phone, askedAt }) => askedAt < (due.get(phone) ?? 0)).length;
}

async function planned({ db }: World): Promise<number> {
  const { rows } = await db.query<{ count: number }>(
    "select count(*)::int as count from reminder where status = 'planned' and next_at = due_at",
  );
  return rows[0]?.count ?? 0;
}
