import { freePort } from '../../support/postgres-server.ts';
import { type Experiment, inWorld, type Setting } from '../experiment.ts';
import { FaultProxy } from '../fault-proxy.ts';
import type { Acceptance } from '../gateway-protocol.ts';
import { jobsDone, nothingCalled } from '../jobs.ts';
import { judge } from '../judge.ts';
import { SHOWN_REMINDERS } from '../shown.ts';
import { Expectations, type Outcome } from '../verdict.ts';
import { LEAD_MS, NOTICE_MS, until, type World } from '../world.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const OPEN_FROM = 8;
const OPEN_TO = 20;
const WINDOW = { from: '08:00', to: '20:00', weekdaysOnly: false, publicHolidays: null, closedDays: [] };
const CONCURRENCY = 8;
/** From the gateway's return until nothing is left that is due. */
const DRAINED_S = 120;
/** Two lanes of 500, and what is in flight. */
const OUT_OF_ORDER = 1_000 + 2 * CONCURRENCY;

/** R14: a gateway that is away for hours; and what the evening does to reminders that are due. */
export const gatewayAway: Experiment = {
  name: 'R14',
  title: 'a gateway that is away for hours, and an evening',
  says:
    'Nobody listens for three hours of a day while reminders fall due; what is still ahead of its deadline then goes out within two minutes, the oldest first, ' +
    'and the rest is expired with its reason. And a slow gateway when the sending window ends: what has not been started by 20:00 goes at 08:00, and so ' +
    'does what is booked in the night. The clocks are moved on together.',
  run: async (setting) => [await away(setting), await evening(setting)],
};

async function away(setting: Setting): Promise<Outcome> {
  const count = setting.form === 'long' ? 20_000 : 300;
  return inWorld(setting, { kind: 'echoed', concurrency: CONCURRENCY }, async (world) => {
    await world.advance(untilWall(world, 15, 0) - world.now());
    const proxy = await FaultProxy.open(world.gateway.url, await freePort());
    try {
      await world.startWorker({ env: { GATEWAY_URL: proxy.url } });
      await world.makeAuthority('rh', { sendingWindow: WINDOW });
      await proxy.refuse();
      const first = world.now() + 5 * MINUTE_MS;
      const made = await world.script.book(
        'rh',
        count,
        (n) => new Date(first + (n * 175 * MINUTE_MS) / count + LEAD_MS),
      );
      while (world.now() < first + 178 * MINUTE_MS) {
        await world.advance(4 * MINUTE_MS);
        await jobsDone(world, ['dispatch']);
      }
      const back = world.now();
      await proxy.listen();
      const drainedS = await drain(world, back);
      await world.idle(60_000);
      const verdict = await judge(world, { late: false, window: { open } });
      const [accepted] = await world.books();
      const ahead = made.filter(({ starts }) => (starts[0]?.getTime() ?? 0) - NOTICE_MS > back).length;
      const { expect, failures } = new Expectations();
      expect(drainedS <= DRAINED_S, `drained ${DRAINED_S} s after its return; it took ${drainedS} s`);
      expect(
        verdict.expired >= made.length - ahead && verdict.taken + verdict.expired === count,
        'each is sent, or expired for its deadline',
      );
      expect(verdict.taken >= ahead * 0.95, `those still ahead are sent: ${ahead}`);
      expect((await reasons(world)) === 'too_late', 'every expired one with its reason');
      const late = await mostOvertaken(world, accepted);
      expect(late <= Math.min(OUT_OF_ORDER, count / 5), `the oldest first; one was overtaken by ${late}`);
      expect(verdict.uncertain === 0 && verdict.quarantined === 0, 'none uncertain, none quarantined');
      return {
        part: 'three hours away',
        verdict,
        counts: { 'drained in, s': drainedS, 'still ahead at the return': ahead, 'most overtaken by': late },
        failures,
      };
    } finally {
      await proxy.close();
    }
  });
}

/** @returns seconds of the world's until nothing that is due is left */
async function drain(world: World, back: number): Promise<number> {
  const left = async () => {
    const { rows } = await world.db.query<{ left: number }>(
      `select count(*)::int as left from ${SHOWN_REMINDERS} r
        where status = 'handing_over' or (status = 'planned' and due_at <= $1)`,
      [new Date(back)],
    );
    return rows[0]?.left ?? 0;
  };
  for (let last = await left(); last > 0; ) {
    if (world.now() - back > HOUR_MS) throw new Error(`${last} are still due an hour after the gateway came back`);
    await world.advance(5_000);
    // The clock stands still, but for its own pace, as long as something goes out.
    for (let before = Number.POSITIVE_INFINITY; last < before; last = await left()) {
      before = last;
      await jobsDone(world, ['dispatch']);
      await nothingCalled(world);
    }
  }
  return Math.round((world.now() - back) / 1000);
}

/**
 * Of those that went at the first try: by how many that were due later the one was overtaken that was overtaken most.
 */
async function mostOvertaken(world: World, accepted: readonly Acceptance[]): Promise<number> {
  const { rows } = await world.db.query<{ id: string; due_at: Date }>(
    'select m.id, r.due_at from message m join reminder r on r.id = m.reminder_id where m.attempts = 1',
  );
  const dueAt = new Map(rows.map(({ id, due_at }) => [id, due_at.getTime()]));
  const sent = [...accepted]
    .sort((a, b) => a.askedAt - b.askedAt)
    .flatMap(({ reference }) => dueAt.get(reference) ?? []);
  const places = new Map([...sent].sort((a, b) => a - b).map((due, place) => [due, place]));
  return Math.max(0, ...sent.map((due, place) => place - (places.get(due) ?? place)));
}

async function reasons({ db }: World): Promise<string> {
  const { rows } = await db.query<{ reasons: string }>(
    "select coalesce(string_agg(distinct reason, ', '), '') as reasons from reminder where status = 'expired'",
  );
  return rows[0]?.reasons ?? '';
}

async function evening(setting: Setting): Promise<Outcome> {
  // Two seconds a call at the most, eight at once: too many for the time until 20:00.
  const count = setting.form === 'long' ? 2_000 : 120;
  return inWorld(setting, { kind: 'echoed', concurrency: CONCURRENCY }, async (world) => {
    const closing = untilWall(world, OPEN_TO, 0);
    const opening = closing + (OPEN_FROM + 24 - OPEN_TO) * HOUR_MS;
    await world.advance(closing - HOUR_MS - world.now());
    await world.startWorker();
    await world.makeAuthority('rh', {
      sendingWindow: WINDOW,
      rules: [{ id: 'before', template: 'reminder', lead: 'PT14H' }],
    });
    await world.behave({ delayMs: 2_000 });
    await world.advance(closing - 20_000 - world.now());
    const due = world.now() + 4_000;
    await world.script.book('rh', count, (n) => new Date(due + n + 14 * HOUR_MS));
    await until(async () => world.now() > closing + 5_000, '20:00', 60_000, 100);
    const { expect, failures } = new Expectations();
    const { accepted: before } = await world.counts();
    await world.script.book('rh', 10, (n) => new Date(closing + 14 * HOUR_MS + n * MINUTE_MS));
    for (let at = world.now(); at < opening - HOUR_MS; at = world.now()) {
      await world.advance(HOUR_MS);
      await jobsDone(world, ['dispatch']);
    }
    await world.advance(opening - 10_000 - world.now());
    for (let tick = 0; tick < 3; tick++) await jobsDone(world, ['dispatch']);
    const { calls } = await world.counts();
    expect(calls <= before + CONCURRENCY, `no call in the night; there were ${calls - before}`);
    await until(async () => world.now() > opening + 2_000, '08:00', 60_000, 100);
    await world.behave({ delayMs: 5 });
    await world.idle(120_000);
    const verdict = await judge(world, { late: false, window: { open } });
    expect(before > 0 && before < count, `some before 20:00 and some not; there were ${before} of ${count}`);
    expect(verdict.taken === count + 10, 'each is sent');
    return { part: 'the end of the window, and the next morning', verdict, counts: { 'by 20:00': before }, failures };
  });
}

const WALL = new Intl.DateTimeFormat('en-GB', {
  timeZone: 'Europe/Copenhagen',
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
});

function open(at: number): boolean {
  const hour = Number(WALL.format(at).slice(0, 2));
  return hour >= OPEN_FROM && hour < OPEN_TO;
}

/** The next moment, an hour from now or later, at which clocks in Denmark show that. */
function untilWall(world: World, hour: number, minute: number): number {
  const shown = `${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`;
  let at = Math.ceil((world.now() + HOUR_MS) / MINUTE_MS) * MINUTE_MS;
  while (WALL.format(at) !== shown) at += MINUTE_MS;
  return at;
}
