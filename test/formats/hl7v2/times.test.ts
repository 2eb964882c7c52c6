import { describe, expect, it } from 'vitest';
import { type Change, elementOf, eventOf, refusalOf, segment, siu } from './message.ts';

const startOf = (change: Change, settings = {}) => eventOf(siu({ sch: { 11: '' }, ...change }), settings).start;
const endOf = (change: Change) => eventOf(siu(change)).end;
const scheduled = (start: string, end = '') => ({ sch: { 11: `^^^${start}^${end}` } });
const at = (text: string) => new Date(text);

describe('the start', () => {
  const tq1 = segment('TQ1', { 7: '202612011100', 8: '202612011130' });
  it.each<[string, Change, string]>([
    ['TQ1-7 before SCH-11', { ...scheduled('202612010900'), more: [tq1] }, '2026-12-01T10:00:00Z'],
    [
      'SCH-11.4 before the resources',
      { ...scheduled('202612010900'), more: [segment('AIS', { 4: '202612010800' })] },
      '2026-12-01T08:00:00Z',
    ],
    ['a TQ1 without a time is passed over', { ...scheduled('202612010900'), more: ['TQ1|1'] }, '2026-12-01T08:00:00Z'],
    ['AIS-4', { more: [segment('AIS', { 4: '202612010900' })] }, '2026-12-01T08:00:00Z'],
    ['AIG-8', { more: [segment('AIG', { 8: '202612010900' })] }, '2026-12-01T08:00:00Z'],
    ['AIL-6', { ail: { 6: '202612010900' } }, '2026-12-01T08:00:00Z'],
    ['AIP-6', { more: [segment('AIP', { 6: '202612010900' })] }, '2026-12-01T08:00:00Z'],
    [
      'the earliest of the resources',
      {
        ail: { 6: '202612011000' },
        more: [segment('AIS', { 4: '202612010930' }), segment('AIP', { 6: '202612010900' })],
      },
      '2026-12-01T08:00:00Z',
    ],
    [
      'none of a resource that is taken away',
      { ail: { 6: '202612011000' }, more: [segment('AIS', { 2: 'D', 4: '202612010800' })] },
      '2026-12-01T09:00:00Z',
    ],
  ])('is read from %s', (_, change, told) => {
    expect(startOf(change)).toEqual(at(told));
  });

  it.each<[string, string, string]>([
    ['minutes, local to the source', '202612010900', '2026-12-01T08:00:00Z'],
    ['seconds', '20261201090030', '2026-12-01T08:00:30Z'],
    ['fractions of a second', '20261201090030.1234', '2026-12-01T08:00:30.123Z'],
    ['an offset', '202612010900+0000', '2026-12-01T09:00:00Z'],
    ['an odd offset', '20210924093000+0215', '2021-09-24T07:15:00Z'],
    ['a western offset', '202612010900-0500', '2026-12-01T14:00:00Z'],
    ['summer', '202607010900', '2026-07-01T07:00:00Z'],
    ['the doubled hour of autumn, the first of it', '202610250230', '2026-10-25T00:30:00Z'],
    ['midnight', '202612010000', '2026-11-30T23:00:00Z'],
    ['a precision after it', '202612010900&M', '2026-12-01T08:00:00Z'],
  ])('may have %s', (_, text, told) => {
    expect(eventOf(siu(scheduled(text))).start).toEqual(at(told));
  });

  it('does not take its offset from MSH-7', () => {
    const found = eventOf(siu({ msh: { 7: '20260701090000+0200' }, ...scheduled('202612010900') })).start;
    expect(found).toEqual(at('2026-12-01T08:00:00Z'));
  });

  it.each<[string, Change, string]>([
    ['SCH-10.4', { sch: { 10: '^^30^202612010900^202612010930', 11: '' } }, '2026-12-01T08:00:00Z'],
    ['the first component of SCH-10', { sch: { 10: '202612010900', 11: '' } }, '2026-12-01T08:00:00Z'],
    ['the first component of SCH-11', { sch: { 11: '202612010900^202612010930' } }, '2026-12-01T08:00:00Z'],
    [
      'SCH-10.4 before the first components',
      { sch: { 10: '202612011000^^^202612010900', 11: '' } },
      '2026-12-01T08:00:00Z',
    ],
  ])('is read from %s where the others have none', (_, change, told) => {
    expect(startOf(change)).toEqual(at(told));
    const ais = segment('AIS', { 4: '202612011500' });
    expect(startOf({ ...change, more: [ais] })).toEqual(at('2026-12-01T14:00:00Z'));
  });

  it.each<[string, Change]>([
    ['a quantity', { sch: { 9: '30', 10: 'MIN', 11: '1' } }],
    ['a number', { sch: { 10: '20123456', 11: '' } }],
    ['a date', { sch: { 10: '20261201', 11: '20261201' } }],
    ['no such hour', { sch: { 10: '202612012500', 11: '' } }],
  ])('is not read there from %s', (_, change) => {
    expect(refusalOf(siu({ sch: { 11: '' }, ...change }))).toBe('SCH^1^11 required');
  });

  describe('of which SCH-11 has the day alone', () => {
    const day = (more: readonly string[], trigger = 'S12') => siu({ ...scheduled('20261201'), more }, trigger);
    const ais = (start: string, fields = {}) => segment('AIS', { 4: start, ...fields });

    it('is the earliest time of that day in AIS-4', () => {
      const more = [ais('202612011000'), ais('202612010900'), ais('202612010700', { 2: 'D' }), ais('202611300800')];
      expect(eventOf(day(more)).start).toEqual(at('2026-12-01T08:00:00Z'));
      expect(eventOf(day([ais('202612010900+0100')], 'S13')).start).toEqual(at('2026-12-01T08:00:00Z'));
    });

    it.each([
      ['of another day', ais('202612020900')],
      ['that can not be read', ais('202612012500')],
      ['that is a day, too', ais('20261201')],
      ['of another resource', segment('AIP', { 6: '202612010900' })],
    ])('is refused as ever beside one %s', (_, segmentOfIt) => {
      expect(refusalOf(day([segmentOfIt]))).toBe('SCH^1^11 date_only');
    });
  });

  it('is local to the zone of the source', () => {
    const found = eventOf(siu(scheduled('202612010900')), { timeZone: 'America/Godthab' }).start;
    expect(found).toEqual(at('2026-12-01T11:00:00Z'));
  });

  it.each([
    ['a date only', '20261201', 'SCH^1^11 date_only'],
    ['a date with an offset', '20261201+0100', 'SCH^1^11 date_only'],
    ['an hour that the clocks skip', '202603290230', 'SCH^1^11 time_does_not_exist'],
    ['an hour without minutes', '2026120109', 'SCH^1^11 invalid_instant'],
    ['no such day', '202602300900', 'SCH^1^11 invalid_instant'],
    ['no such hour', '202612012500', 'SCH^1^11 invalid_instant'],
    ['words', 'i morgen', 'SCH^1^11 invalid_instant'],
    ['another form', '2026-12-01T09:00', 'SCH^1^11 invalid_instant'],
  ])('is refused when it is %s', (_, text, told) => {
    expect(refusalOf(siu(scheduled(text)))).toBe(told);
  });

  it('is refused with its location', () => {
    expect(refusalOf(siu({ more: ['TQ1|1', segment('TQ1', { 7: '20261201' })] }))).toBe('TQ1^2^7 date_only');
    expect(refusalOf(siu({ sch: { 11: '' }, ail: { 6: '20261201' } }))).toBe('AIL^1^6 date_only');
  });

  it.each<[string, Change, string]>([
    ['S12', {}, '(nothing)'],
    ['S13', {}, '(nothing)'],
    ['S13', scheduled('', '202612010930'), '(nothing)'],
    ['S13', { sch: { 11: '""' } }, '(nothing)'],
    ['S13', { sch: { 11: '^^30' } }, '(nothing)'],
    ['S13', { sch: { 11: '', 25: '7' } }, '(nothing)'],
    ['S13', scheduled('TBA'), 'TBA'],
    ['S14', scheduled('i morgen kl. 9'), 'i morgen kl. 9'],
    ['S14', scheduled('2026120109'), '##########'],
    ['S13', scheduled('20123456'), '########'],
    ['S19', scheduled('20261201'), '########'],
    ['S13', { sch: { 11: '' }, more: [segment('AIS', { 4: 'kl. 9' })] }, 'kl. 9'],
  ])(
    'of an %s that has none that can be read is refused, and staff see what stood there: %j',
    (event, change, value) => {
      const element = elementOf(siu({ sch: { 11: '' }, ...change }, event));
      expect(element).toMatchObject({ kind: 'refused', unmapped: [{ field: 'start', value }] });
    },
  );

  it('may be missing in a change of anything else, of which the sender is warned', () => {
    const warnings = (event: string) => eventOf(siu({ sch: { 11: '' } }, event)).warnings;
    expect(warnings('S14')).toMatchObject([{ pointer: 'SCH^1^11', code: 'no_start' }]);
    expect([warnings('S19'), warnings('S15')]).toEqual([undefined, undefined]);
  });

  it('that is wrong does not prevent a cancellation', () => {
    for (const event of ['S15', 'S16', 'S17', 'S26'])
      expect(eventOf(siu(scheduled('20261201'), event)).start).toBeUndefined();
    expect(eventOf(siu({ sch: { 11: '^^^20261201', 25: 'Cancelled' } }, 'S14')).status).toBe('cancelled');
  });

  it('is absent in an empty field, and deleted by two quotation marks', () => {
    const changed = (change: Change) => eventOf(siu({ sch: { 11: '' }, ...change }, 'S14')).start;
    expect(changed({})).toBeUndefined();
    expect(changed({ sch: { 11: '^^^""' } })).toBeNull();
    expect(changed({ sch: { 11: '""' } })).toBeNull();
    const found = startOf({ sch: { 11: '^^^""' }, more: [segment('AIS', { 4: '202612010900' })] });
    expect(found).toEqual(at('2026-12-01T08:00:00Z'));
  });
});

describe('the end', () => {
  const start = '202612010900';
  it.each<[string, Change, string | null | undefined]>([
    [
      'TQ1-8',
      { ...scheduled(start, '202612010930'), more: [segment('TQ1', { 7: start, 8: '202612011015' })] },
      '2026-12-01T09:15:00Z',
    ],
    ['SCH-11.5', scheduled(start, '202612010930'), '2026-12-01T08:30:00Z'],
    ['SCH-9 with MINUTES', { sch: { 9: '45', 10: 'MINUTES', 11: `^^^${start}` } }, '2026-12-01T08:45:00Z'],
    [
      'SCH-9 with min^Minutes^ISO',
      { sch: { 9: '45', 10: 'min^Minutes^ISO', 11: `^^^${start}` } },
      '2026-12-01T08:45:00Z',
    ],
    ['SCH-9 with m', { sch: { 9: '45', 10: 'm', 11: `^^^${start}` } }, '2026-12-01T08:45:00Z'],
    ['SCH-9 with s', { sch: { 9: '60', 10: 's', 11: `^^^${start}` } }, '2026-12-01T08:01:00Z'],
    ['SCH-9 with h', { sch: { 9: '1.5', 10: 'h', 11: `^^^${start}` } }, '2026-12-01T09:30:00Z'],
    ['nothing for an unknown unit', { sch: { 9: '45', 10: 'kvarter', 11: `^^^${start}` } }, undefined],
    ['nothing for a length that is no number', { sch: { 9: 'lang', 10: 'min', 11: `^^^${start}` } }, undefined],
    ['nothing before the start', scheduled(start, '202612010830'), null],
    ['nothing for a time that is none', scheduled(start, '20261201'), null],
  ])('is %s', (_, change, told) => {
    expect(endOf(change)).toEqual(typeof told === 'string' ? at(told) : told);
  });
});
