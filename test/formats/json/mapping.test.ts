import { describe, expect, it } from 'vitest';
import type { AppointmentEvent } from '../../../src/domain/appointment.ts';
import type { JsonMapping } from '../../../src/domain/json-mapping.ts';
import type { IngestResult } from '../../../src/formats/format.ts';
import { valueAt } from '../../../src/formats/json/mapped-values.ts';
import { eventIn, problemIn } from '../../support/ingest.ts';
import { readPosted, refusalOf } from '../../support/webhook-reading.ts';

const MAPPING: JsonMapping = {
  type: ['/event/kind', '/action'],
  types: {
    created: 'appointment.booked',
    removed: 'appointment.cancelled',
    waiting: 'waitlist',
    true: 'noshow',
    '3': 'arrived',
  },
  fields: {
    id: ['/booking/id', '/booking/nr'],
    version: '/booking/rev',
    timestamp: '/sent',
    start: '/booking/start',
    end: '/booking/end',
    kind: '/booking/kind',
    patientId: '/patient/id',
    phone: ['/patient/mobile', '/patient/phones'],
    language: '/patient/lang',
    locationCode: '/place/code',
    locationText: '/place/a~1b',
    department: '/unit/0/name',
    departmentCode: '/unit/0/code',
    contactPhone: '/unit/0/phone',
  },
};
const BODY = {
  event: { kind: 'created' },
  sent: '2026-11-24T08:00:00Z',
  booking: { id: 4711, rev: '3', start: '2026-12-01T09:00', end: '2026-12-01T09:30', kind: 'visit' },
  patient: { id: 'P-1', mobile: '20 12 34 56', lang: 'da_DK', name: 'Ida', cpr: '010170-1234' },
  place: { code: 17, 'a/b': 'Opgang 4' },
  unit: [{ name: 'Ambulatoriet', code: 'AMB', phone: '35 45 35 45' }],
};

const read = (body: unknown, mapping: JsonMapping = MAPPING): IngestResult =>
  readPosted(body, { settings: { mapping } });
const eventOf = (change: object, mapping?: JsonMapping): AppointmentEvent =>
  eventIn(read({ ...BODY, ...change }, mapping).elements[0]);

describe("a vendor's JSON", () => {
  it('is read as the settings say, and nothing else of it is read', () => {
    const { elements, array, format } = read(BODY);
    expect({ array, format }).toEqual({ array: false, format: 'mapping' });
    expect(eventIn(elements[0])).toEqual({
      reference: '4711',
      status: 'booked',
      version: 3,
      occurredAt: new Date('2026-11-24T08:00:00Z'),
      start: new Date('2026-12-01T08:00:00Z'),
      end: new Date('2026-12-01T08:30:00Z'),
      kind: 'visit',
      patientKey: Buffer.from('hash of P-1'),
      phone: '20 12 34 56',
      language: 'da',
      locationCode: '17',
      locationText: 'Opgang 4',
      department: 'Ambulatoriet',
      departmentCode: 'AMB',
      contactPhone: '35 45 35 45',
      test: false,
    });
  });

  it.each<[string, unknown, AppointmentEvent['status']]>([
    ['a type of our event', { event: { kind: 'removed' } }, 'cancelled'],
    ['a status', { event: { kind: 'waiting' } }, 'waitlist'],
    ['a number', { event: { kind: 3 } }, 'arrived'],
    ['a boolean', { event: { kind: true } }, 'noshow'],
    ['a second pointer, where the first leads nowhere', { event: {}, action: 'removed' }, 'cancelled'],
    ['a second pointer, where the first leads to nothing', { event: { kind: null }, action: 'removed' }, 'cancelled'],
    ['the first pointer of two that lead somewhere', { event: { kind: 'created' }, action: 'removed' }, 'booked'],
  ])('has its type by %s', (_name, change, status) => {
    expect(eventOf(change as object).status).toBe(status);
  });

  it.each(['moved', 'Created', 'constructor', '__proto__', 'toString'])(
    'of a type that is not listed (%s) is ignored',
    (kind) => {
      expect(read({ ...BODY, event: { kind } }).elements).toEqual([{ kind: 'ignored', why: expect.any(String) }]);
    },
  );

  it.each<[string, object, Partial<AppointmentEvent>]>([
    ['a start in seconds', { booking: { id: 'A', start: 1796112000 } }, { start: new Date(1796112000_000) }],
    ['a start in milliseconds', { booking: { id: 'A', start: 1796112000_000 } }, { start: new Date(1796112000_000) }],
    ['a number of the patient that is one', { patient: { mobile: 20123456 } }, { phone: '20123456' }],
    [
      'several numbers, in the order of the pointers',
      { patient: { phones: ['1', 2, null, {}, ''], mobile: '3' } },
      { phone: ['3', '1', '2'] },
    ],
    ['no number at all: nothing is said', { patient: {} }, { phone: undefined }],
    ['a number that is null: it is cleared', { patient: { mobile: null } }, { phone: null }],
    ['an empty list of numbers: it is cleared', { patient: { phones: [] } }, { phone: null }],
    ['a number of 65 characters', { patient: { mobile: '2'.repeat(65), phones: ['20123456'] } }, { phone: '20123456' }],
    ['an id with blanks around it', { booking: { id: ' A-1 ', start: '2026-12-01T09:00' } }, { reference: 'A-1' }],
    [
      'the second id, where the first is empty',
      { booking: { id: '', nr: 'B', start: '2026-12-01T09:00' } },
      { reference: 'B' },
    ],
    ['a language in words', { patient: { lang: 'dansk, tak' } }, { language: undefined }],
    ['an empty language', { patient: { lang: '' } }, { language: null }],
    ['a phone of the place in words', { unit: [{ phone: 'se hjemmesiden' }] }, { contactPhone: undefined }],
    ['a place of 2,000 characters', { place: { 'a/b': 'x'.repeat(2000) } }, { locationText: 'x'.repeat(60) }],
    ['a CPR number in the place', { place: { 'a/b': 'Stue 010170-1234' } }, { locationText: 'Stue' }],
    ['a CPR number as code of the place', { place: { code: '0101701234' } }, { locationCode: null }],
    ['a code with a line break', { place: { code: 'A\nB' } }, { locationCode: undefined }],
    ['a code of emoji, each of which counts twice', { place: { code: '🏥'.repeat(60) } }, { locationCode: undefined }],
    ['an object where a text should be', { unit: [{ name: { da: 'Øre' } }] }, { department: undefined }],
    ['an empty department', { unit: [{ name: ' ' }] }, { department: null }],
  ])('may hold %s', (_name, change, expected) => {
    const event = eventOf(change);
    for (const [name, value] of Object.entries(expected))
      expect([name, event[name as keyof AppointmentEvent]]).toEqual([name, value]);
  });

  it.each<[string, object, string[]]>([
    ['no type', { event: {} }, ['/event/kind required']],
    ['a type that is an object', { event: { kind: {} } }, ['/event/kind required']],
    ['no id', { booking: { start: '2026-12-01T09:00' } }, ['/booking/id required']],
    ['an id that is an object', { booking: { id: {}, start: '2026-12-01T09:00' } }, ['/booking/id required']],
    ['an id that JSON has rounded', { booking: { id: 2 ** 60, start: '2026-12-01T09:00' } }, ['/booking/id required']],
    ['a CPR number as id', { booking: { id: '010170-1234', start: '2026-12-01T09:00' } }, ['/booking/id cpr']],
    ['a start without a time', { booking: { id: 'A', start: '2026-12-01' } }, ['/booking/start date_only']],
    [
      'an id of invisible characters',
      { booking: { id: '\u200b', start: '2026-12-01T09:00' } },
      ['/booking/id required'],
    ],
    ['a version in words', { booking: { id: 'A', rev: 'latest' } }, ['/booking/rev invalid_type']],
    ['a kind that nobody knows', { booking: { id: 'A', kind: 'zoom' } }, ['/booking/kind invalid_value']],
    ['an id of a patient of 256 characters', { patient: { id: 'x'.repeat(256) } }, ['/patient/id too_big']],
  ])('is refused in its own terms with %s', (_name, change, faults) => {
    expect(refusalOf(() => read({ ...BODY, ...change }))).toMatchObject({ status: 422, faults });
  });

  it.each<[string, unknown]>([
    ['text', 'x'],
    ['null', null],
    ['an array', [BODY]],
  ])('that is %s is refused', (_name, body) => {
    expect(refusalOf(() => read(body)).faults).toEqual(['/event/kind required']);
  });

  it('may name the former id of an appointment; then every event may match another appointment', () => {
    const mapping = { ...MAPPING, fields: { ...MAPPING.fields, replaces: '/old' } };
    expect(eventOf({ old: 'A-0' }, mapping)).toMatchObject({ replaces: ['A-0'], aliases: [] });
    for (const old of ['A\u0000B', undefined, null, '', '\u200b', '4711', 4711, '010170-1234', 'x'.repeat(256)]) {
      const event = eventOf({ old }, mapping);
      expect([old, event.aliases, Object.hasOwn(event, 'replaces')]).toEqual([old, [], false]);
    }
    expect(eventOf({ old: 'A-0' }).aliases).toBeUndefined();
  });

  it.each<[string, unknown, boolean]>([
    ['true', true, true],
    ['false', false, false],
    ['a text', 'true', true],
    ['a number', 1, true],
    ['a text that says no', 'false', false],
    ['nothing', undefined, false],
    ['null', null, false],
  ])('is a test where the field says so: %s', (_name, flag, test) => {
    const mapping = { ...MAPPING, fields: { ...MAPPING.fields, test: '/meta/test' } };
    expect(eventOf({ meta: { test: flag } }, mapping).test).toBe(test);
  });

  it.each<[string, 'test' | 'replaces', unknown]>([
    ['a test by a word that nobody reads', 'test', 'ja'],
    ['a test by another number', 'test', 2],
    ['a test by an object', 'test', { value: true }],
    ['a former id that is an object', 'replaces', { id: 'A-0' }],
    ['a former id that is a list', 'replaces', ['A-0']],
    ['a former id that is a boolean', 'replaces', true],
    ['a former id beyond the numbers that JSON represents', 'replaces', 2 ** 60],
  ])('is refused where it tells %s', (_name, field, value) => {
    const mapping = { ...MAPPING, fields: { ...MAPPING.fields, [field]: '/meta/it' } };
    expect(refusalOf(() => read({ ...BODY, meta: { it: value } }, mapping)).faults).toEqual(['/meta/it invalid_type']);
  });
});

describe('a mapping by cases', () => {
  const { types: _types, ...rest } = MAPPING;
  const mapping: JsonMapping = {
    ...rest,
    type: [
      { when: { '/event': 'canceled', '/payload/rescheduled': true }, type: null },
      { when: { '/event': 'canceled' }, type: 'appointment.cancelled' },
      { when: { '/event': 'updated', '/payload/status': null }, type: 'pending' },
      { when: { '/event': 'updated', '/payload/seats': 1, '/payload/status': 'OK' }, type: 'appointment.booked' },
    ],
  };
  const statusOf = (event: string, payload: object = {}) => {
    const [element] = read({ ...BODY, event, payload }, mapping).elements;
    return element?.kind === 'appointment' ? element.event.status : element?.kind;
  };

  it.each<[string, object, string]>([
    ['canceled', { rescheduled: true }, 'ignored'],
    ['canceled', { rescheduled: false }, 'cancelled'],
    ['canceled', { rescheduled: 'true' }, 'cancelled'],
    ['canceled', {}, 'cancelled'],
    ['updated', {}, 'pending'],
    ['updated', { status: null }, 'pending'],
    ['updated', { status: 'OK', seats: 1 }, 'booked'],
    ['updated', { status: 'OK', seats: 2 }, 'ignored'],
    ['updated', { status: 'ok', seats: 1 }, 'ignored'],
    ['created', {}, 'ignored'],
  ])('is what the first case says whose conditions all hold: %s %j is %s', (event, payload, expected) => {
    expect(statusOf(event, payload)).toBe(expected);
  });
});

describe('an array of events', () => {
  const mapping = { ...MAPPING, events: '/all' };

  it('is refused one by one, each with its location', () => {
    const { elements, array } = read(
      { all: [BODY, 7, { ...BODY, booking: {} }, { ...BODY, event: { kind: 'x' } }] },
      mapping,
    );
    expect(array).toBe(true);
    expect(elements.map(({ kind }) => kind)).toEqual(['appointment', 'refused', 'refused', 'ignored']);
    expect(elements.slice(1, 3).map((element) => problemIn(element).faults.map(({ pointer }) => pointer))).toEqual([
      ['/all/1/event/kind'],
      ['/all/2/booking/id'],
    ]);
  });

  it('may be the whole body, and may be empty', () => {
    expect(read([BODY, BODY], { ...MAPPING, events: '' }).elements).toHaveLength(2);
    expect(read({ all: [] }, mapping)).toMatchObject({ elements: [], array: true });
  });

  it('is there, and holds 1,000 at most', () => {
    expect(refusalOf(() => read({ all: {} }, mapping)).faults).toEqual(['/all invalid_type']);
    expect(refusalOf(() => read({}, mapping)).faults).toEqual(['/all invalid_type']);
    const found = refusalOf(() => read({ all: Array.from({ length: 1001 }, () => 1) }, mapping)).faults;
    expect(found).toEqual(['/all too_big']);
  });
});

describe('a JSON pointer', () => {
  const document = { foo: ['bar', 'baz'], '': 0, 'a/b': 1, 'm~n': 8, ' ': 7, nested: { '0': 'zero', '~1': 'tilde' } };

  it.each<[string, unknown]>([
    ['', document],
    ['/foo', ['bar', 'baz']],
    ['/foo/0', 'bar'],
    ['/', 0],
    ['/a~1b', 1],
    ['/m~0n', 8],
    ['/ ', 7],
    ['/nested/0', 'zero'],
    ['/nested/~01', 'tilde'],
    ['/foo/2', undefined],
    ['/foo/-', undefined],
    ['/foo/00', undefined],
    ['/foo/length', undefined],
    ['/constructor', undefined],
    ['/__proto__/toString', undefined],
    ['/foo/0/0', undefined],
    ['/none/of/this', undefined],
  ])('%j has the value that RFC 6901 says', (pointer, value) => {
    expect(valueAt(document, pointer)).toEqual(value);
  });
});

describe('a warning about a vendor’s JSON', () => {
  const pointersOf = (change: object, mapping: JsonMapping = MAPPING) =>
    eventOf(change, mapping).warnings?.map(({ pointer, code }) => `${pointer} ${code}`);

  it('points into the body as it was sent', () => {
    const pointers = pointersOf({ booking: { ...BODY.booking, start: '2026-12-01T00:00', end: null } });
    expect(pointers).toEqual(['/booking/start midnight']);
  });

  it('names a phone-like field that the mapping leaves out, but no number of the place', () => {
    expect(pointersOf({ patient: { id: 'P-1', telefon: '20123456' } })).toEqual(['/patient/telefon phone_not_read']);
    expect(pointersOf({ patient: { id: 'P-1' } })).toBeUndefined();
    for (const mobile of [null, '', []]) {
      const patient = { id: 'P-1', mobile, telefon: { value: '20123456' } };
      expect(pointersOf({ patient })).toEqual(['/patient/telefon/value phone_not_read']);
    }
  });
});
