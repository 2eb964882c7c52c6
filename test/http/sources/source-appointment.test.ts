import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openTestApp, type TestApp } from '../../support/app.ts';

const BOOKED = {
  type: 'appointment.booked',
  data: { id: 'A-1', start: '2026-12-01T09:00:00+01:00', patient: { phone: '20 12 34 56' } },
};

let app: TestApp;
let own: { token: string; webhookSecret: string };
let other: { token: string };
beforeAll(async () => {
  app = await openTestApp();
  await app.makeAuthority('rh');
  own = await app.makeSource('rh', 'epj');
  other = await app.makeSource('rh', 'other');
  await app.json(202, '/v1/webhooks/epj', { token: own.token, body: BOOKED });
});
afterAll(() => app.close());

it('a source reads its own appointment with what became of it; the number is masked', async () => {
  const read = await app.json<Record<string, unknown>>(200, '/v1/sources/epj/appointments/A-1', { token: own.token });
  expect(read).toMatchObject({ source: 'epj', reference: 'A-1', status: 'booked', phone: '+45••••••56' });
  expect(read.reminders).toHaveLength(2);
  const basic = `Basic ${Buffer.from(`epj:${own.token}`).toString('base64')}`;
  const answer = await app.request('/v1/sources/epj/appointments/A-1', {
    token: null,
    headers: { Authorization: basic },
  });
  expect(answer.status).toBe(200);
});

it.each([
  ['an unknown reference', 404, 'epj', 'A-2', () => own.token],
  ['an appointment of another source', 404, 'other', 'A-1', () => other.token],
  ['another source’s token', 401, 'epj', 'A-1', () => other.token],
  ['a source that is not there', 401, 'nobody', 'A-1', () => own.token],
  ['no token', 401, 'epj', 'A-1', () => null],
])('%s is %i', async (_name, status, source, reference, token) => {
  const answer = await app.request(`/v1/sources/${source}/appointments/${reference}`, { token: token() });
  expect(answer.status).toBe(status);
});

it('a signature alone, which does not cover the address, reads nothing', async () => {
  const at = String(Math.floor(app.deps.now().getTime() / 1000));
  const key = Buffer.from(own.webhookSecret.replace('whsec_', ''), 'base64');
  const signature = createHmac('sha256', key).update(`msg-1.${at}.`).digest('base64');
  const headers = { 'webhook-id': 'msg-1', 'webhook-timestamp': at, 'webhook-signature': `v1,${signature}` };
  expect((await app.request('/v1/sources/epj/appointments/A-1', { token: null, headers })).status).toBe(403);
});
