import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EventReceiver, verify } from '../support/event-receiver.ts';
import { eventually } from '../support/eventually.ts';
import { type Kannel, kannelMissing, startKannel } from './bench.ts';
import { RunningService, type SeenReminder } from './running-service.ts';
import type { Submitted } from './smsc.ts';

if (kannelMissing) console.warn(kannelMissing);

const TOKEN = 'c0ffee-3f9a77-0123456789';
const SOON_MS = 500;
/** Long enough to be still planned when the test looks. */
const LATER_MS = 3_600_000;
const DAY_MS = 24 * LATER_MS;

describe.skipIf(kannelMissing !== null)('the whole service behind a real Kannel', () => {
  let service: RunningService;
  let kannel: Kannel;
  let receiver: EventReceiver;
  const settings = () => ({
    KANNEL_SENDSMS_URL: kannel.sendsmsUrl,
    KANNEL_USERNAME: kannel.username,
    KANNEL_PASSWORD: kannel.password,
    KANNEL_CALLBACK_TOKEN: TOKEN,
    // Address at which the booking system of a test listens.
    EASYSMS_ALLOWED_ADDRESSES: new URL(receiver.url).host,
  });

  beforeAll(async () => {
    service = await RunningService.prepare();
    kannel = await startKannel({ callbackUrl: service.publicUrl, token: TOKEN });
    receiver = await new EventReceiver().start();
    await service.start(settings());
    await service.makeAuthority('klinik', '1204');
  });
  afterAll(async () => {
    await service?.remove();
    await kannel?.stop();
    await receiver?.close();
  });

  const to = (phone: string): Submitted[] => kannel.seen().filter((submitted) => submitted.to === phone.slice(1));
  const becomes = async (authority: string, id: string, expected: Partial<SeenReminder>) => {
    await eventually(async () => expect(await service.reminder(authority, id)).toMatchObject(expected));
    return service.reminder(authority, id);
  };
  const optOuts = async () =>
    (await service.admin<{ items: { phone: string }[] }>('GET', '/v1/authorities/klinik/opt-outs')).items;

  it('sends a reminder as it was written, and knows that it was delivered', async () => {
    await service.book('klinik', 'A-1', '+4520310150', SOON_MS);
    const reminder = await becomes('klinik', 'A-1', {
      status: 'delivered',
      reason: null,
      encoding: 'gsm7',
      segments: 1,
    });
    const found = reminder.messages;
    expect(found).toMatchObject([{ gateway: 'kannel', status: 'delivered', gatewayMessageId: expect.any(String) }]);
    expect(reminder.text).toContain('Århus Øjenklinik');
    expect(reminder.text).toContain('Opgang 4 på Æblegården');
    expect(to('+4520310150')).toMatchObject([{ text: reminder.text, from: '1204', coding: 0, receiptAsked: true }]);
  });

  it.each<[ending: string, reason: string]>([
    ['51', 'network'],
    ['52', 'expired'],
    ['53', 'rejected'],
    ['54', 'invalid_number'],
    ['62', 'network'],
  ])('knows that a reminder to …%s was not delivered, and why', async (ending, reason) => {
    await service.book('klinik', `B-${ending}`, `+45203102${ending}`, SOON_MS);
    await becomes('klinik', `B-${ending}`, { status: 'undelivered', reason });
  });

  it('sends a long text of the authority’s own in the parts that it counted', async () => {
    await service.makeAuthority('lang', '1204');
    const text = `Husk {{date}} kl. {{time}}. ${'Medbring æbler, øl og ål [€]. '.repeat(14)}Hilsen {{authority}}`;
    await service.admin('PUT', '/v1/authorities/lang/templates/reminder/da', { text });
    await service.book('lang', 'C-1', '+4520310350', SOON_MS);
    const reminder = await becomes('lang', 'C-1', { status: 'delivered', encoding: 'gsm7' });
    const parts = to('+4520310350');
    expect(parts.length).toBeGreaterThan(1);
    expect(parts).toHaveLength(reminder.segments ?? 0);
    expect(parts.map((part) => part.text).join('')).toBe(reminder.text);
  });

  it('sends emoji as UCS-2', async () => {
    await service.makeAuthority('emoji', '1204');
    await service.admin('PUT', '/v1/authorities/emoji/templates/reminder/da', {
      text: 'Vi ses 😀 {{date}} kl. {{time}}',
    });
    await service.book('emoji', 'D-1', '+4520310450', SOON_MS);
    const reminder = await becomes('emoji', 'D-1', { status: 'delivered', encoding: 'ucs2', segments: 1 });
    expect(reminder.text).toContain('😀');
    expect(to('+4520310450')).toMatchObject([{ text: reminder.text, coding: 8 }]);
  });

  it('takes a STOP: the number is opted out, what was planned is suppressed, and the citizen gets an answer', async () => {
    const phone = '+4520310550';
    await service.book('klinik', 'E-1', phone, SOON_MS);
    await service.book('klinik', 'E-2', phone, LATER_MS);
    await becomes('klinik', 'E-1', { status: 'delivered' });
    expect(await service.reminder('klinik', 'E-2')).toMatchObject({ status: 'planned' });
    await kannel.injectInbound({ from: phone.slice(1), to: '1204', text: 'Stop!' });
    await becomes('klinik', 'E-2', { status: 'suppressed', reason: 'opted_out' });
    expect(await optOuts()).toContainEqual(expect.objectContaining({ phone }));
    await eventually(() => expect(to(phone)).toHaveLength(2));
    expect(to(phone)[1]).toMatchObject({ from: '1204', text: expect.stringContaining('START') });
  });

  it('keeps reminders while Kannel is away, and sends them when it is back', async () => {
    const phones = ['+4520310650', '+4520310651'];
    await kannel.down();
    for (const [index, phone] of phones.entries()) await service.book('klinik', `F-${index}`, phone, SOON_MS);
    for (const index of phones.keys()) {
      await becomes('klinik', `F-${index}`, {
        status: 'planned',
        messages: [expect.objectContaining({ status: 'not_sent' })],
      });
    }
    await kannel.up();
    await becomes('klinik', 'F-0', { status: 'delivered' });
    await becomes('klinik', 'F-1', { status: 'undelivered' });
    for (const phone of phones) expect(to(phone)).toHaveLength(1);
  });

  it('sends 500 reminders once each, though Kannel is stopped and started in the middle of them', async () => {
    const phoneOf = (nth: number) => `+45204${String(nth).padStart(3, '0')}50`;
    const numbers = Array.from({ length: 500 }, (_, nth) => phoneOf(nth).slice(1));
    const sent = () => kannel.seen().flatMap(({ to: number }) => (numbers.includes(number) ? [number] : []));
    /** A few at once: each asks the one process that also hands over. */
    const forEach = async (work: (nth: number) => Promise<void>) => {
      for (let first = 0; first < 500; first += 25)
        await Promise.all(Array.from({ length: 25 }, (_, nth) => work(first + nth)));
    };
    const dueAt = performance.now() + 20_000;
    await forEach((nth) => service.book('klinik', `M-${nth}`, phoneOf(nth), dueAt - performance.now()));
    await eventually(() => expect(sent().length).toBeGreaterThan(20));
    await kannel.down();
    const arrived = new Set(sent());
    expect(arrived.size).toBeLessThan(500);
    /** Messages that Kannel had taken, or may have taken, and had not passed on: nothing else can be lost. */
    const held = new Set<string>();
    await forEach(async (nth) => {
      const number = phoneOf(nth).slice(1);
      const { status } = await service.reminder('klinik', `M-${nth}`);
      if (status !== 'planned' && !arrived.has(number)) held.add(number);
    });
    await kannel.up();
    const states = new Map<string, string>();
    await eventually(
      async () => {
        await forEach(async (nth) => {
          if (states.get(phoneOf(nth)) === 'delivered') return;
          states.set(phoneOf(nth), (await service.reminder('klinik', `M-${nth}`)).status);
        });
        const ends = ['delivered', 'accepted', 'uncertain'];
        expect([...states.values()].filter((status) => !ends.includes(status))).toEqual([]);
      },
      150_000,
      1_000,
    );
    const seen = sent();
    expect(seen.filter((number, at) => seen.indexOf(number) !== at)).toEqual([]);
    // A citizen who got none is shown as uncertain or without a receipt: nobody is lost unnoticed.
    const silent = Array.from({ length: 500 }, (_, nth) => nth).filter((nth) => !seen.includes(phoneOf(nth).slice(1)));
    expect(silent.filter((nth) => !held.has(phoneOf(nth).slice(1)))).toEqual([]);
    await service.stop();
    await service.sweepAt(new Date(Date.now() + 3 * DAY_MS));
    await service.start(settings());
    const ends: string[] = [];
    for (const nth of silent) {
      const { status, reason } = await service.reminder('klinik', `M-${nth}`);
      ends.push(status === 'accepted' ? `accepted ${reason}` : status);
    }
    expect(ends.filter((end) => end !== 'accepted no_receipt' && end !== 'uncertain')).toEqual([]);
  });

  it('gets the STOP that came while it was down itself', async () => {
    const phone = '+4520310750';
    await service.book('klinik', 'G-1', phone, SOON_MS);
    await service.book('klinik', 'G-2', phone, LATER_MS);
    await becomes('klinik', 'G-1', { status: 'delivered' });
    await service.stop();
    await kannel.injectInbound({ from: phone.slice(1), to: '1204', text: 'STOP' });
    await service.start(settings());
    await becomes('klinik', 'G-2', { status: 'suppressed', reason: 'opted_out' });
    expect(await optOuts()).toContainEqual(expect.objectContaining({ phone }));
  });

  it('takes an AFBUD: the reminders wait, the citizen hears that word follows, and when the booking system has cancelled', async () => {
    const phone = '+4520310850';
    const rules = ['PT2H', 'PT90M'].map((lead) => ({ id: lead.toLowerCase(), template: 'reminder', lead }));
    await service.makeAuthority('afbud', '1204', { rules, minimumGap: 'PT0H', noticeDelay: 'PT0M' });
    await service.book('afbud', 'H-1', phone, SOON_MS);
    await becomes('afbud', 'H-1', { status: 'delivered' });
    await kannel.injectInbound({ from: phone.slice(1), to: '1204', text: 'Afbud, jeg er syg' });
    await eventually(() => expect(to(phone)).toHaveLength(2));
    expect(to(phone)[1]?.text).toBe(
      'Tak, vi har modtaget dit afbud til Århus Øjenklinik. Du får besked, når aftalen er afmeldt. Haster det, så ring +45 35 45 35 45.',
    );
    const path = '/v1/authorities/afbud';
    const read = () => service.admin<{ reply: unknown; reminders: unknown[] }>('GET', `${path}/appointments/afbud/H-1`);
    const { reply, reminders } = await read();
    expect([reply, reminders[1]]).toMatchObject([{ meaning: 'cancel' }, { heldReason: 'reply_cancel' }]);
    await service.post('afbud', 'appointment.cancelled', { id: 'H-1' });
    await eventually(() => expect(to(phone)).toHaveLength(3));
    expect(to(phone)[2]?.text).toContain('er aflyst');
    await eventually(async () =>
      expect((await service.admin<{ items: unknown[] }>('GET', `${path}/inbound?settled=true`)).items).toMatchObject([
        { meaning: 'cancel', settledBy: 'booking_system' },
      ]),
    );
  });

  it('tells a booking system of an AFBUD, which cancels; the citizen hears both', async () => {
    const phone = '+4520310870';
    await service.makeAuthority('told', '1204', { onCancel: 'event', noticeDelay: 'PT0M' });
    const events = { url: receiver.url, types: ['citizen.cancelled', 'slot.freed'] };
    const source = { name: 'told', events };
    const { secrets } = await service.admin<{ secrets: { events: string } }>(
      'PUT',
      '/v1/authorities/told/sources/told',
      source,
    );
    await service.book('told', 'K-1', phone, SOON_MS);
    await becomes('told', 'K-1', { status: 'delivered' });
    await kannel.injectInbound({ from: phone.slice(1), to: '1204', text: 'Afbud, jeg er syg' });
    await eventually(() => expect(to(phone)).toHaveLength(2));
    expect(to(phone)[1]?.text).toBe(
      'Tak, vi har givet besked til Århus Øjenklinik. Din aftale er først afmeldt, når du får bekræftelse. Spørgsmål? Ring +45 35 45 35 45.',
    );
    await eventually(() => expect(receiver.calls).toHaveLength(1));
    const [call] = receiver.calls;
    if (!call) throw new Error('no call');
    verify(call, secrets.events);
    const { type, data } = JSON.parse(call.body) as { type: string; data: { reference: string; text: string } };
    expect([type, data.text]).toEqual(['citizen.cancelled', 'Afbud, jeg er syg']);
    await service.post('told', 'appointment.cancelled', { id: data.reference });
    await eventually(() => expect(to(phone)).toHaveLength(3));
    expect(to(phone)[2]?.text).toContain('er aflyst');
    await eventually(() => expect(receiver.taken().map((each) => each.type)).toEqual(events.types));
    const told = (await service.events('told')).map((each) => each.type);
    expect(told.slice(-4)).toEqual(expect.arrayContaining(['reminder.delivered', 'citizen.cancelled', 'slot.freed']));
  });

  it.each([
    ['JA', '+4520310851', { meaning: 'confirm', needsPerson: false, holds: false }, null],
    [
      'Forkert nummer',
      '+4520310852',
      { meaning: 'wrong_number', needsPerson: true, holds: true },
      'før en medarbejder',
    ],
  ])('takes a “%s”', async (text, phone, item, answer) => {
    const id = `I-${phone.slice(-2)}`;
    await service.book('klinik', id, phone, SOON_MS);
    await eventually(() => expect(to(phone)).toHaveLength(1));
    await kannel.injectInbound({ from: phone.slice(1), to: '1204', text });
    await eventually(async () => {
      const { items } = await service.admin<{ items: unknown[] }>('GET', '/v1/authorities/klinik/inbound');
      expect(items).toContainEqual(expect.objectContaining({ phone, text, ...item }));
    });
    const told = { confirm: 'citizen.confirmed', wrong_number: 'citizen.wrong_number' }[item.meaning];
    await eventually(async () =>
      expect((await service.events('klinik')).filter(({ data }) => data.reference === id)).toContainEqual(
        expect.objectContaining({ type: told, data: expect.objectContaining({ text }) }),
      ),
    );
    if (answer) await eventually(() => expect(to(phone)[1]?.text).toContain(answer));
    else
      expect(await service.admin('GET', `/v1/authorities/klinik/appointments/klinik/${id}`)).toMatchObject({
        reply: { meaning: 'confirm' },
      });
  });

  it('believes no callback without the token', async () => {
    for (const path of [
      'receipts?reference=x&d=1',
      'inbound?from=%2B4520310150&to=1204&text=STOP',
      'inbound?token=wrong&text=STOP',
    ]) {
      const response = await fetch(`${service.publicUrl}/v1/callbacks/kannel/${path}`);
      expect(response.status).toBe(401);
    }
  });

  it('says in its log that it could not read an SMS, and logged no number, no text and no token in all of this', async () => {
    const response = await fetch(`${service.publicUrl}/v1/callbacks/kannel/inbound?token=${TOKEN}&from=%2B4520310150`);
    expect(response.status).toBe(200);
    // Moments and ids are digits, too: some would be those of a number by chance.
    const logged = service.logged.join('').replaceAll(/"time":\d+|[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}/g, '');
    expect(logged).toContain('could not be read');
    for (const word of [
      '203101',
      '203102',
      '203105',
      '203106',
      '203107',
      '203108',
      'Afbud',
      'Husk',
      'Vi ses',
      TOKEN,
      kannel.password,
    ]) {
      expect(logged).not.toContain(word);
    }
  });
});
