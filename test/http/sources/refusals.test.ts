import { expect, it } from 'vitest';
import { segment, siu } from '../../formats/hl7v2/message.ts';
import { findCanaries } from '../../support/canaries.ts';
import { useApp } from '../../support/scenario.ts';

interface Item {
  readonly at: string;
  readonly status: string;
  readonly code: string;
  readonly pointer: string;
  readonly format: string;
  readonly requestId: string | null;
}

let nth = 0;
const app = useApp({ authorities: ['rh'] });

async function open(settings: Record<string, unknown> = {}) {
  const id = `source-${++nth}`;
  const { token } = await app.makeSource('rh', id, settings);
  const post = (path: string, body: unknown, type = 'application/json', headers: Record<string, string> = {}) =>
    app.request(path.replace('{source}', id), { token, body, headers: { 'Content-Type': type, ...headers } });
  const listed = async (): Promise<readonly Item[]> => {
    await app.deps.receiver.idle();
    return (await app.json<{ items: Item[] }>(200, `/v1/authorities/rh/sources/${id}/refusals`)).items;
  };
  return { id, token, post, listed };
}

const shown = ({ status, code, pointer, format }: Item) => [status, code, pointer, format].join(' ');
const booked = (data: object) => ({ type: 'appointment.booked', data });

it('each refused element, and each request refused whole, is listed with where and why, the newest first', async () => {
  const { post, listed } = await open();
  await post('/v1/webhooks/{source}', 'no json');
  await post('/v1/webhooks/{source}', booked({ id: 'A-1', start: '2026-12-01' }));
  await post('/v1/webhooks/{source}', [
    booked({ id: 'A-2' }),
    booked({ id: 'A-3', start: '2026-12-01T09:00:00Z' }),
    { type: 'appointment.updated', data: { id: 'A-4' } },
  ]);
  await post('/v1/fhir/{source}', { resourceType: 'Appointment', id: 'F-1' }, 'application/fhir+json');
  await post('/v1/hl7v2/{source}', siu({ sch: { 11: '' } }), 'application/hl7-v2');
  await post('/v1/hl7v2/{source}', siu({ more: [segment('MSH', { 2: '^~\\&' })] }), 'application/hl7-v2');
  await post('/v1/sources/{source}/imports', 'id;dato;tid;mobil\nA-9;1-12-26;9:00;20123456\n', 'text/csv');
  await post(
    '/v1/webhooks/{source}',
    { specversion: '1.0', id: '1', source: '/a', type: 'appointment.booked', data: { id: 'A-5', start: 'soon' } },
    'application/cloudevents+json',
  );
  const items = await listed();
  expect(items.map(shown)).toEqual([
    '422 invalid_instant /data/start cloudevents',
    '422 two_digit_year dato csv',
    'AR several_messages MSH^2 hl7v2',
    'AE required SCH^1^11 hl7v2',
    '422 required Appointment.status fhir',
    '422 unknown_reference /2/data/id json',
    '422 required /0/data/start json',
    '422 date_only /data/start json',
    '400 malformed-json  json',
  ]);
  const [{ at, requestId } = { at: '', requestId: '' }] = items;
  expect([at, requestId]).toEqual([app.deps.now().toISOString(), expect.stringMatching(/^[0-9a-f-]{36}$/)]);
});

it('a vendor’s format is named, and nothing of a citizen is listed', async () => {
  const mapping = { type: '/what', types: { new: 'appointment.booked' }, fields: { id: '/nr', start: '/at' } };
  const { post, listed } = await open({ mapping });
  await post('/v1/webhooks/{source}', { what: 'new', nr: '1', at: 'later', cpr: '0101801234' });
  await post('/v1/webhooks/{source}', { what: 'new', nr: '010180-1234', at: '2026-12-01T09:00' });
  const calCom = await open({ mapping: 'cal.com' });
  await calCom.post('/v1/webhooks/{source}', { triggerEvent: 'BOOKING_CREATED', payload: {} });
  expect((await listed()).map(shown)).toEqual(['422 cpr /nr mapping', '422 invalid_instant /at mapping']);
  expect((await calCom.listed()).map(({ format }) => format)).toEqual(['cal-com']);
  const own = await open();
  await own.post(
    '/v1/webhooks/{source}',
    booked({ '20123456': { cpr: 'x' }, id: 'A-1', start: '2026-12-01T09:00:00Z' }),
  );
  expect((await own.listed()).map(shown)).toEqual(['422 cpr /data/*/cpr json']);
});

it('names of fields that a sender made up are told to it alone: no list, no log and no column has them', async () => {
  const { id, post, listed } = await open();
  const at = { start: '2026-12-01T09:00:00Z' };
  const refused = await post('/v1/webhooks/{source}', booked({ id: 'A-1', ...at, 'Jens Hansen': { cpr: 'x' } }));
  expect(await refused.text()).toContain('/data/Jens Hansen/cpr');
  await post('/v1/fhir/{source}', '{"Jens Hansen":{"id":1,"id":2}}', 'application/fhir+json');
  await post('/v1/sources/{source}/imports', 'id;start;Jens Hansen cpr\n1;2026-12-01;x\n', 'text/csv');
  // Accepted, with a warning that names the field, beside one that is refused.
  const both = [
    booked({ id: 'A-2', ...at, 'Jens Hansen': { mobil: '20 12 34 56' } }),
    booked({ id: 'A-3', ...at, 'Jens Hansen': { cpr: 'x' } }),
  ];
  const send = () => post('/v1/webhooks/{source}', both, 'application/json', { 'Idempotency-Key': `${id} both` });
  const response = await send();
  expect([response.status, await response.text()]).toEqual([207, expect.stringContaining('/0/data/Jens Hansen/mobil')]);
  const again = await (await send()).text();
  expect([again.includes('Hansen'), again.includes('/1/data/*/cpr')]).toEqual([false, true]);
  expect((await listed()).map(shown)).toEqual([
    '422 cpr /1/data/*/cpr json',
    '422 cpr /1/data/*/cpr json',
    '422 cpr * csv',
    '400 repeated_key /*/id fhir',
    '422 cpr /data/*/cpr json',
  ]);
  const mapping = { type: '/what', types: { new: 'appointment.booked' }, fields: { id: '/nr', start: '/at' } };
  const vendor = await open({ mapping });
  await vendor.post('/v1/webhooks/{source}', '{"Jens Hansen":{"nr":1,"nr":2}}');
  expect((await vendor.listed()).map(shown)).toEqual(['400 repeated_key /*/nr mapping']);
  expect(await findCanaries(app.db, ['Jens Hansen'])).toEqual([]);
  expect(app.logged.join()).toContain('/data/*/cpr');
  expect(app.logged.join()).not.toContain('Hansen');
});

it('the last hundred of a source are kept', async () => {
  const { post, listed } = await open();
  const many = (from: number, count: number) =>
    Array.from({ length: count }, (_, index) => booked({ id: `A-${from + index}` }));
  await post('/v1/webhooks/{source}', many(0, 70));
  await app.deps.receiver.idle();
  await post('/v1/webhooks/{source}', [...many(70, 69), booked({ id: 'A-139', start: 'never' })]);
  const items = await listed();
  expect([items.length, items[0]?.code]).toEqual([100, 'invalid_instant']);
});

it('what is tried, known or not let in is not listed; the metric counts it by source', async () => {
  const { id, post, listed } = await open();
  await post('/v1/sources/{source}/test', booked({ id: 'A-1' }));
  await app.request(`/v1/webhooks/${id}`, { token: 'wrong', body: booked({ id: 'A-1' }) });
  await app.request('/v1/webhooks/nobody', { token: 'wrong', body: booked({ id: 'A-1' }) });
  await post('/v1/webhooks/{source}', [booked({ id: 'A-1' }), booked({ id: 'A-2', start: '2026-12-01T09:00:00Z' })]);
  expect((await listed()).map(shown)).toEqual(['422 required /0/data/start json']);
  const metrics = await app.deps.metrics.registry.metrics();
  expect(metrics).toContain(`easysms_refusals_total{source="${id}",status="401"} 1`);
  expect(metrics).toContain(`easysms_refusals_total{source="${id}",status="422"} 1`);
  expect(metrics).toContain(`easysms_source_elements_total{source="${id}"} 3`);
  expect(metrics).toMatch(/easysms_refusals_total\{source="unknown",status="401"\} 1/);
  expect(metrics).not.toContain('nobody');
});

it('a secret that was ended a moment ago lets nobody in: that is counted once, and not listed', async () => {
  const { id, post, listed } = await open();
  const secrets = `/v1/authorities/rh/sources/${id}/secrets`;
  const ended = await app.json<{ id: string; token: string }>(201, secrets, { method: 'POST' });
  const body = booked({ id: 'A-1', start: '2026-12-01T09:00:00Z' });
  expect((await post('/v1/webhooks/{source}', body)).status).toBe(202);
  await app.request(`${secrets}/${ended.id}`, { method: 'DELETE' });
  // The secrets are still cached: the commit of the request sees that one has gone.
  const more = booked({ id: 'A-2', start: '2026-12-01T09:00:00Z' });
  expect((await app.request(`/v1/webhooks/${id}`, { token: ended.token, body: more })).status).toBe(401);
  expect(await listed()).toEqual([]);
  const metrics = await app.deps.metrics.registry.metrics();
  expect(metrics).toContain(`easysms_refusals_total{source="${id}",status="401"} 1`);
  expect(metrics).toContain(`easysms_source_elements_total{source="${id}"} 2`);
});

it('the list belongs to its authority', async () => {
  const { id } = await open();
  await app.makeAuthority('other');
  const key = await app.createKey('other', 'viewer');
  const path = (authority: string) => `/v1/authorities/${authority}/sources/${id}/refusals`;
  expect((await app.request(path('other'), { token: key })).status).toBe(404);
  expect((await app.request(path('rh'), { token: key })).status).toBe(404);
  expect((await app.request(path('rh'), { token: await app.createKey('rh', 'viewer') })).status).toBe(200);
});
