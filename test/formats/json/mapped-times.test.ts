import { describe, expect, it } from 'vitest';
import type { AppointmentEvent } from '../../../src/domain/appointment.ts';
import type { JsonMapping } from '../../../src/domain/json-mapping.ts';
import { warningsIn } from '../../../src/formats/warnings.ts';
import { eventIn } from '../../support/ingest.ts';
import { readPosted, refusalOf } from '../../support/webhook-reading.ts';

const TYPES = { made: 'appointment.booked', off: 'appointment.cancelled', changed: 'appointment.updated' };
const mapping = (fields: JsonMapping['fields']): JsonMapping => ({
  type: '/type',
  types: TYPES,
  fields: { id: '/id', timestamp: '/sent', ...fields },
});
/** As Microsoft Graph and Google have it. */
const GRAPH = mapping({ start: '/start/dateTime', end: '/end/dateTime' });
const read = (body: object, fields: JsonMapping, timeZone = 'Europe/Copenhagen') =>
  readPosted(
    { type: 'made', id: 'A', sent: '2029-05-01T08:00:00Z', ...body },
    { settings: { mapping: fields, timeZone } },
  );
const eventOf = (body: object, fields: JsonMapping): AppointmentEvent => eventIn(read(body, fields).elements[0]);
const startOf = (body: object, fields: JsonMapping) => eventOf(body, fields).start?.toISOString();
const warningsOf = (body: object, fields: JsonMapping) =>
  warningsIn(read(body, fields).elements[0]).map(({ pointer, code }) => `${pointer} ${code}`);
const faultsOf = (body: object, fields: JsonMapping, zone?: string) => refusalOf(() => read(body, fields, zone)).faults;

const at = (dateTime: string, timeZone: unknown) => ({ start: { dateTime, timeZone } });
const NINE = '2029-05-15T09:00:00';

describe('a zone beside the time', () => {
  const zoned = mapping({ start: '/start/dateTime', end: '/end/dateTime', timeZone: ['/start/timeZone', '/zone'] });

  it.each<[string, unknown, string]>([
    ['a name of the IANA database', 'UTC', '2029-05-15T09:00:00.000Z'],
    ['one in small letters', 'america/new_york', '2029-05-15T13:00:00.000Z'],
    ['a name of Windows', 'Eastern Standard Time', '2029-05-15T13:00:00.000Z'],
    ['nothing: that of the source', '', '2029-05-15T07:00:00.000Z'],
    ['null: that of the source', null, '2029-05-15T07:00:00.000Z'],
    ['none at all: that of the source', undefined, '2029-05-15T07:00:00.000Z'],
  ])('counts where the mapping points at it: %s', (_name, zone, start) => {
    expect(startOf(at(NINE, zone), zoned)).toBe(start);
  });

  it('is read at the first pointer where something stands', () => {
    expect(startOf({ ...at(NINE, ''), zone: 'UTC' }, zoned)).toBe('2029-05-15T09:00:00.000Z');
  });

  it('holds for start and end alike, and not for the timestamp', () => {
    const event = eventOf(
      { ...at(NINE, 'UTC'), end: { dateTime: '2029-05-15T09:30:00' }, sent: '2029-05-01T08:00:00' },
      zoned,
    );
    expect([event.end, event.occurredAt]).toEqual([new Date('2029-05-15T09:30:00Z'), new Date('2029-05-01T06:00:00Z')]);
  });

  it.each([
    ['2029-05-15T09:00:00+04:00', '2029-05-15T05:00:00.000Z'],
    ['2029-05-15T09:00:00Z', '2029-05-15T09:00:00.000Z'],
  ])('gives way to the offset in the time: %s', (dateTime, start) => {
    for (const zone of ['America/New_York', 'Mars/Olympus']) expect(startOf(at(dateTime, zone), zoned)).toBe(start);
    expect(startOf(at(dateTime, 'America/New_York'), GRAPH)).toBe(start);
  });

  it('says nothing about seconds since 1970', () => {
    const found = startOf({ start: { dateTime: 1_873_530_000, timeZone: 'America/New_York' } }, GRAPH);
    expect(found).toBe('2029-05-15T09:00:00.000Z');
  });

  it.each<[unknown]>([['Mars/Olympus'], ['+02:00'], [7], [{ id: 'UTC' }]])(
    'is refused if it is the name of none: %j',
    (zone) => {
      expect(faultsOf(at(NINE, zone), zoned)).toEqual(['/start/timeZone unknown_time_zone']);
    },
  );

  it('may skip a time that the source has, and have one that the source skips', () => {
    expect(startOf(at('2029-03-25T02:30:00', 'UTC'), zoned)).toBe('2029-03-25T02:30:00.000Z');
    const faults = faultsOf(at('2029-03-11T02:30:00', 'America/New_York'), zoned);
    expect(faults).toEqual(['/start/dateTime time_does_not_exist']);
  });

  it.each(['timeZone', 'TimeZone', 'time_zone', 'tz', 'Zone', 'timeZoneId', 'iana-time-zone', 'ianaTimezone'])(
    'that no field reads refuses the event: %s',
    (name) => {
      expect(faultsOf({ start: { dateTime: NINE, [name]: 'UTC' } }, GRAPH)).toEqual([`/start/${name} zone_not_read`]);
    },
  );

  it('that no field reads refuses the event also where the start has two fields', () => {
    const parts = mapping({ startDate: '/on/date', startTime: '/at/time' });
    const faults = faultsOf({ on: { date: '2029-05-15' }, at: { time: '09:00', tz: 'UTC' } }, parts);
    expect(faults).toEqual(['/at/tz zone_not_read']);
  });

  it.each<[string, object, JsonMapping, string?]>([
    ['it has the same offset at that moment', at(NINE, 'Romance Standard Time'), GRAPH],
    ['it is the zone of the source', at(NINE, 'UTC'), GRAPH, 'UTC'],
    [
      'another field names the zone',
      { ...at(NINE, 'Romance Standard Time'), zone: 'UTC' },
      mapping({ start: '/start/dateTime', timeZone: '/zone' }),
    ],
    ['it is no zone', at(NINE, 'Zone 4'), GRAPH],
    ['it is no text', at(NINE, 7), GRAPH],
    ['it stands in another object', { ...at(NINE, undefined), timeZone: 'UTC' }, GRAPH],
    [
      'the mapping says that it is not about the start',
      at(NINE, 'UTC'),
      { ...GRAPH, fields: { ...GRAPH.fields, timeZone: null } },
    ],
    ['the start is empty', at('', 'UTC'), GRAPH],
  ])('that no field reads does no harm where %s', (_name, body, fields, zone) => {
    expect(read(body, fields, zone).elements[0]?.kind).toBe('appointment');
  });

  it.each([
    ['UTC', GRAPH, '/start/timeZone zone_not_read'],
    ['Mars/Olympus', zoned, '/start/timeZone unknown_time_zone'],
  ])('never keeps out a cancellation, which is taken without its time: %s', (zone, fields, warning) => {
    const body = { type: 'off', ...at(NINE, zone), end: { dateTime: '2029-05-15T09:30:00' } };
    expect(eventOf(body, fields)).toMatchObject({ status: 'cancelled', start: undefined, end: undefined });
    expect(warningsOf(body, fields)).toEqual([warning]);
  });

  it('keeps out a change of which nobody knows whether it moves the appointment', () => {
    expect(faultsOf({ type: 'changed', ...at(NINE, 'UTC') }, GRAPH)).toEqual(['/start/timeZone zone_not_read']);
  });

  it('is named in an event of an array', () => {
    const list = { ...GRAPH, events: '/value' };
    const [element] = read({ value: [{ type: 'made', id: 'A', ...at(NINE, 'UTC') }] }, list).elements;
    expect(element).toMatchObject({
      kind: 'refused',
      problem: { faults: [{ pointer: '/value/0/start/timeZone', code: 'zone_not_read' }] },
    });
  });
});

describe('a start of two fields', () => {
  const parts = mapping({ start: '/at', startDate: '/date', startTime: '/time', timeZone: '/zone' });

  it.each<[string, object, string]>([
    ['a date and a time', { date: '2029-05-15', time: '09:00' }, '2029-05-15T07:00:00.000Z'],
    ['with seconds', { date: '2029-05-15', time: '09:00:30' }, '2029-05-15T07:00:30.000Z'],
    [
      'a date at the head of a longer text',
      { date: '2029-05-15T00:00:00.000Z', time: '09:00' },
      '2029-05-15T07:00:00.000Z',
    ],
    ['a date at the head of a local time', { date: '2029-05-15 09:00:00', time: '09:00' }, '2029-05-15T07:00:00.000Z'],
    [
      'a time at the head of a longer text',
      { date: '2029-05-15', time: '09:00:00.000000' },
      '2029-05-15T07:00:00.000Z',
    ],
    ['a time with an offset, which counts', { date: '2029-05-15', time: '09:00:00+00:00' }, '2029-05-15T09:00:00.000Z'],
    ['in a zone of its own', { date: '2029-05-15', time: '09:00', zone: 'UTC' }, '2029-05-15T09:00:00.000Z'],
    ['a start, which outranks both', { at: NINE, date: '2029-06-01', time: '10:00' }, '2029-05-15T07:00:00.000Z'],
    ['an empty start', { at: null, date: '2029-05-15', time: '09:00' }, '2029-05-15T07:00:00.000Z'],
  ])('is read: %s', (_name, body, start) => {
    expect(startOf(body, parts)).toBe(start);
  });

  it.each<[string, object, string]>([
    ['a date without a time', { date: '2029-05-15' }, '/date date_only'],
    ['a date with an empty time', { date: '2029-05-15', time: ' ' }, '/date date_only'],
    ['a time without a date', { time: '09:00' }, '/time time_only'],
    ['a Danish date', { date: '15-05-2029', time: '09:00' }, '/date invalid_instant'],
    ['a time in words', { date: '2029-05-15', time: '9 AM' }, '/time invalid_instant'],
    ['a moment in place of a time', { date: '2029-05-15', time: '1899-12-30T09:00:00Z' }, '/time invalid_instant'],
    ['a date that is another day here', { date: '2029-05-14T22:00:00.000Z', time: '09:00' }, '/date invalid_instant'],
    ['a day that does not exist', { date: '2029-02-31', time: '09:00' }, '/at invalid_instant'],
  ])('is refused: %s', (_name, body, fault) => {
    expect(faultsOf(body, parts)).toEqual([fault]);
    expect(eventOf({ ...body, type: 'off', date: undefined }, parts).status).toBe('cancelled');
  });

  it('is absent, or cleared, where both fields are', () => {
    expect(eventOf({ type: 'off' }, parts).start).toBeUndefined();
    expect(eventOf({ type: 'off', date: null, time: null }, parts).start).toBeNull();
  });
});

it.each([
  ['plain JSON', { type: 'appointment.booked', data: { id: 'A', start: '2029-05-15 09:00:00' } }, null],
  ['a mapping', { type: 'made', id: 'A', start: { dateTime: '2029-05-15 09:00:00' } }, GRAPH],
])('a blank stands in place of T in %s', (_name, body, settings) => {
  const found = eventIn(readPosted(body, { settings: { mapping: settings } }).elements[0]).start;
  expect(found).toEqual(new Date('2029-05-15T07:00:00Z'));
});
