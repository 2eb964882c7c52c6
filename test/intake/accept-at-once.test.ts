import { type Kysely, sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createApp } from '../../src/app.ts';
import { openDatabase } from '../../src/database/connect.ts';
import type { Database } from '../../src/database/tables.ts';
import { Receiver } from '../../src/sources/receive.ts';
import { siu } from '../formats/hl7v2/message.ts';
import { openTestApp, type TestApp } from '../support/app.ts';
import { deadlocks, inOpenTransaction, waitingForLock } from '../support/contention.ts';
import { type DatabaseKind, openTestDatabase } from '../support/database.ts';
import { openProxy } from '../support/proxy.ts';
import { useApp } from '../support/scenario.ts';

interface Answer {
  readonly status: number;
  readonly result: string;
}

const booking = (id: string, data: object = {}) => ({
  type: 'appointment.booked',
  data: { id, start: '2026-12-01T09:00:00+01:00', patient: { phone: '20123456' }, ...data },
});

async function post(app: Pick<TestApp['app'], 'request'>, token: string, body: unknown, key?: string): Promise<Answer> {
  const headers = {
    Authorization: `Bearer ${token}`,
    'Content-Type': 'application/json',
    ...(key ? { 'Idempotency-Key': key } : {}),
  };
  const response = await app.request('/v1/webhooks/epj', { method: 'POST', headers, body: JSON.stringify(body) });
  const { result = '' } = (await response.json()) as { result?: string };
  return { status: response.status, result };
}

const said = ({ status, result }: Answer) => `${status} ${result}`.trim();

async function stored(db: Kysely<Database>): Promise<string[]> {
  const rows = await db.selectFrom('appointment').select(['reference', 'version']).orderBy('reference').execute();
  return rows.map(({ reference, version }) => (version === null ? reference : `${reference} ${version}`));
}

async function count(db: Kysely<Database>, table: 'appointment' | 'reminder' | 'idempotency_key'): Promise<number> {
  const row = await db
    .selectFrom(table)
    .select((by) => by.fn.countAll().as('count'))
    .executeTakeFirstOrThrow();
  return Number(row.count);
}

describe.each<DatabaseKind>(['embedded', 'postgres'])('a hundred at once (%s)', (kind) => {
  let app: TestApp;
  let token: string;
  beforeEach(async () => {
    app = await openTestApp(kind);
    await app.makeAuthority('rh');
    ({ token } = await app.makeSource('rh', 'epj'));
    return () => app.close();
  });

  it('that are the same make one appointment, and all but one are duplicates', async () => {
    const answers = await Promise.all(Array.from({ length: 100 }, () => post(app.app, token, booking('A-1'))));
    expect(answers.map(said).sort()).toEqual(['202 accepted', ...Array.from({ length: 99 }, () => '202 duplicate')]);
    expect([await stored(app.db), await count(app.db, 'reminder')]).toEqual([['A-1'], 2]);
  });

  it('with the same key make one appointment too', async () => {
    const answers = await Promise.all(Array.from({ length: 100 }, () => post(app.app, token, booking('A-1'), 'k')));
    expect(answers.map(said).sort()).toEqual(['202 accepted', ...Array.from({ length: 99 }, () => '202 duplicate')]);
    expect([await stored(app.db), await count(app.db, 'reminder'), await count(app.db, 'idempotency_key')]).toEqual([
      ['A-1'],
      2,
      1,
    ]);
  });

  it('with the same key and different bodies store one, and refuse the rest', async () => {
    const answers = await Promise.all(
      Array.from({ length: 100 }, (_, nth) => post(app.app, token, booking(`A-${nth}`), 'k')),
    );
    expect(answers.map(said).sort()).toEqual(['202 accepted', ...Array.from({ length: 99 }, () => '422')]);
    expect(await count(app.db, 'appointment')).toBe(1);
  });

  it('in any order end at the newest version', async () => {
    const versions = Array.from({ length: 100 }, (_, nth) => ((nth * 37) % 100) + 1);
    const answers = await Promise.all(
      versions.map((version) => post(app.app, token, booking('A-1', { version, department: `D${version}` }))),
    );
    expect(new Set(answers.map(said))).toEqual(new Set(['202 accepted', '202 stale']));
    expect(await app.db.selectFrom('appointment').select(['version', 'department']).execute()).toEqual([
      { version: '100', department: 'D100' },
    ]);
    expect(await count(app.db, 'reminder')).toBe(2);
  });

  it('of which one can not be stored harm no other', async () => {
    await sql`alter table appointment add constraint no_monsters check (department is distinct from 'Monster')`.execute(
      app.db,
    );
    try {
      const bodies = Array.from({ length: 100 }, (_, nth) =>
        booking(`A-${nth}`, nth === 50 ? { department: 'Monster' } : {}),
      );
      const answers = await Promise.all(bodies.map((body) => post(app.app, token, body)));
      expect(answers.map(said).filter((answer) => answer !== '202 accepted')).toEqual(['500']);
      expect(await count(app.db, 'appointment')).toBe(99);
    } finally {
      await sql`alter table appointment drop constraint no_monsters`.execute(app.db);
    }
  });
});

describe('two processes on one PostgreSQL', () => {
  let two: TestApp['app'];
  let token: string;
  const one = useApp({ each: true, kind: 'postgres' });
  beforeEach(async () => {
    two = createApp({ ...one.deps, receiver: new Receiver(one.deps) });
    await one.makeAuthority('rh');
    ({ token } = await one.makeSource('rh', 'epj'));
  });

  /** Both have looked and found nothing before either may insert. */
  async function atOnce(table: string, first: () => Promise<Answer>, second: () => Promise<Answer>): Promise<Answer[]> {
    const held = await inOpenTransaction(one.db, (trx) =>
      sql`lock table ${sql.table(table)} in share row exclusive mode`.execute(trx),
    );
    const answers = [first()];
    await waitingForLock(one.db, 1);
    answers.push(second());
    await waitingForLock(one.db, 2);
    await held.rollback();
    return Promise.all(answers);
  }

  const postHl7 = (app: TestApp['app'], body: string) => async (): Promise<Answer> => {
    const headers = { Authorization: `Bearer ${token}`, 'Content-Type': 'application/hl7-v2' };
    const response = await app.request('/v1/hl7v2/epj', { method: 'POST', headers, body });
    return { status: response.status, result: /\rMSA\|(\w+)/.exec(await response.text())?.[1] ?? '' };
  };
  const planned = () => one.db.selectFrom('reminder').select('status').where('status', '=', 'planned').execute();

  it('that get the same new reference make one appointment', async () => {
    const send = (app: TestApp['app']) => () => post(app, token, booking('A-1'));
    const answers = await atOnce('appointment', send(one.app), send(two));
    expect(answers.map(said).sort()).toEqual(['202 accepted', '202 duplicate']);
    expect([await stored(one.db), await count(one.db, 'reminder')]).toEqual([['A-1'], 2]);
  });

  it.each([
    ['the booking first', ['book', 'cancel']],
    ['the cancellation first', ['cancel', 'book']],
  ] as const)(
    'that get a booking of an occurrence and the newer cancellation of its series leave nothing planned: %s',
    async (_name, order) => {
      // Without an issuer of the id there is no alias that both would insert.
      const messages = {
        book: siu({ msh: { 7: '20261124080000+0100' }, sch: { 2: 'A-4711', 3: '2' } }, 'S12'),
        cancel: siu({ msh: { 7: '20261124083000+0100', 10: 'C-2' }, sch: { 2: 'A-4711' } }, 'S15'),
      };
      const answers = await atOnce(
        'appointment',
        postHl7(one.app, messages[order[0]]),
        postHl7(two, messages[order[1]]),
      );
      expect(answers.map(said)).toEqual(['200 AA', '200 AA']);
      expect(await planned()).toEqual([]);
    },
  );

  it.each([
    ['by SCH-1 alone first', ['alone', 'both'], 'W-1'],
    ['by both first', ['both', 'alone'], 'F-1'],
  ] as const)(
    'that get the booking of an appointment by SCH-1 alone and its newer cancellation by SCH-2 too make one: %s',
    async (_name, order, reference) => {
      const messages = {
        alone: siu({ msh: { 7: '20261124080000+0100' }, sch: { 1: 'W-1', 2: '' } }, 'S12'),
        both: siu({ msh: { 7: '20261124083000+0100', 10: 'C-2' }, sch: { 1: 'W-1', 2: 'F-1' } }, 'S15'),
      };
      const answers = await atOnce(
        'appointment',
        postHl7(one.app, messages[order[0]]),
        postHl7(two, messages[order[1]]),
      );
      expect(answers.map(said)).toEqual(['200 AA', '200 AA']);
      expect([await stored(one.db), await planned()]).toEqual([[reference], []]);
    },
  );

  it('that get the same request with the same key take it once', async () => {
    const send = (app: TestApp['app']) => () => post(app, token, booking('A-1'), 'k');
    const answers = await atOnce('appointment', send(one.app), send(two));
    expect(answers.map(said).sort()).toEqual(['202 accepted', '202 duplicate']);
    expect([await count(one.db, 'appointment'), await count(one.db, 'idempotency_key')]).toEqual([1, 1]);
  });

  it('that get the same key with different bodies store only one of them', async () => {
    const answers = await atOnce(
      'idempotency_key',
      () => post(one.app, token, booking('A-1'), 'k'),
      () => post(two, token, booking('A-2'), 'k'),
    );
    expect(answers.map(said).sort()).toEqual(['202 accepted', '422']);
    const taken = answers[0]?.status === 202 ? 'A-1' : 'A-2';
    expect([await stored(one.db), await count(one.db, 'reminder')]).toEqual([[taken], 2]);
  });

  it.each([
    ['the older first', [2, 3], ['202 accepted', '202 accepted']],
    ['the newer first', [3, 2], ['202 accepted', '202 stale']],
  ] as const)(
    'that change one appointment at once end at the newest version: %s',
    async (_name, versions, expected) => {
      await post(one.app, token, booking('A-1', { version: 1 }));
      const held = await inOpenTransaction(one.db, (trx) => sql`select from appointment for update`.execute(trx));
      const first = post(one.app, token, booking('A-1', { version: versions[0], department: `D${versions[0]}` }));
      await waitingForLock(one.db, 1);
      const second = post(two, token, booking('A-1', { version: versions[1], department: `D${versions[1]}` }));
      await waitingForLock(one.db, 2);
      await held.rollback();
      expect([said(await first), said(await second)]).toEqual(expected);
      expect(await one.db.selectFrom('appointment').select(['version', 'department']).execute()).toEqual([
        { version: '3', department: 'D3' },
      ]);
    },
  );

  it('that change the same appointments in different order never stand in each other’s way', async () => {
    const references = Array.from({ length: 9 }, (_, nth) => `A-${nth}`);
    await Promise.all(references.map((reference) => post(one.app, token, booking(reference))));
    // Among many more, they are looked up one by one in the order in which they were sent.
    await sql`
      insert into appointment select (jsonb_populate_record(a, jsonb_build_object('id', gen_random_uuid(), 'reference', 'B-' || n))).*
      from appointment a, generate_series(1, 5000) n where a.reference = 'A-0'`.execute(one.db);
    await sql`analyze appointment`.execute(one.db);
    const array = (order: readonly string[], department: string) =>
      order.map((reference) => booking(reference, { department }));
    const before = await deadlocks(one.db);
    // Whoever starts from the other end would hold what the first one needs next.
    const held = await inOpenTransaction(one.db, (trx) =>
      sql`select from appointment where reference = 'A-4' for update`.execute(trx),
    );
    const answers = [
      post(one.app, token, array(references, 'One')),
      post(two, token, array([...references].reverse(), 'Two')),
    ];
    await waitingForLock(one.db, 2);
    await held.rollback();
    expect((await Promise.all(answers)).map(({ status }) => status)).toEqual([207, 207]);
    expect(await deadlocks(one.db)).toBe(before);
    const departments = await one.db
      .selectFrom('appointment')
      .select('department')
      .where('reference', 'like', 'A-%')
      .distinct()
      .execute();
    expect(departments).toHaveLength(1);
  });
});

describe('a database that goes away', () => {
  let direct: Awaited<ReturnType<typeof openTestDatabase>>;
  let proxy: Awaited<ReturnType<typeof openProxy>>;
  let proxied: Awaited<ReturnType<typeof openDatabase>>;
  let app: TestApp;
  let token: string;
  beforeAll(async () => {
    direct = await openTestDatabase('postgres');
    proxy = await openProxy(direct.url);
    proxied = await openDatabase({ databaseUrl: proxy.url });
    app = await openTestApp('embedded', { db: proxied.db });
    await app.makeAuthority('rh');
    ({ token } = await app.makeSource('rh', 'epj'));
  });
  afterAll(async () => {
    await app.close();
    await proxied.close();
    await proxy.close();
    await direct.close();
  });

  const postRaw = (body: unknown, key: string) =>
    app.request('/v1/webhooks/epj', { token, body, headers: { 'Idempotency-Key': key } });

  it('makes the sender try later, stores a request whole or not at all, and takes the same one once it is back', async () => {
    expect((await postRaw(booking('A-0'), 'k0')).status).toBe(202);
    // The appointment and its reminders are written by then, and the key is not.
    const held = await inOpenTransaction(direct.db, (trx) =>
      sql`lock table idempotency_key in share row exclusive mode`.execute(trx),
    );
    const underWay = [postRaw(booking('A-1'), 'k1'), postRaw([booking('A-2'), booking('A-3')], 'k2')];
    await waitingForLock(direct.db, 1);
    proxy.cut();
    const cut = await Promise.all(underWay);
    const whileAway = await Promise.all([postRaw(booking('A-1'), 'k1'), postRaw(booking('A-4'), 'k4')]);
    await held.rollback();
    for (const response of [...cut, ...whileAway]) {
      expect([response.status, response.headers.get('Retry-After')]).toEqual([503, expect.stringMatching(/^\d+$/)]);
      expect(await response.json()).toMatchObject({ type: '/problems/unavailable' });
    }
    proxy.restore();
    await idle(direct.db);
    // What was on its way is one statement, which ends whether anybody hears of it or not.
    expect([
      await stored(direct.db),
      await count(direct.db, 'reminder'),
      await count(direct.db, 'idempotency_key'),
    ]).toEqual([['A-0', 'A-1'], 4, 2]);
    expect((await postRaw(booking('A-1'), 'k1')).status).toBe(202);
    expect((await postRaw([booking('A-2'), booking('A-3')], 'k2')).status).toBe(207);
    expect(await stored(direct.db)).toEqual(['A-0', 'A-1', 'A-2', 'A-3']);
  });

  it('and gives no answer in time lets no sender wait for more than one such time', async () => {
    const impatient = await openDatabase({ databaseUrl: direct.url }, { queryTimeoutMs: 5_000 });
    const receiving = await openTestApp('embedded', { db: impatient.db });
    await receiving.makeAuthority('rn');
    const { token: own } = await receiving.makeSource('rn', 'other');
    const postTo = (id: string) =>
      receiving.request('/v1/webhooks/other', { token: own, body: booking(id), headers: { 'Idempotency-Key': id } });
    const held = await inOpenTransaction(direct.db, (trx) =>
      sql`lock table idempotency_key in share row exclusive mode`.execute(trx),
    );
    const first = postTo('B-1');
    await waitingForLock(direct.db, 1);
    const second = postTo('B-2');
    const answered = Promise.all([first, second]).then((answers) => answers.map(({ status }) => status));
    const triedAgain = waitingForLock(direct.db, 2).then(() => 'tried again');
    expect(await Promise.race([answered, triedAgain])).toEqual([503, 503]);
    await held.rollback();
    await receiving.close();
    await impatient.close();
  });

  it('and lets nobody wait longer than its lock_timeout makes the sender try later', async () => {
    const impatient = await openDatabase({ databaseUrl: `${direct.url}?options=-c%20lock_timeout%3D300` });
    const receiving = await openTestApp('embedded', { db: impatient.db });
    await receiving.makeAuthority('rs');
    const { token: own } = await receiving.makeSource('rs', 'third');
    const postTo = (id: string) =>
      receiving.request('/v1/webhooks/third', { token: own, body: booking(id), headers: { 'Idempotency-Key': id } });
    const held = await inOpenTransaction(direct.db, (trx) =>
      sql`lock table idempotency_key in share row exclusive mode`.execute(trx),
    );
    const responses = await Promise.all(['C-1', 'C-2', 'C-3'].map(postTo));
    const found = responses.map(({ status, headers }) => [status, headers.get('Retry-After')]);
    expect(found).toEqual(responses.map(() => [503, '5']));
    await held.rollback();
    await receiving.close();
    await impatient.close();
  });
});

/** Until no other session has a transaction open. */
async function idle(db: Kysely<Database>): Promise<void> {
  for (;;) {
    const { rows } = await sql<{ count: string }>`
      select count(*) from pg_stat_activity where datname = current_database() and xact_start is not null and pid <> pg_backend_pid()`.execute(
      db,
    );
    if (Number(rows[0]?.count) === 0) return;
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}
