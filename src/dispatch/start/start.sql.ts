import { type RawBuilder, sql } from 'kysely';
import type { Db } from '../../database/tables.ts';
import { type ColumnTypeName, unnest } from '../../database/unnest.ts';
import { LOOK_AGAIN_MS } from '../../domain/reminder.ts';
import { checkUnderLock, type StartVerdict } from './start-check.sql.ts';
import { insertMessages } from './start-messages.sql.ts';

/** A reminder with what was decided about it: that it may start with this message, that it ends, or that it waits. */
export interface StartRow {
  readonly reminder_id: string;
  readonly action: 'start' | 'end' | 'wait';
  readonly repeat: boolean;
  readonly revision: number;
  readonly appointment_revision: number;
  /** null: the source or its authority was not found. */
  readonly authority_version: number | null;
  readonly source_version: number | null;
  /** The place in the group: where a number's daily limit leaves room for some only, the first ones go. */
  readonly position: number;
  /** Midnight where the authority is. */
  readonly day_start: Date | null;
  /** The end, with its reason; null unless the action is `end`. */
  readonly status: 'expired' | 'suppressed' | 'cancelled' | 'superseded' | null;
  readonly reason: string | null;
  /** When to look again; null unless the action is `wait`. */
  readonly next_at: Date | null;
  /** What it waits for; null where another cause than its appointment makes it wait. */
  readonly held_reason: 'status_unclear' | null;
  readonly message_id: string | null;
  readonly sender: string | null;
  readonly phone_ciphertext: Buffer | null;
  /** Country of the number, ISO 3166-1 alpha-2. */
  readonly country: string | null;
  /** The text that goes; with action `end`, the one that a source in shadow mode would have sent. */
  readonly text_ciphertext: Buffer | null;
  readonly encoding: 'gsm7' | 'ucs2' | null;
  readonly segments: number | null;
  readonly template_version: number | null;
}

/** The result of the start for one reminder: what it found, and what it wrote. */
export interface StartResult {
  readonly reminder_id: string;
  readonly verdict: StartVerdict;
  /** The message's id, which may be that of an earlier try; null unless the reminder was started. */
  readonly message_id: string | null;
  /** Calls made for it, this one included. */
  readonly attempts: number | null;
}

const COLUMNS = {
  reminder_id: 'uuid',
  action: 'text',
  repeat: 'boolean',
  revision: 'int',
  appointment_revision: 'int',
  authority_version: 'int',
  source_version: 'int',
  position: 'int',
  day_start: 'timestamptz',
  status: 'text',
  reason: 'text',
  next_at: 'timestamptz',
  held_reason: 'text',
  message_id: 'uuid',
  sender: 'text',
  phone_ciphertext: 'bytea',
  country: 'text',
  text_ciphertext: 'bytea',
  encoding: 'text',
  segments: 'smallint',
  template_version: 'int',
} as const satisfies Record<keyof StartRow, ColumnTypeName>;

/** The group, process and gateway of a start, and its moment. */
export interface StartOptions {
  /** Chosen before, so that it can be read later whether a commit happened whose response was lost. */
  readonly groupId: string;
  readonly processId: string;
  readonly gateway: string;
  /** Version of its state as it was known: where it is another one by now, nothing is started. */
  readonly gatewayVersion: number;
  readonly now: Date;
}

/** A verdict; or, without one, the message of a reminder that was started. */
type ResultRow = Omit<StartResult, 'verdict'> & { readonly verdict: StartVerdict | null };

/**
 * The start: locks each reminder, checks again everything that may have changed since the look, writes what ends or
 * waits, and inserts the messages of those that go, with their text. Its commit is what "handed over" means; the caller
 * makes the calls after it, and only for verdict `start`.
 *
 * Cancel, move and STOP change the reminder's row, a pause or a setting the version of the authority or source, and
 * what takes a gateway out of use the version of its state; these are locked too: of the two, the second always sees
 * the first.
 * @returns a result for each reminder that still exists
 */
export async function startGroup(db: Db, options: StartOptions, rows: readonly StartRow[]): Promise<StartResult[]> {
  const { rows: results } = await sql<ResultRow>`
    with alive as materialized (select id from process where id = ${options.processId} for share),
    state as materialized (select version from gateway_state where gateway = ${options.gateway} for share),
    given as materialized (select * from ${unnest(rows, COLUMNS)}),
    locked as (${lockAndCheck(options)}),
    counted as materialized (${COUNT_TODAY}),
    judged as (${JUDGE}),
    written as (${writeReminders(options)}),
    messages as (${insertMessages(options)}),
    noted as (${noteGroup(options)})
    -- The two are joined below: the planner, which expects few rows, would compare each with each.
    select reminder_id, verdict, null::uuid as message_id, null::int as attempts from judged
    union all select reminder_id, null, id, attempts from messages`.execute(db);
  return withMessages(results);
}

function withMessages(rows: readonly ResultRow[]): StartResult[] {
  const messages = new Map(rows.filter(({ verdict }) => verdict === null).map((row) => [row.reminder_id, row]));
  return rows.flatMap(({ reminder_id, verdict }): StartResult[] => {
    const { message_id = null, attempts = null } = messages.get(reminder_id) ?? {};
    return verdict === null ? [] : [{ reminder_id, verdict, message_id, attempts }];
  });
}

/** Locks the reminders in the order of their ids, each with its authority and source, and checks them. */
function lockAndCheck(options: StartOptions): RawBuilder<unknown> {
  return sql`
      select x.*, r.authority_id, r.template, r.language, r.department, r.due_day::text as due_day, r.expires_at,
        a.phone_hash, au.max_per_number_per_day as most, ${checkUnderLock(options)} as first_verdict
      from given x
      -- The planner expects few ids in an array, and looks them up: else it would read all reminders.
      join reminder r on r.id = x.reminder_id and r.id = any(array(select reminder_id from given))
      join appointment a on a.id = r.appointment_id
      join authority au on au.id = r.authority_id
      join source s on s.id = r.source_id
      -- The process's row is locked first: recovery locks it before reminders, too.
      where (select count(*) from alive) >= 0 and (select count(*) from state) >= 0
      order by r.id
      for update of r for share of au, s`;
}

/**
 * How many went today to the number of each reminder that may start. Read behind the locks of the reminders: of two
 * processes that start for one number, the second counts the first's.
 */
const COUNT_TODAY = sql`
      select c.* from (
        select array_agg(reminder_id) as reminders, array_agg(authority_id) as authorities,
          array_agg(phone_hash) as numbers, array_agg(day_start) as days
        from locked where first_verdict = 'start') g
      cross join lateral handed_over_today(g.reminders, g.authorities, g.numbers, g.days) c`;

/**
 * The verdicts, with the daily limit of each number: the first of the group go, as far as there is room, before them
 * those that are repeated, which have gone once and count in any case.
 */
const JUDGE = sql`
      select locked.*, case when first_verdict = 'start'
          and today + row_number() over (partition by authority_id, phone_hash, first_verdict
            order by repeat desc, position) > most
        then 'too_many_today' else first_verdict end as verdict
      from locked left join counted using (reminder_id)`;

/**
 * Writes the reminders that go, end or wait; one that is repeated keeps status and reason, whatever becomes of it.
 *
 *     verdict                      status                    reason      next_at              held_reason
 *     start                        handed_over               as before   null                 null
 *     end                          as prepared               prepared    null                 null
 *     too_late                     expired                   verdict     null                 null
 *     opted_out, too_many_today    suppressed                verdict     null                 null
 *     wait                         as before                 as before   as prepared          prepared, or as before
 *     changed                      as before                 as before   as before            as before
 *     held, cancel_held            as before                 as before   after LOOK_AGAIN_MS  the reply's
 *     receipts_wait                as before                 as before   after LOOK_AGAIN_MS  null
 *     lapsed, lost, gateway_changed: nothing is written
 */
function writeReminders({ now }: StartOptions): RawBuilder<unknown> {
  const lookAgain = new Date(now.getTime() + LOOK_AGAIN_MS);
  return sql`
      update reminder r set
        status = case when j.verdict = 'start' then 'handed_over' when j.repeat then r.status else case j.verdict
          when 'end' then j.status when 'too_late' then 'expired'
          when 'opted_out' then 'suppressed' when 'too_many_today' then 'suppressed' else r.status end end,
        reason = case when j.verdict = 'start' or j.repeat then r.reason else case j.verdict
          when 'end' then j.reason when 'too_late' then 'too_late'
          when 'opted_out' then 'opted_out' when 'too_many_today' then 'too_many_today' else r.reason end end,
        next_at = case j.verdict when 'wait' then j.next_at when 'changed' then r.next_at
          when 'held' then least(${lookAgain}, r.expires_at) when 'cancel_held' then least(${lookAgain}, r.expires_at)
          when 'receipts_wait' then least(${lookAgain}, r.expires_at) end,
        held_reason = case j.verdict when 'held' then 'reply_needs_a_person' when 'cancel_held' then 'reply_cancel'
          when 'wait' then coalesce(j.held_reason, r.held_reason) when 'changed' then r.held_reason end,
        tries = 0,
        phone_hash = case when j.verdict = 'end' and j.text_ciphertext is not null then j.phone_hash
          else r.phone_hash end,
        text_ciphertext = case when j.verdict = 'end' then j.text_ciphertext else r.text_ciphertext end,
        template_version = case when j.verdict = 'end' then j.template_version else r.template_version end,
        encoding = case when j.verdict = 'end' then j.encoding else r.encoding end,
        segments = case when j.verdict = 'end' then j.segments else r.segments end,
        updated_at = ${now}
      from judged j where r.id = j.reminder_id and j.verdict not in ('lapsed', 'lost', 'gateway_changed')`;
}

/** Notes what was started without an outcome: what a crash of this process leaves. */
function noteGroup({ groupId, processId, now }: StartOptions): RawBuilder<unknown> {
  return sql`
      insert into hand_over_group (id, process_id, message_ids, started_at)
      select ${groupId}, ${processId}, array_agg(id), ${now} from messages having count(*) > 0`;
}

/** Ends a due reminder as `internal_error`; one that is to be repeated stays uncertain and is not due any more. */
export async function quarantine(db: Db, id: string, now: Date): Promise<void> {
  await sql`
    update reminder set status = case when status = 'planned' then 'suppressed' else status end,
      reason = case when status = 'planned' then 'internal_error' else reason end,
      next_at = null, held_reason = null, tries = 0, updated_at = ${now}
    where id = ${id} and next_at is not null`.execute(db);
}
