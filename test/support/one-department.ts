import type { TestApp } from './app.ts';
import { insert, type StoredRows } from './stored-rows.ts';

const HOUR_MS = 3_600_000;

/** A department with a word and digits that belong to it alone. */
export interface Department {
  readonly authority: string;
  /** Its name, and a part of its references and texts. */
  readonly mark: string;
  /** The first six digits of its citizens' numbers. */
  readonly digits: string;
}

/** Ids of something of each kind: `appointment`, `reply`, `source`, … */
export type Ids = Readonly<Record<string, string>>;

/** The id of an authority's booking system. */
export const sourceOf = (authority: string): string => `${authority}-epj`;

/** Fates of the SMS that has left about an appointment. */
const FATES = {
  failed: { status: 'undelivered', reason: 'unknown_subscriber' },
  handled: { status: 'undelivered', reason: 'unknown_subscriber' },
  uncertain: { status: 'uncertain', reason: 'timeout' },
  delivered: { status: 'delivered', reason: null },
} as const;

/** Makes an appointment of a department in every state that a page makes something of. @returns ids of some of it */
export async function makeDepartment(
  test: TestApp,
  rows: StoredRows,
  { authority, mark, digits }: Department,
): Promise<Ids> {
  const soon = new Date(rows.now.getTime() + 22 * HOUR_MS);
  const of = { source_id: sourceOf(authority), department: mark };
  let made = 0;
  const phone = () => `+45${digits}${10 + made}`;
  const appointment = (number: string | null, start_at = soon) =>
    rows.appointment(authority, number, { ...of, start_at, reference: `${mark}-${++made}`, location_text: mark });
  const past = { ...of, due_day: '2026-11-24', due_at: new Date(rows.now.getTime() - HOUR_MS), next_at: null };
  const ids: Record<string, string> = {};
  for (const [name, { status, reason }] of Object.entries(FATES)) {
    const number = phone();
    const id = await appointment(number, name === 'uncertain' ? new Date('2026-12-03T09:00:00Z') : soon);
    const reminder = await rows.reminder(authority, id, { ...past, status: 'handed_over' });
    const row = { status, reason, text: `${mark}: husk din tid`, department: mark, due_day: past.due_day };
    await rows.message(authority, reminder, number, { ...row, country: 'DK' });
    ids[name] = id;
  }
  const later = await appointment(phone(), new Date('2026-12-08T09:00:00Z'));
  await rows.reminder(authority, later, of);
  const numberless = await appointment(null);
  await rows.reminder(authority, numberless, { ...past, status: 'suppressed', reason: 'no_phone' });
  const { failed = '', handled = '', uncertain = '' } = ids;
  const replies: string[] = [];
  for (const word of ['åben', 'lukket']) {
    const text = `${mark} kan ikke komme, ${word}`;
    replies.push(await rows.cancellation(authority, `+45${digits}10`, failed, { text }));
  }
  const [reply = '', settled = ''] = replies;
  const settle = { body: { action: 'cancel_passed_on' } };
  await test.json(200, `/v1/authorities/${authority}/inbound/${settled}/settle`, settle);
  const handledBy = { slot: 0, authority_id: authority, handled_by: 'administrator', handled_at: rows.now };
  await insert(test.db, 'handled_appointment', { appointment_id: handled, ...handledBy });
  return { appointment: failed, uncertain, handled, reply, settled };
}
