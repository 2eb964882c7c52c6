import { type Experiment, inWorld, type Setting } from '../experiment.ts';
import { FakedClock } from '../faked-clock.ts';
import { judge } from '../judge.ts';
import { dueOf, isOpen, type Rules, type Window } from '../model/clock-change.ts';
import { seeded } from '../random.ts';
import type { Scripted } from '../script.ts';
import { Expectations, type Outcome } from '../verdict.ts';
import { until, type World } from '../world.ts';

const HOUR_MS = 3_600_000;
const QUARTER_MS = HOUR_MS / 4;
/**
 * Real time before each moment at which something is due: what is set right by the jump to there must be over by then.
 */
const BEFORE_MS = 3_000;
/**
 * A loaded machine's ticks are late; a scheduler that is silent in a doubled or skipped hour is so until the next jump,
 * a quarter later.
 */
const LATE_MS = 15_000;

const WINDOWS: Readonly<Record<string, Window>> = {
  any: null,
  half: { from: '00:00', to: '02:30' },
  three: { from: '00:30', to: '03:00' },
};
const AUTHORITIES: ReadonlyMap<string, Rules> = new Map(
  Object.entries(WINDOWS).flatMap(([name, window]) =>
    (['PT2H', 'P1D'] as const).map((lead) => [`${name}${lead === 'P1D' ? 'day' : 'hours'}`, { lead, window }] as const),
  ),
);

/** The clock changes, at 01:00 UTC, both. */
const NIGHTS = { autumn: Date.parse('2026-10-25T01:00:00Z'), spring: Date.parse('2027-03-28T01:00:00Z') };
type Night = keyof typeof NIGHTS;

/** R21: the nights in which the clocks change. */
export const clockChanges: Experiment = {
  name: 'R21',
  title: 'the nights in which the clocks change',
  says:
    'The worker lives under libfaketime, in the time zone Europe/Copenhagen, from quarter to quarter through 25 October 2026 and 28 March 2027. ' +
    'Appointments begin every quarter of an hour, reminders go two hours or a day before, at any time or in windows that end at 02:30 and at 03:00. Each is due ' +
    'when a model says that looks at every minute, and is taken once, within fifteen seconds of that.',
  missing: () => FakedClock.missing(),
  run: (setting) => Promise.all((Object.keys(NIGHTS) as Night[]).map((night) => run(setting, night))),
};

interface Expected {
  readonly appointment: Scripted;
  readonly rules: Rules;
  readonly due: number;
}

function run(setting: Setting, night: Night): Promise<Outcome> {
  const change = NIGHTS[night];
  const hours = setting.form === 'long' ? { before: 6, after: 6 } : { before: 1, after: 2 };
  const clock = new FakedClock();
  return inWorld(setting, { kind: 'echoed' }, async (world) => {
    await world.startWorker({ env: { ...clock.env, TZ: 'Europe/Copenhagen' } });
    await clock.setWorld(world, change - 40 * HOUR_MS - Date.now());
    await world.sendReceipts();
    const from = change - hours.before * HOUR_MS;
    const expected = await book(world, from, change + hours.after * HOUR_MS, seeded(setting.seed));
    const { expect, failures } = new Expectations();
    const dues = [...new Set(expected.map(({ due }) => due))].sort((a, b) => a - b);
    for (const due of dues) await passBy(world, clock, due, expected);
    // Nothing comes afterwards.
    await clock.setWorld(world, (dues.at(-1) ?? 0) + HOUR_MS - Date.now());
    await world.idle(60_000);
    const verdict = await judge(world, { late: false });
    const counts = await compare(world, expected, expect);
    expect(verdict.taken === expected.length, 'each is taken once');
    expect(verdict.uncertain === 0, 'none uncertain');
    return { part: `${night}: ${AUTHORITIES.size} authorities, ${dues.length} moments`, verdict, counts, failures };
  }).finally(() => clock.close());
}

/**
 * Every quarter from one instant to the other is the nominal moment of one reminder of each authority; which is booked
 * first is drawn.
 */
async function book(world: World, from: number, to: number, random: () => number): Promise<Expected[]> {
  const expected: Expected[] = [];
  for (const [id, rules] of AUTHORITIES) {
    await world.makeAuthority(id, {
      rules: [{ id: 'before', template: 'reminder', lead: rules.lead }],
      sendingWindow: rules.window && { ...rules.window, weekdaysOnly: false, publicHolidays: null, closedDays: [] },
    });
    const lead = rules.lead === 'P1D' ? 24 * HOUR_MS : 2 * HOUR_MS;
    // An hour more on the day's side: the day of the clock change is as much shorter or longer.
    const starts: number[] = [];
    for (let at = from; at <= to; at += QUARTER_MS) starts.push(at + lead);
    starts.sort(() => random() - 0.5);
    const made = await world.script.book(id, starts.length, (n) => new Date(starts[n] ?? 0));
    for (const appointment of made)
      expected.push({ appointment, rules, due: dueOf(appointment.starts[0]?.getTime() ?? 0, rules) });
  }
  return expected;
}

/**
 * From shortly before the moment on in real time, until what is due then was taken. What was not is found by the
 * comparison.
 */
async function passBy(world: World, clock: FakedClock, due: number, expected: readonly Expected[]): Promise<void> {
  await clock.setWorld(world, due - BEFORE_MS - Date.now());
  const count = expected.filter((each) => each.due <= due).length;
  await until(
    async () => (await world.counts()).accepted >= count,
    `${count} SMS taken`,
    BEFORE_MS + LATE_MS,
    50,
  ).catch(() => undefined);
}

async function compare(
  world: World,
  expected: readonly Expected[],
  expect: Expectations['expect'],
): Promise<Outcome['counts']> {
  const [accepted] = await world.books();
  const taken = new Map(accepted.map((sms) => [sms.to, sms.askedAt]));
  const { rows } = await world.db.query<{ reference: string; due_at: Date }>(
    'select a.reference, r.due_at from reminder r join appointment a on a.id = r.appointment_id',
  );
  const planned = new Map(rows.map((row) => [row.reference, row.due_at.getTime()]));
  let latest = 0;
  for (const { appointment, rules, due } of expected) {
    const name = `${appointment.authority} ${appointment.starts[0]?.toISOString()}`;
    const at = taken.get(appointment.phones[0] ?? '');
    const when = (ms: number | undefined) => (ms === undefined ? 'never' : new Date(ms).toISOString());
    expect(
      planned.get(appointment.reference) === due,
      `${name} is due ${when(due)}: was planned ${when(planned.get(appointment.reference))}`,
    );
    expect(
      at !== undefined && at >= due && at <= due + LATE_MS,
      `${name} is taken at ${when(due)}: was taken ${when(at)}`,
    );
    expect(at === undefined || isOpen(rules.window, at), `${name} is taken inside the window`);
    latest = Math.max(latest, (at ?? 0) - due);
  }
  const open = expected.filter(({ rules, due }) => rules.window !== null && due % QUARTER_MS === 0).length;
  return { 'with a window': open, 'latest, s': (latest / 1000).toFixed(1) };
}
