import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AppointmentEvent } from '../../../src/domain/appointment.ts';
import { Problem } from '../../../src/domain/errors.ts';
import type { IngestElement, IngestResult } from '../../../src/formats/format.ts';
import { readWebhook } from '../../../src/formats/index.ts';
import { readEvents } from '../../../src/formats/json/json.ts';
import { eventIn, ingestContext, problemIn } from '../../support/ingest.ts';
import { finished } from '../../support/steps.ts';

const CONTEXT = ingestContext();
const readBytes = (body: Uint8Array, contentType = 'application/json') =>
  finished(readWebhook({ contentType, header: () => undefined, body }, CONTEXT));

const DATA = {
  id: 'A-4711',
  version: 3,
  start: '2026-12-01T09:00:00+01:00',
  end: '2026-12-01T09:30:00+01:00',
  kind: 'visit',
  patient: { id: 'P-100', phone: '20 12 34 56', language: 'da' },
  location: { code: '325441000016006', text: 'Opgang 4, 3. sal' },
  department: 'Ambulatoriet',
  departmentCode: 'AMB',
  contactPhone: '+4535453545',
};
const EVENT = { type: 'appointment.booked', timestamp: '2026-11-24T08:00:00Z', data: DATA };

function read(body: unknown, contentType = 'application/json'): IngestResult {
  return readBytes(Buffer.from(JSON.stringify(body)), contentType);
}

function eventOf(data: object, rest: object = {}): AppointmentEvent {
  const [element] = read({ ...EVENT, ...rest, data: { ...DATA, ...data } }).elements;
  return eventIn(element);
}

function problemOf(work: () => unknown): Problem {
  try {
    work();
  } catch (error) {
    if (error instanceof Problem) return error;
    throw error;
  }
  throw new Error('it was taken');
}

const faultsOf = (problem: Problem) => problem.faults.map(({ pointer, code }) => `${pointer} ${code}`);

describe('an event in the JSON of EasySMS', () => {
  it('is read as documented', () => {
    expect(read(EVENT)).toEqual({
      array: false,
      format: 'easysms',
      elements: [
        {
          kind: 'appointment',
          event: {
            reference: 'A-4711',
            status: 'booked',
            version: 3,
            occurredAt: new Date('2026-11-24T08:00:00Z'),
            start: new Date('2026-12-01T08:00:00Z'),
            end: new Date('2026-12-01T08:30:00Z'),
            kind: 'visit',
            patientKey: Buffer.from('hash of P-100'),
            phone: '20 12 34 56',
            language: 'da',
            locationCode: '325441000016006',
            locationText: 'Opgang 4, 3. sal',
            department: 'Ambulatoriet',
            departmentCode: 'AMB',
            contactPhone: '+4535453545',
            test: false,
          },
        },
      ],
    });
  });

  it.each([
    ['appointment.booked', 'booked'],
    ['appointment.updated', null],
    ['appointment.rescheduled', 'booked'],
    ['appointment.cancelled', 'cancelled'],
    ['appointment.deleted', 'entered-in-error'],
    ['appointment.arrived', 'arrived'],
    ['appointment.fulfilled', 'fulfilled'],
    ['appointment.noshow', 'noshow'],
  ])('of type %s makes the appointment %s', (type, status) => {
    expect(eventOf({}, { type }).status).toBe(status);
  });

  it.each(['cancelled', 'deleted', 'arrived', 'fulfilled', 'noshow'])(
    'of type %s needs only an id, and says nothing else',
    (type) => {
      const [element] = read({ type: `appointment.${type}`, data: { id: 'A-1' } }).elements;
      const { warningsIfUnknown: _, warningsIfRepeated: _repeated, sentAs, ...event } = eventIn(element);
      expect(sentAs).not.toContain('A-1');
      const { reference, status: _status, version, occurredAt, test, ...rest } = event;
      expect([reference, version, occurredAt, test]).toEqual(['A-1', null, null, false]);
      expect(Object.values(rest)).toEqual(Object.values(rest).map(() => undefined));
    },
  );

  it('keeps a field that is left out, and clears one that is null', () => {
    const [element] = read({ type: 'appointment.updated', data: { id: 'A-1', patient: {}, location: {} } }).elements;
    const { kind, ...absent } = eventIn(element);
    const nulls = { start: null, end: null, department: null, departmentCode: null, contactPhone: null };
    const ofObjects = { patient: { phone: null, language: null }, location: { code: null, text: null } };
    const cleared = eventOf({ ...nulls, ...ofObjects });
    for (const field of [
      ...(['start', 'end', 'phone', 'language', 'locationCode', 'locationText'] as const),
      ...(['department', 'contactPhone'] as const),
    ])
      expect([field, absent[field], cleared[field]]).toEqual([field, undefined, null]);
    expect([kind, eventOf({ kind: null }).kind]).toEqual([undefined, 'visit']);
  });

  it('clears number and language, or place and code, when the whole object is null', () => {
    const event = eventOf({ patient: null, location: null });
    expect([event.phone, event.language, event.locationCode, event.locationText]).toEqual([null, null, null, null]);
  });

  it.each([
    ['Z', '2026-12-01T08:00:00Z', '2026-12-01T08:00:00Z'],
    ['no offset: the zone of the source', '2026-12-01T09:00:00', '2026-12-01T08:00:00Z'],
    ['no seconds', '2026-07-01T09:00', '2026-07-01T07:00:00Z'],
    ['doubled autumn hour: the first', '2026-10-25T02:30:00', '2026-10-25T00:30:00Z'],
    ['doubled autumn hour with an offset', '2026-10-25T02:30:00+01:00', '2026-10-25T01:30:00Z'],
  ])('is accepted with %s', (_name, start, at) => {
    expect(eventOf({ start, end: null }).start).toEqual(new Date(at));
  });

  it.each<[string, object, Partial<AppointmentEvent>]>([
    ['version 0', { version: 0 }, { version: 0 }],
    ['the largest version', { version: Number.MAX_SAFE_INTEGER }, { version: Number.MAX_SAFE_INTEGER }],
    ['no version', { version: null }, { version: null }],
    ['a phone appointment', { kind: 'phone' }, { kind: 'phone' }],
    ['a video appointment', { kind: 'video' }, { kind: 'video' }],
    ['a visit at home', { kind: 'home' }, { kind: 'home' }],
    ['a regional language', { patient: { language: 'EN-gb' } }, { language: 'en' }],
    ['a language with an underscore', { patient: { language: 'da_DK' } }, { language: 'da' }],
    ['an empty language', { patient: { language: '' } }, { language: null }],
    ['no patient id', { patient: { id: '', phone: '20123456' } }, { patientKey: undefined, phone: '20123456' }],
    ['any text as phone, judged later', { patient: { phone: 'ring til mor' } }, { phone: 'ring til mor' }],
    ['a link in the place', { location: { text: 'Se www.evil.example her' } }, { locationText: 'Se her' }],
    ['a CPR number in the place', { location: { text: 'Stue 010170-1234' } }, { locationText: 'Stue' }],
    ['line breaks and bidirectional characters', { department: 'Øre\n\u202enæse' }, { department: 'Øre næse' }],
    ['a long department', { department: 'x'.repeat(500) }, { department: 'x'.repeat(60) }],
    ['a place of nothing printable', { location: { text: '\u0000\u200b' } }, { locationText: null }],
    [
      'a broken half of a surrogate pair in the place',
      { location: { text: 'Stue \ud800 4' } },
      { locationText: 'Stue 4' },
    ],
    ['a code that is a CPR number is not kept', { location: { code: '0101701234' } }, { locationCode: null }],
    ['a department code that is one', { departmentCode: '010170-1234' }, { departmentCode: null }],
    ['empty codes', { departmentCode: '', location: { code: '' } }, { departmentCode: null, locationCode: null }],
    ['a contact phone as people write it', { contactPhone: '35 45 35 45' }, { contactPhone: '35 45 35 45' }],
    ['an empty contact phone', { contactPhone: '' }, { contactPhone: null }],
    ['an end without offset', { end: '2026-12-01T09:45' }, { end: new Date('2026-12-01T08:45:00Z') }],
  ])('is accepted with %s', (_name, data, expected) => expect(eventOf(data)).toMatchObject(expected));

  it('may have unknown keys', () => {
    const data = { ...DATA, title: 'Kontrol', patient: { ...DATA.patient, name: 'Ida' }, person: { shoe: 42 } };
    expect(read({ ...EVENT, trace: 'x', data })).toEqual(read(EVENT));
  });

  const refuses = (body: unknown, faults: readonly string[]): void => {
    const problem = problemOf(() => read(body));
    expect([problem.status, faultsOf(problem)]).toEqual([422, faults]);
    expect(problem.faults.every(({ detail }) => detail.length > 0)).toBe(true);
  };

  it.each<[string, object, string]>([
    ['no id', { id: undefined }, 'id required'],
    ['an empty id', { id: '' }, 'id too_small'],
    ['a number as id', { id: 4711 }, 'id invalid_type'],
    ['an id of 256 characters', { id: 'x'.repeat(256) }, 'id too_big'],
    ['NUL in the id', { id: 'A\u0000B' }, 'id invalid_format'],
    ['a line break in the id', { id: 'A\nB' }, 'id invalid_format'],
    ['half of a surrogate pair in the id', { id: 'A\ud800' }, 'id invalid_format'],
    ['a CPR number as id', { id: '010170-1234' }, 'id cpr'],
    ['a CPR number without dash as id', { id: '0101701234' }, 'id cpr'],
    ['a CPR number behind a prefix', { id: 'CPR:0101701234' }, 'id cpr'],
    ['a version below zero', { version: -1 }, 'version too_small'],
    ['a version with a fraction', { version: 1.5 }, 'version invalid_type'],
    ['a version beyond what is exact', { version: 2 ** 60 }, 'version too_big'],
    ['a version as text', { version: '3' }, 'version invalid_type'],
    ['a date without a time', { start: '2026-12-01' }, 'start date_only'],
    ['a start in the spring gap', { start: '2027-03-28T02:30:00', end: null }, 'start time_does_not_exist'],
    ['a start that is no time', { start: 'i morgen kl. 9' }, 'start invalid_instant'],
    ['the 30th of February', { start: '2026-02-30T09:00:00Z' }, 'start invalid_instant'],
    ['a Unix time as start', { start: 1796112000 }, 'start invalid_type'],
    ['an id of blanks', { id: ' \u00a0\u3000' }, 'id required'],
    ['an id of invisible characters', { id: '\u200b\u2800\ufeff\u3164' }, 'id required'],
    ['an end without a time', { end: '2026-12-01' }, 'end date_only'],
    ['a kind that nobody knows', { kind: 'zoom' }, 'kind invalid_value'],
    ['a patient that is no object', { patient: 'P-1' }, 'patient invalid_type'],
    ['a number as phone', { patient: { phone: 20123456 } }, 'patient/phone invalid_type'],
    ['a phone of 65 characters', { patient: { phone: '2'.repeat(65) } }, 'patient/phone too_big'],
    ['a language in words', { patient: { language: 'dansk, tak' } }, 'patient/language invalid_format'],
    ['a place of 1,001 characters', { location: { text: 'x'.repeat(1001) } }, 'location/text too_big'],
    ['control characters in a code', { departmentCode: 'A\u0000' }, 'departmentCode invalid_format'],
    ['a contact phone in words', { contactPhone: 'se hjemmesiden' }, 'contactPhone invalid_format'],
    ['a CPR number as contact phone', { contactPhone: '010170 1234' }, 'contactPhone cpr'],
    ['a CPR number as the former id', { replaces: '010170-1234' }, 'replaces cpr'],
    ['a former id of 256 characters', { replaces: 'x'.repeat(256) }, 'replaces too_big'],
    ['a key cpr', { patient: { cpr: '0101701234' } }, 'patient/cpr cpr'],
    ['a key cpr_nr deep in what nobody knows', { extra: [{ a: { cpr_nr: 1 } }] }, 'extra/0/a/cpr_nr cpr'],
    ['a key CPR-number', { 'CPR-number': '' }, 'CPR-number cpr'],
    ['a slash in the way to the key', { 'a/b~c': { cpr: 1 } }, 'a~1b~0c/cpr cpr'],
  ])('is refused with %s', (_name, data, fault) => {
    refuses({ ...EVENT, data: { ...DATA, ...data } }, [`/data/${fault}`]);
  });

  it.each<[string, unknown, string[]]>([
    ['no type', { data: DATA }, ['/type required']],
    ['a type that nobody knows', { ...EVENT, type: 'appointment.moved' }, ['/type invalid_value']],
    ['no data', { type: 'appointment.booked' }, ['/data required']],
    ['data that is no object', { ...EVENT, data: 'A-1' }, ['/data invalid_type']],
    ['a timestamp that is no time', { ...EVENT, timestamp: 'now' }, ['/timestamp invalid_instant']],
    ['a key personnummer', { ...EVENT, personnummer: null }, ['/personnummer cpr']],
    [
      'several faults at once',
      { type: 'x', data: { version: -1 } },
      ['/type invalid_value', '/data/id required', '/data/version too_small'],
    ],
    ['text instead of an event', 'appointment.booked', [' invalid_type']],
    ['null', null, [' invalid_type']],
    ['a number', 42, [' invalid_type']],
  ])('is refused with %s', (_name, body, faults) => refuses(body, faults));

  it('never repeats what was sent, not even the name of a key that is a number', () => {
    const number = '0101701234';
    const nasty = {
      type: number,
      timestamp: number,
      [number]: { cpr: number },
      data: {
        id: number,
        start: number,
        kind: number,
        patient: { phone: [number], language: number },
        contactPhone: `x${number}`,
        [number]: { cpr: 1 },
      },
    };
    const { message, faults } = problemOf(() => read(nasty));
    expect(faults.length).toBeGreaterThan(6);
    expect(JSON.stringify([message, faults])).not.toContain(number);
    const notJson = problemOf(() => readBytes(Buffer.from(`{"phone": ${number}x`)));
    expect(JSON.stringify([notJson.message, notJson.faults])).not.toContain(number);
  });

  it('lists no more faults than a person reads, however many there are', () => {
    const many = Object.fromEntries(Array.from({ length: 5000 }, (_, index) => [`k${index}`, { cpr: 1 }]));
    expect(problemOf(() => read({ ...EVENT, data: { ...DATA, many } })).faults.length).toBeLessThanOrEqual(20);
  });
});

describe('a request', () => {
  const referencesOf = (elements: readonly IngestElement[]) =>
    elements.map((element) => (element.kind === 'refused' ? element : eventIn(element)).reference);

  it('with an array is judged element by element', () => {
    const dateOnly = { type: 'appointment.booked', data: { id: 'A-2', start: '2026-12-01' } };
    const { array, elements } = read([EVENT, dateOnly, 7, EVENT]);
    expect(array).toBe(true);
    expect(referencesOf(elements)).toEqual(['A-4711', 'A-2', null, 'A-4711']);
    expect(problemIn(elements[1]).status).toBe(422);
    expect(faultsOf(problemIn(elements[1]))).toEqual(['/1/data/start date_only']);
    expect(faultsOf(problemIn(elements[2]))).toEqual(['/2 invalid_type']);
  });

  it('repeats no reference that is a CPR number or not a reference', () => {
    const booked = (id: string) => ({ type: 'appointment.booked', data: { id } });
    const { elements } = read([booked('0101701234'), booked('A\ud800'), { data: null }]);
    const found = elements.map((element) => (element.kind === 'refused' ? element.reference : element));
    expect(found).toEqual(Array(3).fill(null));
  });

  it('holds 1 to 1,000 events', () => {
    expect(read(Array.from({ length: 1000 }, () => EVENT)).elements).toHaveLength(1000);
    expect(faultsOf(problemOf(() => read(Array.from({ length: 1001 }, () => EVENT))))).toEqual([' too_big']);
    expect(faultsOf(problemOf(() => read([])))).toEqual([' too_small']);
  });

  it.each([
    ['application/json', 0],
    ['application/json; charset=utf-8', 0],
    ['Application/JSON', 0],
    ['application/vnd.example+json', 0],
    ['', 415],
    ['text/plain', 415],
    ['application/x-www-form-urlencoded', 415],
    ['application/jsonp', 415],
    ['application/xml', 415],
  ])('of type "%s" is answered %i', (contentType, status) => {
    const work = () => read(EVENT, contentType);
    if (status === 0) expect(work().elements).toHaveLength(1);
    else expect(problemOf(work).status).toBe(status);
  });

  it.each([
    ['nothing', ''],
    ['half an object', '{"type": '],
    ['a comma too many', '[1,]'],
    ['NaN', '{"a": NaN}'],
    ['HTML', '<html>'],
  ])('of %s is no JSON', (_name, text) => {
    expect(problemOf(() => readBytes(Buffer.from(text))).status).toBe(400);
  });

  it('in another encoding than UTF-8 is no JSON, and a byte order mark is none of the text', () => {
    const latin = Buffer.from('{"type":"å"}', 'latin1');
    expect(problemOf(() => readBytes(latin)).status).toBe(400);
    const marked = Buffer.from(`\ufeff${JSON.stringify(EVENT)}`);
    expect(readBytes(marked).elements).toHaveLength(1);
  });

  it('of ten thousand arrays in arrays is refused', () => {
    const deep = Buffer.from('['.repeat(10_000) + ']'.repeat(10_000));
    expect(problemOf(() => readBytes(deep))).toMatchObject({ status: 400, code: 'too-deep' });
  });

  it('that was damaged in any way is accepted or refused with a Problem, and never fails otherwise', () => {
    const keys = Object.keys(DATA).map((key) => ['data', key]);
    const path = fc.constantFrom<string[]>(...keys, ['type'], ['timestamp'], ['data'], ['data', 'patient', 'phone']);
    const odd = fc.constantFrom(null, undefined, {}, [], '\ud800', '\u0000');
    const value = fc.oneof(fc.jsonValue(), fc.string({ unit: 'binary' }), fc.double(), odd);
    fc.assert(
      fc.property(fc.array(fc.tuple(path, value), { minLength: 1, maxLength: 4 }), fc.boolean(), (changes, inArray) => {
        const event = structuredClone(EVENT) as unknown as Record<string, unknown>;
        for (const [steps, changed] of changes) setAt(event, steps, changed);
        const result = attempt(() => read(inArray ? [event] : event));
        if (result instanceof Problem) expect(result.status).toBe(422);
        else for (const { kind } of result.elements) expect(['appointment', 'refused']).toContain(kind);
      }),
      { numRuns: 500 },
    );
  });

  it('of bytes that were changed anywhere is accepted or refused with a Problem', () => {
    const bytes = Buffer.from(JSON.stringify([EVENT]));
    const edits = fc.array(fc.tuple(fc.nat(bytes.length - 1), fc.nat(255)), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(edits, (changes) => {
        const mangled = Buffer.from(bytes);
        for (const [at, byte] of changes) mangled[at] = byte;
        attempt(() => readBytes(mangled));
      }),
      { numRuns: 1000 },
    );
  });
});

/** The result, or the Problem that was thrown; any other error is thrown on. */
function attempt(work: () => IngestResult): IngestResult | Problem {
  try {
    return work();
  } catch (error) {
    if (error instanceof Problem) return error;
    throw error;
  }
}

function setAt(target: Record<string, unknown>, steps: readonly string[], value: unknown): void {
  const [first, ...rest] = steps as [string, ...string[]];
  const inner = target[first];
  if (rest.length === 0 || typeof inner !== 'object' || inner === null) target[first] = structuredClone(value);
  else setAt(inner as Record<string, unknown>, rest, value);
}

describe('a refusal has a sentence of ours', () => {
  const detailOf = (work: () => unknown) => problemOf(work).faults.map(({ detail }) => detail);
  it.each<[string, object, RegExp]>([
    ['a number as an id', { id: 4711 }, /^A text is needed here\.$/],
    ['an empty id', { id: '' }, /^This may not be empty\.$/],
    ['a long id', { id: 'x'.repeat(256) }, /^At most 255 characters\.$/],
    ['half a version', { version: 1.5 }, /^A whole number is needed here\.$/],
    ['a version below zero', { version: -1 }, /^At least 0\.$/],
    ['another kind', { kind: 'party' }, /^This must be one of: visit, phone, video, home\.$/],
    ['another patient', { patient: 'Hanne' }, /^An object is needed here\.$/],
    ['a language in words', { patient: { language: 'dansk!' } }, /^A language is written as da or en-GB\.$/],
    ['a contact that is no number', { contactPhone: 'sekretær' }, /^A phone number is required/],
    ['a start without a T or a blank', { start: '2030-05-14_09:00:00Z', end: null }, /with a T or a blank between/],
  ])('%s', (_what, data, words) => {
    expect(detailOf(() => eventOf(data))).toEqual([expect.stringMatching(words)]);
  });

  const bodyOf = (body: Uint8Array) => problemOf(() => readBytes(body)).message;
  it('an empty body, another encoding and malformed JSON have different messages, without content of it', () => {
    expect(bodyOf(Buffer.of())).toBe('The body is empty: it is not valid JSON in UTF-8.');
    expect(bodyOf(Buffer.from('{"text":"Ærø"}', 'latin1'))).toMatch(/^The body is not UTF-8: .* not in ISO 8859-1/);
    expect(bodyOf(Buffer.from('{"text":"x"}', 'utf16le'))).toMatch(/^The body is not UTF-8: /);
    const told = /^The body is not valid JSON in UTF-8(: the fault is at character 21)?\.$/;
    expect(bodyOf(Buffer.from('{"phone":"20123456",}'))).toMatch(told);
  });
});

it.each(['{', '[1,', '"', '"abc', '{"a', '{"a":', '{"a":"x', '{"a":"x\\', '{"a":"x"', '{"a":1,', 'nul', '-'])(
  'a body that was cut short is told to end too early: %s',
  (text) => {
    const found = problemOf(() => readBytes(Buffer.from(text))).message;
    expect(found).toBe('The body is not valid JSON in UTF-8: it ends before it is complete.');
  },
);

describe('a field that looks like a phone number', () => {
  const warned = (body: unknown) =>
    eventIn(finished(readEvents(body, ingestContext())).elements[0]).warnings?.map(
      ({ pointer, code }) => `${pointer} ${code}`,
    );
  const without = { ...DATA, patient: { id: 'P-100' } };
  const warnedOf = (data: object) => warned({ ...EVENT, data: { ...without, ...data } });

  it.each(['phone', 'mobile', 'mobil', 'Telefon', 'tlf', 'phoneNumber', 'phone_number', 'msisdn'])(
    'is named where none was read: %s',
    (name) => {
      expect(warnedOf({ [name]: '20 12 34 56' })).toEqual([`/data/${name} phone_not_read`]);
    },
  );

  it('is found anywhere in the event, also as a number', () => {
    const event = { ...EVENT, data: without, citizen: { contact: [{ mobil: 20123456 }] } };
    expect(warned([event])).toEqual(['/0/citizen/contact/0/mobil phone_not_read']);
  });

  it('is named where the field that is read is there and empty, and by its value where that is wrapped', () => {
    for (const phone of [null, '', ' '])
      expect(warnedOf({ patient: { phone }, phone: '20123456' })).toEqual(['/data/phone phone_not_read']);
    expect(warnedOf({ phone: { label: 'x', value: '20123456' } })).toEqual(['/data/phone/value phone_not_read']);
  });

  it('is no matter where a number was read or is not needed', () => {
    expect(warned({ ...EVENT, data: { ...DATA, phone: '20123456' } })).toBeUndefined();
    expect(warned({ ...EVENT, type: 'appointment.cancelled', data: { id: 'A-1', phone: '20123456' } })).toBeUndefined();
    expect(warnedOf({ phone: '', mobile: null, contactPhone: '35453545' })).toBeUndefined();
  });

  it('is looked for among a bounded number of fields', () => {
    const wide = Object.fromEntries(Array.from({ length: 5000 }, (_, index) => [`field${index}`, { phone: '' }]));
    expect(warnedOf({ wide, last: { deep: { phone: '20123456' } } })).toBeUndefined();
  });
});
