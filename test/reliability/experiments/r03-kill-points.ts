import { setTimeout as sleep } from 'node:timers/promises';
import { type Experiment, inWorld, type Setting } from '../experiment.ts';
import type { FailPoint } from '../fail-points.ts';
import { judge } from '../judge.ts';
import type { Scripted } from '../script.ts';
import { Expectations, type Outcome } from '../verdict.ts';
import { LEAD_MS, type World } from '../world.ts';

/** What a kill at a point left, once everything has been recovered. */
interface Left {
  readonly statuses: readonly string[];
  readonly taken: number;
}

interface Point {
  readonly at: FailPoint;
  /** Does what leads there. It goes on when the next worker is up. */
  readonly lead: (world: World, some: readonly Scripted[]) => Promise<unknown>;
  /** When its reminders are due, from now. */
  readonly dueInMs: number;
  readonly holds: (left: Left) => boolean;
  readonly says: string;
}

const EACH = 3;
const SOON_MS = 1_500;
const FAR_MS = 600_000;
const all =
  (...statuses: string[]) =>
  (left: Left) =>
    left.statuses.every((status) => statuses.includes(status));
const nothing = async () => {};
const receipts = (world: World) => world.sendReceipts();

const POINTS: readonly Point[] = [
  {
    at: 'after the claim',
    lead: nothing,
    dueInMs: SOON_MS,
    says: 'all are sent later',
    holds: all('accepted', 'delivered'),
  },
  {
    at: 'before the bytes of a call',
    lead: nothing,
    dueInMs: SOON_MS,
    says: 'uncertain, none taken',
    holds: (left) => all('uncertain')(left) && left.taken === 0,
  },
  { at: 'after the bytes of a call', lead: nothing, dueInMs: SOON_MS, says: 'uncertain', holds: all('uncertain') },
  {
    at: 'after the answer to a call',
    lead: nothing,
    dueInMs: SOON_MS,
    says: 'uncertain, one taken at the least',
    holds: (left) => all('uncertain')(left) && left.taken > 0,
  },
  { at: 'before the outcome is recorded', lead: nothing, dueInMs: SOON_MS, says: 'uncertain', holds: all('uncertain') },
  {
    at: 'after the outcome is recorded',
    lead: nothing,
    dueInMs: SOON_MS,
    says: 'one accepted at the least',
    holds: (left) => left.statuses.includes('accepted') && all('accepted', 'uncertain')(left),
  },
  {
    at: 'before a receipt is stored',
    lead: receipts,
    dueInMs: SOON_MS,
    says: 'the gateway repeats it: delivered',
    holds: all('delivered'),
  },
  {
    at: 'after a receipt is stored',
    lead: receipts,
    dueInMs: SOON_MS,
    says: 'applied by the next one: delivered',
    holds: all('delivered'),
  },
  {
    at: 'before an appointment is stored',
    lead: (world, some) => cancelAll(world, some),
    dueInMs: FAR_MS,
    says: 'a cancellation that is repeated holds',
    holds: (left) => all('cancelled')(left) && left.taken === 0,
  },
  {
    at: 'after an appointment is stored',
    lead: (world, some) => cancelAll(world, some),
    dueInMs: FAR_MS,
    says: 'a cancellation that is repeated holds',
    holds: (left) => all('cancelled')(left) && left.taken === 0,
  },
  {
    at: 'before an appointment is stored',
    lead: (world) => bookMore(world),
    dueInMs: SOON_MS,
    says: 'a booking that is repeated holds, once',
    holds: all('accepted', 'delivered'),
  },
  {
    at: 'after an appointment is stored',
    lead: (world) => bookMore(world),
    dueInMs: SOON_MS,
    says: 'a booking that is repeated holds, once',
    holds: all('accepted', 'delivered'),
  },
];

/** R3: a worker that dies at a marked point. */
export const killPoints: Experiment = {
  name: 'R3',
  title: 'a worker that dies at each marked point',
  says: 'SIGKILL from within, exactly there; then the next worker. What becomes of what it had in hand is what the states promise, and is never a second SMS.',
  run: async (setting) => [await run(setting)],
};

function run(setting: Setting): Promise<Outcome> {
  const rounds = setting.form === 'long' ? 50 : 1;
  return inWorld(setting, { kind: 'echoed', concurrency: 8 }, async (world) => {
    const { expect, failures } = new Expectations();
    await world.startWorker();
    await world.makeAuthority('rh', { onUncertain: 'hold' });
    const tried: { point: Point; some: readonly Scripted[] }[] = [];
    for (let round = 0; round < rounds; round++) {
      for (const point of POINTS) tried.push({ point, some: await tryPoint(world, point) });
    }
    const left = await readLeft(world);
    for (const { point, some } of tried) {
      const found = some.map(({ reference }) => left.get(reference) ?? { status: 'missing', taken: 0 });
      const statuses = found.map(({ status }) => status);
      const taken = found.reduce((sum, each) => sum + each.taken, 0);
      expect(
        point.holds({ statuses, taken }),
        `${point.at}: ${point.says}; found ${statuses.join(', ')}, taken ${taken}`,
      );
    }
    const verdict = await judge(world, { late: false });
    expect(verdict.parked === 0, 'none parked');
    return { part: `${POINTS.length} points`, verdict, counts: { kills: tried.length }, failures };
  });
}

/** @returns the appointments whose reminders were in hand */
async function tryPoint(world: World, { at, lead, dueInMs }: Point): Promise<readonly Scripted[]> {
  await world.behave({
    receipts: { url: null, missing: 0, undelivered: 0, repeat: 0, early: 0, contrary: 0, delayMs: 50 },
  });
  const start = new Date(world.now() + dueInMs + LEAD_MS);
  const some = await world.script.book('rh', EACH, () => start);
  const worker = world.workers.at(-1);
  worker?.tell({ failAt: at });
  const leading = lead(world, some);
  await Promise.race([worker?.gone, sleep(20_000).then(() => Promise.reject(new Error(`it did not die ${at}`)))]);
  await world.startWorker();
  const more = await leading;
  await recover(world);
  return Array.isArray(more) ? (more as Scripted[]) : some;
}

async function cancelAll(world: World, some: readonly Scripted[]): Promise<void> {
  for (const each of some) await world.script.cancel(each);
}

function bookMore(world: World): Promise<Scripted[]> {
  return world.script.book('rh', EACH, () => new Date(world.now() + 50_000 + LEAD_MS));
}

/** Before the next kill, which must find nothing of this one. */
async function recover(world: World): Promise<void> {
  await world.advance(60_000);
  await sleep(1_500);
  await world.idle(60_000);
}

async function readLeft(world: World): Promise<Map<string, { status: string; taken: number }>> {
  const [accepted] = await world.books();
  const taken = new Set(accepted.map(({ reference }) => reference));
  const { rows } = await world.db.query<{ reference: string; status: string; message: string | null }>(
    `select a.reference, r.status, m.id as message from reminder r join appointment a on a.id = r.appointment_id
     left join message m on m.reminder_id = r.id`,
  );
  return new Map(
    rows.map((row) => [row.reference, { status: row.status, taken: taken.has(row.message ?? '') ? 1 : 0 }]),
  );
}
