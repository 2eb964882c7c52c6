import { sql } from 'kysely';
import { beforeEach, describe, expect, it } from 'vitest';
import { numberRecordedEvents } from '../../src/events/number-events.ts';
import { NUMBER, type Town, useTown } from '../replies/town.ts';
import { later, MINUTE } from '../support/sending.ts';

interface Item {
  readonly id: string;
  readonly type: string;
  readonly sequence: number;
  readonly data: Readonly<Record<string, string>>;
}

let phone: string;
let authority: string;
let token: string;

const town = useTown();
beforeEach(async () => {
  phone = town.newPhone();
  authority = await town.authority({ name: 'Rigshospitalet', contactPhone: '35 45 35 45' });
  const path = `/v1/authorities/${authority}/sources/${authority}/secrets`;
  ({ token } = await town.app.json<{ token: string }>(201, path, { method: 'POST' }));
});

/** An SMS was delivered, of which the booking system knows. */
async function reminded(): ReturnType<Town['reminded']> {
  const made = await town.reminded(authority, phone);
  await sql`delete from event_outbox where type = 'reminder.delivered'`.execute(town.app.db);
  return made;
}

/** Events of the feed, beyond the sources' names, ids and times. */
async function told(): Promise<unknown[]> {
  await numberRecordedEvents(town.app.deps, town.app.clock.now);
  const { items } = await town.app.json<{ items: Item[] }>(200, `/v1/sources/${authority}/events`, { token });
  return items.map(({ type, data: { source: _, reminder, reply, rule: __, ...data } }) => [
    type,
    { ...data, ...(reminder ? { reminder } : {}), ...(reply ? { reply: 'given' } : {}) },
  ]);
}

const appointmentUrl = (reference: string) => `/v1/authorities/${authority}/appointments/${authority}/${reference}`;
const post = (type: string, data: object) =>
  town.app.json(202, `/v1/webhooks/${authority}`, {
    token,
    method: 'POST',
    body: { type: `appointment.${type}`, data },
  });
const settle = async (action: string, body: object = {}) => {
  const { items } = await town.app.json<{ items: { id: string }[] }>(
    200,
    `/v1/authorities/${authority}/inbound?needsPerson=true`,
  );
  const path = `/v1/authorities/${authority}/inbound/${items[0]?.id}/settle`;
  await town.app.json(200, path, { method: 'POST', body: { action, ...body } });
};

const inboundUrl = () => `/v1/authorities/${authority}/inbound`;
/** Takes back what staff settled last. */
const undo = async () => {
  const { items } = await town.app.json<{ items: { id: string }[] }>(200, `${inboundUrl()}?settled=true`);
  await town.app.json(200, `${inboundUrl()}/${items[0]?.id}/undo`, { method: 'POST' });
};
const pass = (ms: number) => {
  town.app.clock.now = later(ms, town.app.clock.now);
};
const typeOf = (each: unknown) => (Array.isArray(each) ? each[0] : null);

describe('what a booking system is told of a reply', () => {
  it('citizen.cancelled, with the words of the citizen', async () => {
    const { reference } = await reminded();
    await town.reply(phone, 'Afbud, jeg er syg');
    expect(await told()).toEqual([['citizen.cancelled', { reference, reply: 'given', text: 'Afbud, jeg er syg' }]]);
  });

  it('the words of a citizen without the numbers in them, which no source has asked for', async () => {
    await reminded();
    await town.reply(phone, 'Ring på 20 12 34 56 eller +45 2012-3457 den 24.12.2026. Cpr 010190-1234');
    expect(await told()).toMatchObject([
      ['citizen.replied', { text: 'Ring på •••••••• eller •••••••• den 24.12.2026. Cpr ••••••-••••' }],
    ]);
  });

  it('citizen.confirmed', async () => {
    const { reference } = await reminded();
    await town.reply(phone, 'Ja');
    expect(await told()).toEqual([['citizen.confirmed', { reference, reply: 'given', text: 'Ja' }]]);
  });

  it('citizen.replied for what nobody understands, and for a cancellation that may be about two', async () => {
    const first = await reminded();
    await town.reply(phone, 'Hvor skal jeg parkere?');
    const second = await reminded();
    await town.reply(phone, 'Afbud');
    const [other, ...cancel] = await told();
    const text = 'Hvor skal jeg parkere?';
    expect(other).toEqual(['citizen.replied', { reference: first.reference, reason: 'other', reply: 'given', text }]);
    expect(cancel).toHaveLength(2);
    for (const { reference } of [first, second])
      expect(cancel).toContainEqual([
        'citizen.replied',
        { reference, reason: 'cancel', reply: 'given', text: 'Afbud' },
      ]);
  });

  it('citizen.wrong_number, for every appointment ahead of the number', async () => {
    const { reference, planned } = await reminded();
    const other = await town.rows.appointment(authority, phone, { reference: 'other' });
    await town.rows.reminder(authority, other);
    await town.reply(phone, 'Forkert nummer');
    const data = { action: 'check_number', reply: 'given', text: 'Forkert nummer' };
    const wrong = await told();
    expect(wrong).toHaveLength(2);
    for (const each of [reference, 'other'])
      expect(wrong).toContainEqual(['citizen.wrong_number', { reference: each, ...data }]);
    await settle('wrong_number');
    const settled = (await told()).slice(2);
    expect(settled).toContainEqual([
      'reminder.suppressed',
      { reference, reminder: planned, status: 'suppressed', reason: 'invalid_number', action: 'check_number' },
    ]);
    expect(settled.filter((each) => JSON.stringify(each).includes('wrong_number'))).toEqual([]);
  });

  it('citizen.opted_out before the reminders that it suppresses, and citizen.opted_in; each once', async () => {
    const { reference, planned } = await reminded();
    for (const text of ['STOP', 'Stop', 'START', 'Start']) await town.reply(phone, text);
    expect(await told()).toEqual([
      ['citizen.opted_out', { reference, reason: 'citizen', reply: 'given' }],
      [
        'reminder.suppressed',
        { reference, reminder: planned, status: 'suppressed', reason: 'opted_out', action: 'nothing' },
      ],
      ['citizen.opted_in', { reference, reason: 'citizen' }],
    ]);
  });

  it('nothing of HELP, of START without an opt-out, or of a reply of an unknown number', async () => {
    await reminded();
    for (const text of ['Hjælp', 'START']) await town.reply(phone, text);
    await town.reply(town.newPhone(), 'Afbud');
    expect(await told()).toEqual([]);
  });
});

describe('what a booking system is told of staff', () => {
  it('citizen.opted_out and citizen.opted_in of an opt-out that staff record and lift', async () => {
    const { reference } = await reminded();
    const path = `/v1/authorities/${authority}/opt-outs`;
    const { id } = await town.app.json<{ id: string }>(201, path, { method: 'POST', body: { phone, reason: 'asked' } });
    await town.app.request(`${path}/${id}`, { method: 'DELETE' });
    const types = (await told()).map((each) => (Array.isArray(each) ? each : []));
    expect(types.filter(([type]) => type !== 'reminder.suppressed')).toEqual([
      ['citizen.opted_out', { reference, reason: 'staff' }],
      ['citizen.opted_in', { reference, reason: 'staff' }],
    ]);
  });

  it.each([
    ['eleven minutes later, and nothing of the booking system that cancels then', 11 * MINUTE],
    ['at once where the booking system cancels meanwhile', 0],
  ])('slot.freed of a cancellation that staff passed on: %s', async (_, passedMs) => {
    const { reference } = await reminded();
    await town.reply(phone, 'Afbud');
    await settle('cancel_passed_on');
    expect((await told()).map(typeOf)).toEqual(['citizen.cancelled']);
    pass(passedMs);
    if (passedMs > 0) await told();
    await post('cancelled', { id: reference });
    const [cancelled, ...rest] = await told();
    expect(cancelled).toEqual(['citizen.cancelled', { reference, reply: 'given', text: 'Afbud' }]);
    expect(rest).toEqual([['slot.freed', { reference, reason: 'staff', reply: 'given' }]]);
  });

  it.each([
    ['alone', [], null],
    ['and passed on again', ['settle'], 'staff'],
    ['before the booking system cancels', ['cancel'], 'booking_system'],
    ['after it, of which the booking system was told', ['cancel first'], 'staff'],
  ] as const)('slot.freed of none that staff took back: %s', async (_, then, reason) => {
    const { reference } = await reminded();
    await town.reply(phone, 'Afbud');
    await settle('cancel_passed_on');
    const isFirst = (then as readonly string[]).includes('cancel first');
    if (isFirst) await post('cancelled', { id: reference });
    await told();
    pass(9 * MINUTE);
    await undo();
    for (const each of then) {
      if (each === 'settle') await settle('cancel_passed_on');
      if (each === 'cancel') await post('cancelled', { id: reference });
    }
    pass(11 * MINUTE);
    const freed = (await told()).filter((each) => typeOf(each) === 'slot.freed');
    const by = reason === 'staff' ? { reason, reply: 'given' } : { reason };
    expect(freed).toEqual(reason === null ? [] : [['slot.freed', { reference, ...by }]]);
  });

  it('slot.freed of a slot that another reply frees as well, though one of the two is taken back', async () => {
    const { reference } = await reminded();
    for (const text of ['Afbud', 'Jeg er syg, afbud']) {
      await town.reply(phone, text);
      await settle('cancel_passed_on');
      pass(1000);
    }
    const { items } = await town.app.json<{ items: { id: string; text: string }[] }>(
      200,
      `${inboundUrl()}?settled=true`,
    );
    const first = items.find(({ text }) => text === 'Afbud');
    await town.app.json(200, `${inboundUrl()}/${first?.id}/undo`, { method: 'POST' });
    pass(11 * MINUTE);
    const found = (await told()).filter((each) => typeOf(each) === 'slot.freed');
    expect(found).toEqual([['slot.freed', { reference, reason: 'staff', reply: 'given' }]]);
  });

  it('citizen.confirmed of none that staff took back', async () => {
    await reminded();
    await town.reply(phone, 'Hvor skal jeg parkere?');
    await settle('confirmed');
    await undo();
    pass(11 * MINUTE);
    expect((await told()).map(typeOf)).toEqual(['citizen.replied']);
  });

  it('citizen.wrong_number of none that staff took back', async () => {
    await reminded();
    await town.reply(phone, 'Hvor skal jeg parkere?');
    await settle('wrong_number');
    pass(9 * MINUTE);
    await undo();
    pass(11 * MINUTE);
    expect((await told()).map(typeOf).filter((type) => type !== 'reminder.suppressed')).toEqual(['citizen.replied']);
  });

  it('citizen.confirmed before the cancellation that the citizen writes then', async () => {
    await reminded();
    await town.reply(phone, 'Hvor skal jeg parkere?');
    await settle('confirmed');
    pass(5 * MINUTE);
    await town.reply(phone, 'Afbud');
    expect((await told()).map(typeOf)).toEqual(['citizen.replied', 'citizen.confirmed', 'citizen.cancelled']);
    pass(11 * MINUTE);
    expect(await told()).toHaveLength(3);
  });

  it.each([
    ['nothing while a later reply is open', null, 0],
    ['after all where that was about something else', 'ignore', 1],
    ['nothing where staff read that the citizen comes', 'confirmed', 0],
  ])('slot.freed of a cancellation that staff passed on: %s', async (_, action, times) => {
    const { reference } = await reminded();
    await town.reply(phone, 'Afbud');
    await settle('cancel_passed_on');
    pass(5 * MINUTE);
    await town.reply(phone, 'Jeg fandt alligevel ud af det med bilen');
    pass(8 * MINUTE);
    await told();
    if (action !== null) await settle(action);
    for (let n = 0; n < 3; n++) {
      pass(12 * MINUTE);
      await told();
    }
    const freed = async () => (await told()).filter((each) => typeOf(each) === 'slot.freed').length;
    expect(await freed()).toBe(times);
    // The booking system's own word is told, once.
    await post('cancelled', { id: reference });
    expect(await freed()).toBe(1);
  });

  it('citizen.confirmed and citizen.wrong_number of a reply that staff understood better', async () => {
    const { reference } = await reminded();
    const another = await reminded();
    await town.reply(phone, 'Ja');
    await settle('confirmed', { appointment: { source: authority, reference } });
    await town.reply(phone, 'Det er ikke mig der bor her mere');
    await settle('wrong_number');
    pass(11 * MINUTE);
    const all = (await told()).map((each) => (Array.isArray(each) ? each : []));
    const found = all.filter(([type]) => type === 'citizen.confirmed');
    expect(found).toEqual([['citizen.confirmed', { reference, reply: 'given', text: 'Ja' }]]);
    const wrong = all.filter(([type]) => type === 'citizen.wrong_number').map(([, data]) => data.reference);
    expect(wrong.sort()).toEqual([reference, another.reference].sort());
  });
});

describe('what a booking system is told of its own appointments', () => {
  const booked = { id: 'A-1', start: '2026-12-01T09:00:00+01:00', patient: { id: 'P-1' } };

  it('slot.freed of one that it cancels while it is ahead; of a repeat nothing, of one that never was nothing', async () => {
    await post('booked', { ...booked, patient: { id: 'P-1', phone } });
    await post('cancelled', { id: 'A-1' });
    await post('cancelled', { id: 'A-1' });
    await post('cancelled', { id: 'A-2' });
    expect(await told()).toEqual([['slot.freed', { reference: 'A-1', reason: 'booking_system' }]]);
  });

  it('nothing of one that moves, or is over', async () => {
    await post('booked', { ...booked, patient: { id: 'P-1', phone } });
    await post('rescheduled', { ...booked, start: '2026-12-02T09:00:00+01:00', patient: { id: 'P-1' } });
    await post('fulfilled', { id: 'A-1' });
    expect(await told()).toEqual([]);
  });

  it('reminder.suppressed and appointment.unreachable of one without a number, for the last reminder', async () => {
    await post('booked', booked);
    const { reminders } = await town.app.json<{ reminders: { id: string; dueAt: string }[] }>(
      200,
      appointmentUrl('A-1'),
    );
    const byDue = [...reminders].sort((a, b) => (a.dueAt < b.dueAt ? -1 : 1));
    const data = { reference: 'A-1', status: 'suppressed', reason: 'no_phone', action: 'check_number' };
    const all = await told();
    expect(all).toHaveLength(byDue.length + 1);
    for (const { id } of byDue) expect(all).toContainEqual(['reminder.suppressed', { ...data, reminder: id }]);
    expect(all).toContainEqual(['appointment.unreachable', { ...data, reminder: byDue.at(-1)?.id }]);
  });

  it('reminder.failed with nothing to do of one that was booked too late for it', async () => {
    await post('booked', { ...booked, start: '2026-11-26T09:00:00+01:00', patient: { id: 'P-1', phone } });
    expect(await told()).toMatchObject([
      ['reminder.failed', { reference: 'A-1', status: 'expired', reason: 'booked_late', action: 'nothing' }],
    ]);
  });

  it('nothing of what a dry run would do', async () => {
    await town.app.json(200, `/v1/sources/${authority}/test`, {
      token,
      method: 'POST',
      body: { type: 'appointment.booked', data: booked },
    });
    expect(await told()).toEqual([]);
    const { rows } = await sql`select 1 from event_outbox`.execute(town.app.db);
    expect(rows).toEqual([]);
  });
});

describe('the answer to a citizen who cancels', () => {
  /** @param onCancel null: the authority has said nothing */
  const answerOf = async (
    state: string | null,
    types: string[] | null = null,
    onCancel: string | null = null,
  ): Promise<string | undefined> => {
    const source = await town.app.json<Record<string, unknown>>(200, `/v1/authorities/${authority}`);
    if (onCancel !== null)
      await town.app.json(200, `/v1/authorities/${authority}`, {
        method: 'PUT',
        body: { ...settingsOf(source), onCancel },
      });
    if (state !== null) await endpoint(state, types);
    await reminded();
    await town.reply(phone, 'Afbud');
    const [sent] = await town.sendAnswers(phone);
    expect(sent?.from).toBe(NUMBER);
    return sent?.text;
  };
  const settingsOf = ({ id: _, version: __, paused: ___, ...settings }: Record<string, unknown>) => settings;
  const endpoint = async (state: string, types: string[] | null) => {
    const events = { url: 'https://booking.example.org/events', ...(types && { types }) };
    const path = `/v1/authorities/${authority}/sources/${authority}`;
    await town.app.json(200, path, { method: 'PUT', body: { name: 'EPJ', events } });
    await sql`update event_endpoint set state = ${state} where source_id = ${authority}`.execute(town.app.db);
  };

  it('says that the booking system knows where its endpoint takes the event', async () => {
    const text =
      'Tak, vi har givet besked til Rigshospitalet. Din aftale er først afmeldt, når du får bekræftelse. Spørgsmål? Ring 35 45 35 45.';
    expect(await answerOf('live')).toBe(text);
  });

  it('asks to phone all the same where the authority wants that', async () => {
    expect(await answerOf('live', null, 'phone')).toMatch(
      /^Tak for din besked\. Din aftale er ikke aflyst endnu\. Ring/,
    );
  });

  it('promises word by SMS while the endpoint fails, though it is not paused yet', async () => {
    await endpoint('live', null);
    await sql`update event_endpoint set failures = 5, failing_since = ${town.app.clock.now} where source_id = ${authority}`.execute(
      town.app.db,
    );
    expect(await answerOf(null)).toMatch(/^Tak, vi har modtaget dit afbud .* Du får besked, når aftalen er afmeldt\./);
  });

  it.each([
    ['there is none', null, null],
    ['it is paused', 'paused', null],
    ['it has ended', 'ended', null],
    ['it takes other events only', 'live', ['reminder.failed']],
  ])('promises word by SMS where %s', async (_name, state, types) => {
    expect(await answerOf(state, types)).toMatch(
      /^Tak, vi har modtaget dit afbud .* Du får besked, når aftalen er afmeldt\./,
    );
  });
});
