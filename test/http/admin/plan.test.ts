import { beforeAll, describe, expect, it } from 'vitest';
import { useApp } from '../../support/scenario.ts';

interface Planned {
  reminders: Record<string, unknown>[];
}

let operator: string;
const test = useApp({ authorities: { rh: { name: 'Region Hovedstaden' } } });
beforeAll(async () => {
  operator = await test.createKey('rh', 'operator');
});

const data = {
  id: 'A-1',
  start: '2026-12-01T09:00:00+01:00',
  patient: { phone: '20 12 34 56' },
  location: { text: 'Opgang 4' },
};
const plan = (body: unknown, query = '') =>
  test.json<Planned>(200, `/v1/authorities/rh/plan${query}`, { body, token: operator });
const refused = (body: unknown) =>
  test.json<{ errors: { pointer: string; code: string }[] }>(422, '/v1/authorities/rh/plan', { body, token: operator });

describe('a dry run', () => {
  it('shows every reminder with its moment and its text, and stores nothing', async () => {
    const { reminders } = await plan(data);
    expect(reminders).toMatchObject([
      {
        rule: 'three-days-before',
        template: 'reminder',
        language: 'da',
        status: 'planned',
        reason: null,
        dueAt: '2026-11-27T09:00:00.000Z',
      },
      {
        rule: 'day-before',
        status: 'planned',
        dueAt: '2026-11-30T09:00:00.000Z',
        expiresAt: '2026-12-01T07:00:00.000Z',
        encoding: 'gsm7',
      },
    ]);
    expect(reminders[1]?.text).toContain('Opgang 4');
    expect(reminders[1]?.segments).toBe(1);
    for (const table of ['appointment', 'reminder', 'message'] as const) {
      expect(await test.db.selectFrom(table).selectAll().execute()).toEqual([]);
    }
  });

  it('accepts the whole event like the webhook, with the same response', async () => {
    const event = { type: 'appointment.booked', timestamp: '2026-11-24T08:00:00Z', data };
    expect(await plan(event)).toEqual(await plan(data));
    expect(await plan({ ...event, type: 'appointment.cancelled' })).toEqual({ reminders: [] });
  });

  it('shows a reminder that would not be sent with its status and reason', async () => {
    const outcomes = async (patient: object, query = '') =>
      (await plan({ ...data, patient }, query)).reminders.map(({ status, reason }) => `${status} ${reason}`);
    expect(await outcomes({})).toEqual(['suppressed no_phone', 'suppressed no_phone']);
    expect(await outcomes({ phone: '12' })).toEqual(['suppressed invalid_number', 'suppressed invalid_number']);
    const found = await outcomes({ phone: '+33612345678' });
    expect(found).toEqual(['suppressed country_not_allowed', 'suppressed country_not_allowed']);
    await test.json(201, '/v1/authorities/rh/opt-outs', { body: { phone: '20123499', reason: 'by phone' } });
    expect(await outcomes({ phone: '20123499' })).toEqual(['suppressed opted_out', 'suppressed opted_out']);
    const late = await plan({ ...data, start: '2026-11-24T15:00:00+01:00' });
    expect(late.reminders.map(({ status, reason }) => `${status} ${reason}`)).toContain('expired booked_late');
  });

  it('uses the settings of the source that is named, its mode among them', async () => {
    await test.makeSource('rh', 'rh-shadow', { mode: 'shadow', timeZone: 'America/Nuuk', defaultRegion: 'SE' });
    const { reminders } = await plan(
      { ...data, start: '2026-12-01T09:00:00', patient: { phone: '070-174 06 05' } },
      '?source=rh-shadow',
    );
    expect(reminders).toMatchObject([
      { status: 'suppressed', reason: 'shadow', expiresAt: '2026-12-01T10:00:00.000Z' },
      { status: 'suppressed', reason: 'shadow' },
    ]);
    expect(reminders[0]?.text).toEqual(expect.any(String));
  });

  it("uses the authority's own wording, and says when it can not be rendered", async () => {
    await test.makeAuthority('own');
    const path = '/v1/authorities/own/templates/reminder/da';
    await test.put(path, { text: 'Kom {{ date }} til {{ department }}.' });
    const own = async (department: string) =>
      (await test.json<Planned>(200, '/v1/authorities/own/plan', { body: { ...data, department } })).reminders[0];
    expect(await own('Kirurgi')).toMatchObject({ text: 'Kom 1. december til Kirurgi.', status: 'planned' });
    await test.put(path, { text: 'Ring {{ department }}1234' });
    const found = await own('010190');
    expect(found).toMatchObject({ text: null, segments: null, status: 'suppressed', reason: 'text_refused' });
  });

  it('refuses what the webhook refuses, with pointers into the body', async () => {
    const found = (await refused({ ...data, start: '2026-12-01' })).errors;
    expect(found).toMatchObject([{ pointer: '/start', code: 'date_only' }]);
    const result = (await refused({ type: 'appointment.booked', data: { ...data, kind: 'zoom' } })).errors;
    expect(result).toMatchObject([{ pointer: '/data/kind' }]);
    expect((await refused({ id: 'A-1' })).errors).toMatchObject([{ pointer: '/start' }]);
    expect((await refused([data])).errors.length).toBeGreaterThan(0);
    expect((await refused(5)).errors.length).toBeGreaterThan(0);
    const cpr = await refused({ ...data, id: '010190-1234' });
    expect(JSON.stringify(cpr)).not.toContain('010190');
  });

  it('a source of another authority is 404', async () => {
    await test.makeAuthority('foreign');
    await test.makeSource('foreign', 'foreign-epj');
    await test.json(404, '/v1/authorities/rh/plan?source=foreign-epj', { body: data, token: operator });
    await test.json(404, '/v1/authorities/rh/plan?source=none', { body: data, token: operator });
  });
});
