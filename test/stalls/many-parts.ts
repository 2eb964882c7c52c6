import { filled, MIB, upTo } from './filled.ts';

/** A body made of parts that a format lets be repeated, each of which costs its reader more than its bytes. */
export type ManyParts = readonly [name: string, body: string];

const START = '2027-01-05T09:00:00+01:00';
/** HL7 v2 allows 5,000 segments a message, of which MSH and others take some. */
const MOST_SEGMENTS = 4_980;
const SEGMENT_BYTES = 200;
const LONG_VALUE = 10_000;
/** Fields with the start of a resource, and what may stand there. */
const STARTS = [['AIS', 4] as const, ['AIG', 8] as const, ['AIL', 6] as const, ['AIP', 6] as const];
const TIMES = { wrong: 'x', gap: '20260329023000', day: '20270105', right: '202701050900' };

/** Messages of HL7 v2 with one repeatable segment or field as often as it fits. @param id of the message */
export function manyOfHl7v2(id: () => string): readonly ManyParts[] {
  const segments = (make: (nth: number) => string) => {
    const all: string[] = [];
    for (let size = 400; all.length < MOST_SEGMENTS; size += (all.at(-1)?.length ?? 0) + 1) {
      const segment = make(all.length);
      if (size + segment.length >= MIB) break;
      all.push(segment);
    }
    return all.join('\r');
  };
  const message = (parts: string, { type = 'SIU^S12', start = '', patient = 'PID|1||P-1^^^RH^MR' } = {}) => {
    const own = id();
    const head = `MSH|^~\\&|EPJ|RH|EASYSMS|RH|20261124090000+0100||${type}|${own}|P|2.5.1||||||UNICODE UTF-8`;
    const schedule = type.startsWith('SIU') ? [`SCH||${own}^EPJ|||||||||^^^${start}`] : [];
    return [head, ...schedule, ...(patient === '' ? [] : [patient]), parts].join('\r');
  };
  const booked = { start: '20270105090000+0100' };
  const times = STARTS.flatMap(([name, field]) =>
    Object.entries(TIMES).map(([what, time]): ManyParts => {
      const segment = `${name}|1||${'|'.repeat(field - 3)}${filled(`${time}~`, SEGMENT_BYTES)}`;
      return [`${name} with times: ${what}`, message(segments(() => segment))];
    }),
  );
  const patients = (what: string, field: number, value: string): ManyParts => {
    const segment = `PID|1||P-1^^^RH^MR${'|'.repeat(Math.max(0, field - 3))}${field === 3 ? '~' : ''}`;
    const parts = segments(() => segment + filled(`${value}~`, SEGMENT_BYTES));
    return [`patients with ${what}`, message(parts, { ...booked, patient: '' })];
  };
  const merges = (what: string, each: (nth: number) => string): ManyParts => [
    `a merge ${what}`,
    message(segments(each), { type: 'ADT^A40', patient: '' }),
  ];
  const escapes = Object.entries({ ascii: 'X41', wrong: 'XE6', utf8: 'XC3A6', break: '.br', unknown: 'Z' }).flatMap(
    ([what, code]): ManyParts[] => {
      const value = (bytes: number) => filled(`\\${code}\\`, bytes);
      return [
        [
          `types of escapes: ${what}`,
          message(
            segments(() => `AIS|1||${value(SEGMENT_BYTES)}`),
            booked,
          ),
        ],
        [`ids of escapes: ${what}`, message(`PID|1||${filled(`${value(LONG_VALUE)}~`, MIB - 400)}`, booked)],
      ];
    },
  );
  return [
    ...times,
    ...escapes,
    ['TQ1 with times', message(segments(() => `TQ1|||||||${filled('~', SEGMENT_BYTES)}`))],
    ['AIL that are taken away', message(segments(() => 'AIL|1|D||||202701050900'))],
    patients('short numbers', 13, '1'),
    patients('numbers', 13, '20123456^PRN^CP'),
    patients('ids', 3, '1^^^R^MR'),
    patients('CPR numbers', 3, '0101901234'),
    merges('without ids', () => 'PID|1||'),
    merges('without MRG', () => 'PID|1||1'),
    merges('of ids', (nth) => (nth % 2 ? `MRG|${filled('1^^^R~', SEGMENT_BYTES)}` : `PID|1||${nth}^^^R`)),
    merges('of CPR numbers', (nth) => (nth % 2 ? `MRG|${filled('0101901234~', SEGMENT_BYTES)}` : `PID|1||${nth}`)),
  ];
}

/** Single FHIR resources with one repeatable element as often as it fits. @param id of the resource */
export function manyOfFhir(id: () => string): readonly ManyParts[] {
  const appointment = (changes: object) =>
    JSON.stringify({ resourceType: 'Appointment', id: id(), status: 'booked', start: START, ...changes });
  const participants = (make: (nth: number) => object) =>
    appointment({ participant: upTo((nth) => ({ actor: make(nth) }), 60_000) });
  const at = (display: string) => (nth: number) => ({ reference: `Location/${nth}`, display });
  const identifiers = (most: number, bytes?: number) =>
    upTo((nth) => ({ system: 's', value: `0-1-0-1-9-0-${nth}` }), most, bytes);
  const patients = (make: (nth: number) => object) =>
    appointment({
      contained: upTo((nth) => ({ resourceType: 'Patient', id: `p${nth}`, ...make(nth) }), 1_000, MIB * 0.9),
      participant: Array.from({ length: 1_000 }, (_, nth) => ({ actor: { reference: `#p${nth}` } })),
    });
  const telecom = (nth: number) => ({ system: 'phone', value: `20${100_000 + nth}`, period: { end: START } });
  return [
    ['locations that are named', participants(at('Opgang 4'))],
    ['locations with addresses', participants(at('Opgang 4, 120, 2. 8000 Aarhus kl. 20:30 21:45 DK50 a.dk'))],
    ['locations without a name', participants((nth) => ({ reference: `Location/${nth}` }))],
    [
      'locations with identifiers',
      participants((nth) => ({ type: 'Location', identifier: { value: `0-1-0-${nth}` } })),
    ],
    ['patients without anything', participants((nth) => ({ reference: `Patient/${nth}` }))],
    ['patients with identifiers', patients(() => ({ identifier: identifiers(20) }))],
    ['patients with numbers', patients(() => ({ telecom: upTo(telecom, 12) }))],
    ['identifiers', appointment({ identifier: identifiers(60_000) })],
    ['codings', appointment({ serviceType: upTo((nth) => ({ coding: [{ code: `${nth}` }] }), 60_000) })],
    ['extensions', appointment({ extension: upTo((nth) => ({ url: `x/${nth}` }), 60_000) })],
    ['numbers of a patient', JSON.stringify({ resourceType: 'Patient', id: id(), telecom: upTo(telecom, 60_000) })],
  ].map(([name = '', body = '']): ManyParts => [name, body]);
}

/** JSON that is valid, and that a parser takes long for; most of it is no event. */
export function manyOfJson(): readonly ManyParts[] {
  const list = (make: (nth: number) => string, bytes = MIB) => {
    const all: string[] = [];
    for (let size = 100; size < bytes; size += (all.at(-1)?.length ?? 0) + 1) all.push(make(all.length));
    return all.slice(0, -1);
  };
  const key = (nth: number) => nth.toString(36);
  const names = (count: number, from = 0) => Array.from({ length: count }, (_, nth) => `"n${key(from + nth)}":0`);
  const last = (all: readonly string[], one: string) => `[${[...all, one].join(',')}]`;
  return [
    ['80,000 keys, one of them twice', `{${[...names(80_000), '"n1":0'].join(',')}}`],
    ['9,000 keys again and again, one of them twice', last(Array(9).fill(`{${names(9_000)}}`), '{"a":0,"a":0}')],
    ['objects of one key each', `[${list((nth) => `{"${key(nth)}":0}`)}]`],
    ['objects of 30 keys each', `[${list((nth) => `{${names(30, nth * 30)}}`)}]`],
    ['objects of different shapes', `[${list((nth) => `{"a${nth % 300}":0,"b${Math.floor(nth / 300)}":0}`)}]`],
    [
      'different shapes and a key twice',
      last(
        list((nth) => `{"a${nth % 99}":0,"b${nth}":0}`, 150_000),
        '{"a":0,"a":0}',
      ),
    ],
    ['empty objects', `[${list(() => '{}')}]`],
    ['empty lists', `[${list(() => '[]')}]`],
    ['lists in lists', `[${list(() => '['.repeat(30) + ']'.repeat(30))}]`],
    ['objects in objects', `[${list(() => `${'{"a":'.repeat(30)}0${'}'.repeat(30)}`)}]`],
    ['blanks before the colon of a key that is there twice', `{"a"${filled(' ', MIB - 50)}:0,"a":0}`],
  ];
}
