import { actorNames } from '../../accounts/people/names.ts';
import { type Reader, showText } from '../../accounts/phone-access.ts';
import { MESSAGE_TEXT, messageRow } from '../../domain/keyring.ts';
import { OpenedRow } from '../../runtime/opened-row.ts';
import type { AppointmentRecord, AppointmentRow } from '../appointments/appointments.sql.ts';
import { listInbound } from '../replies/replies.sql.ts';
import { type InboundView, viewReplies } from '../replies/replies.ts';
import type { FindDeps } from './find.ts';
import {
  listAnswers,
  listHoldingReplies,
  listOptOutsOfNumber,
  type StoryOptOutRow,
  type StoryReply,
} from './story.sql.ts';
import type { StoryEntry } from './story-entry.ts';

interface CitizensPart {
  readonly entries: readonly StoryEntry[];
  /** Replies that the reader may open. */
  readonly replies: readonly InboundView[];
  /** The number has an opt-out in force. */
  readonly optedOut: boolean;
}

const MOST_OPT_OUTS = 50;
const MOST_HOLDS = 50;

/**
 * Reads what the citizen wrote and what followed: replies that may be about the appointment, those that hold back all
 * that is planned for its number, how they were settled and answered, and the opt-outs of its number.
 */
export async function readCitizensPart(
  deps: FindDeps,
  reader: Reader,
  record: AppointmentRecord,
  now: Date,
): Promise<CitizensPart> {
  const { appointment, replies: about } = record;
  const { authority_id: authorityId, phone_hash: phoneHash, wrong_phone_hash: wrong, received_at: since } = appointment;
  // A reply that took the number off the appointment is found by the number that it had.
  const number = phoneHash ?? wrong;
  const holding = number
    ? await listHoldingReplies(deps.db, { authorityId, phoneHash: number, since, limit: MOST_HOLDS })
    : [];
  const optOuts = phoneHash ? await listOptOutsOfNumber(deps.db, authorityId, phoneHash, MOST_OPT_OUTS) : [];
  const rows = [...holding, ...about.filter(({ inbound }) => !holding.some((each) => each.inbound === inbound))];
  const ids = [
    ...new Set([...rows.map(({ inbound }) => inbound), ...optOuts.flatMap(({ inbound_id: id }) => id ?? [])]),
  ];
  const replies = await open(deps, reader, authorityId, ids, now);
  const shown = replies.filter(({ id }) => rows.some(({ inbound }) => inbound === id));
  const entries = [
    ...(await ofReplies(deps, authorityId, rows, replies)),
    ...(await ofAnswers(deps, reader, appointment, ids, replies)),
    ...(await ofOptOuts(deps, authorityId, optOuts)),
  ];
  return { entries, replies: shown, optedOut: optOuts.some((row) => row.lifted_at === null) };
}

async function open(deps: FindDeps, reader: Reader, authorityId: string, ids: readonly string[], now: Date) {
  if (ids.length === 0) return [];
  const unowned = reader.installation === true;
  const filter = { ids, departments: reader.departments, unowned, limit: ids.length };
  return viewReplies(deps, reader, authorityId, await listInbound(deps.db, authorityId, filter), now);
}

async function ofReplies(
  deps: FindDeps,
  authorityId: string,
  rows: readonly StoryReply[],
  opened: readonly InboundView[],
): Promise<StoryEntry[]> {
  const actors = rows.map(({ settledBy }) => settledBy);
  const nameOf = await actorNames(deps, authorityId, actors);
  return rows.flatMap(({ inbound: id, meaning, holds, receivedAt: at, settledAt, settledBy, action }): StoryEntry[] => {
    const { text = null, unreadable } = opened.find((each) => each.id === id) ?? {};
    const hold = !holds ? null : settledAt ? 'released' : 'held';
    const reply = { kind: 'reply', at, id, meaning, text, hold, ...(unreadable && { unreadable }) } as const;
    return settledAt ? [reply, { kind: 'settled', at: settledAt, by: nameOf(settledBy) ?? '', action }] : [reply];
  });
}

/** @param ids of the replies that were answered */
async function ofAnswers(
  deps: FindDeps,
  reader: Reader,
  { id, authority_id: authorityId }: AppointmentRow,
  ids: readonly string[],
  opened: readonly InboundView[],
): Promise<StoryEntry[]> {
  const answers = await listAnswers(deps.db, authorityId, id, ids, reader.installation === true);
  const actors = answers.map(({ written_by: by }) => by);
  const nameOf = await actorNames(deps, authorityId, actors);
  return answers.map((row): StoryEntry => {
    const { authority_id: owner, inbound_id: inbound, text_ciphertext: sealed, template, status, reason, at } = row;
    const mayRead = inbound === null || opened.some(({ id }) => id === inbound);
    const read = new OpenedRow(deps.keyring);
    const text = mayRead ? read.open(owner ?? '', MESSAGE_TEXT, messageRow(row), sealed) : null;
    const by = nameOf(row.written_by);
    return { kind: 'answer', at, template, by, status, reason, text: showText(reader, text), ...read.mark };
  });
}

async function ofOptOuts(
  deps: FindDeps,
  authorityId: string,
  optOuts: readonly StoryOptOutRow[],
): Promise<StoryEntry[]> {
  const actors = optOuts.flatMap((row) => [row.recorded_by, row.lifted_by]);
  const nameOf = await actorNames(deps, authorityId, actors);
  return optOuts.flatMap((row): StoryEntry[] => [
    { kind: 'opted_out', at: row.recorded_at, by: nameOf(row.recorded_by) },
    ...(row.lifted_at ? [{ kind: 'opted_in', at: row.lifted_at, by: nameOf(row.lifted_by) ?? '' } as const] : []),
  ]);
}
