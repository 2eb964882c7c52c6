import { describe, expect, it } from 'vitest';
import type { AppointmentEvent } from '../../../src/domain/appointment.ts';
import type { SourceSettings } from '../../../src/domain/authority.ts';
import { adt, type Change, elementOf, eventOf, type Fields, read, refusalOf, segment, siu } from './message.ts';

interface Case {
  readonly name: string;
  readonly event?: string;
  readonly change?: Change;
  readonly settings?: Partial<SourceSettings>;
  readonly says: Partial<AppointmentEvent>;
}

const at = (text: string) => new Date(text);
const filler = (value: string, namespace: string | null = null) => ({ kind: 'filler', value, namespace });
const placer = (value: string, namespace: string | null = null) => ({ kind: 'placer', value, namespace });

function check(cases: readonly Case[]): void {
  it.each(cases)('$name', ({ event, change, settings, says }) => {
    expect(eventOf(siu(change, event), settings)).toMatchObject(says);
  });
}

it('a booking has the values of the message, and nothing else', () => {
  expect(read(siu())).toEqual({
    array: false,
    messageId: 'EPJ|RH|C-1',
    elements: [
      {
        kind: 'appointment',
        event: {
          reference: 'A-4711',
          status: 'booked',
          version: null,
          occurredAt: at('2026-11-24T08:00:00Z'),
          stamped: true,
          start: at('2026-12-01T08:00:00Z'),
          end: at('2026-12-01T08:30:00Z'),
          kind: undefined,
          patientKey: Buffer.from('hash of P-100^^^RH'),
          phone: ['20123456'],
          language: 'da',
          locationCode: 'AMB1^Stue 4',
          locationText: null,
          locationPrintable: false,
          department: undefined,
          departmentCode: undefined,
          contactPhone: undefined,
          test: false,
          aliases: [filler('A-4711', 'EPJ')],
          occurrence: null,
          newBooking: true,
          unmapped: [{ field: 'location', value: 'AMB1^Stue 4' }],
        },
      },
    ],
  });
});

describe('the id of an appointment', () => {
  const BOTH = { 1: 'P-9^ORD', 2: 'F-9^SYS' };
  const IDS_OF_ISO = { 1: 'P-9^^1.2.3^ISO', 2: 'F-9^SYS^1.2.4^ISO' };
  const OF_CITIZENS = { 1: 'P-9^010180-1234', 2: 'F-9^0101801234' };
  const asPlacer = { idField: 'placer' } as const;

  it.each<[string, Fields, string, object[], Partial<SourceSettings>?]>([
    ['is SCH-2, and SCH-1 is what else it is known by', BOTH, 'F-9', [filler('F-9', 'SYS'), placer('P-9', 'ORD')]],
    ['is SCH-1 where the source says so', BOTH, 'P-9', [placer('P-9', 'ORD'), filler('F-9', 'SYS')], asPlacer],
    ['is SCH-1 where there is no other', { 1: '149549015', 2: '' }, '149549015', [placer('149549015')]],
    ['is SCH-2 where SCH-1 is preferred and missing', { 2: '36996' }, '36996', [filler('36996')], asPlacer],
    ['is never a bare SCH-1 of up to three digits', { 1: '123', 2: 'F-9' }, 'F-9', [filler('F-9')], asPlacer],
    ['may be an SCH-1 of three digits with a namespace', { 1: '123^ORD', 2: '' }, '123', [placer('123', 'ORD')]],
    ['may be an SCH-1 of four digits', { 1: '1234', 2: '' }, '1234', [placer('1234')]],
    ['has no alias that looks like a CPR number', { 1: '0101801234^CPR', 2: 'F-9' }, 'F-9', [filler('F-9')]],
    ['is read past a deleted SCH-2', { 1: 'P-99', 2: '""' }, 'P-99', [placer('P-99')]],
    ['has EI.2 as its namespace, else EI.3', IDS_OF_ISO, 'F-9', [filler('F-9', 'SYS'), placer('P-9', '1.2.3')]],
    ['has no namespace that looks like a CPR number', OF_CITIZENS, 'F-9', [filler('F-9'), placer('P-9')]],
  ])('%s', (_name, sch, reference, aliases, settings) => {
    expect(eventOf(siu({ sch }), settings)).toMatchObject({ reference, aliases });
  });

  it.each([
    ['missing', { 2: '' }, 'SCH^1^2 required'],
    ['a bare counter', { 1: '1', 2: '' }, 'SCH^1^2 required'],
    ['made of invisible characters', { 1: '\u200b', 2: '\u2800\u3164' }, 'SCH^1^2 required'],
    ['a CPR number', { 2: '010180-1234' }, 'SCH^1^2 cpr'],
    ['a CPR number in SCH-1', { 1: '0101801234', 2: '' }, 'SCH^1^1 cpr'],
    ['longer than 255 characters', { 2: 'x'.repeat(256) }, 'SCH^1^2 invalid'],
    ['made of control characters', { 2: 'a\\X00\\b' }, 'SCH^1^2 invalid'],
  ])('is refused when it is %s', (_, sch, told) => {
    expect(refusalOf(siu({ sch }))).toBe(told);
  });
});

describe('a text in SCH-3 that is no number', () => {
  it.each(['b', 'Opfølgning', 'x'.repeat(21), 'a\\X00\\b', '010180-1234', '1.5', '-1'])(
    'is no part of the id, and its sender is told: %j',
    (text) => {
      for (const trigger of ['S12', 'S15']) {
        const event = eventOf(siu({ sch: { 2: 'F-9', 3: text } }, trigger));
        expect(event).toMatchObject({ reference: 'F-9', occurrence: null });
        expect(event).not.toHaveProperty('group');
        expect(event.warnings).toMatchObject([{ pointer: 'SCH^1^3', code: 'occurrence_left_out' }]);
        expect(JSON.stringify(event.warnings)).not.toContain('0101');
      }
    },
  );
});

describe('numbers of one to three digits without an issuer', () => {
  const shortIds = { shortIds: true };

  it('are ids in SCH-1 where the source says so', () => {
    for (const id of ['1', '42', '007']) {
      expect(refusalOf(siu({ sch: { 1: id, 2: '' } }))).toBe('SCH^1^2 required');
      const event = eventOf(siu({ sch: { 1: id, 2: '' } }), shortIds);
      expect(event).toMatchObject({ reference: id, aliases: [placer(id)] });
    }
  });

  it('are further ids of the patient’s appointment there', () => {
    const aliases = (settings: object) => eventOf(siu({ sch: { 1: '42', 2: 'F-9' } }), settings).aliases;
    expect(aliases(shortIds)).toEqual([filler('F-9'), { ...placer('42'), ofPatient: true }]);
    expect(aliases({})).toEqual([filler('F-9')]);
  });

  it('are ids of a pre-admission in PV1-19 there', () => {
    const pv = [segment('PV1', { 1: '1', 2: 'O', 19: '77' }), segment('PV2', { 8: '202612010900' })];
    const message = adt('A05', segment('PID', { 3: 'P-100^^^RH^MR' }), ...pv);
    const reads = { preAdmissions: 'appointment' } as const;
    expect(refusalOf(message, reads)).toBe('PV1^1^19 required');
    expect(eventOf(message, { ...reads, ...shortIds }).reference).toBe('77');
  });
});

describe('an occurrence in SCH-3', () => {
  check([
    {
      name: 'is part of the id, and of the ids that it is else known by',
      change: { sch: { 1: 'P-9^ORD', 2: 'F-9^SYS', 3: '2' } },
      says: {
        ...{ reference: 'F-9#2', group: 'F-9', occurrence: '2' },
        aliases: [filler('F-9#2', 'SYS'), placer('P-9#2', 'ORD'), filler('F-9', 'SYS'), placer('P-9', 'ORD')],
      },
    },
    {
      name: 'is a number without leading zeros',
      change: { sch: { 2: 'F-9', 3: '007' } },
      says: { reference: 'F-9#7', aliases: [filler('F-9#7')] },
    },
    { name: 'may be zero', change: { sch: { 2: 'F-9', 3: '0' } }, says: { reference: 'F-9#0' } },
    ...['', '""', ' ', '\u200b'].map((empty) => ({
      name: `is none where nothing is said: ${JSON.stringify(empty)}`,
      change: { sch: { 2: 'F-9', 3: empty } },
      says: { reference: 'F-9', occurrence: null },
    })),
  ]);

  it.each([
    ['long', { 3: '1'.repeat(21) }, 'SCH^1^3 invalid'],
    ['a CPR number', { 3: '0101801234' }, 'SCH^1^2 cpr'],
    ['too much for the id', { 2: 'x'.repeat(254), 3: '12' }, 'SCH^1^2 invalid'],
  ])('is refused when it is %s', (_, sch, told) => {
    expect(refusalOf(siu({ sch }))).toBe(told);
  });
});

describe('the stamp', () => {
  const stamp = (name: string, msh: string, told: string | null, more: Partial<Case> = {}): Case => ({
    name: `${name}: ${msh}`,
    change: { msh: { 7: msh }, ...more.change },
    settings: more.settings ?? {},
    says: { occurredAt: told === null ? null : at(told) },
  });
  check([
    stamp('is MSH-7', '20261124095900', '2026-11-24T08:59:00Z'),
    stamp('has its own offset', '20261124095900+0000', '2026-11-24T09:59:00Z'),
    stamp('is local to the source', '202611240500', '2026-11-24T07:00:00Z', {
      settings: { timeZone: 'America/Godthab' },
    }),
    stamp('is EVN-2 where there is no other', '', '2026-11-24T08:01:00Z', { change: { more: ['EVN||202611240901'] } }),
    stamp('is not EVN-2 beside it', '202611240900', '2026-11-24T08:00:00Z', {
      change: { more: ['EVN||202611240801'] },
    }),
    stamp('is up to ten minutes ahead of our clock', '20261124121000', '2026-11-24T11:10:00Z'),
    stamp('is none further ahead', '20261124121001', null),
    stamp('is none without a time of day', '20261124', null),
    stamp('is none where it is no time', 'nu', null),
    stamp('is none in an hour that the clocks skip', '202603290230', null),
    stamp('is none in the doubled hour of autumn', '202610250230', null),
    stamp('is one in that hour with an offset', '202610250230+0100', '2026-10-25T01:30:00Z'),
    stamp('is none of a source whose clock is not trusted', '202611240900', null, { settings: { orderBy: 'arrival' } }),
  ]);
});

describe('the status', () => {
  const status = (code: string, said: AppointmentEvent['status'], event = 'S12', settings = {}): Case => ({
    name: `${event} with ${code || 'no code'} is ${said}`,
    event,
    change: { sch: { 25: code }, ail: null },
    settings,
    says: { status: said, unmapped: [] },
  });
  check([
    ...['S12', 'S13'].map((event) => status('', 'booked', event)),
    status('', null, 'S14'),
    // Resources of an appointment, and slots of a schedule.
    ...['S18', 'S19', 'S20', 'S21', 'S22'].flatMap((event) => [
      ...[status('', null, event), status('Booked', null, event), status('Pending', null, event)],
      ...[status('Cancelled', 'cancelled', event), status('No Show', 'noshow', event)],
      status('Ankommet', 'arrived', event),
    ]),
    ...['S23', 'S24'].map((event) => status('Aflyst', 'cancelled', event)),
    ...(['S15', 'S16'] as const).map((event) => status('Booked', 'cancelled', event)),
    status('Cancelled', 'entered-in-error', 'S17'),
    status('Booked', 'noshow', 'S26'),
    ...Object.entries({
      booked: ['Booked', 'Overbook', 'Scheduled', 'Confirmed'],
      cancelled: ['Cancelled', 'Dc', 'Discontinued', 'Canceled', 'CAN'],
      noshow: ['Noshow', 'no-show', 'No Show', 'NOSHOW'],
      ...{ pending: ['Pending'], waitlist: ['Waitlist', 'wait-list'] },
      ...{ 'checked-in': ['Started'], fulfilled: ['Complete'], 'entered-in-error': ['Deleted'] },
    } as const).flatMap(([said, codes]) => codes.map((code) => status(code, said as AppointmentEvent['status']))),
    status('4', 'cancelled', 'S14', { statusMap: { '4': 'cancelled' } }),
    status('Ny Tid', 'pending', 'S12', { statusMap: { 'ny tid': 'pending' } }),
    status('Booked', 'pending', 'S12', { statusMap: { Booked: 'pending' } }),
    status('9^Cancelled^L', 'cancelled', 'S14'),
    status('9^Fjong^L', 'cancelled', 'S14', { statusMap: { Fjong: 'cancelled' } }),
    ...[status('Aflyst', 'cancelled', 'S14'), status('9^AFLYST^L', 'cancelled', 'S14'), status('afbud', 'cancelled')],
    ...[status('Udeblevet', 'noshow', 'S14'), status('Ikke mødt', 'noshow', 'S14'), status('DNA', 'noshow', 'S14')],
    ...[status('Completed^^HL70278', 'fulfilled', 'S14'), status('Checked Out', 'fulfilled', 'S14')],
    ...[status('Arrived', 'arrived', 'S14'), status('ankommet', 'arrived'), status('^^^9^Afbud', 'cancelled', 'S14')],
    ...[status('Rescheduled', 'booked', 'S14'), status('Flyttet', 'booked', 'S13'), status('Avlyst', 'cancelled')],
    status('toString', 'booked', 'S12', { statusMap: { toString: 'booked' } }),
  ]);
  check(
    ['Rescheduled', 'Flyttet', 'Moved'].map((code) => ({
      name: `stays as it is after an S14 that says ${code} and no time`,
      event: 'S14',
      change: { sch: { 11: '', 25: code }, ail: null },
      says: { status: null, start: undefined },
    })),
  );
  it.each([
    ['stays as it is after an S14 with a code that nobody knows', 'S14', '7^Fjong^L', null, ['7']],
    ['stays as it is after an S13 with a code that nobody knows', 'S13', 'constructor', null, ['constructor']],
    ['is what the event says where the code of another is not known', 'S12', '7', 'booked', ['7']],
    ['has no unmapped code that holds a CPR number', 'S14', '0101801234', null, []],
    ['has no unmapped code that is a phone number', 'S14', '20123456', null, []],
  ])('%s', (_name, event, code, status, values) => {
    const unmapped = values.map((value) => ({ field: 'status', value }));
    expect(eventOf(siu({ sch: { 25: code }, ail: null }, event))).toMatchObject({ status, unmapped });
  });

  it('a blocked slot is not an appointment: it is accepted and ignored', () => {
    expect(elementOf(siu({ sch: { 25: 'Blocked' } }))).toMatchObject({ kind: 'ignored' });
    expect(elementOf(siu({ sch: { 25: 'X' } }), { statusMap: { X: 'ignore' } })).toMatchObject({ kind: 'ignored' });
  });
});

describe('the place', () => {
  const pv1 = (place: string) => segment('PV1', { 1: '1', 2: 'O', 3: place });
  const ails = [segment('AIL', { 1: '2', 2: 'A', 3: 'AMB2' }), segment('AIL', { 1: '3', 3: 'AMB3' })];
  const location = (value: string) => [{ field: 'location', value }];

  it.each<[string, Change, string | null | undefined, string | null | undefined]>([
    ['is AIL-3 of the first that is not taken away', { ail: { 2: 'D' }, more: ails }, 'AMB2', null],
    ['is PV1-3 without an AIL', { ail: null, more: [pv1('AMB9^Stue 1')] }, 'AMB9^Stue 1', null],
    ['is PV1-3 where AIL-3 is empty', { ail: { 3: '' }, more: [pv1('AMB9')] }, 'AMB9', null],
    ['has PL.9 as its text', { ail: { 3: 'AMB1^4^^RH^^^^^Opgang 4, 3. sal' } }, 'AMB1^4', 'Opgang 4, 3. sal'],
    ['has PL.4 as its text without PL.9', { ail: { 3: 'AMB1^4^^Klinik Nord&1.2.3&ISO' } }, 'AMB1^4', 'Klinik Nord'],
    ['keeps the gap of a room that is left out', { ail: { 3: 'AMB1^^12' } }, 'AMB1^^12', null],
    ['leaves a part with a CPR number out of its code', { ail: { 3: 'AMB1^4^0101801234' } }, 'AMB1^4', null],
    ['is PL.4 where nothing else is told, as a text', { ail: { 3: '^^^Klinik Nord' } }, null, 'Klinik Nord'],
    ['is PV1-3 where AIL-3 has PL.4 alone', { ail: { 3: '^^^RH' }, more: [pv1('AMB9')] }, 'AMB9', null],
    ['is PL.4 of AIL-3 where PV1-3 has no more', { ail: { 3: '^^^Nord' }, more: [pv1('^^^RH')] }, null, 'Nord'],
    ['takes the code of before away where only a text comes', { ail: { 3: '^^^^^^^^Opgang 4' } }, null, 'Opgang 4'],
    ['is cleared by two quotation marks', { ail: { 3: '""' } }, null, null],
    ['stays when none is told', { ail: null }, undefined, undefined],
    ['may have a room only', { ail: { 3: '^Stue 4' } }, '^Stue 4', null],
    ['holds no CPR number, in code or text', { ail: { 3: '0101801234^Stue 010180-1234' } }, null, null],
    ['is one line without links', { ail: { 3: '^^^^^^^^A\\.br\\B www.evil.dk' } }, null, 'A B'],
  ])('%s', (_name, change, locationCode, locationText) => {
    const event = eventOf(siu(change));
    expect(event).toMatchObject({ locationCode, locationText });
    expect(event.locationPrintable ?? false).toBe(false);
  });

  it.each<[string, string, object[], Partial<SourceSettings>?]>([
    ['whole, with point of care, room and bed', 'AMB1^4^12^RH', location('AMB1^4^12')],
    ['by its text where only that comes', '^^^^^^^^Opgang 4', location('Opgang 4')],
    ['not where it is cleared', '""', []],
    ['not where the settings know it', 'AMB1^Stue 4', [], { locationMap: { AMB1: 'Opgang 4' } }],
    ['not where places are printed as sent', 'AMB1^^^Klinik Nord', [], { placeText: 'as_sent' }],
    ['where they are and it has codes only', 'AMB1^Stue 4', location('AMB1^Stue 4'), { placeText: 'as_sent' }],
    ['by its code of SOR', '325441000016006', location('325441000016006')],
    ['not where its code may be a phone number', '20 12 34 56', []],
  ])('is listed for staff %s', (_name, place, unmapped, settings) => {
    expect(eventOf(siu({ ail: { 3: place } }), settings).unmapped).toEqual(unmapped);
    expect(eventOf(siu({ ail: null })).unmapped).toEqual([]);
  });
});

describe('whose message it is', () => {
  it('has no patient without a PID: it can only change a known appointment', () => {
    const event = eventOf(siu({ pid: null }));
    expect(event).toMatchObject({ onlyKnown: true, patientKey: undefined, phone: undefined, language: undefined });
    expect(eventOf(siu())).not.toHaveProperty('onlyKnown');
  });

  it('is refused with several patients, and accepted where one is repeated', () => {
    const pid = (id: string) => segment('PID', { 3: `${id}^^^RH^MR`, 13: '20123499' });
    expect(refusalOf(siu({ more: [pid('P-200')] }))).toBe('PID^2 several_patients');
    expect(refusalOf(siu({ more: ['PID|2||||Jensen'] }))).toBe('PID^2 several_patients');
    expect(eventOf(siu({ more: [pid('P-100')] })).phone).toEqual(['20123456']);
  });

  it('with several patients is accepted where it ends an appointment that is known by its id', () => {
    const ended = eventOf(siu({ more: [segment('PID', { 3: 'P-200^^^RH^MR', 13: '20123499' })] }, 'S15'));
    expect(ended).toMatchObject({ status: 'cancelled', onlyKnown: true, patientKey: undefined, phone: undefined });
  });

  it('a message of a test is marked', () => {
    const marked = (id: string) => eventOf(siu({ msh: { 11: id } })).test;
    expect([...['P', ''].map(marked), ...['T', 'D', 't'].map(marked)]).toEqual([false, false, true, true, true]);
  });

  it('no SCH: refused', () => {
    expect(refusalOf(siu({ sch: null }))).toBe('SCH missing_segment');
  });

  it('sent without the ends of its segments: refused, and told what is missing', () => {
    const told = 'There is no SCH segment. The message is a single segment: send a';
    expect(JSON.stringify(read(siu().replaceAll('\r', '')))).toContain(told);
    expect(JSON.stringify(read(siu({ sch: null })))).not.toContain('single segment');
  });

  it('health data is read from nowhere', () => {
    const more = ['NTE|1||Onkologisk kontrol', 'AIS|1||HIV^HIV-opfølgning', 'DG1|1||C50^Brystkræft'];
    more.push('OBX|1|TX|||biopsi', 'ZZZ|hemmeligt');
    const sch = { 6: 'Udredning', 7: 'HIV', 8: 'Onkologi', 16: '1^Hansen^Jens' };
    const said = JSON.stringify(eventOf(siu({ sch, pid: { 5: 'Jensen^Ida' }, more })));
    for (const word of ['Onkolog', 'HIV', 'Bryst', 'biopsi', 'hemmeligt', 'Udredning', 'Hansen', 'Jensen', 'Ida'])
      expect(said).not.toContain(word);
  });
});

describe('a warning', () => {
  const warned = (change: Parameters<typeof siu>[0], event?: string) =>
    eventOf(siu(change, event)).warnings?.map(({ pointer, code }) => `${pointer} ${code}`);

  it('tells that no place was sent', () => {
    expect(warned({ ail: null })).toEqual(['AIL^1^3 no_place']);
    expect(warned({ ail: { 3: '' } }, 'S13')).toEqual(['AIL^1^3 no_place']);
  });

  it('is absent where a place was sent, or taken away, or none is needed', () => {
    expect(warned({})).toBeUndefined();
    expect(warned({ ail: { 3: '""' } })).toBeUndefined();
    expect(warned({ ail: null }, 'S15')).toBeUndefined();
    expect(warned({ ail: null, sch: { 25: 'Cancelled' } })).toBeUndefined();
  });
});

describe('a start at midnight', () => {
  const midnight = { sch: { 11: '^^^202612010000^202612010030' } };
  const codes = (settings: Parameters<typeof eventOf>[1]) =>
    eventOf(siu(midnight), settings).warnings?.map(({ pointer, code }) => `${pointer} ${code}`);

  it('is taken with a warning, unless the settings say what it means', () => {
    expect(codes({})).toEqual(['SCH^1^11 midnight']);
    expect(codes({ placeholderTimes: ['00:00'] })).toBeUndefined();
    expect(codes({ timeZone: 'UTC', placeholderTimes: ['12:00'] })).toEqual(['SCH^1^11 midnight']);
    expect(eventOf(siu({ sch: { 11: '^^^202612010000Z' } }, 'S15')).warnings).toBeUndefined();
  });
});

describe('the type of an appointment', () => {
  const typeMap = { VIDEO: 'video', TLF: 'phone', HJEM: 'home', INTERN: 'none', AMB: 'visit' } as const;
  const kindOf = (change: Parameters<typeof siu>[0], settings: Parameters<typeof eventOf>[1] = { typeMap }) =>
    eventOf(siu(change), settings).kind;

  it.each([
    ['SCH-7', { sch: { 7: 'VIDEO^Videokonsultation' } }, 'video'],
    ['SCH-8', { sch: { 8: 'TLF^Telefon' } }, 'phone'],
    ['AIS-3', { more: [segment('AIS', { 1: '1', 2: 'A', 3: 'HJEM^Hjemmebesøg' })] }, 'home'],
    ['the text where the code is not mapped', { sch: { 8: '17^VIDEO' } }, 'video'],
    ['SCH-7 before SCH-8', { sch: { 7: 'INTERN', 8: 'VIDEO' } }, 'none'],
    ['SCH-8 where SCH-7 is not mapped', { sch: { 7: 'X', 8: 'VIDEO' } }, 'video'],
    ['a service that stays', { more: ['AIS|1|D|VIDEO', 'AIS|2|A|TLF'] }, 'phone'],
    ['codes that are not mapped: a visit', { sch: { 7: 'X', 8: 'constructor' } }, 'visit'],
    ['no code: as it was', {}, undefined],
  ] as const)('is that of %s', (_name, change, kind) => {
    expect(kindOf(change)).toBe(kind);
  });

  it('is not read without a mapping', () => {
    expect(kindOf({ sch: { 8: 'VIDEO' } }, {})).toBeUndefined();
  });

  it('is kept nowhere else', () => {
    const event = eventOf(siu({ sch: { 7: 'ONKOLOGI^Kræft', 8: 'VIDEO' } }), { typeMap });
    expect(JSON.stringify(event)).not.toMatch(/ONKOLOGI|Kræft|VIDEO/);
  });

  it('spares the warning for a place where none is needed', () => {
    expect(eventOf(siu({ ail: null, sch: { 8: 'VIDEO' } }), { typeMap }).warnings).toBeUndefined();
  });
});

describe('a message with a second SCH', () => {
  it('is refused, since only one of its appointments could be taken', () => {
    expect(refusalOf(siu({ more: [segment('SCH', { 2: 'A-4712^EPJ' })] }))).toBe('SCH^2 several_appointments');
  });
});

describe('a pre-admission', () => {
  const preAdmission = (event: string, pv2 = 'PV2||||||||202612010900') =>
    adt(event, 'EVN|A05|20261124', 'PID|1||P-100^^^RH^MR', 'PV1|1|O||||||||||||||||||V-77', pv2);

  it.each(['A05', 'A38'])('%s tells its sender that nothing was stored', (event) => {
    const element = elementOf(preAdmission(event));
    expect(element).toMatchObject({ kind: 'ignored', warnings: [{ pointer: 'PV2', code: 'nothing_stored' }] });
    expect(refusalOf(preAdmission(event), { unknownEvents: 'reject' })).toBe('MSH^1^9 unsupported_event');
  });

  const reads = { preAdmissions: 'appointment' } as const;
  const full = (event: string, changes: { pv1?: Fields; pv2?: Fields | null; pid?: Fields | null } = {}) =>
    adt(
      event,
      ...(changes.pid === null ? [] : [segment('PID', { 3: 'P-100^^^RH^MR', 13: '20123456', ...changes.pid })]),
      segment('PV1', { 1: '1', 2: 'O', 3: 'AMB1^4', 19: 'V-77^^^PAS', ...changes.pv1 }),
      ...(changes.pv2 === null ? [] : [segment('PV2', { 8: '202612010900', ...changes.pv2 })]),
    );

  it('is an appointment where the source says so', () => {
    expect(eventOf(full('A05'), { ...reads, typeMap: { O: 'video' } })).toMatchObject({
      ...{ reference: 'V-77', status: 'booked', start: at('2026-12-01T08:00:00Z'), kind: 'video', phone: ['20123456'] },
      patientKey: Buffer.from('hash of P-100^^^RH'),
      ...{ locationCode: 'AMB1^4', locationPrintable: false, stamped: true, test: false },
      aliases: [{ kind: 'visit', namespace: 'PAS', value: 'V-77' }],
    });
  });

  it('is cancelled by an A38, which needs no time', () => {
    expect(eventOf(full('A38', { pv2: null }), reads)).toMatchObject({ reference: 'V-77', status: 'cancelled' });
    const unclear = eventOf(full('A38', { pv2: { 8: 'soon' } }), reads);
    expect(unclear).toMatchObject({ status: 'cancelled', start: undefined });
    expect(eventOf(full('A38', { pid: null }), reads)).toMatchObject({ onlyKnown: true });
  });

  it.each<[string, Parameters<typeof full>[1]]>([
    ['PV1^1^19 required', { pv1: { 19: '' } }],
    ['PV1^1^19 required', { pv1: { 19: '77' } }],
    ['PV1^1^19 cpr', { pv1: { 19: '150385-1234^^^PAS' } }],
    ['PV2^1^8 required', { pv2: null }],
    ['PV2^1^8 required', { pv2: { 8: '""' } }],
    ['PV2^1^8 date_only', { pv2: { 8: '20261201' } }],
    ['PV2^1^8 invalid_instant', { pv2: { 8: 'soon' } }],
  ])('is refused where it can not be read: %s', (refusal, changes) => {
    expect(refusalOf(full('A05', changes), reads)).toBe(refusal);
  });

  it('is the only event of its kind with a warning', () => {
    expect(elementOf(preAdmission('A04'))).toEqual({ kind: 'ignored', why: 'not_about_appointment' });
  });
});

describe('an appointment in a message that is not read', () => {
  const sch = segment('SCH', { 2: 'F-9', 11: '^^^202612010900' });
  const pid = segment('PID', { 3: 'P-100^^^RH^MR', 13: '20123456' });
  const withType = (type: string, ...segments: string[]) =>
    [segment('MSH', { 2: '^~\\&', 7: '20261124', 9: type, 10: 'C-1', 12: '2.5.1' }), ...segments].join('\r');

  it.each([
    ['SIU^S27', [sch], 'SCH'],
    ['SIU^S25', [], 'MSH^1^9'],
    ['SRM^S01', ['ARQ|1', pid], 'ARQ'],
    ['SRM^S03', [], 'MSH^1^9'],
    ['SRR^S01', [sch], 'SCH'],
    ['SQM^S25', [], 'MSH^1^9'],
    ['SQR^S25', [sch], 'SCH'],
    ['ADT^A04', [pid, sch], 'SCH'],
    ['ADT^A01', [pid, 'ARQ|1'], 'ARQ'],
    ['ADT^A05', [pid, sch, 'PV2|1'], 'SCH'],
    ['ORM^O01', [pid, sch], 'SCH'],
    ['ZZZ^Z01', ['ARQ|1', sch], 'SCH'],
  ])('%s: its sender is told that nothing of it was stored', (type, segments, pointer) => {
    const message = withType(type, ...segments);
    const warnings = [{ pointer, code: 'nothing_stored' }];
    expect(elementOf(message)).toMatchObject({ kind: 'ignored', why: 'not_about_appointment', warnings });
    expect(elementOf(message, { unknownEvents: 'reject' })).toMatchObject({ kind: 'refused' });
  });

  it('repeats nothing of the message, whose type may be anything', () => {
    expect(JSON.stringify(elementOf(withType('ADT^20123456', pid, sch)))).not.toContain('20123456');
  });

  it.each(['ADT^A08', 'ADT^A31'])('%s: the patient is read, and its sender is told the same', (type) => {
    const told = { kind: 'ignored', warnings: [{ pointer: 'SCH', code: 'nothing_stored' }] };
    expect(read(withType(type, pid, sch)).elements).toMatchObject([{ kind: 'patient' }, told]);
  });

  it.each(['ADT^A01', 'ADT^A08', 'ORM^O01', 'DFT^P03'])('%s without one needs no warning', (type) => {
    expect(JSON.stringify(read(withType(type, pid)))).not.toContain('nothing_stored');
  });
});

it.each(['S23', 'S24'])(
  'a change of a slot by %s is ignored, and its sender is told that nothing was stored',
  (event) => {
    const warnings = [{ pointer: 'MSH^1^9', code: 'nothing_stored' }];
    expect(elementOf(siu({ sch: { 25: 'Booked' } }, event))).toMatchObject({ kind: 'ignored', warnings });
  },
);
