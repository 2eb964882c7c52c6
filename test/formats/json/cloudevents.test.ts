import { describe, expect, it } from 'vitest';
import { eventIn, problemIn } from '../../support/ingest.ts';
import { readPosted, refusalOf, type Sent } from '../../support/webhook-reading.ts';

const DATA = { id: 'A-1', start: '2026-12-01T09:00:00+01:00', patient: { phone: '20123456' } };
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
const MAPPING = {
  type: '/what',
  types: { new: 'appointment.booked' },
  fields: { id: '/nr', start: '/at', phone: '/tel' },
};
const base64 = (value: unknown) =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64');

describe('a CloudEvent', () => {
  it.each<[string, unknown, Sent]>([
    ['in binary mode, its data the data of our event', DATA, { headers: headers() }],
    ['in binary mode, its data our whole event', EVENT, { headers: headers() }],
    [
      'in binary mode, of a type that says nothing about an event that does',
      EVENT,
      { headers: headers({ 'ce-type': 'booking' }) },
    ],
    ['in structured mode', envelope(), STRUCTURED],
    ['in structured mode, its data our whole event', envelope({ data: EVENT }), STRUCTURED],
    ['with the type as ours', envelope({ type: 'appointment.booked' }), STRUCTURED],
    ['with a version behind the type', envelope({ type: 'dk.region.appointment.booked.v2' }), STRUCTURED],
    ['with its data in base64', { ...ATTRIBUTES, data_base64: base64(DATA) }, STRUCTURED],
    [
      'that names its data JSON',
      envelope({ datacontenttype: 'application/vnd.region+json; charset=utf-8' }),
      STRUCTURED,
    ],
    ['with extensions and a subject', envelope({ subject: 'x', traceparent: '00-0', dataschema: null }), STRUCTURED],
    [
      'in structured mode, whatever its headers say',
      envelope(),
      { ...STRUCTURED, headers: headers({ 'ce-specversion': '0.3' }) },
    ],
  ])('%s is read', (_name, body, sent) => {
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
    expect(eventIn(readPosted({ id: 'A-1' }, { headers: headers({ 'ce-type': type }) }).elements[0]).status).toBe(
      status,
    );
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
    const key = (rest: Record<string, string> = {}) => readPosted(DATA, { headers: headers(rest) }).key?.key;
    const [inBatch] = readPosted([envelope()], BATCH).elementKeys ?? [];
    expect([readPosted(envelope(), STRUCTURED).key, inBatch]).toEqual(
      Array(2).fill(readPosted(DATA, { headers: headers() }).key),
    );
    const others = [
      key(),
      key({ 'ce-id': 'ce-2' }),
      key({ 'ce-source': '/other' }),
      key({ 'ce-id': 'g', 'ce-source': '/bookingce-1' }),
    ];
    expect(new Set(others).size).toBe(4);
    expect(key({ 'ce-id': '0101701234', 'ce-source': `/${'x'.repeat(2000)}` })).toMatch(/^cloudevents:[\w-]{43}$/);
  });

  it('has headers that are percent-encoded, or quoted', () => {
    const plain = readPosted(envelope({ id: 'Å 1', source: '/b"ø\\ge' }), STRUCTURED).key?.key;
    expect(
      readPosted(DATA, { headers: headers({ 'ce-id': '%C3%85%201', 'ce-source': '/b%22%c3%b8\\ge' }) }).key?.key,
    ).toBe(plain);
    expect(
      readPosted(DATA, { headers: headers({ 'ce-id': '"%C3%85 1"', 'ce-source': '"/b\\"%C3%B8\\\\ge"' }) }).key?.key,
    ).toBe(plain);
    expect(readPosted(DATA, { headers: headers({ 'ce-id': '100%', 'ce-source': '%zz' }) }).key?.key).toMatch(
      /^cloudevents:/,
    );
  });

  it('of a source with a mapping has its data read by it', () => {
    const data = { what: 'new', nr: 7, at: '2026-12-01T09:00', tel: '20123456' };
    const settings = { mapping: MAPPING };
    const [element] = readPosted(
      { ...ATTRIBUTES, time: '2026-11-24T08:00:00Z', data },
      { ...STRUCTURED, settings },
    ).elements;
    expect(eventIn(element)).toMatchObject({
      reference: '7',
      phone: '20123456',
      occurredAt: new Date('2026-11-24T08:00:00Z'),
    });
    const refused = () =>
      readPosted({ ...ATTRIBUTES, data: { ...data, at: '2026-12-01' } }, { ...STRUCTURED, settings });
    expect(refusalOf(refused).faults).toEqual(['/data/at date_only']);
  });

  it.each<[string, unknown, Sent, string[]]>([
    ['without a specversion', without(envelope(), 'specversion'), STRUCTURED, ['/specversion required']],
    ['of version 0.3', envelope({ specversion: '0.3' }), STRUCTURED, ['/specversion invalid_value']],
    ['of a version that is a number', envelope({ specversion: 1 }), STRUCTURED, ['/specversion invalid_type']],
    ['without an id', envelope({ id: '' }), STRUCTURED, ['/id required']],
    ['with an id that is a number', envelope({ id: 7 }), STRUCTURED, ['/id invalid_type']],
    ['without a source', envelope({ source: null }), STRUCTURED, ['/source required']],
    ['without a type', without(envelope(), 'type'), STRUCTURED, ['/type required']],
    [
      'of a type that is none of ours',
      envelope({ type: 'dk.region.invoice.paid' }),
      STRUCTURED,
      ['/type invalid_value'],
    ],
    [
      'of a type that only begins like ours',
      envelope({ type: 'appointment.booked.later' }),
      STRUCTURED,
      ['/type invalid_value'],
    ],
    [
      'of a type that only ends like ours',
      envelope({ type: 'disappointment.booked' }),
      STRUCTURED,
      ['/type invalid_value'],
    ],
    [
      'of a type that contradicts its event',
      envelope({ type: 'appointment.cancelled', data: EVENT }),
      STRUCTURED,
      ['/type contradiction'],
    ],
    ['with a time that is none', envelope({ time: 'now' }), STRUCTURED, ['/time invalid_instant']],
    [
      'with data that is XML',
      envelope({ datacontenttype: 'application/xml', data: '<a/>' }),
      STRUCTURED,
      ['/datacontenttype invalid_value'],
    ],
    ['without data', without(envelope(), 'data'), STRUCTURED, ['/data required']],
    ['with text as data', envelope({ data: 'A-1' }), STRUCTURED, ['/data invalid_type']],
    ['with data twice', envelope({ data_base64: base64(DATA) }), STRUCTURED, ['/data_base64 contradiction']],
    ['with base64 that is none', { ...ATTRIBUTES, data_base64: '*' }, STRUCTURED, ['/data_base64 invalid_format']],
    [
      'with base64 of no JSON',
      { ...ATTRIBUTES, data_base64: base64('{') },
      STRUCTURED,
      ['/data_base64 invalid_format'],
    ],
    ['with a bad start', envelope({ data: { ...DATA, start: 'soon' } }), STRUCTURED, ['/data/start invalid_instant']],
    [
      'with a bad start in our event',
      envelope({ data: { ...EVENT, data: { ...DATA, start: 'soon' } } }),
      STRUCTURED,
      ['/data/data/start invalid_instant'],
    ],
    [
      'with a bad start in base64',
      { ...ATTRIBUTES, data_base64: base64({ ...DATA, start: '2026-12-01' }) },
      STRUCTURED,
      ['/data_base64/start date_only'],
    ],
    [
      'with a CPR number as id of the appointment',
      envelope({ data: { ...DATA, id: '010170-1234' } }),
      STRUCTURED,
      ['/data/id cpr'],
    ],
    ['with a key cpr', envelope({ data: { ...DATA, cpr: 'x' } }), STRUCTURED, ['/data/cpr cpr']],
    ['that is no object', 'x', STRUCTURED, [' invalid_type']],
    [
      'in binary mode with an id alone',
      DATA,
      { headers: { 'ce-id': '1' } },
      ['ce-specversion required', 'ce-source required', 'ce-type required'],
    ],
    ['in binary mode with a bad start', { ...DATA, start: 7 }, { headers: headers() }, ['/start invalid_type']],
    ['in binary mode with an array', [DATA], { headers: headers() }, [' invalid_type']],
    [
      'in binary mode of another version',
      DATA,
      { headers: headers({ 'ce-specversion': '2.0' }) },
      ['ce-specversion invalid_value'],
    ],
    ['in binary mode of another type', DATA, { headers: headers({ 'ce-type': 'x' }) }, ['ce-type invalid_value']],
  ])('%s is refused', (_name, body, sent, faults) => {
    expect(refusalOf(() => readPosted(body, sent))).toMatchObject({ status: 422, faults });
  });

  it('in a format that is not JSON is 415, with the supported one', () => {
    const refusal = refusalOf(() => readPosted(envelope(), { type: 'application/cloudevents+avro' }));
    expect(refusal).toMatchObject({ status: 415, message: expect.stringContaining('application/cloudevents+json') });
  });
});

describe('a batch of CloudEvents', () => {
  it('is judged event by event', () => {
    const result = readPosted(
      [
        envelope(),
        7,
        envelope({ data: { ...DATA, start: 'x' } }),
        envelope({ id: '' }),
        envelope({ id: 'ce-5', data: EVENT }),
      ],
      BATCH,
    );
    expect([result.array, result.key]).toEqual([true, undefined]);
    expect(result.elements.map(({ kind }) => kind)).toEqual([
      'appointment',
      'refused',
      'refused',
      'refused',
      'appointment',
    ]);
    expect(
      result.elements
        .slice(1, 4)
        .map((element) => problemIn(element).faults.map(({ pointer, code }) => `${pointer} ${code}`)),
    ).toEqual([['/1 invalid_type'], ['/2/data/start invalid_instant'], ['/3/id required']]);
    expect(result.elements[2]).toMatchObject({ reference: 'A-1' });
    // A refused event keeps no key.
    expect(result.elementKeys?.map((key) => key !== undefined)).toEqual([true, false, false, false, true]);
  });

  it('has each event once: the same again is left, and another of the same id is refused', () => {
    const { elements, elementKeys } = readPosted(
      [envelope(), envelope(), envelope({ data: { ...DATA, id: 'A-2' } })],
      BATCH,
    );
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
    expect(
      readPosted(
        Array.from({ length: 1000 }, () => envelope()),
        BATCH,
      ).elements,
    ).toHaveLength(1000);
    expect(
      refusalOf(() =>
        readPosted(
          Array.from({ length: 1001 }, () => envelope()),
          BATCH,
        ),
      ).faults,
    ).toEqual([' too_big']);
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
