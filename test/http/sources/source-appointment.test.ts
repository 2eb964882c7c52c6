import { createHmac } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { useApp } from '../../support/scenario.ts';

const BOOKED = {
  type: 'appointment.booked',
  data: { id: 'A-1', start: '2026-12-01T09:00:00+01:00', patient: { phone: '20 12 34 56' } },
};

let own: { token: string; webhookSecret: string };
let other: { token: string };
const app = useApp({ authorities: ['rh'] });
beforeAll(async () => {
  own = await app.makeSource('rh', 'epj');
  other = await app.makeSource('rh', 'other');
  await app.json(202, '/v1/webhooks/epj', { token: own.token, body: BOOKED });
});

it('a source reads its own appointment with what became of it; the number is masked', async () => {
  const read = await app.json<Record<string, unknown>>(200, '/v1/sources/epj/appointments/A-1', { token: own.token });
  expect(read).toMatchObject({ source: 'epj', reference: 'A-1', status: 'booked', phone: '+45••••••56' });
  expect(read.reminders).toHaveLength(2);
  const basic = `Basic ${Buffer.from(`epj:${own.token}`).toString('base64')}`;
  const response = await app.request('/v1/sources/epj/appointments/A-1', {
    token: null,
    headers: { Authorization: basic },
  });
  expect(response.status).toBe(200);
});

describe('the id of a series', () => {
  const siu = (event: string, occurrence: string, day: string) =>
    `MSH|^~\\&|PAS|H|SMS|H|20261124090000||SIU^${event}|${event}-${occurrence}-${day}|P|2.5.1\rSCH||B-1^PAS|${occurrence}\r` +
    `TQ1|1||||||202612${day}0900\rPID|1||P-100^^^H^MR||||||||||20123456^PRN^CP\rAIL|1||AMB1`;
  const send = async (message: string) => {
    const headers = { 'Content-Type': 'application/hl7-v2' };
    await app.request('/v1/hl7v2/epj', { token: own.token, headers, body: message });
  };
  const read = <T>(status: number) => app.json<T>(status, '/v1/authorities/rh/appointments/epj/B-1');

  it('is that of its only occurrence, and of several the response says which there are', async () => {
    await send(siu('S12', '', '08'));
    expect(await read(200)).toMatchObject({ reference: 'B-1' });
    await send(siu('S13', '1', '09'));
    expect(await read(200)).toMatchObject({ reference: 'B-1#1', start: '2026-12-09T08:00:00.000Z' });
    await send(siu('S12', '2', '16'));
    const several = await read<{ detail: string; errors: { code: string; detail: string }[] }>(404);
    expect(several.errors.map(({ code, detail }) => [code, detail])).toEqual([
      ['several_appointments', 'B-1#1'],
      ['several_appointments', 'B-1#2'],
    ]);
    await send(siu('S15', '', '16'));
    expect((await read<{ errors: object[] }>(404)).errors).toHaveLength(2);
    const token = { token: own.token };
    expect((await app.request('/v1/sources/epj/appointments/B-1', token)).status).toBe(404);
    expect((await app.request('/v1/sources/epj/appointments/B-1%232', token)).status).toBe(200);
  });
});

it.each([
  ['an unknown reference', 404, 'epj', 'A-2', () => own.token],
  ['an appointment of another source', 404, 'other', 'A-1', () => other.token],
  ['another source’s token', 401, 'epj', 'A-1', () => other.token],
  ['a source that is not there', 401, 'nobody', 'A-1', () => own.token],
  ['no token', 401, 'epj', 'A-1', () => null],
])('%s is %i', async (_name, status, source, reference, token) => {
  const response = await app.request(`/v1/sources/${source}/appointments/${reference}`, { token: token() });
  expect(response.status).toBe(status);
});

it('a signature alone, which does not cover the address, reads nothing', async () => {
  const at = String(Math.floor(app.deps.now().getTime() / 1000));
  const key = Buffer.from(own.webhookSecret.replace('whsec_', ''), 'base64');
  const signature = createHmac('sha256', key).update(`msg-1.${at}.`).digest('base64');
  const headers = { 'webhook-id': 'msg-1', 'webhook-timestamp': at, 'webhook-signature': `v1,${signature}` };
  expect((await app.request('/v1/sources/epj/appointments/A-1', { token: null, headers })).status).toBe(403);
});
