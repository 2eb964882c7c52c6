import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { newId } from '../../../src/domain/ids.ts';
import { readPage } from '../../support/read-page.ts';
import { scenario } from '../../support/scenario.ts';
import { StoredRows } from '../../support/stored-rows.ts';

const PHONE = '+4522304150';
/** More messages than are looked at for a page: with some left for the next one, and just so. */
const [FAR, MANY] = [7_000, 5_100];

const { test, client } = scenario({
  authorities: { rh: { name: 'Region H', sources: { rh: {} } } },
  people: { client: { role: 'viewer' } },
});

/** A reminder that was due on a day, with a message of this moment. */
async function sent(reference: string, day: string, at: string, status: 'delivered' | 'rejected'): Promise<void> {
  const rows = new StoredRows(test.db, new Date(at), test.deps.keyring);
  const appointment = await rows.appointment('rh', PHONE, { reference });
  const due = { due_day: day, due_at: new Date(`${day}T09:00:00Z`) };
  const reminder = await rows.reminder('rh', appointment, { ...due, status: 'handed_over' });
  await rows.message('rh', reminder, PHONE, { due_day: day, status, reason: status === 'rejected' ? 'blocked' : null });
}

/** As many messages of the authority, one after the other, that belong to no list. */
async function fill(at: string, count: number): Promise<void> {
  const rows = new StoredRows(test.db, new Date(at), test.deps.keyring);
  const model = await rows.message('rh', null, PHONE);
  const ids = Array.from({ length: count }, (_, nth) => newId(new Date(Date.parse(at) + nth)));
  await sql`insert into message select copy.* from message m, unnest(${ids}::uuid[]) n,
    jsonb_populate_record(m, jsonb_build_object('id', n)) copy where m.id = ${model}`.execute(test.db);
}

/** The references on each page of a list, by the links to the next one. */
async function pagesOf(start: string): Promise<string[][]> {
  const pages: string[][] = [];
  for (let address: string | undefined = start; address !== undefined && pages.length < 20; ) {
    const html = await client.text(address);
    pages.push(
      readPage(html)
        .column('Aftale')
        .map((text) => text.split(',')[0] ?? ''),
    );
    // The switch of the language keeps the place.
    const links = [...html.matchAll(/href="(\/admin\/messages\?[^"]*place=[^"]*)"/g)].map(([, href = '']) => href);
    address = links.find((href) => !href.includes('language='))?.replaceAll('&amp;', '&');
  }
  return pages;
}

const list = (query: string) => `/admin/messages?authority=rh&${query}`;

describe('a list behind a figure', () => {
  it('ends with its last reminder, whatever was handed over since, and has what was late at its end', async () => {
    await sent('in-time', '2026-11-02', '2026-11-02T09:00:00Z', 'delivered');
    await sent('next-day', '2026-11-02', '2026-11-03T23:30:00Z', 'delivered');
    await sent('late', '2026-11-02', '2026-11-20T09:00:00Z', 'delivered');
    await fill('2026-11-05T09:00:00Z', MANY);
    expect(await pagesOf(list('from=2026-11-02&status=delivered'))).toEqual([['in-time', 'next-day', 'late']]);
  });

  it('says what the moment at the head of a card is, since its appointment has another one', async () => {
    await sent('card', '2026-08-03', '2026-08-03T09:00:00Z', 'delivered');
    const html = await client.text(list('from=2026-08-03&status=delivered'));
    expect(html).toMatch(/<th scope="row" data-label="Skulle sendes"><a [^>]*><time /);
  });

  it('that is empty says that data is erased only where the days that were asked for reach so far back', async () => {
    const none = (from: string) => client.text(list(`from=${from}&to=2026-12-10&status=rejected&wording=en`));
    const erased = 'Oplysninger om en aftale slettes 90 dage efter den, så ældre findes ikke her.';
    // Ninety days before the clock of the tests.
    const pages = [await none('2026-08-26'), await none('2026-08-25')];
    expect(pages.map((page) => [page.includes('Der er ingen påmindelser her.'), page.includes(erased)])).toEqual([
      [true, false],
      [true, true],
    ]);
  });

  it('passes over the days on which nothing of it is counted', async () => {
    await sent('first', '2026-10-01', '2026-10-01T09:00:00Z', 'rejected');
    await sent('other', '2026-10-20', '2026-10-20T09:00:00Z', 'delivered');
    await sent('last', '2026-11-25', '2026-11-25T09:00:00Z', 'rejected');
    expect(await pagesOf(list('from=2026-10-01&to=2026-11-30&status=rejected'))).toEqual([['first', 'last']]);
    const pages = await pagesOf(list('from=2026-10-01&to=2026-11-30&status=failed&reason=blocked'));
    expect(pages).toEqual([['first', 'last']]);
    expect(await pagesOf(list('from=2026-10-01&to=2026-11-30&status=rejected&gateway=gone'))).toEqual([[]]);
  });

  it('leads on from a page that found none, and says where it ends', async () => {
    await fill('2026-09-01T10:00:00Z', FAR);
    await sent('before', '2026-09-01', '2026-09-01T09:00:00Z', 'rejected');
    await sent('behind', '2026-09-01', '2026-09-01T23:00:00Z', 'rejected');
    // The statistics count a day for it, of which the list has none.
    const asked = list('from=2026-09-01&status=rejected&template=reminder');
    expect(await pagesOf(asked)).toEqual([['before'], ['behind']]);
    await sql`update message set department = 'x' where status = 'rejected' and due_day = '2026-09-01'`.execute(
      test.db,
    );
    await sql`insert into statistics_delta
        (authority_id, day, template, language, gateway, department, status, reminders, segments)
      values ('rh', '2026-09-01', 'reminder', 'da', 'simulator', 'Øre', 'rejected', 1, 0)`.execute(test.db);
    const empty = await client.text(`${asked}&department=Øre`);
    expect(empty).toContain('Der kan være flere længere fremme.');
    const next = />Søg videre</.test(empty)
      ? /href="(\/admin\/messages\?[^"]*place=[^"]*)"/.exec(empty)?.[1]
      : undefined;
    const end = await client.text(next?.replaceAll('&amp;', '&') ?? '');
    expect(end).toContain('Listen slutter her: der er ikke flere påmindelser.');
    expect([/>Vis flere<|>Søg videre</.test(end), end.includes('>Tilbage til listens begyndelse</a>')]).toEqual([
      false,
      true,
    ]);
  });

  it('has what is planned in the order in which it goes, and what waits for longer at its end', async () => {
    const rows = new StoredRows(test.db, new Date('2026-11-01T09:00:00Z'), test.deps.keyring);
    const due = { due_day: '2026-12-03', due_at: new Date('2026-12-03T09:00:00Z') };
    for (const [reference, next] of [
      ['waits', '2026-12-06T09:00:00Z'],
      ['today', '2026-12-03T09:00:00Z'],
      ['night', '2026-12-04T06:00:00Z'],
    ] as const) {
      const appointment = await rows.appointment('rh', PHONE, { reference });
      const expires = new Date('2026-12-08T09:00:00Z');
      await rows.reminder('rh', appointment, { ...due, next_at: new Date(next), expires_at: expires });
    }
    const planned = list('from=2026-12-03&status=planned');
    expect(await pagesOf(planned)).toEqual([['today', 'night', 'waits']]);
    const found = await client.text(planned);
    expect(found).toContain('De, der bliver prøvet først, står øverst. For en påmindelse, der venter');
  });

  it('has what was not sent with the latest days first, as it says', async () => {
    const rows = new StoredRows(test.db, new Date('2026-10-01T09:00:00Z'), test.deps.keyring);
    for (const day of ['2026-10-05', '2026-10-07', '2026-10-06']) {
      const appointment = await rows.appointment('rh', PHONE, { reference: day });
      const due = { due_day: day, due_at: new Date(`${day}T09:00:00Z`) };
      await rows.reminder('rh', appointment, { ...due, status: 'suppressed', reason: 'test' });
    }
    const unsent = list('from=2026-10-01&to=2026-10-31&status=suppressed');
    expect(await pagesOf(unsent)).toEqual([['2026-10-07', '2026-10-06', '2026-10-05']]);
    expect(await client.text(unsent)).toContain('De seneste dage står først.');
  });
});

describe('a reminder in a list behind a figure', () => {
  it('that ended since staff reported its number says so, also once that is corrected, until the appointment moves', async () => {
    const rows = new StoredRows(test.db, new Date('2026-11-10T09:00:00Z'), test.deps.keyring);
    const wrong_phone_hash = test.deps.keyring.phoneHash(PHONE);
    const ended = { due_day: '2026-11-10', status: 'suppressed', reason: 'invalid_number', next_at: null } as const;
    for (const [reference, phone, columns] of [
      ['reported', null, { wrong_phone_hash }],
      ['corrected', '+4522304151', { wrong_phone_hash }],
      ['moved', null, { wrong_phone_hash, slot: 1 }],
      ['never-right', null, {}],
    ] as const) {
      const appointment = await rows.appointment('rh', phone, { reference, ...columns });
      await rows.reminder('rh', appointment, { ...ended, slot: 0 });
    }
    const html = await client.text(list('from=2026-11-10&to=2026-11-10&status=suppressed'));
    const states = [...html.matchAll(/<td data-label="Udfald">([^<]*)<\/td><td data-label="Aftale">([^,<]*)/g)];
    expect(Object.fromEntries(states.map(([, state, reference]) => [reference, state]))).toEqual({
      reported: 'Ikke sendt: meldt som forkert nummer',
      corrected: 'Ikke sendt: meldt som forkert nummer',
      moved: 'Ikke sendt: ugyldigt nummer',
      'never-right': 'Ikke sendt: ugyldigt nummer',
    });
  });
});

describe('the indexes of what is late', () => {
  it('are used by its lists', async () => {
    const plan = async (table: string, condition: string) => {
      const rows = await test.db.transaction().execute(async (trx) => {
        // The tables of the test fit on a few pages.
        await sql`set local enable_seqscan = off`.execute(trx);
        const explained = await sql<{ 'QUERY PLAN': string }>`explain select id from ${sql.table(table)} x
          where authority_id = 'rh' and due_day between '2026-11-01' and '2026-11-02' and ${sql.raw(condition)}
          order by due_day, id limit 50`.execute(trx);
        return explained.rows;
      });
      return rows.map((row) => row['QUERY PLAN']).join('\n');
    };
    const late = (column: string) => `(x.${column} at time zone 'UTC')::date > x.due_day + 1`;
    expect(await plan('message', `reminder_id is not null and ${late('created_at')}`)).toContain('message_late');
    expect(await plan('reminder', `status = 'planned' and ${late('next_at')}`)).toContain('reminder_late');
  });
});
