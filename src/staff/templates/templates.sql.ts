import { sql } from 'kysely';
import type { Db } from '../../database/tables.ts';
import type { Language } from '../../domain/authority.ts';
import { firstId } from '../../domain/ids.ts';
import type { TemplateName } from '../../domain/reminder.ts';
import type { AppointmentRow } from '../appointments/appointments.sql.ts';

/** A saved version of a template; `text` is null when it returns to the shipped wording. */
export interface SavedVersion {
  readonly name: TemplateName;
  readonly language: Language;
  readonly version: number;
  readonly text: string | null;
  readonly savedAt: Date;
  readonly savedBy: string;
}

/** The last version of every template that the authority has changed. */
export async function readLastVersions(db: Db, authorityId: string): Promise<SavedVersion[]> {
  const { rows } = await sql<SavedVersion>`
    select distinct on (name, language) name, language, version, text, created_at as "savedAt", created_by as "savedBy"
    from template_version where authority_id = ${authorityId} order by name, language, version desc`.execute(db);
  return rows;
}

/**
 * Saves the next version, and raises the authority's version so that processes drop the texts that they cached.
 * @returns the version's number; undefined for an unknown authority
 */
export async function saveVersion(
  trx: Db,
  authorityId: string,
  saved: Pick<SavedVersion, 'name' | 'language' | 'text' | 'savedBy'>,
  now: Date,
): Promise<number | undefined> {
  // The row lock also keeps two concurrent saves from taking the same number.
  const raised = await sql`
    update authority set version = version + 1, updated_at = ${now} where id = ${authorityId} returning id`.execute(
    trx,
  );
  if (raised.rows.length === 0) return undefined;
  const { name, language, text, savedBy } = saved;
  const { rows } = await sql<{ version: number }>`
    insert into template_version (authority_id, name, language, version, text, created_at, created_by)
    select ${authorityId}, ${name}::text, ${language}::text, coalesce(max(version), 0) + 1, ${text}::text,
      ${now}::timestamptz, ${savedBy}::text
    from template_version where authority_id = ${authorityId} and name = ${name} and language = ${language}
    returning version`.execute(trx);
  return rows[0]?.version;
}

interface VersionKey {
  readonly authorityId: string;
  readonly name: TemplateName;
  readonly language: Language;
}

/** Reads a saved version. @returns undefined for an unknown one */
export async function findVersion(
  db: Db,
  { authorityId, name, language }: VersionKey,
  version: number,
): Promise<SavedVersion | undefined> {
  const { rows } = await sql<SavedVersion>`
    select name, language, version, text, created_at as "savedAt", created_by as "savedBy" from template_version
    where authority_id = ${authorityId} and name = ${name} and language = ${language} and version = ${version}`.execute(
    db,
  );
  return rows[0];
}

/** Saved versions of one template, the newest first. @param before only versions below this one; null: all */
export async function listVersions(
  db: Db,
  { authorityId, name, language }: VersionKey,
  { before, limit }: { readonly before: number | null; readonly limit: number },
): Promise<SavedVersion[]> {
  const { rows } = await sql<SavedVersion>`
    select name, language, version, text, created_at as "savedAt", created_by as "savedBy" from template_version
    where authority_id = ${authorityId} and name = ${name} and language = ${language}
      and (${before}::integer is null or version < ${before}::integer)
    order by version desc limit ${limit}`.execute(db);
  return rows;
}

interface Usage {
  readonly authorityId: string;
  readonly name: TemplateName;
  /** Days in the authority's zone, `YYYY-MM-DD`, both included. */
  readonly from: string;
  readonly to: string;
}

/** How many SMS of a template were handed over, in one language through one gateway to one country. */
interface HandedOverCount {
  readonly language: Language;
  readonly gateway: string;
  readonly country: string;
  readonly messages: number;
}

/** Counts what was handed over of a template. What is not folded into the daily counts yet is left out. */
export async function countHandedOver(db: Db, usage: Usage): Promise<HandedOverCount[]> {
  const { rows } = await sql<Omit<HandedOverCount, 'messages'> & { messages: string }>`
    select language, gateway, country, sum(reminders) as messages from statistics_day
    where authority_id = ${usage.authorityId} and day between ${usage.from}::date and ${usage.to}::date
      and template = ${usage.name} and gateway <> 'none' and segments > 0
    group by 1, 2, 3 order by 1, 2, 3`.execute(db);
  return rows.map((row) => ({ ...row, messages: Number(row.messages) }));
}

/** Answers that are looked at for a count. */
const MOST_ANSWERS = 20_000;

/** Answers that were handed over, and whether there were more than those that were looked at. */
export interface AnswersHandedOver {
  readonly counts: readonly HandedOverCount[];
  readonly isPart: boolean;
}

/**
 * Counts the answers with a template that were handed over, which no statistics count. The first 20,000 of the period
 * are looked at.
 * @param usage.first the moment from which they were made
 * @param usage.end not included
 */
export async function countAnswersHandedOver(
  db: Db,
  usage: Pick<Usage, 'authorityId' | 'name'> & { readonly first: Date; readonly end: Date },
): Promise<AnswersHandedOver> {
  const { authorityId, name, first, end } = usage;
  const { rows } = await sql<Omit<HandedOverCount, 'messages'> & { sent: boolean; messages: string }>`
    select language, gateway, coalesce(country, 'none') as country,
      status in ('accepted', 'delivered', 'undelivered', 'uncertain') as sent, count(*) as messages
    from (
      select language, gateway, country, status from message
      where reminder_id is null and authority_id = ${authorityId} and template = ${name}
        and id >= ${firstId(first)}::uuid and id < ${firstId(end)}::uuid
      order by id limit ${MOST_ANSWERS + 1}) answer
    group by 1, 2, 3, 4 order by 1, 2, 3, 4`.execute(db);
  const counts = rows.map(({ messages, ...row }) => ({ ...row, messages: Number(messages) }));
  const lookedAt = counts.reduce((sum, { messages }) => sum + messages, 0);
  return { counts: counts.filter(({ sent }) => sent), isPart: lookedAt > MOST_ANSWERS };
}

/** How many reminders of a template are planned in one language, and the first and last day they are due. */
export interface PlannedOf {
  readonly language: Language;
  readonly reminders: number;
  readonly first: string;
  readonly last: string;
}

/** Counts what is planned of a template, by the same rows as statistics. A language without any has no row. */
export async function countPlanned(db: Db, usage: Usage): Promise<PlannedOf[]> {
  const { authorityId, name, from, to } = usage;
  const { rows } = await sql<Omit<PlannedOf, 'reminders'> & { reminders: string }>`
    select language, sum(reminders) as reminders, min(day)::text as first, max(day)::text as last from (
      select language, day, sum(reminders) as reminders from (
        select language, day, reminders from statistics_day
        where authority_id = ${authorityId} and day between ${from}::date and ${to}::date
          and template = ${name} and status = 'planned'
        union all
        select language, day, reminders from statistics_delta
        where authority_id = ${authorityId} and day between ${from}::date and ${to}::date
          and template = ${name} and status = 'planned') counted
      group by 1, 2 having sum(reminders) > 0) days
    group by language order by language`.execute(db);
  return rows.map((row) => ({ ...row, reminders: Number(row.reminders) }));
}

/**
 * The first planned reminder of a template in one language within a span of time.
 * @param within.departments only appointments of these; null: all
 * @returns undefined for none
 */
export async function findNextPlanned(
  db: Db,
  key: { readonly authorityId: string; readonly name: TemplateName; readonly language: Language },
  within: { readonly from: Date; readonly to: Date; readonly departments: readonly string[] | null },
): Promise<{ readonly dueAt: Date; readonly appointment: AppointmentRow } | undefined> {
  const { from, to, departments } = within;
  const { rows } = await sql<AppointmentRow & { due_at: Date }>`
    select a.*, r.due_at from reminder r join appointment a on a.id = r.appointment_id
    where r.authority_id = ${key.authorityId} collate "C" and r.next_at is not null
      and r.next_at >= ${from} and r.next_at < ${to} and r.status = 'planned'
      and r.template = ${key.name} and r.language = ${key.language} and a.start_at is not null
      and (${departments}::text[] is null or a.department = any(${departments}::text[]))
    order by r.next_at, r.id limit 1`.execute(db);
  return rows.map(({ due_at: dueAt, ...appointment }) => ({ dueAt, appointment }))[0];
}

/**
 * The authority's appointment with this reference, the one changed last where several sources have one.
 * @param departments only an appointment of these; null: any
 */
export async function findLatestByReference(
  db: Db,
  authorityId: string,
  reference: string,
  departments: readonly string[] | null,
): Promise<AppointmentRow | undefined> {
  const { rows } = await sql<AppointmentRow>`
    select a.* from source s join appointment a on a.source_id = s.id and a.reference = ${reference}
    where s.authority_id = ${authorityId} and a.authority_id = ${authorityId} and a.start_at is not null
      and (${departments}::text[] is null or a.department = any(${departments}::text[]))
    order by a.updated_at desc limit 1`.execute(db);
  return rows[0];
}
