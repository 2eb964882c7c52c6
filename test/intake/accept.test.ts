import { createHmac } from 'node:crypto';
import { sql } from 'kysely';
import { beforeEach, describe, expect, it } from 'vitest';
import { placeOf } from '../../src/store/places.ts';
import type { TestApp } from '../support/app.ts';
import { useApp } from '../support/scenario.ts';
import { reminderNow } from '../support/sending.ts';
import { StoredRows, update } from '../support/stored-rows.ts';

interface Answer {
  readonly result: string;
  readonly reference?: string;
  readonly start?: string;
  readonly reminders?: number;
  readonly alreadyHandedOver?: string[];
  readonly problem?: { status: number; errors: { pointer: string; code: string }[] };
}

const START = '2026-12-01T09:00:00+01:00';
const MOVED = '2026-12-08T09:00:00+01:00';

let nth = 0;
const newId = (prefix: string) => `${prefix}-${++nth}`;

/** A source of an authority of its own, with what a booking system does to it. */
class BookingSystem {
  readonly app: TestApp;
  readonly authority: string;
  readonly source: string;
  token = '';
  secret = '';

  constructor(app: TestApp) {
    this.app = app;
    this.authority = newId('authority');
    this.source = newId('source');
  }

  async open(settings: Record<string, unknown> = {}, source: Record<string, unknown> = {}): Promise<this> {
    await this.app.makeAuthority(this.authority, settings);
    const { token, webhookSecret } = await this.app.makeSource(this.authority, this.source, source);
    this.token = token;
    this.secret = webhookSecret;
    return this;
  }

  post(body: unknown, headers: Record<string, string> = {}): Promise<Response> {
    return this.app.request(`/v1/webhooks/${this.source}`, { token: this.token, body, headers });
  }

  async send(status: number, body: unknown, headers: Record<string, string> = {}): Promise<Answer> {
    const response = await this.post(body, headers);
    const text = await response.text();
    expect([response.status, text]).toEqual([status, text]);
    return JSON.parse(text) as Answer;
  }

  /** Books, or says anything else of an appointment. */
  say(type: string, data: object, rest: object = {}): Promise<Answer> {
    return this.send(202, event(type, data, rest));
  }

  async reminders(reference: string) {
    const rows = await this.app.db
      .selectFrom('reminder')
      .innerJoin('appointment', 'appointment.id', 'reminder.appointment_id')
      .select(['reminder.id', 'reminder.rule', 'reminder.slot', 'reminder.due_at'])
      .where('appointment.source_id', '=', this.source)
      .where('appointment.reference', '=', reference)
      .orderBy('reminder.slot')
      .orderBy('reminder.due_at')
      .execute();
    const shown = await Promise.all(rows.map(({ id }) => reminderNow(this.app, id)));
    return rows.map((row, nth) => ({ ...row, status: shown[nth]?.status, reason: shown[nth]?.reason ?? null }));
  }

  async statuses(reference: string): Promise<string[]> {
    return (await this.reminders(reference)).map(({ rule, status, reason }) =>
      [rule, status, reason ?? ''].join(' ').trim(),
    );
  }

  async appointment(reference: string) {
    const row = await this.app.db
      .selectFrom('appointment')
      .selectAll()
      .where('source_id', '=', this.source)
      .where('reference', '=', reference)
      .executeTakeFirstOrThrow();
    const phone =
      row.phone_ciphertext &&
      this.app.deps.keyring.cipher.decrypt(this.authority, 'appointment.phone', row.id, row.phone_ciphertext);
    return { ...row, phone, place: placeOf(row, this.app.deps.keyring) };
  }

  /** As the dispatcher leaves it once an SMS was handed over. */
  async handOver(reminder: string): Promise<void> {
    const set = { status: 'handed_over' as const, next_at: null, updated_at: this.app.clock.now };
    await update(this.app.db, 'reminder', { id: reminder }, set);
    const rows = new StoredRows(this.app.db, this.app.clock.now, this.app.deps.keyring);
    await rows.message(this.authority, reminder, '+4520123456', { status: 'accepted', delivered_at: null });
  }
}

function event(type: string, data: object, rest: object = {}): object {
  return { type: `appointment.${type}`, ...rest, data };
}

const accepted = (reminders: number, more: object = {}) => ({ result: 'accepted', reminders, ...more });
const booking = (id: string, data: object = {}) => ({ id, start: START, patient: { phone: '20123456' }, ...data });

const app = useApp();
let epj: BookingSystem;
beforeEach(async () => {
  epj = await new BookingSystem(app).open();
});

/** What the booking system of the test has stored. */
const stored = () =>
  app.db.selectFrom('appointment').select(['reference', 'status']).where('source_id', '=', epj.source).execute();

describe('an event', () => {
  it('books: it is stored with its reminders planned before it is answered', async () => {
    const response = await epj.say('booked', booking('A-1', { department: 'Ambulatoriet', version: 3 }));
    expect(response).toEqual({
      result: 'accepted',
      reference: 'A-1',
      start: START,
      reminders: 2,
      alreadyHandedOver: [],
    });
    expect(await epj.statuses('A-1')).toEqual(['three-days-before planned', 'day-before planned']);
    expect((await epj.reminders('A-1')).map(({ due_at }) => due_at.toISOString())).toEqual([
      // Three days before is a Saturday, so that it goes on the Friday.
      '2026-11-27T09:00:00.000Z',
      '2026-11-30T09:00:00.000Z',
    ]);
    expect(await epj.appointment('A-1')).toMatchObject({
      authority_id: epj.authority,
      phone: '+4520123456',
      start_at: new Date(START),
      version: '3',
      status: 'booked',
      department: 'Ambulatoriet',
      source_mode: 'live',
    });
  });

  it.each([
    ['cancelled', 'cancelled', 'cancelled'],
    ['deleted', 'entered-in-error', 'cancelled entered-in-error'],
    ['arrived', 'arrived', 'cancelled arrived'],
    ['fulfilled', 'fulfilled', 'cancelled fulfilled'],
    ['noshow', 'noshow', 'cancelled noshow'],
  ])('of type %s ends what is planned, and leaves the appointment %s', async (type, status, ending) => {
    await epj.say('booked', booking('A-1'));
    const answer = await epj.say(type, { id: 'A-1' });
    expect(answer).toEqual({ result: 'accepted', reference: 'A-1', reminders: 0, alreadyHandedOver: [] });
    expect(await epj.statuses('A-1')).toEqual([`three-days-before ${ending}`, `day-before ${ending}`]);
    expect(await epj.appointment('A-1')).toMatchObject({ status, start_at: new Date(START), phone: '+4520123456' });
  });

  it('of a cancellation that comes first is stored, and an older booking does not undo it', async () => {
    expect(await epj.say('cancelled', { id: 'A-1', version: 2 })).toMatchObject(accepted(0));
    expect(await epj.say('booked', booking('A-1', { version: 1 }))).toMatchObject({ result: 'stale', reminders: 0 });
    expect(await epj.appointment('A-1')).toMatchObject({ status: 'cancelled', version: '2' });
    expect(await epj.say('booked', booking('A-1', { version: 3 }))).toMatchObject(accepted(2));
  });

  it('that moves the start plans anew, ends what was planned, and says what had left', async () => {
    await epj.say('booked', booking('A-1'));
    const [first] = await epj.reminders('A-1');
    await epj.handOver(first?.id ?? '');
    const response = await epj.say('rescheduled', { id: 'A-1', start: MOVED });
    expect(response).toEqual({
      result: 'accepted',
      reference: 'A-1',
      start: MOVED,
      reminders: 3,
      alreadyHandedOver: [first?.id],
    });
    expect(await epj.statuses('A-1')).toEqual([
      'three-days-before accepted',
      'day-before superseded',
      'rescheduled planned',
      'three-days-before planned',
      'day-before planned',
    ]);
    // What left in an earlier slot is no longer told.
    expect(await epj.say('cancelled', { id: 'A-1' })).toMatchObject({ alreadyHandedOver: [] });
  });

  it('that only repeats is a duplicate, with the same counts', async () => {
    const { start: _, ...first } = await epj.say('booked', booking('A-1', { version: 1 }));
    expect(await epj.say('booked', booking('A-1', { version: 1 }))).toEqual({ ...first, result: 'duplicate' });
    expect(await epj.statuses('A-1')).toHaveLength(2);
    expect((await epj.appointment('A-1')).revision).toBe(1);
  });

  it('that repeats a version with another timestamp is a duplicate', async () => {
    await epj.say('booked', booking('A-1', { version: 1 }), { timestamp: '2026-11-24T10:00:00Z' });
    const again = await epj.say('booked', booking('A-1', { version: 1 }), { timestamp: '2026-11-24T10:00:05Z' });
    expect(again).toMatchObject({ result: 'duplicate', reminders: 2 });
  });

  it('that changes the department alone takes along what was not sent: the department’s own staff find it', async () => {
    const when = { departments: ['Øre', 'Næse'] };
    const rules = [{ id: 'two-days-before', template: 'reminder', lead: 'P2D', at: '10:00', when }];
    const epj = await new BookingSystem(app).open({ rules });
    for (const [reference, status] of Object.entries({ 'A-1': 'expired', 'A-2': 'suppressed', 'A-3': 'handed_over' })) {
      await epj.say('booked', booking(reference, { department: 'Øre' }));
      await sql`update reminder set status = ${status}, next_at = null where appointment_id = (
        select id from appointment where reference = ${reference} and source_id = ${epj.source})`.execute(app.db);
      await epj.say('updated', booking(reference, { department: 'Næse' }));
    }
    const { rows } = await sql<{ reference: string; department: string }>`
      select distinct a.reference, r.department from reminder r join appointment a on a.id = r.appointment_id
      where a.source_id = ${epj.source} order by 1`.execute(app.db);
    const found = rows.map(({ reference, department }) => `${reference} ${department}`);
    expect(found).toEqual(['A-1 Næse', 'A-2 Næse', 'A-3 Øre']);
  });

  it('that changes number and department changes the planned reminders in place', async () => {
    // Departments that rules name are counted by name from the first patient.
    const named = { id: 'two-days-before', template: 'reminder', lead: 'P2D', at: '10:00' };
    const rules = [
      { id: 'day-before', template: 'reminder', lead: 'P1D', at: '10:00' },
      { ...named, when: { departments: ['Øre', 'Næse'] } },
    ];
    const epj = await new BookingSystem(app).open({ rules });
    await epj.say('booked', booking('A-1', { department: 'Øre' }));
    const before = await epj.reminders('A-1');
    await epj.say('updated', booking('A-1', { patient: { phone: '30123456' }, department: 'Næse' }));
    expect(await epj.reminders('A-1')).toEqual(before);
    const stored = await app.db
      .selectFrom('reminder')
      .select(['appointment_id', 'department', 'revision'])
      .where('source_id', '=', epj.source)
      .execute();
    const { id, phone, phone_hash, revision } = await epj.appointment('A-1');
    expect([phone, phone_hash]).toEqual(['+4530123456', app.deps.keyring.phoneHash('+4530123456')]);
    // The reminders have no number of their own: they go to the appointment's, of this revision.
    expect(stored).toEqual([0, 1].map(() => ({ appointment_id: id, department: 'Næse', revision })));
    expect(revision).toBe(2);
  });

  it('of the same version with other content is taken', async () => {
    await epj.say('booked', booking('A-1', { version: 1 }));
    const response = await epj.say('updated', booking('A-1', { version: 1, patient: { phone: '30123456' } }));
    expect(response).toMatchObject(accepted(2));
    expect(await epj.appointment('A-1')).toMatchObject({ phone: '+4530123456', revision: 2 });
  });

  it('of a lower version is stale and changes nothing', async () => {
    await epj.say('booked', booking('A-1', { version: 5 }));
    const answer = await epj.say('rescheduled', booking('A-1', { version: 4, start: MOVED }));
    expect(answer).toMatchObject({ result: 'stale', reminders: 2 });
    expect(await epj.appointment('A-1')).toMatchObject({ version: '5', revision: 1, start_at: new Date(START) });
  });

  it('without a version is ordered by its timestamp', async () => {
    await epj.say('booked', booking('A-1'), { timestamp: '2026-11-24T10:00:00Z' });
    const older = await epj.say('rescheduled', booking('A-1', { start: MOVED }), { timestamp: '2026-11-24T09:59:59Z' });
    expect(older.result).toBe('stale');
    const newer = await epj.say('rescheduled', booking('A-1', { start: MOVED }), { timestamp: '2026-11-24T10:00:01Z' });
    expect(newer.result).toBe('accepted');
    expect((await epj.appointment('A-1')).start_at).toEqual(new Date(MOVED));
  });

  it('without version and timestamp wins by coming last', async () => {
    await epj.say('booked', booking('A-1', { start: MOVED }));
    expect((await epj.say('booked', booking('A-1'))).result).toBe('accepted');
    expect((await epj.say('rescheduled', booking('A-1', { start: MOVED }))).result).toBe('accepted');
    expect((await epj.appointment('A-1')).start_at).toEqual(new Date(MOVED));
  });

  it('without a start books nothing that is not known', async () => {
    const response = await epj.send(422, event('booked', { id: 'A-1' }));
    expect(response).toMatchObject({ errors: [{ pointer: '/data/start', code: 'required' }] });
    expect(await stored()).toEqual([]);
  });

  it.each([
    ['none', undefined, 'no_phone'],
    ['null', null, 'no_phone'],
    ['no number', 'ring til mor', 'invalid_number'],
    ['one of a country that is not allowed', '+33612345678', 'country_not_allowed'],
    ['a Swedish fixed line', '+46 8 123 456 78', 'not_mobile'],
    ['one with an extension', '20123456 ext. 5', 'invalid_number'],
  ])('whose number is %s plans nothing that would go', async (_name, phone, reason) => {
    const answer = await epj.say('booked', { id: 'A-1', start: START, patient: { phone } });
    expect(answer).toMatchObject(accepted(0, { reasons: [reason] }));
    const found = await epj.statuses('A-1');
    expect(found).toEqual([`three-days-before suppressed ${reason}`, `day-before suppressed ${reason}`]);
    expect(await epj.appointment('A-1')).toMatchObject({ phone: null, phone_hash: null, phone_reason: reason });
    expect(await epj.say('updated', { id: 'A-1', patient: { phone: '20123456' } })).toMatchObject({ reminders: 2 });
  });

  it('that leaves a field out keeps what is stored, and clears it with null', async () => {
    await epj.say(
      'booked',
      booking('A-1', { patient: { id: 'P-1', phone: '20123456', language: 'en' }, department: 'Øre', kind: 'phone' }),
    );
    await epj.say('updated', { id: 'A-1', location: { text: 'Opgang 4' } });
    expect(await epj.appointment('A-1')).toMatchObject({
      phone: '+4520123456',
      language: 'en',
      department: 'Øre',
      kind: 'phone',
      place: { locationCode: null, locationText: 'Opgang 4' },
    });
    await epj.say('updated', { id: 'A-1', patient: { phone: null, language: null }, department: null, location: null });
    expect(await epj.appointment('A-1')).toMatchObject({
      phone: null,
      language: null,
      department: null,
      place: { locationCode: null, locationText: null },
    });
  });

  it('about another patient inherits neither number nor language', async () => {
    await epj.say('booked', booking('A-1', { patient: { id: 'P-1', phone: '20123456', language: 'en' } }));
    await epj.say('updated', { id: 'A-1', patient: { id: 'P-1' } });
    expect(await epj.appointment('A-1')).toMatchObject({ phone: '+4520123456', language: 'en' });
    const answer = await epj.say('updated', { id: 'A-1', patient: { id: 'P-2' } });
    expect(answer).toMatchObject(accepted(0));
    expect(await epj.appointment('A-1')).toMatchObject({ phone: null, language: null, phone_reason: 'no_phone' });
  });

  it('that books again after a cancellation inherits no number', async () => {
    await epj.say('booked', booking('A-1'));
    await epj.say('cancelled', { id: 'A-1' });
    expect(await epj.say('booked', { id: 'A-1', start: START })).toMatchObject(accepted(0));
    expect(await epj.appointment('A-1')).toMatchObject({ phone: null, slot: 1 });
  });

  it('without a number clears the stored one where the source says so', async () => {
    const clearing = await new BookingSystem(app).open({}, { absentPhone: 'clear' });
    await clearing.say('booked', booking('A-1'));
    expect(await clearing.say('updated', { id: 'A-1', department: 'Øre' })).toMatchObject({ reminders: 0 });
    expect(await clearing.appointment('A-1')).toMatchObject({ phone: null, phone_reason: 'no_phone' });
  });

  it('after the citizen was erased brings no number back', async () => {
    await epj.say('booked', booking('A-1'));
    await app.json(200, `/v1/authorities/${epj.authority}/citizens/erase`, { body: { phone: '+4520123456' } });
    const answer = await epj.say('updated', booking('A-1', { department: 'Øre' }));
    expect(answer).toMatchObject(accepted(0));
    expect(await epj.appointment('A-1')).toMatchObject({ phone: null, phone_hash: null });
    expect(await epj.statuses('A-1')).toEqual(['three-days-before suppressed erased', 'day-before suppressed erased']);
  });

  it('about a number that has opted out plans nothing that would go', async () => {
    await app.json(201, `/v1/authorities/${epj.authority}/opt-outs`, {
      body: { phone: '+4520123456', reason: 'by phone' },
    });
    expect(await epj.say('booked', booking('A-1'))).toMatchObject(accepted(0));
    const found = await epj.statuses('A-1');
    expect(found).toEqual(['three-days-before suppressed opted_out', 'day-before suppressed opted_out']);
    const other = await new BookingSystem(app).open();
    expect(await other.say('booked', booking('A-1'))).toMatchObject({ reminders: 2 });
  });

  it('keeps the patient id as a keyed hash only, and one of its own for each source', async () => {
    await epj.say('booked', booking('A-1', { patient: { id: 'P-1', phone: '20123456' } }));
    const other = await new BookingSystem(app).open();
    await other.say('booked', booking('A-1', { patient: { id: 'P-1', phone: '20123456' } }));
    const [mine, theirs] = [(await epj.appointment('A-1')).patient_key, (await other.appointment('A-1')).patient_key];
    expect([mine?.length, theirs?.length, mine && theirs?.equals(mine)]).toEqual([32, 32, false]);
  });

  it('with text that no database holds is refused, never a failure', async () => {
    for (const id of ['A\u0000', 'A\ud800', '\udfff']) {
      await epj.send(422, event('booked', booking(id)));
      const several = await epj.send(207, [event('booked', booking(id)), event('booked', booking('A-1'))]);
      expect((several as unknown as { results: Answer[] }).results[0]?.problem?.status).toBe(422);
    }
    const dirty = {
      department: 'Ø\u0000re\ud800',
      location: { text: '\u0000' },
      patient: { id: 'P\u0000\ud800', phone: '20\u000012\ud8003456' },
    };
    expect(await epj.say('booked', booking('A-2', dirty))).toMatchObject({ result: 'accepted' });
    expect(await epj.appointment('A-2')).toMatchObject({ department: 'Ø re', location_text: null });
    expect(app.logged.filter((line) => line.includes('a request failed'))).toEqual([]);
  });
});

describe('an array', () => {
  const results = async (body: unknown, headers = {}) =>
    ((await epj.send(207, body, headers)) as unknown as { results: Answer[] }).results;

  it('is answered line by line, and a bad element harms no other', async () => {
    const body = [
      event('booked', booking('A-1')),
      event('booked', { id: 'A-2', start: '2026-12-01' }),
      event('booked', { id: 'A-3' }),
      event('booked', { id: '010170-1234', start: START }),
      event('cancelled', { id: 'A-4' }),
    ];
    const answers = await results(body);
    expect(answers.map(({ result, reference }) => [result, reference])).toEqual([
      ['accepted', 'A-1'],
      ['refused', 'A-2'],
      ['refused', 'A-3'],
      ['refused', undefined],
      ['accepted', 'A-4'],
    ]);
    expect(answers.map(({ problem }) => problem?.errors.map(({ pointer, code }) => `${pointer} ${code}`))).toEqual([
      undefined,
      ['/1/data/start date_only'],
      ['/2/data/start required'],
      ['/3/data/id cpr'],
      undefined,
    ]);
    expect(await epj.statuses('A-1')).toHaveLength(2);
  });

  it('takes several events about one appointment one after another', async () => {
    const body = [
      event('booked', booking('A-1', { version: 1 })),
      event('booked', booking('B-1')),
      event('rescheduled', booking('A-1', { version: 2, start: MOVED })),
      event('rescheduled', booking('A-1', { version: 1 })),
      event('booked', booking('B-1')),
      event('cancelled', { id: 'A-1', version: 3 }),
    ];
    const answers = await results(body);
    const found = answers.map(({ result, reminders }) => `${result} ${reminders}`);
    expect(found).toEqual(['accepted 2', 'accepted 2', 'accepted 2', 'stale 2', 'duplicate 2', 'accepted 0']);
    expect(await epj.appointment('A-1')).toMatchObject({ status: 'cancelled', slot: 1, revision: 3 });
    expect(await epj.statuses('A-1')).toEqual([
      'three-days-before superseded',
      'day-before superseded',
      'three-days-before cancelled',
      'day-before cancelled',
    ]);
  });

  it('of a thousand is taken whole', async () => {
    const answers = await results(Array.from({ length: 1000 }, (_, index) => event('booked', booking(`A-${index}`))));
    expect(new Set(answers.map(({ result }) => result))).toEqual(new Set(['accepted']));
    const { count } = await app.db
      .selectFrom('reminder')
      .select((by) => by.fn.countAll().as('count'))
      .where('source_id', '=', epj.source)
      .executeTakeFirstOrThrow();
    expect(Number(count)).toBe(2000);
  });

  it('with a key is answered again as it was, bad elements among them', async () => {
    const body = [event('booked', booking('A-1')), event('booked', { id: 'A-2', start: '2026-12-01' })];
    const first = await results(body, { 'Idempotency-Key': 'k' });
    const second = await results(body, { 'Idempotency-Key': 'k' });
    const noInstance = (answers: Answer[]) =>
      answers.map(({ problem, start: _, ...rest }) => ({ ...rest, errors: problem?.errors, status: problem?.status }));
    const found = noInstance(second);
    expect(found).toEqual(noInstance([{ ...first[0], result: 'duplicate' } as Answer, first[1] as Answer]));
  });
});

describe('a key', () => {
  const keys = async () =>
    (await app.db.selectFrom('idempotency_key').select('key').where('source_id', '=', epj.source).execute()).map(
      ({ key }) => key,
    );

  const hashed = (key: string) => app.deps.keyring.idHash(epj.source, key);

  it('with the same body makes a duplicate, even after the appointment has moved on', async () => {
    const { start: _, ...first } = await epj.send(202, event('booked', booking('A-1')), { 'Idempotency-Key': 'k' });
    await epj.say('cancelled', { id: 'A-1' });
    const answer = await epj.send(202, event('booked', booking('A-1')), { 'Idempotency-Key': 'k' });
    expect(answer).toEqual({ ...first, result: 'duplicate' });
    expect((await epj.appointment('A-1')).status).toBe('cancelled');
  });

  it('with another body is refused, and stores nothing', async () => {
    await epj.send(202, event('booked', booking('A-1')), { 'Idempotency-Key': 'k' });
    const refused = await epj.send(422, event('booked', booking('A-2')), { 'Idempotency-Key': 'k' });
    expect(refused).toMatchObject({ type: '/problems/idempotency-key-reused' });
    await epj.send(422, event('cancelled', { id: 'A-1' }), { 'Idempotency-Key': 'k' });
    expect(await stored()).toEqual([{ reference: 'A-1', status: 'booked' }]);
  });

  it('of a request that was refused whole is not kept', async () => {
    await epj.send(422, event('booked', { id: 'A-1', start: '2026-12-01' }), { 'Idempotency-Key': 'k1' });
    await epj.send(422, event('booked', { id: 'A-1' }), { 'Idempotency-Key': 'k2' });
    await epj.send(207, [event('booked', { id: 'A-1' })], { 'Idempotency-Key': 'k3' });
    expect(await keys()).toEqual([]);
    for (const key of ['k1', 'k2', 'k3']) {
      const { result } = await epj.send(202, event('updated', booking(`A-${key}`)), { 'Idempotency-Key': key });
      expect(result).toBe('accepted');
    }
    expect((await keys()).sort()).toEqual(['k1', 'k2', 'k3'].map(hashed).sort());
  });

  it('is the webhook-id of a signed request too', async () => {
    const body = JSON.stringify(event('booked', booking('A-1')));
    const seconds = Math.floor(app.clock.now.getTime() / 1000);
    const key = Buffer.from(epj.secret.replace('whsec_', ''), 'base64');
    const signature = createHmac('sha256', key).update(`msg-1.${seconds}.${body}`).digest('base64');
    const headers = {
      'webhook-id': 'msg-1',
      'webhook-timestamp': String(seconds),
      'webhook-signature': `v1,${signature}`,
      'idempotency-key': '',
    };
    const post = async () =>
      (await app.request(`/v1/webhooks/${epj.source}`, { token: null, body, headers })).json() as Promise<Answer>;
    expect([(await post()).result, (await post()).result]).toEqual(['accepted', 'duplicate']);
    expect(await keys()).toEqual([hashed('msg-1')]);
  });

  it('belongs to its source, and may be as long as 255 characters', async () => {
    const other = await new BookingSystem(app).open();
    const long = 'k'.repeat(255);
    for (const system of [epj, other]) {
      const { result } = await system.send(202, event('booked', booking('A-1')), { 'Idempotency-Key': long });
      expect(result).toBe('accepted');
    }
    await epj.send(422, event('booked', booking('A-2')), { 'Idempotency-Key': `${long}k` });
  });

  it('is stored with a hash of the body that nobody can find by trying', async () => {
    await epj.send(202, event('booked', booking('A-1')), { 'Idempotency-Key': 'k' });
    await epj.say('booked', booking('A-2'));
    const [row] = await app.db.selectFrom('idempotency_key').selectAll().where('source_id', '=', epj.source).execute();
    const body = JSON.stringify(event('booked', booking('A-1')));
    const address = JSON.stringify(['webhook', null, null, null, null, null]);
    expect(row?.body_hash).toEqual(app.deps.keyring.digest(`body ${address}`, Buffer.from(body)));
    expect(JSON.stringify(row?.response)).not.toContain('20123456');
  });
});

describe('a request that can not be taken', () => {
  it('is answered with its status: 400, 401, 413, 415', async () => {
    const path = `/v1/webhooks/${epj.source}`;
    const good = event('booked', booking('A-1'));
    expect((await epj.post('{"type":')).status).toBe(400);
    expect((await app.request(path, { token: null, body: good })).status).toBe(401);
    expect((await app.request(path, { token: 'wrong', body: good })).status).toBe(401);
    expect((await app.request('/v1/webhooks/nobody', { token: epj.token, body: good })).status).toBe(401);
    expect((await app.request('/v1/webhooks/no%00body', { token: epj.token, body: good })).status).toBe(401);
    expect((await epj.post(good, { 'Content-Type': 'text/plain' })).status).toBe(415);
    expect((await epj.post(event('booked', booking('A-1', { x: 'x'.repeat(1024 * 1024) })))).status).toBe(413);
    // Who it is comes before what it says.
    expect((await app.request(path, { token: 'wrong', body: '{"type":' })).status).toBe(401);
    expect(await stored()).toEqual([]);
  });

  it('says no number in its answer and in the log', async () => {
    const number = '20123456';
    const bad = [
      event('booked', booking('A-1', { start: number })),
      event('booked', booking('A-1', { kind: number, contactPhone: `x${number}` })),
      event(number, booking('A-1')),
      event('booked', booking('A-1', { patient: { phone: [number] } })),
    ];
    for (const body of bad) {
      const response = await epj.post(body);
      expect([response.status, await response.text()]).toEqual([422, expect.not.stringContaining(number)]);
    }
    await epj.say('booked', booking('A-1'));
    expect(app.logged.join('\n')).not.toContain(number);
  });
});
