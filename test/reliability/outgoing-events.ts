import { join } from 'node:path';
import type { ProvedProcess } from './child-process.ts';
import { readBook } from './fsynced-book.ts';
import { SHOWN_REMINDERS } from './shown.ts';
import { until, type World } from './world.ts';

/** An event in the book of the booking system. */
export interface TakenEvent {
  readonly id: string;
  readonly sequence: number;
  readonly type: string;
  readonly reference: string;
  readonly reminder: string | null;
  /** Status of the reminder. */
  readonly status: string | null;
}

/** How the booking system takes events; shares of all calls, in [0, 1]. */
export interface SystemBehaviour {
  readonly secret: string;
  /** 503 to everything. */
  readonly down: boolean;
  readonly fail: number;
  /** 429 with Retry-After 1. */
  readonly throttle: number;
  /** Cut before anything is kept. */
  readonly cutBefore: number;
  /** Kept, then cut instead of answered. */
  readonly cutAfter: number;
  readonly delayMs: number;
}

export interface SystemCounts {
  readonly calls: number;
  readonly taken: number;
  readonly refused: number;
  readonly wrongSignatures: number;
}

export const WELL_BEHAVED_SYSTEM: SystemBehaviour = {
  ...{ secret: '', down: false, fail: 0, throttle: 0, cutBefore: 0, cutAfter: 0, delayMs: 0 },
};

export async function behave(system: ProvedProcess, behaviour: Partial<SystemBehaviour> = {}): Promise<SystemCounts> {
  const response = await fetch(`${system.url}/behave`, { method: 'POST', body: JSON.stringify(behaviour) });
  return (await response.json()) as SystemCounts;
}

/** Everything there was to tell, by the database; and what the booking system has in its book, in the order of taking. */
export interface EventBooks {
  readonly events: readonly TakenEvent[];
  readonly taken: readonly TakenEvent[];
  /** The status that callers see, by the reminder's id. */
  readonly statuses: ReadonlyMap<string, string>;
}

export async function readEventBooks({ db, folder }: World): Promise<EventBooks> {
  const { rows: events } = await db.query<TakenEvent & { sequence: string }>(
    'select id, sequence, type, reference, reminder_id as reminder, status from event order by source_id, sequence',
  );
  const { rows: shown } = await db.query<{ id: string; status: string }>(`select id, status from ${SHOWN_REMINDERS} r`);
  return {
    events: events.map((event) => ({ ...event, sequence: Number(event.sequence) })),
    taken: await readBook<TakenEvent>(join(folder, 'events')),
    statuses: new Map(shown.map(({ id, status }) => [id, status])),
  };
}

/** Waits until every event is numbered and no delivery is left. */
export function allEventsDelivered({ db }: World, withinMs: number): Promise<void> {
  const open = async () => {
    const { rows } = await db.query<{ open: number }>(
      `select ((select count(*) from event_outbox) + (select count(*) from delivery where status = 'pending')
        + (select count(*) from event v join event_endpoint e using (source_id) where v.sequence > e.taken))::int as open`,
    );
    return rows[0]?.open === 0;
  };
  return until(open, 'all events delivered', withinMs, 50);
}

/** Statuses that are told; a reminder that is planned, cancelled or superseded is none of the booking system's news. */
const TELLING = new Set(['accepted', 'delivered', 'undelivered', 'rejected', 'uncertain', 'expired', 'suppressed']);

/** @returns what is wrong with the booking system's book, in words; each kind once, with its first example */
export function judgeEventBooks({ events, taken, statuses }: EventBooks): string[] {
  const faults = new Map<string, string>();
  const add = (kind: string, example: string) => void (faults.has(kind) || faults.set(kind, example));
  const known = new Map(events.map((event) => [event.id, event]));
  const firsts = new Map<string, TakenEvent>();
  for (const each of taken) {
    const event = known.get(each.id);
    if (!event || ['sequence', 'type', 'reference', 'reminder', 'status'].some((name) => !isSame(event, each, name)))
      add('an event that did not happen, or did otherwise', JSON.stringify(each));
    if (!firsts.has(each.id)) firsts.set(each.id, each);
  }
  for (const { id, type } of events) if (!firsts.has(id)) add('an event that was never taken', `${type} ${id}`);
  const newest = new Map<string, number>();
  const told = new Map<string, string>();
  for (const { reference, sequence, reminder, status } of firsts.values()) {
    if (sequence < (newest.get(reference) ?? 0)) add('an event out of order', `${reference} ${sequence}`);
    newest.set(reference, sequence);
    if (reminder !== null && status !== null) told.set(reminder, status);
  }
  for (const [reminder, status] of statuses)
    if (TELLING.has(status) && told.get(reminder) !== status)
      add('a reminder that the booking system knows otherwise', `${reminder}: ${status}, told ${told.get(reminder)}`);
  return [...faults].map(([kind, example]) => `${kind}: ${example}`);
}

function isSame(one: TakenEvent, other: TakenEvent, name: string): boolean {
  return (Reflect.get(one, name) ?? null) === (Reflect.get(other, name) ?? null);
}
