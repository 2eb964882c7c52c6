import { sql } from 'kysely';
import { beforeAll, describe, expect, it } from 'vitest';
import { SEALED } from '../../src/operations/reencrypt.sql.ts';
import { walkPages } from '../support/page-walk.ts';
import { useOpened } from '../support/scenario.ts';
import { DEPARTMENTS, openTwoAuthorities, SHARED_NUMBER, type TwoAuthorities } from '../support/two-authorities.ts';

const HEART = DEPARTMENTS.heart;
const PERSON_OF_RH = 'Qregion Person';

interface Row {
  readonly id?: string;
  readonly reference?: string;
  readonly phone?: string | null;
  readonly text?: string | null;
  readonly name?: string;
  readonly unreadable?: true;
}

/** Changes the last byte of a ciphertext, which is one of its tag. */
async function damage(all: TwoAuthorities, table: string, column: string, where = sql`true`): Promise<number> {
  const last = sql`octet_length(${sql.ref(column)}) - 1`;
  const result = await sql`update ${sql.table(table)} t
    set ${sql.ref(column)} = set_byte(${sql.ref(column)}, ${last}, get_byte(${sql.ref(column)}, ${last}) # 1)
    where ${sql.ref(column)} is not null and ${where}`.execute(all.test.db);
  return Number(result.numAffectedRows ?? 0);
}

const LISTS = ['messages', 'inbound', 'opt-outs', 'people'] as const;
const list = async (all: TwoAuthorities, path: string, authority = 'rh') =>
  (await all.test.json<{ items: Row[] }>(200, `/v1/authorities/${authority}/${path}?limit=100`)).items;
const search = async (all: TwoAuthorities, phone: string) =>
  all.test.json<{ appointments: Row[]; messages: Row[]; inbound: Row[] }>(200, '/v1/authorities/rh/citizens/lookup', {
    body: { phone },
  });

describe('one row that cannot be opened', () => {
  const all = useOpened(openTwoAuthorities);

  it.each([
    ['messages', 'message', 'phone_ciphertext'],
    ['messages', 'message', 'text_ciphertext'],
    ['inbound', 'inbound_message', 'phone_ciphertext'],
    ['inbound', 'inbound_message', 'text_ciphertext'],
    ['opt-outs', 'opt_out', 'phone_ciphertext'],
  ] as const)('is in its list without it, and all others as ever: %s, %s.%s', async (path, table, column) => {
    const before = await list(all, path);
    const [one, ...others] = before.filter(({ phone, unreadable }) => phone !== null && !unreadable);
    expect(await damage(all, table, column, sql`id = ${one?.id}`)).toBe(1);
    const field = column === 'text_ciphertext' ? 'text' : 'phone';
    const after = await list(all, path);
    expect(after.find(({ id }) => id === one?.id)).toEqual({ ...one, [field]: null, unreadable: true });
    expect(after).toEqual(expect.arrayContaining(others));
    expect(after).toHaveLength(before.length);
  });

  it('stands without its number in the citizen’s file, in what staff find, and in its story', async () => {
    const rh = { authority_id: 'rh', phone_hash: all.test.deps.keyring.phoneHash(SHARED_NUMBER) };
    const { id, reference } = await all.test.db
      .selectFrom('appointment')
      .select(['id', 'reference'])
      .where('authority_id', '=', rh.authority_id)
      .where('phone_hash', '=', rh.phone_hash)
      .executeTakeFirstOrThrow();
    await damage(all, 'appointment', 'phone_ciphertext', sql`id = ${id}`);
    const found = (await search(all, SHARED_NUMBER)).appointments;
    expect(found).toMatchObject([{ reference, phone: null, unreadable: true }]);
    const path = `/v1/authorities/rh/appointments/rh-epj/${encodeURIComponent(reference)}`;
    expect(await all.test.json(200, path)).toMatchObject({ phone: null, unreadable: true });
    const client = await all.person('operator', 'rh');
    const story = await client.get(`/admin/find/${id}?authority=rh`);
    expect([story.status, await story.text()]).toEqual([200, expect.stringContaining('Nummeret kan ikke læses')]);
  });

  it('is counted by its table, which an alert looks at', async () => {
    const counted = async () =>
      (await all.test.deps.metrics.unreadable.get()).values.find(({ labels }) => labels.table === 'message')?.value ??
      0;
    const [before, { id }] = [
      await counted(),
      await all.test.db.selectFrom('message').select('id').executeTakeFirstOrThrow(),
    ];
    await damage(all, 'message', 'text_ciphertext', sql`id = ${id}`);
    await all.test.request('/v1/authorities/rh/messages?limit=100');
    await all.test.request('/v1/authorities/kk/messages?limit=100');
    expect(await counted()).toBeGreaterThan(before);
    // What a browser sends for one of our own ciphertexts is no row.
    const failed = await (await all.person('administrator', 'rh')).get('/admin/set-up/people?authority=rh&after=x');
    expect(failed.status).toBeLessThan(500);
  });

  it('ends no list of people', async () => {
    const name = sql`person_id in (select a.person_id from account a where a.authority_id = 'rh')`;
    expect((await list(all, 'people')).map((each) => each.name)).toContain(PERSON_OF_RH);
    expect(await damage(all, 'person_name', 'name_ciphertext', name)).toBeGreaterThan(0);
    const people = await list(all, 'people');
    expect(people.filter(({ unreadable }) => unreadable).map((each) => each.name)).toContain('');
  });

  it('of a booking system’s secret refuses what comes with that secret, and goes on taking what comes with another', async () => {
    const { test } = all;
    const { token } = await test.makeSource('rh', 'rh-new');
    const second = await test.json<{ token: string }>(201, '/v1/authorities/rh/sources/rh-new/secrets', {
      method: 'POST',
    });
    const hash = sql`token_hash = sha256(${token}::text::bytea)`;
    expect(await damage(all, 'source_secret', 'webhook_secret_ciphertext', hash)).toBe(1);
    const body = { type: 'appointment.cancelled', data: { id: 'N-1' } };
    expect((await test.request('/v1/webhooks/rh-new', { token, body })).status).toBe(401);
    expect((await test.request('/v1/webhooks/rh-new', { token: second.token, body })).status).not.toBe(401);
    const { values } = await test.deps.metrics.unreadable.get();
    expect(values.find(({ labels }) => labels.table === 'source_secret')?.value).toBeGreaterThan(0);
  });

  it('of an appointment stays as it is until its booking system says the number anew', async () => {
    const { test } = all;
    const { token } = await test.makeSource('rh', 'rh-known');
    const post = (data: object) =>
      test.json(202, '/v1/webhooks/rh-known', {
        token,
        body: { type: 'appointment.updated', data: { id: 'K-1', start: '2026-12-01T09:00:00+01:00', ...data } },
      });
    const row = () =>
      test.db
        .selectFrom('appointment')
        .select(['phone_ciphertext', 'phone_hash', 'phone_reason', 'place_ciphertext', 'department'])
        .where('source_id', '=', 'rh-known')
        .executeTakeFirstOrThrow();
    await post({ kind: 'home', patient: { phone: '20110777' }, location: { text: 'Vej 1' } });
    await damage(all, 'appointment', 'phone_ciphertext', sql`source_id = 'rh-known'`);
    await damage(all, 'appointment', 'place_ciphertext', sql`source_id = 'rh-known'`);
    const before = await row();
    await post({ department: 'Klinik 9' });
    expect(await row()).toEqual({ ...before, department: 'Klinik 9' });
    await post({ patient: { phone: '20110778' }, location: { text: 'Vej 2' } });
    expect(await row()).toMatchObject({ phone_hash: test.deps.keyring.phoneHash('+4520110778') });
    const answer = await test.json(200, '/v1/authorities/rh/appointments/rh-known/K-1');
    expect(answer).toMatchObject({ phone: '+4520110778', location: { text: 'Vej 2' } });
  });
});

describe('a database of which nothing can be opened any more', () => {
  const all = useOpened(openTwoAuthorities);
  beforeAll(async () => {
    for (const { table, column } of SEALED) await damage(all, table, column);
  });

  it('shows every list all the same, each row without number and text', async () => {
    for (const path of LISTS) {
      const items = await list(all, path);
      expect([path, items.length > 0]).toEqual([path, true]);
      for (const { phone, text, unreadable } of items.filter((each) => each.unreadable))
        expect([path, phone ?? null, text ?? null, unreadable]).toEqual([path, null, null, true]);
      expect([path, items.some(({ unreadable }) => unreadable)]).toEqual([path, true]);
    }
    const { appointments } = await search(all, `+45${HEART.digits}10`);
    expect(appointments).toMatchObject([{ phone: null, unreadable: true }]);
  });

  it('has no page that fails', async () => {
    const client = await all.person('administrator', null);
    const seen = await walkPages(client, ['/admin?authority=rh', '/admin/find?authority=rh'], { most: 4 });
    expect(seen.length).toBeGreaterThan(40);
    expect(seen.filter(({ status }) => status >= 500).map(({ address }) => address)).toEqual([]);
  });

  it('says of a decision that needs the number that it cannot be opened', async () => {
    const reply = all.ids.heart.reply;
    const path = `/v1/authorities/rh/inbound/${reply}/settle`;
    const answer = await all.test.json(409, path, { body: { action: 'opt_out' } });
    expect(answer).toMatchObject({ type: '/problems/unreadable' });
    await all.test.json(200, path, { body: { action: 'ignore' } });
  });
});
