import { createHmac } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { EVENT_REASONS, reasonSentence } from '../../../src/http/schemas/words.ts';
import { useApp } from '../../support/scenario.ts';

interface Answer {
  result: string;
  reference: string | null;
  reminders: number;
}
interface ProblemBody {
  type: string;
  detail: string;
  errors: { pointer: string; code: string; detail: string }[];
}
interface Sent {
  source?: string;
  type?: string;
  headers?: Record<string, string>;
}

const tokens = new Map<string, string>();
const CAL_COM = { header: 'X-Cal-Signature-256', secret: 'the secret of Cal.com 4711' };
const MAPPING = {
  type: '/what',
  types: { new: 'appointment.booked', gone: 'appointment.cancelled' },
  fields: { id: '/nr', start: ['/at', '/when'], phone: '/tel' },
};
const app = useApp({ authorities: ['rh'] });
beforeAll(async () => {
  const make = async (id: string, settings?: object) =>
    tokens.set(id, (await app.makeSource('rh', id, { ...settings })).token);
  await make('epj');
  await make('ends');
  await make('loaded', { mode: 'loading' });
  await make('clearing', { absentPhone: 'clear' });
  await make('cal', { mapping: 'cal.com', auth: { hmac: CAL_COM } });
  await make('vendor', { mapping: MAPPING });
  await make('changing', { mapping: { ...MAPPING, types: { ...MAPPING.types, other: 'appointment.updated' } } });
  await make('vendors', { mapping: { ...MAPPING, events: '/all' } });
});

function post<T = Answer>(
  status: number,
  body: unknown,
  { source = 'epj', type = 'application/json', headers = {} }: Sent = {},
): Promise<T> {
  const token = tokens.get(source) ?? null;
  return app.json<T>(status, `/v1/webhooks/${source}`, { token, body, headers: { 'Content-Type': type, ...headers } });
}

const accepted = (reminders: number, more: object = {}) => ({ result: 'accepted', reminders, ...more });
/** Pointer and code of each fault of what is refused. */
const refused = async (body: unknown, sent?: Sent) =>
  (await post<ProblemBody>(422, body, sent)).errors.map(({ pointer, code }) => `${pointer} ${code}`);
/** What each event of several became. */
const resultsOf = async (body: unknown, sent?: Sent) => {
  const { results } = await post<{ results: (Answer & { problem?: ProblemBody })[] }>(207, body, sent);
  return results;
};
const stored = async (source: string) =>
  app.db
    .selectFrom('appointment')
    .select(['reference', 'status', 'start_at as start'])
    .where('source_id', '=', source)
    .orderBy('reference')
    .execute();
const START = '2026-12-10T09:00:00+01:00';
const TYPE = 'dk.region.appointment.booked';
const data = (id: string, rest: object = {}) => ({ id, start: START, patient: { phone: '20123456' }, ...rest });
const booked = (id: string, rest?: object) => ({ type: 'appointment.booked', data: data(id, rest) });
const binary = (id: string, rest: Record<string, string> = {}) => ({
  headers: { 'ce-specversion': '1.0', 'ce-id': id, 'ce-source': '/booking', 'ce-type': TYPE, ...rest },
});
const structured = (id: string, content: unknown, rest: object = {}) => ({
  ...{ specversion: '1.0', id, source: '/booking', type: TYPE, data: content },
  ...rest,
});
const STRUCTURED = { type: 'application/cloudevents+json' };

describe('a cancellation of what is not known', () => {
  it('gets a warning at the id, once: the next one is about a known appointment', async () => {
    const cancelled = { type: 'appointment.cancelled', data: { id: 'NOWHERE-1' } };
    const answer = await post(202, cancelled, { source: 'ends' });
    expect(answer).toMatchObject({ warnings: [{ pointer: '/data/id', code: 'unknown_reference' }] });
    await post(202, booked('KNOWN-1'), { source: 'ends' });
    const known = { type: 'appointment.cancelled', data: { id: 'KNOWN-1' } };
    expect(await post(202, known, { source: 'ends' })).not.toHaveProperty('warnings');
  });

  it('gets none while its booking system is being loaded, whose history ends much that was never known', async () => {
    const cancelled = { type: 'appointment.cancelled', data: { id: 'NOWHERE-2' } };
    expect(await post(202, cancelled, { source: 'loaded' })).not.toHaveProperty('warnings');
  });
});

describe('a move without a new start', () => {
  it('gets a warning where the start is expected, for the old time stays', async () => {
    await post(202, booked('MOVE-1'), { source: 'ends' });
    const moved = { type: 'appointment.rescheduled', data: { id: 'MOVE-1', startTime: '2026-12-11T09:00:00+01:00' } };
    const answer = await post(202, moved, { source: 'ends' });
    expect(answer).toMatchObject({ warnings: [{ pointer: '/data/start', code: 'not_moved' }] });
  });
});

describe('an event whose end lies before its start', () => {
  const backwards = (id: string) => data(id, { end: '2026-12-09T09:30:00+01:00' });
  const warned = (pointer: string) => ({ result: 'accepted', warnings: [{ pointer, code: 'end_left_out' }] });

  const source = 'ends';

  it('is taken without the end, and gets a warning at the field of its sender', async () => {
    await post(202, booked('END-1'), { source });
    const moved = { type: 'appointment.rescheduled', data: backwards('END-1') };
    expect(await post(202, moved, { source })).toMatchObject(warned('/data/end'));
    const stored = app.db.selectFrom('appointment').select(['start_at', 'end_at']).where('reference', '=', 'END-1');
    expect(await stored.executeTakeFirst()).toEqual({ start_at: new Date('2026-12-10T08:00:00Z'), end_at: null });
    const results = await resultsOf([moved, { type: 'appointment.booked', data: backwards('END-2') }], { source });
    expect(results).toMatchObject([{ result: 'duplicate' }, warned('/1/data/end')]);
    const event = structured('end-3', backwards('END-3'));
    expect(await post(202, event, { source, ...STRUCTURED })).toMatchObject(warned('/data/end'));
  });

  it('gets the warning also where only one of the two has come, at that one, and the end is left out', async () => {
    const end = '2026-12-10T10:00:00+01:00';
    expect(await post(202, booked('END-5', { end }), { source })).not.toHaveProperty('warnings');
    const stored = async () =>
      (await app.db.selectFrom('appointment').select('end_at').where('reference', '=', 'END-5').executeTakeFirst())
        ?.end_at;
    const shortened = { type: 'appointment.updated', data: { id: 'END-5', end: '2026-12-10T08:00:00+01:00' } };
    expect(await post(202, shortened, { source })).toMatchObject(warned('/data/end'));
    expect(await stored()).toEqual(new Date(end));
    const moved = { type: 'appointment.rescheduled', data: { id: 'END-5', start: '2026-12-10T11:00:00+01:00' } };
    expect(await post(202, moved, { source })).toMatchObject(warned('/data/start'));
    expect(await stored()).toBe(null);
    const onward = { ...moved, data: { ...moved.data, start: '2026-12-10T12:00:00+01:00' } };
    expect(await post(202, onward, { source })).not.toHaveProperty('warnings');
    const event = { ...structured('end-5', { id: 'END-5', end }), type: 'dk.region.appointment.updated' };
    expect(await post(202, event, { source, ...STRUCTURED })).toMatchObject(warned('/data/end'));
  });

  it('is known when it comes again, and not warned about twice', async () => {
    const event = { type: 'appointment.booked', data: backwards('END-4') };
    expect(await post(202, event, { source })).toMatchObject(warned('/data/end'));
    expect(await post(202, event, { source })).not.toHaveProperty('warnings');
  });
});

describe('a CloudEvent', () => {
  it('becomes an appointment, in either mode', async () => {
    const answer = await post(202, data('CE-1'), binary('1'));
    expect(answer).toMatchObject(accepted(2, { reference: 'CE-1' }));
    const found = await post(202, structured('2', data('CE-2')), STRUCTURED);
    expect(found).toMatchObject(accepted(2, { reference: 'CE-2' }));
    expect(await stored('epj')).toMatchObject([{ reference: 'CE-1' }, { reference: 'CE-2' }]);
  });

  it('that comes again has no effect, though the appointment went on since', async () => {
    await post(202, data('CE-3'), binary('3'));
    const answer = await post(202, { id: 'CE-3' }, binary('4', { 'ce-type': 'appointment.cancelled' }));
    expect(answer).toMatchObject({ result: 'accepted' });
    expect(await post(202, data('CE-3'), binary('3'))).toMatchObject({ result: 'duplicate', reference: 'CE-3' });
    expect((await stored('epj')).find(({ reference }) => reference === 'CE-3')).toMatchObject({ status: 'cancelled' });
  });

  it('with an id that came with another body is 422, and stores nothing; that of another source is another one', async () => {
    await post(202, data('CE-5'), binary('5'));
    const other = await post<ProblemBody>(422, data('CE-6'), binary('5'));
    expect(other.type).toBe('/problems/idempotency-key-reused');
    expect((await stored('epj')).some(({ reference }) => reference === 'CE-6')).toBe(false);
    expect(await post(202, data('CE-6'), binary('5', { 'ce-source': '/other' }))).toMatchObject({ result: 'accepted' });
  });

  it('that was refused keeps no key', async () => {
    await post(422, data('CE-7', { start: 'soon' }), binary('7'));
    expect(await post(202, data('CE-7'), binary('7'))).toMatchObject({ result: 'accepted' });
  });

  it('without the start that it needs is told so where its data stands', async () => {
    const { start: _, ...bare } = data('CE-8');
    expect(await refused(bare, binary('8'))).toEqual(['/start required']);
    expect(await refused(structured('9', bare), STRUCTURED)).toEqual(['/data/start required']);
    const whole = { type: 'appointment.booked', data: bare };
    expect(await refused(structured('10', whole), STRUCTURED)).toEqual(['/data/data/start required']);
  });

  it('among others in a batch harms no other', async () => {
    const { start: _, ...bare } = data('CE-12');
    const batch = Object.entries({ 11: data('CE-11'), 12: bare, 13: data('CE-13') }).map(([id, of]) =>
      structured(id, of),
    );
    batch.splice(2, 0, structured('', data('x')));
    const results = await resultsOf(batch, { type: 'application/cloudevents-batch+json' });
    expect(results.map(({ result, reference }) => [result, reference])).toEqual([
      ['accepted', 'CE-11'],
      ['refused', 'CE-12'],
      ['refused', undefined],
      ['accepted', 'CE-13'],
    ]);
    const pointers = results.flatMap(({ problem }) => problem?.errors.map(({ pointer }) => pointer) ?? []);
    expect(pointers).toEqual(['/1/data/start', '/2/id']);
    expect(await post(207, [], { type: 'application/cloudevents-batch+json' })).toEqual({ results: [] });
  });
});

describe('a change of an appointment', () => {
  const change = (type: string, id: string, rest: object = {}) => ({
    type: `appointment.${type}`,
    data: { id, ...rest },
  });
  const { start, patient } = data('');

  it.each(['updated', 'rescheduled'])(
    'that nobody knows is told so when it names no start, else it is taken in (%s)',
    async (type) => {
      expect(await refused(change(type, `NEW-${type}`, { patient }))).toEqual(['/data/id unknown_reference']);
      expect(await refused(change('booked', `NEW-${type}`))).toEqual(['/data/start required']);
      const answer = await post(202, change(type, `NEW-${type}`, { start, patient }));
      expect(answer).toMatchObject(accepted(2));
      const found = await post(202, change(type, `NEW-${type}`, { department: 'B' }));
      expect(found).toMatchObject(accepted(2));
    },
  );

  it.each(['updated', 'rescheduled'])(
    'of one that is cancelled or was missed books it again only where it says another time (%s)',
    async (type) => {
      for (const end of ['cancelled', 'noshow', 'deleted']) {
        const id = `${end}-${type}`;
        await post(202, change('booked', id, { start, patient }));
        await post(202, change(end, id));
        const told = { department: 'B', patient };
        expect(await post(202, change(type, id, told))).toMatchObject(accepted(0));
        if (type === 'updated') await post(202, change(type, id, { ...told, start }));
        const { status } = (await stored('epj')).find(({ reference }) => reference === id) ?? {};
        expect(status).toBe(end === 'deleted' ? 'entered-in-error' : end);
        const moved = change(type, id, { start: '2026-12-11T09:00:00+01:00', patient });
        expect(await post(202, moved)).toMatchObject(accepted(2));
      }
    },
  );

  it('by a CloudEvent or a mapping does so, too', async () => {
    await post(202, structured('u-1', data('CE-U')), STRUCTURED);
    await post(202, structured('u-2', { id: 'CE-U' }, { type: 'appointment.cancelled' }), STRUCTURED);
    const event = structured('u-3', data('CE-U', { department: 'B' }), { type: 'appointment.updated' });
    expect(await post(202, event, STRUCTURED)).toMatchObject({ reminders: 0 });
    const vendor = { source: 'changing' };
    const said = (what: string, at: string) => ({ what, nr: 'V-1', at, tel: '20123456' });
    await post(202, said('new', '2026-12-10T09:00:00+01:00'), vendor);
    await post(202, said('gone', '2026-12-10T09:00:00+01:00'), vendor);
    expect(await post(202, said('other', '2026-12-10T09:00:00+01:00'), vendor)).toMatchObject({ reminders: 0 });
    expect(await post(202, said('other', '2026-12-11T09:00:00+01:00'), vendor)).toMatchObject({ reminders: 2 });
  });

  it('that is known and names neither start nor number keeps the number, unless the source says otherwise', async () => {
    for (const [source, reminders] of Object.entries({ epj: 2, clearing: 0 })) {
      await post(202, change('booked', 'NUMBER', { start, patient }), { source });
      const answer = await post(202, change('updated', 'NUMBER', { department: 'B' }), { source });
      expect(answer).toMatchObject({ reminders });
    }
  });
});

describe('the reasons why nothing is planned', () => {
  it('are told at every event that changes something while the number can not be used', async () => {
    const said = async (rest: object) => {
      const { result, reasons } = await post<Answer & { reasons?: string[] }>(202, {
        type: 'appointment.updated',
        data: data('R-1', rest),
      });
      return [result, reasons];
    };
    expect(await said({ patient: { phone: '112' } })).toEqual(['accepted', ['invalid_number']]);
    expect(await said({ patient: { phone: '112' }, department: 'B' })).toEqual(['accepted', ['invalid_number']]);
    expect(await said({ patient: { phone: '' }, department: 'B' })).toEqual(['accepted', ['no_phone']]);
    expect(await said({ department: 'C' })).toEqual(['accepted', undefined]);
  });
});

describe('the handshake of CloudEvents', () => {
  const ask = (source: string, headers: Record<string, string>) =>
    app.request(`/v1/webhooks/${source}`, { method: 'OPTIONS', token: null, headers });
  const told = (response: Response) => [
    response.status,
    ...['webhook-allowed-origin', 'webhook-allowed-rate', 'allow'].map((name) => response.headers.get(name)),
  ];

  it.each(['epj', 'nobody', 'NO-ID'])('gets a response, whether there is a source or not (%s)', async (source) => {
    expect(
      told(await ask(source, { 'WebHook-Request-Origin': 'booking.example.org', 'WebHook-Request-Rate': '120' })),
    ).toEqual([200, 'booking.example.org', '120', 'OPTIONS, POST']);
  });

  it('names no rate where none was asked for, and repeats only what is a name', async () => {
    const found = told(await ask('epj', { 'WebHook-Request-Origin': 'a b', 'WebHook-Request-Rate': '0' }));
    expect(found).toEqual([200, '*', '*', 'OPTIONS, POST']);
  });

  it('allows nothing to somebody who did not ask', async () => {
    expect(told(await ask('epj', {}))).toEqual([200, null, null, 'OPTIONS, POST']);
  });
});

describe('a booking of Cal.com', () => {
  const booking = (triggerEvent: string, uid: string, startTime: string, rest: object = {}) => ({
    triggerEvent,
    createdAt: app.clock.now.toISOString(),
    payload: { uid, startTime, responses: { attendeePhoneNumber: { value: '+4520123456' } }, ...rest },
  });
  const signed = (body: object): Sent => ({
    source: 'cal',
    headers: {
      'X-Cal-Signature-256': createHmac('sha256', CAL_COM.secret).update(JSON.stringify(body)).digest('hex'),
      Authorization: 'Bearer x',
    },
  });
  const send = <T = Answer>(status: number, body: object) => post<T>(status, body, signed(body));

  it('is one appointment through all its moves, each of which gives it a new uid', async () => {
    const answer = await send(202, booking('BOOKING_CREATED', 'one', '2026-12-10T08:00:00Z'));
    expect(answer).toMatchObject({ reference: 'one', reminders: 2 });
    const moves = [
      ['two', '2026-12-11T08:00:00Z', 'one'],
      ['three', '2026-12-17T08:00:00Z', 'two'],
    ] as const;
    for (const [uid, start, rescheduleUid] of moves) {
      const found = await send(202, booking('BOOKING_RESCHEDULED', uid, start, { rescheduleUid }));
      expect(found).toMatchObject(accepted(2, { reference: uid }));
    }
    const current = async () => (await stored('cal')).filter(({ status }) => status !== 'entered-in-error');
    const result = await current();
    expect(result).toEqual([{ reference: 'three', status: 'booked', start: new Date('2026-12-17T08:00:00Z') }]);
    const told = await send(202, booking('BOOKING_CANCELLED', 'three', '2026-12-17T08:00:00Z'));
    expect(told).toMatchObject({ reference: 'three', reminders: 0 });
    expect(await current()).toMatchObject([{ reference: 'three', status: 'cancelled' }]);
  });

  it('that was only asked for is kept, and reminds nobody', async () => {
    const answer = await send(202, booking('BOOKING_REQUESTED', 'asked', '2026-12-10T08:00:00Z'));
    expect(answer).toMatchObject({ reference: 'asked', reminders: 0 });
    const found = await send(202, booking('BOOKING_CREATED', 'asked', '2026-12-10T08:00:00Z'));
    expect(found).toMatchObject({ reminders: 2 });
  });

  it('whose move came before itself is closed without an SMS when it comes late', async () => {
    await send(202, booking('BOOKING_RESCHEDULED', 'late-2', '2026-12-11T08:00:00Z', { rescheduleUid: 'late-1' }));
    await send(202, booking('BOOKING_CREATED', 'late-3', '2026-12-10T08:00:00Z'));
    await send(202, booking('BOOKING_RESCHEDULED', 'late-2', '2026-12-11T09:00:00Z', { rescheduleUid: 'late-3' }));
    const rows = (await stored('cal')).filter(({ reference }) => reference.startsWith('late'));
    expect(rows.map(({ reference, status }) => [reference, status])).toEqual([
      ['late-1', 'entered-in-error'],
      ['late-2', 'booked'],
      ['late-3', 'entered-in-error'],
    ]);
  });

  it('other webhooks of it are taken and ignored', async () => {
    const answer = await send(202, { triggerEvent: 'PING', createdAt: 'x', payload: {} });
    expect(answer).toEqual({ result: 'ignored', reference: null, reminders: 0, alreadyHandedOver: [] });
  });

  it('without a start is told so in its own terms', async () => {
    const bare = booking('BOOKING_CREATED', 'bare', '');
    expect(await refused(bare, signed(bare))).toEqual(['/payload/startTime required']);
  });
});

describe("a vendor's JSON", () => {
  it('becomes an appointment by the mapping of the source', async () => {
    const body = { what: 'new', nr: 1, at: '2026-12-10T09:00', tel: [20123456, '20123457'] };
    const answer = await post(202, body, { source: 'vendor' });
    expect(answer).toMatchObject(accepted(2, { reference: '1' }));
    expect(await post(202, body, { source: 'vendor' })).toMatchObject({ result: 'duplicate' });
    const found = await post(202, { what: 'gone', nr: 1 }, { source: 'vendor' });
    expect(found).toMatchObject(accepted(0));
    const told = await post(202, { what: 'else', nr: 1 }, { source: 'vendor' });
    expect(told).toMatchObject({ result: 'ignored', reference: null });
  });

  it('takes the first of several numbers that an SMS can be sent to', async () => {
    const body = { what: 'new', nr: 2, at: '2026-12-10T09:00', tel: ['nej', '123', '20123458'] };
    await post(202, body, { source: 'vendor' });
    expect(await app.json(200, '/v1/authorities/rh/appointments/vendor/2')).toMatchObject({ phone: '+4520123458' });
  });

  it('is refused where its own start should stand', async () => {
    expect(await refused({ what: 'new', nr: 3 }, { source: 'vendor' })).toEqual(['/at required']);
  });

  it('that holds ids only is told which field misses its start, and that somebody must fetch the appointment', async () => {
    const booked = await post<ProblemBody>(422, { what: 'new', nr: 30 }, { source: 'vendor' });
    const changed = await post<ProblemBody>(422, { what: 'other', nr: 30 }, { source: 'changing' });
    const found = [booked.errors, changed.errors].flat().map((each) => `${each?.pointer} ${each?.code}`);
    expect(found).toEqual(['/at required', '/nr unknown_reference']);
    for (const { errors } of [booked, changed])
      expect(errors?.[0]?.detail).toMatch(/`start` in the mapping .* an integration must fetch the appointment/);
  });

  it('with an array of events gets a result for each event, each refusal where it stands', async () => {
    const all = [
      { what: 'new', nr: 4, at: '2026-12-10T09:00' },
      { what: 'new', nr: 5 },
      { what: 'new', nr: 6, at: 'x' },
    ];
    const results = await resultsOf({ all }, { source: 'vendors' });
    expect(results.map(({ result }) => result)).toEqual(['accepted', 'refused', 'refused']);
    const pointers = results.flatMap(({ problem }) => problem?.errors.map(({ pointer }) => pointer) ?? []);
    expect(pointers).toEqual(['/all/1/at', '/all/2/at']);
  });
});

describe('what is not for here', () => {
  it.each<[string, unknown, string, string]>([
    ['application/fhir+json', { resourceType: 'Appointment' }, 'unsupported-media-type', '/v1/fhir/'],
    ['application/hl7-v2', 'MSH|^~\\&|', 'unsupported-media-type', '/v1/hl7v2/'],
    ['application/x-www-form-urlencoded', 'action=scheduled&id=1', 'unsupported-media-type', 'JSON'],
  ])('%s is 415, and says where it is read', async (type, body, code, words) => {
    const { type: problem, detail } = await post<ProblemBody>(415, body, { type });
    expect(problem).toBe(`/problems/${code}`);
    expect(detail).toContain(words);
  });

  it('is told so only to the source itself', async () => {
    const request = { token: 'wrong', body: 'x', headers: { 'Content-Type': 'text/csv' } };
    for (const source of ['epj', 'nobody'])
      expect((await app.request(`/v1/webhooks/${source}`, request)).status).toBe(401);
  });
});

describe('the response to an event', () => {
  it.each([
    ['2026-12-01T09:00:00', '2026-12-01T09:00:00+01:00'],
    ['2026-12-01T08:00:00Z', '2026-12-01T09:00:00+01:00'],
    ['2027-07-01T09:00:00', '2027-07-01T09:00:00+02:00'],
  ])('says when the appointment begins, as it was understood: %s', async (start, understood) => {
    const event = { type: 'appointment.booked', data: { id: `start-${start}`, start } };
    expect(await post(202, event)).toMatchObject({ result: 'accepted', start: understood });
    expect(await post(202, event)).not.toHaveProperty('start');
    const results = await resultsOf([{ ...event, data: { ...event.data, id: `a-${start}` } }]);
    expect(results).toEqual([expect.objectContaining({ start: understood })]);
    const cancelled = { type: 'appointment.cancelled', data: { id: `start-${start}` } };
    expect(await post(202, cancelled)).not.toHaveProperty('start');
  });

  it('says in sentences why nothing is planned, in Danish for those who read it', async () => {
    const event = (id: string) => ({ type: 'appointment.booked', data: { id, start: '2026-12-01T09:00:00+01:00' } });
    expect(await post(202, event('why-1'))).toMatchObject({
      reasons: ['no_phone'],
      reasonDetails: [{ code: 'no_phone', detail: 'No phone number.' }],
    });
    const answer = await post(202, event('why-2'), { headers: { 'Accept-Language': 'da-DK' } });
    expect(answer).toMatchObject({ reasonDetails: [{ code: 'no_phone', detail: 'Telefonnummeret mangler.' }] });
  });

  it('has a sentence for every reason, in both languages', () => {
    for (const language of ['da', 'en'] as const)
      for (const reason of EVENT_REASONS) expect(reasonSentence(reason, language)).toMatch(/^[A-Z].* .*\.$/);
  });

  it('shows an example where the start is a number', async () => {
    const event = { type: 'appointment.booked', data: { id: 'number', start: 1_796_112_000 } };
    expect(await post(422, event)).toMatchObject({
      errors: [{ pointer: '/data/start', detail: expect.stringContaining('2026-12-01T09:00:00+01:00') }],
    });
  });

  it.each(['X-Shop-Signature', 'X-Vendor-Hmac', 'X-Sign', 'X-Shopify-Hmac-Sha256', 'X-Hub-Signature-256'])(
    'calls a wrong signature in %s wrong, and not missing',
    async (name) => {
      const headers = { [name]: 'abc', 'Content-Type': 'application/json' };
      const refused = await app.request('/v1/webhooks/epj', { method: 'POST', token: null, headers, body: {} });
      expect([refused.status, await refused.json()]).toMatchObject([
        401,
        { errors: [{ code: 'wrong_signature', pointer: name.toLowerCase() }] },
      ]);
    },
  );
});
