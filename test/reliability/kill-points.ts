import type { FailPoint } from './fail-points.ts';
import type { Scripted } from './script.ts';
import { LEAD_MS, type World } from './world.ts';

/** What a kill at a point left, once everything has been recovered. */
export interface Left {
  readonly statuses: readonly string[];
  readonly taken: number;
}

/** A marked point, how a worker is led to it, and what must come of what it had in hand. */
export interface Point {
  readonly at: FailPoint;
  /** The worker starts when its reminders are due and another worker has died; else it is up before that. */
  readonly afterUncleanEnd?: boolean;
  /** So many workers die before, each after a try is counted, so that what was tried twice goes alone. */
  readonly deathsBefore?: number;
  /** Does what leads there. It goes on when the next worker is up. */
  readonly lead: (world: World, some: readonly Scripted[]) => Promise<unknown>;
  /** Nothing was started: the next worker hands over at once, no heartbeat has to lapse. */
  readonly atOnce?: boolean;
  /** Another worker died over its calls before, and the one that is to die finds that. */
  readonly inRecovery?: boolean;
  /** When its reminders are due, from now. */
  readonly dueInMs: number;
  readonly holds: (left: Left) => boolean;
  readonly says: string;
}

/** Reminders that are due at a point. */
export const EACH = 3;
const SOON_MS = 1_500;
const FAR_MS = 600_000;
const all =
  (...statuses: string[]) =>
  (left: Left) =>
    left.statuses.every((status) => statuses.includes(status));
const nothing = async () => {};
const receipts = (world: World) => world.sendReceipts();

/** Every marked point, with what is expected of it. */
export const POINTS: readonly Point[] = [
  {
    at: 'after the look',
    lead: nothing,
    dueInMs: SOON_MS,
    atOnce: true,
    says: 'all are sent by the next worker, at once',
    holds: all('accepted', 'delivered'),
  },
  {
    at: 'before the start',
    lead: nothing,
    dueInMs: SOON_MS,
    atOnce: true,
    says: 'all are sent by the next worker, at once',
    holds: all('accepted', 'delivered'),
  },
  {
    at: 'after a try is counted',
    afterUncleanEnd: true,
    lead: nothing,
    dueInMs: SOON_MS,
    atOnce: true,
    says: 'all are sent by the next worker, at once',
    holds: all('accepted', 'delivered'),
  },
  {
    at: 'after the start',
    lead: nothing,
    dueInMs: SOON_MS,
    says: 'uncertain, none taken',
    holds: (left) => all('uncertain')(left) && left.taken === 0,
  },
  {
    at: 'after the start',
    afterUncleanEnd: true,
    lead: nothing,
    dueInMs: SOON_MS,
    says: 'uncertain, none taken',
    holds: (left) => all('uncertain')(left) && left.taken === 0,
  },
  {
    at: 'after the start',
    afterUncleanEnd: true,
    deathsBefore: 2,
    lead: nothing,
    dueInMs: SOON_MS,
    says: 'the one that was started uncertain, the others sent',
    holds: (left) =>
      left.statuses.filter((status) => status === 'uncertain').length === 1 &&
      all('accepted', 'delivered', 'uncertain')(left) &&
      left.taken === EACH - 1,
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
    at: 'before a receipt is applied',
    lead: receipts,
    dueInMs: SOON_MS,
    says: 'applied by the next one: delivered',
    holds: all('delivered'),
  },
  {
    at: 'after a receipt is applied',
    lead: receipts,
    dueInMs: SOON_MS,
    says: 'delivered',
    holds: all('delivered'),
  },
  {
    at: 'before a recovery',
    lead: nothing,
    dueInMs: SOON_MS,
    inRecovery: true,
    says: 'recovered by the next one: uncertain, one taken at the least',
    holds: (left) => all('uncertain')(left) && left.taken > 0,
  },
  {
    at: 'after a recovery',
    lead: nothing,
    dueInMs: SOON_MS,
    inRecovery: true,
    says: 'uncertain, one taken at the least',
    holds: (left) => all('uncertain')(left) && left.taken > 0,
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

async function cancelAll(world: World, some: readonly Scripted[]): Promise<void> {
  for (const each of some) await world.script.cancel(each);
}

function bookMore(world: World): Promise<Scripted[]> {
  return world.script.book('rh', EACH, () => new Date(world.now() + 50_000 + LEAD_MS));
}
