import { sql } from 'kysely';
import pino from 'pino';
import { beforeEach, describe, expect, it } from 'vitest';
import { purge } from '../../src/operations/purge.ts';
import { UnmappedNotes } from '../../src/sources/notes.ts';
import { listUnmapped, noteUnmapped } from '../../src/store/unmapped.ts';
import { siu } from '../formats/hl7v2/message.ts';
import { describeDatabases, openTestDatabase } from '../support/database.ts';
import { useApp, useOpened } from '../support/scenario.ts';
import { StoredRows, update } from '../support/stored-rows.ts';

const NOW = new Date('2026-11-24T11:00:00Z');
const MINUTE = 60_000;
const later = (minutes: number) => new Date(NOW.getTime() + minutes * MINUTE);
const log = pino({ level: 'silent' });
const status = (value: string) => ({ field: 'status', value }) as const;
const place = (value: string) => ({ field: 'location', value }) as const;
const OF_NONE = { reference: null, unlessAtHome: false };

describeDatabases('codes that nobody has mapped', (open) => {
  const database = useOpened(open, { each: true });
  beforeEach(async () => {
    await new StoredRows(database.db, NOW).authority('rh');
    await new StoredRows(database.db, NOW).authority('other');
  });
  const row = (value: string, sourceId = 'rh') => ({ authorityId: sourceId, sourceId, ...status(value), ...OF_NONE });
  const values = async (source = 'rh') => (await listUnmapped(database.db, source, source)).map(({ value }) => value);

  it('stand once each, with the first and the last time to the hour', async () => {
    await noteUnmapped(database.db, [row('4')], NOW);
    await noteUnmapped(database.db, [row('4')], later(59));
    expect(await listUnmapped(database.db, 'rh', 'rh')).toEqual([{ ...status('4'), firstAt: NOW, lastAt: NOW }]);
    await noteUnmapped(database.db, [row('4')], later(60));
    expect(await listUnmapped(database.db, 'rh', 'rh')).toEqual([{ ...status('4'), firstAt: NOW, lastAt: later(60) }]);
  });

  it('are 200 of a source at most, whatever comes, and known ones are still touched', async () => {
    const many = Array.from({ length: 250 }, (_, index) => row(String(index).padStart(3, '0')));
    await noteUnmapped(database.db, many, NOW);
    expect(await values()).toHaveLength(200);
    await noteUnmapped(database.db, [row('new'), row('000'), row('own', 'other')], later(120));
    expect(await values()).not.toContain('new');
    const found = (await listUnmapped(database.db, 'rh', 'rh'))[0];
    expect(found).toEqual({ ...status('000'), firstAt: NOW, lastAt: later(120) });
    expect(await values('other')).toEqual(['own']);
  });

  it('go with the retention of their authority', async () => {
    await noteUnmapped(database.db, [row('old'), row('still'), row('own'), row('old', 'other')], NOW);
    await noteUnmapped(database.db, [row('still'), row('own')], later(60));
    // Seen on five patients; the others may be somebody's own, and count from when they were first sent.
    await database.db.updateTable('unmapped_value').set({ patients: null }).where('value', '<>', 'own').execute();
    await update(database.db, 'authority', { id: 'other' }, { retention_days: 365 });
    await purge({ db: database.db, log }, { auditRetentionDays: 730 }, later(90 * 24 * 60 + 1));
    expect([await values(), await values('other')]).toEqual([['still'], ['old']]);
  });
});

describe.each(['embedded', 'postgres'] as const)('places of an appointment at home (%s)', (kind) => {
  const test = useApp({ each: true, kind, authorities: ['rh'] });
  const ADDRESS = 'Birkevej 12, 2. tv';

  it('are not listed by an event without a type either, and neither shown by /test; those of a visit are', async () => {
    const { token } = await test.makeSource('rh', 'epj', { typeMap: { HB: 'home', AMB: 'visit' } });
    const send = (event: string, reference: string, type: string, path = 'hl7v2') => {
      const ail = { 3: `^^^^^^^^${reference === 'A-1' ? ADDRESS : 'Opgang 4'}` };
      const body = siu({ msh: { 10: event + reference }, sch: { 2: `${reference}^EPJ`, 8: type }, ail }, event);
      const headers = { 'Content-Type': 'application/hl7-v2' };
      const url = path === 'hl7v2' ? '/v1/hl7v2/epj' : '/v1/sources/epj/test';
      return test.request(url, { token, body, headers });
    };
    await send('S12', 'A-1', 'HB');
    await send('S12', 'A-2', 'AMB');
    const trial = await (await send('S14', 'A-1', '', 'test')).text();
    await send('S14', 'A-1', '');
    await send('S14', 'A-2', '');
    await test.deps.receiver.idle();
    const listed = (await listUnmapped(test.db, 'rh', 'epj')).map(({ value }) => value);
    expect(listed).toEqual(['Opgang 4']);
    expect(JSON.parse(trial)).toMatchObject({ elements: [{ unmapped: [] }] });
  });

  it('are not listed by an event of a group either', async () => {
    await test.makeSource('rh', 'fhir');
    const row = { authorityId: 'rh', sourceId: 'fhir', field: 'location', value: ADDRESS } as const;
    await sql`
      insert into appointment (id, authority_id, source_id, reference, group_reference, content_hash, revision, slot, status, kind, source_mode, received_at,
        updated_at)
      values (gen_random_uuid(), 'rh', 'fhir', 'g~p', 'g', '', 1, 0, 'booked', 'home', 'live', ${NOW}, ${NOW})`.execute(
      test.db,
    );
    await noteUnmapped(
      test.db,
      [
        { ...row, reference: 'g', unlessAtHome: true },
        { ...row, value: 'AMB4', reference: 'h', unlessAtHome: true },
      ],
      NOW,
    );
    expect((await listUnmapped(test.db, 'rh', 'fhir')).map(({ value }) => value)).toEqual(['AMB4']);
  });
});

describe('notes of what nobody has mapped', () => {
  const database = useOpened(openTestDatabase, { each: true });
  let notes: UnmappedNotes;
  let logged: string[];
  const source = { id: 'rh', authorityId: 'rh' };
  beforeEach(async () => {
    await new StoredRows(database.db, NOW).authority('rh');
    logged = [];
    notes = new UnmappedNotes({
      db: database.db,
      log: pino({ level: 'debug' }, { write: (line: string) => void logged.push(line) }),
    });
  });
  const stored = () => listUnmapped(database.db, 'rh', 'rh');

  it('are written beside the answer', async () => {
    notes.note(source, [status('4'), place('AMB4'), status('4')], NOW);
    expect(await stored()).toEqual([]);
    await notes.idle();
    expect((await stored()).map(({ field, value }) => [field, value])).toEqual([
      ['status', '4'],
      ['location', 'AMB4'],
    ]);
  });

  it('ask the database once an hour about the same code', async () => {
    notes.note(source, [status('4')], NOW);
    await notes.idle();
    await database.db.deleteFrom('unmapped_value').execute();
    notes.note(source, [status('4')], later(59));
    await notes.idle();
    expect(await stored()).toEqual([]);
    notes.note(source, [status('4')], later(60));
    await notes.idle();
    expect(await stored()).toHaveLength(1);
  });

  it('remember no more than 200 of a source an hour', async () => {
    notes.note(
      source,
      Array.from({ length: 300 }, (_, index) => status(`a${index}`)),
      NOW,
    );
    await notes.idle();
    await database.db.deleteFrom('unmapped_value').execute();
    notes.note(source, [status('one more')], later(1));
    await notes.idle();
    expect(await stored()).toEqual([]);
    notes.note(source, [status('one more')], later(60));
    await notes.idle();
    expect(await stored()).toHaveLength(1);
  });

  it('never hold a CPR number, nor what is too long to be a code', async () => {
    notes.note(source, [status('251248-9996'), status('CPR:2512489996'), place('x'.repeat(101)), place('')], NOW);
    await notes.idle();
    expect(await stored()).toEqual([]);
  });

  it('never throw: a database out of reach is told once, without the code, and the code is taken the next time', async () => {
    notes.note({ id: 'gone', authorityId: 'gone' }, [status('secret-4')], NOW);
    await notes.idle();
    expect(logged).toHaveLength(1);
    expect(logged[0]).not.toContain('secret-4');
    await new StoredRows(database.db, NOW).authority('gone');
    notes.note({ id: 'gone', authorityId: 'gone' }, [status('secret-4')], later(1));
    await notes.idle();
    expect(await listUnmapped(database.db, 'gone', 'gone')).toHaveLength(1);
  });
});

describe('the list of what nobody has mapped', () => {
  const app = useApp({
    each: true,
    authorities: {
      rh: { sources: { 'rh-epj': { statusMap: { venter: 'pending' } } } },
      other: { sources: ['other-epj'] },
    },
  });
  const url = '/v1/authorities/rh/sources/rh-epj/unmapped';
  const note = (values: readonly string[], sourceId = 'rh-epj', authorityId = 'rh') =>
    noteUnmapped(
      app.db,
      values.map((value) => ({ authorityId, sourceId, ...status(value), ...OF_NONE })),
      NOW,
    );
  type List = { items: { field: string; value: string; firstAt: string; lastAt: string }[]; nextCursor: string | null };

  it('leaves out what the settings know by now, in whatever case', async () => {
    await note(['VEN-TER', '4']);
    await noteUnmapped(app.db, [{ authorityId: 'rh', sourceId: 'rh-epj', ...place('venter'), ...OF_NONE }], NOW);
    const { items } = await app.json<List>(200, url);
    const times = { firstAt: NOW.toISOString(), lastAt: NOW.toISOString() };
    expect(items).toEqual([
      { field: 'status', value: '4', ...times },
      { field: 'location', value: 'venter', ...times },
    ]);
  });

  it('comes in pages', async () => {
    await note(Array.from({ length: 150 }, (_, index) => String(index).padStart(3, '0')));
    const first = await app.json<List>(200, url);
    const second = await app.json<List>(200, `${url}?cursor=${first.nextCursor}`);
    expect([first.items.length, second.items.length, second.nextCursor]).toEqual([100, 50, null]);
    expect(new Set([...first.items, ...second.items].map(({ value }) => value)).size).toBe(150);
    await app.json(422, `${url}?cursor=nonsense!`);
    await app.json(200, `${url}?cursor=${Buffer.from('x').toString('base64url')}`);
  });

  it("shows an authority its own sources' only", async () => {
    await note(['4'], 'other-epj', 'other');
    await app.json(404, '/v1/authorities/rh/sources/other-epj/unmapped');
    await app.json(404, '/v1/authorities/rh/sources/none/unmapped');
    expect((await app.json<List>(200, url)).items).toEqual([]);
  });
});
