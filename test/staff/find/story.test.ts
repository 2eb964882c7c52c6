import { randomUUID } from 'node:crypto';
import { beforeAll, expect, it } from 'vitest';
import type { LookUpResult } from '../../../src/gateways/gateway.ts';
import { lookUpUncertain } from '../../../src/receipts/look-up-uncertain.ts';
import { readStory, type StoryEntry } from '../../../src/staff/find/story.ts';
import { pauseSending, resumeSending } from '../../../src/staff/pauses.ts';
import { settleReply } from '../../../src/staff/replies/settle-reply.ts';
import { describeDatabases } from '../../support/database.ts';
import { ACCEPTED, ScriptedGateway, UNCERTAIN } from '../../support/gateway.ts';
import { useOpened } from '../../support/scenario.ts';
import { HOUR, later, MINUTE, type Sending, startSending } from '../../support/sending.ts';
import { insert, update } from '../../support/stored-rows.ts';

const STAFF = { name: 'key:esk_1 Front desk', seesNumbers: true };
const VIEWER = { name: 'key:esk_2 Statistics', seesNumbers: false };
const LIMITED = { ...STAFF, departments: ['Øre'] };
const DELIVERED: LookUpResult = {
  ...{ reference: null, gatewayMessageId: 'g-1', state: 'delivered', cause: null },
  ...{ code: 'DELIVRD', at: null, segments: null },
};

class AskableGateway extends ScriptedGateway {
  answer: LookUpResult = 'unknown';

  lookUp(): Promise<LookUpResult> {
    return Promise.resolve(this.answer);
  }
}

describeDatabases('the story of an appointment', (open) => {
  let sending: Sending;
  let gateway: AskableGateway;
  let numbers = 0;
  const database = useOpened(open);
  beforeAll(async () => {
    gateway = new AskableGateway();
    sending = startSending(database, { gateway });
    for (const id of ['rh', 'kk']) await sending.rows.authority(id);
    await sending.rows.source('rh', 'lab');
  });

  const nextNumber = () => `+45203${String(10_000 + ++numbers)}`;
  const pass = (ms: number) => {
    sending.clock.now = later(ms, sending.clock.now);
    return sending.clock.now;
  };
  const storyOf = (id: string, reader: { name: string; seesNumbers: boolean } = STAFF) =>
    readStory(sending.deps, reader, { authorityId: 'rh', id }, sending.clock.now);
  /** Entries of these kinds, in the order of the story. */
  const told = async (id: string, ...kinds: StoryEntry['kind'][]) =>
    (await storyOf(id))?.entries.filter(({ kind }) => kinds.includes(kind)) ?? [];
  const dueNow = (phone = nextNumber()) => sending.due('rh', phone, { at: sending.clock.now });
  const pause = (reason: string, { sourceId = null as string | null, until = null as Date | null, id = 'rh' } = {}) =>
    pauseSending(
      sending.deps,
      { authorityId: id, sourceId, actor: 'administrator', pause: { at: sending.clock.now, until, reason } },
      sending.clock.now,
    );
  const resume = (sourceId: string | null = null) =>
    resumeSending(sending.deps, { authorityId: 'rh', sourceId, actor: STAFF.name }, sending.clock.now);

  it('tells the pauses that its reminders waited for, who made and who lifted them, and no other', async () => {
    await pause('long ago');
    pass(MINUTE);
    await resume();
    const { appointment } = await dueNow();
    const begun = pass(MINUTE);
    await pause('Strømsvigt');
    await pause('elsewhere', { id: 'kk' });
    await pause('Flytning', { sourceId: 'lab' });
    await sending.drain();
    expect(await told(appointment, 'paused', 'resumed')).toEqual([
      { kind: 'paused', at: begun, what: 'authority', by: 'administrator', reason: 'Strømsvigt', until: null },
    ]);
    const ended = pass(MINUTE);
    await resume();
    await sending.drain();
    pass(MINUTE);
    await pause('after it had gone');
    pass(MINUTE);
    await resume();
    const entries = await told(appointment, 'paused', 'resumed', 'reminder');
    expect(entries.map(({ kind, at }) => [kind, at])).toEqual([
      ['reminder', later(-HOUR)],
      ['paused', begun],
      ['resumed', ended],
      ...[
        ['reminder', ended],
        ['reminder', ended],
      ],
    ]);
    expect(entries[2]).toEqual({ kind: 'resumed', at: ended, what: 'authority', by: STAFF.name });
  });

  it('tells a pause of its source, which came to its end by itself, and one that holds what is not due yet', async () => {
    const begun = pass(MINUTE);
    const until = later(HOUR, begun);
    await pause('', { sourceId: 'rh', until });
    const { appointment, reminder } = await dueNow();
    await update(sending.db, 'reminder', { id: reminder }, { due_at: later(2 * HOUR, begun) });
    const paused = { kind: 'paused', at: begun, what: 'source', by: 'administrator', reason: '', until };
    expect(await told(appointment, 'paused', 'resumed')).toEqual([paused]);
    await update(sending.db, 'reminder', { id: reminder }, { due_at: begun });
    pass(2 * HOUR);
    const ended = { kind: 'resumed', at: until, what: 'source', by: null };
    expect(await told(appointment, 'paused', 'resumed')).toEqual([paused, ended]);
  });

  it('tells that the gateway was asked, and goes on being asked, until it says something', async () => {
    gateway.script(UNCERTAIN);
    const { appointment } = await dueNow();
    await sending.drain();
    gateway.script(ACCEPTED);
    expect(await told(appointment, 'asked')).toEqual([]);
    const first = pass(MINUTE);
    await lookUpUncertain(sending.deps, () => false);
    const next = later(10 * MINUTE, first);
    expect(await told(appointment, 'asked')).toEqual([{ kind: 'asked', at: first, result: 'open', next }]);
    const second = pass(10 * MINUTE);
    gateway.answer = DELIVERED;
    await lookUpUncertain(sending.deps, () => false);
    const entries = await told(appointment, 'asked', 'reminder', 'receipt');
    expect(entries.slice(-3)).toMatchObject([
      { kind: 'asked', at: second, result: 'found', next: null },
      { kind: 'reminder', status: 'accepted' },
      { kind: 'reminder', status: 'delivered' },
    ]);
    gateway.answer = 'unknown';
  });

  it('tells that a gateway had never taken an SMS, which therefore went once more', async () => {
    gateway.script(UNCERTAIN);
    const { appointment } = await dueNow();
    await sending.drain();
    gateway.script(ACCEPTED);
    const asked = pass(MINUTE);
    gateway.answer = 'not_found';
    await lookUpUncertain(sending.deps, () => false);
    gateway.answer = 'unknown';
    const sent = pass(MINUTE);
    await sending.drain();
    const entries = await told(appointment, 'asked', 'reminder');
    expect(entries.slice(-3)).toMatchObject([
      { kind: 'asked', at: asked, result: 'never', next: null },
      { kind: 'reminder', at: sent, status: 'handing_over', again: true },
      { kind: 'reminder', status: 'accepted' },
    ]);
    expect(entries.filter((entry) => entry.kind === 'reminder' && entry.again)).toHaveLength(1);
  });

  it('tells what we answered, with the text for whoever may read the reply, and with numbers masked for viewers', async () => {
    const phone = nextNumber();
    const { appointment } = await sending.due('rh', phone, { appointment: { department: 'Øre' } });
    const other = await sending.due('rh', phone, { appointment: { department: 'Hjerte' } });
    const reply = await sending.rows.cancellation('rh', phone, appointment);
    await insert(sending.db, 'inbound_appointment', {
      ...{ inbound_id: reply, authority_id: 'rh', appointment_id: other.appointment, slot: 0 },
      ...{ phone_hash: sending.rows.keyring.phoneHash(phone), subject: false, holds: false, had_number: true },
    });
    const text = 'Tak. Ring på 35 45 35 45.';
    const answered = { inbound_id: reply, template: 'cancel-received', text, handed_over_at: later(MINUTE) } as const;
    await sending.rows.message('rh', null, phone, answered);
    const stop = await sending.rows.reply([], phone, 'STOP');
    await sending.rows.optOut('rh', phone, { inbound_id: stop });
    await sending.rows.message('rh', null, phone, { inbound_id: stop, template: 'opt-out-confirmed' });
    const answer = { kind: 'answer', status: 'delivered', reason: null };
    expect(await told(appointment, 'answer')).toMatchObject([
      { ...answer, template: 'opt-out-confirmed' },
      { ...answer, template: 'cancel-received', text, at: later(MINUTE) },
    ]);
    const viewed = (await storyOf(appointment, VIEWER))?.entries.filter(({ kind }) => kind === 'answer');
    expect(viewed?.[1]).toMatchObject({ text: 'Tak. Ring på •• •• •• ••.' });
    // The reply may be about the other department, too.
    const limited = (await storyOf(appointment, LIMITED))?.entries.filter(({ kind }) => kind === 'answer');
    expect(limited).toMatchObject([{ text: null }, { text: null }]);
  });

  it('tells answers on behalf of the installation only to whom their reply concerns, and to its administrator', async () => {
    const phone = nextNumber();
    const { appointment } = await sending.due('rh', phone);
    const stop = await sending.rows.reply([], phone, 'STOP');
    await sending.rows.optOut(null, phone, { inbound_id: stop });
    const start = await sending.rows.reply(['rh'], phone, 'START');
    await sending.rows.optOut('rh', phone, { inbound_id: start, lifted_at: sending.clock.now });
    const answers = { [stop]: 'opt-out-confirmed', [start]: 'opt-in-confirmed' } as const;
    for (const [inbound_id, template] of Object.entries(answers))
      await sending.rows.message('rh', null, phone, { inbound_id, template, authority_id: null });
    const templatesFor = async (reader: Parameters<typeof storyOf>[1]) =>
      (await storyOf(appointment, reader))?.entries
        .flatMap((entry) => (entry.kind === 'answer' ? [`${entry.template}, ${entry.text}`] : []))
        .sort();
    for (const reader of [STAFF, VIEWER])
      expect(await templatesFor(reader)).toEqual(['opt-in-confirmed, Husk din tid.']);
    const administrator = { name: 'administrator', seesNumbers: true, installation: true };
    const found = await templatesFor(administrator);
    expect(found).toEqual(['opt-in-confirmed, Husk din tid.', 'opt-out-confirmed, Husk din tid.']);
  });

  it('tells events of one moment in the order in which the booking system is told of them', async () => {
    const { appointment } = await dueNow();
    const at = sending.clock.now;
    const event = {
      source_id: 'rh',
      authority_id: 'rh',
      appointment_id: appointment,
      reference: null,
      at,
      numbered_at: at,
    };
    const types = ['reminder.failed', 'appointment.unreachable', 'citizen.opted_out'] as const;
    await insert(
      sending.db,
      'event',
      types.map((type, nth) => ({ ...event, id: randomUUID(), sequence: 1_000 + nth, type })),
    );
    const events = await told(appointment, 'event');
    expect(events.map((entry) => entry.kind === 'event' && entry.event.type)).toEqual(types);
  });

  it('tells a reply that holds everything planned for its number until it is settled, though it is about no appointment', async () => {
    const phone = nextNumber();
    const reply = await sending.rows.reply(['rh'], phone, 'Lad mig være');
    const { appointment } = await dueNow(phone);
    const held = { kind: 'reply', id: reply, meaning: 'maybe_stop', text: 'Lad mig være', hold: 'held' };
    expect(await told(appointment, 'reply')).toMatchObject([held]);
    expect((await storyOf(appointment))?.replies.map(({ id }) => id)).toEqual([reply]);
    const request = { authorityId: 'rh', id: reply, action: 'wrong_number' } as const;
    await settleReply(sending.deps, STAFF, request, pass(MINUTE));
    // The number is off the appointment by now, and its story stays.
    expect(await told(appointment, 'reply', 'settled')).toMatchObject([
      { ...held, hold: 'released' },
      { kind: 'settled', by: STAFF.name, action: 'wrong_number' },
    ]);
    const row = { appointment: { received_at: pass(MINUTE) } };
    const later = await sending.due('rh', phone, row);
    expect(await told(later.appointment, 'reply')).toEqual([]);
  });
});
