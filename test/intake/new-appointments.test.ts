import { afterEach, beforeEach, expect, it } from 'vitest';
import { openTestApp, type TestApp } from '../support/app.ts';
import { describeDatabases } from '../support/database.ts';

const booking = (id: string, data: object = {}) => ({
  type: 'appointment.booked',
  data: { id, start: '2026-12-01T09:00:00+01:00', patient: { phone: '20123456' }, ...data },
});

interface Answer {
  readonly result: string;
  readonly reference: string;
  readonly reminders: number;
}

describeDatabases('appointments that are new', (open, kind) => {
  let app: TestApp;
  let token: string;
  let close: () => Promise<void>;
  let statements: number;

  beforeEach(async () => {
    const database = await open();
    const db = database.db.withPlugin({
      transformQuery: ({ node }) => {
        statements++;
        return node;
      },
      transformResult: async ({ result }) => result,
    });
    app = await openTestApp(kind, { db });
    await app.makeAuthority('rh');
    ({ token } = await app.makeSource('rh', 'epj'));
    close = async () => {
      await app.close();
      await database.close();
    };
    await post(booking('A-0'));
    statements = 0;
  });
  afterEach(() => close());

  const post = async (body: unknown): Promise<Answer & { results: Answer[] }> => {
    const response = await app.request('/v1/webhooks/epj', { token, body });
    return (await response.json()) as Answer & { results: Answer[] };
  };

  it('are taken in with one statement, a hundred of them like one', async () => {
    expect((await post(booking('A-1'))).result).toBe('accepted');
    expect(statements).toBe(1);
    await post(Array.from({ length: 100 }, (_, index) => booking(`B-${index}`)));
    expect(statements).toBe(2);
  });

  it('are taken in with one statement in the formats of hospitals, too', async () => {
    const send = (path: string, type: string, body: string) =>
      app.request(path, {
        token,
        method: path.endsWith('F-1') ? 'PUT' : 'POST',
        body,
        headers: { 'Content-Type': type },
      });
    const participant = [{ actor: { reference: '#p' } }];
    const contained = [{ resourceType: 'Patient', id: 'p', telecom: [{ system: 'phone', value: '20123456' }] }];
    const resource = {
      resourceType: 'Appointment',
      id: 'F-1',
      status: 'booked',
      start: '2026-12-01T09:00:00+01:00',
      participant,
      contained,
    };
    const fhir = await send('/v1/fhir/epj/Appointment/F-1', 'application/fhir+json', JSON.stringify(resource));
    expect([await fhir.text(), statements]).toEqual([expect.stringContaining('Reminders planned: 2.'), 1]);
    const siu = [
      'MSH|^~\\&|EPJ|RH|||202611241200||SIU^S12|1|P|2.5',
      'SCH||H-1^EPJ|||||||||^^^202612010900',
      'PID|||P-1^^^RH||||||||||20123456',
    ];
    const hl7 = await send('/v1/hl7v2/epj', 'application/hl7-v2', siu.join('\r'));
    expect([await hl7.text(), statements]).toEqual([expect.stringContaining('MSA|AA|1'), 2]);
  });

  it('come in beside known ones of the same commit, each with its own answer', async () => {
    const { results } = await post([booking('A-1'), booking('A-0'), booking('A-2', { start: null })]);
    expect(results.map(({ result, reference }) => [result, reference])).toEqual([
      ['accepted', 'A-1'],
      ['duplicate', 'A-0'],
      ['refused', 'A-2'],
    ]);
    const requests = await Promise.all([post(booking('A-3')), post(booking('A-0')), post(booking('A-4'))]);
    expect(requests.map(({ result }) => result)).toEqual(['accepted', 'duplicate', 'accepted']);
  });

  it('follow the rules that hold when they come, whoever changed them', async () => {
    const body = {
      name: 'RH',
      sender: 'RH',
      rules: [{ id: 'day-before', template: 'reminder', lead: 'P1D', at: '10:00' }],
    };
    expect((await app.request('/v1/authorities/rh', { method: 'PUT', token: app.adminToken, body })).status).toBe(200);
    expect((await post(booking('A-1'))).reminders).toBe(1);
    expect((await post(booking('A-2'))).reminders).toBe(1);
  });

  it('wait for what stands before them in the same commit, also where each element of that has a key of its own', async () => {
    const mapping = {
      ...{ type: '/t', types: { b: 'appointment.booked' } },
      fields: { id: '/id', start: '/start', phone: '/phone', replaces: '/old' },
    };
    ({ token } = await app.makeSource('rh', 'moves', { mapping }));
    const send = (body: unknown, type = 'application/json') =>
      app.request('/v1/webhooks/moves', { token, body, headers: { 'Content-Type': type } });
    const event = (id: string, day: number, old?: string) => ({
      t: 'b',
      id,
      start: `2026-12-0${day}T09:00:00+01:00`,
      phone: '20123456',
      old,
    });
    expect((await send(event('O', 7))).status).toBe(202);
    const batch = [{ specversion: '1.0', id: '1', source: '/x', type: 'x', data: event('N', 8, 'O') }];
    // The first is under way alone; the others gather behind it.
    const warm = send(event('W', 7));
    await Promise.all([warm, send(batch, 'application/cloudevents-batch+json'), send(event('P', 9, 'N'))]);
    const rows = await app.deps.db
      .selectFrom('appointment')
      .select(['reference', 'start_at', 'replaced_by'])
      .where('source_id', '=', 'moves')
      .orderBy('reference')
      .execute();
    const booked = rows.filter(({ replaced_by }) => replaced_by === null);
    expect(booked.map(({ reference, start_at }) => `${reference} ${start_at?.getUTCDate()}`)).toEqual(['P 9', 'W 7']);
  });
});
