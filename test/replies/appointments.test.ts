import { beforeEach, describe, expect, it } from 'vitest';
import { numberRecordedEvents } from '../../src/events/number-events.ts';
import { settleSpokenReplies } from '../../src/operations/sweep.sql.ts';
import { postEvent, reminderNow } from '../support/sending.ts';
import { update } from '../support/stored-rows.ts';
import { NUMBER, useTown } from './town.ts';

const HOUR = 3_600_000;

interface Item {
  readonly id: string;
  readonly meaning: string;
  readonly needsPerson: boolean;
  readonly holds: boolean;
  readonly appointments: readonly { readonly reference: string }[];
  readonly answered: { readonly text: string } | null;
  readonly settledBy: string | null;
}

let phone: string;
let authority: string;
const town = useTown();
beforeEach(async () => {
  phone = town.newPhone();
  authority = await town.authority({ name: 'Rigshospitalet', contactPhone: '35 45 35 45' });
});

const ago = (ms: number) => new Date(town.app.clock.now.getTime() - ms);
const items = async (of = authority) =>
  (await town.app.json<{ items: Item[] }>(200, `/v1/authorities/${of}/inbound`)).items;
const appointmentOf = (reference: string) =>
  town.app.json<{
    reply: { meaning: string; inbound: string } | null;
    replies: { meaning: string; certain: boolean; holds: boolean }[];
    reminders: { id: string; heldReason: string | null }[];
  }>(200, `/v1/authorities/${authority}/appointments/${authority}/${reference}`);
const settle = (id: string, body: unknown, status = 200) =>
  town.app.json<Item>(status, `/v1/authorities/${authority}/inbound/${id}/settle`, { method: 'POST', body });

describe('a citizen who cancels by SMS', () => {
  it('gets told the truth with the number to phone; the reminders of that appointment wait, and no others', async () => {
    const { planned, reference } = await town.reminded(authority, phone, { department: 'Ambulatoriet' });
    const another = await town.planned(authority, phone);
    await town.reply(phone, 'Afbud, jeg er syg');
    expect([await town.state(planned), await town.state(another)]).toEqual(['planned reply_cancel', 'planned']);
    // The start asks at that time whether the cancellation holds it still.
    const { next_at, due_at } = await reminderNow(town.app, planned);
    expect(next_at).toEqual(due_at);
    expect(await town.sendAnswers(phone)).toEqual([
      {
        from: NUMBER,
        text: 'Tak, vi har modtaget dit afbud til Rigshospitalet. Du får besked, når aftalen er afmeldt. Haster det, så ring 35 45 35 45.',
      },
    ]);
    expect(await items()).toMatchObject([
      {
        meaning: 'cancel',
        needsPerson: true,
        holds: true,
        appointments: [{ source: authority, reference, start: '2026-12-01T08:00:00.000Z', department: 'Ambulatoriet' }],
        answered: { text: expect.stringContaining('') as string, at: town.app.clock.now.toISOString() },
      },
    ]);
    expect(await appointmentOf(reference)).toMatchObject({
      reply: { meaning: 'cancel' },
      replies: [{ meaning: 'cancel', certain: true, holds: true, action: null }],
    });
  });

  it('gets the department’s own number where the appointment has one, and English where the SMS was English', async () => {
    const { sent } = await town.reminded(authority, phone, { contact_phone: '+4538633863' });
    await update(town.app.db, 'message', { reminder_id: sent }, { language: 'en' });
    await town.reply(phone, "I can't come");
    expect((await town.sendAnswers(phone))[0]?.text).toBe(
      'Thank you, we have received your cancellation for Rigshospitalet. We will text you once the appointment is off. Urgent? Call +45 38 63 38 63.',
    );
  });

  it.each([
    ['event', 'planned reply_cancel', true, 'Du får besked, når aftalen er afmeldt. Haster det, så ring 35 45 35 45.'],
    ['staff', 'planned reply_cancel', true, 'Du får besked, når aftalen er afmeldt. Haster det, så ring 35 45 35 45.'],
    ['phone', 'planned reply_cancel', true, 'Ring til Rigshospitalet på 35 45 35 45 for at melde afbud.'],
    ['off', 'planned', false, 'Ring til Rigshospitalet på 35 45 35 45 for at melde afbud.'],
  ])('where onCancel is %s: %s', async (onCancel, state, holds, told) => {
    authority = await town.authority({ onCancel, name: 'Rigshospitalet', contactPhone: '35 45 35 45' });
    const { planned } = await town.reminded(authority, phone);
    await town.reply(phone, 'AFBUD');
    expect(await town.state(planned)).toBe(state);
    expect(await items()).toMatchObject([{ meaning: 'cancel', needsPerson: true, holds }]);
    expect((await town.sendAnswers(phone))[0]?.text).toContain(told);
  });

  it('hears in one SMS that word follows, without the number, and without the name, where it would take two', async () => {
    const told = 'Du får besked, når aftalen er afmeldt.';
    const long = 'Ø'.repeat(60);
    const costly = 'Š'.repeat(40);
    for (const [name, text] of [
      [long, `Tak, vi har modtaget dit afbud til ${long}. ${told}`],
      [costly, `Tak, vi har modtaget dit afbud. ${told}`],
    ]) {
      const number = town.newPhone();
      authority = await town.authority({ onCancel: 'staff', name, contactPhone: '35 45 35 45' });
      await town.reminded(authority, number);
      await town.reply(number, 'AFBUD');
      expect((await town.sendAnswers(number))[0]?.text).toBe(text);
    }
  });

  it('is asked to phone where an opt-out would keep the word back that another text promises', async () => {
    await town.reminded(authority, phone);
    await town.app.json(201, `/v1/authorities/${authority}/opt-outs`, {
      method: 'POST',
      body: { phone, reason: 'asked_by_phone' },
    });
    await town.reply(phone, 'AFBUD');
    expect((await town.sendAnswers(phone)).at(-1)?.text).toContain('Ring til Rigshospitalet');
  });

  it('of two appointments in SMS of the same day holds none: a person sees both', async () => {
    const [one, two] = [
      await town.reminded(authority, phone, { at: ago(2 * HOUR) }),
      await town.reminded(authority, phone),
    ];
    await town.reply(phone, 'AFBUD');
    expect([await town.state(one.planned), await town.state(two.planned)]).toEqual(['planned', 'planned']);
    const [item] = await items();
    expect(item).toMatchObject({ needsPerson: true, holds: false });
    expect(item?.appointments.map(({ reference }) => reference).sort()).toEqual([one.reference, two.reference].sort());
    expect(await appointmentOf(one.reference)).toMatchObject({ reply: null, replies: [{ certain: false }] });
    const appointment = { source: authority, reference: one.reference };
    for (const action of ['cancel_passed_on', 'confirmed'])
      expect(await settle(item?.id ?? '', { action }, 422)).toMatchObject({ errors: [{ pointer: '/appointment' }] });
    await settle(item?.id ?? '', { action: 'cancel_passed_on', appointment: { ...appointment, reference: 'x' } }, 422);
    await settle(item?.id ?? '', { action: 'cancel_passed_on', appointment });
    expect([await town.state(one.planned), await town.state(two.planned)]).toEqual([
      'cancelled cancel_passed_on',
      'planned',
    ]);
    expect(await appointmentOf(one.reference)).toMatchObject({ reply: { meaning: 'cancel' } });
  });

  it('means the last SMS from the sender that was answered whose appointment is still ahead', async () => {
    const early = await town.reminded(authority, phone, { at: ago(30 * HOUR) });
    const last = await town.reminded(authority, phone, { at: ago(10 * HOUR) });
    const past = await town.reminded(authority, phone, { at: ago(HOUR), start_at: ago(60_000) });
    const other = await town.reminded(authority, phone, { sender: '+4560111222' });
    await town.reply(phone, 'AFBUD');
    const all = [early, last, past, other];
    const states = await Promise.all(all.map(({ planned }) => town.state(planned)));
    expect(states).toEqual(['planned', 'planned reply_cancel', 'planned', 'planned']);
  });

  it.each([
    ['is cancelled already', { status: 'cancelled' as const }],
    ['has moved since the SMS', { slot: 1 }],
    ['has another number by now', { phone_hash: Buffer.alloc(32, 1) }],
  ])('of an appointment that %s holds nothing, and says nothing untrue', async (_what, change) => {
    const { appointment, planned } = await town.reminded(authority, phone);
    await update(town.app.db, 'appointment', { id: appointment }, change);
    await town.reply(phone, 'AFBUD');
    expect(await town.state(planned)).toBe('planned');
    expect(await items()).toMatchObject([{ needsPerson: true, holds: false, appointments: [{}] }]);
    expect((await town.sendAnswers(phone))[0]?.text).toContain('En medarbejder læser den');
  });

  it('shows it to the one authority whose SMS it answers, of two that share a sender', async () => {
    const other = await town.authority();
    await town.reminded(other, phone, { at: ago(40 * HOUR) });
    await town.reminded(authority, phone);
    await town.reply(phone, 'AFBUD');
    expect([(await items()).length, (await items(other)).length]).toEqual([1, 0]);
  });

  it('is held as long as nobody has spoken: `ignore` frees the reminders, and the booking system’s word settles it', async () => {
    const freed = await town.reminded(authority, phone);
    await town.reply(phone, 'AFBUD');
    const [item] = await items();
    await settle(item?.id ?? '', { action: 'ignore' });
    expect(await town.state(freed.planned)).toBe('planned');
    expect(await appointmentOf(freed.reference)).toMatchObject({ reply: null, replies: [{ holds: false }] });

    town.app.clock.now = new Date(town.app.clock.now.getTime() + 1000);
    const writer = town.newPhone();
    const told = await town.reminded(authority, writer);
    await town.reply(writer, 'AFBUD');
    expect(await settleSpokenReplies(town.app.db, town.app.clock.now)).toEqual([]);
    await update(town.app.db, 'appointment', { id: told.appointment }, { status: 'cancelled' });
    expect(await settleSpokenReplies(town.app.db, town.app.clock.now)).toHaveLength(1);
    expect(await items()).toMatchObject([
      { needsPerson: false, holds: false, action: null, settledBy: 'booking_system', undoUntil: null },
      { action: 'ignore' },
    ]);
  });
});

describe('what the booking system says settles', () => {
  const spoken = async () => {
    town.app.clock.now = new Date(town.app.clock.now.getTime() + 1000);
    await numberRecordedEvents(town.app.deps, town.app.clock.now);
    return (await settleSpokenReplies(town.app.db, town.app.clock.now)).length;
  };
  const cancel = (reference: string) =>
    postEvent(town.app.deps, authority, { reference, status: 'cancelled', start: new Date('2026-12-01T08:00:00Z') });

  it('a cancellation that may be about two, once both are cancelled', async () => {
    const two = [await town.reminded(authority, phone), await town.reminded(authority, phone)];
    await town.reply(phone, 'AFBUD');
    await spoken();
    await cancel(two[0]?.reference ?? '');
    expect([await spoken(), (await items())[0]?.settledBy]).toEqual([0, null]);
    await cancel(two[1]?.reference ?? '');
    expect([await spoken(), (await items())[0]?.settledBy]).toEqual([1, 'booking_system']);
  });

  const corrected = (reference: string, department?: string) =>
    postEvent(town.app.deps, authority, {
      ...{ reference, start: new Date('2026-12-01T08:00:00Z'), phone: town.newPhone() },
      ...(department && { department }),
    });

  it('a wrong number, once it is replaced wherever it stood', async () => {
    const one = await town.reminded(authority, phone);
    const two = await town.reminded(authority, phone);
    await town.reply(phone, 'Forkert nummer');
    await spoken();
    await corrected(one.reference);
    expect([await spoken(), (await items())[0]?.settledBy]).toEqual([0, null]);
    await corrected(two.reference);
    expect([await spoken(), (await items())[0]?.settledBy]).toEqual([1, 'booking_system']);
  });

  it.each([1, 2])('no wrong number that it had replaced in %i before the citizen wrote', async (count) => {
    const references: string[] = [];
    for (let nth = 1; nth <= count; nth++) references.push((await town.reminded(authority, phone)).reference);
    for (const reference of references) await corrected(reference);
    await town.reply(phone, 'Forkert nummer');
    expect([await spoken(), (await items())[0]?.settledBy]).toEqual([0, null]);
    // Nor does any other change of them, or another number still: neither answers the citizen.
    for (const reference of references) await corrected(reference, 'Lab');
    expect([await spoken(), (await items())[0]]).toMatchObject([0, { holds: true, settledBy: null }]);
  });
});

describe('a citizen who confirms by SMS', () => {
  it.each(['JA', 'ok 👍', 'Vi ses', 'yes'])('“%s” needs no person, is not answered, and is noted', async (text) => {
    const { planned, reference } = await town.reminded(authority, phone);
    await town.reply(phone, text);
    expect(await items()).toMatchObject([{ meaning: 'confirm', needsPerson: false, holds: false }]);
    expect([await town.state(planned), await town.answers(phone)]).toEqual(['planned', []]);
    expect(await appointmentOf(reference)).toMatchObject({ reply: { meaning: 'confirm' } });
  });

  it('gets no more reminders of that appointment where the authority says so', async () => {
    authority = await town.authority({ confirmEndsReminders: true });
    const { planned, reference } = await town.reminded(authority, phone);
    const another = await town.planned(authority, phone);
    await town.reply(phone, 'JA');
    expect([await town.state(planned), await town.state(another)]).toEqual(['cancelled confirmed', 'planned']);
    // A later event about the same time must not bring it back.
    const event = { reference, start: new Date('2026-12-01T08:00:00Z'), department: 'Lab', phone };
    await postEvent(town.app.deps, authority, event);
    expect(await town.state(planned)).toBe('cancelled confirmed');
  });

  it('of two appointments in SMS of the same day leaves it to a person', async () => {
    await town.reminded(authority, phone);
    await town.reminded(authority, phone);
    await town.reply(phone, 'JA');
    expect(await items()).toMatchObject([{ meaning: 'confirm', needsPerson: true, appointments: [{}, {}] }]);
  });

  it('after having cancelled leaves both to a person, and what is held stays so', async () => {
    authority = await town.authority({ confirmEndsReminders: true });
    const { planned } = await town.reminded(authority, phone);
    await town.reply(phone, 'AFBUD');
    town.app.clock.now = new Date(town.app.clock.now.getTime() + 1000);
    await town.reply(phone, 'Jeg kommer alligevel');
    expect(await items()).toMatchObject([
      { meaning: 'confirm', needsPerson: true },
      { meaning: 'cancel', holds: true },
    ]);
    expect(await town.state(planned)).toBe('planned reply_cancel');
    const [confirmation, cancellation] = await items();
    await settle(confirmation?.id ?? '', { action: 'confirmed' });
    expect(await items()).toMatchObject([{ action: 'confirmed' }, { action: 'confirmed', holds: false }]);
    expect(await town.state(planned)).toBe('cancelled confirmed');
    // Each can be taken back by itself.
    for (const each of [confirmation, cancellation])
      await town.app.json(200, `/v1/authorities/${authority}/inbound/${each?.id}/undo`, { method: 'POST' });
    expect(await town.state(planned)).toBe('planned reply_cancel');
  });

  it('of nothing that is ahead says nothing', async () => {
    await town.wrote(authority, phone);
    await town.reply(phone, '👍');
    expect(await items()).toMatchObject([{ meaning: 'confirm', needsPerson: false, appointments: [] }]);
    expect(await town.answers(phone)).toEqual([]);
  });
});

it('an authority’s own words count where it alone was answered', async () => {
  authority = await town.authority({ keywords: { cancel: ['udebliver'], stop: ['slut'] } });
  const { planned } = await town.reminded(authority, phone);
  await town.reply(phone, 'Udebliver');
  expect(await town.state(planned)).toBe('planned reply_cancel');
  const both = town.newPhone();
  for (const each of [authority, await town.authority()]) await town.wrote(each, both);
  await town.reply(both, 'slut');
  expect(await town.refused(both)).toEqual([]);
  await town.reply(phone, 'Slut');
  expect(await town.refused(phone)).toEqual([authority]);
});

it('a number gets two automatic answers a day beside those to STOP and START', async () => {
  await town.reminded(authority, phone);
  for (const text of ['Hvad?', 'HELP', 'AFBUD', 'STOP', 'START', 'START', 'forkert nummer']) {
    town.app.clock.now = new Date(town.app.clock.now.getTime() + 1000);
    await town.reply(phone, text);
  }
  const found = (await town.answers(phone)).map((answer) => answer.split(' ')[1]);
  expect(found).toEqual(['reply-received', 'help', 'opt-out-confirmed', 'opt-in-confirmed', 'not-opted-out']);
});

it.each([
  ['of 10,000 characters', 'Kære alle '.repeat(1_000)],
  ['of emoji only', '😢'.repeat(70)],
])('a reply %s is kept once, and answered once', async (_what, text) => {
  await town.reminded(authority, phone);
  for (let time = 0; time < 2; time++)
    await town.reply(phone, text, { gatewayMessageId: `same-${text.length}-${phone}` });
  expect(await items()).toMatchObject([{ meaning: 'other', needsPerson: true, text, appointments: [{}] }]);
  expect(await town.answers(phone)).toHaveLength(1);
});
