import type { Acceptance, AcknowledgedReceipt } from './gateway-protocol.ts';
import type { Script, Scripted } from './script.ts';
import { SHOWN_REMINDERS } from './shown.ts';
import type { World } from './world.ts';

/** A reminder as the database tells of it, with its message if it was ever started. */
export interface StoredReminder {
  readonly id: string;
  readonly appointment: string;
  readonly rule: string;
  readonly slot: number;
  readonly newest: boolean;
  /** As callers see it; `stored_status` is the row's own. */
  readonly status: string;
  readonly stored_status: string;
  readonly reason: string | null;
  readonly due_at: Date;
  readonly expires_at: Date;
  readonly message_id: string | null;
  readonly message_status: string | null;
  readonly attempts: number | null;
  readonly handed_over_at: Date | null;
}

export interface StoredAppointment {
  readonly reference: string;
  readonly status: string;
  readonly start_at: Date | null;
}

/** Everything a verdict is found from: the script, the gateway's books, the database, and what the processes wrote. */
export interface Evidence {
  readonly script: Script;
  readonly byPhone: ReadonlyMap<string, Scripted>;
  readonly accepted: readonly Acceptance[];
  readonly receipts: readonly AcknowledgedReceipt[];
  readonly reminders: readonly StoredReminder[];
  /** Ids of messages that answer a citizen. */
  readonly answers: ReadonlySet<string>;
  readonly appointments: ReadonlyMap<string, StoredAppointment>;
  /** History rows that come clearly after a `delivered` of the same reminder and say something else. */
  readonly wentBack: number;
  readonly deadlocks: number;
  /** Messages of groups that no living process holds. */
  readonly abandoned: number;
  readonly output: string;
  /** By the world's clock. */
  readonly now: number;
}

const REMINDERS = `
  select r.id, a.reference as appointment, r.rule, r.slot, r.slot = a.slot as newest, r.status, r.stored_status, r.reason,
    r.due_at, r.expires_at, m.id as message_id, m.status as message_status, m.attempts::int as attempts, m.handed_over_at
  from ${SHOWN_REMINDERS} r join appointment a on a.id = r.appointment_id left join message m on m.reminder_id = r.id`;
/** Hand-overs that nobody will settle any more: of a process that is gone, or was never noted. */
const ABANDONED = `
  select coalesce(sum(cardinality(g.message_ids)), 0)::int as count from hand_over_group g
  where not exists (select from process p where p.id = g.process_id and p.heartbeat_at > $1)`;
/** Two that meet within a moment may bear each other's order: each is stamped before it waits for its turn. */
const WENT_BACK = `
  select count(*)::int as count from reminder_history d join reminder_history h on h.reminder_id = d.reminder_id
  where d.status = 'delivered' and h.at > d.at + interval '2 seconds' and h.status <> 'delivered'`;
const DEADLOCKS = 'select deadlocks::int as count from pg_stat_database where datname = current_database()';

/** A process whose heartbeat is so old is gone, and was swept. */
const GONE_MS = 60_000;

/** What the judge asks of a database: a pool of connections and the embedded database both do. */
export interface Questionable {
  query<T>(sql: string, values?: unknown[]): Promise<{ rows: T[] }>;
}

/** @param db where the world has none: the embedded one, which nobody else has open */
export async function gather(world: World, db: Questionable = asQuestionable(world)): Promise<Evidence> {
  const [accepted, receipts] = await world.books();
  const count = async (sql: string, ...values: unknown[]) =>
    (await db.query<{ count: number }>(sql, values)).rows[0]?.count ?? 0;
  const { rows: reminders } = await db.query<StoredReminder>(REMINDERS);
  const { rows: appointments } = await db.query<StoredAppointment>(
    'select reference, status, start_at from appointment',
  );
  const { rows: answers } = await db.query<{ id: string }>('select id from message where reminder_id is null');
  const metrics = await fetch(`${world.publicUrl}/metrics`)
    .then((response) => response.text())
    .catch(() => '');
  const byPhone = new Map(
    [...world.script.appointments.values()].flatMap((each) => each.phones.map((phone) => [phone, each] as const)),
  );
  return {
    script: world.script,
    byPhone,
    accepted,
    receipts,
    reminders,
    answers: new Set(answers.map(({ id }) => id)),
    appointments: new Map(appointments.map((row) => [row.reference, row])),
    wentBack: await count(WENT_BACK),
    deadlocks: await count(DEADLOCKS),
    abandoned: await count(ABANDONED, new Date(world.now() - GONE_MS)),
    output: world.workers.map((worker) => worker.output()).join('\n') + metrics,
    now: world.now(),
  };
}

function asQuestionable({ db }: World): Questionable {
  return { query: async <T>(sql: string, values?: unknown[]) => ({ rows: (await db.query(sql, values)).rows as T[] }) };
}
