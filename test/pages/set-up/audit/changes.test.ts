import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { writeAudit } from '../../../../src/store/audit.ts';
import { AuditReader } from '../../../support/audit-reader.ts';
import { scenario } from '../../../support/scenario.ts';

/** HTML, style sheet and script together, uncompressed. */
const MOST_BYTES = 100_000;

let audit: AuditReader;
const { test } = scenario({
  prepare: async () => {
    audit = await AuditReader.enter(test);
  },
});

const rules = (count: number, fifth: object = {}) =>
  Array.from({ length: count }, (_, nth) => ({
    ...{ id: `rule-${nth + 1}`, lead: `P${nth + 1}D`, at: '10:00' },
    ...(nth === 4 ? fifth : {}),
  }));
const days = (count: number) =>
  Array.from({ length: count }, (_, nth) => new Date(Date.UTC(2024, 0, 1 + nth)).toISOString().slice(5, 10));
const entries = (count: number, to: string) =>
  Object.fromEntries(Array.from({ length: count }, (_, nth) => [`K${nth + 100}`, to]));

describe('an entry of the audit', () => {
  it('that was written more than a minute from its time says when it was written, and by which user of the database', async () => {
    const id = await audit.authority();
    const target = { actor: 'administrator', authorityId: id, target: id };
    await writeAudit(test.db, { ...target, action: 'authority.pause' }, new Date('2024-02-29T12:00:00Z'));
    await writeAudit(test.db, { ...target, action: 'authority.resume' }, new Date('2024-02-29T12:01:00Z'));
    await sql`update audit set recorded_at = at + interval '59 seconds' where action = 'authority.resume'`.execute(
      test.db,
    );
    const { rows } = await sql<{ user: string }>`select session_user as user`.execute(test.db);
    const said = (await audit.newest(id, 'authority.pause')).row;
    expect(said).toMatch(new RegExp(`<small>Skrevet i databasen .*20\\d\\d.* af ${rows[0]?.user}</small>`));
    expect((await audit.newest(id, 'authority.pause', 'en')).row).toContain('Written into the database');
    expect((await audit.newest(id, 'authority.resume')).row).not.toContain('Skrevet i databasen');
  });
});

describe('a change of settings in the audit', () => {
  it('is shown in the fifth rule, alone and in words', async () => {
    const fifth = { lead: 'P1DT2H', at: undefined, when: { kinds: ['video', 'home'], departments: ['Røntgen'] } };
    const rule = 'Påmindelse 5 (rule-5)';
    expect((await audit.changed({ rules: rules(7) }, { rules: rules(7, fifth) })).lines).toEqual([
      [`${rule}: Klokken`, '10:00', ''],
      [`${rule}: Hvor længe før aftalen`, '5 dage', '1 dag 2 timer'],
      [`${rule}: Kun for aftaler af denne slags (ingen valgt: alle)`, '', 'Video, Hjemmebesøg'],
      [`${rule}: Kun for disse afdelinger`, '', 'Røntgen'],
    ]);
  });

  it('names a rule that is new, gone, or in another place', async () => {
    const [first, second, third] = rules(3);
    expect((await audit.changed({ rules: [first, second] }, { rules: [second, third] }, 'en')).lines).toEqual([
      ['Reminder 1 (rule-1): At the time', '10:00', ''],
      ['Reminder 1 (rule-1): How long before the appointment', '1 day', ''],
      ['Reminder 1 (rule-1): Text', 'Reminder', ''],
      ['Reminder 2 (rule-3): At the time', '', '10:00'],
      ['Reminder 2 (rule-3): How long before the appointment', '', '3 days'],
      ['Reminder 2 (rule-3): Text', '', 'Reminder'],
    ]);
    const found = (await audit.changed({ rules: [first, second] }, { rules: [second, first] })).lines;
    expect(found).toEqual([['Påmindelser', 'rule-1, rule-2', 'rule-2, rule-1']]);
  });

  it('is shown in the 41st closed day, and in one of 366, and nothing beside it', async () => {
    const window = (closedDays: readonly string[]) => ({ sendingWindow: { closedDays } });
    const label = 'Hvornår der må sendes: Andre dage uden SMS, hvert år';
    const other = await audit.changed(window(days(41)), window(days(41).with(40, '12-31')));
    expect(other.lines).toEqual([[label, '10/2', '31/12']]);
    const fewer = await audit.changed(window(days(366)), window(days(366).toSpliced(40, 1)));
    expect(fewer.lines).toEqual([[label, '10/2', '']]);
  });

  it.each([
    ['statusMap', 61, 'booked', 'fulfilled', 'Booket', 'Gennemført', (code: string) => `Hvad ${code} betyder`],
    [
      'statusMap',
      200,
      'booked',
      'ignore',
      'Booket',
      'Ingen aftale: læg den til side',
      (code: string) => `Hvad ${code} betyder`,
    ],
    [
      'locationMap',
      300,
      'Indgang 1',
      'Indgang 2',
      'Indgang 1',
      'Indgang 2',
      (code: string) => `Tekst for ${code} i en SMS`,
    ],
  ])('is shown in %s, entry %i', async (map, count, from, to, was, is, label) => {
    const code = `K${count + 99}`;
    const before = { [map]: entries(count, from) };
    const { lines } = await audit.changedSource(before, { [map]: { ...before[map], [code]: to } });
    expect(lines).toEqual([[label(code), was, is]]);
  });

  it('is shown for a code that sorts before hundreds of others, which stay unsaid', async () => {
    const before = entries(400, 'Indgang');
    const { lines } = await audit.changedSource(
      { locationMap: before },
      { locationMap: { A: 'Kælder', ...before } },
      'en',
    );
    expect(lines).toEqual([['Text for A in an SMS', '', 'Kælder']]);
  });

  it('shows a mapping member by member, however deep, and what differs in lists of objects without a name', async () => {
    const type = (last: string | null) => [
      { when: { '/a': 'x' }, type: 'appointment.booked' },
      { when: { '/a': 'y', '/b': true }, type: last },
      { when: { '/a': 'z' }, type: 'appointment.cancelled' },
    ];
    const mapping = (last: string | null, id: unknown) => ({
      mapping: { type: type(last), fields: { id, start: '/start', phone: '/phone' } },
    });
    const { lines, row } = await audit.changedSource(
      mapping('appointment.rescheduled', '/id'),
      mapping('appointment.cancelled', ['/uid', '/id']),
      'en',
    );
    const label = 'Translation of the supplier’s JSON';
    expect(lines).toEqual([
      [`${label}: type: 2: type`, 'appointment.rescheduled', 'appointment.cancelled'],
      [`${label}: fields: id`, '/id', '/uid, /id'],
    ]);
    expect(row).not.toMatch(/[{[](?:"|&quot;)/);
  });

  it('shows no JSON of a new booking system, and says how many of its lines are left out', async () => {
    const id = await audit.authority();
    await test.makeSource(id, `${id}-plain`);
    const plain = await audit.newest(id, 'source.create');
    expect(plain.rest).toBe('');
    test.clock.now = new Date(test.clock.now.getTime() + 1_000);
    await test.makeSource(id, id, { locationMap: entries(500, `<${'Ø"&'.repeat(15)}`) });
    const { page, row, lines, rest } = await audit.newest(id, 'source.create');
    expect(row).not.toMatch(/[{[](?:"|&quot;)/);
    const [, left = ''] = /^Der er (\d+) flere, som ikke vises\.$/.exec(rest) ?? [];
    expect(lines.length + Number(left)).toBe(plain.lines.length + 500);
    // Other changes are not lost behind five hundred entries of a map.
    expect(lines.map(([label]) => label)).toEqual(expect.arrayContaining(plain.lines.map(([label]) => label)));
    const assets = await Promise.all(['/admin/style.css', '/admin/script.js'].map((path) => audit.text(path)));
    expect(Buffer.byteLength([page, ...assets].join(''))).toBeLessThan(MOST_BYTES);
  });

  it('says how much of a long list, and of a long text, is left out, and shows where the text differs', async () => {
    const window = (closedDays: readonly string[]) => ({ sendingWindow: { closedDays } });
    const cleared = await audit.changed(window(days(366)), window([]));
    expect(cleared.lines[0]?.[1]).toMatch(/^1\/1, 2\/1, .*20\/1 … Der er 346 flere, som ikke vises\.$/);
    const id = await audit.authority();
    const entry = { actor: 'administrator', action: 'authority.replace', authorityId: id, target: id };
    const long = 'x'.repeat(5_000);
    await writeAudit(
      test.db,
      { ...entry, before: { name: `${long}før` }, after: { name: `${long}efter${long}` } },
      test.clock.now,
    );
    const { lines } = await audit.newest(id, 'authority.replace', 'en');
    expect(lines[0]?.[1]).toMatch(/^…x{50}før$/);
    expect(lines[0]?.[2]).toMatch(/^…x{50}efterx+ … 4455 more characters are not shown\.$/);
  });
});
