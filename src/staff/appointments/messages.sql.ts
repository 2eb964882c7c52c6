import { type Selectable, sql } from 'kysely';
import type { Database, Db } from '../../database/tables.ts';
import type { MessageStatus } from '../../domain/reminder.ts';

/** A message, with the appointment that it is about unless it is an answer to a citizen. */
export type MessageRow = Selectable<Database['message']> & {
  readonly source_id: string | null;
  readonly reference: string | null;
};

/** Selection of messages; filters are combined. */
interface MessageFilter {
  readonly status?: MessageStatus | undefined;
  readonly phoneHash?: Buffer | undefined;
  /** For the installation's administrator only. */
  readonly unowned?: boolean | undefined;
  /** Only those made before the one with this id. */
  readonly before?: string | null | undefined;
  /** null: all. */
  readonly limit: number | null;
}

/** The authority's messages, newest first; with `unowned` also answers on behalf of the whole installation. */
export async function listMessages(db: Db, authorityId: string, filter: MessageFilter): Promise<MessageRow[]> {
  const { status, phoneHash, unowned, before, limit } = filter;
  const { rows } = await sql<MessageRow>`
    select m.*, a.source_id, a.reference
    from (
      select * from message
      where (authority_id = ${authorityId} ${unowned ? sql`or authority_id is null` : sql``})
        ${phoneHash === undefined ? sql`` : sql`and phone_hash = ${phoneHash}`}
        ${status === undefined ? sql`` : sql`and status = ${status}`}
        ${before ? sql`and id < ${before}` : sql``}
      order by id desc limit ${limit}) m
    left join reminder r on r.id = m.reminder_id
    left join appointment a on a.id = r.appointment_id
    order by m.id desc`.execute(db);
  return rows;
}
