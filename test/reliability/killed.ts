import { SHOWN_REMINDERS } from './shown.ts';
import { OBSERVER, until, type World } from './world.ts';

/** What one kill may cost what was started: the heartbeat, a hold of a minute, and the sweep. */
const LATEST_MS = 120_000;

/** What kills of a worker met. */
export interface Killed {
  /** Messages that were handed over when a worker was killed, their outcome not stored: each may be uncertain. */
  readonly handedOver: ReadonlySet<string>;
  /** By the reminder's id: at which kills, by the world's clock, it had been started and had no outcome. */
  readonly hits: ReadonlyMap<string, readonly number[]>;
  /** The most messages that one process had started without an outcome, looked at after each kill. */
  readonly most: number;
  /** When a worker lived, by the world's clock. */
  readonly lives: readonly Life[];
}

/** From the start of a worker to its end, by the world's clock. */
export interface Life {
  readonly from: number;
  /** Infinity: of the last one. */
  readonly to: number;
}

/**
 * Waits, while no worker lives, until PostgreSQL is through with what a killed one had under way: it has ended the
 * worker's sessions, and PgBouncer counts those that it keeps as unused.
 */
export async function sessionsEnded({ db, pooler }: World): Promise<void> {
  const ended = async () => {
    const unused = (await pooler?.unused()) ?? [];
    const { rows } = await db.query<{ open: number }>(
      `select count(*)::int as open from pg_stat_activity where datname = current_database()
        and backend_type = 'client backend' and application_name <> $1 and pid <> all($2::int[])`,
      [OBSERVER, unused],
    );
    return rows[0]?.open === 0;
  };
  await until(ended, 'no session of a killed worker', 60_000, 5);
}

/** What was started and has no outcome, each with a name for its call. */
export async function started(world: World): Promise<readonly { reminder: string; call: string }[]> {
  const { rows } = await world.db.query<{ reminder: string; call: string }>(
    "select reminder_id as reminder, id || ' ' || attempts as call from message where status = 'handing_over'",
  );
  return rows;
}

/**
 * @returns the most that one process, alive or dead, had started without an outcome. By process, since what stands since
 * an earlier kill would count as the next one's.
 */
export async function mostOfOneProcess(world: World): Promise<number> {
  const { rows } = await world.db.query<{ count: number }>(
    `select count(*)::int as count from message m left join hand_over_group g on m.id = any(g.message_ids)
     where m.status = 'handing_over' group by g.process_id order by count desc limit 1`,
  );
  return rows[0]?.count ?? 0;
}

/** @returns how many stay uncertain although one kill at most found them started */
export async function countUncertain(world: World, hits: Killed['hits']): Promise<number> {
  const { rows } = await world.db.query<{ id: string }>(
    `select id from ${SHOWN_REMINDERS} r where status = 'uncertain'`,
  );
  return rows.filter(({ id }) => (hits.get(id)?.length ?? 0) <= 1).length;
}

/** How late SMS were taken that kills delayed. */
export interface Late {
  /** Taken more than `LATEST_MS` after they were due. */
  readonly all: number;
  /** Of these, more than so long for each kill that found them started. */
  readonly unexplained: number;
  /** The longest that one which no kill found started waited while a worker lived. */
  readonly untouchedMs: number;
  /** The longest from a kill until what it found started was uncertain. */
  readonly uncertainMs: number;
}

/** By the gateway's book. */
export async function countLate(world: World, { hits, lives }: Killed): Promise<Late> {
  const { rows } = await world.db.query<{ message: string; reminder: string; due_at: Date }>(
    'select m.id as message, r.id as reminder, r.due_at from message m join reminder r on r.id = m.reminder_id',
  );
  const byMessage = new Map(rows.map((row) => [row.message, row]));
  const first = new Map<string, number>();
  const [accepted] = await world.books();
  for (const { reference, at } of accepted)
    first.set(reference, Math.min(at, first.get(reference) ?? Number.POSITIVE_INFINITY));
  const taken = [...first].flatMap(([reference, at]) => {
    const row = byMessage.get(reference);
    const due = row?.due_at.getTime() ?? 0;
    return row ? [{ due, at, ms: at - due, hits: hits.get(row.reminder)?.length ?? 0 }] : [];
  });
  const late = taken.filter(({ ms }) => ms > LATEST_MS);
  return {
    all: late.length,
    unexplained: late.filter((each) => each.ms > LATEST_MS * Math.max(1, each.hits)).length,
    untouchedMs: Math.max(
      0,
      ...taken.filter((each) => each.hits === 0).map(({ due, at }) => livedBetween(lives, due, at)),
    ),
    uncertainMs: await longestUntilUncertain(world, hits),
  };
}

function livedBetween(lives: readonly Life[], from: number, to: number): number {
  return lives.reduce((sum, life) => sum + Math.max(0, Math.min(life.to, to) - Math.max(life.from, from)), 0);
}

async function longestUntilUncertain(world: World, hits: Killed['hits']): Promise<number> {
  const { rows } = await world.db.query<{ reminder_id: string; at: Date }>(
    "select reminder_id, at from reminder_history where status = 'uncertain' order by at",
  );
  const waits = rows.map(({ reminder_id, at }) => {
    const before = (hits.get(reminder_id) ?? []).filter((kill) => kill <= at.getTime());
    return at.getTime() - (before.at(-1) ?? at.getTime());
  });
  return Math.max(0, ...waits);
}

/** Messages that may have left without a word: each may be uncertain. @returns their ids */
export async function handedOver(world: World): Promise<readonly string[]> {
  const { rows } = await world.db.query<{ id: string }>(
    `select id from message where status in ('handing_over', 'uncertain')`,
  );
  return rows.map(({ id }) => id);
}

/** Of the repeats of `uncertain` SMS, each of whose receipts is missing by itself with the chance of `missing`. */
export function boundOf(uncertain: number, missing: number): number {
  return uncertain * missing + 3 * Math.sqrt(uncertain * missing * (1 - missing));
}
