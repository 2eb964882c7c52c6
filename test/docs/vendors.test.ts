import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { type ServerType, serve } from '@hono/node-server';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readGuide } from '../support/guide.ts';
import { useApp } from '../support/scenario.ts';

const page = new URL('../../docs/vendors.md', import.meta.url);
const guide = readGuide(page);
const PHONE = '+4520123456';
const START = '2029-05-15T07:00:00.000Z';

type Relay = (vendor: string, appointment: unknown, phone?: string) => Promise<{ result: string; reference: string }>;

/** An appointment as each vendor's API gives it, with what is said when it is called off. */
const SAMPLES: Readonly<Record<string, readonly [appointment: Record<string, unknown>, calledOff: object]>> = {
  acuity: [
    { id: 54321, datetime: '2029-05-15T00:00:00-0700', phone: PHONE, canceled: false, timezone: 'America/New_York' },
    { canceled: true },
  ],
  cliniko: [
    {
      ...{ id: '1390726237298631770', starts_at: '2029-05-15T07:00:00Z', cancelled_at: null, did_not_arrive: false },
      patient: {
        id: '1390710863102485699',
        patient_phone_numbers: [
          { number: '35453545', phone_type: 'Home' },
          { number: '20 12 34 56', phone_type: 'Mobile' },
        ],
      },
    },
    { cancelled_at: '2029-05-02T08:00:00Z' },
  ],
  google: [
    { id: 'g1a2b3', status: 'confirmed', start: { dateTime: '2029-05-15T09:00:00+02:00', timeZone: 'Europe/Oslo' } },
    { status: 'cancelled', start: undefined },
  ],
  graph: [
    { id: 'AAMk4711', isCancelled: false, start: { dateTime: '2029-05-15T07:00:00.0000000', timeZone: 'UTC' } },
    { isCancelled: true },
  ],
  healthie: [
    { id: '67890', date: '2029-05-15 09:00:00 +0200', pm_status: null, user: { id: '12', phone_number: PHONE } },
    { pm_status: 'Cancelled' },
  ],
  hubspot: [
    {
      id: '4711',
      properties: { hs_meeting_start_time: '2029-05-15T07:00:00Z', hs_meeting_outcome: 'SCHEDULED' },
      contact: { id: '51', properties: { mobilephone: null, phone: PHONE } },
    },
    { properties: { hs_meeting_start_time: '2029-05-15T07:00:00Z', hs_meeting_outcome: 'CANCELED' } },
  ],
  salesforce: [
    {
      ...{ Id: '08pXX0000004C92', SchedStartTime: '2029-05-15T07:00:00.000+0000', Status: 'Scheduled' },
      Contact: { Id: '003XX000004C92', MobilePhone: PHONE },
    },
    { Status: 'Canceled' },
  ],
  simplybook: [
    { id: 8, start_datetime: '2029-05-15 09:00:00', status: 'confirmed', client: { id: 3, phone: PHONE } },
    { status: 'canceled' },
  ],
  bookings: [
    {
      id: 'AAMk4712',
      startDateTime: { dateTime: '2029-05-15T07:00:00.0000000Z', timeZone: 'UTC' },
      customers: [{ phone: PHONE }],
    },
    {},
  ],
  setmore: [
    {
      ...{ key: 'a1b2', start_time: '2029-05-15T07:00Z' },
      customer: { key: 'c1', country_code: '45', cell_phone: '20123456' },
    },
    {},
  ],
};
/** Those whose event holds no number at all. */
const WITHOUT_NUMBER = ['google', 'graph'];

describe('docs/vendors.md', () => {
  let server: ServerType;
  let relay: Relay;
  let readers: string[];
  const app = useApp();
  beforeAll(async () => {
    server = await new Promise((resolve) => {
      const started = serve({ fetch: app.app.fetch, hostname: '127.0.0.1', port: 0 }, () => resolve(started));
    });
    await app.makeAuthority('rh');
    const { token } = await app.makeSource('rh', 'vendor');
    process.env.EASYSMS = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    process.env.SOURCE = 'vendor';
    process.env.TOKEN = token;
    const source = `data:text/javascript,${encodeURIComponent(guide.files.get('relay.mjs') ?? '')}`;
    const program = (await import(/* @vite-ignore */ source)) as { relay: Relay; READERS: object };
    relay = program.relay;
    readers = Object.keys(program.READERS);
  });
  afterAll(async () => {
    for (const name of ['EASYSMS', 'SOURCE', 'TOKEN']) delete process.env[name];
    await new Promise((closed) => server.close(closed));
  });

  const stored = (reference: string) =>
    app.json<{ status: string; start: string; phone: string }>(
      200,
      `/v1/authorities/rh/appointments/vendor/${reference}`,
    );

  it.each(Object.entries(SAMPLES))(
    'the program posts an appointment of %s at its time, with its number',
    async (vendor, [sample, calledOff]) => {
      const phone = WITHOUT_NUMBER.includes(vendor) ? PHONE : undefined;
      const booked = await relay(vendor, sample, phone);
      expect(booked).toMatchObject({ result: 'accepted' });
      expect(await stored(booked.reference)).toMatchObject({ status: 'booked', start: START, phone: PHONE });
      if (Object.keys(calledOff).length === 0) return;
      await relay(vendor, { ...sample, ...calledOff }, phone);
      expect(await stored(booked.reference)).toMatchObject({ status: 'cancelled' });
    },
  );

  it('what is not taken is an error of the program, so that nobody takes it for posted', async () => {
    await expect(relay('acuity', { id: 1, datetime: 'soon', phone: PHONE })).rejects.toThrow(/^422 /);
    await expect(
      relay('graph', { id: 2, start: { dateTime: '2029-05-15T07:00:00', timeZone: 'Romance Standard Time' } }),
    ).rejects.toThrow('Romance');
  });

  it('each reader is tried here and told about in both tables', () => {
    expect(Object.keys(SAMPLES).sort()).toEqual([...readers].sort());
    const text = readFileSync(page, 'utf8');
    for (const reader of readers) {
      expect([reader, text.includes(`program: \`${reader}\``)]).toEqual([reader, true]);
      expect([reader, text.includes(`\n| \`${reader}\` | `)]).toEqual([reader, true]);
    }
  });
});
