import { describe, expect, it } from 'vitest';
import { eventIn, problemIn } from '../../support/ingest.ts';
import { readPosted, refusalOf, type Sent } from '../../support/webhook-reading.ts';

const DATA = { id: 'A-1', start: '2026-12-01T09:00:00+01:00', patient: { phone: '20123456' } };
const BAD_START = { ...DATA, start: 'soon' };
const EVENT = { type: 'appointment.booked', data: DATA };
const STRUCTURED: Sent = { type: 'application/cloudevents+json; charset=UTF-8' };
const BATCH: Sent = { type: 'application/cloudevents-batch+json' };
const ATTRIBUTES = { specversion: '1.0', id: 'ce-1', source: '/booking', type: 'dk.region.appointment.booked' };
const envelope = (rest: object = {}) => ({ ...ATTRIBUTES, data: DATA, ...rest });
const headers = (rest: Record<string, string> = {}) => ({
  'ce-specversion': '1.0',
  'ce-id': 'ce-1',
  'ce-source': '/booking',
  'ce-type': 'dk.region.appointment.booked',
  ...rest,
});
const without = <T extends object>(value: T, key: keyof T) =>
  Object.fromEntries(Object.entries(value).filter(([name]) => name !== key));
const keyOf = (rest: Record<string, string>) => readPosted(DATA, { headers: headers(rest) }).key?.key;
const MAPPING = {
  type: '/what',
  types: { new: 'appointment.booked' },
  fields: { id: '/nr', start: '/at', phone: '/tel' },
};
const base64 = (value: unknown) =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64');

describe('a CloudEvent', () => {
  it.each<[string, unknown, Sent?]>([
    ['in binary mode, its data the data of our event', DATA, { headers: headers() }],
    ['in binary mode, its data our whole event', EVENT, { headers: headers() }],
    ['in binary mode, its type saying nothing, its event all', EVENT, { headers: headers({ 'ce-type': 'booking' }) }],
    ['in structured mode', envelope()],
    ['in structured mode, its data our whole event', envelope({ data: EVENT })],
    ['with the type as ours', envelope({ type: 'appointment.booked' })],
    ['with a version behind the type', envelope({ type: 'dk.region.appointment.booked.v2' })],
    ['with its data in base64', { ...ATTRIBUTES, data_base64: base64(DATA) }],
    ['that names its data JSON', envelope({ datacontenttype: 'application/vnd.region+json; charset=utf-8' })],
    ['with extensions and a subject', envelope({ subject: 'x', traceparent: '00-0', dataschema: null })],
    [
      'in structured mode, whatever its headers say',
      envelope(),
      { ...STRUCTURED, headers: headers({ 'ce-specversion': '0.3' }) },
    ],
  ])('%s is read', (_name, body, sent = STRUCTURED) => {
    const { elements, array, key, format } = readPosted(body, sent);
    expect({ array, format }).toEqual({ array: false, format: 'cloudevents' });
    expect(eventIn(elements[0])).toMatchObject({
      reference: 'A-1',
      status: 'booked',
      start: new Date('2026-12-01T08:00:00Z'),
      phone: '20123456',
      occurredAt: null,
    });
    expect(key?.key).toMatch(/^cloudevents:/);
  });

  it.each([
    ['appointment.cancelled', 'cancelled'],
    ['dk.rh.epj.appointment.rescheduled', null],
    ['appointment.deleted', 'entered-in-error'],
    ['x.appointment.noshow.v10', 'noshow'],
  ])('of type %s makes the appointment %s', (type, status) => {
    const [element] = readPosted({ id: 'A-1' }, { headers: headers({ 'ce-type': type }) }).elements;
    expect(eventIn(element).status).toBe(status);
  });

  it('lends its time to an event that has none, and to no other', () => {
    const time = '2026-11-24T08:00:00Z';
    const occurredAt = (body: unknown, sent: Sent) => eventIn(readPosted(body, sent).elements[0]).occurredAt;
    expect(occurredAt(DATA, { headers: headers({ 'ce-time': time }) })).toEqual(new Date(time));
    expect(occurredAt(envelope({ time }), STRUCTURED)).toEqual(new Date(time));
    expect(occurredAt(envelope({ time, data: { ...EVENT, timestamp: null } }), STRUCTURED)).toEqual(new Date(time));
    const own = '2026-11-23T08:00:00Z';
    expect(occurredAt(envelope({ time, data: { ...EVENT, timestamp: own } }), STRUCTURED)).toEqual(new Date(own));
  });

  it('is the same by source and id together, and by both modes', () => {
    const [inBatch] = readPosted([envelope()], BATCH).elementKeys ?? [];
    expect([readPosted(envelope(), STRUCTURED).key, inBatch]).toEqual(
      Array(2).fill(readPosted(DATA, { headers: headers() }).key),
    );
    const others = [{}, { 'ce-id': 'ce-2' }, { 'ce-source': '/other' }, { 'ce-id': 'g', 'ce-source': '/bookingce-1' }];
    expect(new Set(others.map(keyOf)).size).toBe(4);
    expect(keyOf({ 'ce-id': '0101701234', 'ce-source': `/${'x'.repeat(2000)}` })).toMatch(/^cloudevents:[\w-]{43}$/);
  });

  it('has headers that are percent-encoded, or quoted', () => {
    const plain = readPosted(envelope({ id: 'Å 1', source: '/b"ø\\ge' }), STRUCTURED).key?.key;
    expect(keyOf({ 'ce-id': '%C3%85%201', 'ce-source': '/b%22%c3%b8\\ge' })).toBe(plain);
    expect(keyOf({ 'ce-id': '"%C3%85 1"', 'ce-source': '"/b\\"%C3%B8\\\\ge"' })).toBe(plain);
    expect(keyOf({ 'ce-id': '100%', 'ce-source': '%zz' })).toMatch(/^cloudevents:/);
  });

  it('of a source with a mapping has its data read by it', () => {
    const time = '2026-11-24T08:00:00Z';
    const data = { what: 'new', nr: 7, at: '2026-12-01T09:00', tel: '20123456' };
    const read = (more: object) => readPosted(envelope(more), { ...STRUCTURED, settings: { mapping: MAPPING } });
    const event = eventIn(read({ time, data }).elements[0]);
    expect(event).toMatchObject({ reference: '7', phone: '20123456', occurredAt: new Date(time) });
    expect(refusalOf(() => read({ data: { ...data, at: '2026-12-01' } })).faults).toEqual(['/data/at date_only']);
  });

  it.each<[string, unknown, string]>([
    ['without a specversion', without(envelope(), 'specversion'), '/specversion required'],
    ['of version 0.3', envelope({ specversion: '0.3' }), '/specversion invalid_value'],
    ['of a version that is a number', envelope({ specversion: 1 }), '/specversion invalid_type'],
    ['without an id', envelope({ id: '' }), '/id required'],
    ['with an id that is a number', envelope({ id: 7 }), '/id invalid_type'],
    ['without a source', envelope({ source: null }), '/source required'],
    ['without a type', without(envelope(), 'type'), '/type required'],
    ['of a type that is none of ours', envelope({ type: 'dk.region.invoice.paid' }), '/type invalid_value'],
    ['of a type that only begins like ours', envelope({ type: 'appointment.booked.later' }), '/type invalid_value'],
    ['of a type that only ends like ours', envelope({ type: 'disappointment.booked' }), '/type invalid_value'],
    ['contradicting its event', envelope({ type: 'appointment.cancelled', data: EVENT }), '/type contradiction'],
    ['with a time that is none', envelope({ time: 'now' }), '/time invalid_instant'],
    ['with XML', envelope({ datacontenttype: 'application/xml', data: '<a/>' }), '/datacontenttype invalid_value'],
    ['without data', without(envelope(), 'data'), '/data required'],
    ['with text as data', envelope({ data: 'A-1' }), '/data invalid_type'],
    ['with data twice', envelope({ data_base64: base64(DATA) }), '/data_base64 contradiction'],
    ['with base64 that is none', { ...ATTRIBUTES, data_base64: '*' }, '/data_base64 invalid_format'],
    ['with base64 of no JSON', { ...ATTRIBUTES, data_base64: base64('{') }, '/data_base64 invalid_format'],
    ['with a bad start', envelope({ data: BAD_START }), '/data/start invalid_instant'],
    [
      'with a bad start in our event',
      envelope({ data: { ...EVENT, data: BAD_START } }),
      '/data/data/start invalid_instant',
    ],
    [
      'with a bad start in base64',
      { ...ATTRIBUTES, data_base64: base64(BAD_START) },
      '/data_base64/start invalid_instant',
    ],
    ['with a CPR number as id of the appointment', envelope({ data: { ...DATA, id: '010170-1234' } }), '/data/id cpr'],
    ['with a key cpr', envelope({ data: { ...DATA, cpr: 'x' } }), '/data/cpr cpr'],
    ['that is no object', 'x', ' invalid_type'],
  ])('%s is refused', (_name, body, fault) => {
    expect(refusalOf(() => readPosted(body, STRUCTURED))).toMatchObject({ status: 422, faults: [fault] });
  });

  it.each<[string, unknown, Record<string, string>, string[]]>([
    ['an id alone', DATA, { 'ce-id': '1' }, ['ce-specversion required', 'ce-source required', 'ce-type required']],
    ['a bad start', { ...DATA, start: 7 }, headers(), ['/start invalid_type']],
    ['an array', [DATA], headers(), [' invalid_type']],
    ['another version', DATA, headers({ 'ce-specversion': '2.0' }), ['ce-specversion invalid_value']],
    ['another type', DATA, headers({ 'ce-type': 'x' }), ['ce-type invalid_value']],
  ])('in binary mode with %s is refused', (_name, body, sent, faults) => {
    expect(refusalOf(() => readPosted(body, { headers: sent }))).toMatchObject({ status: 422, faults });
  });

  it('in a format that is not JSON is 415, with the supported one', () => {
    const refusal = refusalOf(() => readPosted(envelope(), { type: 'application/cloudevents+avro' }));
    expect(refusal).toMatchObject({ status: 415, message: expect.stringContaining('application/cloudevents+json') });
  });
});

describe('a batch of CloudEvents', () => {
  it('is judged event by event', () => {
    const others = [7, envelope({ data: BAD_START }), envelope({ id: '' }), envelope({ id: 'ce-5', data: EVENT })];
    const result = readPosted([envelope(), ...others], BATCH);
    expect([result.array, result.key]).toEqual([true, undefined]);
    const [first, ...refused] = result.elements;
    expect([first?.kind, refused.pop()?.kind]).toEqual(['appointment', 'appointment']);
    expect(
      refused.map((element) => problemIn(element).faults.map(({ pointer, code }) => `${pointer} ${code}`)),
    ).toEqual([['/1 invalid_type'], ['/2/data/start invalid_instant'], ['/3/id required']]);
    expect(refused[1]).toMatchObject({ reference: 'A-1' });
    // A refused event keeps no key.
    expect(result.elementKeys?.map((key) => key !== undefined)).toEqual([true, false, false, false, true]);
  });

  it('has each event once: the same again is left, and another of the same id is refused', () => {
    const other = envelope({ data: { ...DATA, id: 'A-2' } });
    const { elements, elementKeys } = readPosted([envelope(), envelope(), other], BATCH);
    expect(elements.map(({ kind }) => kind)).toEqual(['appointment', 'ignored', 'refused']);
    expect(elements[2]).toMatchObject({
      reference: 'A-2',
      problem: { code: 'idempotency-key-reused', faults: [{ pointer: '/2/id' }] },
    });
    expect(elementKeys?.filter((key) => key !== undefined)).toHaveLength(1);
  });

  it('may be empty', () => {
    expect(readPosted([], BATCH)).toMatchObject({ array: true, elements: [] });
  });

  it('is an array of 1,000 at most', () => {
    const read = (length: number) => readPosted(Array(length).fill(envelope()), BATCH);
    expect(read(1000).elements).toHaveLength(1000);
    expect(refusalOf(() => read(1001)).faults).toEqual([' too_big']);
    expect(refusalOf(() => readPosted(envelope(), BATCH)).faults).toEqual([' invalid_type']);
  });

  it('holds one event in each, also by a mapping', () => {
    const mapping = { ...MAPPING, events: '/all' };
    const good = { what: 'new', nr: 7, at: '2026-12-01T09:00' };
    const batch = [envelope({ data: { all: [good] } }), envelope({ data: { all: [good, good] } })];
    const { elements } = readPosted(batch, { ...BATCH, settings: { mapping } });
    expect(eventIn(elements[0]).reference).toBe('7');
    expect(problemIn(elements[1]).faults).toMatchObject([{ pointer: '/1', code: 'several_events' }]);
  });
});
