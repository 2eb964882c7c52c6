import { type RawBuilder, sql } from 'kysely';
import type { Db } from '../../database/tables.ts';
import { unnest } from '../../database/unnest.ts';
import type { AppointmentStatus, PhoneReason } from '../../domain/appointment.ts';
import type { AppointmentKind, Language } from '../../domain/authority.ts';
import { LATE_MS, MAX_TRIES, type TemplateName } from '../../domain/reminder.ts';

/** Processes that share what is due: those that were alive so recently. */
export const SHARING_MS = 12_000;

/** A reminder that is due, with everything of its appointment that a text needs, as it was when it was read. */
export interface DueReminder {
  readonly id: string;
  readonly authority_id: string;
  readonly source_id: string;
  readonly slot: number;
  readonly revision: number;
  readonly rule: string;
  readonly template: TemplateName;
  readonly language: Language;
  readonly due_at: Date;
  readonly next_at: Date;
  readonly expires_at: Date;
  /** Counted tries to prepare it that had no end. */
  readonly tries: number;
  /** It was handed over with an unknown outcome and is to be sent again. */
  readonly repeat: boolean;
  /** The gateway of the hand-over that is to be repeated; null where it isn't a repeat. */
  readonly gateway: string | null;
  /**
   * When the next reminder of the same start was or is due, unless that one never goes. Only read for a reminder that
   * is late by over `LATE_MS`; null otherwise.
   */
  readonly next_due_at: Date | null;
  readonly appointment_id: string;
  readonly appointment_slot: number;
  /** Read beside the reminder, whose own revision may be newer by a change that was committed in between. */
  readonly appointment_revision: number;
  readonly appointment_status: AppointmentStatus;
  /** It may have ended, in words that nobody knows. */
  readonly unclear: boolean;
  readonly erased: boolean;
  readonly deceased: boolean;
  readonly start_at: Date | null;
  readonly kind: AppointmentKind;
  readonly phone_ciphertext: Buffer | null;
  readonly phone_hash: Buffer | null;
  readonly phone_reason: PhoneReason | null;
  readonly location_code: string | null;
  readonly location_text: string | null;
  readonly location_printable: boolean;
  readonly department: string | null;
  readonly contact_phone: string | null;
  readonly announced_start_at: Date | null;
}

/** A place in the order of looks: by `next_at`, then by id. */
export type DuePlace = Pick<DueReminder, 'next_at' | 'id'>;

/** The place where a round robin goes on with an authority: behind a reminder; null: with its first. */
export interface AuthorityPlace {
  readonly authority: string;
  readonly behind: DuePlace | null;
}

/** The part of the ids that this process looks at: those whose last byte modulo `of` is `nth`. */
export interface Share {
  readonly nth: number;
  readonly of: number;
}

/** Conditions of a look: what is due by `now`, and which of it, at most `limit`. */
export interface LookOptions {
  readonly now: Date;
  readonly limit: number;
  /**
   * The gateways that something can go through. What is planned of authorities that use none of them is not read: it
   * would only wait, for hours and each second anew. null or absent: all can.
   */
  readonly open?: readonly string[] | null;
  /** null: all that is due. */
  readonly share: Share | null;
  /** The oldest first, behind a place; or at most `each` of each authority, one authority after another. */
  readonly which:
    | { readonly behind: DuePlace | null }
    | { readonly authorities: readonly AuthorityPlace[]; readonly each: number };
}

/** The id before every id. */
const NO_ID = '00000000-0000-0000-0000-000000000000';
/** Reminders that a process died over while their tries were counted are looked at one by one, with `lookTried`. */
const UNTRIED = sql`tries = 0`;

/**
 * Reads what is due, without a lock and without a write: what is decided about it is checked again by the start.
 * @returns the oldest first; [] when nothing is due
 */
export async function lookDue(db: Db, options: LookOptions): Promise<DueReminder[]> {
  const { now, which, limit } = options;
  if ('authorities' in which) return read(db, ofEachAuthority(which, options), now);
  const { behind } = which;
  const further = behind ? sql`and (next_at, id) > (${behind.next_at}::timestamptz, ${behind.id}::uuid)` : sql``;
  const due = sql`next_at <= ${now} ${further} and ${UNTRIED} ${among(options)}`;
  return read(db, sql`select * from reminder where ${due} order by next_at, id limit ${limit}`, now);
}

/** Reads what is due and was tried before, the least tried first. @returns at most `limit` */
export async function lookTried(
  db: Db,
  now: Date,
  limit: number,
  open: LookOptions['open'] = null,
): Promise<DueReminder[]> {
  const tried = sql`next_at <= ${now} and tries > 0 ${among({ share: null, open })}`;
  return read(db, sql`select * from reminder where ${tried} order by tries, next_at, id limit ${limit}`, now);
}

/** The reminders whose tries were counted, and those that are quarantined since they had been tried too often. */
export interface CountedTries {
  readonly counted: readonly string[];
  readonly quarantined: readonly string[];
}

/**
 * Commits that reminders are about to be prepared. Three such tries without an end quarantine one; one that is to be
 * sent again stays uncertain. A try counts only where none was counted since the look: processes that look at the same
 * reminder at once would otherwise quarantine what none of them has died over. While more processes stand still than
 * three tries explain, something else ends them, and twice as many tries are allowed.
 * @returns none of those that are no longer due, or that another process tries: that process or a change came first
 */
export async function countTries(
  db: Db,
  due: readonly Pick<DueReminder, 'id' | 'tries'>[],
  now: Date,
): Promise<CountedTries> {
  const still = new Date(now.getTime() - SHARING_MS);
  const over = sql`r.tries >= case when p.still > ${MAX_TRIES + 1} then ${2 * MAX_TRIES} else ${MAX_TRIES}::int end`;
  const given = unnest(
    due.map(({ id, tries }) => ({ id, tries })),
    { id: 'uuid', tries: 'int' },
  );
  const { rows } = await sql<{ id: string; due: boolean }>`
    with locked as materialized (
      select r.id from ${given} join reminder r on r.id = x.id and r.tries = x.tries and r.next_at <= ${now}
      order by r.id for update of r)
    update reminder r set
      status = case when ${over} and r.status = 'planned' then 'suppressed' else r.status end,
      reason = case when ${over} and r.status = 'planned' then 'internal_error' else r.reason end,
      next_at = case when ${over} then null else r.next_at end,
      tries = case when ${over} then r.tries else r.tries + 1 end, updated_at = ${now}
    from locked l, (select count(*) as still from process where heartbeat_at < ${still}) p
    where r.id = l.id
    returning r.id, r.next_at is not null as due`.execute(db);
  const idsOf = (counted: boolean) => rows.filter((row) => row.due === counted).map((row) => row.id);
  return { counted: idsOf(true), quarantined: idsOf(false) };
}

/** Takes one counted try of each back: it failed, and its process lived on. */
export async function takeBackTries(db: Db, ids: readonly string[], now: Date): Promise<void> {
  await sql`
    update reminder set tries = tries - 1, updated_at = ${now}
    where id = any(array(select id from reminder
      where id = any(${ids}::uuid[]) and tries > 0 order by id for update))`.execute(db);
}

/** The next of each authority's due reminders, authority after authority. */
function ofEachAuthority(
  { authorities, each }: { readonly authorities: readonly AuthorityPlace[]; readonly each: number },
  { now, limit, share, open = null }: LookOptions,
): RawBuilder<unknown> {
  const rows = authorities.map(({ authority, behind }) => ({
    authority,
    next_at: behind?.next_at ?? new Date(0),
    id: behind?.id ?? NO_ID,
  }));
  // The collation makes this one range of one index. With authority_id = x.authority, or next_at <= now, the planner
  // may take the index of the moments instead, and read all that is due for each authority that has little of it.
  const of = sql`authority_id collate "C"`;
  const ofOne = sql`next_at is not null and ${UNTRIED} ${among({ share, open })}
    and (${of}, next_at, id) > (x.authority, x.next_at, x.id)
    and (${of}, next_at) <= (x.authority, ${now}::timestamptz)`;
  return sql`select o.* from ${unnest(rows, { authority: 'text', next_at: 'timestamptz', id: 'uuid' })}
    cross join lateral (select * from reminder where ${ofOne} order by ${of}, next_at, id limit ${each}) o
    limit ${limit}`;
}

function among({ share, open = null }: Pick<LookOptions, 'share' | 'open'>): RawBuilder<unknown> {
  const own = share ? sql`and get_byte(uuid_send(id), 15) % ${share.of}::int = ${share.nth}::int` : sql``;
  return open ? sql`${own} and ${mayGo(open)}` : own;
}

/** Reminders of a source in shadow mode only end. A repetition goes through its own gateway, or ends. */
function mayGo(open: readonly string[]): RawBuilder<unknown> {
  const gateways = sql`a.settings -> 'gateways'`;
  return sql`not (status = 'planned' and source_id in (
    select s.id from source s join authority a on a.id = s.authority_id
    where s.mode <> 'shadow' and ${gateways} <> '[]' and not ${gateways} ?| ${open}::text[]))`;
}

async function read(db: Db, chosen: RawBuilder<unknown>, now: Date): Promise<DueReminder[]> {
  const late = new Date(now.getTime() - LATE_MS);
  const { rows } = await sql<DueReminder>`
    select r.id, r.authority_id, r.source_id, r.slot, r.revision, r.rule, r.template, r.language, r.due_at, r.next_at,
      r.expires_at, r.tries, r.status = 'handed_over' as repeat, m.gateway,
      case when r.due_at < ${late} and r.template = 'reminder' then (
        select min(n.due_at) from reminder n
        where n.appointment_id = r.appointment_id and n.slot = r.slot and n.template = 'reminder'
          and n.due_at > r.due_at
          and n.status in ('planned', 'handed_over', 'uncertain')
          and not exists (select from message x
            where x.reminder_id = n.id and x.status = 'rejected')) end as next_due_at,
      r.appointment_id, a.slot as appointment_slot, a.revision as appointment_revision, a.status as appointment_status,
      a.unclear_status is not null as unclear,
      a.erased_at is not null as erased, a.deceased, a.start_at, a.kind, a.phone_ciphertext, a.phone_hash,
      a.phone_reason, a.location_code, a.location_text, a.location_printable, a.department, a.contact_phone,
      a.announced_start_at
    from (${chosen}) r
    join appointment a on a.id = r.appointment_id
    -- The condition on the reminder is inside, so that no message is looked up for reminders that are not repeated.
    left join lateral (
      select x.gateway from message x
      where r.status = 'handed_over' and x.reminder_id = r.id and x.status = 'uncertain' limit 1) m on true
    order by r.next_at, r.id`.execute(db);
  return rows;
}
