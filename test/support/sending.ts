import { type Kysely, sql } from 'kysely';
import pino from 'pino';
import { systemTimers } from '../../src/clock.ts';
import type { Database } from '../../src/database/tables.ts';
import { unnest } from '../../src/database/unnest.ts';
import { Dispatcher } from '../../src/dispatch/dispatcher.ts';
import { GatewayCaller } from '../../src/dispatch/gateways/gateway-caller.ts';
import { type AppointmentEvent, EMPTY_EVENT } from '../../src/domain/appointment.ts';
import type { AuthoritySettings } from '../../src/domain/authority.ts';
import type { Keyring } from '../../src/domain/keyring.ts';
import { shownStatus } from '../../src/domain/reminder.ts';
import { createAcceptor } from '../../src/intake/accept.ts';
import { CountedDepartments } from '../../src/intake/departments.ts';
import type { EventResult } from '../../src/intake/envelope.ts';
import type { Deps } from '../../src/runtime/deps.ts';
import { createMetrics } from '../../src/runtime/metrics.ts';
import { findSourcesWithAuthority } from '../../src/store/sources.ts';
import { loadShippedTemplates } from '../../src/templates/index.ts';
import type { TestDatabase } from './database.ts';
import { ScriptedGateway } from './gateway.ts';
import { StoredRows } from './stored-rows.ts';

/**
 * A Monday at ten in Copenhagen: the appointments of StoredRows are on the next day at nine, and their reminders due
 * now.
 */
export const MONDAY = new Date('2026-11-30T09:00:00Z');
export const PHONE = '+4520123456';

export const later = (ms: number, from = MONDAY): Date => new Date(from.getTime() + ms);
export const SECOND = 1_000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;

/**
 * A clock that runs, from the moment on at which clocks of tests stand still. Turns of a gateway with a rate are given by
 * it: one that stands still gives none past its horizon.
 */
export const runningClock = (): { now: Date } => {
  const began = performance.now();
  return {
    get now() {
      return later(performance.now() - began);
    },
  };
};

/** Everything that hands over, above a database and a scripted gateway, with a clock that stands still. */
export interface Sending {
  readonly db: Kysely<Database>;
  readonly rows: StoredRows;
  readonly gateway: ScriptedGateway;
  readonly clock: { now: Date };
  readonly deps: Deps;
  readonly caller: GatewayCaller;
  /** Callers of the gateways behind the first. */
  readonly otherCallers: readonly GatewayCaller[];
  readonly dispatcher: Dispatcher;
  readonly logged: string[];
  /** What holds sending as a whole, if anything. */
  held: 'sending_off' | null;
  clocksApart: boolean;
  /** Milliseconds that the process's clock is ahead of the database's. */
  aheadMs: number;
  /** An appointment with one reminder that is due now. */
  due(...of: Rest<typeof due>): ReturnType<typeof due>;
  /** So many more like this one, each with an appointment of its own. Their authority must allow as many a day. */
  multiply(...of: Rest<typeof multiply>): ReturnType<typeof multiply>;
  /** Drains, and waits until every outcome is recorded. */
  drain(): ReturnType<typeof drainAndSettle>;
  /** Waits until nothing is handed over without a recorded outcome. */
  settled(): Promise<void>;
  /** The reminder's row, with status and reason as callers see them. */
  reminder(id: string): ReturnType<typeof reminderNow>;
  messagesOf(reminder: string): ReturnType<typeof messagesOf>;
  /** How many reminders stand in each status, as callers see it. */
  countByStatus(): ReturnType<typeof countByStatus>;
  /** Changes settings as the administration does: the version rises. */
  changeSettings(...of: Rest<typeof changeSettings>): ReturnType<typeof changeSettings>;
  /** What a booking system posts about one appointment, taken in through the real intake. */
  post(...of: Rest<typeof postEvent>): ReturnType<typeof postEvent>;
}

/** What a function takes behind the first. */
type Rest<F> = F extends (first: never, ...rest: infer R) => unknown ? R : never;

export interface SendingOptions {
  readonly gateway?: ScriptedGateway;
  /** Gateways that stand behind the first. */
  readonly others?: readonly ScriptedGateway[];
  readonly concurrency?: number;
  readonly maxPerCall?: number;
  readonly clock?: { now: Date };
  readonly keyring?: Keyring;
  readonly timers?: Deps['timers'];
}

const templates = loadShippedTemplates();

export function startSending({ db }: Pick<TestDatabase, 'db'>, options: SendingOptions = {}): Sending {
  const { others = [] } = options;
  const { gateway = new ScriptedGateway(), concurrency = 50, maxPerCall = 20 } = options;
  const { clock = { now: MONDAY }, timers = systemTimers } = options;
  const rows = new StoredRows(db, later(-HOUR), options.keyring);
  const logged: string[] = [];
  const deps: Deps = {
    db,
    keyring: rows.keyring,
    templates,
    gateways: [gateway, ...others],
    log: pino({ level: 'debug' }, { write: (line: string) => void logged.push(line) }),
    metrics: createMetrics(),
    now: () => clock.now,
    timers,
    random: () => 0,
    worker: 'test',
    version: '1.2.3',
    concurrency,
    maxPerCall,
    gatewayProbeMs: 30_000,
    sending: {
      heldReason: () => sending.held,
      get clocksApart() {
        return sending.clocksApart;
      },
      get aheadMs() {
        return sending.aheadMs;
      },
    },
  };
  const caller = new GatewayCaller(gateway, deps);
  const otherCallers = others.map((other) => new GatewayCaller(other, deps));
  const dispatcher = new Dispatcher(deps, caller, ...otherCallers);
  const sending: Sending = {
    db,
    rows,
    gateway,
    clock,
    deps,
    caller,
    otherCallers,
    dispatcher,
    logged,
    held: null,
    clocksApart: false,
    aheadMs: 0,
    due: (...of) => due({ rows }, ...of),
    multiply: (...of) => multiply({ db, rows }, ...of),
    drain: () => drainAndSettle(sending),
    settled: () => settled(sending),
    reminder: (id) => reminderNow({ db }, id),
    messagesOf: (reminder) => messagesOf({ db }, reminder),
    countByStatus: () => countByStatus({ db }),
    changeSettings: (...of) => changeSettings(db, ...of),
    post: (...of) => postEvent(deps, ...of),
  };
  return sending;
}

/** Drains, and waits until every outcome is recorded. */
export async function drainAndSettle({ dispatcher, deps, caller }: Pick<Sending, 'dispatcher' | 'deps' | 'caller'>) {
  const drained = await dispatcher.drain();
  await settled({ dispatcher, deps, caller });
  return drained;
}

/** Waits until nothing is handed over without a recorded outcome. */
export async function settled({ deps }: Pick<Sending, 'dispatcher' | 'deps' | 'caller'>): Promise<void> {
  for (;;) {
    const { rows } = await sql`select 1 from message where status = 'handing_over' limit 1`.execute(deps.db);
    if (rows.length === 0) return;
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

/** An appointment with one reminder that is due now. */
export async function due(
  { rows }: Pick<Sending, 'rows'>,
  authority: string,
  phone = PHONE,
  row: {
    at?: Date;
    appointment?: Parameters<StoredRows['appointment']>[2];
    reminder?: Parameters<StoredRows['reminder']>[2];
  } = {},
): Promise<{ appointment: string; reminder: string; reference: string }> {
  const at = row.at ?? MONDAY;
  const appointment = await rows.appointment(authority, phone, row.appointment);
  const times = { due_at: at, next_at: at };
  const reminder = await rows.reminder(authority, appointment, { ...times, ...row.reminder });
  return { appointment, reminder, reference: row.appointment?.reference ?? `ref-${appointment}` };
}

/** So many more like this one, each with an appointment of its own. Their authority must allow as many a day. */
export async function multiply(
  { db, rows }: Pick<Sending, 'db' | 'rows'>,
  one: { appointment: string; reminder: string },
  count: number,
): Promise<void> {
  await sql`
    insert into appointment select (jsonb_populate_record(a, jsonb_build_object('id', gen_random_uuid(), 'reference', 'many-' || n))).*
    from appointment a, generate_series(1, ${count}::int) n where a.id = ${one.appointment}`.execute(db);
  await sql`
    insert into reminder select (jsonb_populate_record(r, jsonb_build_object('id', gen_random_uuid(), 'appointment_id', a.id))).*
    from reminder r, appointment a where r.id = ${one.reminder} and a.reference like 'many-%'`.execute(db);
  // A ciphertext belongs to its row.
  const { cipher } = rows.keyring;
  const all = await db.selectFrom('appointment').selectAll().where('reference', 'like', 'many-%').execute();
  const { phone_ciphertext: sealed } = await db
    .selectFrom('appointment')
    .selectAll()
    .where('id', '=', one.appointment)
    .executeTakeFirstOrThrow();
  if (!sealed) return;
  const owner = all[0]?.authority_id ?? '';
  const phone = cipher.decrypt(owner, 'appointment.phone', one.appointment, sealed);
  const own = all.map(({ id }) => ({ id, sealed: cipher.encrypt(owner, 'appointment.phone', id, phone) }));
  await sql`update appointment a set phone_ciphertext = x.sealed
    from ${unnest(own, { id: 'uuid', sealed: 'bytea' })} where a.id = x.id`.execute(db);
}

/** The reminder's row, with status and reason as callers see them. */
export async function reminderNow({ db }: Pick<Sending, 'db'>, id: string) {
  const row = await db.selectFrom('reminder').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
  const messages = await messagesOf({ db }, id);
  const message = messages.findLast(({ status }) => status !== 'not_sent') ?? messages.at(-1);
  return { ...row, ...shownStatus(row, message) };
}

export async function messagesOf({ db }: Pick<Sending, 'db'>, reminder: string) {
  return db.selectFrom('message').selectAll().where('reminder_id', '=', reminder).orderBy('id').execute();
}

/** How many reminders stand in each status, as callers see it. */
export async function countByStatus({ db }: Pick<Sending, 'db'>): Promise<Record<string, number>> {
  const reminders = await db.selectFrom('reminder').select(['id', 'status', 'reason']).execute();
  const messages = await db
    .selectFrom('message')
    .select(['reminder_id', 'status', 'reason'])
    .where('reminder_id', 'is not', null)
    .execute();
  // A message that a gateway did not take tells nothing beside another gateway's.
  const telling = messages.sort((a, b) => Number(b.status === 'not_sent') - Number(a.status === 'not_sent'));
  const messageOf = new Map(telling.map((message) => [message.reminder_id, message]));
  const counts: Record<string, number> = {};
  for (const reminder of reminders) {
    const { status } = shownStatus(reminder, messageOf.get(reminder.id));
    counts[status] = (counts[status] ?? 0) + 1;
  }
  return counts;
}

/** Changes settings as the administration does: the version rises. */
export async function changeSettings(
  db: Kysely<Database>,
  authority: string,
  settings: Partial<AuthoritySettings>,
): Promise<void> {
  await sql`update authority set settings = settings || ${JSON.stringify(settings)}::jsonb, version = version + 1 where id = ${authority}`.execute(
    db,
  );
}

/**
 * What a booking system posts about one appointment, taken in through the real intake. `db`: a transaction, or another
 * connection.
 */
export async function postEvent(
  deps: Deps,
  source: string,
  event: Pick<AppointmentEvent, 'reference'> & Partial<AppointmentEvent>,
  db = deps.db,
): Promise<Exclude<EventResult, { result: 'refused' }>> {
  const owner = (await findSourcesWithAuthority(db, [source])).get(source);
  if (!owner) throw new Error(`no source ${source}`);
  const accept = createAcceptor({ ...deps, db, departments: new CountedDepartments({ ...deps, db }) });
  const [answer] = await accept({
    source: owner.source,
    elements: [{ kind: 'appointment', event: { ...EMPTY_EVENT, status: 'booked', test: false, ...event } }],
    array: false,
    keys: [],
  });
  if (!answer || answer.result === 'refused') throw new Error(`the event was refused: ${answer?.problem.message}`);
  return answer;
}
