import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { useApp } from '../../support/scenario.ts';

interface DryRun {
  readonly format: string;
  readonly elements: readonly {
    readonly result: string;
    readonly reference: string | null;
    readonly reasons: readonly string[];
    readonly problem?: { status: number; errors: { pointer: string; code: string }[] };
    readonly appointments: readonly {
      readonly reference: string;
      readonly status: string;
      readonly phone: string | null;
      readonly printedPlace: string | null;
      readonly reminders: readonly { rule: string; status: string; reason: string | null; text: string | null }[];
    }[];
    readonly unmapped: readonly { field: string; value: string }[];
    readonly notes: readonly string[];
  }[];
  readonly response: { readonly status: number; readonly contentType: string | null; readonly body: unknown };
}

const PHONE = '20 12 34 56';
const BOOKED = {
  type: 'appointment.booked',
  data: { id: 'A-1', start: '2026-12-01T09:00:00+01:00', patient: { phone: PHONE }, location: { text: 'Opgang 4' } },
};
const HL7 = [
  'MSH|^~\\&|EPJ|RH|EASYSMS|RH|20261124090000+0100||SIU^S12^SIU_S12|000017|P|2.5.1||||||UNICODE UTF-8',
  'SCH||A-2^EPJ|||||||||^^^20261201090000+0100^20261201093000+0100||||||||||||||Booked',
  'PID|1||P-100^^^RH^MR||||||||||20123456^PRN^CP||da',
  'AIL|1||AMB4^^^RH',
].join('\r');

let nth = 0;
const app = useApp();

async function open(settings: Record<string, unknown> = {}) {
  const id = `try-${++nth}`;
  await app.makeAuthority(id);
  const { token, webhookSecret } = await app.makeSource(id, id, settings);
  const post = (path: string, body: unknown, contentType = 'application/json', headers: Record<string, string> = {}) =>
    app.request(path, { token, body, headers: { 'Content-Type': contentType, ...headers } });
  const dryRun = async (body: unknown, contentType?: string, headers?: Record<string, string>): Promise<DryRun> => {
    const response = await post(`/v1/sources/${id}/test`, body, contentType, headers);
    expect(response.status).toBe(200);
    return (await response.json()) as DryRun;
  };
  return { id, token, webhookSecret, post, dryRun };
}

/** A new booking, with what may keep its SMS from being planned. */
const booking = fc.record(
  {
    start: fc.constantFrom(
      ...['2026-12-01T09:00:00+01:00', '2026-11-24T12:30:00+01:00', '2026-11-20T09:00:00+01:00', '2027-03-28T02:30:00'],
    ),
    end: fc.constantFrom('2026-11-01T09:00:00+01:00', '2027-06-01T09:00:00+02:00'),
    kind: fc.constantFrom('visit', 'video', 'phone', 'home'),
    patient: fc.record(
      {
        id: fc.constantFrom('P-1', 'P-2'),
        phone: fc.constantFrom('20123456', '35453545', '+46701234567', '1', ''),
        language: fc.constantFrom('da', 'en', 'de'),
      },
      { requiredKeys: [] },
    ),
    location: fc.record({ code: fc.constantFrom('AMB4', 'X'), text: fc.constant('Opgang 4') }, { requiredKeys: [] }),
    department: fc.constantFrom('Kirurgi', 'Øre'),
  },
  { requiredKeys: ['start'] },
);

/** How many rows every table holds. */
async function rows(): Promise<Record<string, number>> {
  const { rows: tables } = await sql<{
    name: string;
  }>`select tablename as name from pg_tables where schemaname = 'public'`.execute(app.db);
  const counts = tables.map(async ({ name }) => {
    const { rows: found } = await sql<{ count: string }>`select count(*) as count from ${sql.table(name)}`.execute(
      app.db,
    );
    return [name, Number(found[0]?.count)] as const;
  });
  return Object.fromEntries(await Promise.all(counts));
}

describe('trying a message', () => {
  it('shows what our JSON would store and plan, and the response', async () => {
    const { dryRun } = await open();
    const { format, elements, response } = await dryRun(BOOKED);
    expect(format).toBe('easysms');
    expect(elements).toMatchObject([
      {
        result: 'accepted',
        reference: 'A-1',
        reasons: [],
        unmapped: [],
        notes: [expect.stringContaining('no more SMS'), expect.stringContaining('number to phone')],
        appointments: [
          {
            status: 'booked',
            phone: expect.stringMatching(/^\+45.*•/),
            printedPlace: 'Opgang 4',
            reminders: [{ status: 'planned' }, { status: 'planned', text: expect.stringContaining('Opgang 4') }],
          },
        ],
      },
    ]);
    expect(response).toEqual({
      status: 202,
      contentType: 'application/json',
      body: {
        result: 'accepted',
        reference: 'A-1',
        start: '2026-12-01T09:00:00+01:00',
        reminders: 2,
        alreadyHandedOver: [],
      },
    });
  });

  it('names the field that a number is read from, where there is none that can be used', async () => {
    const { dryRun } = await open();
    const noNumber = { ...BOOKED, data: { ...BOOKED.data, patient: { phone: '1' } } };
    const noteOf = async (message: unknown, contentType?: string) =>
      (await dryRun(message, contentType)).elements.flatMap(({ notes }) =>
        notes.filter((note) => note.includes('read from')),
      );
    expect(await noteOf(noNumber)).toEqual([expect.stringMatching(/It is read from \/data\/patient\/phone\.$/)]);
    const found = await noteOf(HL7.replace('20123456^PRN^CP', ''), 'application/hl7-v2');
    expect(found).toEqual([expect.stringMatching(/It is read from PID-13 and PID-14\.$/)]);
    expect(await noteOf(HL7, 'application/hl7-v2')).toEqual([]);
    expect(await noteOf(BOOKED)).toEqual([]);
  });

  it('shows the ACK of an HL7 v2 message, and the codes that nobody has mapped', async () => {
    const { dryRun } = await open();
    for (const [contentType, body] of [
      ['application/hl7-v2', HL7],
      ['text/plain', `\u000b${HL7}\u001c\r`],
      ['application/x-www-form-urlencoded', HL7],
    ] as const) {
      const { format, elements, response } = await dryRun(body, contentType);
      expect(format).toBe('hl7v2');
      if (contentType === 'application/x-www-form-urlencoded') {
        expect([response.status, elements]).toEqual([415, []]);
        continue;
      }
      expect(response).toMatchObject({
        status: 200,
        contentType: expect.stringContaining(contentType),
        body: expect.stringContaining('MSA|AA|000017'),
      });
      expect(elements).toMatchObject([
        {
          result: 'accepted',
          reference: 'A-2',
          unmapped: [{ field: 'location', value: 'AMB4' }],
          appointments: [{ printedPlace: null }],
        },
      ]);
      expect(elements[0]?.notes.join(' ')).toContain('locationMap');
    }
  });

  it('shows a refusal as the real address would put it, under 200', async () => {
    const { dryRun, id } = await open();
    const dateless = { type: 'appointment.booked', data: { id: 'A-1', start: '2026-12-01' } };
    expect(await dryRun(dateless)).toMatchObject({
      elements: [],
      response: {
        status: 422,
        contentType: 'application/problem+json',
        body: { errors: [{ pointer: '/data/start' }] },
      },
    });
    expect((await dryRun('{')).response.status).toBe(400);
    expect((await dryRun('<ClinicalDocument/>', 'application/xml')).response.status).toBe(415);
    expect((await dryRun(HL7.replace(/^SCH.*$/m, ''), 'application/hl7-v2')).response.body).toMatch(/MSA\|AE\|/);
    const response = await app.request(`/v1/webhooks/${id}`, { token: null, body: BOOKED });
    expect(response.status).toBe(401);
  });

  it('judges the elements of an array one by one', async () => {
    const { dryRun } = await open();
    const { elements, response } = await dryRun([BOOKED, { type: 'appointment.booked', data: { id: 'A-9' } }]);
    expect(elements).toMatchObject([
      { result: 'accepted', reference: 'A-1' },
      {
        result: 'refused',
        reference: 'A-9',
        appointments: [],
        problem: { status: 422, errors: [{ pointer: '/1/data/start' }] },
      },
    ]);
    expect(response.status).toBe(207);
  });

  it('reads a CSV file', async () => {
    const { dryRun } = await open();
    const { format, elements, response } = await dryRun(
      'id;dato;tid;mobil\nA-1;01-12-2026;09.00;20 12 34 56\n',
      'text/csv',
    );
    expect(format).toBe('csv');
    expect(elements).toMatchObject([{ result: 'accepted', reference: 'A-1', appointments: [{ reminders: [{}, {}] }] }]);
    expect(response).toMatchObject({ status: 200, body: { accepted: 1, refused: 0 } });
  });

  it('stores nothing, whatever the format', async () => {
    const { dryRun } = await open();
    const before = await rows();
    await dryRun(BOOKED, 'application/json', { 'Idempotency-Key': 'k' });
    await dryRun(HL7, 'application/hl7-v2');
    await dryRun('id;dato;tid;mobil\nA-1;01-12-2026;09.00;20 12 34 56\n', 'text/csv');
    await app.deps.receiver.idle();
    expect(await rows()).toEqual(before);
  });

  it('says the same as the real address', async () => {
    const { dryRun, post, id } = await open();
    const result = await dryRun(BOOKED);
    const real = await post(`/v1/webhooks/${id}`, BOOKED);
    expect([real.status, await real.json()]).toEqual([result.response.status, result.response.body]);
    const repeated = await dryRun(BOOKED);
    expect(repeated.elements).toMatchObject([
      {
        result: 'duplicate',
        appointments: [{ reference: 'A-1' }],
        notes: [expect.stringContaining('nothing that differs')],
      },
    ]);
  });

  it('is for the source alone: any way to sign in that it has, and nothing is told to others', async () => {
    const { id, token, webhookSecret } = await open();
    const body = JSON.stringify(BOOKED);
    const at = String(Math.floor(app.clock.now.getTime() / 1000));
    const key = Buffer.from(webhookSecret.replace('whsec_', ''), 'base64');
    const signature = `v1,${createHmac('sha256', key).update(`m1.${at}.${body}`).digest('base64')}`;
    const url = `/v1/sources/${id}/test`;
    const signed = { 'webhook-id': 'm1', 'webhook-timestamp': at, 'webhook-signature': signature };
    expect((await app.request(url, { token: null, body, headers: signed })).status).toBe(200);
    const basic = `Basic ${Buffer.from(`any:${token}`).toString('base64')}`;
    expect((await app.request(url, { token: null, body, headers: { Authorization: basic } })).status).toBe(200);
    for (const refused of [{ token: null }, { token: 'wrong' }, {}]) {
      const response = await app.request(url, {
        ...refused,
        body: '{',
        headers: { 'Content-Type': 'application/xml' },
      });
      expect(response.status).toBe(401);
      expect(response.headers.get('WWW-Authenticate')).toContain('Basic');
    }
    expect((await app.request('/v1/sources/none/test', { token, body })).status).toBe(401);
  });

  it('tells no number, not even one that an earlier message brought', async () => {
    const { post, id, token } = await open();
    await post(`/v1/webhooks/${id}`, BOOKED);
    const asked = { type: 'appointment.updated', data: { id: 'A-1', start: '2026-12-02T09:00:00+01:00' } };
    const response = await app.request(`/v1/sources/${id}/test`, { token, body: asked });
    expect(await response.text()).not.toMatch(/20 ?12 ?34 ?56/);
  });

  it.each([
    ['a number that can not be used', { patient: { phone: '12' } }, {}, 'phone number'],
    ['a place of a call', { kind: 'phone' }, {}, 'visit'],
    ['a shadow', {}, { mode: 'shadow' }, 'shadow'],
    ['an end before the start', { end: '2026-11-01T09:00:00Z' }, {}, 'end lies before the start'],
    ['a source that is loading', {}, { mode: 'loading' }, 'loading'],
  ])('says in words why: %s', async (_what, data, settings, word) => {
    const { dryRun } = await open(settings);
    const { elements } = await dryRun({ ...BOOKED, data: { ...BOOKED.data, ...data } });
    expect(elements[0]?.notes.join(' ')).toContain(word);
  });

  it('takes no more than the real address does', async () => {
    const { post, id } = await open();
    expect((await post(`/v1/sources/${id}/test`, 'x'.repeat(1024 * 1024 + 1))).status).toBe(413);
  });
});

describe('an appointment on a day without a time', () => {
  const event = { ...BOOKED, data: { ...BOOKED.data, start: '2026-12-01T00:00:00+01:00' } };
  const texts = (result: DryRun) => result.elements[0]?.appointments[0]?.reminders.map(({ text }) => text);

  it('gets an SMS about the day, and one without the setting a warning', async () => {
    const { dryRun } = await open({ placeholderTimes: ['00:00'] });
    const result = await dryRun(event);
    for (const text of texts(result) ?? []) expect(text).toMatch(/tirsdag d\. 1\. december, Opgang 4\.$/);
    expect(JSON.stringify(result)).not.toContain('midnight');
    const other = await (await open()).dryRun(event);
    expect(texts(other)?.[0]).toContain('kl. 0.00');
    expect(other.response.body).toMatchObject({ warnings: [{ pointer: '/data/start', code: 'midnight' }] });
    expect(other.elements[0]?.notes.join(' ')).toContain('placeholderTimes');
  });
});

describe('an appointment of a type without SMS', () => {
  it('is kept, with reminders that are not sent', async () => {
    const { dryRun } = await open({ typeMap: { INTERN: 'none' } });
    const result = await dryRun(HL7.replace('|||||||||^^^2026', '|||||INTERN||||^^^2026'), 'application/hl7-v2');
    expect(result.elements[0]).toMatchObject({ result: 'accepted', reasons: ['no_sms'] });
    const reminders = result.elements[0]?.appointments[0]?.reminders;
    const found = reminders?.map(({ status, reason }) => `${status} ${reason}`);
    expect(found).toEqual(['suppressed no_sms', 'suppressed no_sms']);
  });
});

it('a new booking gets the response that its dry run said, whichever way each of them takes', async () => {
  const { id, post, dryRun } = await open();
  let bookings = 0;
  await fc.assert(
    fc.asyncProperty(booking, async (data) => {
      const event = { type: 'appointment.booked', data: { id: `LAW-${++bookings}`, ...data } };
      const { status, body } = (await dryRun(event)).response;
      const response = await post(`/v1/webhooks/${id}`, event);
      // `instance` is another one for each problem.
      const content = (of: unknown) => ({ ...(of as object), instance: undefined });
      expect([response.status, content(await response.json())]).toEqual([status, content(body)]);
    }),
    { numRuns: 150 },
  );
});
