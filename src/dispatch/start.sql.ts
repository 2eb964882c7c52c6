import { type Kysely, sql } from 'kysely';
import type { Database } from '../database/tables.ts';
import { unnest } from '../database/unnest.ts';

/** What is to be handed over next, ready to go. */
export interface StartRow {
  readonly reminder_id: string;
  readonly revision: number;
  readonly appointment_revision: number;
  readonly authority_version: number;
  readonly source_version: number;
  /** In the group; where a number's daily limit leaves room for some only, the first ones go. */
  readonly position: number;
  /** Midnight where the authority is. */
  readonly day_start: Date;
  readonly message_id: string;
  readonly sender: string;
  readonly phone_ciphertext: Buffer;
  readonly text_ciphertext: Buffer;
  readonly encoding: 'gsm7' | 'ucs2';
  readonly segments: number;
  readonly template_version: number;
}

/** `lapsed`: the batch's lease has, and with it every claim; `lost`: the claim was taken away. */
export type Verdict =
  | 'start'
  | 'lapsed'
  | 'lost'
  | 'changed'
  | 'other_gateway'
  | 'too_late'
  | 'opted_out'
  | 'held'
  | 'receipts_wait'
  | 'too_many_today';

export interface StartResult {
  readonly reminder_id: string;
  readonly verdict: Verdict;
  /** Of a started one: the message's id, which may be that of an earlier try. */
  readonly message_id: string | null;
  /** Calls made for it, this one included. */
  readonly attempts: number | null;
}

const COLUMNS = {
  reminder_id: 'uuid',
  revision: 'int',
  appointment_revision: 'int',
  authority_version: 'int',
  source_version: 'int',
  position: 'int',
  day_start: 'timestamptz',
  message_id: 'uuid',
  sender: 'text',
  phone_ciphertext: 'bytea',
  text_ciphertext: 'bytea',
  encoding: 'text',
  segments: 'smallint',
  template_version: 'int',
} as const;

/**
 * A receipt that was acknowledged and not yet applied, since its process died or the database went away, may be of the
 * one that is to be sent again. Those of this moment, by clocks that may be so far ahead of ours, don't count: they are
 * being applied, and in a burst there are always some. Nor do those of another day: one that can never be applied must
 * not stand in the way for ever.
 */
const APPLYING_MS = 1_000;
const AHEAD_MS = 30_000;
const RECEIPTS_WAIT_MS = 24 * 3_600_000;

interface StartOptions {
  readonly batchId: string;
  readonly gateway: string;
  readonly now: Date;
  readonly leaseUntil: Date;
}

/**
 * The start: under the lock of each reminder, looks again at everything that may have changed since the claim, and
 * commits the messages of those that may go. Its commit is what "handed over" means; the caller makes the calls after
 * it, and only for verdict `start`. Cancel, move and STOP change the reminder row itself and pause the authority's or
 * the source's, so that one side always sees the other.
 */
export async function startGroup(
  db: Kysely<Database>,
  options: StartOptions,
  rows: readonly StartRow[],
): Promise<StartResult[]> {
  const { batchId, gateway, now, leaseUntil } = options;
  const { rows: results } = await sql<StartResult>`
    with lease as (
      update batch set lease_until = ${leaseUntil} where id = ${batchId} and lease_until > ${now} returning id),
    looked as (
      select x.*, r.authority_id, r.template, r.language, r.expires_at, a.phone_hash, au.max_per_number_per_day as most,
        ${verdict(options)} as first_verdict,
        (select count(*) from message m where m.authority_id = r.authority_id and m.phone_hash = a.phone_hash
          and m.handed_over_at >= x.day_start and m.reminder_id is distinct from r.id and m.status not in ('not_sent', 'rejected')) as today
      from ${unnest(rows, COLUMNS)}
      join reminder r on r.id = x.reminder_id
      join appointment a on a.id = r.appointment_id
      join authority au on au.id = r.authority_id
      join source s on s.id = r.source_id
      order by r.id
      for update of r for share of au, s),
    judged as (
      select looked.*, case when first_verdict = 'start'
          and today + row_number() over (partition by authority_id, phone_hash, first_verdict order by position) > most
        then 'too_many_today' else first_verdict end as verdict
      from looked),
    started as (
      update reminder r set started_at = ${now}, gateway = ${gateway}, encoding = j.encoding, segments = j.segments,
        template_version = j.template_version, held_reason = null, updated_at = ${now}
      from judged j where r.id = j.reminder_id and j.verdict = 'start'
      returning r.id),
    messages as (
      insert into message as m (id, authority_id, reminder_id, template, language, gateway, sender, phone_ciphertext, phone_hash, status,
        attempts, encoding, segments, valid_until, created_at, handed_over_at, updated_at)
      select j.message_id, j.authority_id, j.reminder_id, j.template, j.language, ${gateway}, j.sender, j.phone_ciphertext, j.phone_hash,
        'handing_over', 1, j.encoding, j.segments, j.expires_at, ${now}, ${now}, ${now}
      from judged j join started on started.id = j.reminder_id
      on conflict (reminder_id, gateway) do update set status = 'handing_over', attempts = m.attempts + 1, sender = excluded.sender,
        phone_ciphertext = excluded.phone_ciphertext, phone_hash = excluded.phone_hash, encoding = excluded.encoding,
        segments = excluded.segments, valid_until = excluded.valid_until, handed_over_at = ${now}, updated_at = ${now}
      returning m.id, m.reminder_id, m.attempts),
    texts as (
      insert into message_text (message_id, text_ciphertext)
      select messages.id, j.text_ciphertext from messages join judged j on j.reminder_id = messages.reminder_id
      on conflict (message_id) do update set text_ciphertext = excluded.text_ciphertext)
    select j.reminder_id, j.verdict, messages.id as message_id, messages.attempts
    from judged j left join messages on messages.reminder_id = j.reminder_id`.execute(db);
  return results;
}

/** What may have changed since the claim, of r, a, au, s and x; where several have, the first one counts. */
function verdict({ batchId, gateway, now }: StartOptions) {
  const after = (ms: number) => new Date(now.getTime() + ms);
  return sql`case
          when not exists (select from lease) then 'lapsed'
          when r.status <> 'claimed' or r.batch_id is distinct from ${batchId} or r.started_at is not null then 'lost'
          when r.revision <> x.revision or a.revision <> x.appointment_revision or a.slot <> r.slot
            or au.version <> x.authority_version or s.version <> x.source_version then 'changed'
          when r.resend and r.gateway is distinct from ${gateway} then 'other_gateway'
          when r.expires_at <= ${now} then 'too_late'
          when exists (select from opt_out o where o.phone_hash = a.phone_hash and o.lifted_at is null
            and coalesce(o.authority_id, '') in ('', r.authority_id)) then 'opted_out'
          when exists (select from inbound_authority h where h.phone_hash = a.phone_hash and h.authority_id = r.authority_id
            and h.holds and h.settled_at is null) then 'held'
          when r.resend and exists (select from callback c where c.applied_at is null and c.kind = 'receipt' and c.gateway = ${gateway}
            and c.received_at between ${after(-RECEIPTS_WAIT_MS)} and ${after(RECEIPTS_WAIT_MS)}
            and c.received_at not between ${after(-APPLYING_MS)} and ${after(AHEAD_MS)}) then 'receipts_wait'
          else 'start'
        end`;
}
