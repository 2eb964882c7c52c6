import { sql } from 'kysely';
import { beforeAll, expect, it } from 'vitest';
import { readStory, type StoryEntry } from '../../../src/staff/find/story.ts';
import { openTestDatabase } from '../../support/database.ts';
import { useOpened } from '../../support/scenario.ts';
import { HOUR, later, MINUTE, MONDAY, type Sending, startSending } from '../../support/sending.ts';

const LIMITED = { name: 'key:esk_2 Ears', seesNumbers: false, departments: ['Øre'] };
const STAFF = { name: 'key:esk_1 Front desk', seesNumbers: false };
const RECEIVED = later(-HOUR);

let sending: Sending;
const database = useOpened(openTestDatabase);
beforeAll(async () => {
  sending = startSending(database);
  await sending.rows.authority('rh');
});

const appointment = (row: Parameters<Sending['rows']['appointment']>[2] = {}) =>
  sending.rows.appointment('rh', null, row);
type Change = Partial<Record<'status' | 'replaced_by', string | null> & { start_at: Date | null; slot: number }>;
const change = (id: string, set: Change, at: Date) =>
  sending.db
    .updateTable('appointment')
    .set({ ...set, updated_at: at } as never)
    .where('id', '=', id)
    .execute();

const KINDS: readonly StoryEntry['kind'][] = ['received', 'moved', 'changed', 'replaced'];
/** Changes by the booking system, in the order of the story. */
const toldOf = async (id: string, reader: Parameters<typeof readStory>[1] = STAFF) =>
  (await readStory(sending.deps, reader, { authorityId: 'rh', id }, MONDAY))?.entries.filter(({ kind }) =>
    KINDS.includes(kind),
  ) ?? [];
const wordsOf = (entries: readonly StoryEntry[]) =>
  entries.map((entry) => (entry.kind === 'changed' ? entry.change : entry.kind));

it('a new reference is an entry of its own, which leads to what goes on where the reader may see it', async () => {
  const next = await appointment({ reference: 'B', department: 'Hjerte' });
  const old = await appointment({ reference: 'A', department: 'Øre' });
  await change(old, { status: 'entered-in-error', replaced_by: 'B' }, MONDAY);
  const replaced = { kind: 'replaced', at: MONDAY, reference: 'B', id: next };
  expect((await toldOf(old)).slice(1)).toEqual([replaced]);
  expect((await toldOf(old, LIMITED)).slice(1)).toEqual([{ ...replaced, id: null }]);
  // The appointment goes on under its old reference, and later under another one, of which nothing is known.
  await change(old, { status: 'booked', replaced_by: null }, later(MINUTE));
  await change(old, { status: 'entered-in-error', replaced_by: 'C' }, later(2 * MINUTE));
  expect((await toldOf(old)).slice(1)).toMatchObject([
    { kind: 'replaced', reference: null, id: null },
    { kind: 'changed', change: 'booked' },
    { kind: 'replaced', reference: 'C', id: null },
  ]);
});

it('an appointment that had been replaced before it was heard of was not entered in error', async () => {
  const next = await appointment({ reference: 'B-1' });
  const old = await appointment({ reference: 'A-1', status: 'entered-in-error', replaced_by: 'B-1' });
  expect((await toldOf(old)).slice(1)).toEqual([{ kind: 'replaced', at: RECEIVED, reference: 'B-1', id: next }]);
});

it('a deletion that turns out to be a new reference is told as both', async () => {
  const id = await appointment();
  await change(id, { status: 'entered-in-error' }, later(-MINUTE));
  await change(id, { replaced_by: 'B-2' }, MONDAY);
  expect(wordsOf(await toldOf(id))).toEqual(['received', 'deleted', 'replaced']);
});

it('a move is told once, after the receipt, where the clock of the process that planned anew was behind', async () => {
  const id = await appointment();
  const reminded = (slot: number, created_at: Date) => sending.rows.reminder('rh', id, { slot, created_at });
  await reminded(0, RECEIVED);
  const start = new Date('2026-12-05T08:00:00Z');
  await change(id, { start_at: start, slot: 1 }, RECEIVED);
  await reminded(1, later(-2 * HOUR));
  await reminded(1, later(-2 * HOUR));
  expect(await toldOf(id)).toMatchObject([{ kind: 'received' }, { kind: 'moved', at: RECEIVED, to: start }]);
});

it('a move before the changes that are kept is told by the reminders of its time', async () => {
  const id = await appointment({ slot: 1 });
  const expires_at = new Date('2026-11-30T11:00:00Z');
  await sending.rows.reminder('rh', id, { slot: 0, created_at: RECEIVED, expires_at });
  await sending.rows.reminder('rh', id, { slot: 1, created_at: later(-MINUTE) });
  const first = { kind: 'moved', at: later(-MINUTE), from: null, to: null };
  expect((await toldOf(id)).slice(1)).toEqual([first]);
  await change(id, { start_at: new Date('2026-12-05T08:00:00Z'), slot: 2 }, MONDAY);
  await sending.rows.reminder('rh', id, { slot: 2, created_at: MONDAY });
  expect((await toldOf(id)).slice(1)).toMatchObject([first, { kind: 'moved', at: MONDAY }]);
});

it('an appointment that passes to another patient at the same time is not told as moved', async () => {
  const id = await appointment();
  const expires_at = new Date('2026-12-01T07:00:00Z');
  await sending.rows.reminder('rh', id, { slot: 0, created_at: RECEIVED, expires_at });
  await change(id, { slot: 1 }, MONDAY);
  await sending.rows.reminder('rh', id, { slot: 1, created_at: MONDAY, expires_at });
  expect(wordsOf(await toldOf(id))).toEqual(['received']);
});

it('changes of one moment are told in the order in which they were made', async () => {
  const id = await appointment();
  await change(id, { start_at: new Date('2026-12-02T08:00:00Z'), slot: 1 }, MONDAY);
  await change(id, { status: 'cancelled' }, MONDAY);
  await change(id, { status: 'booked', slot: 2 }, MONDAY);
  await change(id, { status: 'entered-in-error' }, MONDAY);
  await change(id, { start_at: new Date('2026-12-03T08:00:00Z'), slot: 3 }, MONDAY);
  expect(wordsOf(await toldOf(id))).toEqual(['received', 'moved', 'cancelled', 'booked', 'deleted', 'moved']);
  const { rows } = await sql`select 1 from appointment_change where appointment_id = ${id}`.execute(sending.db);
  expect(rows).toHaveLength(5);
});

it('one that is cancelled and deleted later is told as both, also where it was received as cancelled', async () => {
  const known = await appointment();
  await change(known, { status: 'cancelled' }, later(-MINUTE));
  const received = await appointment({ status: 'cancelled' });
  for (const id of [known, received]) await change(id, { status: 'entered-in-error' }, MONDAY);
  expect(wordsOf(await toldOf(known))).toEqual(['received', 'cancelled', 'deleted']);
  expect(await toldOf(received)).toEqual([
    { kind: 'received', at: RECEIVED },
    { kind: 'changed', at: RECEIVED, change: 'cancelled' },
    { kind: 'changed', at: MONDAY, change: 'deleted' },
  ]);
});

it.each(['arrived', 'checked-in', 'fulfilled', 'noshow'])(
  'one that was cancelled and is %s was not booked again',
  async (status) => {
    const id = await appointment({ status: 'cancelled' });
    await change(id, { status }, MONDAY);
    expect(wordsOf(await toldOf(id))).toEqual(['received', 'cancelled']);
  },
);
