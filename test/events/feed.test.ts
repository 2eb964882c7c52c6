import { sql } from 'kysely';
import { beforeEach, describe, expect, it } from 'vitest';
import { numberRecordedEvents } from '../../src/events/number-events.ts';
import { purge } from '../../src/operations/purge.ts';
import { recordEvents } from '../../src/store/events.ts';
import { useTown } from '../replies/town.ts';

const KEEPING = { auditRetentionDays: 730 };
const DAY = 24 * 3_600_000;

interface Page {
  readonly items: readonly { id: string; sequence: number; data: Record<string, string> }[];
  readonly nextCursor: string | null;
  readonly since: string;
}

let source: string;
let token: string;

const newToken = async (of: string) =>
  (await town.app.json<{ token: string }>(201, `/v1/authorities/${of}/sources/${of}/secrets`, { method: 'POST' }))
    .token;

const town = useTown();
beforeEach(async () => {
  source = await town.authority();
  token = await newToken(source);
});

const read = (query = '') => town.app.json<Page>(200, `/v1/sources/${source}/events${query}`, { token });
async function happened(count: number, phone = town.newPhone(), row = {}): Promise<string> {
  const { app, rows } = town;
  const appointmentId = await rows.appointment(source, phone, row);
  for (let n = 0; n < count; n++)
    await recordEvents(
      app.db,
      [{ type: 'citizen.replied', appointmentId, inboundId: null, reason: 'other' }],
      app.clock.now,
    );
  await numberRecordedEvents(app.deps, app.clock.now);
  return appointmentId;
}

describe('GET /v1/sources/{source}/events', () => {
  it('gives pages in order, each behind the one before, and goes on where it ended', async () => {
    expect(await read()).toEqual({ items: [], nextCursor: null, since: town.app.clock.now.toISOString() });
    await happened(5);
    const seen: number[] = [];
    let cursor = '';
    for (const expected of [2, 2, 1, 0]) {
      const { items, nextCursor } = await read(`?limit=2${cursor}`);
      expect(items).toHaveLength(expected);
      seen.push(...items.map(({ sequence }) => sequence));
      cursor = `&after=${nextCursor}`;
    }
    expect(seen).toEqual([1, 2, 3, 4, 5]);
    await happened(1);
    const { items } = await read(`?limit=2${cursor}`);
    expect(items.map(({ sequence }) => sequence)).toEqual([6]);
  });

  it('is open to the source alone, and responds to an unknown source as to wrong credentials', async () => {
    const other = await newToken(await town.authority());
    const get = (path: string, with_: string | null) => town.app.request(path, { token: with_ });
    for (const [path, credentials] of [
      [`/v1/sources/${source}/events`, other],
      [`/v1/sources/${source}/events`, null],
      [`/v1/sources/${source}/events?limit=0`, other],
      ['/v1/sources/nobody/events', token],
      ['/v1/sources/NOBODY/events', token],
      [`/v1/sources/${source}/events`, town.app.adminToken],
    ] as const)
      expect((await get(path, credentials)).status).toBe(401);
  });

  it.each([
    ['limit=0', 'limit'],
    ['limit=501', 'limit'],
    ['limit=ten', 'limit'],
    ['after=1', 'after'],
    ['after=01a20d36-6b80-7158-83bc-cba090036358', 'after'],
  ])('refuses %s, and says where', async (query, pointer) => {
    const path = `/v1/sources/${source}/events?${query}`;
    expect(await town.app.json(422, path, { token })).toMatchObject({ errors: [{ pointer }] });
  });

  it('knows no event of another source', async () => {
    await happened(1);
    const { nextCursor } = await read();
    source = await town.authority();
    token = await newToken(source);
    const problem = await town.app.json(422, `/v1/sources/${source}/events?after=${nextCursor}`, { token });
    expect(problem).toMatchObject({ errors: [{ pointer: 'after', code: 'unknown' }] });
  });

  it('tells the number only to a source that asks for it', async () => {
    const phone = town.newPhone();
    await happened(1, phone);
    expect((await read()).items[0]?.data.phone).toBeUndefined();
    await sql`update source set settings = settings || '{"events": {"includePhone": true}}' where id = ${source}`.execute(
      town.app.db,
    );
    expect((await read()).items[0]?.data.phone).toBe(phone);
  });

  it('tells no more what a citizen wrote who was erased, nor the number', async () => {
    const phone = town.newPhone();
    await town.reminded(source, phone);
    await town.reply(phone, 'Jeg bor i Rom');
    await numberRecordedEvents(town.app.deps, town.app.clock.now);
    await sql`update source set settings = settings || '{"events": {"includePhone": true}}' where id = ${source}`.execute(
      town.app.db,
    );
    const replied = async () => (await read()).items.map(({ data }) => data).find(({ reason }) => reason === 'other');
    expect(await replied()).toMatchObject({ text: 'Jeg bor i Rom', phone });
    await town.app.json(200, `/v1/authorities/${source}/citizens/erase`, { method: 'POST', body: { phone } });
    expect(Object.keys((await replied()) ?? {}).sort()).toEqual(['reason', 'reference', 'reply', 'source']);
  });

  it('leaves out what is past retention; a reader who has come as far as that goes on all the same', async () => {
    const at = town.app.clock.now;
    const past = new Date(at.getTime() - 200 * DAY);
    await happened(2, town.newPhone(), { start_at: past });
    await happened(1);
    const first = await read('?limit=1');
    await purge(town.app.deps, KEEPING, at);
    expect((await read()).items.map(({ sequence }) => sequence)).toEqual([3]);
    expect((await read(`?after=${first.nextCursor}&limit=1`)).items).toEqual([]);
    expect((await read(`?after=${first.nextCursor}`)).items.map(({ sequence }) => sequence)).toEqual([3]);
  });

  it('keeps events for 30 days', async () => {
    await happened(1);
    const { nextCursor } = await read();
    await purge(town.app.deps, KEEPING, new Date(town.app.clock.now.getTime() + 31 * DAY));
    expect((await read()).items).toEqual([]);
    await town.app.json(422, `/v1/sources/${source}/events?after=${nextCursor}`, { token });
  });
});
