import { beforeAll, describe, expect, it } from 'vitest';
import { useApp } from '../support/scenario.ts';

let tokens: Record<string, string>;
const app = useApp({ authorities: ['rh'] });
beforeAll(async () => {
  const make = async (id: string, settings: Record<string, unknown> = {}) =>
    [id, (await app.makeSource('rh', id, settings)).token] as const;
  const mapping = { type: '/what', types: { new: 'appointment.booked' }, fields: { id: '/nr' } };
  tokens = Object.fromEntries([
    await make('epj'),
    await make('cal', { mapping: 'cal.com' }),
    await make('vendor', { mapping }),
  ]);
});

interface Address {
  readonly path: string;
  readonly source?: string;
  readonly method?: string;
  readonly type?: string;
  readonly wrap?: (json: string) => string;
  /** What the refusal is answered with: 400, unless another answer tells of it. */
  readonly status?: number;
}

const event = (data: string) =>
  `{"specversion":"1.0","id":"1","source":"s","type":"appointment.booked","datacontenttype":"application/json",${data}}`;
const CLOUD_EVENT = 'application/cloudevents+json';
const webhook = { path: '/v1/webhooks/epj', source: 'epj' };
/** Every place that takes JSON. */
const ADDRESSES: Readonly<Record<string, Address>> = {
  events: webhook,
  'an array of events': { ...webhook, wrap: (json) => `[${json}]` },
  'a CloudEvent': { ...webhook, type: CLOUD_EVENT, wrap: (json) => event(`"data":${json}`) },
  'a batch of CloudEvents': {
    ...webhook,
    type: 'application/cloudevents-batch+json',
    wrap: (json) => `[${event(`"data":${json}`)}]`,
  },
  'data in base64': {
    ...webhook,
    type: CLOUD_EVENT,
    wrap: (json) => event(`"data_base64":"${Buffer.from(json).toString('base64')}"`),
  },
  'Cal.com': { path: '/v1/webhooks/cal', source: 'cal' },
  'a mapping': { path: '/v1/webhooks/vendor', source: 'vendor' },
  FHIR: { path: '/v1/fhir/epj', source: 'epj', type: 'application/fhir+json' },
  'a message that is tried': { path: '/v1/sources/epj/test', source: 'epj', status: 200 },
  'settings of a source': { path: '/v1/authorities/rh/sources/epj', method: 'PUT' },
  'settings of an authority': { path: '/v1/authorities/rh', method: 'PUT' },
  'a pause': { path: '/v1/authorities/rh/pause' },
  'an opt-out': { path: '/v1/authorities/rh/opt-outs' },
  'a look-up': { path: '/v1/authorities/rh/citizens/lookup' },
};

function post(
  { path, source, method = 'POST', type = 'application/json', wrap = (json) => json }: Address,
  json: string,
) {
  const token = source === undefined ? {} : { token: tokens[source] ?? null };
  return app.request(path, { ...token, method, body: wrap(json), headers: { 'Content-Type': type } });
}

describe.each(Object.entries(ADDRESSES))('%s', (_name, address) => {
  it.each([
    ['nested ten thousand deep', '[', ']'],
    ['nested ten thousand deep in objects', '{"a":', '}'],
  ])('%s is answered 4xx with what is wrong', async (_what, open, close) => {
    const response = await post(address, `${open.repeat(10_000)}1${close.repeat(10_000)}`);
    expect([response.status, await response.text()]).toEqual([
      address.status ?? 400,
      expect.stringContaining('nested 64 deep'),
    ]);
  });

  it('with a key that stands twice gets 4xx with where it stands', async () => {
    const response = await post(address, '{"reason":"a","more":{"x":1,"x":2}}');
    const text = await response.text();
    expect([response.status, text]).toEqual([address.status ?? 400, expect.stringContaining('twice in one object')]);
    expect(text).toContain('/more/x');
  });
});

it('of thousands of unknown settings the first are told, and more than are read are refused', async () => {
  const put = (names: number) => {
    const body = JSON.stringify(Object.fromEntries(Array.from({ length: names }, (_, at) => [`n${at}`, 1])));
    return app.request('/v1/authorities/rh', { method: 'PUT', body });
  };
  const response = await put(9_000);
  expect(response.status).toBe(422);
  expect(((await response.json()) as { errors: unknown[] }).errors).toHaveLength(50);
  const refused = await put(80_000);
  expect([refused.status, await refused.json()]).toMatchObject([400, { type: '/problems/too-many-keys' }]);
});
