import { beforeEach, describe, expect, it } from 'vitest';
import { appointment, type FhirClient, fhirClient } from '../../support/fhir.ts';
import { useApp } from '../../support/scenario.ts';

const REUSED = '/problems/idempotency-key-reused';
const KEY = { 'Idempotency-Key': 'k' };
const BATCH = 'application/cloudevents-batch+json';

interface Line {
  result: string;
  reference?: string | null;
  problem?: { type: string; errors?: { pointer: string }[] };
}

let fhir: FhirClient;
let source: string;
let token: string;
let sources = 0;
const app = useApp({ authorities: ['rh'] });
beforeEach(() => makeSource());

async function makeSource(settings: object = {}): Promise<void> {
  source = `epj-${++sources}`;
  token = (await app.makeSource('rh', source, { ...settings })).token;
  fhir = fhirClient(app, token, source);
}

const change = (settings: object) => app.put(`/v1/authorities/rh/sources/${source}`, { name: 'EPJ', ...settings });

async function post(path: string, body: unknown, type: string, headers: Record<string, string> = {}) {
  const response = await app.request(`/v1/${path}`, {
    token,
    method: 'POST',
    body,
    headers: { 'Content-Type': type, ...headers },
  });
  return { status: response.status, text: await response.text() };
}

const webhook = (body: unknown, headers: Record<string, string> = {}, type = 'application/json') =>
  post(`webhooks/${source}`, body, type, headers);
const batch = async (events: unknown[], headers: Record<string, string> = {}): Promise<Line[]> =>
  JSON.parse((await webhook(events, headers, BATCH)).text).results;
const told = (lines: Line[]) => lines.map(({ result, reference, problem }) => [result, reference, problem?.type]);

const data = (id: string, day = 10) => ({ id, start: `2026-12-${day}T09:00:00+01:00`, patient: { phone: '20123456' } });
const event = (id: string, content: unknown, type = 'appointment.booked') => ({
  ...{ specversion: '1.0', id, source: '/booking', type, data: content },
});
const storedStarts = async () => {
  const rows = await app.db
    .selectFrom('appointment')
    .select(['reference', 'status', 'start_at'])
    .where('source_id', '=', source)
    .execute();
  return Object.fromEntries(rows.map((row) => [row.reference, `${row.status} ${row.start_at?.getUTCDate()}`]));
};

describe('a key that comes with the same body again', () => {
  it('is refused where the address names another resource, so that no deletion is lost', async () => {
    for (const id of ['d1', 'd2']) await fhir.put(200, `/Appointment/${id}`, appointment(id));
    const remove = async (id: string) =>
      (await fhir.send(`/Appointment/${id}`, { method: 'DELETE', headers: KEY })).status;
    expect([await remove('d1'), await remove('d2'), await remove('d1')]).toEqual([200, 422, 200]);
    expect([(await fhir.stored('d1'))?.status, (await fhir.stored('d2'))?.status]).toEqual([
      'entered-in-error',
      'booked',
    ]);
    await fhir.put(200, '/Appointment/p1', appointment(null), { 'Idempotency-Key': 'put' });
    await fhir.put(422, '/Appointment/p2', appointment(null), { 'Idempotency-Key': 'put' });
  });

  it("is refused where another header says what was deleted, as Medplum's does", async () => {
    for (const id of ['m1', 'm2']) await fhir.put(200, `/Appointment/${id}`, appointment(id));
    const remove = async (id: string) =>
      (await post(`fhir/${source}`, {}, 'application/fhir+json', { ...KEY, ...deleted(id) })).status;
    const deleted = (id: string) => ({ 'X-Medplum-Deleted-Resource': `Appointment/${id}` });
    expect([await remove('m1'), await remove('m2'), await remove('m1')]).toEqual([200, 422, 200]);
  });

  it.each([{}, KEY])('is refused where the headers of a CloudEvent say something else (%o)', async (key) => {
    const send = (type: string) =>
      webhook(data('A-1'), { ...key, 'ce-specversion': '1.0', 'ce-id': 'b', 'ce-source': '/x', 'ce-type': type });
    expect(await send('appointment.booked')).toMatchObject({ status: 202 });
    expect(await send('appointment.cancelled')).toMatchObject({ status: 422, text: expect.stringContaining(REUSED) });
    expect(await send('appointment.booked')).toMatchObject({ status: 202, text: expect.stringContaining('duplicate') });
  });

  it('is refused where the body holds more than it did under other settings', async () => {
    const mapping = { type: '/what', types: { new: 'appointment.booked' }, fields: { id: '/nr', start: '/at' } };
    await makeSource({ mapping });
    const one = (nr: string) => ({ what: 'new', nr, at: '2026-12-10T09:00:00+01:00' });
    const body = { ...one('V-1'), all: [one('V-2'), one('V-3')] };
    expect(await webhook(body, KEY)).toMatchObject({ status: 202 });
    await change({ mapping: { ...mapping, events: '/all' } });
    expect(await webhook(body, KEY)).toMatchObject({ status: 422, text: expect.stringContaining(REUSED) });
    expect(await webhook(body)).toMatchObject({ status: 207 });
  });
});

describe('a message that was ignored', () => {
  it('is taken when it comes again after somebody mended the settings', async () => {
    await makeSource({ statusMap: { ZZ: 'ignore' } });
    const message = [
      'MSH|^~\\&|EPJ|RH|EASYSMS|RH|20261124090000+0100||SIU^S12^SIU_S12|000017|P|2.5.1||||||UNICODE UTF-8',
      'SCH||A-4711^EPJ|||||||||^^^20261201090000+0100^20261201093000+0100||||||||||||||ZZ',
      'PID|1||P-100^^^RH^MR||||||||||20123456^PRN^CP||da',
    ].join('\r');
    const send = () => post(`hl7v2/${source}`, message, 'application/hl7-v2');
    expect((await send()).text).toContain('MSA|AA');
    expect(await storedStarts()).toEqual({});
    await change({ statusMap: { ZZ: 'booked' } });
    expect((await send()).text).toContain('MSA|AA');
    expect(Object.keys(await storedStarts())).toHaveLength(1);
  });
});

describe('a CloudEvent in a batch', () => {
  it('is a duplicate when it comes again, though the appointment went on since', async () => {
    await batch([event('1', data('A-1')), event('2', data('A-2'))]);
    await batch([event('3', data('A-1', 11), 'appointment.rescheduled')]);
    expect(told(await batch([event('1', data('A-1')), event('4', data('A-4'))]))).toEqual([
      ['duplicate', 'A-1', undefined],
      ['accepted', 'A-4', undefined],
    ]);
    expect(await storedStarts()).toEqual({ 'A-1': 'booked 11', 'A-2': 'booked 10', 'A-4': 'booked 10' });
  });

  it('with an id that came with another content is refused, and harms no other', async () => {
    await batch([event('1', data('A-1'))]);
    expect(told(await batch([event('1', data('A-1', 12)), event('2', data('A-2'))]))).toEqual([
      ['refused', 'A-1', REUSED],
      ['accepted', 'A-2', undefined],
    ]);
    expect(await storedStarts()).toEqual({ 'A-1': 'booked 10', 'A-2': 'booked 10' });
  });

  it('is the same event as one that came alone', async () => {
    await webhook(event('1', data('A-1')), {}, 'application/cloudevents+json');
    expect(told(await batch([event('1', data('A-1'))]))).toEqual([['duplicate', 'A-1', undefined]]);
    await batch([event('2', data('A-2'))]);
    const alone = await webhook(event('2', data('A-2')), {}, 'application/cloudevents+json');
    expect(JSON.parse(alone.text)).toMatchObject({ result: 'duplicate', reference: 'A-2' });
    expect(await webhook(event('2', data('A-9')), {}, 'application/cloudevents+json')).toMatchObject({ status: 422 });
  });

  it('counts once where it stands twice, and is refused where it says two things', async () => {
    expect(told(await batch([event('1', data('A-1')), event('1', data('A-1')), event('1', data('A-3'))]))).toEqual([
      ['accepted', 'A-1', undefined],
      ['ignored', null, undefined],
      ['refused', 'A-3', REUSED],
    ]);
    expect(await storedStarts()).toEqual({ 'A-1': 'booked 10' });
  });

  it('that was refused keeps no key', async () => {
    const lines = await batch([
      event('1', { ...data('A-1'), start: 'soon' }),
      event('2', { id: 'A-2' }),
      event('3', data('A-3')),
    ]);
    expect(lines.map(({ result }) => result)).toEqual(['refused', 'refused', 'accepted']);
    expect(told(await batch([event('1', data('A-1')), event('2', data('A-2'))]))).toEqual([
      ['accepted', 'A-1', undefined],
      ['accepted', 'A-2', undefined],
    ]);
  });

  it('comes under the key of its request, too', async () => {
    const events = [event('1', data('A-1'))];
    expect(told(await batch(events, KEY))).toEqual([['accepted', 'A-1', undefined]]);
    expect(told(await batch(events, KEY))).toEqual([['duplicate', 'A-1', undefined]]);
    expect(await webhook([...events, event('2', data('A-2'))], KEY, BATCH)).toMatchObject({ status: 422 });
    expect(told(await batch(events))).toEqual([['duplicate', 'A-1', undefined]]);
  });

  it('is taken once when two batches bring it at the same time', async () => {
    const events = ['1', '2', '3'].map((id) => event(id, data(`A-${id}`)));
    const batches = await Promise.all([batch(events), batch([...events].reverse()), batch(events)]);
    const [first, ...others] = batches.map((answers) => answers.map(({ result }) => result)).sort();
    // Whichever comes first while the machine is busy takes them all.
    expect(first).toEqual(['accepted', 'accepted', 'accepted']);
    expect(others.flat()).toEqual(Array.from({ length: 6 }, () => 'duplicate'));
  });
});
