import { actorNames } from '../../accounts/people/names.ts';
import { auditNumbersSeen, type Reader, showNumber, showRecipient, showText } from '../../accounts/phone-access.ts';
import { notFound } from '../../domain/errors.ts';
import { grouped } from '../../domain/grouped.ts';
import { MESSAGE_TEXT, messageRow } from '../../domain/keyring.ts';
import { ALWAYS_FOR_PERSON, type Meaning } from '../../domain/replies/read-reply.ts';
import { type SettleAction, UNDO_WITHIN_MS } from '../../domain/replies/settle.ts';
import type { DatabaseAccess, KeyringAccess } from '../../runtime/deps.ts';
import { type MayBeUnreadable, OpenedRow } from '../../runtime/opened-row.ts';
import type { AppointmentOfReply } from '../../store/replies.ts';
import {
  findLastLookedAt,
  type InboundAppointmentRow,
  type InboundFilter,
  type InboundPlace,
  type InboundRow,
  listInbound,
  listInboundAppointments,
  type Rank,
} from './replies.sql.ts';

/** A citizen's SMS, as staff of one authority read it. */
export interface InboundView extends MayBeUnreadable {
  readonly id: string;
  readonly gateway: string;
  /** E.164, masked for readers who may not see numbers. */
  readonly phone: string | null;
  /** The number or short code that was answered. */
  readonly recipient: string | null;
  readonly text: string | null;
  readonly meaning: Meaning;
  readonly receivedAt: Date;
  /** A person must still read and settle it. */
  readonly needsPerson: boolean;
  /** It holds planned reminders, of the number or of an appointment, until it is settled. */
  readonly holds: boolean;
  /** The appointments that it may be about; several: a person must find out which. */
  readonly appointments: readonly InboundAppointmentView[];
  /** The last SMS to the number from the sender that was answered. */
  readonly answered: { readonly text: string | null; readonly at: Date | null } | null;
  readonly settledAt: Date | null;
  /**
   * Who of the staff; `booking_system` where that ended or moved the appointment; `citizen` where START followed
   * on what may have been a STOP.
   */
  readonly settledBy: string | null;
  readonly action: SettleAction | null;
  /** Until when it can be taken back how it was settled; null: it can't. */
  readonly undoUntil: Date | null;
  /** The booking system has taken the event that tells of it. */
  readonly taken: boolean;
  /** Answers of staff to it, the oldest first; a text is null once it is erased. */
  readonly answers: readonly { readonly at: Date; readonly text: string | null; readonly by: string }[];
  /** Its place among those that wait: what holds reminders or cancels stands before the others. */
  readonly rank: Rank;
}

/** An appointment that a reply may be about. */
export interface InboundAppointmentView {
  readonly id: string;
  readonly source: string;
  readonly reference: string;
  readonly start: Date | null;
  readonly department: string | null;
}

export type { InboundPlace, Rank } from './replies.sql.ts';

type ReplyDeps = DatabaseAccess & KeyringAccess;

/** Which of the authority's replies to list. */
interface ReplyFilter extends Pick<InboundFilter, 'needsPerson' | 'settled' | 'meaning' | 'before'> {
  /** Replies on a page, at most. */
  readonly limit: number;
}

/** A page of replies. Few of many are asked for: it may have less than a full one, or nothing, and still go on. */
interface ReplyPage {
  readonly replies: readonly InboundView[];
  /** Where to go on; null: the list is at its end. */
  readonly next: InboundPlace | null;
  /** The reply behind the page is urgent, too. */
  readonly moreUrgent: boolean;
}

/**
 * The authority's replies, newest first; of those that a person must still read, what holds reminders and what cancels
 * comes first. Seeing numbers is audited.
 */
export async function readReplies(
  deps: ReplyDeps,
  reader: Reader,
  authorityId: string,
  filter: ReplyFilter,
  now: Date,
): Promise<ReplyPage> {
  if (!canExist(filter)) return { replies: [], next: null, moreUrgent: false };
  const last = await readLastLookedAt(deps, reader, authorityId, filter);
  const asked = { ...filter, last, limit: filter.limit + 1, departments: reader.departments };
  const found = await listInbound(deps.db, authorityId, asked);
  const rows = found.slice(0, filter.limit);
  const ids = rows.filter((row) => row.phone_ciphertext).map((row) => row.id);
  await auditNumbersSeen(deps.db, reader, { authorityId, target: 'inbound', kind: 'inbound', ids }, now);
  const replies = await viewReplies(deps, reader, authorityId, rows, now);
  const end = found.length > filter.limit ? replies.at(-1) : last && { rank: 0 as const, id: last };
  const moreUrgent = (found[filter.limit]?.rank ?? 0) > 0;
  return { replies, next: end ? { rank: end.rank, id: end.id } : null, moreUrgent };
}

/** The last reply to look at for a page, as `InboundFilter.last` has it. */
async function readLastLookedAt(
  { db }: DatabaseAccess,
  { departments }: Reader,
  authorityId: string,
  { needsPerson, settled, meaning, before }: ReplyFilter,
): Promise<string | null | undefined> {
  // Replies that wait are few, and have an index of their own.
  if (needsPerson) return undefined;
  // Where nothing is left out, the next replies are the page.
  const isNarrowed = needsPerson === false || settled !== undefined || meaning !== undefined || !!departments;
  return isNarrowed ? findLastLookedAt(db, authorityId, before) : null;
}

/** False for what is settled and waits, and for what needed nobody and is of a meaning that a person always reads. */
function canExist({ needsPerson, settled, meaning }: ReplyFilter): boolean {
  if (needsPerson && settled) return false;
  const neededNobody = needsPerson === false && settled === false;
  return !(neededNobody && meaning !== undefined && ALWAYS_FOR_PERSON.includes(meaning));
}

/** Reads a reply of the authority. @throws Problem 404 for an unknown one */
export async function readReply(...asked: Parameters<typeof findReply>): Promise<InboundView> {
  const reply = await findReply(...asked);
  if (!reply) throw notFound('inbound message');
  return reply;
}

/** Finds a reply of the authority. @returns undefined for an unknown one */
export async function findReply(
  deps: ReplyDeps,
  reader: Reader,
  authorityId: string,
  id: string,
  now: Date,
): Promise<InboundView | undefined> {
  const rows = await listInbound(deps.db, authorityId, { id, limit: 1, departments: reader.departments });
  return (await viewReplies(deps, reader, authorityId, rows, now))[0];
}

/** Turns stored replies into what staff of one authority read. */
export async function viewReplies(
  deps: ReplyDeps,
  reader: Reader,
  authorityId: string,
  rows: readonly InboundRow[],
  now: Date,
): Promise<InboundView[]> {
  const ids = rows.map(({ id }) => id);
  const appointments = await listInboundAppointments(deps.db, authorityId, ids);
  const writers = rows.flatMap(({ answers }) => (answers ?? []).map(({ by }) => by));
  const actors = [...rows.map(({ settled_by: by }) => by), ...writers];
  const nameOf = await actorNames(deps, authorityId, actors);
  const open = { ...deps, reader, authorityId, now, nameOf };
  const ofReply = grouped(appointments, (each) => each.inbound_id);
  return rows.map((row) => viewInbound(open, row, ofReply.get(row.id) ?? []));
}

function viewInbound(
  open: KeyringAccess & {
    readonly reader: Reader;
    readonly authorityId: string;
    readonly now: Date;
    readonly nameOf: (actor: string | null) => string | null;
  },
  row: InboundRow,
  appointments: readonly InboundAppointmentRow[],
): InboundView {
  const { reader, authorityId, now } = open;
  const opened = new OpenedRow(open.keyring);
  const read = (column: string, sealed: Buffer | null) => opened.open('', column, row.id, sealed);
  const waits = row.needs_person && row.settled_at === null;
  const undoUntil = row.settled_at && new Date(row.settled_at.getTime() + UNDO_WITHIN_MS);
  const undoable = undoUntil !== null && row.has_effects && row.undone_at === null && undoUntil >= now;
  const answered = opened.open(authorityId, MESSAGE_TEXT, row.answered_row ?? '', row.answered_ciphertext);
  return {
    id: row.id,
    gateway: row.gateway,
    phone: showNumber(reader, read('inbound_message.phone', row.phone_ciphertext)),
    recipient: showRecipient(reader, read('inbound_message.recipient', row.recipient_ciphertext)),
    text: showText(reader, read('inbound_message.text', row.text_ciphertext)),
    meaning: row.meaning,
    receivedAt: row.received_at,
    needsPerson: waits,
    holds: waits && row.holds,
    appointments: appointments.map(appointmentOf),
    answered: row.answered_at && { text: showText(reader, answered), at: row.answered_at },
    settledAt: row.settled_at,
    settledBy: open.nameOf(row.settled_by),
    action: row.action,
    undoUntil: undoable ? undoUntil : null,
    taken: row.taken_at !== null,
    answers: (row.answers ?? []).map(({ id, gateway, text, at, by }) => {
      const sealed = text === null ? null : Buffer.from(text, 'hex');
      const written = opened.open(authorityId, MESSAGE_TEXT, messageRow({ id, reminder_id: null, gateway }), sealed);
      return { at: new Date(at), text: showText(reader, written), by: open.nameOf(by) ?? by };
    }),
    rank: waits ? row.rank : 0,
    ...opened.mark,
  };
}

/** An appointment of a reply as staff read it. */
export function appointmentOf(row: AppointmentOfReply): InboundAppointmentView {
  const { appointment_id: id, source_id: source, reference, start_at: start, department } = row;
  return { id, source, reference, start, department };
}
