import { createHmac } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { useApp } from '../support/scenario.ts';

interface Answer {
  readonly result: string;
  readonly reminders: number;
  readonly warnings?: { readonly pointer: string; readonly code: string }[];
}

const MAPPING = {
  type: '/what',
  types: { new: 'appointment.booked', gone: 'appointment.cancelled' },
  fields: { id: '/nr', start: '/at', phone: '/tel' },
};

const tokens = new Map<string, string>();
const app = useApp({ authorities: ['rh'] });
beforeAll(async () => {
  const make = async (id: string, settings?: object) =>
    tokens.set(id, (await app.makeSource('rh', id, { ...settings })).token);
  await make('epj');
  await make('vendor', { mapping: MAPPING });
  await make('vendors', { mapping: { ...MAPPING, events: '/all' } });
  await make('timed', { mapping: { ...MAPPING, fields: { ...MAPPING.fields, timestamp: '/sent' } } });
});

let nth = 0;
const newId = () => `R-${++nth}`;

interface Sent {
  readonly source?: string;
  readonly headers?: Record<string, string>;
}
async function send<T = Answer>(
  status: number,
  body: unknown,
  { source = 'epj', headers = {} }: Sent = {},
): Promise<T> {
  const token = tokens.get(source) ?? null;
  return app.json<T>(status, `/v1/webhooks/${source}`, { token, body, headers });
}
const said = ({ result, warnings = [] }: Answer) => [
  result,
  ...warnings.map(({ pointer, code }) => `${pointer} ${code}`),
];
const say = async (body: unknown, sent?: Sent) => said(await send(202, body, sent));
const TIME = '2026-12-10T09:00:00+01:00';
const event = (type: string, id: string, data: object = {}) => ({ type: `appointment.${type}`, data: { id, ...data } });
const booked = (id: string, start = TIME) => event('booked', id, { start, patient: { phone: '20123456' } });
const statusOf = async (id: string, source = 'epj') =>
  await app.db
    .selectFrom('appointment')
    .select(['status', 'start_at as start'])
    .where('source_id', '=', source)
    .where('reference', '=', id)
    .executeTakeFirst();
const OLD = '/data/id old_repeat';

describe('an event without version and timestamp that came before for its appointment', () => {
  it('changes nothing after a cancellation: a repeat of the old booking books nothing again', async () => {
    const id = newId();
    expect(await say(booked(id))).toEqual(['accepted']);
    expect(await say(event('cancelled', id))).toEqual(['accepted']);
    for (let time = 0; time < 2; time++) expect(await say(booked(id))).toEqual(['duplicate', OLD]);
    expect(await statusOf(id)).toMatchObject({ status: 'cancelled' });
  });

  it('changes nothing after a move, nor after others since', async () => {
    const id = newId();
    await say(booked(id));
    const moved = event('rescheduled', id, { start: '2026-12-11T09:00:00+01:00' });
    await say(moved);
    await say(event('updated', id, { department: 'Øre' }));
    expect(await say(booked(id))).toEqual(['duplicate', OLD]);
    expect(await statusOf(id)).toEqual({ status: 'booked', start: new Date('2026-12-11T08:00:00Z') });
    await say(event('cancelled', id));
    expect(await say(moved)).toEqual(['duplicate', OLD]);
  });

  it('is the same whatever blanks stand between, and another one with one field more', async () => {
    const id = newId();
    await say(booked(id));
    await say(event('cancelled', id));
    const again = await app.request('/v1/webhooks/epj', {
      token: tokens.get('epj') ?? null,
      body: JSON.stringify(booked(id), null, 3),
      headers: { 'Content-Type': 'application/json' },
    });
    expect(said((await again.json()) as Answer)).toEqual(['duplicate', OLD]);
    expect(await say({ ...booked(id), reason: 'booked again' })).toEqual(['accepted']);
    expect(await statusOf(id)).toMatchObject({ status: 'booked' });
  });

  it('is a duplicate without a warning where what is stored says the same', async () => {
    const id = newId();
    await say(booked(id));
    expect(await say(booked(id))).toEqual(['duplicate']);
    await say(event('updated', id, { department: 'Øre' }));
    expect(await say(booked(id))).toEqual(['duplicate']);
  });

  it('is known also where it said nothing new when it came first', async () => {
    const id = newId();
    const second = { ...booked(id), sent: 'once more' };
    await say(booked(id));
    expect(await say(second)).toEqual(['duplicate']);
    await say(event('cancelled', id));
    expect(await say(second)).toEqual(['duplicate', OLD]);
  });

  it('may be a cancellation that came before the booking', async () => {
    const id = newId();
    await say(event('cancelled', id));
    expect(await say(booked(id))).toEqual(['accepted']);
    expect(await say(event('cancelled', id))).toEqual(['duplicate', OLD]);
  });

  it('in an array is known by itself, and named where it stands', async () => {
    const [one, other] = [newId(), newId()];
    await say(booked(one));
    await say(event('cancelled', one));
    const { results } = await send<{ results: Answer[] }>(207, [booked(other), booked(one)]);
    expect(results.map(said)).toEqual([['accepted'], ['duplicate', '/1/data/id old_repeat']]);
    const within = [booked('R-within'), event('cancelled', 'R-within'), booked('R-within')];
    const inside = await send<{ results: Answer[] }>(207, within);
    expect(inside.results.map(({ result }) => result)).toEqual(['accepted', 'accepted', 'duplicate']);
  });

  it.each(['Idempotency-Key', 'webhook-id'])('is a new one with a new key: %s', async (header) => {
    const id = newId();
    await say(booked(id), { headers: { [header]: `${id}-1` } });
    await say(event('cancelled', id), { headers: { [header]: `${id}-2` } });
    expect(await say(booked(id), { headers: { [header]: `${id}-1` } })).toEqual(['duplicate']);
    expect(await say(booked(id))).toEqual(['duplicate', OLD]);
    expect(await say(booked(id), { headers: { [header]: `${id}-3` } })).toEqual(['accepted']);
    expect(await statusOf(id)).toMatchObject({ status: 'booked' });
  });

  it('is a new one as a CloudEvent with a new id, also in a batch', async () => {
    const id = newId();
    const cloud = (key: string, type: string, data: object) => ({
      specversion: '1.0',
      id: `${id}-${key}`,
      source: '/b',
      type: `dk.appointment.${type}`,
      data,
    });
    const { data } = booked(id);
    const headers = { 'Content-Type': 'application/cloudevents+json' };
    expect(await say(cloud('1', 'booked', data), { headers })).toEqual(['accepted']);
    expect(await say(cloud('2', 'cancelled', { id }), { headers })).toEqual(['accepted']);
    expect(await say(cloud('1', 'booked', data), { headers })).toEqual(['duplicate']);
    expect(await statusOf(id)).toMatchObject({ status: 'cancelled' });
    const batch = { headers: { 'Content-Type': 'application/cloudevents-batch+json' } };
    const { results } = await send<{ results: Answer[] }>(207, [cloud('3', 'booked', data)], batch);
    expect(results.map(said)).toEqual([['accepted']]);
  });

  it('is no new one by the hash of a signed body, which its sender did not choose', async () => {
    const secret = 'a secret of the vendor 4711';
    const { token } = await app.makeSource('rh', 'signed', {
      mapping: MAPPING,
      auth: { hmac: { header: 'X-S', secret, replayMemory: true } },
    });
    expect(token).toBeDefined();
    const post = async (text: string) => {
      const signature = createHmac('sha256', secret).update(text).digest('hex');
      const body = text;
      const response = await app.request('/v1/webhooks/signed', {
        token: null,
        body,
        headers: { 'Content-Type': 'application/json', 'X-S': signature },
      });
      return ((await response.json()) as Answer).result;
    };
    const book = { what: 'new', nr: 1, at: TIME, tel: '20123456' };
    expect(await post(JSON.stringify(book))).toBe('accepted');
    expect(await post(JSON.stringify({ what: 'gone', nr: 1 }))).toBe('accepted');
    expect(await post(JSON.stringify(book, null, 1))).toBe('duplicate');
    expect(await statusOf('1', 'signed')).toMatchObject({ status: 'cancelled' });
  });

  it('is read anew after the settings were corrected', async () => {
    const { token } = await app.makeSource('rh', 'corrected', { mapping: MAPPING });
    tokens.set('corrected', token);
    const body = {
      what: 'new',
      nr: 1,
      at: '2026-12-10T09:00:00',
      tel: '20123456',
      tz: 'UTC',
    };
    const mapping = (fields: object) => ({ ...MAPPING, fields: { ...MAPPING.fields, ...fields } });
    const correct = (fields: object) =>
      app.put('/v1/authorities/rh/sources/corrected', { name: 'x', mapping: mapping(fields) });
    await correct({ timeZone: null });
    expect((await say(body, { source: 'corrected' }))[0]).toBe('accepted');
    await correct({ timeZone: '/tz' });
    expect((await say(body, { source: 'corrected' }))[0]).toBe('accepted');
    expect(await statusOf('1', 'corrected')).toMatchObject({ start: new Date('2026-12-10T09:00:00Z') });
  });

  it('is ordered as ever where it has a version or a timestamp', async () => {
    const id = newId();
    const timed = (timestamp: string) => ({ ...booked(id), timestamp });
    await say(timed('2026-11-01T08:00:00Z'));
    await say({ ...event('cancelled', id), timestamp: '2026-11-01T09:00:00Z' });
    expect(await say(timed('2026-11-01T08:00:00Z'))).toEqual(['stale']);
    expect(await say(timed('2026-11-01T10:00:00Z'))).toEqual(['accepted']);
    const stored = await app.db
      .selectFrom('appointment')
      .select('seen_events')
      .where('reference', '=', id)
      .executeTakeFirst();
    expect(stored).toEqual({ seen_events: null });
  });

  it('does not move an appointment once more that has moved back', async () => {
    const [a, b] = [newId(), newId()];
    const there = event('rescheduled', b, { start: '2026-12-11T09:00:00+01:00', replaces: a });
    const back = event('rescheduled', a, { start: TIME, replaces: b });
    for (const each of [booked(a), there, back]) expect(await say(each)).toEqual(['accepted']);
    expect((await say(there))[0]).toBe('duplicate');
    expect(await statusOf(a)).toEqual({ status: 'booked', start: new Date(TIME) });
    const live = app.db
      .selectFrom('appointment')
      .select('reference')
      .where('reference', 'in', [a, b])
      .where('replaced_by', 'is', null);
    expect(await live.execute()).toEqual([{ reference: a }]);
  });
});

describe('a mapping that reads neither version nor timestamp', () => {
  const order = (at = '') => `${at} no_order`;
  const book = (nr: string) => ({ what: 'new', nr, at: TIME, tel: '20123456' });

  it('is named in each response, and knows repeats all the same', async () => {
    const [id, sent] = [newId(), { source: 'vendor' }];
    expect(await say(book(id), sent)).toEqual(['accepted', order()]);
    expect(await say(book(id), sent)).toEqual(['duplicate', order()]);
    expect(await say({ what: 'gone', nr: id }, sent)).toEqual(['accepted', order()]);
    expect(await say(book(id), sent)).toEqual(['duplicate', '/nr old_repeat', order()]);
    expect(await statusOf(id, 'vendor')).toMatchObject({ status: 'cancelled' });
  });

  it('knows each event of an array by itself, where it stands', async () => {
    const [id, sent] = [newId(), { source: 'vendors' }];
    const all = [book(id), { what: 'gone', nr: id }, book(id)];
    const { results } = await send<{ results: Answer[] }>(207, { all, page: 1 }, sent);
    expect(results.map(said)).toEqual([
      ['accepted', order('/all/0')],
      ['accepted', order('/all/1')],
      ['duplicate', '/all/2/nr old_repeat', order('/all/2')],
    ]);
  });

  it('is not named where a timestamp is read, or comes with the CloudEvent', async () => {
    expect(await say(book(newId()), { source: 'timed' })).toEqual(['accepted']);
    const headers = {
      'ce-specversion': '1.0',
      'ce-id': newId(),
      'ce-source': '/b',
      'ce-type': 'x',
      'ce-time': '2026-11-01T08:00:00Z',
    };
    expect(await say(book(newId()), { source: 'vendor', headers })).toEqual(['accepted']);
  });
});

describe('a row of a list that came before', () => {
  const list = (rows: string) => `id;dato;tid;mobil;status\n${rows}\n`;
  const upload = async (rows: string) => {
    const response = await app.request('/v1/sources/epj/imports', {
      token: tokens.get('epj') ?? null,
      body: list(rows),
      headers: { 'Content-Type': 'text/csv' },
    });
    const { accepted, duplicate, warnings } = (await response.json()) as {
      accepted: number;
      duplicate: number;
      warnings: unknown;
    };
    return { accepted, duplicate, warnings };
  };

  it('books again what was cancelled since, as ever, with a warning', async () => {
    const id = newId();
    const row = `${id};10-12-2026;09.00;20 12 34 56;booket`;
    expect(await upload(row)).toEqual({ accepted: 1, duplicate: 0, warnings: [] });
    expect(await upload(row)).toEqual({ accepted: 0, duplicate: 1, warnings: [] });
    await say(event('cancelled', id));
    expect(await upload(row)).toEqual({ accepted: 1, duplicate: 0, warnings: [{ line: 2, code: 'cancelled_since' }] });
    expect(await statusOf(id)).toMatchObject({ status: 'booked' });
  });

  it('is not warned of where the row is another one, or nothing was cancelled', async () => {
    const id = newId();
    await upload(`${id};10-12-2026;09.00;20 12 34 56;booket`);
    await upload(`${id};11-12-2026;09.00;20 12 34 56;booket`);
    expect(await upload(`${id};10-12-2026;09.00;20 12 34 56;booket`)).toMatchObject({ accepted: 1, warnings: [] });
    await say(event('cancelled', id));
    expect(await upload(`${id};12-12-2026;09.00;20 12 34 56;booket`)).toMatchObject({ accepted: 1, warnings: [] });
  });
});

describe('hashes of events', () => {
  const hashes = async (id: string) =>
    (
      await app.db
        .selectFrom('appointment')
        .select('seen_events as seen')
        .where('reference', '=', id)
        .executeTakeFirst()
    )?.seen ?? null;

  it('go with the citizen, and none come back', async () => {
    const id = newId();
    const own = event('booked', id, { start: TIME, patient: { phone: '+4520129999' } });
    await say(own);
    expect((await hashes(id))?.length).toBe(16);
    await app.json(200, '/v1/authorities/rh/citizens/erase', { body: { phone: '+4520129999' } });
    expect(await hashes(id)).toBeNull();
    await say(event('updated', id, { department: 'Øre' }));
    expect(await hashes(id)).toBeNull();
  });

  it('are of the last fifty events', async () => {
    const id = newId();
    await send(207, [
      booked(id),
      ...Array.from({ length: 60 }, (_, day) => event('updated', id, { department: `Afsnit ${day}` })),
    ]);
    expect((await hashes(id))?.length).toBe(50 * 16);
  });
});
