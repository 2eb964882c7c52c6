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

const SENT_AT_ONCE = {
  atOnce: true,
  says: 'all are sent by the next worker, at once',
  holds: all('accepted', 'delivered'),
} as const;
const UNCERTAIN = { says: 'uncertain', holds: all('uncertain') };
const NONE_TAKEN = {
  says: 'uncertain, none taken',
  holds: (left: Left) => all('uncertain')(left) && left.taken === 0,
};
const ONE_TAKEN = {
  says: 'uncertain, one taken at the least',
  holds: (left: Left) => all('uncertain')(left) && left.taken > 0,
};
const ONE_STARTED = {
  says: 'the one that was started uncertain, the others sent',
  holds: (left: Left) =>
    left.statuses.filter((status) => status === 'uncertain').length === 1 &&
    all('accepted', 'delivered', 'uncertain')(left) &&
    left.taken === EACH - 1,
};
const delivered = (says: string) => ({ lead: receipts, says, holds: all('delivered') });
const CANCELLED: Pick<Point, 'lead' | 'dueInMs' | 'says' | 'holds'> = {
  lead: cancelAll,
  dueInMs: FAR_MS,
  says: 'a cancellation that is repeated holds',
  holds: (left) => all('cancelled')(left) && left.taken === 0,
};
const BOOKED = { lead: bookMore, says: 'a booking that is repeated holds, once', holds: all('accepted', 'delivered') };

/** Every marked point, with what is expected of it. */
export const POINTS: readonly Point[] = [
  point('after the look', SENT_AT_ONCE),
  point('before the start', SENT_AT_ONCE),
  point('after a try is counted', { ...SENT_AT_ONCE, afterUncleanEnd: true }),
  point('after the start', NONE_TAKEN),
  point('after the start', { ...NONE_TAKEN, afterUncleanEnd: true }),
  point('after the start', { ...ONE_STARTED, afterUncleanEnd: true, deathsBefore: 2 }),
  point('before the bytes of a call', NONE_TAKEN),
  point('after the bytes of a call', UNCERTAIN),
  point('after the answer to a call', ONE_TAKEN),
  point('before the outcome is recorded', UNCERTAIN),
  point('after the outcome is recorded', {
    says: 'one accepted at the least',
    holds: (left) => left.statuses.includes('accepted') && all('accepted', 'uncertain')(left),
  }),
  point('before a receipt is stored', delivered('the gateway repeats it: delivered')),
  point('after a receipt is stored', delivered('applied by the next one: delivered')),
  point('before a receipt is applied', delivered('applied by the next one: delivered')),
  point('after a receipt is applied', delivered('delivered')),
  point('before a recovery', { ...ONE_TAKEN, inRecovery: true, says: `recovered by the next one: ${ONE_TAKEN.says}` }),
  point('after a recovery', { ...ONE_TAKEN, inRecovery: true }),
  point('before an appointment is stored', CANCELLED),
  point('after an appointment is stored', CANCELLED),
  point('before an appointment is stored', BOOKED),
  point('after an appointment is stored', BOOKED),
];

/** Without more, nothing is done for it but that reminders are due soon. */
function point(at: FailPoint, more: Pick<Point, 'says' | 'holds'> & Partial<Point>): Point {
  return { at, lead: nothing, dueInMs: SOON_MS, ...more };
}

async function cancelAll(world: World, some: readonly Scripted[]): Promise<void> {
  for (const each of some) await world.script.cancel(each);
}

function bookMore(world: World): Promise<Scripted[]> {
  return world.script.book('rh', EACH, () => new Date(world.now() + 50_000 + LEAD_MS));
}
