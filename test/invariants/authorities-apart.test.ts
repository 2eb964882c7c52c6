import { sql } from 'kysely';
import { beforeEach, expect, it } from 'vitest';
import { createKey, revokeKey } from '../../src/accounts/keys.ts';
import { SOURCE_DEFAULTS } from '../../src/domain/authority.ts';
import { newId } from '../../src/domain/ids.ts';
import { readAppointmentView } from '../../src/staff/appointments/appointments.ts';
import { readMessages, searchMessages } from '../../src/staff/appointments/messages.ts';
import { eraseCitizen } from '../../src/staff/citizens/erase-citizen.ts';
import { lookUpCitizen } from '../../src/staff/citizens/look-up-citizen.ts';
import { readDeliveries, replayEvents, resumeDeliveries } from '../../src/staff/deliveries/deliveries.ts';
import { liftOptOutByStaff, readOptOuts, recordOptOutByStaff } from '../../src/staff/opt-outs.ts';
import { pauseSending, resumeSending } from '../../src/staff/pauses.ts';
import { readReplies } from '../../src/staff/replies/replies.ts';
import { settleReply } from '../../src/staff/replies/settle-reply.ts';
import { addEventSecret, addSecret, removeSecret } from '../../src/staff/sources/source-secrets.ts';
import { putSource } from '../../src/staff/sources/sources.ts';
import { getStatistics } from '../../src/staff/statistics/statistics.ts';
import { saveTemplate } from '../../src/staff/templates/save.ts';
import { readTemplates } from '../../src/staff/templates/templates.ts';
import { describeDatabases } from '../support/database.ts';
import { useOpened } from '../support/scenario.ts';
import {
  type due,
  HOUR,
  later,
  MINUTE,
  MONDAY,
  PHONE,
  type postEvent,
  type Sending,
  startSending,
} from '../support/sending.ts';
import { update } from '../support/stored-rows.ts';

const READER = { name: 'key:esk_1 Front desk', seesNumbers: true };
const ALIAS = { kind: 'filler', namespace: 'clinic', value: '17' };
const page = { before: null, limit: 100 };
const DELIVERIES = { after: null, limit: 100 };

describeDatabases('one authority never reads or changes another’s rows', (open) => {
  let sending: Sending;
  let mine: Awaited<ReturnType<typeof due>>;
  let theirs: Awaited<ReturnType<typeof due>>;
  const database = useOpened(open, { each: true });
  beforeEach(async () => {
    sending = startSending(database);
    for (const authority of ['rh', 'kbh']) await sending.rows.authority(authority);
    mine = await sending.due('rh', PHONE, { appointment: { reference: 'mine' } });
    theirs = await sending.due('kbh', PHONE, { appointment: { reference: 'theirs' } });
  });

  /** Everything that stands about an authority, word for word. */
  async function everythingOf(authority: string): Promise<string> {
    const { rows: tables } = await sql<{ table: string }>`
      select table_name as table from information_schema.columns where table_schema = 'public' and column_name = 'authority_id'`.execute(
      sending.db,
    );
    const all: unknown[] = await sending.db.selectFrom('authority').selectAll().where('id', '=', authority).execute();
    for (const { table } of tables.sort((a, b) => (a.table < b.table ? -1 : 1))) {
      if (table === 'statistics_delta' || table === 'audit') continue;
      const { rows } =
        await sql`select t::text as row from ${sql.table(table)} t where authority_id = ${authority} order by 1`.execute(
          sending.db,
        );
      all.push(table, rows);
    }
    return JSON.stringify(all);
  }

  it('the database itself refuses a secret of another authority’s source', async () => {
    const secret = {
      id: newId(MONDAY),
      token_hash: Buffer.alloc(32),
      webhook_secret_ciphertext: Buffer.alloc(32),
      created_at: MONDAY,
    };
    const foreign = { ...secret, authority_id: 'rh', source_id: 'kbh', ended_at: null };
    await expect(sending.db.insertInto('source_secret').values(foreign).execute()).rejects.toThrow(/foreign key/);
  });

  it('a reminder that points at another authority’s appointment goes nowhere, and its number stays sealed', async () => {
    const stray = await sending.rows.reminder('rh', theirs.appointment, { due_at: MONDAY, next_at: MONDAY });
    await sending.db.deleteFrom('reminder').where('id', '=', theirs.reminder).execute();
    const before = await everythingOf('kbh');
    await sending.drain();
    expect(await sending.reminder(stray)).toMatchObject({ status: 'suppressed', reason: 'internal_error' });
    expect(await sending.db.selectFrom('message').selectAll().where('reminder_id', '=', stray).execute()).toEqual([]);
    expect(sending.gateway.sent).toHaveLength(1);
    expect(await everythingOf('kbh')).toBe(before);
  });

  it.each<[string, Partial<Parameters<typeof postEvent>[2]>]>([
    ['a cancellation by its reference', { reference: 'theirs', status: 'cancelled' }],
    ['a move by its reference', { reference: 'theirs', start: later(24 * 60 * MINUTE) }],
    ['an event that replaces it', { reference: 'ours', replaces: ['theirs'], start: MONDAY }],
    ['an event of its group', { reference: 'ours', group: 'their group', start: MONDAY }],
    ['a death of its patient', { reference: 'ours', patientKey: Buffer.alloc(32, 7), deceased: true, start: MONDAY }],
    ['a permanent id with its alias', { reference: 'ours', aliases: [ALIAS], permanent: true, start: MONDAY }],
    ['an event by its alias', { reference: 'ours', aliases: [ALIAS], status: 'cancelled' }],
  ])('%s, from another authority’s source, changes nothing of it', async (_, event) => {
    await sending.post('kbh', {
      reference: 'theirs',
      start: new Date('2026-12-01T08:00:00Z'),
      patientKey: Buffer.alloc(32, 7),
      group: 'their group',
      aliases: [ALIAS],
      phone: PHONE,
    });
    const before = await everythingOf('kbh');
    await sending.post('rh', { reference: 'ours', phone: PHONE, ...event });
    expect(await everythingOf('kbh')).toBe(before);
  });

  it('a number sealed for one authority does not open as another’s', async () => {
    const { phone_ciphertext } = await sending.db
      .selectFrom('appointment')
      .selectAll()
      .where('id', '=', theirs.appointment)
      .executeTakeFirstOrThrow();
    await update(sending.db, 'appointment', { id: mine.appointment }, { phone_ciphertext });
    await sending.drain();
    expect(await sending.reminder(mine.reminder)).toMatchObject({ status: 'suppressed', reason: 'internal_error' });
    expect(sending.gateway.sent).toHaveLength(1);
  });

  it('a reminder whose source is another authority’s goes nowhere', async () => {
    const stray = await sending.rows.reminder('rh', mine.appointment, {
      source_id: 'kbh',
      due_at: MONDAY,
      next_at: MONDAY,
    });
    await sending.drain();
    expect(await sending.reminder(stray)).toMatchObject({ status: 'suppressed', reason: 'internal_error' });
    expect(sending.gateway.sent).toHaveLength(2);
  });

  it('reads with an id or a number find one’s own only', async () => {
    const { deps } = sending;
    await sending.drain();
    await sending.rows.optOut('kbh', PHONE);
    await sending.rows.reply(['kbh'], PHONE);
    await saveTemplate(
      deps,
      { authorityId: 'kbh', name: 'reminder', language: 'da', text: 'Deres ord.', actor: 'test' },
      MONDAY,
    );
    for (const sourceId of ['rh', 'kbh']) {
      const read = await readAppointmentView(
        deps,
        READER,
        { authorityId: 'rh', sourceId, reference: 'theirs' },
        MONDAY,
      );
      expect(read).toBeFalsy();
    }
    const messages = await readMessages(deps, READER, 'rh', page, MONDAY);
    expect(messages).toHaveLength(1);
    expect(await searchMessages(deps, READER, 'rh', { phone: PHONE, ...page }, MONDAY)).toEqual(messages);
    expect(await readOptOuts(deps, READER, 'rh', page, MONDAY)).toEqual([]);
    const found = await readReplies(deps, READER, 'rh', { needsPerson: false, ...page }, MONDAY);
    expect(found).toEqual({ replies: [], next: null, moreUrgent: false });
    expect(JSON.stringify(await readTemplates(deps, 'rh'))).not.toContain('Deres ord');
    const held = JSON.stringify(await lookUpCitizen(deps, READER, { authorityId: 'rh', phone: PHONE }, MONDAY));
    expect(held).toContain('mine');
    expect(held).not.toContain('theirs');
    const statistics = await getStatistics(
      deps,
      { id: 'rh', timeZone: 'Europe/Copenhagen' },
      { from: '2026-11-01', to: '2026-12-31', by: 'day' },
    );
    expect(statistics.total).toMatchObject({ accepted: 1, optOuts: 0 });
  });

  const actor = 'key:esk_1 Front desk';
  const pause = { at: MONDAY, until: null, reason: 'x' };
  const settings = { ...SOURCE_DEFAULTS, name: 'x', mode: 'paused' } as const;
  const rh = { authorityId: 'rh', actor };
  type Attempt = (
    deps: Sending['deps'],
    ids: { optOut: string; reply: string; secret: string; key: string },
  ) => Promise<unknown>;
  const attempts: [string, Attempt][] = [
    [
      'lift their opt-out',
      (deps, { optOut: id }) =>
        liftOptOutByStaff(deps, READER, { authorityId: 'rh', id, reason: null, installation: true }, MONDAY),
    ],
    [
      'settle their reply',
      (deps, { reply: id }) => settleReply(deps, READER, { authorityId: 'rh', id, action: 'opt_out' }, MONDAY),
    ],
    [
      'end a secret of their source',
      (deps, { secret: secretId }) => removeSecret(deps, { ...rh, id: 'kbh', secretId }, MONDAY),
    ],
    ['make a secret of their source', (deps) => addSecret(deps, { ...rh, id: 'kbh' }, MONDAY)],
    ['replace their source', (deps) => putSource(deps, { ...rh, id: 'kbh', settings }, MONDAY)],
    ['pause their source', (deps) => pauseSending(deps, { ...rh, sourceId: 'kbh', pause }, MONDAY)],
    ['resume their source', (deps) => resumeSending(deps, { ...rh, sourceId: 'kbh' }, MONDAY)],
    ['make a secret for their events', (deps) => addEventSecret(deps, { ...rh, id: 'kbh' }, MONDAY)],
    ['resume their endpoints', (deps) => resumeDeliveries(deps, { ...rh, id: 'kbh' })],
    ['send their events again', (deps) => replayEvents(deps, { ...rh, id: 'kbh' }, { from: later(-HOUR), to: MONDAY })],
    [
      'list what their endpoints took',
      (deps) => readDeliveries(deps, { authorityId: 'rh', sourceId: 'kbh', status: null, reference: null }, DELIVERIES),
    ],
    ['end their key', (deps, { key: id }) => revokeKey(deps, { ...rh, id }, MONDAY)],
  ];
  it.each(attempts)('an attempt to %s is refused, and changes nothing', async (_, attempt) => {
    const { deps } = sending;
    await pauseSending(deps, { authorityId: 'kbh', sourceId: 'kbh', actor, pause }, MONDAY);
    const ids = {
      optOut: await sending.rows.optOut('kbh', '+4520123459'),
      reply: await sending.rows.reply(['kbh'], '+4520123459'),
      secret: (await addSecret(deps, { authorityId: 'kbh', id: 'kbh', actor }, MONDAY)).id,
      key: (await createKey(deps, { authorityId: 'kbh', name: 'x', role: 'viewer', actor }, MONDAY)).id,
    };
    const before = await everythingOf('kbh');
    await expect(attempt(deps, ids)).rejects.toMatchObject({
      status: expect.toSatisfy((status: number) => status === 404 || status === 409) as unknown,
    });
    expect(await everythingOf('kbh')).toBe(before);
  });

  it('an opt-out, an erasure or a pause of one leaves the other’s as they are', async () => {
    const { deps } = sending;
    const before = await everythingOf('kbh');
    await recordOptOutByStaff(deps, READER, { authorityId: 'rh', phone: PHONE, reason: 'asked' }, MONDAY);
    await eraseCitizen(deps, { authorityId: 'rh', phone: PHONE, actor }, MONDAY);
    await pauseSending(deps, { ...rh, sourceId: null, pause }, MONDAY);
    expect(await everythingOf('kbh')).toBe(before);
    sending.clock.now = later(MINUTE);
    await sending.drain();
    expect(await sending.reminder(theirs.reminder)).toMatchObject({ status: 'accepted' });
    expect((await sending.reminder(mine.reminder)).status).toBe('suppressed');
    expect(sending.gateway.sent).toHaveLength(1);
  });
});
